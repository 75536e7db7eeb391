"""Secrets that are in the library: guides and recordings that an older specdeck, or none, has gone through.

What is added today has been through the same finders, which change nothing that they have been through. So whatever
they would still change is a secret, or looks like one. It is told where it stands, and never what it is.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from engine.errors import SpecError
from engine.library.store import Library
from engine.secrets.redact import redact_text
from engine.specs.limits import Budget
from engine.specs.model import RECORDED, Content, Operation, Parameter, Passage, Schema, Spec
from engine.specs.recordings.redact import TreeRedactor
from engine.specs.walk import children

BLOCK = "\n\n"
"""Between the paragraphs of a passage, which are gone through one by one when a guide is read."""


class Exposed(msgspec.Struct, frozen=True, kw_only=True):
    """A secret, or what looks like one, in the library."""

    spec: str
    place: str
    """Key of the operation or passage, or JSON pointer of the schema, without secrets; of an old version with that."""


class Searched(msgspec.Struct, frozen=True, kw_only=True):
    """What the library was looked through for."""

    specs: int
    """How many guides and recordings there are; other documents promise what an API is, and show no traffic."""
    exposed: tuple[Exposed, ...] = ()


def search(library: Library) -> Searched:
    """Look through all guides and recordings, old versions too. Blocks, for some milliseconds each.

    Raises:
        LibraryError: The library cannot be read.
    """
    names = [info.name for info in library.specs("") if info.passages or info.format.startswith(RECORDED)]
    return Searched(specs=len(names), exposed=tuple(found for name in names for found in _in_versions(library, name)))


def _in_versions(library: Library, name: str) -> Iterator[Exposed]:
    for place in places(library.spec(name)):
        yield Exposed(spec=name, place=place)
    for old in library.versions(name):
        for place in places(library.spec(name, old.number)):
            yield Exposed(spec=name, place=f"version {old.number}, {place}")


def places(spec: Spec) -> Iterator[str]:
    """Yield where secrets stand in a guide or recording."""
    if _holds([spec.about.title, spec.about.description, *(server.url for server in spec.about.servers)]):
        yield "its title, description or servers"
    for passage in spec.passages:
        if any(redact_text(text) != text for text in _texts(passage)):
            yield redact_text(passage.key)
    for operation in (*spec.operations, *spec.webhooks):
        if _holds(list(_values(operation))):
            yield redact_text(operation.key)
    for pointer, schema in spec.schemas.items():
        if _holds(list(_pairs("", schema))):
            yield redact_text(pointer)


def _holds(tree: list[Any]) -> bool:
    """Tell whether a secret stands in values as they are decoded from JSON."""
    try:
        return bool(TreeRedactor().tree(tree, Budget()) != tree)
    except SpecError:  # It is too much for one operation, and was taken in by larger limits.
        return False


def _texts(passage: Passage) -> Iterator[str]:
    yield passage.heading
    yield from passage.text.split(BLOCK)


def _values(operation: Operation) -> Iterator[Any]:
    yield from (operation.path, operation.summary, operation.description)
    yield from (server.url for server in operation.servers)
    for parameter in operation.parameters:
        yield from _of_parameter(parameter)
    for content in operation.body.content if operation.body else ():
        yield from _of_content(content)
    for response in operation.responses:
        yield response.description
        for header in response.headers:
            yield from _of_parameter(header)
        for content in response.content:
            yield from _of_content(content)


def _of_parameter(parameter: Parameter) -> Iterator[Any]:
    yield parameter.description
    yield {"name": parameter.name, "value": parameter.example}
    yield from _pairs(parameter.name, parameter.schema)


def _of_content(content: Content) -> Iterator[Any]:
    yield content.example
    yield from _pairs("", content.schema)


def _pairs(name: str, schema: Schema) -> Iterator[dict[str, Any]]:
    """Yield the values that a schema shows, each with the name of its field: what tells that it is a secret."""
    pending = [(name, schema)]
    while pending:
        name, schema = pending.pop()
        yield {"name": name, "value": [schema.example, schema.default, *schema.enum], "about": schema.description}
        pending += schema.properties.items()
        pending += ((name, child) for child in children(msgspec.structs.replace(schema, properties={})))
