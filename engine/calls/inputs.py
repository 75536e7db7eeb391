"""What a caller gives: parameters, arguments, fields of the body, parts of the server's address."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from engine.calls.body import UNSAID, chosen, says_nothing
from engine.calls.graphql import type_reference
from engine.calls.records import FieldFact, Place
from engine.calls.source import Source
from engine.calls.values import allowed, item_of, unnumbered
from engine.specs.describe import FieldRow, Resolve, field_rows, first_sentence, merged, type_name
from engine.specs.model import Content, Operation, Parameter, Protocol, Schema

_OPENED = ("path", "query", "header", "cookie", "input")
"""Where the fields of a parameter that is an object are inputs, too."""
_TEMPLATE = re.compile(r"\{([^{}]+)\}")
BODY = "body"
"""What a body is called that has no fields to name, or that takes several forms."""
_EXACTLY_ONE = "Exactly one of these"


def inputs(source: Source) -> Iterator[FieldFact]:
    """Return the inputs of an operation, required or not, in the order of the source."""
    operation, resolve = source.operation, source.resolve
    for parameter in operation.parameters:
        yield field_fact(parameter, parameter.location, parameter.schema, resolve)
        if parameter.location == "argument":
            yield from _input_fields(parameter, resolve)
        elif parameter.location in _OPENED:
            yield from _parts(parameter, resolve)
    yield from _undeclared(operation)
    yield from _body(operation, resolve)
    servers = operation.servers or source.about.servers
    for name, variable in servers[0].variables.items() if servers and not operation.incoming else ():
        yield FieldFact(name, "server", "string", False, first_sentence(variable.description), variable.values)


def type_of(schema: Schema, protocol: Protocol) -> str:
    """Return a type as it is written where the protocol is used."""
    if protocol == "graphql":
        return type_reference(schema)
    if protocol == "grpc":
        named = schema.items or schema
        name = named.title if named.title and not named.ref else type_name(named)
        return f"stream of {name}" if schema.items is not None else name
    return type_name(schema)


def held(contents: Sequence[Content], protocol: Protocol) -> Schema | None:
    """Return what a body holds: of a stream of gRPC each message, of several messages any; None where there is none."""
    content = chosen(contents)
    if content is None:
        return None
    if protocol == "grpc" and content.schema.items is not None:
        return content.schema.items
    if protocol == "message" and len(contents) > 1:
        return Schema(one_of=tuple(one.schema for one in contents))
    return content.schema


def field_fact(
    named: Parameter | FieldRow, location: Place, schema: Schema, resolve: Resolve, protocol: Protocol = "http"
) -> FieldFact:
    """Return what is said of one field.

    Args:
        named: Its name, and whether it is required.
        location: Where it is.
        schema: What it holds.
        resolve: Gives the schema at a JSON pointer.
        protocol: In whose words its type is written; an argument is always one of GraphQL.
    """
    node = merged(schema, resolve)
    said = named if isinstance(named, Parameter) else schema
    description = first_sentence(said.description or node.description)
    if said.deprecated or schema.deprecated:
        reason = first_sentence(said.deprecation or schema.deprecation).rstrip(".")
        description = ". ".join(filter(None, [f"Deprecated: {reason}" if reason else "Deprecated", description]))
    return FieldFact(
        name=named.name,
        location=location,
        type=type_of(schema, "graphql" if location == "argument" else protocol),
        required=named.required,
        description=description,
        enum=allowed(node, resolve) if node.enum or node.items is not None else (),
        limits=node.limits,
        default=node.default,
        nullable=node.nullable,
        read_only=node.read_only,
        arguments=tuple(map(_argument, schema.arguments)),
    )


def _argument(argument: Parameter) -> str:
    return f"{argument.name}: {type_reference(argument.schema)}"


def _parts(parameter: Parameter, resolve: Resolve) -> Iterator[FieldFact]:
    """Return the fields of a parameter that is an object, with the names under which they are sent."""
    how = parameter.serialization
    explode = how.explode if how.explode is not None else how.style in (None, "form")
    for row in field_rows(parameter.schema, resolve, own=True):
        name = f"{parameter.name}.{row.name}"
        wire = ""
        if how.style == "deepObject":
            wire = f"{parameter.name}[{row.name}]"
        elif explode and parameter.location in ("query", "cookie") and not how.media_type:
            wire = row.name
        field = field_fact(row._replace(name=name), parameter.location, row.schema, resolve)
        required = parameter.required and row.required
        yield msgspec.structs.replace(field, wire=wire, required=required)


def _undeclared(operation: Operation) -> Iterator[FieldFact]:
    """Return the inputs of a path that the document does not declare; a caller gives them all the same."""
    if operation.protocol != "http" or operation.incoming:
        return
    declared = {one.name for one in operation.parameters if one.location == "path"}
    if operation.path.count("{") == len(declared):
        return
    for name in dict.fromkeys(_TEMPLATE.findall(unnumbered(operation.path))):
        if name not in declared:
            yield FieldFact(name, "path", "any", True, "The path has it, and the document does not declare it")


def _input_fields(argument: Parameter, resolve: Resolve) -> Iterator[FieldFact]:
    """Return the fields of an argument that is an input object, or a list of them: `input.title`."""
    prefix, item = argument.name, argument.schema
    if item_of(item) is not item:
        prefix, item = f"{prefix}[]", item_of(item)
    node = merged(item, resolve)
    if "oneOf" in node.extensions:
        choice = " or ".join(f"{prefix}.{name}" for name in node.properties)
        yield FieldFact(choice, "argument", "", argument.required, _EXACTLY_ONE)
    for name, child in node.properties.items() if node.type == "input" else ():
        required = argument.required and name in node.required
        yield field_fact(FieldRow(f"{prefix}.{name}", 1, child, required), "argument", child, resolve)


def _body(operation: Operation, resolve: Resolve) -> Iterator[FieldFact]:
    """Return what a caller must choose of a body, and its top-level fields; the body itself when it has none.

    Of a body that takes several forms the fields are those of the first form with fields: the one that a caller can
    name. What only the other side sets is left out.
    """
    body = operation.body
    schema = held(body.content, operation.protocol) if body is not None else None
    if body is None or schema is None:
        return
    node = merged(schema, resolve)
    forms = node.one_of or node.any_of
    rows = next(filter(None, (field_rows(form, resolve, own=True) for form in (schema, *forms))), [])
    if not rows and not (operation.protocol == "grpc" and node.type == "object"):  # An empty message says nothing.
        yield FieldFact(
            name="message" if operation.protocol in ("message", "grpc") else BODY,
            location="body",
            type=type_of(schema, operation.protocol),
            required=body.required,
            description=first_sentence(body.description or node.description) or (UNSAID if says_nothing(node) else ""),
            enum=allowed(schema, resolve),
            limits=node.limits,
        )
    if operation.protocol == "message":
        yield from _choice("message", node, rows, required=True)
    else:
        yield from _choice(BODY, node, rows, required=body.required)
    for row in rows:
        field = merged(row.schema, resolve)
        if not (field.write_only if operation.incoming else field.read_only):
            fact = field_fact(row, "body", row.schema, resolve)
            told = row.name == node.discriminator and not fact.enum
            yield msgspec.structs.replace(fact, enum=tuple(node.mapping)) if told else fact
    for name in node.required if rows else ():
        if name not in node.properties and not any(name in merged(form, resolve).properties for form in forms):
            yield FieldFact(name, "body", "any", body.required, "It is required, and the document does not describe it")


def _choice(name: str, node: Schema, rows: Sequence[FieldRow], *, required: bool) -> Iterator[FieldFact]:
    """Return what a caller must choose where a body takes several forms; nothing where a field listed tells them."""
    forms = node.one_of or node.any_of
    if not forms or not rows:
        return
    demands = [" and ".join(form.required) for form in forms if form == Schema(required=form.required)]
    if len(demands) == len(forms):
        how = _EXACTLY_ONE if node.one_of else "At least one of these"
        yield FieldFact(" or ".join(filter(None, demands)), "body", "", required and all(demands), how)
        return
    told = f"`{node.discriminator}` tells which" if node.discriminator else "The fields are those of the first"
    how = f"One of these forms. {told}" if node.one_of else f"One or more of these forms. {told}"
    yield FieldFact(
        name=name,
        location="body",
        type=" | ".join(dict.fromkeys(map(type_name, forms))),
        required=required,
        description=how,
        enum=tuple(node.mapping),
    )
