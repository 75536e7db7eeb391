"""GraphQL's schema definition language (SDL) to `Spec`.

The document is only parsed, not built into a schema: what GraphQL forbids costs the part that is wrong. Introspection
results come the same way, turned into definitions first (see `engine.specs.graphql.introspection`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import msgspec
from graphql.error import GraphQLSyntaxError
from graphql.language import ast, parse as parse_document
from graphql.language.parser import MAX_NESTING_DEPTH

from engine.errors import SpecError
from engine.specs.limits import Budget, exceeded
from engine.specs.model import (
    About,
    Content,
    EnumValue,
    Operation,
    Parameter,
    Problem,
    Response,
    Schema,
    Spec,
    Tag,
)
from engine.specs.problems import MAX_MESSAGE, Problems
from engine.specs.yaml12 import scalar
from engine.text import clean, clean_line, clean_tree

BUILT_IN = {
    "String": Schema(type="string"),
    "Int": Schema(type="integer"),
    "Float": Schema(type="number"),
    "Boolean": Schema(type="boolean"),
    "ID": Schema(type="string", format="id"),
}
"""The scalars that every schema has (GraphQL specification of September 2025, 3.5); not references."""
UNSAID_REASON = "No longer supported"
"""What stands for the reason of `@deprecated` where none is given (3.13.3)."""

_KINDS = {
    "object_type": "object",
    "interface_type": "interface",
    "input_object_type": "input",
    "union_type": "union",
    "enum_type": "string",
    "scalar_type": "scalar",
}
"""What graphql-core calls a definition or extension, without that word, and `Schema.type`."""
_METHODS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
"""Kind of operation → `Operation.method`, also the name of its type where no `schema` gives another (3.3.1)."""
_MAX_TITLE = 80
"""Characters of a description's first line up to which it is a title."""
_PARTS_A_TOKEN = 3
"""Parts that a token counts for: the parser needs about 0.9 kB for one."""
_TOO_MANY = re.compile(r"Document contains more than \d+ (tokens|comments)")

Type: TypeAlias = ast.TypeDefinitionNode | ast.TypeExtensionNode
Field: TypeAlias = ast.FieldDefinitionNode | ast.InputValueDefinitionNode


def parse(text: str, budget: Budget) -> Spec:
    """Read a document in SDL, cleaned.

    Raises:
        SpecError: Its syntax is wrong, it defines no type, or it is more than the limits allow.
    """
    most = budget.limits.max_parts // _PARTS_A_TOKEN
    try:
        document = parse_document(text, max_lexical_tokens=most, max_comments=most)
    except GraphQLSyntaxError as error:
        if many := _TOO_MANY.match(error.description):
            raise exceeded(f"The document has more than {most:,} {many[1]}", "max_parts") from error
        where = "".join(f" at line {place.line}, column {place.column}" for place in error.locations or ())
        if "nested too deeply" in error.description:
            hint = "No setting raises this limit, which is that of the parser"
            raise SpecError(
                f"The GraphQL is nested deeper than {MAX_NESTING_DEPTH} levels{where}", hint=hint
            ) from error
        problem = error.description[:1].lower() + error.description[1:MAX_MESSAGE].rstrip(".")
        hint = "Correct it there and add it again"
        raise SpecError(f"The GraphQL is broken{where}: {problem}", hint=hint) from error
    budget.check_time()
    return Definitions(document.definitions, budget).spec()


