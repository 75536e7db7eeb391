"""What a step of a workflow takes of those before it, where names alone tell it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Specdeck

_ID = {"type": "string"}


def _gives(schema: dict[str, Any] | None = None, example: Any = None) -> dict[str, Any]:
    """Return responses of which the body is described, or only shown."""
    content = {"schema": schema} if schema else {"example": example}
    return {"200": {"description": "OK", "content": {"application/json": content}}}


def _takes(schema: dict[str, Any], example: Any = None) -> dict[str, Any]:
    content = {"schema": schema} | ({"example": example} if example else {})
    return {"content": {"application/json": content}}


def _things(**fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": fields}}


def _in_path(name: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": _ID}]


ARCHIVE: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Archive", "version": "1"},
    "paths": {
        "/search/press_documents": {
            "get": {"summary": "Search for press documents", "responses": _gives(_things(id=_ID, title=_ID))}
        },
        "/documents/{id}": {
            "get": {"summary": "Get a document", "parameters": _in_path("id"), "responses": _gives({"type": "object"})}
        },
        "/rooms": {
            "get": {"summary": "List rooms", "responses": _gives(example={"rooms": [{"room": "r-1", "seats": 4}]})}
        },
        "/enter": {
            "post": {
                "summary": "Enter a room",
                "requestBody": _takes({"type": "object"}, {"room": "r-1", "quiet": True}),
                "responses": _gives({"type": "object"}),
            }
        },
        "/typefaces": {"get": {"summary": "List typefaces", "responses": _gives(_things(label=_ID))}},
        "/prints": {
            "post": {
                "summary": "Order a print",
                "requestBody": _takes({"type": "object", "properties": {"typeface_label": _ID}}),
                "responses": _gives({"type": "object"}),
            }
        },
        "/prints/paper": {"get": {"summary": "Show the paper in stock", "responses": _gives({"type": "object"})}},
    },
}


@pytest.fixture
def archive(tmp_path: Path) -> Specdeck:
    """A library with one API, and no models."""
    specdeck = Specdeck(tmp_path, tmp_path / "no-models")
    (tmp_path / "archive.json").write_text(json.dumps(ARCHIVE))
    specdeck("add", str(tmp_path / "archive.json"))
    return specdeck


@pytest.mark.parametrize(
    ("question", "giver", "taker", "needs", "gives"),
    [
        (
            "Search for press documents and then get a document",
            "GET /search/press_documents",
            "GET /documents/{id}",
            "id",
            "$response.body#/0/id",
        ),
        ("List rooms and then enter a room", "GET /rooms", "POST /enter", "room", "$response.body#/rooms/0/room"),
        (
            "List typefaces and then order a print",
            "GET /typefaces",
            "POST /prints",
            "typeface_label",
            "$response.body#/0/label",
        ),
    ],
    ids=["by the end of a path", "by an example", "by thing and field"],
)
def test_names_tell_what_is_passed_on(
    archive: Specdeck, question: str, giver: str, taker: str, needs: str, gives: str
) -> None:
    """An input comes from the step that gives such a thing, also where an answer is only shown by an example."""
    facts = archive("workflow", "--json", question).document["facts"]
    names = [one["operation"] for one in facts["operations"]]
    assert (giver, taker, needs, gives) in [
        (names[one["giver"] - 1], names[one["taker"] - 1], one["needs"], one["gives"]) for one in facts["passes"]
    ]


def test_what_lies_beside_a_thing_comes_when_it_is_asked_for(archive: Specdeck) -> None:
    """A longer path is of something that the shorter one gives only where an id stands between them."""
    facts = archive("workflow", "--json", "Show the paper in stock and then order a print").document["facts"]
    names = [one["operation"] for one in facts["operations"]]
    assert names.index("GET /prints/paper") < names.index("POST /prints")
