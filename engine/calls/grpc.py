"""A sample message in the JSON that stands for protobuf (https://protobuf.dev/programming-guides/json/)."""

from typing import Any

from engine.calls.values import placeholder
from engine.specs.describe import Resolve, merged
from engine.specs.model import Schema

_MAX_FIELDS = 4
"""Fields that are shown of a message that requires none, as most of proto3 do not."""
_MAX_DEPTH = 3
_MAX_VALUES = 200
_SAMPLES: dict[str, Any] = {
    "boolean": True,
    "byte": "AA==",
    "date-time": "2026-01-31T09:00:00Z",
    "integer": 1,
    "null": None,
    "number": 1.0,
}


def message(schema: Schema, resolve: Resolve) -> Any:
    """Return a message as JSON: its required fields or, where there are none, its first ones."""
    return _Sampler(resolve).value("message", schema, 0)


class _Sampler:
    """Makes one message up."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._left = _MAX_VALUES

    def value(self, name: str, schema: Schema, depth: int) -> Any:
        self._left -= 1
        node = merged(schema, self._resolve)
        for given in (node.example, node.default, *node.enum[:1]):
            if given is not None:
                return given
        goes_on = depth < _MAX_DEPTH and self._left > 0
        if node.items is not None:
            return [self.value(name, node.items, depth + 1)] if goes_on else []
        if node.type in ("object", ""):  # The message of a file that is not there has no type.
            return {field: self.value(field, node.properties[field], depth + 1) for field in _shown(node) if goes_on}
        return _SAMPLES.get(node.format, _SAMPLES.get(node.type, placeholder(name)))


def _shown(node: Schema) -> list[str]:
    """Return the fields to show: of those of one `oneof` only the first, because a message has but one of them."""
    fields = {name: field for name, field in node.properties.items() if not (field.read_only or field.deprecated)}
    required = [name for name in fields if name in node.required]
    if required:
        return required
    first: dict[str, str] = {}
    for name, field in fields.items():
        first.setdefault(str(field.extensions.get("oneof", f" {name}")), name)
    return list(first.values())[:_MAX_FIELDS]
