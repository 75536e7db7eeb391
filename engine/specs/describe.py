"""Descriptions and schemas in words: sentences, types, fields and sample values.

References are looked up through the `resolve` given.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from engine.specs.model import Schema

Resolve = Callable[[str], Schema]
"""Gives the schema at a JSON pointer; an empty one when there is none."""

MAX_FIELDS = 400
"""Fields that are listed of one body; the rest is opened on demand."""


_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'`*_(])|\n\s*\n|\n(?=[-*] )")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def sentences(text: str) -> list[str]:
    """Split a Markdown text into sentences and paragraphs."""
    return _SENTENCE.split(text.strip())


def first_sentence(text: str) -> str:
    """Return the first sentence of a Markdown text, as `plain` gives it."""
    return plain(_SENTENCE.split(text.strip(), maxsplit=1)[0])


def plain(text: str) -> str:
    """Return Markdown on one line with links reduced to their words and list marks and emphasis taken off."""
    text = _LINK.sub(r"\1", text)
    return " ".join(re.sub(r"\*\*|^[-*#>\s]+", "", text).split())


class FieldRow(NamedTuple):
    """One field of a body."""

    name: str
    """Dotted path from the body; `[]` stands for the items of an array: `labels[].name`."""
    depth: int
    """0 for fields of the body itself."""
    schema: Schema
    """As written: a reference stays one."""
    required: bool


def type_name(schema: Schema) -> str:
    """Return a type as a reader writes it: `string`, `array of Issue`, `string (date-time)`, `string | integer`."""
    if schema.ref:
        return schema.ref.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    for choice in (schema.one_of, schema.any_of):
        if choice:
            return " | ".join(dict.fromkeys(map(type_name, choice)))
    if schema.type == "array" or (not schema.type and schema.items):
        return f"array of {type_name(schema.items)}" if schema.items else "array"
    if schema.all_of and not schema.properties:
        return " & ".join(dict.fromkeys(map(type_name, schema.all_of)))
    name = schema.type or ("object" if schema.properties else "string" if schema.enum else "any")
    return f"{name} ({schema.format})" if schema.format and name != "object" else name


def merged(schema: Schema, resolve: Resolve) -> Schema:
    """Return `schema` with its reference followed and the properties of its `allOf` parts taken in."""
    return _merged(schema, resolve, frozenset())


def _merged(schema: Schema, resolve: Resolve, seen: frozenset[str]) -> Schema:
    while schema.ref:
        if schema.ref in seen:
            return Schema()
        seen |= {schema.ref}
        schema = resolve(schema.ref)
    if not schema.all_of:
        return schema
    parts = [_merged(part, resolve, seen) for part in schema.all_of]
    properties: dict[str, Schema] = {}
    required: dict[str, None] = {}
    for part in (*parts, schema):
        properties.update(part.properties)
        required.update(dict.fromkeys(part.required))
    return Schema(
        type=schema.type or next((part.type for part in parts if part.type), ""),
        title=schema.title,
        description=schema.description or next((part.description for part in parts if part.description), ""),
        properties=properties,
        required=tuple(required),
        items=schema.items or next((part.items for part in parts if part.items), None),
        one_of=schema.one_of or next((part.one_of for part in parts if part.one_of), ()),
        any_of=schema.any_of or next((part.any_of for part in parts if part.any_of), ()),
    )


def field_rows(schema: Schema, resolve: Resolve, depth: int = 1) -> list[FieldRow]:
    """Return the fields of a body, nested ones down to `depth` levels, at most `MAX_FIELDS`."""
    rows: list[FieldRow] = []
    for row in _rows(schema, resolve, "", 0, depth, frozenset()):
        rows.append(row)
        if len(rows) == MAX_FIELDS:
            break
    return rows


def _rows(
    schema: Schema, resolve: Resolve, prefix: str, level: int, depth: int, seen: frozenset[str]
) -> Iterator[FieldRow]:
    if schema.ref:
        if schema.ref in seen:
            return
        seen |= {schema.ref}
    node = merged(schema, resolve)
    if node.items is not None and not node.properties:
        yield from _rows(node.items, resolve, f"{prefix}[]", level, depth, seen)
        return
    for name, child in node.properties.items():
        path = f"{prefix}.{name}" if prefix else name
        yield FieldRow(path, level, child, name in node.required)
        if level + 1 < depth:
            yield from _rows(child, resolve, path, level + 1, depth, seen)


_SAMPLES = {
    "date-time": "2026-01-31T09:00:00Z",
    "date": "2026-01-31",
    "time": "09:00:00Z",
    "email": "name@example.com",
    "uri": "https://example.com",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "ipv4": "192.0.2.1",
}
_SCALARS: dict[str, Any] = {"integer": 1, "number": 1.0, "boolean": True}
_MAX_SAMPLE_DEPTH = 6


def sample(schema: Schema, resolve: Resolve, depth: int = 0) -> Any:
    """Return a value that fits a schema: its example, default or first enum value, else one made up from the type.

    Objects hold their required fields only, or nothing past `_MAX_SAMPLE_DEPTH`.
    """
    node = merged(schema, resolve)
    for given in (node.example, node.default, *node.enum[:1]):
        if given is not None:
            return given
    for choice in (node.one_of, node.any_of):
        if choice and not node.properties:
            return sample(choice[0], resolve, depth + 1) if depth < _MAX_SAMPLE_DEPTH else None
    kind = node.type.partition(" ")[0] or ("object" if node.properties else "array" if node.items else "string")
    if kind == "object":
        if depth >= _MAX_SAMPLE_DEPTH:
            return {}
        return {
            name: sample(child, resolve, depth + 1) for name, child in node.properties.items() if name in node.required
        }
    if kind == "array":
        return [sample(node.items, resolve, depth + 1)] if node.items and depth < _MAX_SAMPLE_DEPTH else []
    return _SCALARS.get(kind, _SAMPLES.get(node.format, "string"))
