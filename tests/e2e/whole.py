"""What must be true of a library at any moment, whatever was done to the processes that wrote it."""

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engine.library.store import Library
from engine.library.write import words_of
from engine.search.index import search_text
from engine.search.vectors import VectorIndex, products
from engine.specs.model import Spec
from tests.e2e.documents import Made


def contents(file: Path) -> dict[str, bytes]:
    """Return name and hash of the specs in a library."""
    with closing(sqlite3.connect(file)) as db:
        return dict(db.execute("SELECT name, sha256 FROM specs"))


def assert_whole(library: Library, file: Path, expected: Mapping[str, Made]) -> None:
    """Check that a library holds exactly these documents, each with all that belongs to it, and nothing else."""
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        # An error where the index does not say what the table says.
        db.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        db.rollback()
        rowids = db.execute("SELECT id FROM entries ORDER BY id").fetchall()
        assert db.execute("SELECT rowid FROM words ORDER BY rowid").fetchall() == rowids
        assert contents(file) == {name: one.sha256 for name, one in expected.items()}
        for name, one in expected.items():
            assert library.spec(name) == one.spec
            assert _counts(library, name) == _sizes(one.spec)
            assert _indexed(db, name) == _texts(one.spec)
        orphans = "SELECT count(*) FROM vectors WHERE text_hash NOT IN (SELECT text_hash FROM entries)"
        assert db.execute(orphans).fetchone() == (0,)


def _counts(library: Library, name: str) -> tuple[int, int, int, int]:
    [info] = library.specs("", name)
    return info.operations, info.webhooks, info.passages, info.schemas


def _sizes(spec: Spec) -> tuple[int, int, int, int]:
    return len(spec.operations), len(spec.webhooks), len(spec.passages), len(spec.schemas)


def _indexed(db: sqlite3.Connection, name: str) -> list[tuple[str, ...]]:
    return db.execute(
        "SELECT w.*, e.text FROM entries e JOIN words w ON w.rowid = e.id"
        " WHERE spec_id = (SELECT id FROM specs WHERE name = ?) ORDER BY e.id",
        (name,),
    ).fetchall()


def _texts(spec: Spec) -> list[tuple[str, ...]]:
    texts = [search_text(item, spec) for item in (*spec.operations, *spec.webhooks, *spec.passages)]
    return [(*words_of(one), one.text) for one in texts]


def assert_vectors_agree(library: Library, folder: Path, model: str) -> None:
    """Check that a search by meaning that starts now finds exactly what comparing with every vector finds."""
    rows = library.vectors(model)
    if not rows:
        return
    rowids = np.array([rowid for rowid, _ in rows], dtype=np.int64)
    matrix = np.frombuffer(b"".join(vector for _, vector in rows), dtype="<f4").reshape(len(rows), -1)
    index = VectorIndex(library, model, folder)
    rounding = matrix.shape[1] ** 0.5 * float(np.abs(matrix).max()) / 127 * float(np.linalg.norm(matrix[0]))
    assert products(matrix[:1], index.vectors(rowids))[0] == pytest.approx(matrix @ matrix[0], abs=rounding)
    assert sorted(index.nearest(matrix[:1], len(rows)).tolist()) == sorted(rowids.tolist())


def make_up_vectors(library: Library, model: str) -> None:
    """Give every text that lacks one a vector, as embedding would, but at once."""
    texts = library.without_vector(model)
    library.put_vectors(model, texts, map(_made_up, texts))


def _made_up(text: str) -> bytes:
    numbers = np.frombuffer(hashlib.sha256(text.encode()).digest(), dtype="<i4").astype("<f4")
    return bytes((numbers / np.linalg.norm(numbers)).astype("<f4").tobytes())
