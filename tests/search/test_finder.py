"""The filter of the browser: what it leaves, in which order, and what it looks past."""

from hypothesis import given, strategies as st

from engine.library.attributes import SEPARATOR, Field
from engine.library.records import OutlineRow, SchemaRow
from engine.search.finder import Finder


def row(operation: str, operation_id: str = "", summary: str = "", tag: str = "", **more) -> OutlineRow:
    """Return an entry."""
    return OutlineRow(
        tag=tag, operation=operation, operation_id=operation_id, summary=summary, deprecated=False, **more
    )


ROWS = [
    row("PUT /repos/{owner}/issues/{number}/lock", "lockIssue", "Lock an issue", "issues"),
    row("GET /issues", "listIssues", "List issues", "issues"),
    row("GET /tissues", "listTissues", "List paper goods", "shop"),
    row("POST issue.opened", "", "Something was opened", "issues", kind="webhook"),
    SchemaRow("IssueEvent", "/components/schemas/IssueEvent"),
]
PACKED = bytes.fromhex("9192 01 c401 01".replace(" ", ""))
"""One value, which the entry at place 1 has, as MessagePack."""


def found(finder: Finder, query: str, n: int = 10) -> list[str]:
    """Return what a filter leaves, by name."""
    return [one.operation if isinstance(one, OutlineRow) else one.name for one in finder.narrow(query, n).rows]


def test_every_word_must_be_somewhere_and_the_best_comes_first():
    """What begins or is a whole word comes before what is within one, the short before the long."""
    finder = Finder(ROWS, {})
    assert found(finder, "issues") == ["GET /issues", "PUT /repos/{owner}/issues/{number}/lock", "POST issue.opened",
                                       "GET /tissues"]  # fmt: skip
    assert found(finder, "LOCK put issue") == ["PUT /repos/{owner}/issues/{number}/lock"]
    assert found(finder, "lock nothing") == []
    assert found(finder, "webhook") == ["POST issue.opened"]
    assert found(finder, "issue event") == ["IssueEvent"]
    assert finder.narrow("issue", 2).matching == 5


def test_words_within_names_are_words():
    """A capital begins a word: `issues` is one of `listIssues`, and not of `listTissues`."""
    finder = Finder([row("A b", "listTissues"), row("C d", "listIssues")], {})
    assert found(finder, "issues") == ["C d", "A b"]


def test_inputs_and_schemas_are_names_too():
    """An operation is found by a parameter, and by a schema that it sends or returns."""
    finder = Finder(ROWS, {Field.PARAMETER: ("per_page", PACKED), Field.RETURNS: ("Page", PACKED)})
    assert found(finder, "per_page") == ["GET /issues"]
    assert found(finder, "page") == ["GET /issues"]


def test_a_slip_is_looked_past_and_said():
    """A word that nothing has is taken for the nearest, also while it is typed; a short one never."""
    finder = Finder(ROWS, {})
    assert finder.narrow("isues", 9).meant == ("issues",)
    assert found(finder, "isues lock") == ["PUT /repos/{owner}/issues/{number}/lock"]
    assert found(finder, "isue") == found(finder, "issue")
    assert finder.narrow("lokc", 9).meant == ("lock",)
    assert found(finder, "ius") == []


@given(st.lists(st.text(min_size=1), max_size=4), st.text())
def test_any_names_and_any_words_give_a_list(names, query):
    """Whatever a document calls things and whoever types: all that is left has been there, and no more than asked."""
    rows = [row(name, name, name.replace("\n", " "), name) for name in names]
    narrowed = Finder(rows, {Field.PARAMETER: ("", b"")}).narrow(query, 2)
    assert len(narrowed.rows) == min(2, narrowed.matching) and narrowed.matching <= len(names)
    assert all(one in rows for one in narrowed.rows)
    if not narrowed.meant and not any(len(name) != len(name.lower()) for name in names):
        words = query.lower().split()
        words = [word for word in words if len(word) > 1]  # one letter begins a word
        assert all(all(word in f"{one.operation}\n{one.tag}".lower() for word in words) for one in narrowed.rows)


def test_no_separator_of_columns_is_in_a_value():
    """The columns of the library come as they are kept."""
    packed = b"\x92" + PACKED[1:] + b"\x92\x00\xc4\x01\x04"
    finder = Finder(ROWS, {Field.DECLARED: (f"cursor{SEPARATOR}limit", packed)})
    assert (found(finder, "cursor"), found(finder, "limit")) == (["GET /issues"], ["GET /tissues"])
