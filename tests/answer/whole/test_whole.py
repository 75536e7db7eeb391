"""Questions about whole APIs: what is counted is exact, and what is not understood is not counted."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from engine import SAMPLE
from engine.answer.whole.compute import whole
from engine.answer.whole.records import WholeFacts
from engine.answer.whole.understand import MAX_CHARACTERS, read
from engine.indexing.index import index
from engine.library import survey
from engine.library.records import NewSpec
from engine.library.store import Library
from engine.search.filters.facets import matching
from engine.search.filters.where import parse
from engine.specs import READER
from engine.specs.read import read as read_document
from tests.answer.whole.builders import asking, shop, stock
from tests.library.builders import add

FREE = Path(__file__).parents[2] / "questions" / "whole" / "free.txt"
Ask = Callable[[str], WholeFacts]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library with three small APIs."""
    library = Library(tmp_path_factory.mktemp("whole") / "library.db")
    stock(library)
    yield library
    library.close()


@pytest.fixture(scope="module")
def ask(library: Library) -> Ask:
    """Asks it."""
    return asking(library)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library with the sample alone."""
    library = Library(tmp_path_factory.mktemp("town") / "library.db")
    new = NewSpec(spec=read_document(SAMPLE.read_bytes(), name=SAMPLE.name), source="town", sha256=b"t", bytes=1,
                  name="town-library", suggestion="town", reader=READER)  # fmt: skip
    library.add(new, index(new.spec))
    yield library
    library.close()


@pytest.mark.parametrize("line", [one for one in FREE.read_text().splitlines() if not one.startswith("#")])
def test_free_words_are_understood(town: Library, line: str) -> None:
    """Questions in free words are compiled to the filter that they mean; those for the API's things are left alone."""
    question, where = line.split("\t")
    told = whole(town, question, None)
    assert ("-" if told is None or told.cannot else told.where) == where


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Which operations of shop need authentication?", ["GET /items", "POST /items", "DELETE /items/{id}"]),
        ("Which operations of shop do not need authentication?", ["GET /health"]),
        ("which shop endpoints have neither a summary nor a description?", ["DELETE /items/{id}"]),
        ("operations of shop without a summary or without a description",
         ["GET /items", "POST /items", "DELETE /items/{id}", "GET /health"]),
        ("operations of shop with no tag or no summary", ["DELETE /items/{id}", "GET /health"]),
        ("operations of shop whose summary is missing or whose example is missing",
         ["GET /items", "POST /items", "DELETE /items/{id}", "GET /health"]),
        ("operations of shop without a tag or summary", ["GET /health"]),
        ("operations of shop that return 201, 204 or 404", ["POST /items", "DELETE /items/{id}"]),
        ("operations of shop that do not return 201, 204 or 404", ["GET /items", "GET /health"]),
        ("Which paths of shop have no GET or no POST?", ["/health", "/items/{id}"]),
        ("Which paths of shop have no GET or POST?", ["/items/{id}"]),
        ("operations of shop that are not GET and not POST", ["DELETE /items/{id}"]),
        ("which operations of shop have a summary but no example?", ["GET /items", "POST /items"]),
        ("List the operations of shop that need items:read but not the scope items:write", ["GET /items"]),
        ("Which operations in shop return 404 or 409?", ["POST /items", "DELETE /items/{id}"]),
        ("Which operations in shop return neither 404 nor 409?", ["GET /items", "GET /health"]),
        ("Which operations of shop return an Item?", ["POST /items"]),
        ("Which operations of shop return the field `items`?", ["GET /items"]),
        ("Which operations in shop accept the body field `name`?", ["POST /items"]),
        ("Which operations in shop accept the body field `id`?", []),
        ("which operations of shop require the parameter page?", ["GET /items"]),
        ("which operations of shop require the parameter `sort`?", []),
        ("which operations of shop require `name` in the body?", ["POST /items"]),
        ("How many GET and DELETE operations does shop have?", ["GET /items", "DELETE /items/{id}", "GET /health"]),
        ("which shop operations are paged", ["GET /items"]),
        ("which operations of shop aren't deprecated and take no body", ["GET /items", "GET /health"]),
        ("operations of shop that are not tagged Items", ["GET /health"]),
        ("Which operations of big-bank take the parameter nextToken?", ["GET /a"]),
        ("Which operations of big-bank take the parameter NextToken?", ["GET /b", "GET /c"]),
        ("Which operations of shop and big-bank document 429 or 409?", ["POST /items", "GET /a", "GET /b", "GET /c"]),
        ("which operations of shop have neither a body nor parameters", ["GET /health"]),
        ("which operations of shop dont take parameters", ["POST /items", "GET /health"]),
        ("How many operations of shop take nextToken?", []),
        ("Which webhooks are there in caller?", ["POST paid"]),
        ("Which schemas of shop have a field named owner?", ["Item"]),
        ("Which schemas of shop do not have a field named `owner`?", ["Page"]),
        ("How many scopes are there in shop?", ["items:read", "admin-read", "items:write"]),
        ("Which paths of shop have no GET?", ["/items/{id}"]),
        ("Which APIs have webhooks?", ["caller"]),
        ("What APIs are there?", ["shop", "big-bank", "caller"]),
        ("Which operations of shop need admin-read?", ["GET /health"]),
        ("Which calls about item are there in shop?", ["GET /items", "POST /items", "DELETE /items/{id}"]),
        ("Which APIs do not use authentication?", ["big-bank", "caller"]),
        ("Which shop operation has the most parameters?",
         ["GET /items", "DELETE /items/{id}", "POST /items", "GET /health"]),
    ],
)  # fmt: skip
def test_the_rows_are_those_that_are_meant(ask: Ask, question: str, rows: list[str]) -> None:
    """What is listed is all that is asked for, and nothing else."""
    told = ask(question)
    assert (told.cannot, [row.name for row in told.rows], told.total) == ("", rows, len(rows))


