import os
import stat
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray

from engine.library.store import Library
from engine.search.ranking.weights import load
from engine.search.vectors import VectorIndex, merged, products
from tests.library.builders import add, calls

MODEL = "tiny"


def unit(*numbers: float) -> bytes:
    """Return a vector of length 1 as the library keeps it."""
    vector = np.array(numbers, dtype="<f4")
    return bytes((vector / np.linalg.norm(vector)).astype("<f4").tobytes())


def fill(library: Library, vectors: list[bytes], name: str = "one") -> list[int]:
    """Add a spec with an operation for each vector; return the rowids."""
    add(library, calls(*(f"{name} {number}" for number in range(len(vectors)))), source=name, name=name)
    texts = sorted(library.without_vector(MODEL), key=lambda text: int(text.partition(".")[0].split()[1]))
    library.put_vectors(MODEL, texts, vectors)
    first, last = library.rowid_range(name)
    return list(range(first, last + 1))


def queries(*vectors: bytes) -> NDArray[np.float32]:
    """Return vectors as they are searched with."""
    return np.stack([np.frombuffer(vector, "<f4") for vector in vectors])


def rowids(index: VectorIndex, vector: bytes, n: int = 10, among: Sequence[int] | None = None) -> list[int]:
    """Return the rowids nearest to a vector, in ascending order."""
    return sorted(index.nearest(queries(vector), n, None if among is None else np.array(among, np.int64)).tolist())


def near(index: VectorIndex, vector: bytes, entries: Sequence[int]) -> list[float]:
    """Return the inner products of a vector with those of entries."""
    [found] = products(queries(vector), index.vectors(np.array(entries, np.int64))).tolist()
    return list(found)


