"""What means the same is no change however it is written, and what means something else is one, wherever it stands."""

from typing import Any

import pytest

from tests.review.documents import (
    ERR,
    INFO,
    INTEGER,
    NUMBER,
    STRING,
    WARN,
    diff,
    found,
    obj,
    with_body,
    with_parameter,
    with_response,
)
from tests.specs.builders import JSON, document, operation_document


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "integer", "minimum": 1}, {"type": "integer", "exclusiveMinimum": 0}),
        ({"type": "integer", "maximum": 9}, {"type": "integer", "exclusiveMaximum": 10}),
        ({"type": "integer", "minimum": 0.5}, {"type": "integer", "minimum": 1}),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": 0}),
        ({"type": "number", "maximum": 5, "exclusiveMaximum": True}, {"type": "number", "exclusiveMaximum": 5.0}),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": False}, {"type": "number", "minimum": 1.0}),
        ({"type": "number", "minimum": 1}, {"type": "number", "minimum": 1, "exclusiveMinimum": 0}),
        ({"type": "object", "additionalProperties": True}, {"type": "object"}),
        ({"type": "object", "additionalProperties": {}}, {"type": "object"}),
        ({"type": "object", "additionalProperties": False}, {"type": "object", "unevaluatedProperties": False}),
    ],
)
def test_what_is_written_in_another_way_is_no_change(old: JSON, new: JSON) -> None:
    """Both ways of exclusive limits, the nearest whole number, and open objects."""
    for wrap in (with_body, with_response):
        assert found(wrap(old), wrap(new)) == []
        assert found(wrap(new), wrap(old)) == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "sent", "received"),
    [
        ({**NUMBER, "minimum": 0}, {**NUMBER, "exclusiveMinimum": 0}, "exclusive-min-set", ERR, INFO),
        ({**NUMBER, "exclusiveMaximum": 0}, {**NUMBER, "maximum": 0}, "exclusive-max-unset", INFO, ERR),
        ({**NUMBER, "exclusiveMinimum": 2}, {**NUMBER, "minimum": 1}, "min-decreased", INFO, ERR),
        ({**INTEGER, "exclusiveMaximum": 3}, {**INTEGER, "maximum": 1}, "max-decreased", ERR, INFO),
        (NUMBER, {**NUMBER, "minimum": 3, "exclusiveMinimum": True}, "exclusive-min-set", ERR, INFO),
        ({**NUMBER, "minimum": 3}, NUMBER, "min-unset", INFO, ERR),
    ],
)
def test_the_end_of_a_range_is_one_thing(old: JSON, new: JSON, rule: str, sent: Any, received: Any) -> None:
    """Whether the value itself counts is a part of the limit: one change, not one limit gone and one come."""
    assert found(with_body(old), with_body(new)) == [(f"request-body-{rule}", sent, "request body")]
    assert found(with_response(old), with_response(new)) == [(f"response-body-{rule}", received, "response 200")]


@pytest.mark.parametrize(
    ("old", "new", "rule", "sent", "received"),
    [
        ({}, {"additionalProperties": False}, "additional-properties-forbidden", ERR, INFO),
        (
            {"additionalProperties": STRING},
            {"unevaluatedProperties": False},
            "additional-properties-forbidden",
            ERR,
            INFO,
        ),
        ({"additionalProperties": False}, {}, "additional-properties-allowed", INFO, INFO),
        (
            {"additionalProperties": False},
            {"additionalProperties": STRING},
            "additional-properties-allowed",
            INFO,
            INFO,
        ),
        ({}, {"additionalProperties": STRING}, "additional-properties-limited", ERR, INFO),
        ({"additionalProperties": STRING}, {}, "additional-properties-unlimited", INFO, WARN),
    ],
)
def test_fields_without_a_name_count(old: JSON, new: JSON, rule: str, sent: Any, received: Any) -> None:
    """An object that takes no more other fields refuses what clients send."""
    before, after = ({"type": "object", "properties": {"inner": {**obj(), **each}}} for each in (old, new))
    assert found(with_body(before), with_body(after)) == [(f"request-property-{rule}", sent, "request body · inner")]
    assert found(with_response(before), with_response(after)) == [
        (f"response-property-{rule}", received, "response 200 · inner")
    ]


def answers(**statuses: JSON) -> JSON:
    """Return a document whose operation answers with these schemas, by their statuses without the first letter."""
    return operation_document(
        {
            "responses": {
                status[1:]: {"description": "", "content": {"application/json": {"schema": schema}}}
                for status, schema in statuses.items()
            }
        }
    )


def test_a_range_of_statuses_has_the_status_in_it() -> None:
    """200 that becomes 2XX, or the other way round, breaks nobody; what it carries is compared all the same."""
    assert found(answers(s200=STRING), answers(s2XX=STRING)) == [("response-status-widened", INFO, "response 2XX")]
    assert found(answers(s2XX=STRING), answers(s201=STRING)) == [("response-status-narrowed", INFO, "response 201")]
    assert found(answers(s2XX=STRING), answers(s2xx=STRING)) == []
    assert ("response-body-type-changed", ERR, "response 2XX") in found(answers(s200=STRING), answers(s2XX=INTEGER))
    assert [rule for rule, _, _ in found(answers(s200=STRING), answers(s4XX=STRING))] == [
        "response-success-status-removed",
        "response-non-success-status-added",
    ]
    assert found(answers(s200=STRING, s2XX=STRING), answers(s2XX=STRING)) == [
        ("response-success-status-removed", ERR, "response 200")
    ]


