"""Ways through operations and schemas."""

from collections.abc import Iterator

from engine.specs.model import Operation, Schema


def references(schema: Schema) -> Iterator[str]:
    """Return the JSON pointers that a schema refers to, those of its parts included; the same one perhaps twice."""
    pending = [schema]
    while pending:
        node = pending.pop()
        if node.ref:
            yield node.ref
        pending += children(node)


def schemas_of(operation: Operation) -> Iterator[Schema]:
    """Return the schemas right in an operation: those of its inputs and of what comes back."""
    for parameter in operation.parameters:
        yield parameter.schema
    for content in operation.body.content if operation.body else ():
        yield content.schema
    for response in operation.responses:
        yield from (content.schema for content in response.content)
        yield from (header.schema for header in response.headers)


def children(schema: Schema) -> Iterator[Schema]:
    """Return the schemas right below one, in the order of its fields."""
    yield from schema.properties.values()
    for argument in schema.arguments:
        yield argument.schema
    for child in (schema.items, schema.additional):
        if child is not None:
            yield child
    yield from (*schema.all_of, *schema.one_of, *schema.any_of, *schema.applied.values())
