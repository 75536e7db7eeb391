"""Ask the questions of tests/questions/answers, and see what a person sees: the terminal's text, by code alone."""

import io
import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing, redirect_stdout
from statistics import fmean

import msgspec

from engine import Engine, Event, Facts, FactsReady
from scripts.bench.asked.cases import INTENTS, Case, known_as
from scripts.bench.retrieval.report import Row, Table
from tui.commands import render

DEPTH = 20
"""Hits that are looked at."""
UNSAID = "the specification does not say"
"""How an answer says that there is none."""
COLUMNS = ("n", "hit 1", "hit 5", "first", "five", "all", "value", "& right", "unsaid", "lines")
NOTES = (
    "hit 1, hit 5: a right operation among the hits; with steps, or several to compare, the share of them in five",
    "first, five, all: the same among the operations of the answer; all: every step is there",
    "value: every asked value is on the screen; & right: of the answers whose first operation is right, or needs none",
    f"unsaid: the answer says “{UNSAID}”",
)


class Reply(msgspec.Struct, frozen=True):
    """What came of a question."""

    case: Case
    hits: tuple[str, ...]
    """The hits, best first, as `SPEC:METHOD /path`."""
    shown: tuple[str, ...]
    """The operations of the answer, in its order."""
    screen: str
    """What the terminal shows."""

    @property
    def missing(self) -> list[str]:
        """The asked values that cannot be read on the screen."""
        return [value for value in self.case.asked if not is_on(self.screen, value)]

    @property
    def right(self) -> bool:
        """Whether the first operation of the answer is one of those that are needed, or none is."""
        return not self.case.needed or any(self.shown[:1] == (ref,) for step in _needed(self.case) for ref in step)

    def place(self, refs: Sequence[str], k: int) -> float:
        """Return the share of what is needed that is among the first `k` refs."""
        return fmean(any(ref in refs[:k] for ref in step) for step in _needed(self.case))

    @property
    def says_unsaid(self) -> bool:
        """Whether the answer says that the specification does not say."""
        return UNSAID in " ".join(self.screen.lower().split())


def _needed(case: Case) -> list[list[str]]:
    """Return the alternatives of each step as the library names them."""
    if len(case.specs) > 1:
        return [list(step) for step in case.needed]
    return [[f"{known_as(case.specs[0])}:{operation}" for operation in step] for step in case.needed]


def is_on(screen: str, value: str) -> bool:
    """Return whether a value can be read in a text: a number or a word only where it is not a part of another."""
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", " ".join(screen.split()))
    wanted = re.escape(" ".join(value.split()))
    return re.search(rf"(?<!\w){wanted}(?!\w)" if re.fullmatch(r"[\w.]+", value) else wanted, plain) is not None


async def ask(engine: Engine, case: Case) -> Reply:
    """Ask one question, limited to its document where it has only one."""
    spec = known_as(case.specs[0]) if len(case.specs) == 1 else None
    found = await engine.questions.search(case.question, n=DEPTH, spec=spec)
    facts: list[Facts] = []

    async def noted(events: AsyncIterator[Event]) -> AsyncIterator[Event]:
        async for event in events:
            if isinstance(event, FactsReady):
                facts.append(event.facts)
            yield event

    screen = io.StringIO()
    async with aclosing(engine.questions.ask(case.question, spec=spec, rung="facts")) as events:
        with redirect_stdout(screen):
            await render.answer(noted(events), as_json=False, trace=False)
    shown = [one.ref for one in facts[-1].operations] if facts else []
    return Reply(case, tuple(hit.ref for hit in found.hits), tuple(shown), screen.getvalue())


def by_intent(title: str, replies: Sequence[Reply]) -> Table:
    """Return the figures: a row an intent, one for the questions without shared words, and one for all."""
    rows = [
        _row(intent, [reply for reply in replies if reply.case.intent == intent])
        for intent in INTENTS
        if any(reply.case.intent == intent for reply in replies)
    ]
    foreign = [reply for reply in replies if reply.case.foreign]
    sayable = [reply for reply in replies if reply.case.intent != "unsaid"]
    rows += [_row("no shared words", foreign)] if foreign else []
    rows += [_row("all but what is unsaid", sayable)] if sayable else []
    return Table(title=title, columns=COLUMNS, rows=tuple(rows), notes=NOTES)


def _row(label: str, replies: Sequence[Reply]) -> Row:
    finding = [reply for reply in replies if reply.case.needed and reply.case.intent != "unsaid"]
    valued = [reply for reply in replies if reply.case.asked]
    return Row(
        label,
        (
            len(replies),
            _mean(finding, lambda reply: reply.place(reply.hits, 1)),
            _mean(finding, lambda reply: reply.place(reply.hits, 5)),
            _mean(finding, lambda reply: reply.place(reply.shown, 1)),
            _mean(finding, lambda reply: reply.place(reply.shown, 5)),
            _mean(finding, lambda reply: reply.place(reply.shown, len(reply.shown)) == 1),
            _mean(valued, lambda reply: not reply.missing),
            _mean([reply for reply in valued if reply.right], lambda reply: not reply.missing),
            _mean(replies, lambda reply: reply.says_unsaid),
            _mean(replies, lambda reply: len(reply.screen.splitlines())),
        ),
    )


def _mean(replies: Sequence[Reply], figure: Callable[[Reply], float]) -> float | None:
    return fmean(map(figure, replies)) if replies else None


def over_apis(replies: Iterable[Reply]) -> Table:
    """Return how many of the steps of questions over several APIs are among the hits."""
    several = [reply for reply in replies if len(reply.case.specs) > 1 and reply.case.steps]
    figures = tuple(_mean(several, lambda reply, k=k: reply.place(reply.hits, k)) for k in (5, 10, DEPTH))
    return Table(
        title="Steps over several APIs",
        columns=("n", "@5", "@10", "@20"),
        rows=(Row("recall", (len(several), *figures)),),
    )
