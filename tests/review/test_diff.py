from copy import deepcopy

import msgspec
import pytest

from engine.review.diff.compare import compare
from engine.review.diff.rules import RULES, SCHEMA_RULES
from engine.review.records import Change, Diff, Level
from engine.specs.read import read
from tests.review.documents import (
    ERR,
    INFO,
    INTEGER,
    NAMED,
    NUMBER,
    STRING,
    WARN,
    A,
    B,
    diff,
    found,
    obj,
    with_body,
    with_parameter,
    with_response,
)
from tests.specs.builders import FEW, JSON, PETS, document, operation_document, read_json

SCHEMAS = [
    # what changes, old, new, rule in a request, its level, rule in a response, its level
    ("type", STRING, INTEGER, "type-changed", ERR, "type-changed", ERR),
    ("wider", INTEGER, NUMBER, "type-generalized", INFO, "type-generalized", ERR),
    ("narrower", NUMBER, INTEGER, "type-specialized", ERR, "type-specialized", INFO),
    ("untyped", STRING, {}, "type-generalized", INFO, "type-generalized", ERR),
    ("format", STRING, {"type": "string", "format": "date"}, "type-specialized", ERR, "type-specialized", INFO),
    ("null", STRING, {"type": "string", "nullable": True}, "became-nullable", INFO, "became-nullable", ERR),
    ("no null", {"type": "string", "nullable": True}, STRING, "became-not-nullable", ERR, "became-not-nullable", INFO),
    ("enum", STRING, {"type": "string", "enum": ["a"]}, "became-enum", ERR, "became-enum", INFO),
    ("no enum", {"type": "string", "enum": ["a"]}, STRING, "became-non-enum", INFO, "became-non-enum", WARN),
    ("value", {"enum": ["a"]}, {"enum": ["a", "b"]}, "enum-value-added", INFO, "enum-value-added", WARN),
    ("no value", {"enum": [1, True]}, {"enum": [1]}, "enum-value-removed", ERR, "enum-value-removed", INFO),
    ("default", STRING, STRING | {"default": "x"}, "default-value-added", INFO, "default-value-added", INFO),
    ("pattern", STRING, STRING | {"pattern": "x"}, "pattern-added", ERR, "pattern-added", INFO),
    ("other pattern", {"pattern": "x"}, {"pattern": "y"}, "pattern-changed", WARN, "pattern-changed", WARN),
    ("maximum", {"maximum": 5}, {"maximum": 4}, "max-decreased", ERR, "max-decreased", INFO),
    ("length", {"maxLength": 5}, {"maxLength": 6}, "max-length-increased", INFO, "max-length-increased", ERR),
    ("least", {"minItems": 0}, {"minItems": 1}, "min-items-set", ERR, "min-items-set", INFO),
    ("exclusive", {"exclusiveMinimum": 1}, {}, "exclusive-min-unset", INFO, "exclusive-min-unset", ERR),
    ("multiple", {"multipleOf": 2}, {"multipleOf": 3}, "multiple-of-changed", ERR, "multiple-of-changed", ERR),
    ("one of", {"oneOf": [A]}, {"oneOf": [A, B]}, "one-of-added", INFO, "one-of-added", ERR),
    ("any of", {"anyOf": [A, B, STRING]}, {"anyOf": [B, A]}, "any-of-removed", ERR, "any-of-removed", INFO),
    ("now one of", A, {"oneOf": [B, A]}, "one-of-added", INFO, "one-of-added", ERR),
    ("deprecated", STRING, STRING | {"deprecated": True}, "deprecated", INFO, "deprecated", INFO),
]


@pytest.mark.parametrize(
    ("old", "new", "sent", "sent_level", "received", "received_level"), [row[1:] for row in SCHEMAS]
)
def test_what_is_sent_and_what_is_received_break_the_other_way_round(
    old: JSON, new: JSON, sent: str, sent_level: Level, received: str, received_level: Level
) -> None:
    """Each kind of change of a field has its rule, and a level that depends on who sends the field."""
    assert found(with_body(obj(f=old), **NAMED), with_body(obj(f=new), **NAMED)) == [
        (f"request-property-{sent}", sent_level, "request body · f")
    ]
    assert found(with_response(obj(f=old), **NAMED), with_response(obj(f=new), **NAMED)) == [
        (f"response-property-{received}", received_level, "response 200 · f")
    ]
    assert found(with_body(old, **NAMED), with_body(new, **NAMED)) == [
        (f"request-body-{sent}", sent_level, "request body")
    ]
    assert found(with_parameter(schema=old) | NAMED, with_parameter(schema=new) | NAMED) == [
        (f"request-parameter-{sent}", sent_level, "query parameter q")
    ]


