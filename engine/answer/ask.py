"""One question from end to end: search, facts, prose, checks; told as events."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, suppress

from engine.answer.facts import compose
from engine.answer.ground import Grounder, Vocabulary
from engine.answer.ladder import Began, Rung, climb
from engine.answer.prompt import messages
from engine.answer.records import Answer, Done, Event, Facts, FactsReady, Notice, Prose, Segment, Stage
from engine.answer.source import Source, from_library
from engine.answer.vocabulary import vocabulary
from engine.library.store import Library
from engine.models.protocol import Usage
from engine.observe.metrics import Metrics
from engine.search.search import Ranking, Searcher

OPERATIONS = 3
"""How many operations the facts speak of: the closest, and two in case it is not what was meant."""
PATIENCE_S = 0.08
"""How long the facts wait for search by meaning. A warm embedder needs a tenth of it; a cold one would need seconds."""
FAR = 0.3
"""Cosine under which the nearest operation has nothing to do with a question (MiniLM; unrelated texts reach 0.2)."""


class Asker:
    """Answers questions.

    Args:
        library: What answers are made from.
        searcher: Finds operations.
        rungs: Who may write prose, in order.
        model: Name of the chat model.
        metrics: Told how fast the model was.
    """

    def __init__(
        self, library: Library, searcher: Searcher, rungs: Sequence[Rung], model: str, metrics: Metrics
    ) -> None:
        self._library = library
        self._searcher = searcher
        self._rungs = rungs
        self._model = model
        self._metrics = metrics

    async def ask(self, question: str, spec: str | None, *, prose: bool) -> AsyncIterator[Event]:
        """Answer a question; see `Engine.ask`."""
        started = time.perf_counter()
        timings: dict[str, float] = {}

        def lap(name: str) -> None:
            timings[name] = round((time.perf_counter() - started) * 1000, 1)

        yield Stage("searching")
        meaning = asyncio.create_task(self._searcher.rank(question, n=OPERATIONS, spec=spec, meaning=True))
        try:
            done, _ = await asyncio.wait({meaning}, timeout=PATIENCE_S)
            ranking = (
                meaning.result()
                if done
                else await self._searcher.rank(question, n=OPERATIONS, spec=spec, meaning=False)
            )
            lap("search")
            self._metrics.search_ms.append(timings["search"])
            sources, facts = await self._facts(question, ranking)
            lap("facts")
            yield FactsReady(facts)
            if not done:
                later = await meaning
                if _rowids(later) != _rowids(ranking):
                    sources, facts = await self._facts(question, later)
                    yield FactsReady(facts)
        finally:
            meaning.cancel()
            with suppress(asyncio.CancelledError):
                await meaning

        notices: list[Notice] = []
        segments: list[Segment] = []
        grounder = Grounder(
            await asyncio.to_thread(self._vocabulary, sources), [operation.ref for operation in facts.operations]
        )
        rung = "facts"
        if prose and facts.operations:
            yield Stage("loading the model")
            async with aclosing(climb(self._rungs, messages(facts))) as events:
                async for event in events:
                    new: list[Segment] = []
                    if isinstance(event, Began):
                        rung = event.rung
                        lap("first_token")
                        yield Stage("writing")
                    elif isinstance(event, Notice):
                        notices.append(event)
                        yield event
                    elif isinstance(event, Usage):
                        timings.update(self._measured(event))
                    else:
                        new = grounder.feed(event)
                    if new:
                        segments += new
                        yield Prose(tuple(new))
            if rest := grounder.finish():
                segments += rest
                yield Prose(tuple(rest))
        lap("total")
        yield Done(
            Answer(
                question=question,
                intent=facts.intent,
                rung=rung,
                model=self._model if rung != "facts" else "",
                facts=facts,
                prose="".join(segment.marked for segment in segments).strip(),
                folded=grounder.doubtful,
                citations={str(number): ref for number, ref in sorted(grounder.cited.items())},
                unverified=tuple(grounder.unverified),
                notice=" ".join(f"{notice.text}." for notice in notices),
                timings_ms=timings,
            )
        )

    async def _facts(self, question: str, ranking: Ranking) -> tuple[list[Source], Facts]:
        return await asyncio.to_thread(self._compose, question, ranking)

    def _compose(self, question: str, ranking: Ranking) -> tuple[list[Source], Facts]:
        sources = [
            from_library(self._library, stored.spec, stored.operation) for stored, _, _ in ranking.operations
        ]
        return sources, compose(question, sources, search=ranking.mode, note=self._note(ranking))

    def _note(self, ranking: Ranking) -> str:
        if not ranking.operations:
            if not self._library.has_operations():
                return "The library is empty; add a specification first"
            return "Nothing in the library fits these words"
        by_words = "words" in ranking.operations[0][2] or "named" in ranking.operations[0][2]
        if not by_words and ranking.nearest < FAR:
            return "Nothing in the library seems to be about this; these are the nearest operations"
        return ""

    def _vocabulary(self, sources: Sequence[Source]) -> Vocabulary:
        specs = dict.fromkeys(source.spec for source in sources)
        return vocabulary(sources, [(spec, self._library.outline(spec)) for spec in specs])

    def _measured(self, usage: Usage) -> dict[str, float]:
        self._metrics.first_token_ms.append(usage.prefill_ms)
        if usage.tokens_per_s:
            self._metrics.tokens_per_s.append(usage.tokens_per_s)
        return {
            "prompt_tokens": usage.prompt_tokens,
            "tokens": usage.tokens,
            "tokens_per_s": round(usage.tokens_per_s, 1),
        }


def _rowids(ranking: Ranking) -> list[int]:
    return [stored.rowid for stored, _, _ in ranking.operations]
