"""Questions about a status and no call: what a whole API says of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine.answer.whole.compute import whole
from engine.answer.whole.records import Said, WholeFacts
from engine.english.outcomes import of_status
from engine.library.store import Library
from tests.answer.whole.builders import stock
from tests.library.builders import add
from tests.specs.builders import document

WAIT = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
BUSY: dict[str, Any] = {
    "description": "Slow down",
    "headers": WAIT,
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}
ERROR = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "enum": ["slow_down", "gone"], "description": "Which error it is."},
        "message": {"type": "string"},
    },
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library with a mill, of which some calls can be too many, and three other APIs."""
    library = Library(tmp_path_factory.mktemp("statuses") / "library.db")
    stock(library)
    paths = {
        "/mills": {"get": {"summary": "List the mills", "responses": {"200": {"description": "ok"}, "503": BUSY}}},
        "/mills/{id}": {
            "get": {"responses": {"503": BUSY | {"description": "slow down."}}},
            "put": {"responses": {"503": {"description": "The mill is busy"}}},
            "delete": {"responses": {"204": {"description": "gone"}}},
        },
    }
    described = document(paths, components={"schemas": {"Error": ERROR}})
    described["info"]["description"] = "All calls are counted. Above 60 in a minute, 503 comes back. That is all."
    add(library, described, source="mill", name="mill")
    yield library
    library.close()


def ask(library: Library, question: str, spec: str | None = None) -> WholeFacts:
    """Return what is told."""
    told = whole(library, question, spec)
    assert told is not None
    return told


@pytest.mark.parametrize(
    "question",
    [
        "what does error 503 mean",
        "why do I get 503?",
        "HTTP 503 Service Unavailable",
        "what does a 503 from the mill API mean",
        "I keep getting 503 errors, why",
    ],
)
def test_a_status_is_told_over_the_whole_api(library: Library, question: str) -> None:
    """Its descriptions with how often, its headers, its bodies, and the operations that have it."""
    told = ask(library, question)
    assert told.total == 3
    assert told.said[:2] == (Said("says", "Slow down", 2), Said("says", "The mill is busy", 1))
    assert Said("header", "Retry-After (integer): Seconds to wait.", 2) in told.said
    assert Said("body", "Error: code string, message string", 2) in told.said
    assert [row.ref for row in told.rows] == ["mill:GET /mills", "mill:GET /mills/{id}", "mill:PUT /mills/{id}"]


def test_of_one_api_its_own_words_count_too(library: Library) -> None:
    """Where the question is about one API, the sentences of its description that name the status are told."""
    assert Said("api", "Above 60 in a minute, 503 comes back.", 0) in ask(library, "what does 503 mean", "mill").said


def test_of_a_pasted_error_the_fields_are_told_that_it_has(library: Library) -> None:
    """Those that were pasted are found in the schema of the error, with what they may be."""
    told = ask(library, 'HTTP/1.1 503 Service Unavailable {"code": "slow_down", "trace": 7}', "mill")
    assert Said("body", "Error: code string", 2) in told.said
    assert Said("field", "code (string): Which error it is.; one of slow_down, gone", 0) in told.said


def test_what_is_not_said_is_what_http_says(library: Library) -> None:
    """Where no operation has it, that is said, and what the standard has."""
    told = ask(library, "what does 418 mean", "mill")
    assert told.total == 0
    assert told.said == ()
    assert "does not say" in " ".join(told.notes)


@pytest.mark.parametrize(
    "question",
    [
        "why do I get 422 when I create a ticket", "POST /mills gives 503", "get 200", "list 500 mills",
        "what does error mean", "show 404 pages of results", "why does my grinder return 503",
        '503 {"message": "Branch cannot be merged"}',
    ],
)  # fmt: skip
def test_what_names_a_call_or_a_thing_is_no_such_question(question: str, library: Library) -> None:
    """The search is asked where words say of which call it is."""
    asked = of_status(question)
    assert asked is None or whole(library, question, None) is None


@pytest.mark.parametrize(
    ("question", "total"),
    [
        ("list only the operations of the shop that are deprecated", 1),
        ("which operations of the shop are deprecated only", 1),
        ("only the deprecated ones of the shop", 1),
        ("only the ones that document 503", 3),
    ],
)
def test_only_goes_without_saying_before_what_is_listed(library: Library, question: str, total: int) -> None:
    """It changes nothing of what is asked; before a condition it does, and then nothing is counted."""
    assert ask(library, question).total == total
    assert ask(library, "which operations of the shop need only the scope items:read").cannot
