"""Small documents for the tests of comparing, and ways to compare them."""

from typing import Any

from engine.review.diff.compare import compare
from engine.review.records import Diff, Level
from tests.specs.builders import JSON, operation_document, read_json

ERR, WARN, INFO = Level.ERR, Level.WARN, Level.INFO


def diff(old: JSON, new: JSON) -> Diff:
    """Compare two documents, given as values."""
    return compare(read_json(old), read_json(new))


def found(old: JSON, new: JSON) -> list[tuple[str, Level, str]]:
    """Compare two documents and return rule, level and place of each change."""
    return [(change.rule, change.level, change.where) for change in diff(old, new).changes]


def with_body(schema: JSON, **parts: Any) -> JSON:
    """Return a document whose operation takes this body."""
    return operation_document({"requestBody": {"content": {"application/json": {"schema": schema}}}}, **parts)


def with_response(schema: JSON, **parts: Any) -> JSON:
    """Return a document whose operation returns this body."""
    content = {"application/json": {"schema": schema}}
    return operation_document({"responses": {"200": {"description": "", "content": content}}}, **parts)


def with_parameter(**parameter: Any) -> JSON:
    """Return a document whose operation has this query parameter."""
    node = {"name": "q", "in": "query", "schema": {"type": "string"}, **parameter}
    return operation_document({"parameters": [node]})


def obj(*required: str, **properties: JSON) -> JSON:
    """Return the schema of an object."""
    return {"type": "object", "properties": properties, "required": list(required)}


STRING, NUMBER, INTEGER = {"type": "string"}, {"type": "number"}, {"type": "integer"}
NAMED = {"components": {"schemas": {"A": obj(id=STRING), "B": obj(id=STRING, b=STRING)}}}
A, B = {"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}
