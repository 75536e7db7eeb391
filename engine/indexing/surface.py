"""What an operation takes, gives and says, by name: what questions about a whole API are answered from."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.english.paging import pages
from engine.library.attributes import Field, Trait
from engine.specs.describe import schema_name
from engine.specs.model import Content, Operation, Parameter, Response, Schema

_HOPS = 30
"""References, lists and choices that are followed from one schema: a chain of them is seldom longer than five."""
_PLACES = {"query": Field.QUERY, "querystring": Field.QUERY, "header": Field.HEADER}


class Shape(NamedTuple):
    """The fields of a body on its first level; of a list, those of its items."""

    fields: Mapping[str, Schema]
    required: frozenset[str]
    """Those that every form requires."""


_NOTHING = Shape({}, frozenset())


class Surface:
    """Reads the operations of one specification.

    Args:
        schemas: Its shared schemas, by pointer.
    """

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._shapes: dict[str, Shape] = {}
        self._inner: dict[str, frozenset[str]] = {}

    def of(self, operation: Operation) -> Iterator[tuple[Field, Collection[str]]]:
        """Yield the values of each column for an operation; each value once."""
        sent = operation.body.content if operation.body else ()
        received = [content for response in _successes(operation.responses) for content in response.content]
        body = [self._shape(content.schema) for content in sent]
        writable = {name for one in body for name, field in one.fields.items() if not field.read_only}
        needed = frozenset.intersection(*(one.required for one in body)) & writable if body else frozenset()
        parameters = operation.parameters
        yield Field.DECLARED, {one.name for one in parameters}
        for field in (Field.QUERY, Field.HEADER):
            yield field, {one.name for one in parameters if _PLACES.get(one.location) is field}
        yield Field.BODY, writable
        yield Field.REQUIRED, needed | {one.name for one in parameters if one.required}
        yield Field.RESPONSE, {name for one in received for name in self._readable(one.schema)}
        yield Field.INNER, {name for one in received for name in self._inside(one.schema)}
        yield Field.RETURNS, {name for one in received for name in self._named(one.schema)}
        yield Field.SENDS, {name for one in sent for name in self._named(one.schema)}
        yield Field.CONSUMES, {one.media_type for one in sent}
        yield Field.PRODUCES, {one.media_type for response in operation.responses for one in response.content}
        yield Field.SCOPE, _scopes(operation)
        inputs = {one.name for one in parameters if one.location in ("query", "querystring", "argument", "header")}
        there = {
            Trait.PAGING: pages(frozenset(inputs)),
            Trait.EXAMPLE: self._exemplified(operation),
            Trait.OUTPUT: bool(received),
        }
        yield Field.HAS, [*_said(operation), *(trait.value for trait, is_there in there.items() if is_there)]

    def _exemplified(self, operation: Operation) -> bool:
        contents = [*(operation.body.content if operation.body else ())]
        contents += (content for response in operation.responses for content in response.content)
        shown: Sequence[Content | Parameter] = (*operation.parameters, *contents)
        if any(one.example is not None or (isinstance(one, Content) and one.example_ref) for one in shown):
            return True
        return any(self._followed(one.schema).example is not None for one in shown)

    def _followed(self, schema: Schema) -> Schema:
        for _ in range(_HOPS):
            if not schema.ref or schema.example is not None:
                break
            schema = self._schemas.get(schema.ref, Schema())
        return schema

    def _readable(self, schema: Schema) -> list[str]:
        return [name for name, field in self._shape(schema).fields.items() if not field.write_only]

    def _inside(self, schema: Schema) -> frozenset[str]:
        """Return the names of the fields that the fields of a body have."""
        found = self._inner.get(schema.ref) if schema.ref else None
        if found is None:
            fields = self._shape(schema).fields.values()
            found = frozenset(name for field in fields for name in self._shape(field).fields)
            if schema.ref:
                self._inner[schema.ref] = found
        return found

    def _named(self, schema: Schema) -> Iterator[str]:
        """Yield the names of a schema, of the items of a list, and of the forms of a choice."""
        for node in self._forms(schema):
            if node.ref and (name := schema_name(node.ref)):
                yield name
            elif node.title and not node.ref and not node.items:
                yield node.title

    def _forms(self, schema: Schema) -> Iterator[Schema]:
        """Yield a schema, the items of a list, and the forms of a choice as they are written."""
        pending = [schema]
        for _ in range(_HOPS):
            if not pending:
                return
            node = pending.pop()
            yield node
            target = self._schemas.get(node.ref, Schema()) if node.ref else node
            if target.items is not None:
                pending.append(target.items)
            pending += (*target.one_of, *target.any_of)

    def _shape(self, schema: Schema, hops: int = _HOPS) -> Shape:
        """Return the fields of a body; those of a shared one are kept."""
        if not hops:
            return _NOTHING
        if not schema.ref:
            return self._shape_of(schema, hops - 1)
        shape = self._shapes.get(schema.ref)
        if shape is None:
            self._shapes[schema.ref] = _NOTHING  # for a circle, which adds nothing
            shape = self._shapes[schema.ref] = self._shape(self._schemas.get(schema.ref, Schema()), hops - 1)
        return shape

    def _shape_of(self, schema: Schema, hops: int) -> Shape:
        parts = [self._shape(one, hops) for one in schema.all_of]
        if schema.items is not None and not schema.properties:
            parts.append(self._shape(schema.items, hops))
        forms = [self._shape(one, hops) for one in (*schema.one_of, *schema.any_of)]
        if not (parts or forms):
            return Shape(schema.properties, frozenset(schema.required))
        fields = dict(schema.properties)
        for one in (*parts, *forms):
            fields.update(one.fields)
        required = frozenset(schema.required).union(*(one.required for one in parts))
        if forms:
            required |= frozenset.intersection(*(one.required for one in forms))
        return Shape(fields, required)


def _successes(responses: Sequence[Response]) -> list[Response]:
    """Return the responses of success; where there are none, those that may be."""
    good = [one for one in responses if one.status[:1] in ("2", "")]
    return good or [one for one in responses if one.status == "default"]


def _scopes(operation: Operation) -> set[str]:
    return {scope for alternative in operation.security for grant in alternative for scope in grant.scopes}


def _said(operation: Operation) -> list[str]:
    """Return what an operation says of itself, by name."""
    there = {
        Trait.SUMMARY: operation.summary,
        Trait.DESCRIPTION: operation.description,
        Trait.ID: operation.operation_id,
        Trait.TAG: operation.tags,
        Trait.PARAMETER: operation.parameters,
        Trait.BODY: operation.body,
        Trait.ERROR: any(one.status[:1] in ("4", "5") for one in operation.responses),
        Trait.CREDENTIALS: operation.security and () not in operation.security,
        Trait.SCOPE: _scopes(operation),
        Trait.CALLBACK: operation.callbacks,
        Trait.LINK: any(one.links for one in operation.responses),
    }
    return [trait.value for trait, is_there in there.items() if is_there]
