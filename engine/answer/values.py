"""The values that a spec allows for a field."""

from typing import Any

import msgspec

from engine.specs.describe import Resolve, merged
from engine.specs.model import Schema


def allowed(schema: Schema, resolve: Resolve) -> tuple[str, ...]:
    """Return the values that a field, or each item of it, may have; empty where any will do."""
    node = merged(schema, resolve)
    if not node.enum and node.items is not None:
        node = merged(node.items, resolve)
    return tuple(map(written, node.enum))


def written(value: Any) -> str:
    """Return a value as it is written: a string as it is, anything else as in JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
