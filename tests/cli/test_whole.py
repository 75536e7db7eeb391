"""Questions about a whole API, from the command line."""

from tests.cli.conftest import Specdeck


def test_a_count_says_how_it_was_understood(stocked: Specdeck) -> None:
    """The count comes first with what was counted, then the operations; nothing else is answered."""
    lines = stocked("ask", "which", "operations", "need", "the", "loans:write", "scope?").out.splitlines()
    assert lines[0] == "3 of 14: operations of town-library that need the scope loans:write"
    assert len(lines) == 4
    assert all("/loans" in line for line in lines[1:])


def test_the_list_goes_on_by_a_filter(stocked: Specdeck) -> None:
    """JSON has the filter, and a search by nothing but that filter lists just what was counted."""
    told = stocked("ask", "--json", "how many operations are not deprecated?").document
    whole = told["facts"]["whole"]
    assert (told["intent"], whole["cannot"], whole["total"]) == ("whole", "", len(whole["rows"]))
    hits = stocked("search", "--json", "--where", whole["where"], "-n", "100").document["hits"]
    assert [f"{hit['spec']}:{hit['operation']}" for hit in hits] == [row["ref"] for row in whole["rows"]]


def test_what_cannot_be_counted_is_said(stocked: Specdeck) -> None:
    """A condition that nothing is looked up by is named, with what can be asked."""
    ran = stocked("ask", "how many operations are idempotent?")
    assert ran.out.startswith("I cannot count that: “idempotent” is nothing")
    assert "paging, examples" in ran.err


def test_a_search_needs_words_or_a_filter(stocked: Specdeck) -> None:
    """Without a query and without a filter there is nothing to look for."""
    assert "Give a QUERY" in stocked("search", code=2).err
