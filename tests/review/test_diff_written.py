"""How values are written counts where it changes what goes over the wire, in every place, and nowhere else."""

from typing import Any

import pytest

from engine.review.records import Level
from tests.review.documents import (
    ERR,
    INFO,
    INTEGER,
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

LIST = {"type": "array", "items": STRING}
OBJECT = obj(a=STRING)
NULL = {"type": "null"}
MULTIPART, FORM = "multipart/form-data", "application/x-www-form-urlencoded"


def swagger(**parameter: Any) -> JSON:
    """Return a Swagger document whose operation has this list as a parameter."""
    node = {"name": "q", "in": "query", "type": "array", "items": STRING, **parameter}
    return {
        "swagger": "2.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/t": {"get": {"parameters": [node], "responses": {}}}},
    }


def parameter(schema: JSON, place: str = "query", **how: Any) -> JSON:
    """Return a document whose operation has this parameter."""
    return document({"/t/{q}": {"get": {"parameters": [{"name": "q", "in": place, "schema": schema, **how}]}}})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (parameter(LIST, "path"), parameter(LIST, "path", explode=True)),
        (parameter(LIST, "header"), parameter(LIST, "header", explode=True)),
        (parameter(LIST), parameter(LIST, style="spaceDelimited", explode=True)),
        (parameter(OBJECT, style="deepObject"), parameter(OBJECT, style="deepObject", explode=True)),
        (swagger(), swagger(collectionFormat="csv")),
        (swagger(collectionFormat="multi"), with_parameter(schema=LIST, name="q")),
    ],
)
def test_two_ways_to_say_one_thing_are_no_change(old: JSON, new: JSON) -> None:
    """Where a style writes the same text either way, nothing changed."""
    assert [rule for rule, _, _ in found(old, new) if "serialization" in rule or "collection" in rule] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (parameter({"anyOf": [LIST, NULL]}), parameter({"anyOf": [LIST, NULL]}, explode=False)),
        (parameter({"oneOf": [STRING, LIST]}), parameter({"oneOf": [STRING, LIST]}, explode=False)),
        (parameter(OBJECT, "path"), parameter(OBJECT, "path", explode=True)),
        (parameter(STRING, "path"), parameter(STRING, "path", style="label")),
        (parameter(LIST, "path", style="matrix"), parameter(LIST, "path", style="matrix", explode=True)),
        (swagger(), swagger(collectionFormat="multi")),
    ],
)
def test_another_text_on_the_wire_breaks(old: JSON, new: JSON) -> None:
    """A list is written in many ways, also as one of several alternatives."""
    assert [(rule, level) for rule, level, _ in found(old, new)] == [("request-parameter-serialization-changed", ERR)]


def test_signs_that_are_sent_as_they_are_may_break() -> None:
    """Most servers take both."""
    [change] = diff(with_parameter(), with_parameter(allowReserved=True)).changes
    assert (change.rule, change.level) == ("request-parameter-reserved-changed", WARN)
    assert change.sentence == "query parameter q: signs such as `/` and `?` are sent as they are, no longer encoded"


def test_what_the_client_receives_is_written_in_a_way_too() -> None:
    """Headers of responses, and of webhooks and callbacks."""

    def answered(**how: Any) -> JSON:
        headers = {"X-Page": {"schema": OBJECT, **how}}
        return operation_document({"responses": {"200": {"description": "", "headers": headers}}})

    def called(how: JSON) -> JSON:
        call = {"parameters": [{"name": "X-Page", "in": "header", **how}], "responses": {}}
        callbacks = {"done": {"{$request.query.url}": {"post": call}}}
        return document(
            {"/t": {"get": {"callbacks": callbacks, "responses": {}}}}, webhooks={"w": {"post": call}}, openapi="3.1.0"
        )

    assert found(answered(), answered(explode=True)) == [
        ("response-header-serialization-changed", ERR, "response 200 · header X-Page")
    ]
    assert found(answered(example={"a": "x"}), answered(example={"a": "y"})) == [
        ("example-changed", INFO, "response 200 · header X-Page")
    ]
    as_json = {"content": {"application/json": {"schema": OBJECT}}}
    rules = [(rule, level) for rule, level, _ in found(called({"schema": OBJECT}), called(as_json))]
    assert rules == [("response-header-serialization-changed", ERR)] * 2


def form(kind: str, schema: JSON, **encoding: JSON) -> JSON:
    """Return a document whose operation takes a form."""
    content = {kind: {"schema": schema, "encoding": encoding}}
    return operation_document({"requestBody": {"content": content}})


@pytest.mark.parametrize(
    ("kind", "field", "how"),
    [
        (MULTIPART, OBJECT, {"contentType": "application/json"}),
        (MULTIPART, STRING, {"contentType": "text/plain"}),
        (MULTIPART, {"type": "string", "format": "binary"}, {"contentType": "application/octet-stream"}),
        (MULTIPART, {"type": "array", "items": OBJECT}, {"contentType": "application/json"}),
        (FORM, LIST, {"style": "form", "explode": True}),
    ],
)
def test_an_encoding_that_says_what_is_meant_anyway_is_no_change(kind: str, field: JSON, how: JSON) -> None:
    """The type of a field tells its media type."""
    assert found(form(kind, obj(a=field)), form(kind, obj(a=field), a=how)) == []


