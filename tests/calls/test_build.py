"""Samples that a validator of JSON Schema accepts, or what it has against them."""

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings, strategies as st

from engine.calls.fitting import Judged, fitting
from engine.calls.judge import faults
from engine.calls.patterns import matching
from engine.calls.records import Fields
from engine.specs.limits import Budget
from engine.specs.model import Schema
from engine.specs.openapi.schema import SchemaReader
from tests.specs.test_describe import shared

JSON = dict[str, Any]


def judged(
    schema: JSON, hints: str = "", *, incoming: bool = False, fields: Fields = "few", **components: JSON
) -> Judged:
    """Return the sample of a schema of OpenAPI."""
    tree = {"components": {"schemas": components}}
    reader = SchemaReader(tree, "/components/schemas", lambda *_: None, Budget(), siblings=True)
    read = reader.read(schema, "/schema")
    found = reader.finish()
    return fitting(read, lambda pointer: found.get(pointer, Schema()), hints=hints, incoming=incoming, fields=fields)


def value(schema: JSON, hints: str = "", **components: JSON) -> Any:
    """Return the value of a sample that is valid."""
    made = judged(schema, hints, **components)
    assert made.sketch == ""
    return made.sample.value


TEXT = {"type": "string"}
LION = {"allOf": [{"$ref": "#/components/schemas/Animal"}, {"required": ["mane"], "properties": {"mane": TEXT}}]}
ANIMAL = {
    "required": ["kind"],
    "properties": {"kind": TEXT},
    "discriminator": {"propertyName": "kind", "mapping": {"big-cat": "#/components/schemas/Lion"}},
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer", "minimum": 100, "multipleOf": 50}, 100),
        ({"type": "number", "exclusiveMinimum": True, "minimum": 0, "maximum": 0.5}, 0.5),
        ({"type": "integer", "exclusiveMaximum": 0}, -1),
        ({"type": "string", "minLength": 3, "maxLength": 3}, "str"),
        ({"type": "string", "minLength": 8}, "stringst"),
        ({"type": "string", "pattern": "^[0-9]{6}$"}, "111111"),
        ({"type": "string", "pattern": "^st-[a-z]+$", "minLength": 9, "maxLength": 9}, "st-aaaaaa"),
        (
            {"type": "string", "format": "uuid", "pattern": "^[{]?[0-9A-F]{8}(-?[0-9A-F]{4}){3}-?[0-9A-F]{12}[}]?$"},
            "3FA85F64-5717-4562-B3FC-2C963F66AFA6",
        ),
        ({"type": "string", "format": "date", "example": "2025-10-15T13:51:13Z"}, "2026-01-31"),
        ({"type": "array", "minItems": 2, "uniqueItems": True, "items": {"enum": ["a", "b", "c"]}}, ["a", "b"]),
        ({"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "integer"}}, [1, 2]),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 1),
        ({"type": ["null", "string"]}, "string"),
        ({"type": "object", "required": ["a", "b"], "properties": {"a": TEXT}}, {"a": "string", "b": "string"}),
        ({"additionalProperties": {"type": "integer"}}, {"key": 1}),
        (
            {"type": "object", "minProperties": 2, "properties": dict.fromkeys("abcd", TEXT)},
            dict.fromkeys("abc", "string"),
        ),
        (
            {
                "required": ["w"],
                "properties": {"w": TEXT, "l": TEXT, "s": TEXT},
                "oneOf": [{"required": ["l"]}, {"required": ["s"]}],
            },
            {"w": "string", "l": "string"},
        ),
        (
            {
                "allOf": [
                    {"required": ["a"], "properties": {"a": TEXT}},
                    {"oneOf": [{"required": ["b"], "properties": {"b": TEXT}}]},
                ]
            },
            {"a": "string", "b": "string"},
        ),
        (
            {
                "oneOf": [
                    {"required": ["a"], "properties": {"a": {"not": {}}}},
                    {"required": ["b"], "properties": {"b": TEXT}},
                ]
            },
            {"b": "string"},
        ),
        (
            {"properties": {"a": TEXT, "b": TEXT, "c": {"type": "array"}, "d": TEXT, "e": TEXT}},
            dict.fromkeys("abd", "string"),
        ),
        ({"properties": {"data": {"properties": {"name": TEXT}}}}, {"data": {"name": "string"}}),
        ({"properties": {"id": {"type": "integer", "readOnly": True}, "n": TEXT}, "required": ["id"]}, {"n": "string"}),
        (
            {"properties": {"a": TEXT, "b": TEXT}, "additionalProperties": False, "example": {"b": "x", "stray": 1}},
            {"b": "x"},
        ),
        (
            {"properties": {"id": {"readOnly": True}, "b": TEXT}, "example": {"id": 1, "b": "x"}},
            {"b": "x"},
        ),
    ],
)
def test_a_sample_fits_its_schema(schema: JSON, expected: Any) -> None:
    """Limits, patterns, null, choices, what is required and what the other side sets; examples as far as they fit."""
    assert value(schema) == expected


def test_a_discriminator_takes_a_key_of_its_mapping() -> None:
    """A base stands for one of its children, a child for itself, and a branch of a choice for what it is called."""
    known = {"Animal": ANIMAL, "Lion": LION}
    expected = {"kind": "big-cat", "mane": "string"}
    assert value({"$ref": "#/components/schemas/Animal"}, **known) == expected
    assert value({"$ref": "#/components/schemas/Lion"}, **known) == expected
    choice = {"oneOf": [{"$ref": "#/components/schemas/Lion"}], "discriminator": {"propertyName": "kind"}}
    assert value(choice, **known)["mane"] == "string"


def test_a_base_without_a_mapping_is_one_of_what_is_made_from_it() -> None:
    """As in Swagger 2.0 the discriminator takes the name of a schema, or what Azure's documents call it."""
    base = {"required": ["type"], "properties": {"type": TEXT}, "discriminator": "type"}
    cat = {"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["lives"], "properties": {"lives": TEXT}}]}
    assert value({"$ref": "#/components/schemas/Base"}, Base=base, Cat=cat) == {"type": "Cat", "lives": "string"}
    named = {**cat, "x-ms-discriminator-value": "#cat"}
    assert value({"$ref": "#/components/schemas/Cat"}, Base=base, Cat=named)["type"] == "#cat"


def test_the_summary_tells_which_optional_fields_matter() -> None:
    """Of many fields that may be left out, the one that the operation is about is sent."""
    fields = {"properties": dict.fromkeys(("colour", "size", "weight", "label"), TEXT)}
    assert "label" in value(fields, "Change the label of a parcel")


def test_the_required_fields_alone_or_all_are_sent_on_request() -> None:
    """Required ones alone, though an example has more; or each one, but what the other side sets."""
    inner = {"properties": {"x": TEXT, "y": {"type": "integer"}}}
    fields = {"a": TEXT, "b": inner, "id": {"readOnly": True}}
    schema = {"required": ["a"], "properties": fields, "example": {"a": "A", "b": {"x": "X"}}}
    assert judged(schema).sample.value == {"a": "A", "b": {"x": "X"}}
    assert judged(schema, fields="required").sample.value == {"a": "A"}
    assert judged(schema, fields="all").sample.value == {"a": "A", "b": {"x": "X", "y": 1}}


def test_what_cannot_be_made_valid_is_a_sketch_with_its_reason() -> None:
    """A schema that nothing fits says why."""
    made = judged({"required": ["a"], "properties": {"a": {"enum": ["UNKNOWN"], "maxLength": 1}}})
    assert made.sample.value == {"a": "UNKNOWN"}
    assert made.sketch == 'a: "UNKNOWN" is longer than 1 character'


def test_an_optional_field_that_nothing_fits_is_left_out() -> None:
    """Wherever it is, and only it; what would be left without any field stays a sketch."""
    never = {"enum": ["UNKNOWN"], "maxLength": 1}
    inner = {"required": ["a", "n"], "properties": {"a": never, "n": TEXT}}
    schema = {"properties": {"a": TEXT, "b": never, "c": {"type": "array", "items": inner}}}
    assert value({**schema, "example": {"a": "A", "b": "B", "c": [{}]}}) == {"a": "A"}
    assert judged({"properties": {"b": never}}).sketch == 'b: "UNKNOWN" is longer than 1 character'
    closed = {"properties": {"b": TEXT}, "additionalProperties": False}
    both = {"allOf": [closed, {"required": ["k"], "properties": {"b": TEXT, "k": TEXT}}]}
    assert value({"properties": {"b": False, "d": TEXT}, "example": {"b": "x", "d": "y"}}) == {"d": "y"}
    assert judged(both).sketch == "Additional properties are not allowed ('k' was unexpected)"


def test_another_branch_is_taken_where_one_fits_two() -> None:
    """Each way to make a branch is tried, then the next branch: here that which asks for least."""
    app = {"required": ["type", "user"], "properties": {"type": TEXT, "user": TEXT}}
    phone = {"required": ["type", "number"], "properties": {"type": TEXT, "number": TEXT}}
    plain = {"required": ["type"], "properties": {"type": {"example": "sip"}}}
    fields = {"properties": {"to": {"oneOf": [app, phone, plain]}}, "required": ["to"]}
    assert value(fields) == {"to": {"type": "sip"}}


def test_what_the_api_sends_leaves_out_what_only_the_client_writes() -> None:
    """Of a webhook `writeOnly` is what is not sent."""
    schema = {"properties": {"id": {"type": "integer", "readOnly": True}, "secret": {**TEXT, "writeOnly": True}}}
    assert judged(schema, incoming=True).sample.value == {"id": 1}


def test_a_schema_is_never_fetched() -> None:
    """What refers elsewhere in words that no field stands for is not judged by."""
    schema = Schema(type="string", limits={"not": {"$dynamicRef": "http://127.0.0.1:9/x"}, "pattern": "("})
    assert faults(schema, "a", shared()) == []
    assert [fault.message for fault in faults(schema, 1, shared())] == ['1 is not of type "string"']


@settings(deadline=None)
@given(
    st.sampled_from(
        [
            "^[0-9]{6}$",
            r"^\d{4}-\d{2}$",
            r"^\p{L}+$",
            "^(a|b)?c$",
            r"^arn:aws(-[^:]+)?:iam::.+$",
            "[^<>]",
            r"^(?!x)[\w+=,.@-]{1,64}$",
            "^(?=.*[A-Z])(?=.*[0-9]).{8,}$",
            r"^arn:(?=[^:]+:fsx:[^:]+:\d{12}:)((|(?!-)[a-z0-9].*(?<!-)):){4}(?!/).{0,1024}$",
        ]
    ),
    st.integers(0, 40),
)
def test_a_text_matches_its_pattern(pattern: str, shortest: int) -> None:
    """One of the texts that are tried is what a validator takes, unless none can be."""
    validator = jsonschema_rs.Draft202012Validator({"pattern": pattern, "minLength": shortest})
    tried = list(matching(pattern, shortest))
    assert not tried or any(map(validator.is_valid, tried))
    assert shortest > 1 or tried


@pytest.mark.parametrize("pattern", ["x{1000000000}", "((){1000}){100000}", "(a{1000}){1000}", "(", "[a||b&&c", ""])
def test_no_pattern_takes_long(pattern: str) -> None:
    """What is no expression, or has no end, gives no text, or few."""
    assert len(list(matching(pattern))) <= 21


schemas = st.recursive(
    st.one_of(
        st.builds(
            lambda low, more: {"type": "integer", "minimum": low, "maximum": low + more},
            st.integers(-9, 9),
            st.integers(0, 9),
        ),
        st.builds(
            lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more},
            st.integers(0, 9),
            st.integers(0, 9),
        ),
        st.sampled_from([{"type": "boolean"}, {"enum": ["a", 1, None]}, {"type": ["null", "string"]}, {"const": "k"}]),
    ),
    lambda inner: st.one_of(
        st.builds(lambda items, least: {"type": "array", "items": items, "minItems": least}, inner, st.integers(0, 2)),
        st.builds(
            lambda fields, count: {"type": "object", "properties": fields, "required": list(fields)[:count]},
            st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
            st.integers(0, 4),
        ),
        st.builds(lambda branches: {"anyOf": branches}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(
            lambda fields: {"allOf": [{"properties": fields}, {"required": list(fields)}]},
            st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(schemas)
def test_any_schema_that_can_be_met_is_met(schema: JSON) -> None:
    """Whatever is built is what the validator makes of the same schema as the document has it."""
    made = judged(schema)
    assert made.sketch == ""
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(made.sample.value)


def test_items_are_repaired_together() -> None:
    """An example whose items are wrong gives way to what the schema has, also where no two may be alike."""
    items = {"type": "string", "enum": ["a", "b"]}
    assert value({"example": {"l": [None, None]}, "properties": {"l": {"items": items}}}) == {"l": ["a", "a"]}
    number = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "example": "12"}}}
    unlike = {"type": "array", "uniqueItems": True, "minItems": 2, "items": number, "example": [{"n": "1"}, {"n": "2"}]}
    assert value(unlike) == [{"n": 1}, {"n": 2}]
    assert value({"type": "array", "uniqueItems": True, "items": TEXT, "example": ["a", "a"]}) == ["a"]


def test_a_password_is_made_up() -> None:
    """Patterns that look ahead ask for a digit, a capital and a sign, and for enough of them."""
    assert value({"type": "string", "pattern": r"(?=^.{9,64}$)(?=.*\d)(?=.*[A-Z])(?=.*\W)^.*"}) == "aA1!aA1!aA1!"


def test_a_base_may_tell_its_children_apart_in_a_part_of_its_own() -> None:
    """As Microsoft Graph writes it: the discriminator is within an `allOf`, and the base is none of its own mapping."""
    entity = {"properties": {"id": {"type": "string", "readOnly": True}}}
    kind = {"required": ["kind"], "properties": {"kind": {"type": "string", "default": "#base"}}}
    mapping = {"#lion": "#/components/schemas/Lion"}
    own = {**kind, "discriminator": {"propertyName": "kind", "mapping": mapping}}
    base = {"allOf": [{"$ref": "#/components/schemas/Entity"}, own]}
    lion = {"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["mane"], "properties": {"mane": TEXT}}]}
    known = {"Entity": entity, "Base": base, "Lion": lion}
    for name in ("Base", "Lion"):
        assert value({"$ref": f"#/components/schemas/{name}"}, **known) == {"kind": "#lion", "mane": "string"}


def test_ids_that_are_unlike_are_ids() -> None:
    """What makes items differ keeps their format."""
    unlike = {"type": "array", "uniqueItems": True, "minItems": 2, "items": {"type": "string", "format": "uuid"}}
    assert value(unlike) == ["3fa85f64-5717-4562-b3fc-2c963f66afa6", "3fa85f64-5717-4562-b3fc-2c963f66afa2"]
