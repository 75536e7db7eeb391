import json
from typing import Any

import pytest

from engine.calls.build import MAX_DEPTH, MAX_VALUES, Builder
from engine.calls.fitting import fitting
from engine.specs.describe import Resolve
from engine.specs.model import Schema
from tests.specs.test_describe import STRING, ref, shared, to


def sample(schema: Schema, resolve: Resolve) -> Any:
    """A value that fits a schema."""
    return Builder(resolve).sample(schema).value


def test_an_example_of_a_part_is_not_taken_for_the_whole() -> None:
    """The base's example lacks the fields of the other parts, so it is no example of the whole; the own one is."""
    base = Schema(properties={"id": STRING}, required=("id",), example={"id": "1"})
    more = Schema(properties={"name": STRING}, required=("name",))
    assert sample(Schema(all_of=(base, more)), shared()) == {"id": "string", "name": "string"}
    own = Schema(all_of=(base, more), example={"id": "1", "name": "2"})
    assert sample(own, shared()) == {"id": "1", "name": "2"}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (Schema(type="string", example="e", default="d", enum=("x",)), "e"),
        (Schema(type="string", default="d", enum=("x",)), "d"),
        (Schema(type="string", enum=("x", "y")), "x"),
        (Schema(type="boolean", default=False), False),
        (Schema(type="integer", example=0), 0),
        (Schema(enum=(None, "x")), "x"),
        (Schema(type="string", format="date"), "2026-01-31"),
        (Schema(type="string", format="unknown"), "string"),
        (Schema(type="integer | string"), 1),
        (Schema(type="number"), 1.0),
        (Schema(type="array"), []),
        (Schema(items=Schema(type="boolean")), [True]),
        (Schema(type="object"), {}),
        (Schema(one_of=(Schema(type="integer"), STRING)), 1),
        (Schema(any_of=(Schema(required=("a",)),), properties={"a": STRING, "b": STRING}), {"a": "string"}),
        (Schema(), "string"),
    ],
)
def test_samples_fit_their_schema(schema: Schema, value: object) -> None:
    """A sample is what the source gives as one, or made up from type and format; objects hold what is required."""
    made = sample(schema, shared())
    assert made == value
    assert type(made) is type(value)


def count(value: Any) -> int:
    """Return how many values are in one another."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(count, children))


def depth(value: Any) -> int:
    """Return how many levels of collections a value has."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if children is None else 1 + max(map(depth, children), default=0)


def test_samples_of_circles_end() -> None:
    """A schema that requires itself, once or many times, as a field, item or choice, has a sample of bounded size."""
    names = [f"f{n}" for n in range(30)]
    resolve = shared(
        Node={"required": ["next"], "properties": {"next": ref("Node")}},
        Bush={"required": names, "properties": dict.fromkeys(names, ref("Bush"))},
        List={"type": "array", "items": ref("List")},
        Choice={"oneOf": [ref("Choice")]},
    )
    assert depth(sample(to("Node"), resolve)) == MAX_DEPTH + 1
    assert count(sample(to("Bush"), resolve)) <= MAX_VALUES + 1
    assert depth(sample(to("List"), resolve)) == 1
    assert sample(to("Choice"), resolve) == "string"
    json.dumps(sample(to("Bush"), resolve))


def test_what_is_larger_than_a_sample_may_be_is_a_sketch() -> None:
    """Of thousands of required fields, each with many branches, some are made, and the reason is told."""
    branches = tuple(Schema(type="object", required=(f"k{n}",), properties={f"k{n}": STRING}) for n in range(20))
    names = tuple(f"f{n}" for n in range(MAX_VALUES + 1))
    wide = Schema(type="object", required=names, properties={name: Schema(one_of=branches) for name in names})
    made = fitting(wide, shared())
    assert "more than 2,000 values" in made.sketch
    assert count(made.sample.value) <= MAX_VALUES + 1


def test_a_sample_tells_where_each_value_comes_from() -> None:
    """Every value is told by its dotted name; of an example each field."""
    card = Schema(type="object", required=("no", "to"), properties={"no": Schema(type="integer"), "to": STRING})
    fields = {
        "kind": Schema(enum=("a", "b")),
        "size": Schema(type="integer", default=3),
        "card": card,
        "lines": Schema(type="array", items=card),
        "tags": Schema(type="array", items=Schema(type="string", example="x")),
        "owner": Schema(type="object", example={"id": 1, "name": "n"}),
        "none": Schema(type="array"),
    }
    made = Builder(shared()).sample(Schema(type="object", properties=fields, required=tuple(fields)))
    assert made.sources == {
        "kind": "enum",
        "size": "default",
        "card.no": "type",
        "card.to": "type",
        "lines[].no": "type",
        "lines[].to": "type",
        "tags[]": "example",
        "owner.id": "example",
        "owner.name": "example",
        "none": "type",
    }
