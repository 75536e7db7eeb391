"""The names that a text about some operations may use without being doubted."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from engine.answer.checking.knowledge import Knowledge, knowledge
from engine.answer.checking.lookup import Vocabulary
from engine.answer.checking.members import GRAPHQL_WORDS, GRPC_WORDS, members, services, spellings, type_spellings
from engine.answer.checking.names import HTTP, TYPED, candidates
from engine.calls.inputs import inputs
from engine.calls.source import Source
from engine.calls.values import allowed, unnumbered
from engine.library.records import Kind, OutlineRow
from engine.specs.describe import field_rows, merged
from engine.specs.model import Content, Schema, written
from engine.specs.suspects import suspicion

_FIELD_DEPTH = 4
"""Levels of a body whose fields prose may name: with all of them nearly every word would be some field."""
_MENTIONED = frozenset(("name", "code", "url", "header", "scope"))
"""Kinds of names that the operation's own prose may bring in; calls, paths and statuses must be declared."""
_WORDS = {"graphql": GRAPHQL_WORDS, "grpc": GRPC_WORDS}
"""Protocols whose types are named, and what the protocol itself names."""
_STANDARD_HEADERS = ("authorization", "accept", "content-type")
"""Headers that OpenAPI keeps out of the parameters because other parts of the document decide them (3.1.0, 4.8.12)."""


def vocabulary(
    sources: Sequence[Source],
    outlines: Iterable[tuple[str, Sequence[OutlineRow]]],
    type_pointers: Iterable[str] = (),
    lookup: Callable[[str], Source | None] = lambda _: None,
) -> Vocabulary:
    """Return what is verified in a text about `sources`.

    Operations and paths of the whole spec count; fields, parameters, scopes and statuses count only where they belong
    to one of the operations that the text is about, because elsewhere they would be wrong.

    Args:
        sources: The operations that the text is about.
        outlines: Name and all operations of each spec that these are from.
        type_pointers: Pointers of the types of the spec that the first operation is from: where APIs are called by
            types, all their names count.
        lookup: Gives the operation at a `SPEC:METHOD /path`, for what the text says of others.
    """
    at_hand = {source.ref: source for source in sources}

    @cache
    def known_of(ref: str) -> Knowledge | None:
        source = at_hand.get(ref) or lookup(ref)
        return knowledge(source, [name.lower() for name in _names(source)]) if source else None

    typed = any(source.operation.protocol != "http" for source in sources)
    known = _Calls()
    for source in sources:
        known.names |= dict.fromkeys((name.lower() for name in _names(source)), "")
        known.names |= dict.fromkeys(spellings(source.operation.key), source.ref)
        known.add(source.operation.key, source.ref)
        for ref in filter(None, source.targets):
            known.add(ref.partition(":")[2], ref)
    for pointer in type_pointers if typed else ():
        for name in type_spellings(pointer):
            known.names.setdefault(name.lower(), "")
    for spec, rows in outlines:
        for row in rows:
            if row.kind != Kind.PASSAGE:
                known.add(row.operation, f"{spec}:{row.operation}", row.operation_id)
    statuses = {response.status.lower() for source in sources for response in source.operation.responses}
    return Vocabulary(
        calls=known.calls,
        paths=known.paths,
        names={name: ref for name, ref in known.names.items() if name},
        statuses=frozenset(statuses - {""}),
        servers=tuple(
            server.url for source in sources for server in (*source.about.servers, *source.operation.servers)
        ),
        dialect=TYPED if typed else HTTP,
        subjects=tuple(at_hand),
        operation=known_of,
    )


class _Calls:
    """Collects the ways to name operations; of two with one name the first is meant."""

    def __init__(self) -> None:
        self.calls: dict[str, str] = {}
        self.paths: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def add(self, key: str, ref: str, operation_id: str = "") -> None:
        for form in (key.lower(), unnumbered(key).lower()):
            self.calls.setdefault(form, ref)
            if path := form.partition(" ")[2]:
                self.paths.setdefault(path, ref)
        for name in (operation_id.lower(), *spellings(key)):
            self.names.setdefault(name, ref)
        for name in services(key):
            self.names.setdefault(name, "")


def _names(source: Source) -> Iterable[str]:
    operation = source.operation
    yield from operation.tags
    for text in (operation.summary, operation.description, *(response.description for response in operation.responses)):
        if not suspicion(text):  # what is no text for people would verify its own lures
            yield from (one.name for one in candidates(text) if one.kind in _MENTIONED)
    for parameter in operation.parameters:
        yield parameter.name
        yield from _schema_words(parameter.schema, source)
    contents: list[Content] = list(operation.body.content) if operation.body else []
    for response in operation.responses:
        contents += response.content
        yield from (header.name for header in response.headers)
    if operation.protocol in _WORDS:
        yield from _WORDS[operation.protocol]
        yield from (fact.name for fact in inputs(source))
        arguments = (parameter.schema for parameter in operation.parameters)
        yield from members((*arguments, *(content.schema for content in contents)), source.resolve)
    for content in contents if operation.protocol not in _WORDS else ():
        yield content.media_type
        yield from _schema_names(content.schema)
        for row in field_rows(content.schema, source.resolve, _FIELD_DEPTH):
            yield row.name
            parts = row.name.replace("[]", "").split(".")
            yield from (".".join(parts[level:]) for level in range(len(parts)))
            yield from _schema_words(row.schema, source)
    for step in operation.workflow.steps if operation.workflow else ():
        yield from (step.name, step.calls, step.source, *step.outputs, *(one.name for one in step.inputs))
    yield from _access_names(source)
    yield from _STANDARD_HEADERS


def _access_names(source: Source) -> Iterable[str]:
    """Yield the names of what credentials and the server's address are made of."""
    operation, about = source.operation, source.about
    schemes = {scheme.name: scheme for scheme in about.security_schemes}
    for grant in (grant for alternative in operation.security for grant in alternative):
        yield grant.scheme
        yield from grant.scopes
        if scheme := schemes.get(grant.scheme):
            yield from (scheme.parameter, scheme.type, scheme.scheme)
    for server in (operation.servers or about.servers)[:1]:  # the one that the facts speak of
        for name, variable in server.variables.items():
            yield from (name, variable.default, *variable.values)


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