@pytest.fixture
def index(library: Library, tmp_path: Path) -> VectorIndex:
    """An index over the library."""
    return VectorIndex(library, MODEL, tmp_path / "data")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the index is kept."""
    return tmp_path / "data" / "vectors-tiny.faiss"


X, Y, Z = unit(1, 0, 0), unit(0, 1, 0), unit(0, 0, 1)


def test_an_empty_library_has_no_nearest(index: VectorIndex, library: Library, file: Path) -> None:
    """Without vectors there is nothing to find and no file to write."""
    assert not index.has_vectors()
    assert rowids(index, X) == []
    assert near(index, X, [1, 2]) == [0, 0]
    add(library)
    assert rowids(index, X) == []
    assert not file.exists()


def test_the_nearest_are_found(index: VectorIndex, library: Library) -> None:
    """As many as asked for come for each query: those of the first query first, and the nearest of each first."""
    first, second, third = fill(library, [X, unit(1, 1, 0), Z])
    assert index.has_vectors()
    assert rowids(index, X, n=2) == [first, second]
    assert rowids(index, Z, n=1) == [third]
    assert index.nearest(queries(unit(1, 2, 0), Z), 2).tolist()[:3] == [second, first, third]


def test_products_are_told_of_any_entry(index: VectorIndex, library: Library) -> None:
    """Each query is compared with each entry, in the order asked for; without a vector it is average."""
    first, second = fill(library, [X, unit(1, 1, 0)])
    bare = max(library.rowid_range(add(library, calls("Bare"), source="bare", name="bare")))
    found = products(queries(X, Y), index.vectors(np.array([second, 9999, first, bare])))
    mean, other = (2**-0.5 + 1) / 2, 2**-0.5 / 2
    assert found.tolist() == pytest.approx(
        np.array([[2**-0.5, mean, 1, mean], [2**-0.5, other, 0, other]]), abs=1 / 127
    )


def test_some_entries_can_be_searched(index: VectorIndex, library: Library) -> None:
    """Only the entries that are asked for come back, even when all others are nearer."""
    fill(library, [X] * 30, "one")
    two = fill(library, [Y, Z], "two")
    assert rowids(index, X, n=5, among=two) == two
    assert rowids(index, Y, n=1, among=two) == two[:1]
    assert rowids(index, X, among=[]) == []


def test_a_vector_is_the_weighted_sum_of_its_views() -> None:
    """Its product with a question is the weighted sum of those with the views; one view alone has all the weight."""
    weights = load().views
    random = np.random.default_rng(4)
    views = [unit(*random.normal(size=8)) for _ in weights]
    question = np.frombuffer(unit(*random.normal(size=8)), "<f4")
    each = [float(question @ np.frombuffer(view, "<f4")) for view in views]
    assert np.frombuffer(merged(views), "<f4") @ question == pytest.approx(float(np.dot(weights, each)), rel=1e-5)
    assert np.frombuffer(merged(views[:1]), "<f4") @ question == pytest.approx(sum(weights) * each[0], rel=1e-5)


def test_texts_that_are_equal_share_a_vector(index: VectorIndex, library: Library) -> None:
    """Two operations that are called the same are both found by the one vector."""
    add(library, calls("Same"), source="a", name="a")
    add(library, calls("Same"), source="b", name="b")
    library.put_vectors(MODEL, library.without_vector(MODEL), [X])
    assert rowids(index, X) == [1, 2]


def test_the_index_follows_the_library(index: VectorIndex, library: Library) -> None:
    """Added, replaced and removed operations come and go without a new start."""
    one = fill(library, [X], "one")
    assert rowids(index, X) == one
    two = fill(library, [Y], "two")
    assert rowids(index, Y) == [*one, *two]
    library.remove("one")
    assert rowids(index, X) == two
    library.remove("two")
    assert rowids(index, X) == []


def test_the_index_is_kept_in_a_private_file(index: VectorIndex, library: Library, file: Path, tmp_path: Path) -> None:
    """A second start reads the file, does not ask the library for vectors, and finds the same."""
    expected = fill(library, [X, Y])
    index.prepare()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]

    class Silent(Library):
        def vectors(self, model: str) -> list[tuple[int, bytes]]:
            raise AssertionError

    again = Silent(tmp_path / "library.db")
    assert rowids(VectorIndex(again, MODEL, file.parent), X) == expected
    again.close()


def spoiled(data: bytes) -> dict[str, bytes]:
    """Return damaged forms of an index file."""
    body = b"no index" * 20
    generation = struct.unpack_from("<8sQ", data)[1]
    return {
        "empty": b"",
        "short": data[:10],
        "header only": data[:28],
        "truncated": data[:-1],
        "longer": data + b"x",
        "flipped": data[:-5] + bytes([data[-5] ^ 1]) + data[-4:],
        "other magic": b"specdek1" + data[8:],
        "zeros": bytes(len(data)),
        "of another format": struct.pack("<8sQQI", b"specdek2", generation, len(body), zlib.crc32(body)) + body,
    }


@pytest.mark.parametrize("damage", list(spoiled(bytes(40))))
def test_a_damaged_file_is_made_again(library: Library, file: Path, damage: str) -> None:
    """Whatever happened to the file, search answers and writes nothing; made ready anew, the file is whole again."""
    expected = fill(library, [X, Y])
    VectorIndex(library, MODEL, file.parent).prepare()
    whole = file.read_bytes()
    spoilt = spoiled(whole)[damage]
    file.write_bytes(spoilt)
    assert rowids(VectorIndex(library, MODEL, file.parent), X) == expected
    assert file.read_bytes() == spoilt
    VectorIndex(library, MODEL, file.parent).prepare()
    assert file.read_bytes() == whole


def test_a_file_of_an_older_state_is_made_again(library: Library, file: Path) -> None:
    """A file that was written before the library changed is not believed."""
    fill(library, [X], "one")
    VectorIndex(library, MODEL, file.parent).prepare()
    old = file.read_bytes()
    library.remove("one")
    two = fill(library, [Y, Z], "two")
    file.write_bytes(old)
    assert rowids(VectorIndex(library, MODEL, file.parent), Z, n=1) == two[1:]
    VectorIndex(library, MODEL, file.parent).prepare()
    assert file.read_bytes() != old


def test_a_file_of_another_library_is_made_again(library: Library, file: Path, tmp_path: Path) -> None:
    """A new library in the place of the old one, with as many changes, does not use the old one's index."""
    fill(library, [X, Y])
    VectorIndex(library, MODEL, file.parent).prepare()
    other = Library(tmp_path / "other.db")
    _, second = fill(other, [Y, X])
    assert rowids(VectorIndex(other, MODEL, file.parent), X, n=1) == [second]
    other.close()


