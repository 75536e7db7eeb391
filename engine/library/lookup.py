"""What filters and the names in a question look up: columns, routes, keys and servers."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from engine.decoding import decode
from engine.library.attributes import Field
from engine.library.store import Library
from engine.specs.model import Server

_LAST = "\U0010ffff"


class Stored(NamedTuple):
    """One column of one spec, as `engine.library.attributes.Column` has it."""

    spec: str
    """Name of the spec."""
    first: int
    last: int
    """Rowids of its first and its last entry."""
    field: str
    words: str
    entries: bytes


class Routed(NamedTuple):
    """An operation on a route."""

    rowid: int
    spec_id: int
    key: str
    route: str


class _Served(msgspec.Struct):
    """Of an operation, or of what a spec says of itself, only the servers: the rest is skipped without decoding it."""

    servers: tuple[Server, ...] = ()


def stored_columns(library: Library, fields: Iterable[Field | str], low: int, high: int) -> list[Stored]:
    """Return columns of the specs that have entries between two rowids, spec by spec in the order of these."""
    rows = library.rows(
        # CROSS, so that SQLite goes from the specs to their columns by key, and does not read all columns there are.
        "SELECT s.name, a.first, a.last, a.field, a.words, a.entries FROM live_specs s"
        " CROSS JOIN attributes a ON a.spec_id = s.id AND a.field IN (SELECT value FROM json_each(?))"
        " WHERE a.last >= ? AND a.first <= ? AND a.last >= a.first ORDER BY a.first",
        (_json(sorted(fields)), low, high),
    )
    return [Stored(*row) for row in rows]


def beginning(library: Library, starts: Sequence[str]) -> list[str]:
    """Return those beginnings of routes, each of whole segments, that any route has."""
    rows = library.rows(
        "SELECT value FROM json_each(?) WHERE EXISTS"
        " (SELECT 1 FROM entries WHERE route >= value AND route < value || '0')",  # 0 comes after the slash
        (_json(starts),),
    )
    return [start for (start,) in rows]


def segments_after(library: Library, heads: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    """Return how routes go on by one segment, each way once.

    Args:
        library: The library.
        heads: How a route begins, and how many characters of that stand in front of the segment.

    Returns:
        What stands in front of the segment, and the segment; of a last one with the query.
    """
    return library.rows(
        "SELECT DISTINCT substr(route, 1, start),"
        " substr(route, start + 1, instr(substr(route, start + 1) || '/', '/') - 1)"
        " FROM (SELECT json_extract(value, '$[0]') AS start, json_extract(value, '$[1]') AS head FROM json_each(?1))"
        " CROSS JOIN entries ON route >= head AND route < head || ?2",
        (_json(heads), _LAST),
    )


def on_routes(library: Library, routes: Sequence[str], spec: str | None, n: int) -> list[Routed]:
    """Return at most `n` operations on some routes, of one spec where that is given."""
    rows = library.rows(
        "SELECT e.id, e.spec_id, e.key, e.route FROM json_each(?1) j CROSS JOIN entries e ON e.route = j.value"
        " JOIN live_specs s ON s.id = e.spec_id WHERE s.name = coalesce(?2, s.name) LIMIT ?3",
        (_json(routes), spec, n),
    )
    return [Routed(*row) for row in rows]


def called(library: Library, names: Sequence[str], spec: str | None) -> list[tuple[int, str]]:
    """Return rowid and name of the entries whose key or operationId is one of the names, in the order of adding.

    Upper and lower case are alike.
    """
    return library.rows(
        "SELECT e.id, e.called FROM ("
        " SELECT id, spec_id, key AS called FROM entries"
        " WHERE key COLLATE NOCASE IN (SELECT value FROM json_each(?1))"
        " UNION SELECT id, spec_id, operation_id FROM entries"
        " WHERE operation_id COLLATE NOCASE IN (SELECT value FROM json_each(?1)) AND operation_id != ''"
        ") e JOIN live_specs s ON s.id = e.spec_id WHERE s.name = coalesce(?2, s.name) ORDER BY e.id",
        (_json(names), spec),
    )


def by_letters(library: Library, letters: str, spec: str | None) -> list[int]:
    """Return the rowids of the entries whose operationId has these small letters, whatever joins its words."""
    rows = library.rows(
        "SELECT e.id FROM entries e JOIN live_specs s ON s.id = e.spec_id WHERE e.letters = ?1 AND ?1 != ''"
        " AND s.name = coalesce(?2, s.name) ORDER BY e.id",
        (letters, spec),
    )
    return [rowid for (rowid,) in rows]


def servers_of_specs(library: Library, ids: Iterable[int]) -> dict[int, tuple[Server, ...]]:
    """Return id → servers of specs."""
    return _servers(library.rows("SELECT id, about FROM specs WHERE id IN (SELECT value FROM json_each(?))", _ids(ids)))


def servers_of_entries(library: Library, rowids: Iterable[int]) -> dict[int, tuple[Server, ...]]:
    """Return rowid → the servers that operations have of their own."""
    return _servers(
        library.rows("SELECT id, body FROM entries WHERE id IN (SELECT value FROM json_each(?))", _ids(rowids))
    )


def _servers(rows: Iterable[tuple[int, bytes]]) -> dict[int, tuple[Server, ...]]:
    return {each: decode(blob, _Served).servers for each, blob in rows}


def _ids(ids: Iterable[int]) -> tuple[str]:
    return (_json(ids),)


def _json(values: Iterable[str | int | tuple[int, str]]) -> str:
    """Return values as `json_each` takes them."""
    return msgspec.json.encode(list(values)).decode()
