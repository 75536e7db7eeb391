"""Search by meaning: a FAISS index over the library's vectors, kept as a file that can always be made again."""

import struct
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from engine.library.index import covered
from engine.library.store import Library
from engine.search import derived
from engine.search.ranking.weights import load

if TYPE_CHECKING:
    import faiss
    import numpy as np
    from numpy.typing import NDArray

_MAGIC = b"specdek3"
_LARGEST = 127
"""What the largest number in all vectors becomes. Of the hundred nearest operations 99 are the same as by the 32 bits
of the library, and they are found in a sixth of the time."""
_TINY = 1e-12
"""Keeps a vector of zeros from being divided by its length."""
_SCALE = struct.Struct("<f")


class _Loaded(NamedTuple):
    generation: int
    model: str
    codes: "faiss.Index"
    rowids: "NDArray[np.int64]"
    """Ascending."""
    scale: float
    """What the vectors are multiplied by in the index."""


class VectorIndex:
    """Inner-product search over all vectors, as integers of 8 bits. Methods block; call them from a thread.

    Args:
        library: Where the vectors are kept.
        model: Name of the embedding model that the user has chosen.
        folder: Where the derived file is kept.
        runs: Tells whether another model can embed a question.

    While the library is embedded with a newly chosen model, it is searched by the vectors of the one before, until the
    new ones reach as far.
    """

    def __init__(
        self, library: Library, model: str, folder: Path, runs: Callable[[str], bool] = lambda _: False
    ) -> None:
        self._library = library
        self._chosen = self.model = model
        """`model` is whose vectors are searched; `has_vectors`, with which every search begins, looks which that is."""
        self._runs = runs
        self._folder = folder
        self._looked_at = -1
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    def prepare(self) -> None:
        """Make the file for the library as it is now, where there are vectors and it is missing, stale or damaged.

        Raises:
            LibraryError: The library cannot be read.
        """
        if not self.has_vectors():
            return
        import faiss

        with self._lock:
            generation = self._library.generation()
            self._loaded = self._read(generation)
            if self._loaded is None and (made := self._build(generation)):
                self._loaded = made
                body = _SCALE.pack(made.scale) + faiss.serialize_index(made.codes).tobytes()
                derived.keep(self._file(), _MAGIC, generation, body)
                if self.model == self._chosen:
                    self._remove_others()

    def has_vectors(self) -> bool:
        """Tell whether there is anything to search, without loading FAISS."""
        if (generation := self._library.generation()) != self._looked_at:
            counts = covered(self._library, self._chosen)
            usable = [model for model in counts if model == self._chosen or self._runs(model)]
            self.model = max(usable, key=lambda model: (counts[model], model == self._chosen))
            self._looked_at = generation
        return self._library.has_vectors(self.model)

    def nearest(
        self, queries: "NDArray[np.float32]", n: int, among: "NDArray[np.int64] | None" = None
    ) -> "NDArray[np.int64]":
        """Return the rowids of the entries nearest to some queries: those of the first query first, the nearest first.

        Args:
            queries: [queries, dims].
            n: How many for each query.
            among: Only these entries, by rowid.

        Raises:
            LibraryError: The library cannot be read.
        """
        import faiss
        import numpy as np

        loaded = self._refreshed()
        if loaded is None or queries.shape[1] != loaded.codes.d:
            return np.zeros(0, np.int64)
        parameters = None
        if among is not None:
            selector = faiss.IDSelectorBatch(among)
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # SWIG hides the fields
        # FAISS rounds queries to integers, too.
        scaled = queries * (_LARGEST / np.maximum(np.abs(queries).max(axis=1, keepdims=True), _TINY))
        _, rowids = loaded.codes.search(scaled, n, params=parameters)
        found: NDArray[np.int64] = rowids[rowids >= 0]
        return found

    def vectors(self, rowids: "NDArray[np.int64]") -> "NDArray[np.float32]":
        """Return the vectors of entries, [entries, dims]; zeros for one that has none yet."""
        import numpy as np

        loaded = self._refreshed()
        if loaded is None:
            return np.zeros((len(rowids), 0), np.float32)
        found = np.zeros((len(rowids), loaded.codes.d), np.float32)
        place = np.minimum(np.searchsorted(loaded.rowids, rowids), len(loaded.rowids) - 1)
        known = loaded.rowids[place] == rowids
        if known.any():
            found[known] = loaded.codes.reconstruct_batch(rowids[known]) / np.float32(loaded.scale)
        return found

    def _refreshed(self) -> _Loaded | None:
        """Return the index as the library is now: as it was, from its file, or from the library's vectors.

        Nothing is written.
        """
        import faiss

        faiss.omp_set_num_threads(1)  # The cores belong to the models and the screen.
        with self._lock:
            generation = self._library.generation()
            if self._loaded is None or (self._loaded.generation, self._loaded.model) != (generation, self.model):
                self._loaded = self._read(generation) or self._build(generation)
            return self._loaded

    def _build(self, generation: int) -> _Loaded | None:
        import faiss
        import numpy as np

        model = self.model
        rows = self._library.vectors(model)
        if not rows:
            return None
        # A model that was exchanged for another one of the same name leaves vectors of two lengths: the newest counts.
        size = len(rows[-1][1])
        rows = sorted(row for row in rows if len(row[1]) == size)
        rowids = np.array([rowid for rowid, _ in rows], dtype="int64")
        matrix = np.frombuffer(b"".join(vector for _, vector in rows), dtype="<f4").reshape(len(rows), -1)
        scale = _LARGEST / max(float(np.abs(matrix).max()), _TINY)
        kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
        index = faiss.IndexIDMap2(faiss.IndexScalarQuantizer(matrix.shape[1], kind, faiss.METRIC_INNER_PRODUCT))
        index.add_with_ids(np.round(matrix * scale), rowids)
        return _Loaded(generation, model, index, rowids, scale)

    def _read(self, generation: int) -> _Loaded | None:
        """Return the index from its file; None when it has to be made."""
        import faiss
        import numpy as np

        model = self.model
        body = derived.load(self._file(), _MAGIC, generation)
        if body is None:
            return None
        try:
            index = faiss.deserialize_index(np.frombuffer(body[_SCALE.size :], dtype="uint8"))
        except RuntimeError:  # What FAISS raises for a file that another version of it wrote.
            return None
        rowids = faiss.vector_to_array(index.id_map)  # type: ignore[attr-defined]  # SWIG hides it
        return _Loaded(generation, model, index, rowids, *_SCALE.unpack_from(body))

    def _remove_others(self) -> None:
        """Remove the files of models that the library was embedded with before."""
        for file in self._folder.glob("vectors-*.faiss"):
            if file != self._file():
                file.unlink(missing_ok=True)

    def _file(self) -> Path:
        return self._folder / f"vectors-{self.model}.faiss"


def products(queries: "NDArray[np.float32]", vectors: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return the inner product of each query with each vector of an entry, [queries, entries].

    Entries that have no vector are taken to be as near as the others are on average; 0 where none has one, or where
    theirs are of another model.
    """
    import numpy as np

    known = vectors.any(axis=1)
    if queries.shape[1] != vectors.shape[1] or not known.any():
        return np.zeros((len(queries), len(vectors)), np.float32)
    found: NDArray[np.float32] = queries @ vectors.T
    found[:, ~known] = found[:, known].mean(axis=1, keepdims=True)
    return found


def merged(views: Sequence[bytes]) -> bytes:
    """Return the vector of an entry: the weighted sum of those of its views.

    The inner product of a question with it is the weighted sum of those with the views, for the price of one. An entry
    with one view only has all the weight in it.

    Args:
        views: Little-endian float32, all of one length.
    """
    import numpy as np

    weights = load().views
    matrix = np.stack([np.frombuffer(view, dtype="<f4") for view in views])
    shares = np.array(weights if len(views) == len(weights) else [sum(weights) / len(views)] * len(views), "<f4")
    return bytes((shares @ matrix).tobytes())
