"""One value that fits a schema, and where each part of it comes from."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, NamedTuple

from engine.calls.records import Origin
from engine.calls.values import item_of
from engine.specs.describe import Resolve, merged
from engine.specs.model import Schema

SCALARS: dict[str, Any] = {"integer": 1, "number": 1.0, "boolean": True}
"""Type that is no text → a value."""


_MAX_GIVEN = 4
"""Values of an enum that are yielded; one of several parts may allow only some."""


class Sample(NamedTuple):
    """A value that was put together."""

    value: Any
    sources: dict[str, Origin]
    """Dotted name → where the value under it comes from: `to`, `card.no`, `labels[].name`; empty for the whole."""

    @classmethod
    def whole(cls, value: Any, origin: Origin) -> "Sample":
        """Return a sample that comes from one place."""
        return cls(value, told("", value, origin))


class Sampler(ABC):
    """Makes up one value for what no JSON Schema judges: an example, a default, the first of an enum, or one by type.

    Objects hold their required fields only. What is called by types says what stands for a scalar.

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

    def fields(self, node: Schema, path: str) -> list[str]:
        """Return the names of the fields that an object gets.

        Args:
            node: Its schema with references followed.
            path: Its dotted name; empty for the whole.
        """
        del path
        return [name for name in node.properties if name in node.required]

    @abstractmethod
    def scalar(self, name: str, schema: Schema, node: Schema) -> tuple[Any, Origin]:
        """Return what stands for a value that has no parts.

        Args:
            name: The last part of its name.
            schema: Its schema as written.
            node: The same with references followed.
        """

    def _value(self, schema: Schema, path: str, depth: int, within: frozenset[str]) -> Any:
        self._left -= 1
        node = merged(schema, self._resolve)
        for value, origin in given(node):
            self.sources |= told(path, value, origin)
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
        for name in self.fields(node, path):
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


def told(path: str, value: Any, origin: Origin) -> dict[str, Origin]:
    """Return the sources of a value that comes from one place: the fields of an object one by one."""
    return (
        dict.fromkeys([_below(path, name) for name in value], origin)
        if isinstance(value, dict) and value
        else {path: origin}
    )


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def given(node: Schema, turn: int = 0) -> Iterator[tuple[Any, Origin]]:
    """Yield the values that a schema gives itself, the most telling first; `turn` counts values that are to differ."""
    if node.example is not None and not turn:
        yield node.example, "example"
    if node.default is not None and not turn:
        yield node.default, "default"
    values = [value for value in node.enum if value is not None]
    for number in range(min(len(values), _MAX_GIVEN)):
        yield values[(number + turn) % len(values)], "enum"


def _kind(node: Schema, untyped: str) -> str:
    """Return the first type of a schema, or what its parts say that it is."""
    return node.type.partition(" ")[0] or ("object" if node.properties else "array" if node.items else untyped)
