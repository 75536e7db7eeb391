"""What a person says, in the call: from a document and a question to the request."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from engine.calls.compose import call_of
from engine.calls.given.given import given as given_by
from engine.calls.judge import faults
from engine.calls.records import Call
from engine.calls.source import Source
from engine.specs.model import Schema, Spec
from engine.specs.read import read

JSON = dict[str, Any]
TEXT: JSON = {"type": "string"}
WHOLE: JSON = {"type": "integer"}
YES: JSON = {"type": "boolean"}


def of(name: str, schema: JSON, place: str = "query", **more: Any) -> JSON:
    """Return a parameter."""
    return {"name": name, "in": place, "required": place == "path", "schema": schema, **more}


def body(required: list[str], **properties: JSON) -> JSON:
    """Return an operation with a body."""
    schema = {"type": "object", "required": required, "properties": properties}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


PATHS: JSON = {
    "/rooms/{room}/bookings": {
        "get": {
            "summary": "List bookings of a room",
            "parameters": [
                of("room", TEXT, "path"),
                of("state", {"type": "string", "enum": ["open", "closed", "not_paid"]}),
                of("per_page", {"type": "integer", "maximum": 100}),
                of("page", WHOLE),
                of("since", {"type": "string", "format": "date-time"}),
                of("until", {"type": "string", "format": "date"}),
                of("sort", {"type": "string", "enum": ["created", "guest_name"]}),
                of("direction", {"type": "string", "enum": ["asc", "desc"]}),
                of("include_archived", YES),
                of("tags", {"type": "array", "items": TEXT}),
            ],
        }
    },
    "/orders/{order_id}": {
        "patch": {
            "summary": "Update an order",
            "parameters": [of("order_id", WHOLE, "path")],
            **body(
                [],
                note=TEXT,
                private=YES,
                state={"type": "string", "enum": ["open", "shipped", "cancelled"]},
                due_on={"type": "string", "format": "date"},
                price={
                    "type": "object",
                    "required": ["amount", "currency"],
                    "properties": {"amount": WHOLE, "currency": {"type": "string", "enum": ["EUR", "USD"]}},
                },
            ),
        }
    },
    "/guests": {
        "post": {
            "summary": "Create a guest",
            **body(
                ["name", "email"],
                name={"type": "string", "example": "Jo"},
                email={"type": "string", "format": "email"},
                vip=YES,
                languages={"type": "array", "items": {"type": "string", "enum": ["en", "de", "fr"]}},
                nights={"type": "integer", "minimum": 1, "maximum": 30},
            ),
        }
    },
    "/shelves/{owner}/{shelf}/notes": {
        "post": {
            "summary": "Leave a note",
            "parameters": [of("owner", TEXT, "path"), of("shelf", TEXT, "path")],
            **body(["text"], text=TEXT, notify=YES),
        }
    },
}


def _spec() -> Spec:
    paths = {
        path: {method: {"responses": {}, **operation} for method, operation in item.items()}
        for path, item in PATHS.items()
    }
    document = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths}
    return read(json.dumps({**document, "servers": [{"url": "https://t.test"}]}).encode())


SPEC = _spec()


def source(key: str) -> Source:
    """Return an operation of the document."""
    return Source(
        spec="t",
        about=SPEC.about,
        operation=next(one for one in SPEC.operations if one.key == key),
        resolve=lambda pointer: SPEC.schemas.get(pointer, Schema()),
        example=SPEC.examples.__getitem__,
    )


BOOKINGS, ORDER, GUEST, NOTE = (source(f"{method.upper()} {path}") for path, item in PATHS.items() for method in item)


def call(operation: Source, question: str) -> Call:
    """Return the call that a question makes."""
    return call_of(operation, given=given_by(question, operation))


@pytest.mark.parametrize(
    ("question", "operation", "values"),
    [
        ("the first 20 bookings of room 'R7'", BOOKINGS, {"room": "R7", "per_page": 20}),
        ("show me 50 bookings per page, page 3, room R7", BOOKINGS, {"room": "R7", "per_page": 50, "page": 3}),
        ("only the open bookings in room R7", BOOKINGS, {"room": "R7", "state": "open"}),
        ("bookings of room R7 that are not paid", BOOKINGS, {"room": "R7", "state": "not_paid"}),
        (
            "bookings for room R7 since 24 December 2026 until 2026-12-31",
            BOOKINGS,
            {"room": "R7", "since": "2026-12-24T00:00:00Z", "until": "2026-12-31"},
        ),
        (
            "bookings between March 1, 2027 and 2027-03-09 in room R7",
            BOOKINGS,
            {"room": "R7", "since": "2027-03-01T00:00:00Z", "until": "2027-03-09"},
        ),
        (
            "bookings of room R7 sorted by guest name descending",
            BOOKINGS,
            {"room": "R7", "sort": "guest_name", "direction": "desc"},
        ),
        ("bookings of room R7, archived ones included", BOOKINGS, {"room": "R7", "include_archived": True}),
        ("bookings of room R7 without archived ones", BOOKINGS, {"room": "R7", "include_archived": False}),
        (
            "bookings of room R7 tagged late, loud and paid2",
            BOOKINGS,
            {"room": "R7", "tags": ["late", "loud", "paid2"]},
        ),
        ("cancel order 4711", ORDER, {"order_id": 4711, "state": "cancelled"}),
        ("set order 4711 to private", ORDER, {"order_id": 4711, "private": True}),
        ("make order 4711 not private", ORDER, {"order_id": 4711, "private": False}),
        ('change the note of order #12 to "call first"', ORDER, {"order_id": 12, "note": "call first"}),
        ("order 12 is due on 3 May 2027", ORDER, {"order_id": 12, "due_on": "2027-05-03"}),
        ("order 9 costs 250 EUR", ORDER, {"order_id": 9, "price.amount": 250, "price.currency": "EUR"}),
        (
            "create a guest named Ann with email ann@example.com as vip",
            GUEST,
            {"name": "Ann", "email": "ann@example.com", "vip": True},
        ),
        (
            'add the guest "Ann Lee", languages de and fr, 3 nights',
            GUEST,
            {"name": "Ann Lee", "languages": ["de", "fr"], "nights": 3},
        ),
        (
            'leave the note "Moved" on octocat/hello-world without notifying',
            NOTE,
            {"owner": "octocat", "shelf": "hello-world", "text": "Moved", "notify": False},
        ),
    ],
)
def test_what_is_said_goes_where_it_belongs(question: str, operation: Source, values: JSON) -> None:
    """Each value stands in the call under its name and of its type, and nothing else was taken."""
    made = call(operation, question)
    assert made.given == values
    assert {name for name, origin in made.sources.items() if origin == "question"} == set(values)
    assert made.sketch == ""


def test_the_request_has_the_values() -> None:
    """Path, query and body are what was said, encoded as their places ask for it."""
    listed = call(BOOKINGS, "the first 20 open bookings of room 'R 7'")
    assert listed.url == "https://t.test/rooms/R%207/bookings?state=open&per_page=20"
    assert call(ORDER, "cancel order 4711").body == {"state": "cancelled"}


def test_what_nobody_asked_for_is_not_sent() -> None:
    """Where something was said, an object gets what it requires and what was said; else it shows a few fields."""
    assert call(GUEST, "create a guest named Ann").body == {"name": "Ann", "email": "name@example.com"}
    assert call(GUEST, "create a guest").given == {}
    assert call(ORDER, "update an order").body != {}
    assert call(ORDER, "update order 3").body == {}


def test_what_is_required_and_not_said_stays_a_placeholder() -> None:
    """The path has a word in capitals for it."""
    made = call(NOTE, 'leave the note "Moved"')
    assert made.path == {"owner": "OWNER", "shelf": "SHELF"}
    assert made.sources["owner"] == "placeholder"


@pytest.mark.parametrize(
    ("question", "operation", "left"),
    [
        ("bookings of room R7 for guest 'Ann'", BOOKINGS, ("'Ann'",)),
        ("the first 500 bookings of room R7", BOOKINGS, ("500",)),
        ("create a guest named Ann for 99 nights", GUEST, ("99",)),
        ("order 4711 arrives 2027-01-01 at https://x.test/y", ORDER, ("2027-01-01", "https://x.test/y")),
    ],
)
def test_what_no_input_takes_is_said(question: str, operation: Source, left: tuple[str, ...]) -> None:
    """Nothing is dropped in silence, and nothing that the schema refuses is sent."""
    found = given_by(question, operation)
    assert found.unplaced == left
    assert call_of(operation, given=found).sketch == ""


WORDS = st.sampled_from(
    [
        *"list open the first 20 500 -3 per page of room R7 'x' named to in with without not archived due".split(),
        "private",
        *"since until 2026-12-24 31 a/b a@b.test https://x.test/y #12 #ff0000 EUR 1,000 sorted by name".split(),
        *"descending order 4711 state closed languages de and , fr is = as email \" ' ( { set change note".split(),
        "31 February 2026",
        "2026-99-99",
    ]
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, max_size=14), st.sampled_from([BOOKINGS, ORDER, GUEST, NOTE]))
def test_any_words_make_a_legal_call(said: list[str], operation: Source) -> None:
    """Whatever is said: values are legal, a body is valid, and what is taken is in the call."""
    found = given_by(" ".join(said), operation)
    schemas = {one.name: one.schema for one in operation.operation.parameters}
    for one in found.taken:
        if one.name in schemas:
            assert faults(schemas[one.name], one.value, operation.resolve) == []
    made = call_of(operation, given=found)
    assert made.sketch == ""
    assert set(made.given) <= {name for taken in found.taken for name in (taken.name, taken.key)}
