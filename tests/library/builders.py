"""Specs for the tests of the library and of searching."""

import hashlib
from typing import Any

import msgspec

from engine.indexing.index import index
from engine.library.records import NewSpec
from engine.library.store import Library
from engine.specs import READER
from tests.specs.builders import PETS, document as document_of, read_json

JSON = dict[str, Any]


def new(
    tree: JSON = PETS, *, source: str = "/specs/pets.json", name: str | None = None, title: str = "pets"
) -> NewSpec:
    """Return a document as it comes to the library."""
    data = msgspec.json.encode(tree)
    return NewSpec(
        spec=read_json(tree),
        source=source,
        sha256=hashlib.sha256(data).digest(),
        bytes=len(data),
        name=name,
        suggestion=title,
        reader=READER,
    )


def add(library: Library, tree: JSON = PETS, **about: Any) -> str:
    """Add a document and return its name."""
    document = new(tree, **about)
    return library.add(document, index(document.spec))


def calls(*summaries: str) -> JSON:
    """Return a document with one operation for each summary: `GET /0`, `GET /1` and so on."""
    return document_of({f"/{number}": {"get": {"summary": text}} for number, text in enumerate(summaries)})
