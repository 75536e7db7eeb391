"""A library of three small APIs, about which questions are asked."""

from collections.abc import Callable
from typing import Any

from engine.answer.whole.compute import whole
from engine.answer.whole.records import WholeFacts
from engine.library.store import Library
from tests.library.builders import add
from tests.specs.builders import document

ITEM = {"type": "object", "required": ["name"], "properties": {"id": {"readOnly": True}, "name": {}, "owner": {}}}
PAGE = {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}}}


def returning(name: str, status: str = "200") -> dict[str, Any]:
    """Return responses of which one has a body."""
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {status: {"description": "ok", "content": {"application/json": {"schema": schema}}}}


def shop(**more: Any) -> dict[str, Any]:
    """Return the document of a shop; more paths where given."""
    sort = {"name": "sort", "in": "query", "schema": {"type": "string"}}
    page = {"name": "page", "in": "query", "required": True, "schema": {"type": "integer"}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}}
    return document(
        {
            "/items": {
                "get": {"summary": "List", "tags": ["Items"], "parameters": [sort, page],
                        "responses": returning("Page"), "security": [{"login": ["items:read"]}]},
                "post": {"summary": "Add", "tags": ["Items"], "requestBody": body,
                         "responses": returning("Item", "201") | {"409": {"description": "taken"}},
                         "security": [{"login": ["items:read", "items:write"]}]},
            },
            "/items/{id}": {
                "delete": {"tags": ["Items"], "deprecated": True,
                           "parameters": [{"name": "id", "in": "path", "required": True, "example": "i1"}],
                           "responses": {"204": {"description": "gone"}, "404": {"description": "no such"}}},
            },
            "/health": {"get": {"description": "Is it up?", "responses": {"200": {"description": "yes"}},
                                "security": [{"login": ["admin-read"]}, {}]}},
        }
        | more,
        security=[{"key": []}],
        components={
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "login": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://x.eu", "scopes": {}}}},
            },
            "schemas": {"Item": ITEM, "Page": PAGE},
        },
    )  # fmt: skip


def stock(library: Library) -> None:
    """Add a shop, a bank that has a parameter in two spellings, and an API that calls its client."""
    add(library, shop(), source="shop", name="shop")
    accounts = {
        name: {
            "get": {"parameters": [{"name": spelling, "in": "query"}], "responses": {"429": {"description": "slow"}}}
        }
        for name, spelling in (("/a", "nextToken"), ("/b", "NextToken"), ("/c", "NextToken"))
    }
    add(library, document(accounts), source="bank", name="big-bank")
    hooks = document({"/x": {"get": {"responses": {"200": {"description": "ok"}}}}})
    hooks["openapi"] = "3.1.0"
    hooks["webhooks"] = {"paid": {"post": {"responses": {"200": {"description": "ok"}}}}}
    add(library, hooks, source="hooks", name="caller")


def asking(library: Library) -> Callable[[str], WholeFacts]:
    """Return what asks a question that is about whole APIs."""

    def ask(question: str) -> WholeFacts:
        told = whole(library, question, None)
        assert told is not None, question
        return told

    return ask
