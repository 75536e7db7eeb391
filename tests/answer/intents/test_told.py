"""What is told first: of each kind of question the asked thing, in full."""

import msgspec
import pytest

from engine.answer.intent import route
from engine.answer.intents.asking import Asking
from engine.answer.intents.compose import told
from engine.answer.rows import told_rows
from engine.answer.told import (
    AuthTold,
    ComparedTold,
    DeprecationTold,
    ErrorsTold,
    EventsTold,
    FieldsTold,
    PagingTold,
    RepeatTold,
    SaidTold,
    SchemaTold,
    Told,
    UnsaidTold,
    Value,
)
from engine.specs.model import About
from tests.answer.intents.hall import DOCUMENT
from tests.answer.spec import parse, source

SPEC = parse(DOCUMENT)


def ask(question: str, *operation_ids: str) -> Told | None:
    """What is told first of some operations."""
    sources = [msgspec.structs.replace(source(one, SPEC), spec="hall") for one in operation_ids]
    return told(Asking(question, route(question).intent, sources, "hall", SPEC.about))


def text(question: str, *operation_ids: str) -> str:
    """The same as it is read."""
    return "\n".join("  ".join(filter(None, row)) for row in told_rows(ask(question, *operation_ids)))


def test_a_field_is_told_with_its_bounds_and_all_its_sentences() -> None:
    """Type, place, default, limits, and what follows the first sentence."""
    answer = ask("what is the default of limit?", "listSeats")
    assert isinstance(answer, FieldsTold)
    assert [one.fact.name for one in answer.fields] == ["limit"]
    shown = text("what is the default of limit?", "listSeats")
    assert "query, integer, default 20, at most 100" in shown
    assert "How many come at a time. Larger pages are slower." in shown


def test_a_field_of_the_answer_is_found_by_its_dotted_name() -> None:
    """Also deep within what comes back, with its limit."""
    answer = ask("how long may the name of the holder be?", "listSeats")
    assert isinstance(answer, FieldsTold)
    assert answer.fields[0].fact.name == "seats[].holder.name"
    assert "at most 60 characters" in text("how long may the name of the holder be?", "listSeats")


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("which states can a seat have", ("free", "held", "sold")),
        ("possible values of colour", ("red", "blue")),
    ],
)
def test_values_are_told_declared_or_listed(question: str, values: tuple[str, ...]) -> None:
    """All of an enum; where there is none, those that the description lists with what they mean."""
    answer = ask(question, "listSeats")
    assert isinstance(answer, FieldsTold)
    assert tuple(one.value for one in answer.fields[0].values) == values
    assert Value("red", "by the stage") in answer.fields[0].values or values[0] == "free"


def test_all_fields_of_what_comes_back() -> None:
    """A question for the fields gets them all."""
    answer = ask("which fields come back", "listSeats")
    assert isinstance(answer, SchemaTold)
    assert answer.comes_back
    assert "next_cursor" in [one.name for one in answer.fields]


def test_what_a_field_lacks_is_said() -> None:
    """A default that is nowhere: the specification does not say it, and where it would stand."""
    answer = ask("what is the default of note?", "listSeats")
    assert isinstance(answer, UnsaidTold)
    shown = text("what is the default of note?", "listSeats")
    assert "The specification does not say the default of note." in shown
    assert "It would stand as `default` of its schema" in shown


def test_a_pattern_is_a_format() -> None:
    """What the document says as a pattern is no format that it leaves out."""
    assert isinstance(ask("what is the format of ticket?", "holdSeat"), FieldsTold)
    assert "matches ^T[0-9]{4}$" in text("what is the format of ticket?", "holdSeat")


@pytest.mark.parametrize(
    "question", ["what does error 429 mean", "what is the default of it?", "is there a webhook when it is paid?"]
)
def test_nothing_is_denied_where_nothing_was_looked_at(question: str) -> None:
    """Without an operation it is not known what the specification says."""
    assert told(Asking(question, route(question).intent, (), "hall", About(title="Hall", format="openapi-3.1"))) is None


def test_signing_in_has_scopes_and_where_the_token_comes_from() -> None:
    """The scope of the operation with its meaning, the addresses, links of the description, its own prose."""
    answer = ask("which scope do I need to hold a seat?", "holdSeat")
    assert isinstance(answer, AuthTold)
    assert [scope for way in answer.ways for scope in way.scopes] == [Value("seats:write", "Hold seats")]
    assert answer.ways[0].obtain == (
        "authorize at https://hall.example/authorize",
        "token from https://hall.example/token",
    )
    assert "(https://hall.example/office)" in answer.ways[0].said


