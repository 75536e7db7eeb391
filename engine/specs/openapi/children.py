"""What a base may be: the schemas that are an `allOf` with it, by the values of its discriminator.

A document that lists no values means the names of those schemas (Swagger 2.0 and OpenAPI 3, Discriminator Object).
"""

import msgspec

from engine.specs.describe import schema_name
from engine.specs.model import Schema

_VALUE = "x-ms-discriminator-value"
"""What AutoRest's documents, all of Azure's among them, call a child instead of its name."""


def with_children(schemas: dict[str, Schema]) -> dict[str, Schema]:
    """Return the shared schemas, each base that lists no values with those of its children, and of theirs."""
    bases = {
        pointer
        for pointer, schema in schemas.items()
        if schema.discriminator and not (schema.mapping or schema.one_of or schema.any_of)
    }
    if not bases:
        return schemas
    children: dict[str, dict[str, str]] = {pointer: {} for pointer in bases}
    parents = {
        pointer: [part.ref for part in schema.all_of if part.ref]
        for pointer, schema in schemas.items()
        if schema.all_of
    }
    for pointer, direct in parents.items():
        met = {pointer}
        above = list(direct)
        while above:
            parent = above.pop()
            if parent in met:
                continue
            met.add(parent)
            if parent in children and (name := _value(schemas[pointer], pointer)):
                children[parent][name] = pointer
            above += parents.get(parent, [])
    return {
        pointer: msgspec.structs.replace(schema, mapping=children[pointer]) if children.get(pointer) else schema
        for pointer, schema in schemas.items()
    }


def _value(schema: Schema, pointer: str) -> str:
    said = (part.extensions.get(_VALUE) for part in (schema, *schema.all_of))
    return next((value for value in said if isinstance(value, str)), schema_name(pointer))