class Definitions:
    """Reads the definitions of one schema.

    Args:
        definitions: They and their extensions, in the order of the document.
        budget: What is left of the limits.
        problems: What was wrong with the document before.
    """

    def __init__(
        self, definitions: Iterable[ast.DefinitionNode], budget: Budget, problems: Iterable[Problem] = ()
    ) -> None:
        self._budget = budget
        self._problems = Problems(problems)
        self._schema: list[ast.SchemaDefinitionNode | ast.SchemaExtensionNode] = []
        self._directives: list[ast.DirectiveDefinitionNode] = []
        self._types: dict[str, list[Type]] = {}
        """Name → its definition, if there is one, and all that extends it."""
        for node in sorted(definitions, key=lambda node: node.kind.endswith("_extension")):
            budget.spend()
            self._take(node)
        self._implementers: dict[str, set[str]] = {}
        for name, nodes in self._types.items():
            for interface in (each for node in nodes for each in _interfaces(node) if _kind(node) == "object_type"):
                self._implementers.setdefault(interface.name.value, set()).add(name)

    def _take(self, node: ast.DefinitionNode) -> None:
        """Put a definition where it belongs."""
        if isinstance(node, ast.SchemaDefinitionNode | ast.SchemaExtensionNode):
            self._schema.append(node)
        elif isinstance(node, ast.DirectiveDefinitionNode):
            self._directives.append(node)
        elif isinstance(node, ast.TypeDefinitionNode | ast.TypeExtensionNode):
            self._take_type(node)
        else:
            self._problem("", f"The {node.kind.replace('_', ' ')} here is no part of a schema", node)

    def _take_type(self, node: Type) -> None:
        name = node.name.value
        pointer = f"/types/{name}"
        known = self._types.setdefault(name, [])
        if known and _kind(node) != _kind(known[0]):
            self._problem(
                pointer, f"is also another kind of type ({_kind(node).replace('_', ' ')}), which is left out", node.name
            )
            return
        if known and isinstance(node, ast.TypeDefinitionNode):
            self._problem(pointer, "is defined again; both are taken together", node.name)
        if not known and isinstance(node, ast.TypeExtensionNode) and name not in _METHODS.values():
            self._problem(pointer, "is extended, but not defined here", node.name)
        known.append(node)

    def _problem(self, pointer: str, message: str, node: ast.Node) -> None:
        self._problems(pointer, message, node.loc.start_token.line if node.loc else 0)

    def spec(self) -> Spec:
        """Read them.

        Raises:
            SpecError: There is no type, or they are more than the limits allow.
        """
        schemas = {f"/types/{name}": self._type(name, nodes) for name, nodes in self._types.items()}
        schemas |= {
            where: self._directive(where, nodes) for _, where, nodes in self._once(self._directives, "/directives")
        }
        if not schemas:
            raise SpecError("The GraphQL document defines no type", hint="Give the document that has the types")
        roots = self._roots()
        operations = [each for method, name in roots.items() for each in self._operations(method, name, schemas)]
        return Spec(
            about=self._about(roots, schemas),
            operations=tuple(operations),
            schemas=schemas,
            problems=self._problems.kept,
        )

    def _about(self, roots: dict[str, str], schemas: dict[str, Schema]) -> About:
        description = _description(self._schema)
        title = clean_line(description.strip().partition("\n")[0]).lstrip("# ").rstrip(".")
        return About(
            title=title if 0 < len(title) <= _MAX_TITLE else "GraphQL API",
            format="graphql",
            description=description,
            tags=tuple(
                Tag(name=method, description=schemas[f"/types/{name}"].description) for method, name in roots.items()
            ),
            extensions=self._applied(self._schema).get("extensions", {}),
        )

    def _roots(self) -> dict[str, str]:
        """Return the method of each kind of operation → the name of the type whose fields are those operations."""
        roots: dict[str, str] = {}
        for node in (each for schema in self._schema for each in schema.operation_types or ()):
            method, name = _METHODS[node.operation.value], node.type.name.value
            if roots.setdefault(method, name) != name:
                self._problem("", f"The schema has several types for {node.operation.value}; the first counts", node)
            elif not self._is_object(name):
                self._problem("", f"The schema names {name}, which is not defined as an object type", node)
        if not any(isinstance(node, ast.SchemaDefinitionNode) for node in self._schema):
            roots = {name: name for name in _METHODS.values() if self._is_object(name)} | roots
        return {method: roots[method] for method in _METHODS.values() if self._is_object(roots.get(method, ""))}

    def _is_object(self, name: str) -> bool:
        return name in self._types and _kind(self._types[name][0]) == "object_type"

    def _operations(self, method: str, name: str, schemas: dict[str, Schema]) -> Iterator[Operation]:
        for field, schema in schemas[f"/types/{name}"].properties.items():
            self._budget.spend_operation()
            result = Schema(
                ref=schema.ref, type=schema.type, format=schema.format, nullable=schema.nullable, items=schema.items
            )
            yield Operation(
                method=method,
                path=field,
                pointer=f"/types/{name}/fields/{field}",
                protocol="graphql",
                description=schema.description,
                tags=(method,),
                deprecated=schema.deprecated,
                deprecation=schema.deprecation,
                parameters=schema.arguments,
                responses=(Response(status="", content=(Content(media_type="application/json", schema=result),)),),
                extensions=schema.extensions,
            )

    # Types ---------------------------------------------------------------------------------------------------------
    def _type(self, name: str, nodes: Sequence[Type]) -> Schema:
        """Return a type, put together from its definition and its extensions."""
        pointer = f"/types/{name}"
        kind = _KINDS[_kind(nodes[0])]
        fields = {"type": kind, "description": _description(nodes), **self._applied(nodes)}
        if kind in ("object", "interface", "input"):
            fields |= self._fields(pointer, nodes)
            fields["implements"] = self._references(pointer, (each for node in nodes for each in _interfaces(node)))
        if kind == "interface" and (names := self._implementers.get(name)):
            choices = tuple(Schema(ref=f"/types/{each}") for each in sorted(names))
            fields |= {"any_of": choices, "discriminator": "__typename"}
        elif kind == "input" and "oneOf" in fields.get("extensions", {}):
            fields["limits"] = {"minProperties": 1, "maxProperties": 1}
        elif kind == "union":
            members = self._references(pointer, (each for node in nodes for each in getattr(node, "types", None) or ()))
            fields |= {"one_of": tuple(Schema(ref=ref) for ref in members), "discriminator": "__typename"}
        elif kind == "string":
            fields |= self._values(pointer, nodes)
        return Schema(**fields)

    def _references(self, pointer: str, nodes: Iterable[ast.NamedTypeNode]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._named(node, pointer).ref or f"/types/{node.name.value}" for node in nodes))

    def _fields(self, pointer: str, nodes: Sequence[Type]) -> dict[str, Any]:
        properties: dict[str, Schema] = {}
        required = []
        found = (field for node in nodes for field in getattr(node, "fields", None) or ())
        for name, where, same in self._once(found, f"{pointer}/fields"):
            properties[name] = self._field(same, where)
            if _is_required(same[0]):
                required.append(name)
        return {"properties": properties, "required": tuple(required)}

    def _field(self, nodes: Sequence[Field], pointer: str) -> Schema:
        node = nodes[0]
        fields = {"description": _description(nodes), **self._applied([node])}
        if isinstance(node, ast.FieldDefinitionNode):
            fields["arguments"] = self._arguments(node.arguments, pointer)
        elif node.default_value is not None:
            fields["default"] = self._value(node.default_value)
        return msgspec.structs.replace(self._use(node.type, pointer), **fields)

    def _arguments(self, nodes: Iterable[ast.InputValueDefinitionNode] | None, pointer: str) -> tuple[Parameter, ...]:
        arguments = []
        for name, where, same in self._once(nodes or (), f"{pointer}/arguments"):
            node = same[0]
            schema = self._use(node.type, where)
            if node.default_value is not None:
                schema = msgspec.structs.replace(schema, default=self._value(node.default_value))
            arguments.append(
                Parameter(
                    name=name,
                    location="argument",
                    required=_is_required(node),
                    description=_description(same),
                    schema=schema,
                    **self._applied([node]),
                )
            )
        return tuple(arguments)

    def _values(self, pointer: str, nodes: Sequence[Type]) -> dict[str, Any]:
        said: dict[str, EnumValue] = {}
        found = (value for node in nodes for value in getattr(node, "values", None) or ())
        for name, _where, same in self._once(found, f"{pointer}/values"):
            fields = self._applied(same[:1])
            fields.pop("extensions", None)
            said[name] = EnumValue(description=_description(same), **fields)
        return {"enum": tuple(said), "enum_values": {name: one for name, one in said.items() if one != EnumValue()}}

    def _directive(self, pointer: str, nodes: Sequence[ast.DirectiveDefinitionNode]) -> Schema:
        node = nodes[0]
        fields = self._applied([node])
        said: dict[str, Any] = {"locations": [location.value for location in node.locations]}
        if node.repeatable:
            said["repeatable"] = True
        fields["extensions"] = {**fields.get("extensions", {}), **said}
        return Schema(
            type="directive",
            description=_description(nodes),
            arguments=self._arguments(node.arguments, pointer),
            **fields,
        )

    def _once(self, nodes: Iterable[Any], pointer: str) -> Iterator[tuple[str, str, list[Any]]]:
        """Yield name, pointer and nodes of what `pointer` holds, each name once.

        Where there are several nodes the first counts, but what is said of the others is not lost.
        """
        found: dict[str, list[Any]] = {}
        for node in nodes:
            self._budget.spend()
            same = found.setdefault(node.name.value, [])
            same.append(node)
            if len(same) > 1:
                message = "is defined again; the first counts, with the descriptions of all"
                self._problem(f"{pointer}/{node.name.value}", message, node.name)
        for name, same in found.items():
            yield name, f"{pointer}/{name}", same

    # Uses of types, directives and values --------------------------------------------------------------------------
    def _use(self, node: ast.TypeNode, pointer: str, depth: int = 0) -> Schema:
        """Return a type as it is used, lists and all; a plain `TypeNode` is one that is not known."""
        if depth > self._budget.limits.max_depth:
            raise _too_deep(self._budget)
        nullable = not isinstance(node, ast.NonNullTypeNode)
        if isinstance(node, ast.NonNullTypeNode):
            node = node.type
        if isinstance(node, ast.ListTypeNode):
            self._budget.spend()
            return Schema(type="array", nullable=nullable, items=self._use(node.type, pointer, depth + 1))
        known = self._named(node, pointer) if isinstance(node, ast.NamedTypeNode) else Schema()
        return msgspec.structs.replace(known, nullable=nullable)

    def _named(self, node: ast.NamedTypeNode, pointer: str) -> Schema:
        name = node.name.value
        if name in BUILT_IN:
            return BUILT_IN[name]
        if name not in self._types:
            self._problem(pointer, f"refers to {name}, which is not defined", node)
        return Schema(ref=f"/types/{name}")

    def _applied(self, nodes: Iterable[Any]) -> dict[str, Any]:
        """Return what directives say of a part, as fields of its record."""
        fields: dict[str, Any] = {}
        others: dict[str, list[Any]] = {}
        for directive in (each for node in nodes for each in node.directives or ()):
            self._budget.spend()
            arguments = {each.name.value: self._value(each.value) for each in directive.arguments or ()}
            if directive.name.value == "deprecated":
                reason = arguments.get("reason")
                fields["deprecated"] = True
                fields["deprecation"] = reason if isinstance(reason, str) and reason != UNSAID_REASON else ""
            else:
                others.setdefault(directive.name.value, []).append(arguments)
        if others:
            fields["extensions"] = {name: found[0] if len(found) == 1 else found for name, found in others.items()}
        return fields

    def _value(self, node: ast.ValueNode) -> Any:
        """Return a constant; its texts are cleaned, because escapes in them may stand for anything."""
        try:
            return clean_tree(self._literal(node), self._budget.limits.max_depth)
        except RecursionError as error:
            raise _too_deep(self._budget) from error

    def _literal(self, node: ast.ValueNode) -> Any:
        self._budget.spend()
        match node:
            case ast.ListValueNode():
                return [self._literal(each) for each in node.values]
            case ast.ObjectValueNode():
                return {each.name.value: self._literal(each.value) for each in node.fields}
            case ast.IntValueNode() | ast.FloatValueNode():
                return scalar(node.value)
            case ast.StringValueNode() | ast.BooleanValueNode() | ast.EnumValueNode():
                return node.value
        return None


def _kind(node: Type) -> str:
    """Return a key of `_KINDS`."""
    return node.kind.rpartition("_")[0]


def _interfaces(node: Type) -> Sequence[ast.NamedTypeNode]:
    return getattr(node, "interfaces", None) or ()


def _is_required(node: Field) -> bool:
    """Tell whether a value is always there, or must always be given."""
    return isinstance(node.type, ast.NonNullTypeNode) and getattr(node, "default_value", None) is None


def _description(nodes: Iterable[Any]) -> str:
    """Return what is said of the same thing; extensions say nothing."""
    found = (node.description.value for node in nodes if getattr(node, "description", None))
    return clean("\n\n".join(dict.fromkeys(found)))


def _too_deep(budget: Budget) -> SpecError:
    return exceeded(f"The document is nested deeper than {budget.limits.max_depth} levels", "max_depth")
