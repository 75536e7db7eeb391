"""What Prism refuses whatever is sent: limits of Prism itself (5.14.2), which its sources show.

A refusal is excused where the document asks for what Prism cannot read, and where Prism complains of just that.
"""

import re
from collections.abc import Iterator

from engine.calls.body import chosen, kind_of
from engine.specs.describe import merged
from engine.specs.model import Content, Parameter
from scripts.bench.composed.chosen import Candidate
from scripts.bench.composed.document import source_of

_PARSED = re.compile(r"application/(?:json|[^/*]*\+json)$")
"""What prism-http-server parses (`parseRequestBody`); any other body is a text to it."""
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_IGNORED = re.compile(r"(?:required property '|header parameter )(?:accept|content-type|authorization)\b")
"""Headers that are no parameters (OpenAPI 3.2.0, 4.12.2), and that Prism asks for all the same."""
_RENAMED = re.compile(r"[^A-Za-z0-9;,/?:@&=+$\-_.!~*'()#]")
"""What `encodeURI` changes in a name (prism-cli, `createQueryUriTemplate`, which writes into the document's own)."""


def excuse(one: Candidate, complaints: list[tuple[str, str]]) -> str:
    """Return which limits of Prism account for all its complaints, each a place and a message; empty if not all."""
    found = [next(_excuses(one, place, message), "") for place, message in complaints]
    return "; ".join(dict.fromkeys(found)) if complaints and all(found) else ""


def _excuses(one: Candidate, place: str, message: str) -> Iterator[str]:
    content = chosen(one.operation.body.content) if one.operation.body else None
    part, _, field = place.partition(".")
    if part == "header" and _IGNORED.search(message):
        yield "asks for a header that is no parameter"
    if part == "query" and any(_RENAMED.search(each.name) for each in one.operation.parameters):
        yield "renames parameters of the query that have brackets"
    if part in ("path", "query", "header") and any(_has_choice(one, each) for each in _named(one, part, field)):
        yield "keeps the text of a parameter that may be a number or another thing"
    if part == "body" and content is not None:
        yield from _of_the_body(one, content, field)


def _named(one: Candidate, place: str, name: str) -> list[Parameter]:
    return [each for each in one.operation.parameters if (each.location, each.name.lower()) == (place, name.lower())]


def _has_choice(one: Candidate, parameter: Parameter) -> bool:
    node = merged(parameter.schema, source_of(one.spec, one.operation).resolve)
    return bool(node.one_of or node.any_of)


def _of_the_body(one: Candidate, content: Content, field: str) -> Iterator[str]:
    source = source_of(one.spec, one.operation)
    node, kind = merged(content.schema, source.resolve), kind_of(content)
    kinds = [kind_of(each) for each in one.operation.body.content] if one.operation.body else []
    if not field and any("*" in each for each in kinds[: kinds.index(kind)]):
        yield "takes a media type with an asterisk for one that is named behind it"
    if not field and kind not in _FORMS and not _PARSED.match(kind) and node.type != "string":
        yield f"reads {kind} as a text, whatever its schema asks for"
    if field and kind in _FORMS and (part := node.properties.get(field.partition(".")[0])) is not None:
        whole = merged(part, source.resolve)
        if whole.type not in ("string", "integer", "number", "boolean"):
            yield "does not read lists and objects in forms"
