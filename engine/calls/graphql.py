"""GraphQL in words of its own: types as they are written, and a document that is valid for a root field."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.calls.records import Origin
from engine.calls.said import NOTHING_SAID
from engine.calls.sample import SCALARS, Sample, Sampler
from engine.calls.values import item_of, placeholder
from engine.specs.describe import Resolve
from engine.specs.model import Operation, Parameter, Schema

COMPOSITES = frozenset(("object", "interface", "union"))
"""Kinds of types whose fields a document must choose from."""
_BUILT_IN = {"string": "String", "integer": "Int", "number": "Float", "boolean": "Boolean"}
"""How readers record the scalars that GraphQL defines itself (specification of October 2021, 3.5)."""
_MAX_FIELDS = 6
"""Fields that are asked for of one type: enough to see what it is."""
_FEW = 3
"""A type with fewer scalars than this is a wrapper; what it wraps is asked for too."""
_MAX_NESTED = 2
"""Fields with a selection of their own that are asked for of one type: a document stays on one screen."""
_MAX_DEPTH = 2
"""Levels below the root field's own type: a connection, its edges, their nodes."""
_MAX_MEMBERS = 3
"""Members of a union that are asked for: enough to see how the others are."""
_MAX_LOOKUPS = 100
"""Types that are looked up for one document, each a read of the library."""
_TELLING = {name: rank for rank, name in enumerate("id name title login number state url nodes edges pageInfo".split())}
"""Fields that say most of a thing come first; `nodes` and `edges` are the things that a connection holds."""
_HELD = ("nodes", "edges")
_PAGE = 10
"""Servers that page commonly refuse a connection without a size; GitHub and Shopify take up to 100 and 250."""
_SCALARS: dict[str, Any] = {
    "bigint": 1,
    "date": "2026-01-31",
    "datetime": "2026-01-31T09:00:00Z",
    "json": {},
    "jsonobject": {},
    "long": 1,
    "time": "09:00:00Z",
    "timestamp": "2026-01-31T09:00:00Z",
    "uri": "https://example.com",
    "url": "https://example.com",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
}
"""Lower-case name of a custom scalar → a value that servers commonly take for it."""


def type_reference(schema: Schema) -> str:
    """Return a type as GraphQL writes it: `String!`, `[ID!]`, `CreateIssueInput`."""
    if schema.type == "array" and not schema.ref:
        name = f"[{type_reference(schema.items or Schema())}]"
    else:
        name = type_label(schema)
    return name if schema.nullable else f"{name}!"


def type_label(schema: Schema) -> str:
    """Return the bare name of a type that is no list."""
    if schema.ref:
        return schema.ref.rpartition("/")[2]
    if schema.type == "string" and schema.format == "id":
        return "ID"
    return _BUILT_IN.get(schema.type, schema.title or schema.type)


def document(operation: Operation, resolve: Resolve, said: Mapping[str, Any] = NOTHING_SAID) -> Sample:
    """Return the JSON of a request: a document that asks for a root field, and variables for its required arguments.

    Its sources tell of the variables alone.

    Args:
        operation: The root field.
        resolve: Gives the schema at a JSON pointer.
        said: Values that the user has for arguments, those of the fields of an input in objects of their own.
    """
    arguments = [one for one in operation.parameters if one.location == "argument"]
    sent = [
        one
        for one in arguments
        if one.required or one.name in said or (one.name == "first" and one.schema.type == "integer")
    ]
    variables = _Variables(resolve)
    values = {one.name: _variable(one, variables, said.get(one.name)) for one in sent}
    declared = ", ".join(f"${one.name}: {_variable_type(one)}" for one in sent)
    passed = ", ".join(f"{one.name}: ${one.name}" for one in sent)
    contents = [content for response in operation.responses for content in response.content]
    fields = _Selection(resolve).of(contents[0].schema, _MAX_DEPTH) if contents else ""
    field = " ".join(filter(None, [operation.path + (f"({passed})" if passed else ""), fields]))
    query = f"{operation.method.lower()}{f'({declared})' if declared else ''} {{ {field} }}"
    return Sample({"query": query, "variables": values} if values else {"query": query}, variables.sources)


def _variable_type(argument: Parameter) -> str:
    written = type_reference(argument.schema)
    return f"{written.removesuffix('!')}!" if argument.required else written.removesuffix("!")


