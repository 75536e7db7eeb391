"""Vectors of what was asked, from one process to the next. They are a cache: nothing else depends on them."""

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.library.store import Library

MAX_BYTES = 16 << 20
"""Room for 10,000 vectors of all-MiniLM-L6-v2: five for each of the last 2,000 questions."""
_ROW_BYTES = 80
"""What a row takes beside its vector: two hashes of 16 bytes, twice, the time, and SQLite's own."""
_PATIENCE_S = 0.2
"""How long writing waits for another writer: the end of a command waits for it too, and embedding again is quick."""


class Size(NamedTuple):
    """How much is kept."""

    entries: int
    bytes: int
    oldest_s: float
    """Age of the oldest in seconds; 0 where there is none."""


def known(library: Library, model: bytes, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
    """Return the vectors that are kept, by hash, of those texts.

    Raises:
        LibraryError: The library cannot be read.
    """
    marks = ", ".join("?" * len(hashes))
    return dict(
        library.rows(
            f"SELECT text_hash, vector FROM question_vectors WHERE model = ? AND text_hash IN ({marks})",  # noqa: S608
            (model, *hashes),
        )
    )


def keep(library: Library, model: bytes, vectors: Mapping[bytes, bytes], max_bytes: int = MAX_BYTES) -> int:
    """Keep vectors by the hashes of their texts; return how many of the oldest had to go for it.

    Raises:
        LibraryError: The library cannot be written, or others have been writing for too long.
    """
    now = time.time()
    with library.transaction(_PATIENCE_S) as db:
        db.executemany(
            "INSERT OR REPLACE INTO question_vectors (model, text_hash, vector, added) VALUES (?, ?, ?, ?)",
            ((model, text_hash, vector, now) for text_hash, vector in vectors.items()),
        )
        return db.execute(
            "DELETE FROM question_vectors WHERE rowid IN (SELECT rowid FROM (SELECT rowid,"
            " sum(length(vector) + ?) OVER (ORDER BY rowid DESC) AS bytes FROM question_vectors) WHERE bytes > ?)",
            (_ROW_BYTES, max_bytes),
        ).rowcount


def size(library: Library) -> Size:
    """Return how much is kept.

    Raises:
        LibraryError: The library cannot be read.
    """
    [(entries, taken, oldest)] = library.rows(
        "SELECT count(*), coalesce(sum(length(vector) + ?), 0), min(added) FROM question_vectors", (_ROW_BYTES,)
    )
    return Size(entries, taken, max(time.time() - oldest, 0.0) if entries else 0.0)
