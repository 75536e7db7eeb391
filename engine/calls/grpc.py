"""A sample message in the JSON that stands for protobuf (https://protobuf.dev/programming-guides/json/)."""

from typing import Any

from engine.calls.records import Origin
from engine.calls.sample import Sampler
from engine.calls.values import placeholder
from engine.specs.model import Schema

_MAX_FIELDS = 4
"""Fields that are shown of a message that requires none, as most of proto3 do not: enough to see how it is written."""
_SAMPLES: dict[str, Any] = {
    "boolean": True,
    "byte": "AA==",
    "date-time": "2026-01-31T09:00:00Z",
    "integer": 1,
    "null": None,
    "number": 1.0,
}
"""Format or type, as the reader of protobuf records it → a value."""


class Messages(Sampler):
    """Makes up one message: its required fields or, where there are none, its first ones."""

    max_depth = 3
    """Optional fields are shown too, so that deeper messages would fill a screen."""
    max_values = 200
    untyped = "object"  # The message of a file that is not there has no type.

    def fields(self, node: Schema) -> list[str]:
        """Return the fields to show: of those of one `oneof` only the first, because a message has but one of them."""
        fields = {name: field for name, field in node.properties.items() if not (field.read_only or field.deprecated)}
        required = [name for name in fields if name in node.required]
        if required:
            return required
        first: dict[str, str] = {}
        for name, field in fields.items():
            first.setdefault(str(field.extensions.get("oneof", f" {name}")), name)
        return list(first.values())[:_MAX_FIELDS]

    def scalar(self, name: str, schema: Schema, node: Schema) -> tuple[Any, Origin]:
        """Return the JSON of a scalar; text, and what only the caller knows, is a placeholder."""
        del schema
        for known in (node.format, node.type):
            if known in _SAMPLES:
                return _SAMPLES[known], "type"
        return placeholder(name), "placeholder"