def test_it_says_how_it_understood(ask: Ask) -> None:
    """The answer says what was counted and among how many, and has the filter that lists it again."""
    told = ask("How many operations of shop document 409 but do not need the scope `admin`?")
    assert told.understood == "operations of shop that document 409 and do not need the scope admin"
    assert (told.total, told.among, told.spec) == (1, 4, "shop")
    assert told.where == "kind = operation and status = 409 and not scope = admin"


def test_groups_are_counted(ask: Ask) -> None:
    """`per method` counts the operations of each."""
    groups = ask("How many operations per method are there in shop?").groups
    assert {one.value: one.count for one in groups} == {"GET": 2, "POST": 1, "DELETE": 1}


@pytest.mark.parametrize(
    "question",
    [
        "How many operations of shop are idempotent?",
        "Which operations of shop are deprecated and idempotent?",
        "How many endpoints in shop return a header named X-Rate?",
        "How many operations of shop accept only JSON?",
        "How many operations of shop have more than 5 parameters?",
        "How many operations are there in nowhere?",
        "Which schemas of shop aren't used?",
        "Which status codes are never used by shop?",
        "Which operations are in both shop and big-bank?",
        "How many operations are camelCase?",
        "How many schemas of shop have neither a name nor an owner field?",
    ],
)
def test_what_is_not_understood_is_not_counted(ask: Ask, question: str) -> None:
    """A word that no filter stands for is named, and nothing is counted without it."""
    told = ask(question)
    assert told.cannot
    assert (told.total, told.rows) == (0, ())
    assert any("paging" in note for note in told.notes)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "How do I add an item?",
        "list all items",
        "Which endpoint deletes an item?",
        "which scopes does my token need",
        "x" * 5000,
        "GET /items",
    ],
)
def test_other_questions_are_left_alone(library: Library, question: str) -> None:
    """What is not about a whole API goes the usual way."""
    assert whole(library, question, None) is None


@pytest.mark.parametrize(
    "question",
    [
        "is the getAvailability endpoint deprecated",
        "is the `getAvailability` endpoint deprecated",
        "does the borrowBook operation need auth",
        "does the `borrowBook` operation need auth",
        "which header carries the api key",
    ],
)
def test_a_name_that_is_no_input_is_no_condition(town: Library, question: str) -> None:
    """The name of an operation is that, and a verb is no name: such a question goes the usual way."""
    assert whole(town, question, None) is None


def test_a_chosen_spec_is_the_only_one(library: Library) -> None:
    """With `--spec` nothing else is counted: another API that is named cannot be."""
    told = whole(library, "How many operations are there?", "shop")
    assert told is not None
    assert (told.total, told.spec) == (4, "shop")
    other = whole(library, "How many operations does big-bank have?", "shop")
    assert other is not None
    assert "big-bank" in other.cannot


def test_names_are_looked_up_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """What each spec is called is read once for a question, however many words may be names."""
    read_titles, calls = survey.titles, []
    monkeypatch.setattr(survey, "titles", lambda library: calls.append(1) or read_titles(library))
    assert whole(library, "How many operations are there in nowhere, in neverland and in utopia?", None) is not None
    assert len(calls) == 1


