"""Search by meaning: a FAISS index over the library's vectors, kept as a file that can always be made again."""

import struct
import threading
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from engine.library.store import Library
from engine.search.lexical import Ranked
from engine.settings import replace_file

if TYPE_CHECKING:
    import faiss

_HEADER = struct.Struct("<8sQQI")
"""Magic, generation of the library, length and CRC-32 of what follows."""
_MAGIC = b"specdek1"
_LEFT_OVER_S = 3600
"""Age at which an unfinished file is that of a process that was killed; writing takes a second or two."""


class VectorIndex:
    """Exact inner-product search over unit vectors (so: cosine). Methods block; call them from a thread.

    Args:
        library: Where the vectors are kept.
        model: Name of the embedding model.
        folder: Where the derived file is kept.
    """

    def __init__(self, library: Library, model: str, folder: Path) -> None:
        self._library = library
        self._model = model
        self._file = folder / f"vectors-{model}.faiss"
        self._lock = threading.Lock()
        self._generation = -1
        self._index: faiss.Index | None = None

    def has_vectors(self) -> bool:
        """Tell whether there is anything to search, without loading FAISS."""
        return self._library.has_vectors(self._model)

    def nearest(self, vector: bytes, n: int, spec: str | None = None) -> list[Ranked]:
        """Return the `n` operations nearest to a query vector, with their cosines.

        Args:
            vector: Little-endian float32, length 1.
            n: How many.
            spec: Only operations of this spec, where given.

        Raises:
            LibraryError: The library cannot be read.
        """
        import faiss
        import numpy as np

        faiss.omp_set_num_threads(1)  # The cores belong to the models and the screen.
        with self._lock:
            self._refresh()
            if self._index is None or self._index.ntotal == 0:
                return []
            query = np.frombuffer(vector, dtype="<f4").reshape(1, -1)
            if query.shape[1] != self._index.d:
                return []
            parameters = None
            if spec is not None:
                first, last = self._library.rowid_range(spec)
                selector = faiss.IDSelectorRange(first, last + 1)
                parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # SWIG hides the fields
            scores, rowids = self._index.search(query, n, params=parameters)
        found = zip(rowids[0].tolist(), scores[0].tolist(), strict=True)
        return sorted(
            (Ranked(*pair) for pair in found if pair[0] >= 0), key=lambda ranked: (-ranked.score, ranked.rowid)
        )

    def _refresh(self) -> None:
        """Make the index match the library: as it is, from its file, or from the library's vectors."""
        generation = self._library.generation()
        if generation == self._generation:
            return
        self._index = self._read(generation)
        if self._index is None:
            self._index = self._build()
            if self._index is not None:
                self._write(self._index, generation)
        self._generation = generation

    def _build(self) -> "faiss.Index | None":
        import faiss
        import numpy as np

        rows = self._library.vectors(self._model)
        if not rows:
            return None
        # A model that was exchanged for another one of the same name leaves vectors of two lengths: the newest counts.
        size = len(rows[-1][1])
        rows = [row for row in rows if len(row[1]) == size]
        matrix = np.frombuffer(b"".join(vector for _, vector in rows), dtype="<f4").reshape(len(rows), -1)
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(matrix.shape[1]))
        index.add_with_ids(matrix, np.array([rowid for rowid, _ in rows], dtype="int64"))
        return index

    def _read(self, generation: int) -> "faiss.Index | None":
        """Return the index from its file; None when that is missing, stale or damaged."""
        import faiss
        import numpy as np

        try:
            data = self._file.read_bytes()
        except OSError:
            return None
        if len(data) < _HEADER.size:
            return None
        magic, made_at, length, checksum = _HEADER.unpack_from(data)
        body = memoryview(data)[_HEADER.size :]
        if magic != _MAGIC or made_at != generation or len(body) != length or zlib.crc32(body) != checksum:
            return None
        try:
            return faiss.deserialize_index(np.frombuffer(body, dtype="uint8"))
        except RuntimeError:  # What FAISS raises for a file that another version of it wrote.
            return None

    def _write(self, index: "faiss.Index", generation: int) -> None:
        """Keep the index. Where that cannot be done, it is made again by the next process."""
        import faiss

        body = faiss.serialize_index(index).tobytes()
        with suppress(OSError):
            replace_file(self._file, _HEADER.pack(_MAGIC, generation, len(body), zlib.crc32(body)), body)
            for aside in self._file.parent.glob(f".{self._file.name}.*"):
                if time.time() - aside.stat().st_mtime > _LEFT_OVER_S:
                    aside.unlink()