@pytest.mark.parametrize(
    ("old", "new", "sent", "sent_level", "received", "received_level"),
    [
        (obj(), obj(f=STRING), "new-optional-request-property", INFO, "response-optional-property-added", INFO),
        (obj(), obj("f", f=STRING), "new-required-request-property", ERR, "response-required-property-added", INFO),
        (obj(f=STRING), obj(), "request-property-removed", WARN, "response-optional-property-removed", WARN),
        (obj("f", f=STRING), obj(), "request-property-removed", WARN, "response-required-property-removed", ERR),
        (
            obj(f=STRING),
            obj("f", f=STRING),
            "request-property-became-required",
            ERR,
            "response-property-became-required",
            INFO,
        ),
        (
            obj("f", f=STRING),
            obj(f=STRING),
            "request-property-became-optional",
            INFO,
            "response-property-became-optional",
            ERR,
        ),
    ],
)
def test_fields_come_and_go(
    old: JSON, new: JSON, sent: str, sent_level: Level, received: str, received_level: Level
) -> None:
    """A field that is added, removed, required or no longer so, at any depth, has its rule."""
    nested = [{"type": "array", "items": obj(deep={"allOf": [side]})} for side in (old, new)]
    assert found(with_body(old), with_body(new)) == [(sent, sent_level, "request body · f")]
    assert found(*map(with_body, nested)) == [(sent, sent_level, "request body · [].deep.f")]
    assert found(with_response(old), with_response(new)) == [(received, received_level, "response 200 · f")]
    assert found(*map(with_response, nested)) == [(received, received_level, "response 200 · [].deep.f")]


PARTS = [
    # old operation, new operation, changes there, changes back
    ({}, {"parameters": [{"name": "q", "in": "query"}]}, "new-optional-request-parameter", "request-parameter-removed"),
    (
        {},
        {"parameters": [{"name": "q", "in": "query", "required": True}]},
        "new-required-request-parameter!",
        "request-parameter-removed",
    ),
    (
        {"parameters": [{"name": "q", "in": "query"}]},
        {"parameters": [{"name": "q", "in": "query", "required": True}]},
        "request-parameter-became-required!",
        "request-parameter-became-optional",
    ),
    (
        {"parameters": [{"name": "q", "in": "query"}]},
        {"parameters": [{"name": "q", "in": "header"}]},
        "request-parameter-location-changed!",
        "request-parameter-location-changed!",
    ),
    (
        {"parameters": [{"name": "X-A", "in": "header"}]},
        {"parameters": [{"name": "x-a", "in": "header", "deprecated": True}]},
        "request-parameter-deprecated",
        "request-parameter-reactivated",
    ),
    ({"operationId": "a"}, {"operationId": "b"}, "api-operation-id-changed", "api-operation-id-changed"),
    ({"deprecated": True}, {}, "endpoint-reactivated", "endpoint-deprecated"),
    ({"tags": ["a"]}, {}, "api-tag-removed", "api-tag-added"),
    ({}, {"requestBody": {"content": {}}}, "request-body-added-optional", "request-body-removed!"),
    ({}, {"requestBody": {"required": True, "content": {}}}, "request-body-added-required!", "request-body-removed!"),
    (
        {"requestBody": {"content": {"a/a": {}}}},
        {"requestBody": {"content": {"a/a": {}, "b/b": {}}, "required": True}},
        "request-body-became-required! request-body-media-type-added",
        "request-body-media-type-removed! request-body-became-optional",
    ),
    ({"responses": {"200": {}}}, {}, "response-success-status-removed!", "response-success-status-added"),
    ({"responses": {"404": {}}}, {}, "response-non-success-status-removed", "response-non-success-status-added"),
    (
        {"responses": {"200": {"content": {"a/a": {}}, "headers": {"H": {"required": True}}}}},
        {"responses": {"200": {"content": {}}}},
        "required-response-header-removed! response-media-type-removed!",
        "response-header-added response-media-type-added",
    ),
    (
        {"responses": {"200": {"headers": {"H": {"schema": INTEGER}}}}},
        {"responses": {"200": {"headers": {"H": {"schema": NUMBER}}}}},
        "response-header-type-generalized!",
        "response-header-type-specialized",
    ),
    ({"security": []}, {"security": [{"key": []}]}, "api-security-anonymous-access-removed! api-security-added", None),
    ({}, {"security": [{}, {"key": []}]}, "api-security-added", "api-security-optional-removed"),
    ({"security": [{"key": []}]}, {"security": [{}]}, "api-security-anonymous-access-added", None),
    (
        {"security": [{"key": []}]},
        {"security": [{"key": ["a"]}]},
        "api-security-scope-added!",
        "api-security-scope-removed",
    ),
    ({"servers": [{"url": "/a"}]}, {"servers": [{"url": "/b"}]}, "api-server-removed api-server-added", None),
]


