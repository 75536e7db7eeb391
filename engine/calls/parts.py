"""Which parts an object or a list gets besides those that its schema names one by one."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice
from typing import Any

from engine.calls.patterns import matching
from engine.calls.sample import given
from engine.calls.scalars import texts
from engine.calls.values import is_number
from engine.specs.describe import Resolve, merged
from engine.specs.model import Schema

_KEY = "key"
"""Name of a field where any name will do."""
_MAX_KEYS = 10
"""Fields with such names; no body in use asks for more."""
_MAX_HELD = 3
"""Items that are made because a list must contain them (`minContains`); one is what is meant nearly always."""


def needed(node: Schema, fields: Sequence[str]) -> Iterator[str]:
    """Yield what fields that are sent ask for besides (`dependentRequired`)."""
    listed = node.limits.get("dependentRequired")
    if isinstance(listed, dict):
        for names in (listed.get(field) for field in fields):
            yield from (one for one in names if isinstance(one, str)) if isinstance(names, list) else ()


def keys(node: Schema, wanted: int, resolve: Resolve) -> Iterator[str]:
    """Yield names for fields that a schema does not name: as `propertyNames` or `patternProperties` have them."""
    wanted = max(0, min(wanted, _MAX_KEYS))
    patterns = node.limits.get("patternProperties")
    made: Iterable[Any] = (_KEY, *(f"{_KEY}{number}" for number in range(2, wanted + 1)))
    if (named := node.applied.get("propertyNames")) is not None:
        named = merged(named, resolve)
        made = (*(value for value, _ in given(named)), *texts(named))
    elif isinstance(patterns, list) and patterns:
        made = matching(str(patterns[0]))
    elif node.limits.get("additionalProperties") is False:
        made = ()
    new = dict.fromkeys(one for one in made if isinstance(one, str) and one not in node.properties) if wanted else {}
    yield from islice(new, wanted)


def first_items(node: Schema) -> Iterator[tuple[str, Schema]]:
    """Yield the items of a list that have schemas of their own, each with its step: `prefixItems`, then `contains`."""
    number = 0
    for number in count():
        if (schema := node.applied.get(f"prefixItems/{number}")) is None:
            break
        yield f"[{number}]", schema
    if (held := node.applied.get("contains")) is not None:
        least = node.limits.get("minContains", 1)
        for at in range(number, number + (min(int(least), _MAX_HELD) if is_number(least) else 1)):
            rest = item(node)
            yield f"[{at}]", Schema(all_of=(rest, held)) if rest is not None else held


def item(node: Schema) -> Schema | None:
    """Return the schema of the items of a list that have none of their own."""
    return node.applied.get("items", node.items)


def count_of(value: Any) -> int | None:
    """Return a limit of how many; None where it is none."""
    return int(value) if isinstance(value, int | float) and value >= 0 else None


def is_plain(node: Schema) -> bool:
    """Tell whether a value has no parts, whichever branch of a choice is taken."""
    choices = node.one_of or node.any_of
    if choices and not node.type:
        return all(not one.ref and one.type not in ("object", "array") for one in choices)
    return kind_of(node) not in ("object", "array") and node.type != "null"


def kind_of(node: Schema) -> str:
    """Return the type that a value is made of: the first that is not null, or what its parts and limits say."""
    if node.type and "|" not in node.type:
        return node.type
    kinds = [kind for kind in node.type.split(" | ") if kind]
    told = next((kind for kind in kinds if kind != "null"), "")
    if told or kinds:
        return told or "null"
    if node.properties or node.required or node.additional is not None:
        return "object"
    if node.items is not None:
        return "array"
    numeric = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
    return "number" if any(word in node.limits for word in numeric) else "string"
