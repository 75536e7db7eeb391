"""The words of all entries, as the index in memory is made from them, and how they are written anew."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from engine.library.records import INDEX, Edge, SearchText
from engine.library.store import Library
from engine.library.write import insert_links, insert_words, next_generation, text_hash, words_of
from engine.specs.model import Operation, Passage, Spec

COLUMNS = ("identifier", "tail", "summary", "tags", "description", "inputs", "outputs", "notes")
"""Columns of the table of words."""
SHIFT = 8
"""Occurrences are given as `rowid * SHIFT + column`."""


class Standing(NamedTuple):
    """What the index keeps of an entry beside its words."""

    rowid: int
    spec_id: int
    key: str
    operation_id: str
    deprecated: bool


def generation(library: Library) -> int:
    """Return a number (63 bits) that is another one after every change of entries."""
    return int(library.rows("SELECT value FROM meta WHERE key = 'entries'")[0][0])


def standing(library: Library) -> list[Standing]:
    """Return all entries, by rowid; those of one spec stand together."""
    rows = library.rows(
        "SELECT e.id, e.spec_id, e.key, e.operation_id, e.deprecated FROM entries e JOIN specs s ON s.id = e.spec_id"
        " WHERE s.name NOT LIKE ':%' ORDER BY e.id"
    )
    return [Standing(*row) for row in rows]


def occurrences(library: Library) -> list[tuple[str, str]]:
    """Return every word (as FTS5 keeps it: its stem) with all places where it occurs.

    A place is `rowid * SHIFT + number of the column`; they are joined by commas, because SQLite puts millions of them
    together faster than Python takes them one by one.
    """
    number = " ".join(f"WHEN '{column}' THEN {index}" for index, column in enumerate(COLUMNS))
    return library.rows(
        f"SELECT term, group_concat(doc * {SHIFT} + CASE col {number} END) FROM occurrences GROUP BY term"  # noqa: S608
    )


def texts(library: Library) -> Iterator[str]:
    """Return the texts of all entries that are embedded."""
    rows = library.rows("SELECT e.text FROM entries e JOIN specs s ON s.id = e.spec_id WHERE s.name NOT LIKE ':%'")
    return (text for (text,) in rows)


def feeding(library: Library) -> list[tuple[int, int, float, int]]:
    """Return every edge of the link graph, by consumer: producer, consumer, weight, and a number for each need."""
    return library.rows(
        "SELECT producer, consumer, weight, dense_rank() OVER (ORDER BY consumer, needs) FROM links ORDER BY consumer"
    )


def outdated(library: Library) -> list[str]:
    """Return the specs that are not in the index as it is made now."""
    return [
        name for (name,) in library.rows("SELECT name FROM specs WHERE indexed != ? AND name NOT LIKE ':%'", (INDEX,))
    ]


def index_again(
    library: Library,
    name: str,
    text_of: Callable[[Operation | Passage, Spec], SearchText],
    links_of: Callable[[Spec], Iterable[Edge]],
) -> None:
    """Write the words and links of a spec anew, and the texts that are embedded.

    Raises:
        NotFoundError: There is no such spec.
    """
    spec = library.spec(name)
    items: tuple[Operation | Passage, ...] = (*spec.operations, *spec.webhooks, *spec.passages)
    texts = [text_of(item, spec) for item in items]
    edges = list(links_of(spec))
    with library.transaction() as db:
        rows = db.execute(
            "SELECT e.id, e.text_hash FROM entries e JOIN specs s ON s.id = e.spec_id WHERE s.name = ? ORDER BY e.id",
            (name,),
        ).fetchall()
        if len(rows) != len(texts):
            return  # It was replaced meanwhile, by one that is indexed.
        rowids = [rowid for rowid, _ in rows]
        db.executemany("DELETE FROM words WHERE rowid = ?", _each(rowids))
        db.executemany("DELETE FROM links WHERE consumer = ?", _each(rowids))
        insert_words(db, zip(rowids, map(words_of, texts), strict=True))
        if rowids:
            insert_links(db, edges, rowids[0])
        db.executemany(
            "UPDATE entries SET text = ?, text_hash = ? WHERE id = ?",
            ((text.text, text_hash(text.text), rowid) for text, rowid in zip(texts, rowids, strict=True)),
        )
        db.executemany("DELETE FROM vectors WHERE text_hash = ?", {(old,) for _, old in rows})
        db.execute("UPDATE specs SET indexed = ? WHERE name = ?", (INDEX, name))
        next_generation(db)


def _each(rowids: Iterable[int]) -> Iterator[tuple[int]]:
    return ((rowid,) for rowid in rowids)
