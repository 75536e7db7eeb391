"""What comes back, as the answer's card shows it."""

import pytest

from engine.answer.facts import operation_facts
from engine.calls.nested import NONE, USUAL, Extent
from tests.answer.quarry import DOCUMENT
from tests.answer.spec import parse, source
from tui.app.views.facts import facts_lines


def card(operation_id: str, question: str = "", extent: Extent = NONE) -> list[str]:
    """The lines of a card, without their colours."""
    facts = operation_facts(source(operation_id, parse(DOCUMENT)), 1, extent=extent, question=question)
    return [f"{line.lead.plain}{line.text.plain}".rstrip() for line in facts_lines(facts)]


def test_what_is_asked_for_stands_first() -> None:
    """The field that a question names comes before all that is needed, and the others are counted."""
    lines = card("readStone", "what is the login of the owner?")
    assert lines[2] == "    asked    owner.login  response string at most 39 characters  How they sign in."
    assert "    returns  200  Stone  OK  application/json" in lines
    assert (
        lines[lines.index("    returns  200  Stone  OK  application/json") + 1].strip()
        == "12 more fields in the browser"
    )


def test_forms_headers_and_codes_are_told() -> None:
    """Media types of a success, its headers, and the codes of errors once their fields are known."""
    lines = card("addStone", extent=USUAL)
    made = lines.index("    returns  201  Stone  There it is.  text/csv, application/json, application/xml")
    assert lines[made + 1].strip() == "headers X-RateLimit-Left, Place"
    assert lines[made + 2].strip().startswith("id, owner, owner.login, owner.boss, ")
    assert lines[made + 3 : made + 5] == ["    also     202  It will be looked at", "             303  It was there"]
    assert "    errors   400  Fault  Refused  code: too_heavy | too_wet" in lines


@pytest.mark.parametrize("question", ["", "read a stone"])
def test_nothing_is_said_of_fields_that_nobody_asked_for(question: str) -> None:
    """The card of an operation alone is as short as before."""
    assert not [line for line in card("readStone", question) if "more field" in line or "asked" in line]


def test_a_stream_is_called_one() -> None:
    """What comes item by item is told."""
    assert "    returns  200  stream of Person  OK  application/jsonl, a stream, text/event-stream, a stream" in card(
        "watchStones"
    )