@pytest.mark.parametrize(("old", "new", "there", "back"), PARTS)
def test_parts_of_an_operation_have_their_rules(old: JSON, new: JSON, there: str, back: str | None) -> None:
    """Parameters, bodies, responses, security and the rest: each change has its rule; `!` marks those that break."""
    for before, after, expected in ((old, new, there), (new, old, back)):
        if expected is not None:
            changes = diff(operation_document(before), operation_document(after)).changes
            assert [f"{change.rule}{'!' * (change.level is ERR)}" for change in changes] == expected.split()
            assert {change.operation for change in changes} == {"GET /x"}


def test_operations_come_and_go() -> None:
    """An operation that is added or removed is one change; one whose path parameter was renamed is the same one."""
    new = deepcopy(PETS)
    new["paths"]["/pets/{id}"] = new["paths"].pop("/pets/{petId}")
    new["paths"]["/pets/{id}"]["parameters"][0]["name"] = "id"
    new["paths"]["/owners"] = {"get": {}}
    del new["paths"]["/pets/{id}"]["delete"]
    result = diff(PETS, new)
    assert [(change.rule, change.operation) for change in result.changes] == [
        ("api-removed-with-deprecation", "DELETE /pets/{petId}"),
        ("request-path-parameter-renamed", "GET /pets/{id}"),
        ("endpoint-added", "GET /owners"),
    ]
    assert (result.summary.operations_added, result.summary.operations_removed) == (1, 1)
    assert result.summary.operations_changed == 1


def test_a_change_of_a_shared_schema_is_one_change_that_names_its_operations() -> None:
    """It is found once however often it is referred to, circles included, and lists whom it reaches."""
    new = deepcopy(PETS)
    new["components"]["schemas"]["Owner"]["properties"]["name"] = {"type": "string"}
    new["paths"]["/pets/{petId}"]["put"] = {
        "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Owner"}}}}
    }
    old = deepcopy(new)
    del old["components"]["schemas"]["Owner"]["properties"]["name"]
    sent, received = diff(old, new).changes[::-1]
    assert (sent.rule, sent.schema, sent.where, sent.pointer) == (
        "new-optional-request-property",
        "Owner",
        "name",
        "/components/schemas/Owner",
    )
    assert sent.operations == ("POST /pets", "PUT /pets/{petId}")
    assert sent.operation == ""
    assert (received.rule, received.operation, received.where) == (
        "response-optional-property-added",
        "GET /pets",
        "response 200 · [].owner.name",
    )


def test_another_schema_in_the_place_of_one_is_compared_by_what_is_in_it() -> None:
    """A reference that leads elsewhere, or a schema that came to be written in place, is no change by itself."""
    assert found(with_body(A, **NAMED), with_body(obj(id=STRING), **NAMED)) == []
    assert found(with_body(A, **NAMED), with_body({"allOf": [A]}, **NAMED)) == []
    [change] = diff(with_body(obj(f=A), **NAMED), with_body(obj(f=B), **NAMED)).changes
    assert (change.rule, change.where, change.schema) == (
        "new-optional-request-property",
        "request body · f.b",
        "A → B",
    )


def test_null_may_be_written_in_several_ways() -> None:
    """`nullable`, a type beside null, and an alternative to null mean the same."""
    ways = [
        {"type": "string", "nullable": True},
        {"type": ["string", "null"]},
        {"anyOf": [STRING, {"type": "null"}]},
        {"allOf": [STRING], "nullable": True},
    ]
    for way in ways:
        for other in ways:
            assert found(with_body(way), with_body(other)) == []
        assert found(with_body(way), with_body(STRING)) == [
            ("request-body-became-not-nullable", ERR, "request body"),
        ]


def test_fields_that_only_go_one_way_do_not_count_the_other_way() -> None:
    """A read-only field is no part of a request, a write-only one no part of a response."""
    old, new = obj(f=STRING | {"readOnly": True}), obj(f=INTEGER | {"readOnly": True})
    assert found(with_body(old), with_body(new)) == []
    assert len(found(with_response(old), with_response(new))) == 1
    assert found(with_response(obj(f=STRING | {"writeOnly": True})), with_response(obj())) == []


def test_words_are_counted_and_not_listed() -> None:
    """Other summaries and descriptions are no changes; the operations that have them are counted."""
    result = diff(operation_document({"summary": "A"}), operation_document({"summary": "B"}))
    assert result.changes == ()
    assert result.summary.documentation == 1


