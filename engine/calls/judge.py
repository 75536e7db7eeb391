"""A JSON Schema validator's word on a value: what a schema says against it, as a server would.

The schema is written out as JSON Schema 2020-12 as far as it concerns the value: of an object those properties that it
has. So references need no document around them, circles end where the value does, and a schema as large as an API
costs no more than the value.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from engine.calls.values import is_number
from engine.specs.describe import Resolve, merged, schema_name
from engine.specs.model import Schema
from engine.text import clean_line

_TYPES = frozenset(("array", "boolean", "integer", "null", "number", "object", "string"))
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_SIZES = "minLength maxLength minItems maxItems minProperties maxProperties minContains maxContains".split()
_RAW = "not if then else contains propertyNames dependentRequired unevaluatedProperties unevaluatedItems".split()
"""Kept by the reader as they are written; those that hold references are not judged by."""
_TURNED = ("not", "if")
"""What these hold is not asked for, so that all that it requires counts."""
_NOTHING = Schema()
_MAX_NODES = 20_000
"""Nodes of one schema that a validator visits, shared ones as often as they are referred to: far above any body of a
real document."""
_MAX_OPEN = 100
"""References within one another that are written out: real ones are a dozen, and each takes some of Python's stack."""
_MAX_FAULTS = 20
"""Faults that are told of one value: each is looked into, and a value with more is wrong all over."""
_MAX_MESSAGE = 160
"""Characters of what is said against a value."""


class Fault(NamedTuple):
    """What a schema says against a value."""

    path: tuple[str | int, ...]
    """Where in the value."""
    message: str
    choice: int | None = None
    """Which branch of a choice it is from, where it is about a branch."""
    inside: tuple["Fault", ...] = ()
    """What each branch of a choice says, where none fits."""
    unexpected: tuple[str, ...] = ()
    """Fields of an object that it must not have."""

    @property
    def sentence(self) -> str:
        """What is wrong, on one line: `amount.currency: "string" is longer than 3 characters`."""
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")
        told = clean_line(f"{where}: {self.message}" if where else self.message)
        return told if len(told) <= _MAX_MESSAGE else f"{told[:_MAX_MESSAGE]}…"


def faults(schema: Schema, value: Any, resolve: Resolve, *, incoming: bool = False) -> list[Fault]:
    """Return what a schema says against a value that is sent; nothing where it fits.

    Args:
        schema: The schema.
        value: What JSON has.
        resolve: Gives the schema at a JSON pointer.
        incoming: True where the API sends it, so that what is `writeOnly` is left out, not what is `readOnly`.
    """
    import jsonschema_rs

    for patterns in (True, False):  # One that is no regular expression says nothing of the rest.
        writer = _Writer(resolve, incoming=incoming, patterns=patterns)
        root = writer.schema(schema, [value], writer.unsent(schema), ())
        try:
            validator = jsonschema_rs.Draft202012Validator(root, validate_formats=True, retriever=_offline)
        except (ValueError, jsonschema_rs.ReferencingError):
            continue
        return list(islice(_told(validator.iter_errors(value)), _MAX_FAULTS))
    return [Fault((), "Its schema is no JSON Schema")]


def _offline(uri: str) -> Any:
    """Stand where the validator would fetch a schema from the network."""
    raise LookupError(uri)


def _told(errors: Any, choice: int | None = None) -> Iterator[Fault]:
    for error in errors:
        branches = getattr(error.kind, "context", None) or ()
        inside = tuple(fault for number, branch in enumerate(branches) for fault in _told(branch, number))
        unexpected = tuple(getattr(error.kind, "unexpected", ()))
        yield Fault(tuple(error.instance_path), error.message, choice, inside, unexpected)


