"""Search as the façade offers it: words at once, meaning when the embedder answers, never an error for want of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import msgspec

from engine.errors import ModelError
from engine.library.records import Entry
from engine.library.store import Library
from engine.observe.metrics import Metrics
from engine.search.lexical import Ranked
from engine.search.query import CANDIDATES, hits, rank
from engine.search.records import Found
from engine.search.vectors import VectorIndex

_CACHED_QUESTIONS = 256


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """Entries for a question, best first, with score and reason."""

    entries: tuple[tuple[Entry, float, str], ...]
    mode: str
    nearest: float
    """Highest cosine of a vector; 0 without search by meaning."""


class Searcher:
    """Finds operations.

    Args:
        library: Where to look.
        index: The vectors.
        embed: Turns a question into its vector; raises ModelError when it cannot.
        metrics: Told how long searches took.
    """

    def __init__(
        self, library: Library, index: VectorIndex, embed: Callable[[str], Awaitable[bytes]], metrics: Metrics
    ) -> None:
        self._library = library
        self._index = index
        self._embed = embed
        self._metrics = metrics
        self._vectors: dict[str, bytes] = {}

    async def search(self, question: str, *, n: int, spec: str | None, meaning: bool) -> Found:
        """Return hits for a question; by words alone where there are no vectors, or no embedder."""
        started = time.perf_counter()
        ranking = await self.rank(question, n=n, spec=spec, meaning=meaning)
        ms = (time.perf_counter() - started) * 1000
        self._metrics.search_ms.append(ms)
        return Found(query=question, hits=hits(ranking.entries), mode=ranking.mode, ms=round(ms, 1))

    async def warm(self) -> None:
        """Load the embedder and the vectors ahead of the first question.

        Raises:
            ModelError: The embedder cannot be loaded.
        """
        if await asyncio.to_thread(self._index.has_vectors):
            vector = await self._embed("")
            await asyncio.to_thread(self._index.nearest, vector, 1)

    async def rank(self, question: str, *, n: int, spec: str | None, meaning: bool) -> Ranking:
        """Return the entries for a question."""
        vectors = await self._by_meaning(question, spec) if meaning else []
        entries = await asyncio.to_thread(rank, self._library, question, vectors, n, spec)
        return Ranking(
            entries=tuple(entries),
            mode="words and meaning" if vectors else "words",
            nearest=vectors[0].score if vectors else 0.0,
        )

    async def _by_meaning(self, question: str, spec: str | None) -> list[Ranked]:
        if not await asyncio.to_thread(self._index.has_vectors):
            return []
        vector = self._vectors.pop(question, None)
        if vector is None:
            self._metrics.cache_misses += 1
            try:
                vector = await self._embed(question)
            except ModelError:
                return []  # The mode tells that meaning had no part in it.
        else:
            self._metrics.cache_hits += 1
        self._vectors[question] = vector  # Put last: the first is the one used longest ago.
        if len(self._vectors) > _CACHED_QUESTIONS:
            del self._vectors[next(iter(self._vectors))]
        return await asyncio.to_thread(self._index.nearest, vector, CANDIDATES, spec)
