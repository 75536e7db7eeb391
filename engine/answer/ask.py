"""One question from end to end: search, facts, prose, checks; told as events."""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from engine.answer.checking.loops import repeats
from engine.answer.choice import Choice, choose
from engine.answer.context import NOTHING, Context
from engine.answer.excerpts import excerpts
from engine.answer.facts import compose, in_full
from engine.answer.fitted import fitted
from engine.answer.flow import with_flow
from engine.answer.given import check_sent_in, left_over
from engine.answer.intent import route
from engine.answer.ladder import Agree, Began, Heard, agreed, chosen, climb
from engine.answer.parts import Parts
from engine.answer.passages import quoted
from engine.answer.pinned import operation_at, pinned_in
from engine.answer.prompt import WHOLE, messages, safe
from engine.answer.records import (
    Answer,
    Cached,
    Done,
    Event,
    Facts,
    FactsReady,
    Notice,
    Offer,
    Prose,
    RungName,
    Segment,
    Stage,
)
from engine.answer.remembered import Asked
from engine.answer.routing import Question, meant
from engine.answer.telling import telling
from engine.answer.told import Intent
from engine.answer.trace import Trace, traced_hits
from engine.answer.whole.compute import whole
from engine.calls.source import Source, from_library
from engine.dialogue.followup import Shown, Turn, standalone
from engine.english.explaining import asks_for_words
from engine.library.sessions import Attached
from engine.models.protocol import Message, Usage
from engine.search.search import Ranking

if TYPE_CHECKING:
    from engine.answer.checking.ground import Grounder

log = logging.getLogger(__name__)

_RANKED = 20
"""Entries among which the operations and passages are looked for."""
PATIENCE_S = 0.08
"""How long the facts wait for search by meaning. A warm embedder needs a tenth of it; a cold one would need seconds."""


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """How the prose comes about; see `QuestionsDoor.ask`."""

    rung: RungName | None = None
    agree: Agree = agreed
    anew: bool = False
    prose: bool = False


USUAL = Writing()


async def ask(  # noqa: PLR0913 - see `QuestionsDoor.ask`
    parts: Parts,
    question: str,
    spec: str | None,
    *,
    writing: Writing = USUAL,
    context: Context = NOTHING,
    intent: Intent | None = None,
    media_type: str = "",
) -> AsyncGenerator[Event, None]:
    """Answer a question; see `QuestionsDoor.ask`."""
    pinned = await asyncio.to_thread(pinned_in, parts.library, context.pinned, spec)
    turns = [Turn("", tuple(Shown(one.spec, one.operation.key, one.operation.summary) for one in pinned))]
    understood = standalone(question, [*turns, *(_turn(facts, spec) for facts in context.previous)])
    meant_in = spec or understood.spec
    typed = Question(typed=question, query=understood.query, spec=meant_in, intent=intent, media_type=media_type)
    run = _Run(parts, typed, _Beside(pinned, context.attached))
    async with aclosing(run.facts()) as events:
        async for event in events:
            yield event
    check_sent_in(media_type, run.found.operations)
    if writing.rung != "facts" and run.on_topic:
        if not safe(run.found):
            yield Notice("No model is asked: the name of the operation reads as an order to one")
        elif not run.wants(writing):
            for offer in run.instead():
                yield offer
        elif recalled := None if writing.anew else await run.recall(writing):
            yield recalled
        else:
            async with aclosing(run.prose(writing)) as written:
                async for event in written:
                    yield event
    yield Done(await asyncio.to_thread(run.answer))


class _Beside(NamedTuple):
    """What is told whatever is found."""

    pinned: Sequence[Source]
    attached: Sequence[Attached]