class _Writer:
    """Writes schemas as far as they concern values."""

    def __init__(self, resolve: Resolve, *, incoming: bool, patterns: bool) -> None:
        self._resolve = resolve
        self._incoming = incoming
        self._patterns = patterns
        self._written: dict[tuple[str, tuple[str, ...], frozenset[str]], tuple[Any, int]] = {}
        """What is referred to at one place of the value, and its nodes, which a validator visits each time."""
        self._open: set[tuple[str, tuple[str, ...]]] = set()
        self._left = _MAX_NODES

    def schema(self, node: Schema, values: Sequence[Any], unsent: frozenset[str], path: tuple[str, ...]) -> Any:
        """Return a schema for the values at one place; `unsent` are fields of a whole that the other side sets."""
        self._left -= 1
        if self._left < 0:
            return {}
        if not node.ref:
            return self._node(node, values, unsent, path)
        if (node.ref, path) in self._open or len(self._open) > _MAX_OPEN:
            return {}
        key = (node.ref, path, unsent)
        if key in self._written:
            made, cost = self._written[key]
            self._left -= cost
            return _or_null(made, node) if self._left >= 0 else {}
        before = self._left
        self._open.add((node.ref, path))
        made = self.schema(self._resolve(node.ref), values, unsent, path)
        self._open.discard((node.ref, path))
        self._written[key] = made, before - self._left
        return _or_null(made, node)

    def _node(self, node: Schema, values: Sequence[Any], unsent: frozenset[str], path: tuple[str, ...]) -> Any:
        made: dict[str, Any] = {}
        types = [node.type] if node.type in _TYPES else [kind for kind in node.type.split(" | ") if kind in _TYPES]
        if types:
            made["type"] = [*types, "null"] if node.nullable else types
        if node.enum:
            made["enum"] = [*node.enum, None] if node.nullable else list(node.enum)
        if node.format:
            made["format"] = node.format
        if node.limits:
            self._limits(node, made)
        if node.properties or node.required or node.additional is not None or node.limits or node.discriminator:
            self._object(node, made, values, unsent, path)
        if (rest := node.applied.get("items", node.items)) is not None:
            items = [item for value in values if isinstance(value, list) for item in value]
            made["items"] = self.schema(rest, items, self.unsent(rest), (*path, "[]")) if items else {}
        if node.applied:
            self._applied(node, made, values, unsent, path)
        for word, parts in (("allOf", node.all_of), ("oneOf", node.one_of), ("anyOf", node.any_of)):
            if parts:
                whole = word == "allOf"
                made[word] = [
                    self.schema(part, values, unsent if whole else unsent | self.unsent(part), path) for part in parts
                ]
        return made if types or not node.nullable else _or_null(made, node)

    def _limits(self, node: Schema, made: dict[str, Any]) -> None:
        limits = node.limits
        for word in _NUMBERS:
            if is_number(limits.get(word)):
                made[word] = limits[word]
        for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if limits.get(word) is True and bound in made:  # OpenAPI 3.0 and Swagger 2.0
                made[word] = made.pop(bound)
        for word in _SIZES:
            if is_number(limits.get(word)) and limits[word] >= 0 and int(limits[word]) == limits[word]:
                made[word] = int(limits[word])
        if is_number(limits.get("multipleOf")) and limits["multipleOf"] > 0:
            made["multipleOf"] = limits["multipleOf"]
        if isinstance(limits.get("uniqueItems"), bool):
            made["uniqueItems"] = limits["uniqueItems"]
        if self._patterns and isinstance(limits.get("pattern"), str):
            made["pattern"] = limits["pattern"]
        made |= {word: limits[word] for word in _RAW if word in limits and not _refers(limits[word])}

    def _applied(
        self, node: Schema, made: dict[str, Any], values: Sequence[Any], unsent: frozenset[str], path: tuple[str, ...]
    ) -> None:
        lists = [value for value in values if isinstance(value, list)]
        objects = [value for value in values if isinstance(value, dict)]
        for where, part in node.applied.items():
            word, _, name = where.partition("/")
            match word:
                case "prefixItems":
                    items = [value[int(name)] for value in lists if int(name) < len(value)]
                    written = self.schema(part, items, self.unsent(part), (*path, f"[{name}]"))
                    made.setdefault(word, []).append(written)
                    if node.limits.get("items") is False:
                        made["items"] = False
                case "items":
                    continue  # written with those of all lists
                case "contains":
                    made[word] = self.schema(part, [item for value in lists for item in value], frozenset(), path)
                case "propertyNames":
                    made[word] = self.schema(part, [key for value in objects for key in value], frozenset(), path)
                case "dependentSchemas":
                    if any(name in value for value in objects):
                        made.setdefault(word, {})[name] = self.schema(part, values, unsent, path)
                case "not" | "if" if not self._patterns:  # Without its patterns it would mean more values.
                    made.pop(word, None)
                case _:
                    made[word] = self.schema(part, values, frozenset() if word in _TURNED else unsent, path)

    def _object(
        self, node: Schema, made: dict[str, Any], values: Sequence[Any], unsent: frozenset[str], path: tuple[str, ...]
    ) -> None:
        held: dict[str, list[Any]] = {}
        for value in values:
            if isinstance(value, dict):
                for name, item in value.items():
                    held.setdefault(name, []).append(item)
        if node.required:
            made["required"] = [name for name in node.required if name not in unsent]
        properties: dict[str, Any] = {
            name: not self._is_unsent(child) and self.schema(child, held[name], self.unsent(child), (*path, name))
            for name, child in node.properties.items()
            if name in held
        }
        more = [item for name in held if name not in node.properties for item in held[name]]
        if node.additional is not None and more:
            made["additionalProperties"] = self.schema(
                node.additional,
                more,
                self.unsent(node.additional),
                (*path, ",".join(sorted(held.keys() - node.properties.keys()))),
            )
            properties |= {name: {} for name in node.properties if name not in properties}
        elif node.limits.get("additionalProperties") is False and more and "patternProperties" not in node.limits:
            made["additionalProperties"] = False
            made["properties"] = {}  # Without any, the validator would not say which fields there are too many.
        if node.discriminator in held and node.mapping:
            names = {*node.mapping, *map(schema_name, node.mapping.values())}
            told = {"properties": {node.discriminator: {"enum": sorted(names)}}}
            made["dependentSchemas"] = {node.discriminator: told}
        if properties:
            made["properties"] = properties

    def unsent(self, node: Schema) -> frozenset[str]:
        """Return the required fields of an object, the parts of its `allOf` among it, that the other side sets."""
        whole = merged(node, self._resolve) if node.ref or node.all_of else node
        if not (whole.required or whole.one_of or whole.any_of):
            return frozenset()
        named = whole.required or whole.properties
        return frozenset(name for name in named if self._is_unsent(whole.properties.get(name, _NOTHING)))

    def _is_unsent(self, node: Schema) -> bool:
        """Tell whether a field is what the other side sets."""
        field = "write_only" if self._incoming else "read_only"
        if not (node.ref or node.all_of):
            return bool(getattr(node, field))
        return bool(getattr(node, field) or getattr(merged(node, self._resolve), field))


def _or_null(made: dict[str, Any], node: Schema) -> dict[str, Any]:
    return {"anyOf": [made, {"type": "null"}]} if node.nullable else made


def _refers(value: Any) -> bool:
    if isinstance(value, dict):
        return any(key.startswith("$") for key in value) or any(map(_refers, value.values()))
    return isinstance(value, list) and any(map(_refers, value))
