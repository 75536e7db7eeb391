"""A sample message in the JSON that stands for protobuf (https://protobuf.dev/programming-guides/json/)."""

from collections.abc import Mapping
from typing import Any

from engine.calls.records import Origin
from engine.calls.said import NOTHING_SAID, said_at
from engine.calls.sample import Sampler, told
from engine.calls.values import placeholder
from engine.specs.describe import Resolve, merged
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
    """Makes up one message: its required fields and those that were said or, where there are none, its first ones.

    Args:
        resolve: Gives the schema at a JSON pointer.
        said: Values that the user has for fields, those of nested ones in objects of their own.
    """

    max_depth = 3
    """Optional fields are shown too, so that deeper messages would fill a screen."""
    max_values = 200
    untyped = "object"  # The message of a file that is not there has no type.

    def __init__(self, resolve: Resolve, said: Mapping[str, Any] = NOTHING_SAID) -> None:
        super().__init__(resolve)
        self._said = said

    def fields(self, node: Schema, path: str) -> list[str]:
        """Return the fields to show: of those of one `oneof` only the first, because a message has but one of them."""
        fields = {name: field for name, field in node.properties.items() if not (field.read_only or field.deprecated)}
        said = self._said_for(path)
        named = [name for name in fields if name in node.required or (isinstance(said, dict) and name in said)]
        first: dict[str, str] = {}
        for name in named if named or self._said else fields:
            first.setdefault(str(fields[name].extensions.get("oneof", f" {name}")), name)
        return list(first.values())[: None if named else _MAX_FIELDS]

    def _said_for(self, path: str) -> Any:
        return said_at(self._said, path.split(".") if path else ())

    def _value(self, schema: Schema, path: str, depth: int, within: frozenset[str]) -> Any:
        said = self._said_for(path)
        if said is None:
            return super()._value(schema, path, depth, within)
        if isinstance(said, dict):  # An example of the whole has none of it.
            node = merged(schema, self._resolve)
            return self._object(schema.ref, node, path, depth, within)
        self.sources |= told(path, said, "question")
        return said

    def scalar(self, name: str, schema: Schema, node: Schema) -> tuple[Any, Origin]:
        """Return the JSON of a scalar; text, and what only the caller knows, is a placeholder."""
        del schema
        for known in (node.format, node.type):
            if known in _SAMPLES:
                return _SAMPLES[known], "type"
        return placeholder(name), "placeholder"
