"""What must be true of a library at any moment, whatever was done to the processes that wrote it."""

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.indexing.index import index
from engine.library.attributes import Column, Field
from engine.library.records import Edge, How, Indexed
from engine.library.store import Library
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
        assert contents(file) == {name: one.sha256 for name, one in expected.items()}
        for name, one in expected.items():
            assert library.spec(name) == one.spec
            assert _counts(library, name) == _sizes(one.spec)
            assert _indexed(db, name) == _expected(one.spec)
        assert db.execute("SELECT count(*) FROM segments").fetchone() == (len(expected),)
        orphans = "SELECT count(*) FROM vectors WHERE text_hash NOT IN (SELECT text_hash FROM entries)"
        assert db.execute(orphans).fetchone() == (0,)


def _counts(library: Library, name: str) -> tuple[int, int, int, int]:
    [info] = library.specs("", name)
    return info.operations, info.webhooks, info.passages, info.schemas


def _sizes(spec: Spec) -> tuple[int, int, int, int]:
    return len(spec.operations), len(spec.webhooks), len(spec.passages), len(spec.schemas)


def _indexed(db: sqlite3.Connection, name: str) -> Indexed:
    """Return what a spec is found by, as it is kept."""
    [(spec_id, first, segment)] = db.execute(
        "SELECT s.id, g.first, g.body FROM specs s JOIN segments g ON g.spec_id = s.id WHERE s.name = ?", (name,)
    )
    entries = db.execute("SELECT id, text FROM entries WHERE spec_id = ? ORDER BY id", (spec_id,)).fetchall()
    assert [rowid for rowid, _ in entries] == list(range(first, first + len(entries)))
    columns = db.execute("SELECT field, words, entries FROM attributes WHERE spec_id = ?", (spec_id,)).fetchall()
    edges = db.execute(
        "SELECT producer, consumer, needs, gives, weight, how FROM links WHERE consumer IN"
        " (SELECT id FROM entries WHERE spec_id = ?)",
        (spec_id,),
    )
    found = [
        Edge(producer=one - first, consumer=other - first, needs=needs, gives=gives, weight=weight, how=How(how))
        for one, other, needs, gives, weight, how in edges
    ]
    return Indexed(
        texts=tuple(text for _, text in entries),
        edges=tuple(sorted(found, key=_place)),
        columns=tuple(sorted(Column(Field(field), *rest) for field, *rest in columns)),
        segment=segment,
    )


def _expected(spec: Spec) -> Indexed:
    made = index(spec)
    return msgspec.structs.replace(
        made, edges=tuple(sorted(made.edges, key=_place)), columns=tuple(sorted(made.columns))
    )


def _place(edge: Edge) -> tuple[int, str, int]:
    return edge.consumer, edge.needs, edge.producer


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
