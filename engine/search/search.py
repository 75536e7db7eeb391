"""Search as the façade offers it: words at once, meaning when the embedder answers, never an error for want of it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from functools import partial

import msgspec

from engine.english.spelling import english
from engine.errors import ModelError
from engine.library.store import Library
from engine.observe.metrics import Metrics
from engine.search.candidates import Matched
from engine.search.embeddings import Embeddings, Text
from engine.search.filters.facets import Facet, facets, matching
from engine.search.filters.where import Filter
from engine.search.hits import hits, listed
from engine.search.pipeline import Asked, Order, Ranked, Scope, ask, candidates, find, looked_up, matching_any
from engine.search.ranking import rerank
from engine.search.ranking.weights import load
from engine.search.records import Found, Hit, Mode
from engine.search.stepwise import LOOKED_AT, asks_for_several, in_steps
from engine.search.vectors import VectorIndex
from engine.search.words.terms import TermIndex

Embed = Callable[[Sequence[str | tuple[str, int, int]]], Awaitable[list[bytes]]]
"""From texts, or parts of texts with where they begin and end, to their vectors."""
LONG_PATIENCE_S = 20.0
"""How long whoever has the words then waits for meaning: twice what the slowest cold embedder (sentence-transformers)
needs. One that hangs must not keep the prose back."""
_CACHED_TEXTS = 1024
"""Vectors of parts of questions that are kept, 1.5 MB: those of some two hundred questions."""


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """Entries for a question, best first."""

    asked: Asked
    entries: tuple[Ranked, ...]
    one_api: float
    """How likely the question is about one API, and not each of its clauses about its own; 0 to 1."""
    mode: Mode
    note: str
    """Why meaning, or the reranker, had no part in it; empty where they had, or there is nothing of the kind."""
    missing: str
    """What the question refers to and is not there, in words; empty where there is nothing of the kind."""


class Searcher:
    """Finds operations.

    Args:
        library: Where to look.
        terms: The words.
        vectors: The vectors.
        embeddings: Has the vectors of questions; raises ModelError when it cannot.
        score: The cross-encoder, where the user has one.
        metrics: Told how long searches took.
    """

    def __init__(
        self,
        library: Library,
        terms: TermIndex,
        vectors: VectorIndex,
        embeddings: Embeddings,
        score: rerank.Score | None,
        metrics: Metrics,
    ) -> None:
        self._library = library
        self._terms = terms
        self._vectors = vectors
        self._embeddings = embeddings
        self._score = score
        self._metrics = metrics

    async def search(self, question: str, *, n: int, spec: str | None, meaning: bool, where: Filter | None) -> Found:
        """Return hits for a question; by words alone where there are no vectors, or no embedder.

        Without a question all that passes the filter is listed, in the order of the documents.
        """
        started = time.perf_counter()
        if where is not None and not question.strip():
            listed = await asyncio.to_thread(self._listed, n, spec, where)
            return Found(query=question, hits=listed, mode="words", ms=round((time.perf_counter() - started) * 1000, 1))
        return await self._found(
            question, await self.rank(question, n=n, spec=spec, meaning=meaning, where=where), started
        )

    async def stream(
        self, question: str, *, n: int, spec: str | None, where: Filter | None
    ) -> AsyncGenerator[Found, None]:
        """Yield the hits by words, then those by meaning too, which are not looked for before they are asked for."""
        started = time.perf_counter()
        async with aclosing(self.rankings(question, n=n, spec=spec, where=where)) as rankings:
            async for ranking in rankings:
                yield await self._found(question, ranking, started)
                started = time.perf_counter()

    async def rankings(
        self, question: str, *, n: int, spec: str | None, where: Filter | None = None, patience_s: float = 0.0
    ) -> AsyncGenerator[Ranking, None]:
        """Yield the entries by words first, then by meaning too: the one way in which an answer comes in two steps.

        Args:
            question: What is looked for.
            n: How many entries.
            spec: Only in this spec.
            where: Only what passes this filter.
            patience_s: Seconds that the words wait for meaning, which comes alone where it comes in time. For 0 it
                begins only when the second ranking is asked for: who types does not want it for every key.
        """
        started = time.monotonic()
        asked, scope, texts = await asyncio.to_thread(self._taken, question, spec, where)
        meant = asyncio.create_task(self._meant(texts)) if texts and patience_s else None
        try:
            matched = await asyncio.to_thread(looked_up, self._library, asked, scope)
            ranked = partial(self._ranked, n, asked, scope, matched)
            if meant:
                await asyncio.wait({meant}, timeout=max(0.0, started + patience_s - time.monotonic()))
            if not (meant and meant.done()):
                yield await ranked({}, "")
            if meant:
                await asyncio.wait({meant}, timeout=LONG_PATIENCE_S)
            if meant and meant.done():
                yield await ranked(*meant.result())
            elif not patience_s:
                yield await ranked(*await self._meant(texts))
        finally:
            if meant:
                meant.cancel()
                with suppress(asyncio.CancelledError):
                    await meant

    async def facets(self, question: str, *, spec: str | None, where: Filter | None) -> tuple[Facet, ...]:
        """Return what all matches of a question have in common, not only the best ones; without a question, of all."""

        def counted() -> tuple[Facet, ...]:
            scope = self._scope(spec, where)
            return facets(self._library, matching_any(self._library, self._terms.terms(), question, scope))

        return await asyncio.to_thread(counted)

    def prepare(self) -> None:
        """Make the files that the next process searches by, after the library has changed. Blocks; call it in a thread.

        Without them a search finds the same, and takes longer.

        Raises:
            LibraryError: The library cannot be read.
        """
        self._terms.prepare()
        self._vectors.prepare()

    async def warm(self) -> None:
        """Load the words, the embedder and the vectors ahead of the first question; their files are made if need be.

        Raises:
            ModelError: The embedder cannot be loaded.
        """
        await asyncio.to_thread(english)
        await asyncio.to_thread(self.prepare)
        await self.rank("warm up", n=1, spec=None, meaning=False)
        if await asyncio.to_thread(self._vectors.has_vectors):
            await self._embeddings.embed(["warm up"])
            await self.rank("warm up", n=1, spec=None, meaning=True)

    async def rank(
        self, question: str, *, n: int, spec: str | None, meaning: bool, where: Filter | None = None
    ) -> Ranking:
        """Return the entries for a question."""
        asked, scope, texts = await asyncio.to_thread(self._taken, question, spec, where)
        # The model works in a process of its own: meanwhile, and not before it has the texts, the words are looked up.
        (vectors, note), matched = await asyncio.gather(
            self._meant(texts if meaning else {}), asyncio.to_thread(looked_up, self._library, asked, scope)
        )
        return await self._ranked(n, asked, scope, matched, vectors, note)

    def _taken(self, question: str, spec: str | None, where: Filter | None) -> tuple[Asked, Scope, dict[str, Text]]:
        """Return a question as it is looked up, where, and what is embedded for its parts: nothing without vectors."""
        asked = ask(self._terms.terms(), question)
        texts = asked.question.embedded if self._vectors.has_vectors() else {}
        return asked, self._scope(spec, where), texts

    async def _ranked(
        self, n: int, asked: Asked, scope: Scope, matched: Matched, vectors: Mapping[str, bytes], note: str
    ) -> Ranking:
        """Return the entries by their words, and by the vectors of the question's parts where there are any."""
        several = asks_for_several(asked.question.clauses)
        most = max(n, rerank.TOP * (self._score is not None), LOOKED_AT * (several and scope.spec is not None))

        def found() -> Order:
            looked_at = candidates(asked, matched, self._vectors, vectors)
            return find(self._library, asked, looked_at, most, load())

        entries, one_api = await asyncio.to_thread(found)
        if several:  # Over all APIs what is further back is of others that have the same words.
            entries = in_steps(entries if scope.spec is not None else entries[:n])
        if self._score is not None:
            entries, reason = await self._reranked(asked.typed, entries)
            note = note or reason
        mode: Mode = "words and meaning" if vectors else "words"
        named = matched.named
        where = named.spec or scope.spec or "the library"
        missing = f"There is no {named.missing} in {where}" if named.missing else ""
        return Ranking(asked=asked, entries=tuple(entries[:n]), one_api=one_api, mode=mode, note=note, missing=missing)

    def _listed(self, n: int, spec: str | None, where: Filter) -> tuple[Hit, ...]:
        passing = matching(self._library, where, spec)[:n]
        return tuple(listed(entry) for entry in self._library.entries(passing))

    def _scope(self, spec: str | None, where: Filter | None) -> Scope:
        return Scope(spec, None if where is None else matching(self._library, where, spec))

    async def _found(self, question: str, ranking: Ranking, started: float) -> Found:
        """Return a ranking as hits, with the time since `started` (`perf_counter`)."""
        found = await asyncio.to_thread(hits, self._library, ranking.asked, ranking.entries)
        ms = (time.perf_counter() - started) * 1000
        self._metrics.search_ms.append(ms)
        return Found(
            query=question, hits=found, mode=ranking.mode, ms=round(ms, 1), note=ranking.missing or ranking.note
        )

    async def _meant(self, parts: Mapping[str, Text]) -> tuple[dict[str, bytes], str]:
        """Return the vectors of the parts of a question; none, and why, where the embedder cannot."""
        if not parts:
            return {}, ""
        try:
            vectors = await self._embeddings.of(dict.fromkeys(parts.values()))
        except ModelError as error:
            return {}, str(error)
        return {part: vectors[text] for part, text in parts.items()}, ""

    async def _reranked(self, question: str, entries: list[Ranked]) -> tuple[list[Ranked], str]:
        """Return the entries as the cross-encoder puts them."""
        named = sum(one.named for one in entries)
        made = await rerank.rerank(question, [one.entry.item for one in entries], self._score, named=named)
        ordered = []
        for place in made.order:
            relevance = made.relevance[place]
            one = entries[place]
            ordered.append(one if relevance is None else msgspec.structs.replace(one, relevance=relevance))
        return ordered, made.note