class _Run:
    """One question while it is answered."""

    found: Facts
    """The facts, once `facts` is through."""

    def __init__(self, parts: Parts, asked: Question, beside: _Beside) -> None:
        self._parts = parts
        self._beside = beside
        self._asked = asked
        self._question, self._query, self._spec = asked.typed, asked.query, asked.spec
        self._choice: Choice | None = None
        self._ranking: Ranking | None = None
        self._prompt: Sequence[Message] = ()
        self._talk = asked.query == asked.typed
        self._started = time.perf_counter()
        self._timings: dict[str, float] = {}
        self._sources: list[Source] = []
        self._told: tuple[str, ...] = ()
        self._segments: list[Segment] = []
        self._text = ""
        self._repeats = False
        self._notices: list[str] = []
        self._grounder: Grounder | None = None
        self._writer = Began("facts", "")
        self._usage: Usage | None = None
        self._cached: Cached | None = None

    @property
    def on_topic(self) -> bool:
        """False when nothing was found that is about the question: then there is nothing to put in words."""
        return len(self.found.operations) > self.found.pinned and not self.found.note

    def wants(self, writing: Writing) -> bool:
        """Tell whether prose is asked for, or adds to the facts."""
        asked = writing.rung is not None or writing.prose or self._parts.prose == "always"
        return asked or (self._parts.prose == "auto" and self._has_work())

    def instead(self) -> Iterator[Offer]:
        """Yield who could write prose that nobody asked for."""
        for rung in chosen(self._parts.rungs, None)[:1] if self._parts.prose == "auto" else ():
            yield Offer(rung.name, usual=True)

    def _has_work(self) -> bool:
        """Tell whether words add to the facts.

        Those of a remote model do, which the user has switched on; so does an answer to a question that asks for
        words, where the operation says something beside its summary.
        """
        remote = any(rung.name == "remote" for rung in chosen(self._parts.rungs, None))
        return remote or bool(asks_for_words(self._query) and self._told)

    async def facts(self) -> AsyncGenerator[Event, None]:
        """Find the operations and compose the facts: by words alone where meaning keeps them waiting, then again."""
        yield Stage("searching")
        of_all = self._asked.intent in (None, "whole")
        if of_all and (told := await asyncio.to_thread(whole, self._parts.library, self._query, self._spec)):
            otherwise = route(self._query, "whole").otherwise
            self.found = Facts(self._question, "whole", (), "words", whole=told, otherwise=otherwise)
            self._lap("facts")
            yield FactsReady(self.found)
            return
        rankings = self._parts.searcher.rankings(self._query, n=_RANKED, spec=self._spec, patience_s=PATIENCE_S)
        async with aclosing(rankings):
            async for ranking in rankings:
                first = self._choice is None
                if first:
                    self._lap("search")
                    self._parts.metrics.search_ms.append(self._timings["search"])
                changed = await asyncio.to_thread(self._compose, ranking)
                if first:
                    self._lap("facts")
                if changed:
                    yield FactsReady(self.found)

    async def recall(self, writing: Writing) -> Prose | None:
        """Return what the model that is asked first wrote before, checked anew; None where it did not."""
        prompt = self._messages(WHOLE)
        for rung in chosen(self._parts.rungs, writing.rung)[:1]:
            writer = Began(rung.name, rung.model)
            if recalled := await self._parts.answers.find(self._decided_by(prompt, writer)):
                grounder = self._grounder = await asyncio.to_thread(self._make_grounder)
                self._writer, self._cached = writer, recalled.cached
                self._lap("first_token")
                segments = await asyncio.to_thread(grounder.feed, recalled.text)
                return self._checked([*segments, *await asyncio.to_thread(grounder.finish)])
        return None

    async def prose(self, writing: Writing) -> AsyncGenerator[Event, None]:
        """Let a model write, and check what it writes."""
        grounder = self._grounder = await asyncio.to_thread(self._make_grounder)
        rungs = chosen(self._parts.rungs, writing.rung)
        spare = [one.name for one in chosen(self._parts.rungs, None) if one not in rungs]
        async with aclosing(climb(rungs, self._messages, spare=spare, agree=writing.agree)) as events:
            async for event in events:
                if segments := await asyncio.to_thread(self._ready, grounder, event):
                    yield self._checked(segments)
                if isinstance(event, str) and repeats(self._text):
                    self._repeats = True
                    break
                match event:
                    case Began():
                        self._writer = event
                        self._lap("first_token")
                        yield Stage("writing")
                    case Stage() | Offer():
                        yield event
                    case Notice():
                        self._notices.append(event.sentences)
                        yield event
                    case Usage():
                        self._measure(event)
        if segments := await asyncio.to_thread(grounder.finish):
            yield self._checked(segments)
        if self._usage and not grounder.doubtful:
            await self._parts.answers.keep(
                self._decided_by(messages(self.found, WHOLE, self._told), self._writer), self._text
            )

    def _ready(self, grounder: "Grounder", event: Heard) -> list[Segment]:
        """Return what of the model's text is checked now; before a notice that is all that was written.

        It blocks: what the text says of other operations is looked up in the library.
        """
        if isinstance(event, str):
            self._text += event
            return grounder.feed(event)
        return grounder.finish() if isinstance(event, Notice) else []

    def _decided_by(self, prompt: Sequence[Message], writer: Began) -> Asked:
        return Asked(
            question=self._query,
            spec=self._spec,
            rung=writer.rung,
            model=writer.model,
            prompt=prompt,
            by_meaning=self.found.search == "words and meaning",
        )

    def _messages(self, tokens: int) -> Sequence[Message]:
        """Return what a model is asked, within so many tokens."""
        self._prompt = messages(self.found, tokens, self._told)
        return self._prompt

    def answer(self) -> Answer:
        """Return the whole answer, its facts with all fields: these were not needed at first."""
        self._lap("total")
        cited = self._grounder.cited if self._grounder else {}
        return Answer(
            question=self._question,
            intent=self.found.intent,
            rung=self._writer.rung,
            model=self._writer.model,
            facts=in_full(self.found, self._sources),
            prose="".join(segment.marked for segment in self._segments).strip(),
            folded=self._repeats or (self._grounder is not None and self._grounder.doubtful),
            repeats=self._repeats,
            citations={str(number): ref for number, ref in sorted(cited.items())},
            unverified=tuple(self._grounder.unverified) if self._grounder else (),
            corrections=self._grounder.corrections if self._grounder else {},
            notice=" ".join(self._notices),
            timings_ms=self._timings,
            usage=self._usage,
            cached=self._cached,
            trace=self._trace(self._ranking) if self._ranking else None,
        )

    def _trace(self, ranking: Ranking) -> Trace:
        request, checked = uuid.uuid4().hex[:12], self._grounder
        if self._notices:
            log.info("answer %s: %s", request, " ".join(self._notices))
        return Trace(
            request=request,
            intent=self.found.intent,
            searched=self._query,
            spec=self._spec,
            clauses=ranking.asked.question.clauses,
            one_api=round(ranking.one_api, 3),
            mode=ranking.mode,
            without=ranking.note,
            hits=traced_hits(self._parts.library, ranking, [one.ref for one in self.found.operations]),
            rung=self._writer.rung,
            model=self._writer.model,
            prompt=tuple(self._prompt) if self._grounder else (),
            cached=self._cached is not None,
            usage=self._usage,
            passed=checked.verified if checked else (),
            failed=dict.fromkeys(checked.unverified, "") | checked.corrections if checked else {},
            notices=tuple(self._notices),
            timings_ms=dict(self._timings),
        )

    def _compose(self, ranking: Ranking) -> bool:
        """Compose the facts; return False where those that are there speak of the same, or of nothing, too."""
        library = self._parts.library
        choice = choose(library, ranking, self._spec, talk=self._talk)
        if choice.operations and not choice.steps:
            ranking = fitted(ranking, self._query, partial(from_library, library))
            choice = choose(library, ranking, self._spec, talk=self._talk)
        if choice == self._choice:
            return False
        nothing_again = self._choice is not None and self._choice.nothing and choice.nothing
        self._choice, self._ranking = choice, ranking
        first = meant(library, self._asked, choice, ranking)
        self._sources = list(first.sources)
        self._told = telling(self._sources[0].operation, self._query) if self._sources else ()
        found = {source.ref for source in self._sources}
        pinned = [source for source in self._beside.pinned if source.ref not in found]
        self._sources += pinned
        facts = compose(
            self._question,
            self._sources,
            search=ranking.mode,
            note=first.note,
            understood=self._query if self._query != self._question else "",
            kind=first.routed.intent,
            media_type=self._asked.media_type,
        )
        self.found = msgspec.structs.replace(
            with_flow(facts, library, self._query, choice, self._sources),
            unplaced=left_over(facts.operations[: max(choice.steps, 1)]),
            passages=tuple(quoted(choice.passages, len(self._sources))),
            suggestions=choice.suggestions if first.note or not first.told else (),
            pinned=len(pinned),
            confidence=first.routed.confidence,
            told=first.told,
            otherwise=first.routed.otherwise,
            choices=choice.fitting,
            attached=excerpts(self._query, self._beside.attached),
        )
        return not nothing_again

    def _make_grounder(self) -> "Grounder":
        """Return what checks the prose. It is about the first operation; a field of another would be wrong there."""
        from engine.answer.checking.ground import Grounder  # and all its patterns, which the facts do not wait for
        from engine.answer.checking.vocabulary import vocabulary

        library, specs = self._parts.library, dict.fromkeys(source.spec for source in self._sources)
        known = vocabulary(
            self._sources[:1],
            [(spec, library.outline(spec)) for spec in specs],
            type_pointers=library.schema_pointers(self._sources[0].spec),
            lookup=partial(operation_at, library, tuple(specs)),
        )
        return Grounder(known, [*(one.ref for one in self.found.operations), *(one.ref for one in self.found.passages)])

    def _checked(self, segments: Sequence[Segment]) -> Prose:
        self._segments += segments
        return Prose(tuple(segments))

    def _measure(self, usage: Usage) -> None:
        self._parts.metrics.first_token_ms.append(usage.prefill_ms)
        if usage.tokens_per_s:
            self._parts.metrics.tokens_per_s.append(usage.tokens_per_s)
        self._usage = usage

    def _lap(self, name: str) -> None:
        self._timings[name] = round((time.perf_counter() - self._started) * 1000, 1)


def _turn(facts: Facts, spec: str | None) -> Turn:
    """Return an answer as a turn of the conversation. What is only near, or of another spec, is no topic."""
    found = facts.operations[: len(facts.operations) - facts.pinned]
    shown = [Shown(one.spec, one.operation, one.summary) for one in found if spec in (None, one.spec)]
    return Turn(facts.understood or facts.question, () if facts.note else tuple(shown))
