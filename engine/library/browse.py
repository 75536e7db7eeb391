"""What the browser reads of one spec besides its outline: names of schemas, columns, and what stands at a place."""

from collections.abc import Iterable, Sequence

import msgspec

from engine.library.attributes import Field
from engine.library.records import SchemaRow
from engine.library.store import Library
from engine.specs.describe import schema_name

WHOLE_PARTS = 2
"""Steps of a JSON pointer from which on what lies below it belongs together: `/paths/~1users`, `/types/Query`."""


def schemas(library: Library, spec: str) -> list[SchemaRow]:
    """Return the shared schemas of a spec that have a name, by name; upper and lower case alike.

    Raises:
        LibraryError: The library cannot be read.
    """
    named = (SchemaRow(schema_name(pointer), pointer) for pointer in library.schema_pointers(spec))
    return sorted((one for one in named if one.name), key=lambda one: (one.name.casefold(), one.pointer))


def columns(library: Library, spec: str, fields: Iterable[Field]) -> dict[str, tuple[str, bytes]]:
    """Return columns of a spec by field: `words` and `entries` of `engine.library.attributes.Column`.

    Raises:
        LibraryError: The library cannot be read.
    """
    rows = library.rows(
        "SELECT a.field, a.words, a.entries FROM specs s JOIN attributes a ON a.spec_id = s.id"
        " WHERE s.name = ? AND a.last >= a.first AND a.field IN (SELECT value FROM json_each(?))",
        (spec, msgspec.json.encode(list(fields)).decode()),
    )
    return {field: (words, entries) for field, words, entries in rows}


def standing_at(library: Library, spec: str, pointer: str) -> str:
    """Return the key of the entry, or the pointer of the schema, in which a place of the document is.

    Where that is in none, as with a path that several operations share, the first entry below it.

    Args:
        library: The library.
        spec: Its name.
        pointer: A JSON pointer into its document.

    Returns:
        Empty where nothing of the place is kept.

    Raises:
        LibraryError: The library cannot be read.
    """
    steps = pointer.split("/")
    around = ["/".join(steps[:length]) for length in range(WHOLE_PARTS + 1, len(steps) + 1)]
    return _at(library, spec, around) or _below(library, spec, around)


def _at(library: Library, spec: str, around: Sequence[str]) -> str:
    rows = library.rows(
        "SELECT found FROM (SELECT j.key AS depth, e.key AS found, 0 AS kind FROM json_each(?2) j"
        " JOIN specs s ON s.name = ?1 JOIN entries e ON e.spec_id = s.id AND e.pointer = j.value"
        " UNION ALL SELECT j.key, p.pointer, 1 FROM json_each(?2) j"
        " JOIN specs s ON s.name = ?1 JOIN parts p ON p.spec_id = s.id AND p.pointer = j.value AND p.kind = 'schema')"
        " ORDER BY depth DESC, kind LIMIT 1",
        (spec, msgspec.json.encode(around).decode()),
    )
    return str(rows[0][0]) if rows else ""


def _below(library: Library, spec: str, around: Sequence[str]) -> str:
    rows = library.rows(
        "SELECT e.key FROM json_each(?2) j JOIN specs s ON s.name = ?1 JOIN entries e ON e.spec_id = s.id"
        " AND substr(e.pointer, 1, length(j.value) + 1) = j.value || '/' ORDER BY j.key DESC, e.id LIMIT 1",
        (spec, msgspec.json.encode(around).decode()),
    )
    return str(rows[0][0]) if rows else ""