class _Variables(Sampler):
    """Makes up the variables of one request."""

    max_depth = 20
    """Far below any input that a schema really requires; one that is cut off would be refused."""
    ends_circles = True

    def fields(self, node: Schema, path: str) -> list[str]:
        """Return the fields that an input needs: the required ones, or the first where exactly one must be given."""
        return list(node.properties)[:1] if "oneOf" in node.extensions else super().fields(node, path)

    def scalar(self, name: str, schema: Schema, node: Schema) -> tuple[Any, Origin]:
        """Return what servers commonly take for a scalar."""
        known = _SCALARS.get(type_label(schema).lower(), SCALARS.get(node.type))
        return (placeholder(name), "placeholder") if known is None else (known, "type")


def _variable(argument: Parameter, variables: _Variables, said: Any) -> Any:
    if said is not None and not isinstance(said, dict):
        variables.sources[argument.name] = "question"
        return said
    if argument.required and argument.example is None:
        value = variables.sample(argument.schema, argument.name).value
        if said and isinstance(value, dict):
            variables.sources |= {f"{argument.name}.{name}": "question" for name in said}
            value |= said
        return value
    given: tuple[Any, Origin] = (argument.example, "example") if argument.required else (_PAGE, "type")
    value, variables.sources[argument.name] = given
    return value


class _Selection:
    """Chooses what one document asks for. Types are looked up once, and not too many."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._types: dict[str, Schema] = {}

    def of(self, schema: Schema, depth: int) -> str:
        """Return the selection set for a type, `depth` levels deep; nothing for a scalar or an enum."""
        kind = self._type(schema)
        if kind is None or kind.type not in COMPOSITES:
            return ""
        fields = [*self._members(kind)] if kind.type == "union" else self._fields(kind, depth)
        if kind.type != "object" or not fields:
            fields = ["__typename", *fields]
        return f"{{ {' '.join(fields)} }}"

    def _type(self, schema: Schema) -> Schema | None:
        """Return the type of a field, lists taken off; None when it may not be looked up any more."""
        schema = item_of(schema)
        if not schema.ref:
            return schema
        if schema.ref not in self._types:
            if len(self._types) == _MAX_LOOKUPS:
                return None
            self._types[schema.ref] = self._resolve(schema.ref)
        return self._types[schema.ref]

    def _fields(self, kind: Schema, depth: int) -> list[str]:
        scalars, wrapped = self._choose(kind)
        few = len(scalars) < _FEW
        chosen = [name for name in wrapped if few or name in _HELD][:_MAX_NESTED]
        if "nodes" in chosen and "edges" in chosen:
            chosen.remove("edges")
        if depth == 0:
            return scalars
        return [*scalars, *(f"{name} {self.of(kind.properties[name], depth - 1)}" for name in chosen)]

    def _choose(self, kind: Schema) -> tuple[list[str], list[str]]:
        """Return the names of fields without a selection set, and of fields with one, as far as they are looked at."""
        scalars: list[str] = []
        wrapped: list[str] = []
        for name, field in _askable(kind):
            target = self._type(field)
            if target is None:
                continue
            if target.type in COMPOSITES:
                wrapped.append(name)
            else:
                scalars.append(name)
                if len(scalars) == _MAX_FIELDS:
                    break
        return scalars, wrapped

    def _members(self, union: Schema) -> Iterator[str]:
        """Return inline fragments. One name has one type in all of them (specification, 5.3.2)."""
        written: dict[str, str] = {}
        for member in (union.one_of or union.any_of)[:_MAX_MEMBERS]:
            kind = self._type(member)
            if kind is None or kind.type != "object":
                continue
            fields = []
            for name in self._choose(kind)[0]:
                reference = type_reference(kind.properties[name])
                if written.setdefault(name, reference) == reference:
                    fields.append(name)
            if fields:
                yield f"... on {type_label(member)} {{ {' '.join(fields)} }}"


def _askable(kind: Schema) -> list[tuple[str, Schema]]:
    """Return the fields that can be asked for without arguments, the telling ones first, then those of plain types."""
    fields = [
        (name, field)
        for name, field in kind.properties.items()
        if not any(argument.required for argument in field.arguments)
    ]
    current = [one for one in fields if not one[1].deprecated]
    return sorted(current or fields, key=lambda one: (_TELLING.get(one[0], len(_TELLING)), bool(item_of(one[1]).ref)))
