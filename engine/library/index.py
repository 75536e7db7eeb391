"""What a search of the whole library is put together from, and how a spec is indexed anew."""

from collections.abc import Callable
from typing import NamedTuple

from engine.library.attributes import insert
from engine.library.records import INDEX, Indexed
from engine.library.store import Library
from engine.library.write import (
    drop_unused_vectors,
    insert_links,
    insert_segment,
    next_generation,
    next_vectors,
    text_hash,
)
from engine.specs.model import Spec

_PIECE = 1000
"""Vectors that are removed at once, so that others who write do not wait for long."""


class Segment(NamedTuple):
    """The words of one spec, as they are kept."""

    spec_id: int
    name: str
    first: int
    """Rowid of its first entry; the others follow."""
    body: bytes
    """See `engine.indexing.segments`."""


class Segments(NamedTuple):
    """The words of the whole library at one moment."""

    generation: int
    segments: list[Segment]
    """By rowid of their entries."""


def generation(library: Library) -> int:
    """Return a number (63 bits) that is another one after every change of entries."""
    return int(library.rows(_GENERATION)[0][0])


_GENERATION = "SELECT value FROM meta WHERE key = 'entries'"


def segments(library: Library) -> Segments:
    """Return the words of all specs."""
    return library.read(
        lambda db: Segments(
            db.execute(_GENERATION).fetchone()[0],
            [
                Segment(*row)
                for row in db.execute(
                    "SELECT s.id, s.name, g.first, g.body FROM live_specs s JOIN segments g ON g.spec_id = s.id"
                    " ORDER BY g.first"
                )
            ],
        )
    )


def covered(library: Library, model: str) -> dict[str, int]:
    """Return for each embedding model that has vectors, `model` among them, of how many entries it has them.

    Where there are vectors of this model only, which is nearly always, they are not counted: 0.
    """
    if not library.rows("SELECT 1 FROM vectors WHERE model < ?1 OR model > ?1 LIMIT 1", (model,)):
        return {model: 0}
    rows = library.rows(
        "SELECT v.model, count(*) FROM entries e JOIN vectors v ON v.text_hash = e.text_hash GROUP BY v.model"
    )
    return {model: 0} | {str(name): int(count) for name, count in rows}


def keep_only(library: Library, model: str) -> None:
    """Remove the vectors of all embedding models but one."""
    while True:
        with library.transaction() as db:
            gone = db.execute(
                "DELETE FROM vectors WHERE rowid IN"
                " (SELECT rowid FROM vectors WHERE model < ?1 OR model > ?1 LIMIT ?2)",
                (model, _PIECE),
            ).rowcount
            if gone:
                next_vectors(db)
        if gone < _PIECE:
            return


def outdated(library: Library) -> list[str]:
    """Return the specs that are not indexed as it is done now: an older specdeck has added them."""
    return [name for (name,) in library.rows("SELECT name FROM live_specs WHERE indexed != ?", (INDEX,))]


def index_again(library: Library, name: str, index: Callable[[Spec], Indexed]) -> int:
    """Write anew what a spec is found by, and return how many entries it has. Vectors stay where their texts do.

    Args:
        library: The library.
        name: Name of the spec.
        index: What `engine.indexing` makes of it.

    Raises:
        NotFoundError: There is no such spec.
    """
    made = index(library.spec(name))
    with library.transaction() as db:
        rows = db.execute(
            "SELECT s.id, e.id, e.text_hash FROM live_specs s LEFT JOIN entries e ON e.spec_id = s.id"
            " WHERE s.name = ? ORDER BY e.id",
            (name,),
        ).fetchall()
        entries = [(rowid, old) for _, rowid, old in rows if rowid is not None]
        if not rows or len(entries) != len(made.texts):
            return 0  # It was removed meanwhile, or replaced by one that is indexed.
        spec_id, first = rows[0][0], entries[0][0] if entries else 1
        db.executemany("DELETE FROM links WHERE consumer = ?", ((rowid,) for rowid, _ in entries))
        insert_links(db, made.edges, first)
        db.executemany(
            "UPDATE entries SET text = ?, text_hash = ? WHERE id = ?",
            ((text, text_hash(text), rowid) for text, (rowid, _) in zip(made.texts, entries, strict=True)),
        )
        insert(db, spec_id, range(first, first + len(entries)), made.columns)
        insert_segment(db, spec_id, first, made.segment)
        drop_unused_vectors(db, list({old for _, old in entries}))
        db.execute("UPDATE specs SET indexed = ? WHERE id = ?", (INDEX, spec_id))
        next_generation(db)
    return len(entries)
