from typing import Any

import pytest
from hypothesis import given, strategies as st

from engine.errors import SpecError
from engine.secrets.redact import REDACTED
from engine.specs.limits import Budget, Limits
from engine.specs.model import Schema
from engine.specs.recordings.infer import example, infer, is_identifier, typed
from tests.test_text import TREES


def schema(*samples: Any) -> Schema:
    """Return the schema of some samples."""
    return infer(samples, Budget())


def test_an_object_is_described_by_all_of_its_samples() -> None:
    """What every sample has is required; types and null are collected."""
    found = schema({"id": 1, "name": "a", "by": None}, {"id": 2, "by": {"login": "x"}})
    assert found == Schema(
        type="object",
        properties={
            "id": Schema(type="integer", example=1),
            "name": Schema(type="string", example="a"),
            "by": Schema(
                type="object",
                nullable=True,
                properties={"login": Schema(type="string", example="x")},
                required=("login",),
            ),
        },
        required=("id", "by"),
    )


def test_elements_of_arrays_are_samples_of_one_item() -> None:
    """An item has what all elements of all arrays have."""
    items = schema([{"a": 1}, {"a": 2.5, "b": True}], [{"a": 3}]).items
    assert items is not None
    assert (items.properties["a"].type, items.required) == ("number", ("a",))
    assert schema([]) == Schema(type="array")


@pytest.mark.parametrize(
    ("samples", "type_"),
    [([1, "a"], "integer | string"), ([None], "null"), ([], ""), ([True], "boolean"), ([1, 2.0], "number")],
)
def test_types_are_joined(samples: list[Any], type_: str) -> None:
    """Several types are alternatives, and a number may be whole."""
    assert infer(samples, Budget()).type == type_


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (["2024-05-01T10:00:00Z", "2024-05-01T10:00:00.5+02:00"], "date-time"),
        (["2024-05-01"], "date"),
        (["123e4567-e89b-12d3-a456-426614174000", ""], "uuid"),
        (["me@a.example"], "email"),
        (["https://a.example/x"], "uri"),
        (["https://a.example/x", "no"], ""),
        ([REDACTED, "2024-05-01"], "date"),
        ([""], ""),
    ],
)
def test_formats_are_those_of_all_samples(texts: list[str], form: str) -> None:
    """One text of another form is enough; empty and redacted ones say nothing."""
    assert schema(*texts).format == form


def test_keys_that_are_identifiers_make_a_map() -> None:
    """Their values are samples of one schema."""
    found = schema({"17": {"n": 1}, "18": {"n": 2}})
    assert (found.properties, found.additional) == ({}, schema({"n": 1}, {"n": 2}))


def test_long_redacted_and_placeholder_texts_are_no_examples() -> None:
    """The first short one that tells something is."""
    assert schema("x" * 500, REDACTED, "{{a}}", "b").example == "b"


def test_depth_and_size_are_bounded() -> None:
    """What is deeper is named by its type, arrays by their first elements, and every value is counted."""
    deep: Any = 1
    for _ in range(60):
        deep = {"a": deep}
    found, levels = schema(deep), 0
    while found.properties:
        found, levels = found.properties["a"], levels + 1
    assert (levels, found) == (20, Schema(type="object"))
    with pytest.raises(SpecError, match="more than 100 parts"):
        infer([list(range(900))], Budget(Limits(max_parts=100)))


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["1", "20"], [1, 20]),
        (["1", "2.5"], [1.0, 2.5]),
        (["true", "false"], [True, False]),
        (["007"], ["007"]),
        (["1", "a"], ["1", "a"]),
        (["9" * 30], ["9" * 30]),
        ([], []),
    ],
)
def test_texts_of_a_url_are_numbers_where_all_are(texts: list[str], values: list[Any]) -> None:
    """Leading zeros and long digits are names of something, not numbers."""
    assert typed(texts) == values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, True) for text in ("7", "123e4567-e89b-12d3-a456-426614174000", "507f1f77bcf86cd799439011")),
        *((text, True) for text in ("dQw4w9WgXcQ", "me@a.example", "2024-05-01", REDACTED, "x" * 300)),
        *((text, False) for text in ("", "users", "v2", "oauth2", "top-10", "how-to-2024-things", "deadbeefdeadbeef")),
    ],
)
def test_identifiers_are_told_from_words(text: str, expected: bool) -> None:
    """Numbers, UUIDs, hexadecimal and opaque texts name one thing among many."""
    assert is_identifier(text) is expected


def test_an_example_is_small() -> None:
    """Arrays keep three elements, texts a thousand characters, and the whole some hundred values."""
    assert example({"a": list(range(9)), "b": "x" * 5000}) == {"a": [0, 1, 2], "b": "x" * 1000 + "…"}
    assert len(example({str(key): key for key in range(9000)})) == 499


@given(st.lists(TREES, max_size=4))
def test_any_values_have_a_schema(samples: list[Any]) -> None:
    """Whatever JSON holds is described."""
    assert isinstance(infer(samples, Budget()), Schema)
