"""What feeds what, as the library keeps it."""

from collections.abc import Sequence

import msgspec

from engine.library.records import Edge, How, Linked
from engine.library.store import Library


def producers(library: Library, consumers: Sequence[int]) -> list[Edge]:
    """Return the edges to some entries, by consumer and then the best first.

    Args:
        library: The library.
        consumers: Keys of entries.

    Raises:
        LibraryError: The library cannot be read.
    """
    rows = library.rows(
        "SELECT producer, consumer, needs, gives, weight, how FROM links"
        " WHERE consumer IN (SELECT value FROM json_each(?)) ORDER BY consumer, weight DESC, needs, producer",
        (msgspec.json.encode(consumers).decode(),),
    )
    return [_edge(row) for row in rows]


def _edge(row: tuple[int, int, str, str, float, str]) -> Edge:
    producer, consumer, needs, gives, weight, how = row
    return Edge(producer=producer, consumer=consumer, needs=needs, gives=gives, weight=weight, how=How(how))


def needs_of(library: Library, rowid: int) -> list[Linked]:
    """Return what gives the inputs of an entry: by input, the best first; see `producers`."""
    rows = library.rows(
        "SELECT e.key, l.needs, l.gives, l.weight, l.how FROM links l JOIN entries e ON e.id = l.producer"
        " WHERE l.consumer = ? ORDER BY l.needs, l.weight DESC, l.producer",
        (rowid,),
    )
    return [_linked(row) for row in rows]


def fed_by(library: Library, rowid: int, n: int) -> tuple[list[Linked], int]:
    """Return what takes what an entry gives: the `n` likeliest, and how many there are; see `producers`."""
    rows = library.rows(
        "SELECT e.key, l.needs, l.gives, max(l.weight), l.how, count(*) OVER () FROM links l"
        " JOIN entries e ON e.id = l.consumer WHERE l.producer = ?"
        " GROUP BY l.consumer ORDER BY max(l.weight) DESC, length(e.key), l.consumer LIMIT ?",
        (rowid, n),
    )
    return [_linked(row) for row in rows], rows[0][5] if rows else 0


def _linked(row: Sequence[str | float]) -> Linked:
    operation, needs, gives, weight, how = row[:5]
    return Linked(operation=str(operation), needs=str(needs), gives=str(gives), weight=float(weight), how=How(str(how)))