def test_the_ways_of_the_api_are_told_where_no_operation_is_meant() -> None:
    """All schemes, with all scopes."""
    answer = ask("how do I authenticate?")
    assert isinstance(answer, AuthTold)
    assert [scope.value for scope in answer.ways[0].scopes] == ["seats:read", "seats:write"]


def test_an_error_is_told_with_its_whole_description_and_body() -> None:
    """The status that is named, its second sentence, and the codes."""
    answer = ask("I get a 409, why?", "holdSeat")
    assert isinstance(answer, ErrorsTold)
    assert [error.status for error in answer.errors] == ["409"]
    assert "Somebody has it. Choose another one." in text("I get a 409, why?", "holdSeat")
    assert answer.errors[0].fields[0].enum == ("taken", "closed")


def test_a_status_that_is_not_declared_says_so() -> None:
    """And what the API says of it, with the sentence before."""
    answer = ask("why do I get 413?", "holdSeat")
    assert isinstance(answer, ErrorsTold)
    assert answer.undeclared == ("413",)
    assert "413" in answer.said[-1].text


def test_limits_are_told_by_headers_and_prose() -> None:
    """Headers that count, and the sentence of the API's description."""
    answer = ask("how many requests per minute may I make?", "listSeats")
    assert isinstance(answer, ErrorsTold)
    assert [one.name for one in answer.limits] == ["X-RateLimit-Remaining"]
    assert "90 requests per minute" in answer.said[0].text


def test_paging_names_its_inputs_and_what_leads_on() -> None:
    """Which page, how much of it, where it goes on, and the loop."""
    answer = ask("how do I get the next page?", "listSeats")
    assert isinstance(answer, PagingTold)
    assert [one.fact.name for one in answer.inputs] == ["limit", "cursor"]
    assert [one.fact.name for one in answer.onward] == ["next_cursor"]
    assert "`cursor` set to `next_cursor` of the answer" in answer.loop


def test_an_operation_that_is_not_paged_says_so() -> None:
    """Neither inputs nor fields: the specification does not say it."""
    assert isinstance(ask("how do I get the next page?", "listChairs"), UnsaidTold)


def test_a_comparison_has_what_differs() -> None:
    """A row for each thing that is not the same."""
    answer = ask("difference between list seats and list chairs", "listSeats", "listChairs")
    assert isinstance(answer, ComparedTold)
    rows = {row.what: row.values for row in answer.rows}
    assert rows["accepts"] == ("limit, cursor, colour, note", "")
    assert rows["deprecated"] == ("", "yes")
    assert "auth" in answer.same


def test_deprecation_events_and_repetition() -> None:
    """What stands in for it, what calls back, and which input makes it safe."""
    old = ask("is list chairs deprecated?", "listChairs")
    assert isinstance(old, DeprecationTold)
    assert [quote.text for quote in old.said] == ["Use GET /seats instead."]
    calls = ask("is there a webhook when the hold ends?", "holdSeat")
    assert isinstance(calls, EventsTold)
    assert "The hold ended" in calls.calls[0]
    again = ask("is it safe to retry holding a seat?", "holdSeat")
    assert isinstance(again, RepeatTold)
    assert [one.fact.name for one in again.keys] == ["Idempotency-Key"]


@pytest.mark.parametrize(
    "question",
    [
        "what does a hold cost in euros",
        "how long is the access token valid",
        "is there an sla for uptime",
        "how long are the seats kept in backups, what is the retention",
    ],
)
def test_what_specifications_leave_out_is_said_honestly(question: str) -> None:
    """Nothing in the document tells it."""
    answer = ask(question, "holdSeat")
    assert isinstance(answer, UnsaidTold)


def test_sentences_after_the_first_are_told_where_they_answer() -> None:
    """A question how to do something gets the sentence that speaks of it."""
    answer = ask("hold more seats for the box office", "holdSeat")
    assert isinstance(answer, SaidTold)
    assert [quote.text for quote in answer.said] == ["Only the box office may hold more than one seat."]


def test_a_question_can_be_asked_otherwise_in_a_circle() -> None:
    """Each kind leads to the next, and after the last one comes the first again."""
    kinds = [route("how do I get the next page?").intent]
    for _ in range(20):
        kinds.append(route("how do I get the next page?", kinds[-1]).otherwise[0])
    assert kinds[:10] == kinds[10:20]
    assert len(set(kinds)) == 10
