"""The result of GraphQL's introspection query (JSON) to `Spec`.

It is turned into the definitions that the same schema has in SDL, leniently: servers leave out what older versions of
the query did not ask for. What GraphQL defines itself (built-in scalars and directives, `__` types) is left out.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from graphql.error import GraphQLSyntaxError
from graphql.language import ast, parse_const_value

from engine.errors import SpecError
from engine.specs.graphql.sdl import BUILT_IN, UNSAID_REASON, Definitions
from engine.specs.limits import Budget
from engine.specs.model import Spec
from engine.specs.nodes import items, mapping, text
from engine.specs.problems import Problems

_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")
_ROOTS = {
    "queryType": ast.OperationType.QUERY,
    "mutationType": ast.OperationType.MUTATION,
    "subscriptionType": ast.OperationType.SUBSCRIPTION,
}
_BUILT_IN_DIRECTIVES = frozenset(("deprecated", "include", "oneOf", "skip", "specifiedBy"))
"""GraphQL specification of September 2025, 3.13; introspection lists them, documents do not."""
_DEFINITIONS = {
    "OBJECT": ast.ObjectTypeDefinitionNode,
    "INTERFACE": ast.InterfaceTypeDefinitionNode,
    "INPUT_OBJECT": ast.InputObjectTypeDefinitionNode,
    "UNION": ast.UnionTypeDefinitionNode,
    "ENUM": ast.EnumTypeDefinitionNode,
    "SCALAR": ast.ScalarTypeDefinitionNode,
}
"""`__TypeKind` (4.2.2) → what the type is in SDL."""


class _Part(NamedTuple):
    """One thing that has a name."""

    name: ast.NameNode
    node: dict[str, Any]
    pointer: str


def parse(tree: dict[str, Any], budget: Budget) -> Spec:
    """Read the decoded document: what a server answers, or its `data` alone.

    Raises:
        SpecError: It has no types, or is more than the limits allow.
    """
    base = "/__schema" if "__schema" in tree else "/data/__schema"
    schema = mapping(tree if "__schema" in tree else tree.get("data")).get("__schema")
    if not isinstance(schema, dict) or not isinstance(schema.get("types"), list):
        hint = "Save the whole answer to the introspection query"
        raise SpecError("The introspection result has no `types` in its `__schema`", hint=hint)
    converter = _Converter(budget)
    definitions = [*converter.definitions(schema, base)]
    return Definitions(definitions, budget, converter.problem.kept).spec()


class _Converter:
    """Turns parts of an introspection result into definitions, and keeps what is wrong with them."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.problem = Problems()

    def definitions(self, schema: dict[str, Any], base: str) -> Iterator[ast.DefinitionNode]:
        """Yield the schema, its types and its directives."""
        yield ast.SchemaDefinitionNode(
            description=_description(schema), operation_types=tuple(self._roots(schema, base)), directives=()
        )
        for part in self._parts(schema.get("types"), f"{base}/types"):
            if not part.name.value.startswith("__") and part.name.value not in BUILT_IN:
                yield from self._type(part)
        for part in self._parts(schema.get("directives"), f"{base}/directives"):
            if part.name.value not in _BUILT_IN_DIRECTIVES:
                yield ast.DirectiveDefinitionNode(
                    **_named(part),
                    arguments=self._inputs(part.node.get("args"), f"{part.pointer}/args"),
                    repeatable=part.node.get("isRepeatable") is True,
                    locations=tuple(ast.NameNode(value=text(place)) for place in items(part.node.get("locations"))),
                )

    def _parts(self, raw: Any, pointer: str) -> Iterator[_Part]:
        """Yield the members of a list that have a name."""
        for index, node in enumerate(items(raw)):
            self._budget.spend()
            where = f"{pointer}/{index}"
            if (name := self._name(node)) is None:
                self.problem(where, "has no name that GraphQL allows")
            else:
                yield _Part(name, node, where)

    @staticmethod
    def _name(node: Any) -> ast.NameNode | None:
        name = mapping(node).get("name")
        return ast.NameNode(value=name) if isinstance(name, str) and _NAME.fullmatch(name) else None

    def _roots(self, schema: dict[str, Any], base: str) -> Iterator[ast.OperationTypeDefinitionNode]:
        for key, operation in _ROOTS.items():
            if schema.get(key) is None:
                continue
            if (name := self._name(schema[key])) is None:
                self.problem(f"{base}/{key}", "has no name that GraphQL allows")
            else:
                yield ast.OperationTypeDefinitionNode(operation=operation, type=ast.NamedTypeNode(name=name))

    def _type(self, part: _Part) -> Iterator[ast.TypeDefinitionNode]:
        kind, node, pointer = text(part.node.get("kind")), part.node, part.pointer
        fields: dict[str, Any] = {"name": part.name, "description": _description(node)}
        match kind:
            case "OBJECT" | "INTERFACE":
                fields["interfaces"] = self._names(node.get("interfaces"), f"{pointer}/interfaces")
                fields["fields"] = tuple(self._fields(node.get("fields"), f"{pointer}/fields"))
            case "INPUT_OBJECT":
                fields["fields"] = self._inputs(node.get("inputFields"), f"{pointer}/inputFields")
                fields["directives"] = (_directive("oneOf"),) if node.get("isOneOf") is True else ()
            case "UNION":
                fields["types"] = self._names(node.get("possibleTypes"), f"{pointer}/possibleTypes")
            case "ENUM":
                fields["values"] = tuple(self._values(node.get("enumValues"), f"{pointer}/enumValues"))
            case "SCALAR":
                url = text(node.get("specifiedByURL"))
                fields["directives"] = (_directive("specifiedBy", url=url),) if url else ()
            case _:
                self.problem(pointer, f"is of no kind that GraphQL has: {kind[:40] or 'none is given'}")
                return
        yield _DEFINITIONS[kind](**fields)

    def _names(self, raw: Any, pointer: str) -> tuple[ast.NamedTypeNode, ...]:
        return tuple(ast.NamedTypeNode(name=part.name) for part in self._parts(raw, pointer))

    def _values(self, raw: Any, pointer: str) -> Iterator[ast.EnumValueDefinitionNode]:
        for part in self._parts(raw, pointer):
            yield ast.EnumValueDefinitionNode(**_named(part))

    def _fields(self, raw: Any, pointer: str) -> Iterator[ast.FieldDefinitionNode]:
        for part in self._parts(raw, pointer):
            arguments = self._inputs(part.node.get("args"), f"{part.pointer}/args")
            yield ast.FieldDefinitionNode(**_named(part), type=self._use(part), arguments=arguments)

    def _inputs(self, raw: Any, pointer: str) -> tuple[ast.InputValueDefinitionNode, ...]:
        return tuple(
            ast.InputValueDefinitionNode(**_named(part), type=self._use(part), default_value=self._default(part))
            for part in self._parts(raw, pointer)
        )

    def _use(self, part: _Part) -> ast.TypeNode:
        """Return the type of a field or argument; a plain `TypeNode`, with a problem noted, for what is not given."""
        wrappers: list[Callable[..., ast.TypeNode]] = []
        node = mapping(part.node.get("type"))
        while (kind := node.get("kind")) in ("LIST", "NON_NULL"):
            wrappers.append(ast.ListTypeNode if kind == "LIST" else ast.NonNullTypeNode)
            node = mapping(node.get("ofType"))
        name = self._name(node)
        if name is None:
            self.problem(f"{part.pointer}/type", "names no type; perhaps the query asked for too few `ofType`")
        use = ast.TypeNode() if name is None else ast.NamedTypeNode(name=name)
        for wrap in reversed(wrappers):
            use = wrap(type=use)
        return use

    def _default(self, part: _Part) -> ast.ConstValueNode | None:
        written = part.node.get("defaultValue")
        if not isinstance(written, str):
            return None
        try:
            return parse_const_value(written, no_location=True, max_lexical_tokens=self._budget.limits.max_parts)
        except GraphQLSyntaxError:
            self.problem(f"{part.pointer}/defaultValue", "is no value that GraphQL can read")
            return None


def _named(part: _Part) -> dict[str, Any]:
    """Return what definitions of fields, arguments, enum values and directives have in common."""
    reason = part.node.get("deprecationReason")
    deprecated = part.node.get("isDeprecated") is True or isinstance(reason, str)
    return {
        "name": part.name,
        "description": _description(part.node),
        "directives": (_directive("deprecated", reason=text(reason) or UNSAID_REASON),) if deprecated else (),
    }


def _description(node: dict[str, Any]) -> ast.StringValueNode | None:
    return ast.StringValueNode(value=said) if (said := text(node.get("description"))) else None


def _directive(name: str, **arguments: str) -> ast.ConstDirectiveNode:
    return ast.ConstDirectiveNode(
        name=ast.NameNode(value=name),
        arguments=tuple(
            ast.ConstArgumentNode(name=ast.NameNode(value=key), value=ast.StringValueNode(value=value))
            for key, value in arguments.items()
        ),
    )
