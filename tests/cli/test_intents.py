"""What was asked comes first: from the command."""

from importlib.resources import files
from pathlib import Path

import pytest

from engine import ASKABLE
from tests.answer.intents.hall import DOCUMENT
from tests.cli.conftest import Specdeck
from tui.commands.cli import cli


@pytest.fixture
def hall(specdeck: Specdeck, tmp_path: Path) -> Specdeck:
    """A library with the small specification."""
    file = tmp_path / "hall.yaml"
    file.write_text(DOCUMENT)
    specdeck("add", str(file))
    return specdeck


def test_the_asked_thing_stands_first_and_the_rest_is_short(hall: Specdeck) -> None:
    """A field in full below the operation, no request, and what the question was taken to be about."""
    lines = hall("ask", "--no-model", "listSeats: what is the default of limit?").out.splitlines()
    assert lines[0] == "[1] GET /seats"
    assert lines[2].startswith("    asked    limit (query, integer, default 20, at most 100)")
    assert "    errors   404" in lines
    assert not [line for line in lines if line.startswith("    request")]
    assert lines[-1].startswith("Taken as: a field or schema (")


def test_the_intent_can_be_chosen(hall: Specdeck) -> None:
    """`--intent` asks the same as another kind, and JSON says which, how surely, and what else there is."""
    question = "listSeats: what is the default of limit?"
    facts = hall("ask", "--no-model", "--json", question).document["facts"]
    assert (facts["intent"], facts["told"]["type"]) == ("field", "field")
    assert facts["confidence"] < 1
    chosen = hall("ask", "--no-model", "--json", "--intent", "paging", question).document
    assert (chosen["intent"], chosen["facts"]["told"]["type"], chosen["facts"]["confidence"]) == ("paging", "paging", 1)
    assert chosen["facts"]["otherwise"]
    assert hall("ask", "--no-model", "--intent", "do", question).out.count("    request") == 1


def test_a_field_is_found_where_the_question_names_nothing_else(hall: Specdeck) -> None:
    """What the search finds unlikely is an answer where an operation has the very field."""
    out = hall("ask", "--no-model", "--spec", "hall", "possible values of colour").out
    assert "red" in out
    assert "Nothing in the library" not in out


def test_a_status_leads_to_an_operation_that_declares_it(specdeck: Specdeck) -> None:
    """The closest one has other errors, and would not tell what this one means."""
    specdeck("add", str(files("engine") / "sample" / "town-library.yaml"))
    asked = ("ask", "--no-model", "--json", "--intent", "errors", "what does 409 mean")
    assert [one["status"] for one in specdeck(*asked).document["facts"]["told"]["errors"]] == ["409"]


def test_a_status_without_a_call_is_told_over_the_whole_api(specdeck: Specdeck) -> None:
    """In which words, how often, and which operations have it; a pasted error shows the fields that it has."""
    specdeck("add", str(files("engine") / "sample" / "town-library.yaml"))
    lines = specdeck("ask", "--no-model", "what does error 409 mean?").out.splitlines()
    assert lines[0] == "3 of 14: operations of town-library that document 409 (Conflict)"
    assert lines[1].startswith("    says  ")
    assert any(line.startswith("  1. ") for line in lines[:8])
    facts = specdeck("ask", "--no-model", "--json", 'HTTP 404 Not Found {"title": "x"}').document["facts"]
    assert [one["kind"] for one in facts["whole"]["said"]].count("says") >= 1


def test_a_part_is_not_labelled_as_the_whole(hall: Specdeck) -> None:
    """What no count answers is told of an operation, and not said to be of all."""
    document = hall("ask", "--no-model", "--json", "--spec", "hall", "what is new in seats").document
    assert document["intent"] != "whole"


def test_a_size_with_a_number_is_a_value(hall: Specdeck) -> None:
    """`with page size 5` says how large a page is, and asks nothing about pages."""
    out = hall("ask", "--no-model", "--spec", "hall", "list seats with page size 5").out
    assert "    request  curl" in out
    assert "loop" not in out


def test_what_is_not_said_is_said_so(hall: Specdeck) -> None:
    """Prices are nowhere: one sentence, and where they would stand."""
    out = hall("ask", "--no-model", "--spec", "hall", "what does holding a seat cost in euros?").out
    assert "The specification does not say what it costs." in out


def test_the_command_offers_what_can_be_asked() -> None:
    """The choices of the option are those of the engine, which the command line does not load."""
    [option] = [one for one in cli.commands["ask"].params if one.name == "intent"]
    assert tuple(option.type.choices) == ASKABLE
