"""Small documents for the tests of reading, keeping and searching."""

import json
from typing import Any

from engine.specs.limits import Limits
from engine.specs.model import Operation, Spec
from engine.specs.read import read

JSON = dict[str, Any]

FEW = Limits(max_parts=1000)


def document(paths: JSON | None = None, *, openapi: str = "3.0.3", **parts: Any) -> JSON:
    """Return an OpenAPI document with these paths and top-level parts."""
    return {"openapi": openapi, "info": {"title": "Test", "version": "1.0"}, "paths": paths or {}, **parts}


def operation_document(operation: JSON, *, openapi: str = "3.0.3", **parts: Any) -> JSON:
    """Return a document whose only operation is `GET /x`."""
    return document({"/x": {"get": operation}}, openapi=openapi, **parts)


def read_json(tree: Any, limits: Limits = Limits()) -> Spec:
    """Read a document, given as a value."""
    return read(json.dumps(tree).encode(), limits)


def only_operation(tree: JSON) -> Operation:
    """Read a document and return its single operation."""
    [operation] = read_json(tree).operations
    return operation


def problems(tree: JSON) -> list[tuple[str, str]]:
    """Read a document and return its problems as pointer and message."""
    return [(problem.pointer, problem.message) for problem in read_json(tree).problems]


PETS = document(
    {
        "/pets": {
            "get": {
                "operationId": "listPets",
                "summary": "List all pets",
                "tags": ["pets"],
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}],
                "responses": {
                    "200": {
                        "description": "A page",
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}
                            }
                        },
                    }
                },
            },
            "post": {
                "operationId": "createPet",
                "summary": "Create a pet",
                "tags": ["pets"],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Pet"},
                            "examples": {"cat": {"$ref": "#/components/examples/Cat"}},
                        }
                    },
                },
                "responses": {"201": {"description": "Created"}},
            },
        },
        "/pets/{petId}": {
            "parameters": [{"name": "petId", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"operationId": "showPet", "summary": "Show a pet", "responses": {"200": {"description": "It"}}},
            "delete": {"summary": "Delete a pet", "deprecated": True, "responses": {"204": {"description": "Gone"}}},
        },
    },
    components={
        "schemas": {
            "Pet": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "example": "Miez"},
                    "owner": {"$ref": "#/components/schemas/Owner"},
                },
            },
            "Owner": {
                "type": "object",
                "properties": {"pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}},
            },
        },
        "examples": {"Cat": {"value": {"name": "Tom"}}},
    },
)
"""Four operations, two schemas that refer to each other, one shared example."""
