"""The values of a field: those that a spec allows, and what stands for one that only the caller knows."""

import re
from typing import Any, TypeGuard

from engine.specs.describe import Resolve, merged
from engine.specs.model import Schema, written

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_WORD = re.compile(r"\W+")
_NUMBER = re.compile(r"(?<=[^/.#])#[^#]*$")


def allowed(schema: Schema, resolve: Resolve) -> tuple[str, ...]:
    """Return the values that a field, or each item of it, may have; empty where any will do."""
    node = merged(schema, resolve)
    if not node.enum and node.items is not None:
        node = merged(node.items, resolve)
    return tuple(map(written, node.enum))


def is_number(value: Any) -> TypeGuard[int | float]:
    """Tell whether a value is a number as JSON has them; a boolean is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def item_of(schema: Schema) -> Schema:
    """Return what a list, or a list of lists, holds; of anything else the schema itself."""
    while schema.type == "array" and not schema.ref and schema.items is not None:
        schema = schema.items
    return schema


def unnumbered(path: str) -> str:
    """Return a path or a key without the `#` and name that tell it from another operation on the same one.

    Of `sport/#` and `orders.#`, which stand for many channels, the sign is their own.
    """
    return _NUMBER.sub("", path)


def placeholder(name: str) -> str:
    """Return the placeholder for an input: `issue_number` → `ISSUE_NUMBER`, `issueNumber` → `ISSUE_NUMBER`."""
    return _NO_WORD.sub("_", _HUMP.sub("_", name)).strip("_").upper() or "VALUE"
