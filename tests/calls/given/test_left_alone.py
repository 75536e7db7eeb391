"""Words and values that an input must not take, though its name or type is near."""

import json
from typing import Any

import pytest

from engine.calls.compose import call_of
from engine.calls.given.given import given
from engine.calls.given.records import Given
from engine.calls.source import Source
from engine.specs.model import Schema
from engine.specs.read import read

JSON = dict[str, Any]
TEXT: JSON = {"type": "string"}
WHOLE: JSON = {"type": "integer"}


def operation(key: str, summary: str, query: JSON | None = None, body: JSON | None = None, **path: JSON) -> Source:
    """Return the one operation of a document."""
    method, where = key.split(" ")
    inputs = [("query", name, schema) for name, schema in (query or {}).items()]
    inputs += [("path", name, schema) for name, schema in path.items()]
    one: JSON = {
        "summary": summary,
        "parameters": [
            {"name": name, "in": place, "required": place == "path", "schema": schema} for place, name, schema in inputs
        ],
        "responses": {},
    }
    if body is not None:
        content = {"application/json": {"schema": {"type": "object", "properties": body}}}
        one["requestBody"] = {"required": True, "content": content}
    document = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {where: {method.lower(): one}}}
    spec = read(json.dumps({**document, "servers": [{"url": "https://t.test"}]}).encode())
    return Source(
        spec="t",
        about=spec.about,
        operation=spec.operations[0],
        resolve=lambda pointer: spec.schemas.get(pointer, Schema()),
        example=spec.examples.__getitem__,
    )


def said(question: str, source: Source) -> tuple[JSON, Given]:
    """Return the values in the call that a question makes, and what it gives."""
    found = given(question, source)
    return dict(call_of(source, given=found).given), found


LOGIN = {"type": "object", "properties": {"login": TEXT}}


@pytest.mark.parametrize(
    "body",
    [{"owner": {"oneOf": [TEXT, LOGIN]}}, {"owner": TEXT, "owner.login": TEXT}],
    ids=["one of", "a dot in the name"],
)
@pytest.mark.parametrize(
    "question", ["log in with owner bob-1 and owner login octo-1", "log in with owner login octo-1 and owner bob-1"]
)
def test_what_is_a_plain_value_has_no_fields(question: str, body: JSON) -> None:
    """A field is either a text or an object; the call has one of them."""
    values, _ = said(question, operation("POST /login", "Log in", body=body))
    assert len(values) == 1
    assert set(values.values()) < {"bob-1", "octo-1"}


def test_a_name_with_a_dot_is_no_object() -> None:
    """The property `app.id` is not the field `id` of `app`."""
    source = operation("POST /apps", "Add an app", body={"app.id": TEXT, "label": TEXT})
    found = given("add an app with app id a-17 and label blue-2", source)
    assert found.at("body") == {"label": "blue-2"}


MEMBER = operation("GET /members/{member_id}", "Get a member", member_id=TEXT)
LOANS = operation("GET /loans", "List loans", {"member_id": TEXT, "order_id": TEXT})


@pytest.mark.parametrize(
    ("question", "source", "values"),
    [
        ("get the member details", MEMBER, {}),
        ("can members be deleted", MEMBER, {}),
        ("which member borrowed most", LOANS, {}),
        ("when does the order change", LOANS, {}),
        ("get the member called bob", MEMBER, {"member_id": "bob"}),
        ("get member: bob", MEMBER, {"member_id": "bob"}),
        ("get the member with member id bob", MEMBER, {"member_id": "bob"}),
        ("get member bob-7", MEMBER, {"member_id": "bob-7"}),
    ],
)
def test_a_plain_word_beside_a_thing_does_not_tell_which_one(question: str, source: Source, values: JSON) -> None:
    """Without a word that names, what stands beside a thing is what is done with it."""
    assert said(question, source)[0] == values


def test_a_secret_is_neither_in_the_call_nor_told() -> None:
    """A password goes no further, and no other input takes it."""
    login = operation("POST /login", "Log in", body={"username": TEXT, "password": TEXT, "max_tokens": WHOLE})
    values, found = said("log in with username bob-1, password hunter2XYZ and max tokens 50", login)
    assert values == {"username": "bob-1", "max_tokens": 50}
    assert "hunter2XYZ" not in repr((found, call_of(login, given=found)))
    values, found = said("get member m-7 with password hunter2XYZ", MEMBER)
    assert values == {"member_id": "m-7"}
    assert found.unplaced == ()


ISSUES = operation("GET /issues", "List issues", {"issue_field_values": TEXT, "limit": WHOLE})
PAYMENT = operation(
    "POST /payments",
    "Pay",
    body={"amount": WHOLE, "currency": {"type": "string", "enum": ["usd", "eur"]}},
)


@pytest.mark.parametrize(
    ("question", "source", "values", "left"),
    [
        ("close issue 42", ISSUES, {}, ("42",)),
        ("issues with field values 42", ISSUES, {"issue_field_values": "42"}, ()),
        ("get issue 1.5", operation("GET /issues/{n}", "Get an issue", n=WHOLE), {}, ("1.5",)),
        ("list -5 issues", ISSUES, {}, ("-5",)),
        ("list 5 issues", ISSUES, {"limit": 5}, ()),
        ("pay 10 gbp", PAYMENT, {"amount": 10}, ("gbp",)),
        ("pay 10 usd", PAYMENT, {"amount": 10, "currency": "usd"}, ()),
    ],
)
def test_a_value_that_does_not_fit_is_told(question: str, source: Source, values: JSON, left: tuple[str, ...]) -> None:
    """A third of a name, a fraction of a whole number, less than none, a currency that is not taken."""
    found = said(question, source)
    assert (found[0], found[1].unplaced) == (values, left)


@pytest.mark.parametrize(
    "error",
    [
        '{"code":3161,"message":"Your user account is not allowed"}',
        "sdk.errors.ApiError: The server responded with: {'ok': False, 'error': 'name_taken'}",
        "404 Not Found when I get user 4711",
        "how do I get a 200 for a user?",
    ],
)
def test_an_error_that_was_pasted_gives_nothing(error: str) -> None:
    """Its numbers and words are a server's, and nobody's values."""
    source = operation("GET /users/{userId}", "Get a user", query={"message": TEXT}, userId=TEXT)
    assert given(error, source) == Given()
