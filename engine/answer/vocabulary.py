"""The names that a text about some operations may use without being doubted."""

from collections.abc import Iterable, Sequence

from engine.answer.ground import Vocabulary
from engine.answer.names import candidates
from engine.answer.source import Source
from engine.answer.values import allowed, written
from engine.library.records import OutlineRow
from engine.specs.describe import field_rows, merged
from engine.specs.model import Content, Schema

_FIELD_DEPTH = 4
_MENTIONED = frozenset(("name", "code", "url", "header", "scope"))
"""Kinds of names that the operation's own prose may bring in; calls, paths and statuses must be declared."""
_STANDARD_HEADERS = ("authorization", "accept", "content-type")
"""Headers that OpenAPI keeps out of the parameters because other parts of the document decide them (3.1.0, 4.8.12)."""


def vocabulary(sources: Sequence[Source], outlines: Iterable[tuple[str, Sequence[OutlineRow]]]) -> Vocabulary:
    """Return what is verified in a text about `sources`.

    Operations and paths of the whole spec count; fields, parameters, scopes and statuses count only where they belong
    to one of the operations that the text is about, because elsewhere they would be wrong.

    Args:
        sources: The operations that the text is about.
        outlines: Name and all operations of each spec that these are from.
    """
    calls: dict[str, str] = {}
    paths: dict[str, str] = {}
    names: dict[str, str] = {}
    for source in sources:
        operation = source.operation
        calls.setdefault(operation.key.lower(), source.ref)
        paths.setdefault(operation.path.lower(), source.ref)
        names.update(dict.fromkeys((name.lower() for name in _names(source) if name), ""))
    for spec, rows in outlines:
        for row in rows:
            ref = f"{spec}:{row.operation}"
            calls.setdefault(row.operation.lower(), ref)
            paths.setdefault(row.operation.partition(" ")[2].lower(), ref)
            if row.operation_id:
                names.setdefault(row.operation_id.lower(), ref)
    return Vocabulary(
        calls=calls,
        paths=paths,
        names=names,
        statuses=frozenset(response.status.lower() for source in sources for response in source.operation.responses),
        servers=tuple(
            server.url for source in sources for server in (*source.about.servers, *source.operation.servers)
        ),
    )


def _names(source: Source) -> Iterable[str]:
    operation, about = source.operation, source.about
    yield from operation.tags
    for text in (operation.summary, operation.description, *(response.description for response in operation.responses)):
        yield from (one.name for one in candidates(text) if one.kind in _MENTIONED)
    for parameter in operation.parameters:
        yield parameter.name
        yield from _schema_words(parameter.schema, source)
    contents: list[Content] = list(operation.body.content) if operation.body else []
    for response in operation.responses:
        contents += response.content
        yield from (header.name for header in response.headers)
    for content in contents:
        yield content.media_type
        yield from _schema_names(content.schema)
        for row in field_rows(content.schema, source.resolve, _FIELD_DEPTH):
            yield row.name
            yield row.name.replace("[]", "").rpartition(".")[2]
            yield from _schema_words(row.schema, source)
    schemes = {scheme.name: scheme for scheme in about.security_schemes}
    for grant in (grant for alternative in operation.security for grant in alternative):
        yield grant.scheme
        yield from grant.scopes
        if scheme := schemes.get(grant.scheme):
            yield from (scheme.parameter, scheme.type, scheme.scheme)
    yield from _STANDARD_HEADERS


def _schema_words(schema: Schema, source: Source) -> Iterable[str]:
    yield from _schema_names(schema)
    yield from allowed(schema, source.resolve)
    if (default := merged(schema, source.resolve).default) is not None:
        yield written(default)


def _schema_names(schema: Schema) -> Iterable[str]:
    yield from (schema.type, schema.format)
    if schema.ref:
        yield schema.ref.rpartition("/")[2]
    for child in (*schema.all_of, *schema.one_of, *schema.any_of, *((schema.items,) if schema.items else ())):
        yield from _schema_names(child)