def test_webhooks_and_callbacks_go_the_other_way() -> None:
    """The client receives the body of a webhook or callback, so a field that it loses breaks it."""
    call = {"post": {"requestBody": {"content": {"application/json": {"schema": obj("f", f=STRING)}}}}}
    less = {"post": {"requestBody": {"content": {"application/json": {"schema": obj()}}}}}
    spec = read_json(operation_document({}))
    hooks = read_json(document({"/hook": call})), read_json(document({"/hook": less}))
    incoming = [
        tuple(msgspec.structs.replace(operation, incoming=True) for operation in hook.operations) for hook in hooks
    ]
    old, new = (msgspec.structs.replace(spec, webhooks=webhooks) for webhooks in incoming)
    [change] = compare(old, new).changes
    assert (change.rule, change.level) == ("response-required-property-removed", ERR)
    assert change.operations == ("webhook POST /hook",)
    assert [change.rule for change in compare(old, spec).changes] == ["webhook-removed"]
    old, new = (
        msgspec.structs.replace(spec, operations=(msgspec.structs.replace(spec.operations[0], callbacks=callbacks),))
        for callbacks in incoming
    )
    [change] = compare(old, new).changes
    assert (change.operation, change.where) == ("GET /x", "callback POST /hook · request body · f")
    assert [change.rule for change in compare(new, spec).changes] == ["callback-removed"]


def test_messages_break_whoever_reads_them() -> None:
    """A field that is gone breaks those who read the message, not those who send it."""
    old, new = (
        {
            "asyncapi": "2.6.0",
            "info": {"title": "Test", "version": "1"},
            "channels": {"a/{x}": {each: {"message": {"payload": schema}} for each in ("publish", "subscribe")}},
        }
        for schema in (obj("f", f=STRING), obj())
    )
    assert [(change.rule, change.level, change.operation) for change in diff(old, new).changes] == [
        ("response-required-property-removed", ERR, "SUBSCRIBE a/{x}"),
        ("request-property-removed", WARN, "PUBLISH a/{x}"),
    ]


def test_the_whole_has_servers_and_security_schemes() -> None:
    """Servers and ways to prove who one is are compared for the specification as a whole."""
    scheme = {"type": "apiKey", "in": "header", "name": "X-Key"}
    old = document(servers=[{"url": "https://a"}], components={"securitySchemes": {"k": scheme, "old": scheme}})
    new = document(servers=[{"url": "https://b"}], components={"securitySchemes": {"k": scheme | {"name": "Key"}}})
    assert {(rule, level) for rule, level, _ in found(old, new)} == {
        ("api-server-added", INFO),
        ("api-server-removed", WARN),
        ("api-security-component-type-changed", ERR),
        ("api-security-component-removed", INFO),
    }


def test_sections_of_a_guide_come_and_go() -> None:
    """A guide is compared by its headings."""
    old, new = (read(text.encode()) for text in ("# A\n\none\n\n# B\n\ntwo\n", "# A\n\nother\n\n# C\n\ntwo\n"))
    assert {(change.rule, change.where) for change in compare(old, new).changes} == {
        ("guide-section-changed", "section A"),
        ("guide-section-removed", "section B"),
        ("guide-section-added", "section C"),
    }


def test_every_change_is_whole() -> None:
    """A change says what happened in one sentence with its place, and is written and read as JSON."""
    result = diff(with_parameter(), with_parameter(schema=INTEGER, required=True))
    assert [change.sentence for change in result.changes] == [
        "query parameter q: became required",
        "query parameter q: type changed from string to integer",
    ]
    assert result.changes[1] == Change(
        rule="request-parameter-type-changed",
        level=ERR,
        operation="GET /x",
        where="query parameter q",
        old="string",
        new="integer",
        pointer="/paths/~1x/get",
        sentence="query parameter q: type changed from string to integer",
        operations=("GET /x",),
        operation_count=1,
    )
    assert msgspec.json.decode(msgspec.json.encode(result), type=Diff) == result


def test_rules_can_be_put_into_words() -> None:
    """Every sentence and id pattern is filled by what a finding has."""
    for rule in (*RULES.values(), *SCHEMA_RULES.values()):
        assert rule.sentence.format(old="a", new="b")
    for rule in SCHEMA_RULES.values():
        for pattern in (rule.sent_id, rule.received_id):
            assert pattern.format(subject="s", base="b", kind="k", part="p")


def test_a_comparison_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is more than the limits allow is left out, and the result says so."""
    monkeypatch.setattr("engine.review.diff.found.MAX_CHANGES", 2)
    fields = {f"f{index}": STRING for index in range(5)}
    result = diff(with_body(obj()), with_body(obj(**fields)))
    assert len(result.changes) == 2
    assert result.summary.other == 5
    assert result.cut == "3 more changes are not listed"
    monkeypatch.setattr("engine.review.diff.compare.LIMITS", msgspec.structs.replace(FEW, max_parts=3))
    assert "too large" in diff(with_body(obj()), with_body(obj(**fields))).cut
