"""Schemas as one object each: references followed, parts and forms taken together."""

from collections import deque
from typing import Any, NamedTuple

from engine.specs.describe import schema_name
from engine.specs.model import Schema, Spec
from engine.specs.refs import MAX_HOPS

_CHOICES = 10
"""Forms of one object of which the fields are taken together."""

_NO_SCHEMA = Schema()
_NOTHING = ("", "object", "null")
"""Types that say nothing of an object."""
_MAX_PARTS = 64
"""Schemas that one may be put together from."""


class Shape(NamedTuple):
    """What a schema is; `Schema` tells of the fields."""

    pointer: str
    """JSON pointer of the shared schema that it is; empty for any other."""
    names: tuple[str, ...]
    """Of the shared schema that it is, or of those that it is one of or put together from."""
    type: str
    properties: dict[str, Schema]
    items: Schema | None
    required: frozenset[str]
    enum: tuple[Any, ...]
    format: str


class Shapes:
    """Opens the schemas of one specification, shared ones only once.

    Args:
        spec: The specification.
    """

    def __init__(self, spec: Spec) -> None:
        self._schemas = spec.schemas
        self._shapes: dict[str, Shape] = {}

    def of(self, schema: Schema) -> Shape:
        """Return a schema as one object: references followed, its parts and forms taken together."""
        if not (schema.ref or schema.all_of or schema.one_of or schema.any_of):  # as most are
            return _alone(schema, "", ())
        if schema.ref in self._shapes:
            return self._shapes[schema.ref]
        node, pointers = schema, list[str]()
        for _ in range(MAX_HOPS):
            if node.ref:
                pointers.insert(0, node.ref)
                node = self._schemas.get(node.ref, _NO_SCHEMA)
            elif one := _one(node):
                node = one
            else:
                break
        found = self._opened(node, pointers)
        if schema.ref:
            self._shapes[schema.ref] = found
        return found

    def _opened(self, schema: Schema, pointers: list[str]) -> Shape:
        pointer = pointers[0] if pointers else ""
        names = [schema_name(each) for each in pointers]
        if not (schema.all_of or schema.one_of or schema.any_of):
            return _alone(schema, pointer, tuple(names))
        kind, items, required = schema.type, schema.items, set(schema.required)
        properties = schema.properties
        met: set[str] = set()
        forms = {form.ref for form in (*schema.one_of, *schema.any_of)[:_CHOICES]}
        pending = deque(_parts(schema))
        while pending and len(met) < _MAX_PARTS:
            node = pending.popleft()
            if node.ref:
                if node.ref in met:
                    continue
                met.add(node.ref)
                if not pointer or node.ref in forms:
                    names.append(schema_name(node.ref))
                node = self._schemas.get(node.ref, _NO_SCHEMA)
            # A value that may be plain is: Stripe gives a customer's id, or on demand the customer.
            kind = "string" if "string" in (kind, node.type) else kind or node.type
            properties = {**node.properties, **properties}
            items = items or node.items
            required.update(node.required)
            pending += _parts(node)
        return Shape(pointer, tuple(names), kind, properties, items, frozenset(required), schema.enum, schema.format)

    def inside(self, schema: Schema) -> tuple[str, Shape]:
        """Return the innermost items of an array, with a `[]` for each array that they are in; else the schema."""
        path, shape = "", self.of(schema)
        for _ in range(MAX_HOPS):
            if shape.items is None or shape.properties:
                break
            path, shape = f"{path}[]", self.of(shape.items)
        return path, shape


def _alone(schema: Schema, pointer: str, names: tuple[str, ...]) -> Shape:
    """Return the shape of a schema that is put together from no others."""
    required = frozenset(schema.required)
    return Shape(pointer, names, schema.type, schema.properties, schema.items, required, schema.enum, schema.format)


def _one(schema: Schema) -> Schema | None:
    """Return the only part of a schema that adds anything: a reference that may be null is written as a choice."""
    if schema.properties or schema.items or not (schema.all_of or schema.one_of or schema.any_of):
        return None
    parts = [part for part in _parts(schema) if part.ref or part.properties or part.items or part.type not in _NOTHING]
    return parts[0] if len(parts) == 1 and parts[0].ref else None


def _parts(schema: Schema) -> tuple[Schema, ...]:
    return (*schema.all_of, *schema.one_of[:_CHOICES], *schema.any_of[:_CHOICES])