def test_the_headers_of_a_part_count() -> None:
    """A part must have one more, one that is gone is sent in vain, and in a form without parts there are none."""
    header = {"X-Size": {"required": True, "schema": {"type": "integer"}}, "X-Note": {"schema": STRING}}
    before, after = {"X-Note": {"schema": STRING}, "X-Old": {"schema": STRING}}, header
    assert found(
        form(MULTIPART, obj(a=OBJECT), a={"headers": before}), form(MULTIPART, obj(a=OBJECT), a={"headers": after})
    ) == [
        ("new-required-request-parameter", ERR, "request body · a · header parameter X-Size"),
        ("request-parameter-removed", WARN, "request body · a · header parameter X-Old"),
    ]
    assert found(form(FORM, obj(a=LIST)), form(FORM, obj(a=LIST), a={"headers": header})) == []
    one, other = (
        {"multipart/mixed": {"schema": obj(a=OBJECT), "encoding": {"a": {"headers": headers}}}}
        for headers in (after, before)
    )
    removed = found(
        *(operation_document({"responses": {"200": {"description": "", "content": each}}}) for each in (one, other))
    )
    assert ("required-response-header-removed", ERR, "response 200 · a · header X-Size") in removed


@pytest.mark.parametrize(
    ("kind", "field", "how"),
    [
        (MULTIPART, OBJECT, {"contentType": "application/xml"}),
        (MULTIPART, LIST, {"contentType": "application/json"}),
        (FORM, LIST, {"explode": False}),
        (FORM, OBJECT, {"style": "deepObject"}),
    ],
)
def test_another_encoding_breaks(kind: str, field: JSON, how: JSON) -> None:
    """In forms of both kinds."""
    assert found(form(kind, obj(a=field)), form(kind, obj(a=field), a=how)) == [
        ("request-body-encoding-changed", ERR, "request body · a")
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"oneOf": [STRING, INTEGER]}, {"type": ["string", "integer"]}),
        ({"anyOf": [STRING, INTEGER, NULL]}, {"type": ["string", "integer", "null"]}),
        (INTEGER, {"type": "integer", "multipleOf": 1}),
        ({"type": "number", "multipleOf": 1}, INTEGER),
        ({"type": "string", "format": "binary"}, {"contentMediaType": "application/octet-stream"}),
    ],
)
def test_types_are_written_in_several_ways(old: JSON, new: JSON) -> None:
    """As alternatives, as a list, as a number that is whole, as the versions of OpenAPI have it."""
    for wrap in (with_body, with_response):
        assert found(wrap(old, openapi="3.1.0"), wrap(new, openapi="3.1.0")) == []


@pytest.mark.parametrize(
    ("mapping", "sent", "received"),
    [
        ({"cat": "A", "dog": "A"}, [("mapping-added", INFO)], [("mapping-added", WARN)]),
        ({"kitten": "A"}, [("mapping-removed", ERR), ("mapping-added", INFO)],
         [("mapping-added", WARN), ("mapping-removed", INFO)]),
        ({"cat": "A", "A": "A"}, [], []),
    ],
)  # fmt: skip
def test_values_of_a_discriminator_are_like_those_of_an_enum(
    mapping: JSON, sent: list[tuple[str, Level]], received: list[tuple[str, Level]]
) -> None:
    """A value that is gone is refused; one that came surprises who receives it. Names of schemas are values as well."""
    shared = {"components": {"schemas": {"A": obj("kind", kind=STRING)}}}

    def choice(values: JSON) -> JSON:
        return {
            "oneOf": [{"$ref": "#/components/schemas/A"}],
            "discriminator": {"propertyName": "kind", "mapping": values},
        }

    for wrap, subject, expected in ((with_body, "request", sent), (with_response, "response", received)):
        changes = found(wrap(choice({"cat": "A"}), **shared), wrap(choice(mapping), **shared))
        assert [(rule, level) for rule, level, _ in changes] == [
            (f"{subject}-body-discriminator-{rule}", level) for rule, level in expected
        ]


def test_a_charset_that_is_meant_anyway_is_no_other_media_type() -> None:
    """JSON is in UTF-8."""

    def taken(kind: str) -> JSON:
        return operation_document({"requestBody": {"content": {kind: {"schema": STRING}}}})

    assert found(taken("application/json"), taken("application/json; charset=utf-8")) == []
    assert len(found(taken("application/json"), taken("application/json; v=2"))) == 2


def test_a_tuple_that_is_closed_breaks() -> None:
    """No items may come after those that are named."""
    first = {"type": "array", "prefixItems": [STRING]}
    changes = found(with_body(first, openapi="3.1.0"), with_body({**first, "items": False}, openapi="3.1.0"))
    assert changes == [("request-body-items-set", ERR, "request body")]
