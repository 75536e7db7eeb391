"""What JSON Schema 2020-12 asks of the parts of a value: built as it asks, and judged."""

from typing import Any

import pytest

from tests.calls.test_build import JSON, judged, value

TEXT = {"type": "string"}
COUNTRY = {
    "type": "object",
    "required": ["country"],
    "properties": {"country": {"enum": ["NL", "US"]}, "zip": TEXT, "postcode": TEXT},
    "if": {"properties": {"country": {"const": "US"}}},
    "then": {"required": ["zip"], "properties": {"zip": {"pattern": "^[0-9]{5}$"}}},
    "else": {"required": ["postcode"]},
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (COUNTRY, {"country": "US", "zip": "11111"}),
        ({**COUNTRY, "then": {"not": {}}}, {"country": "NL", "postcode": "string"}),
        ({"type": "array", "prefixItems": [TEXT, {"type": "integer"}], "items": False}, ["string", 1]),
        ({"type": "array", "prefixItems": [TEXT], "items": {"type": "boolean"}, "minItems": 3}, ["string", True, True]),
        ({"type": "array", "items": TEXT, "contains": {"const": "a"}, "minItems": 2}, ["a", "string"]),
        ({"type": "array", "contains": {"type": "integer"}, "minContains": 2}, [1, 1]),
        (
            {"required": ["card"], "properties": {"card": TEXT, "cvc": TEXT}, "dependentRequired": {"card": ["cvc"]}},
            {"card": "string", "cvc": "string"},
        ),
        (
            {
                "required": ["card"],
                "properties": {"card": TEXT},
                "dependentSchemas": {"card": {"required": ["cvc"], "properties": {"cvc": {"type": "integer"}}}},
            },
            {"card": "string", "cvc": 1},
        ),
        (
            {"type": "object", "propertyNames": {"pattern": "^x-"}, "additionalProperties": TEXT, "minProperties": 1},
            {"x-": "string"},
        ),
        (
            {"type": "object", "propertyNames": {"enum": ["a", "b"]}, "additionalProperties": TEXT, "minProperties": 2},
            {"a": "string", "b": "string"},
        ),
        (
            {"type": "object", "patternProperties": {"^[0-9]{2}$": TEXT}, "additionalProperties": False},
            {"11": "string"},
        ),
        ({"type": "object", "minProperties": 2}, {"key": "string", "key2": "string"}),
    ],
)
def test_a_sample_has_the_parts_that_are_asked_for(schema: JSON, expected: Any) -> None:
    """Conditions, tuples, what a list contains, what a field brings along, names that are given by a rule."""
    assert value(schema) == expected


def test_what_they_hold_may_be_shared() -> None:
    """A condition, an item and a name may be references, which are followed, to be built and to be judged."""
    shared = {"Cents": {"type": "integer", "minimum": 100}, "Never": {"required": ["a"]}}
    ref = {name: {"$ref": f"#/components/schemas/{name}"} for name in shared}
    assert value({"type": "array", "prefixItems": [ref["Cents"]]}, **shared) == [100]
    assert value({"type": "array", "contains": ref["Cents"]}, **shared) == [100]
    made = judged({"required": ["a"], "properties": {"a": TEXT}, "not": ref["Never"]}, **shared)
    assert "not" in made.sketch
    assert value({"properties": {"b": TEXT}, "not": ref["Never"]}, **shared) == {"b": "string"}


def test_what_is_refused_without_its_pattern_is_not_refused() -> None:
    """A pattern that no validator reads says nothing, also where it says what must not be."""
    schema = {"required": ["a"], "properties": {"a": {"type": "string", "not": {"pattern": "(?<x"}}}}
    assert value(schema) == {"a": "string"}


def test_what_brings_along_nothing_that_can_be_read_is_told() -> None:
    """The call is there all the same, and says why it may be refused."""
    made = judged({"required": ["card"], "properties": {"card": TEXT}, "dependentRequired": {"card": 5}})
    assert made.sample.value == {"card": "string"}
    assert made.sketch
