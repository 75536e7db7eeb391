"""What comes back: of each status its types, headers and links."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from engine.answer.records import ContentFact, ResponseFact
from engine.calls.body import chosen
from engine.calls.inputs import field_fact, type_of
from engine.calls.source import Source
from engine.specs.describe import first_sentence, schema_name
from engine.specs.model import STREAM, Content, Link, Response, Schema
from engine.specs.refs import unescape

_STREAMS = ("event-stream", "ndjson", "jsonl", "jsonlines", "json-seq")
"""Media types whose items come one after the other have one of these in their names (OpenAPI 3.2.0, 4.14.2)."""

_TYPED = ("graphql", "grpc")
"""Protocols that have one form of writing a message."""
_OPERATION = re.compile(r"/paths/([^/]+)/([a-z]+)")
"""The JSON pointer of an operation."""


class Outcomes(NamedTuple):
    """Responses by what they mean for the caller."""

    returns: Response | None
    """On success, the first one that has a body, else the first."""
    also: tuple[Response, ...]
    """What else may come back that is no error: `202`, `304`."""
    errors: tuple[Response, ...]


def outcomes(responses: Sequence[Response]) -> Outcomes:
    """Return what comes back. `default` is an error, unless there is nothing else.

    Formats without statuses say only what comes back.
    """
    success = sorted((one for one in responses if one.status[:1] in ("2", "")), key=lambda one: not one.content)
    errors = [response for response in responses if response.status[:1] in ("4", "5")]
    default = [response for response in responses if response.status == "default"]
    returns = (success or default)[:1]
    also = (response for response in responses if not any(response is one for one in (*returns, *errors, *default)))
    return Outcomes(returns[0] if returns else None, tuple(also), (*errors, *(default if success else ())))


def response_fact(response: Response, source: Source) -> ResponseFact:
    """Return what comes back for one status, without the fields of its body."""
    protocol = source.operation.protocol
    # What a workflow gives is named in its description, which says more than `object`.
    contents = () if protocol == "workflow" else response.content
    forms = [_content_fact(content, source) for content in contents]
    first = chosen(contents)
    named = [form for form, content in zip(forms, contents, strict=True) if content is first]
    return ResponseFact(
        status=response.status,
        description=first_sentence(response.description),
        type=" | ".join(dict.fromkeys(form.type for form in (forms if protocol == "message" else named))),
        contents=() if protocol in _TYPED else tuple(forms),
        headers=tuple(field_fact(one, "response header", one.schema, source.resolve) for one in response.headers),
        links=tuple(map(_followed, response.links)),
    )


def _content_fact(content: Content, source: Source) -> ContentFact:
    is_stream = content.schema.format == STREAM or any(name in content.media_type for name in _STREAMS)
    return ContentFact(content.media_type, _type(content.schema, source), is_stream)


def _type(schema: Schema, source: Source) -> str:
    """Return a type by its name; of a reference that tells only a place in the document that of what is there."""
    if schema.ref and not schema_name(schema.ref):
        schema = source.resolve(schema.ref)
    return type_of(schema, source.operation.protocol)


def _followed(link: Link) -> Link:
    """Return a link that names its operation as one asks for it: `GET /users/{id}` for a pointer into the paths."""
    pointer = _OPERATION.fullmatch(link.operation)
    return msgspec.structs.replace(link, operation=f"{pointer[2].upper()} {unescape(pointer[1])}") if pointer else link
