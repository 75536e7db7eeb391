"""What a question about whole APIs reads besides the columns: names, rows of entries, shared schemas."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from engine.decoding import decode
from engine.library.attributes import Field
from engine.library.store import Library
from engine.specs.model import Response, Schema


class Named(NamedTuple):
    """A spec by its name."""

    name: str
    title: str
    operations: int
    webhooks: int
    has_schemes: bool
    """Whether it says of any way to authenticate."""


class Row(NamedTuple):
    """An entry as a line of a list."""

    spec: str
    key: str
    summary: str
    deprecated: bool


class _About(msgspec.Struct):
    """Of what a spec says of itself, what is asked here; the rest is skipped without decoding it."""

    title: str = ""
    security_schemes: tuple[msgspec.Raw, ...] = ()


class Answers(NamedTuple):
    """What comes back from an operation."""

    rowid: int
    spec: str
    responses: tuple[Response, ...]


class _Answering(msgspec.Struct):
    """Of an operation only its responses: the rest is skipped without decoding it."""

    responses: tuple[Response, ...] = ()


class NamedSchema(NamedTuple):
    """A shared schema."""

    spec: str
    pointer: str
    body: bytes

    @property
    def schema(self) -> Schema:
        """The schema itself, decoded."""
        return decode(self.body, Schema)


def names(library: Library) -> list[str]:
    """Return the names of all specs."""
    return [name for (name,) in library.rows("SELECT name FROM live_specs")]


def named(library: Library, wanted: Sequence[str] | None = None) -> list[Named]:
    """Return all specs, or those of some names, in the order in which they were added."""
    chosen = None if wanted is None else msgspec.json.encode(list(wanted)).decode()
    rows = library.rows(
        "SELECT name, operations, webhooks, about FROM live_specs"
        " WHERE ?1 IS NULL OR name IN (SELECT value FROM json_each(?1)) ORDER BY id",
        (chosen,),
    )
    found = []
    for name, operations, webhooks, blob in rows:
        about = decode(blob, _About)
        found.append(Named(name, about.title, operations, webhooks, bool(about.security_schemes)))
    return found


def titles(library: Library) -> list[tuple[str, str]]:
    """Return names and titles of all specs."""
    return [(one.name, one.title) for one in named(library)]


def rows(library: Library, rowids: Sequence[int]) -> list[Row]:
    """Return entries as lines, in the order of their keys."""
    found = library.rows(
        "SELECT s.name, e.key, e.summary, e.deprecated FROM json_each(?) j CROSS JOIN entries e ON e.id = j.value"
        " JOIN specs s ON s.id = e.spec_id ORDER BY j.key",
        (msgspec.json.encode(list(rowids)).decode(),),
    )
    return [Row(spec, key, summary, bool(deprecated)) for spec, key, summary, deprecated in found]


def answers(library: Library, rowids: Sequence[int]) -> list[Answers]:
    """Return the responses of operations, in the order of their keys."""
    found = library.rows(
        "SELECT e.id, s.name, e.body FROM json_each(?) j CROSS JOIN entries e ON e.id = j.value"
        " JOIN specs s ON s.id = e.spec_id ORDER BY j.key",
        (msgspec.json.encode(list(rowids)).decode(),),
    )
    return [Answers(rowid, spec, decode(body, _Answering).responses) for rowid, spec, body in found]


def words(library: Library, field: Field, specs: Sequence[str] | None) -> list[str]:
    """Return the values of a column, of all specs or some, as each spec has them joined."""
    chosen = None if specs is None else msgspec.json.encode(list(specs)).decode()
    return [
        text
        for (text,) in library.rows(
            "SELECT a.words FROM live_specs s CROSS JOIN attributes a ON a.spec_id = s.id"
            " AND a.field = ?1"
            " WHERE a.words != '' AND (?2 IS NULL OR s.name IN (SELECT value FROM json_each(?2)))",
            (field.value, chosen),
        )
    ]


def schemas(library: Library, specs: Sequence[str] | None, *, bodies: bool) -> list[NamedSchema]:
    """Return the shared schemas that have a name, of all specs or some; without bodies these are empty."""
    chosen = None if specs is None else msgspec.json.encode(list(specs)).decode()
    return [
        NamedSchema(*row)
        for row in library.rows(
            "SELECT s.name, p.pointer, CASE WHEN ?2 THEN p.body ELSE NULL END FROM live_specs s"
            " CROSS JOIN parts p ON p.spec_id = s.id"
            " WHERE p.kind = 'schema' AND (?1 IS NULL OR s.name IN (SELECT value FROM json_each(?1)))"
            " AND (p.pointer GLOB '/components/schemas/*' OR p.pointer GLOB '/definitions/*' OR p.pointer GLOB"
            " '/types/*'"
            " OR p.pointer GLOB '/messages/*')"
            " AND length(p.pointer) - length(replace(p.pointer, '/', ''))"
            " = CASE WHEN p.pointer GLOB '/components/*' THEN 3 ELSE 2 END",
            (chosen, bodies),
        )
    ]