def test_fields_of_schemas_are_told_apart_by_their_spelling(tmp_path: Path) -> None:
    """Where a schema has a field in the spelling that is asked for, another spelling is another field."""
    library = Library(tmp_path / "library.db")
    document = shop()
    document["components"]["schemas"]["Other"] = {"type": "object", "properties": {"Owner": {}}}
    add(library, document, source="shop", name="shop")
    ask = asking(library)
    for asked, names in (("owner", ["Item"]), ("Owner", ["Other"]), ("OWNER", ["Item", "Other"])):
        assert [row.name for row in ask(f"Which schemas of shop have a field named `{asked}`?").rows] == names
    either = ask("Which schemas of shop have a field named `Owner` or a field named `items`?")
    assert either.understood == "shared schemas of shop that have the field Owner or have the field items"
    assert [row.name for row in either.rows] == ["Other", "Page"]
    library.close()


def test_two_specs_are_compared(ask: Ask) -> None:
    """What is new in one spec is told beside another, and which of them has more."""
    told = ask("Which operations are new in caller compared to big-bank?")
    assert [(row.change, row.name) for row in told.rows] == [("added", "GET /x")]
    groups = ask("Which has more operations, shop or big-bank?").groups
    assert [(one.value, one.count) for one in groups] == [("shop", 4), ("big-bank", 3)]


def test_silence_about_authentication_is_told(ask: Ask) -> None:
    """Where nothing is declared all may be called, and the answer says that this may not be so."""
    told = ask("Which operations of big-bank do not need credentials?")
    assert told.total == 3
    assert any("big-bank" in note and "declare" in note for note in told.notes)


def test_what_changed_since_a_version(tmp_path: Path) -> None:
    """What was added, removed and deprecated is told from the version that was replaced."""
    library = Library(tmp_path / "library.db")
    older = shop(**{"/gone": {"get": {"responses": {}}}})
    del older["paths"]["/health"]
    del older["paths"]["/items/{id}"]["delete"]["deprecated"]
    older["info"]["version"] = "0.9"
    add(library, older, source="shop", name="shop")
    add(library, shop(), source="shop", name="shop")
    ask = asking(library)
    told = ask("What changed in shop since version 0.9?")
    assert [(row.change, row.name) for row in told.rows] == [
        ("added", "GET /health"), ("removed", "GET /gone"), ("deprecated", "DELETE /items/{id}"),
    ]  # fmt: skip
    assert [row.name for row in ask("Which operations were added to shop since the last version?").rows] == [
        "GET /health"
    ]
    assert ask("How many endpoints were removed from shop since 0.9?").total == 1
    assert "no version 7" in ask("What changed in shop since version 7?").cannot
    library.close()


def test_a_shared_schema_that_changed_changes_the_operations(tmp_path: Path) -> None:
    """What an operation refers to is a part of it; what became deprecated may have changed besides."""
    library = Library(tmp_path / "library.db")
    older, newer = shop(), shop()
    older["components"]["schemas"]["Item"] = {"type": "object", "properties": {"name": {"type": "integer"}}}
    newer["paths"]["/items"]["post"]["deprecated"] = True
    add(library, older, source="shop", name="shop")
    add(library, newer, source="shop", name="shop")
    told = asking(library)("What changed in shop since the last version?")
    assert [(row.change, row.name) for row in told.rows] == [
        ("deprecated and changed", "POST /items"), ("changed", "GET /items"),
    ]  # fmt: skip
    assert [(one.value, one.count) for one in told.groups] == [("deprecated", 1), ("changed", 2)]
    library.close()


WORDS = st.sampled_from(
    "how many which what list all operations endpoints schemas tags of in shop big-bank that do not need without have a"
    " the scope items:read return 404 or 409 and but neither nor deprecated GET POST parameter `page` named field"
    " body required /items path starts with contains per method most since version 2 last changed are no any ? , json"
    " application/json tagged Items paged example summary \x00 “x” ' ` ( é".split(" ")
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(WORDS, max_size=14).map(" ".join), st.text(max_size=60).map("how many operations {}".format)))
def test_any_question_is_exact_or_refused(library: Library, question: str) -> None:
    """Whatever is asked is no such question, or cannot be counted, or its count is that of its filter."""
    told = whole(library, question, None)
    if told is not None and not told.cannot and told.things in ("operations", "webhooks") and told.where:
        assert told.total == len(matching(library, parse(told.where), told.spec or None))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=MAX_CHARACTERS + 10))
def test_any_text_is_read(text: str) -> None:
    """Any text is read, or is no question about a whole API."""
    read(f"which operations {text}", {"shop"})
