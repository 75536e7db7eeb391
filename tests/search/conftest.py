from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.library.store import Library
from tests.library.builders import add
from tests.specs.builders import document


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    library = Library(tmp_path / "library.db")
    yield library
    library.close()


@pytest.fixture
def tracker(library: Library) -> Library:
    """A library with one spec, `tracker`."""
    text = {"name": "text", "in": "query", "schema": {"type": "string"}}
    body = {
        "content": {
            "application/json": {
                "schema": {
                    "properties": {"milestone": {"type": "integer"}, "assignee": {"properties": {"loginName": {}}}}
                }
            }
        }
    }
    add(
        library,
        source="tracker",
        name="tracker",
        tree=document(
            {
                "/issues": {
                    "get": {"operationId": "issues/list", "summary": "List issues", "parameters": [text]},
                    "post": {"operationId": "issues/create", "summary": "Create an issue", "requestBody": body},
                },
                "/issues/{issueId}": {
                    "get": {"operationId": "getIssueV2", "summary": "Get an issue"},
                    "delete": {"summary": "Delete an issue", "description": "Irrevocable; think of archiving."},
                },
                "/issues/{issueId}/reactions": {
                    "post": {"operationId": "reactions/create-for-issue", "summary": "Create a reaction for an issue"},
                },
                "/factures": {"get": {"operationId": "listerFactures", "summary": "Énumérer les factures réglées"}},
            }
        ),
    )
    return library