def test_links_count() -> None:
    """A link that leads elsewhere, came or went is told with what it was."""

    def linked(**links: JSON) -> JSON:
        return operation_document({"responses": {"200": {"description": "", "links": links}}})

    one, other = {"operationId": "getOne", "parameters": {"id": "$response.body#/id"}}, {"operationId": "getOther"}
    assert found(linked(a=one), linked(a=one)) == []
    [change] = diff(linked(a=one), linked(a=other)).changes
    assert (change.rule, change.level) == ("response-link-changed", WARN)
    assert (change.old, change.new) == ("getOne (id: $response.body#/id)", "getOther ()")
    [change] = diff(linked(a=one), linked(a={**one, "requestBody": {"to": "$response.body#/id"}})).changes
    assert change.new == 'getOne (id: $response.body#/id, body: {"to":"$response.body#/id"})'
    assert {(rule, level) for rule, level, _ in found(linked(a=one), linked(b=one))} == {
        ("response-link-removed", WARN),
        ("response-link-added", INFO),
    }


def test_examples_count() -> None:
    """Those of a body, shared or in place, of a parameter and of a schema; each is a change that breaks nothing."""

    def shown(content: JSON, **examples: JSON) -> JSON:
        return operation_document(
            {"requestBody": {"content": {"application/json": {"schema": STRING, **content}}}},
            components={"examples": examples},
        )

    shared = {"examples": {"one": {"$ref": "#/components/examples/One"}}}
    assert found(shown({"example": "a"}), shown({"example": "b"})) == [("example-changed", INFO, "request body")]
    assert found(shown(shared, One={"value": "a"}), shown({"example": "a"})) == []
    [change] = diff(shown(shared, One={"value": "a"}), shown(shared, One={"value": "b"})).changes
    assert (change.rule, change.old, change.new) == ("example-changed", "a", "b")
    several = {"examples": {"a": {"value": 1}, "b": {"value": 2}, "c": {"$ref": "#/components/examples/One"}}}
    others = {"examples": {"a": {"value": 1}, "c": {"$ref": "#/components/examples/One"}, "d": {"value": 4}}}
    assert found(shown(several, One={"value": "a"}), shown(several, One={"value": "a"})) == []
    assert found(shown(several, One={"value": "a"}), shown(others, One={"value": "b"})) == [
        ("example-changed", INFO, "request body · example c"),
        ("example-added", INFO, "request body · example d"),
        ("example-removed", INFO, "request body · example b"),
    ]
    assert found(with_parameter(), with_parameter(example="a")) == [("example-added", INFO, "query parameter q")]
    assert found(with_body(obj(a={"example": 1})), with_body(obj(a={"example": 2}))) == [
        ("request-property-example-changed", INFO, "request body · a")
    ]


def test_callbacks_and_webhooks_are_compared_as_deep() -> None:
    """What the API may come to send, without limits that were there, breaks who receives it."""
    closed, opened = ({"type": "object", "properties": {"n": each}} for each in ({**NUMBER, "minimum": 0}, NUMBER))

    def called(schema: JSON) -> JSON:
        taken = {
            "requestBody": {"content": {"application/json": {"schema": schema, "example": schema}}},
            "responses": {"200": {"description": "ok"}},
        }
        operation = {"responses": {}, "callbacks": {"paid": {"{$request.query.url}": {"post": taken}}}}
        return document({"/orders": {"post": operation}}, openapi="3.1.0", webhooks={"order.sent": {"post": taken}})

    changes = diff(called(closed), called(opened)).changes
    assert {(change.rule, change.level, change.operation) for change in changes} == {
        ("response-property-min-unset", ERR, "POST /orders"),
        ("response-property-min-unset", ERR, "webhook POST order.sent"),
        ("example-changed", INFO, "POST /orders"),
        ("example-changed", INFO, "webhook POST order.sent"),
    }


LIST = {"type": "array", "items": STRING}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"schema": LIST}, {"schema": LIST, "explode": False}),
        ({"schema": LIST}, {"schema": LIST, "style": "pipeDelimited"}),
        ({"schema": obj(a=STRING)}, {"schema": obj(a=STRING), "style": "deepObject", "explode": True}),
        ({"schema": STRING}, {"schema": None, "content": {"application/json": {"schema": STRING}}}),
    ],
)
def test_what_goes_over_the_wire_counts(old: JSON, new: JSON) -> None:
    """A client that writes a list, an object or a text in the old way is refused, or understood wrongly."""
    before, after = ({key: each for key, each in one.items() if each is not None} for one in (old, new))
    documents = []
    for one in (before, after):
        node = {"name": "q", "in": "query", **one}
        documents.append(operation_document({"parameters": [node]}))
    changes = found(*documents)
    assert ("request-parameter-serialization-changed", ERR, "query parameter q") in changes
    assert len(changes) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"schema": LIST}, {"schema": LIST, "style": "form", "explode": True}),
        ({"schema": STRING}, {"schema": STRING, "explode": False}),
        ({"schema": LIST, "style": "spaceDelimited"}, {"schema": LIST, "style": "spaceDelimited", "explode": False}),
    ],
)
def test_what_is_said_and_meant_anyway_is_no_change(old: JSON, new: JSON) -> None:
    """The default of a style, and a style where it changes nothing."""
    assert found(with_parameter(**old), with_parameter(**new)) == []


def test_the_encoding_of_a_form_counts() -> None:
    """A part that becomes XML breaks who sends JSON."""

    def form(**encoding: JSON) -> JSON:
        content = {"multipart/form-data": {"schema": obj(a=obj()), "encoding": encoding}}
        return operation_document({"requestBody": {"content": content}})

    [change] = diff(form(), form(a={"contentType": "application/xml"})).changes
    assert (change.rule, change.level) == ("request-body-encoding-changed", ERR)
    assert change.sentence == "request body · a: is written as application/xml, no longer as application/json"
