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
    """Keep vectors by the hashes of their texts; return how many had to go for it: the oldest, and other models'.

    Raises:
        LibraryError: The library cannot be written, or others have been writing for too long.
    """
    now = time.time()
    rows = max_bytes // (max(map(len, vectors.values())) + _ROW_BYTES)
    with library.transaction(_PATIENCE_S) as db:
        others = db.execute("DELETE FROM question_vectors WHERE model < ?1 OR model > ?1", (model,)).rowcount
        # What is written again gets a new rowid.
        db.executemany(
            "INSERT OR REPLACE INTO question_vectors (model, text_hash, vector, added) VALUES (?, ?, ?, ?)",
            ((model, text_hash, vector, now) for text_hash, vector in vectors.items()),
        )
        oldest = db.execute(
            "DELETE FROM question_vectors WHERE rowid <= (SELECT max(rowid) FROM question_vectors) - ?", (rows,)
        ).rowcount
        return others + oldest


def size(library: Library) -> Size:
    """Return how much is kept.

    Raises:
        LibraryError: The library cannot be read.
    """
    found = library.rows(
        "SELECT (SELECT count(*) FROM question_vectors), length(vector) + ?, added FROM question_vectors"
        " ORDER BY rowid LIMIT 1",
        (_ROW_BYTES,),
    )
    return (
        Size(found[0][0], found[0][0] * found[0][1], max(time.time() - found[0][2], 0.0)) if found else Size(0, 0, 0.0)
    )