def test_a_file_that_cannot_be_used_does_not_matter(library: Library, file: Path) -> None:
    """With a folder in the file's place, search answers all the same and leaves nothing behind."""
    file.mkdir(parents=True)
    expected = fill(library, [X])
    VectorIndex(library, MODEL, file.parent).prepare()
    assert rowids(VectorIndex(library, MODEL, file.parent), X) == expected
    assert list(file.parent.iterdir()) == [file]


def test_what_killed_processes_left_is_cleared_away(library: Library, file: Path) -> None:
    """A half file that is old goes with the next writing; one that another process may be writing now stays."""
    fill(library, [X])
    file.parent.mkdir()
    old, new = (file.with_name(f".{file.name}.{end}") for end in ("old", "new"))
    old.touch()
    new.touch()
    os.utime(old, (0, 0))
    VectorIndex(library, MODEL, file.parent).prepare()
    assert sorted(file.parent.iterdir()) == [new, file]


def test_a_vector_of_another_length_finds_nothing(index: VectorIndex, library: Library) -> None:
    """A question that was embedded by another model has no neighbours, and no error."""
    fill(library, [X])
    for vector in (unit(1, 0), unit(1, 0, 0, 0)):
        assert rowids(index, vector) == []
        assert near(index, vector, [1]) == [0]


def test_vectors_of_two_lengths_do_not_mix(index: VectorIndex, library: Library) -> None:
    """After a model was exchanged for one of other dimensions, the newest vectors can be searched."""
    fill(library, [unit(1, 0), unit(0, 1)], "old")
    new = fill(library, [X, Y], "new")
    assert rowids(index, X) == new
    assert rowids(index, unit(1, 0)) == []


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 40),
    dimension=st.integers(1, 24),
    n=st.integers(1, 50),
    split=st.integers(0, 40),
)
def test_results_agree_with_brute_force(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int, dimension: int, n: int, split: int
) -> None:
    """Neighbours and products are what NumPy computes over all vectors, in all specs and in one, but for rounding."""
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(count, dimension)).astype("<f4")
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    folder = tmp_path_factory.mktemp("vectors")
    library = Library(folder / "library.db")
    at = min(split, count)
    for name, part in (("one", matrix[:at]), ("two", matrix[at:])):
        if len(part):
            fill(library, [bytes(vector.tobytes()) for vector in part], name)
    query = matrix[0]
    index = VectorIndex(library, MODEL, folder)
    cosines = matrix @ query
    everything = np.arange(1, count + 1)
    # Each number of a vector, and of a query, is off by half a step at most, which is 1 / 127 at most.
    most = dimension**0.5 / 127 + 1e-5
    assert products(query[None], index.vectors(everything))[0] == pytest.approx(cosines, abs=most)
    for among, first, last in ((None, 0, count), (everything[:at], 0, at), (everything[at:], at, count)):
        found = index.nearest(query[None], n, among)
        best = np.sort(cosines[first:last])[::-1][:n]
        assert np.sort(cosines[found - 1])[::-1] == pytest.approx(best, abs=2 * most)
        assert len(set(found.tolist())) == len(found)
        assert all(first < rowid <= last for rowid in found.tolist())
    library.close()
