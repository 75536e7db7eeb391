"""One value that fits a schema, and where each part of it comes from."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from engine.calls.records import Origin
from engine.calls.values import item_of
from engine.specs.describe import Resolve, merged
from engine.specs.model import Schema

_FORMATS = {
    "date-time": "2026-01-31T09:00:00Z",
    "date": "2026-01-31",
    "time": "09:00:00Z",
    "email": "name@example.com",
    "uri": "https://example.com",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "ipv4": "192.0.2.1",
}
"""Format of JSON Schema (2020-12, validation 7.3) → a value; the host and address are kept for examples (RFC 2606 and
5737)."""
SCALARS: dict[str, Any] = {"integer": 1, "number": 1.0, "boolean": True}
"""Type that is no text → a value."""


class Sample(NamedTuple):
    """A value that was put together."""

    value: Any
    sources: dict[str, Origin]
    """Dotted name → where the value under it comes from: `to`, `card.no`, `labels[].name`; empty for the whole."""

    @classmethod
    def whole(cls, value: Any, origin: Origin) -> "Sample":
        """Return a sample that comes from one place."""
        return cls(value, _told("", value, origin))

    def without(self, names: Collection[str]) -> "Sample":
        """Return it without some fields of an object."""
        inside = tuple(f"{name}{mark}" for name in names for mark in ".[")
        left = {path: origin for path, origin in self.sources.items() if path not in names}
        return Sample(
            {name: item for name, item in self.value.items() if name not in names},
            {path: origin for path, origin in left.items() if not path.startswith(inside)},
        )


class Sampler:
    """Makes up one value for what takes JSON: an example, a default or the first of an enum, else one by type.

    Objects hold their required fields only. What is called by types overrides how it differs.

    Args:
        resolve: Gives the schema at a JSON pointer.
    """

    max_depth = 6
    """Levels of one value: a schema that requires itself would have no end."""
    max_values = 400
    """Values in one sample; a schema whose required fields require each other would have millions."""
    untyped = "string"
    """What a schema is that says nothing of its type."""
    ends_circles = False
    """True where a list of what it is within ends at once, because every list may be empty."""

    def __init__(self, resolve: Resolve) -> None:
        self.sources: dict[str, Origin] = {}
        self._resolve = resolve
        self._left = self.max_values

    def sample(self, schema: Schema, name: str = "") -> Sample:
        """Return a value for what is called `name`, whose parts are told by their names below it."""
        return Sample(self._value(schema, name, 0, frozenset()), self.sources)

    def fields(self, node: Schema) -> list[str]:
        """Return the names of the fields that an object gets."""
        return [name for name in node.properties if name in node.required]

    def scalar(self, name: str, schema: Schema, node: Schema) -> tuple[Any, Origin]:
        """Return what stands for a value that has no parts.

        Args:
            name: The last part of its name.
            schema: Its schema as written.
            node: The same with references followed.
        """
        del name, schema
        return SCALARS.get(_kind(node, self.untyped), _FORMATS.get(node.format, "string")), "type"

    def _value(self, schema: Schema, path: str, depth: int, within: frozenset[str]) -> Any:
        self._left -= 1
        node = merged(schema, self._resolve)
        for value, origin in given(node):
            self.sources |= _told(path, value, origin)
            return value
        choices = node.one_of or node.any_of
        if choices and not node.properties:
            return self._value(choices[0], path, depth + 1, within) if self._goes_on(depth) else None
        match _kind(node, self.untyped):
            case "object" | "interface" | "input":
                return self._object(schema.ref, node, path, depth, within)
            case "array":
                return self._array(node, path, depth, within)
        value, self.sources[path] = self.scalar(path.rpartition(".")[2].removesuffix("[]"), schema, node)
        return value

    def _object(self, ref: str, node: Schema, path: str, depth: int, within: frozenset[str]) -> dict[str, Any]:
        if self.ends_circles and ref in within:
            return {}
        value = {}
        for name in self.fields(node):
            if self._goes_on(depth):
                value[name] = self._value(node.properties[name], _below(path, name), depth + 1, within | {ref})
        return value

    def _array(self, node: Schema, path: str, depth: int, within: frozenset[str]) -> list[Any]:
        ends = self.ends_circles and item_of(node).ref in within
        if node.items is None or ends or not self._goes_on(depth):
            self.sources[path] = "type"
            return []
        return [self._value(node.items, f"{path}[]", depth + 1, within)]

    def _goes_on(self, depth: int) -> bool:
        return depth < self.max_depth and self._left > 0


def _told(path: str, value: Any, origin: Origin) -> dict[str, Origin]:
    """Return the sources of a value that comes from one place: the fields of an object one by one."""
    return (
        dict.fromkeys([_below(path, name) for name in value], origin)
        if isinstance(value, dict) and value
        else {path: origin}
    )


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def given(node: Schema) -> Iterator[tuple[Any, Origin]]:
    """Yield the values that a schema gives itself, the most telling first."""
    if node.example is not None:
        yield node.example, "example"
    if node.default is not None:
        yield node.default, "default"
    if node.enum and node.enum[0] is not None:
        yield node.enum[0], "enum"


def _kind(node: Schema, untyped: str) -> str:
    """Return the first type of a schema, or what its parts say that it is."""
    return node.type.partition(" ")[0] or ("object" if node.properties else "array" if node.items else untyped)
