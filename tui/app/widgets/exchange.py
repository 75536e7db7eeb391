"""One question with its answer: facts at once, then a stage line, then prose."""

import asyncio
from collections.abc import Callable, Iterator

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Collapsible

from engine import (
    Answer,
    Done,
    Event,
    Exchanged,
    Facts,
    FactsReady,
    Intent,
    Notice,
    Offer,
    Prose,
    Segment,
    SpecdeckError,
    Stage,
    Trace,
)
from tui.app.text import MUTED, plain, seconds
from tui.app.views.beside import excerpt_lines
from tui.app.views.flow import flow_lines
from tui.app.views.line import BLANK, Line
from tui.app.views.prose import LEGENDS, prose_lines
from tui.app.views.told import taken_line, told_lines
from tui.app.views.whole import opened, whole_lines
from tui.app.widgets.choices import Choices
from tui.app.widgets.citing import Citing
from tui.app.widgets.facts import OperationCard
from tui.app.widgets.lines import Lines
from tui.app.widgets.quote import PassageCard
from tui.given import unplaced_line

OFFERS = {"remote": "Ctrl+R asks the remote model", "local": "Ctrl+G asks the local model"}
"""How a question is put to somebody else; see the keys of `ChatPane`."""


class ProseView(Citing):
    """The model's words. `c` copies them, a digit opens what has that number."""

    copied = ""

    @property
    def source(self) -> str:
        """What is copied: the words as the model wrote them, doubtful names marked, with what they cite."""
        return self.copied


class WholeCard(Citing):
    """An exact answer about whole APIs. A digit opens the row that has that number."""

    @property
    def source(self) -> str:
        """What is copied."""
        return "\n".join((line.lead + line.text).plain.rstrip() for line in self.lines)


class Exchange(Vertical):
    """Shows one question and the events of its answer.

    Args:
        question: As asked.
        clock: Seconds, monotonic.
        intent: What kind of question it is, where the user said so.
        spec: The only spec that is asked; all where empty.
    """

    BINDING_GROUP_TITLE = "Answer"
    BINDINGS = [
        Binding(
            str(n), f"open_citation({n})", f"Open [{n}]", show=False,
            id=f"citation.open-{n}", tooltip="Open what has that number",
        )
        for n in range(1, 10)
    ]  # fmt: skip

    class OpenEntry(Message):
        """The user wants to see an operation or a passage: `SPEC:METHOD /path`, `SPEC:guide.md:12`."""

        def __init__(self, ref: str) -> None:
            super().__init__()
            self.ref = ref

    def __init__(self, question: str, clock: Callable[[], float], intent: Intent | None = None, spec: str = "") -> None:
        super().__init__()
        self.spec = spec
        """The only spec that is asked; all where empty."""
        self.question = question
        self.intent = intent
        """What kind of question it is, where the user said so."""
        self._clock = clock
        self._began = clock()
        self._stage = "searching"
        self._running = True
        self.facts: Facts | None = None
        """The facts of the answer, once they have come."""
        self._refs: dict[int, str] = {}
        self._segments: list[Segment] = []
        self._drawn = 0
        self.notice = ""
        """What went wrong, in one sentence."""
        self.trace: Trace | None = None
        """How the answer came about, once it has ended."""
        mark = plain(f"{spec} > ".lstrip(), "bold $text-primary")
        self._question = Lines([Line(plain(question, "bold"), mark)], classes="question")
        self.choices = Choices()
        """The APIs that it fits about equally."""
        self._cards = Vertical(classes="cards")
        self._author = Lines(classes="author")
        self.prose = ProseView(classes="prose")
        """What the model writes."""
        self.prose.display = False  # and no stop for the focus, while there is nothing to read
        self._notices = Lines(classes="notices")
        self._state = Lines(classes="state")

    def compose(self) -> ComposeResult:
        yield self._question
        yield self.choices
        yield self._cards
        yield self._author
        yield self.prose
        yield self._notices
        yield self._state

    @property
    def stage(self) -> str:
        """What is going on and since when; empty when the answer has ended."""
        return f"{self._stage} · {seconds(self._clock() - self._began)}" if self._running else ""

    @property
    def has_prose(self) -> bool:
        """True once the model has written its first token."""
        return bool(self._segments)

    async def take(self, event: Event) -> None:
        """Show one event of the answer."""
        match event:
            case Stage():
                self._stage = event.name
            case FactsReady():
                await self._show_facts(event.facts)
            case Prose():
                self._segments += event.segments
            case Notice():
                self._notice(event.text, event.hint)
            case Offer():
                offer = OFFERS[event.rung] + (" to put this into words" if event.usual else "")
                self._notices.show([*self._notices.lines, Line(plain(offer, MUTED), Content("  "))])
            case Done():
                await self._finish(event.answer, _figures(event.answer))

    async def restore(self, said: Exchanged) -> None:
        """Show an exchange of another time."""
        when = said.asked.astimezone().strftime("%Y-%m-%d %H:%M")
        if (answer := said.answer) is None:
            self._end(f"{when} · no answer was kept")
            return
        await self._show_facts(answer.facts)
        self._refs |= {int(number): ref for number, ref in answer.citations.items()}
        self._segments = [Segment(answer.prose)] if answer.prose else []
        await self._finish(answer, when)

    @property
    def first(self) -> Citing | None:
        """The first part that cites something, where there is any."""
        return next((one for one in self.query(Citing) if one.display), None)

    def tick(self, *, draw: bool) -> None:
        """Draw what came since the last call. Called at a steady pace, so that a fast model costs no more.

        Args:
            draw: Whether anybody sees it; only that there is prose at all is shown to all.
        """
        if self._running and (draw or not self._drawn):
            self._draw()

    def stop(self) -> None:
        """Mark the answer as stopped by the user; what has come stays."""
        if self._drawn:
            self._author.show([Line(plain("Unfinished prose, checked against the spec", MUTED))])
        self._end(f"stopped after {seconds(self._clock() - self._began)}")

    def fail(self, error: SpecdeckError) -> None:
        """Show why there is no answer."""
        self._notice(str(error), error.hint)
        self._end("failed")

    def action_open_citation(self, number: int) -> None:
        """Ask for what has this number."""
        if ref := self._refs.get(number):
            self.post_message(self.OpenEntry(ref))

    def on_citing_opened(self, event: Citing.Opened) -> None:
        event.stop()
        self.action_open_citation(event.citation)

    async def _show_facts(self, facts: Facts) -> None:
        self.facts = facts
        self._refs = {one.citation: one.ref for one in facts.operations}
        self._refs |= {one.citation: one.ref for one in facts.passages}
        operations, passages = list(self._cards.query(OperationCard)), list(self._cards.query(PassageCard))
        told = told_lines(facts)
        beside = [flow_lines(facts, one.citation) for one in facts.operations]
        beside[:1] = [[*told, *lines] for lines in beside[:1]]
        for card, operation, lines in zip(operations, facts.operations, beside, strict=False):
            card.replace(operation, lines)
        for quote, passage in zip(passages, facts.passages, strict=False):
            quote.replace(passage)
        for old in (*operations[len(facts.operations) :], *passages[len(facts.passages) :]):
            await asyncio.shield(old.remove())  # a new question may cancel this, not the end of the widget
        kept = len(operations)
        more = [
            OperationCard(one, brief=number > 0 or facts.to_the_point, told=beside[number])
            for number, one in enumerate(facts.operations[kept:], kept)
        ]
        quotes = self._cards.query(PassageCard)
        await self._cards.mount_all(more, before=quotes.first() if quotes else None)
        await self._cards.mount_all(map(PassageCard, facts.passages[len(passages) :]))
        said = [Line(plain(f"understood as: {facts.understood}", MUTED), Content("  "))] if facts.understood else []
        said += [Line(plain(facts.note), Content("  "))] if facts.note else []
        said += [Line(plain(line, "$text-warning"), Content("  "))] if (line := unplaced_line(facts)) else []
        said += [Line(plain(f"{one.summary}  ") + plain(one.ref, MUTED), Content("  · ")) for one in facts.suggestions]
        said += excerpt_lines(facts.attached)
        said += [] if facts.operations else told
        said += [Line(plain("Steps, in calling order", MUTED), Content("  "))] if facts.steps else []
        said += [taken_line(facts)] if facts.told else []
        if facts.whole:
            self._refs |= opened(facts.whole)
            await self._cards.mount(WholeCard(whole_lines(facts.whole)))
        self._question.show([*self._question.lines[:1], *said])
        self.choices.offer(facts.choices)

    def _draw(self) -> None:
        if len(self._segments) == self._drawn:
            return
        if not self._drawn:
            self.prose.display = True
            self._author.show([Line(plain("Prose, being checked against the spec", MUTED))])
        self._drawn = len(self._segments)
        self._refs |= {segment.citation: segment.ref for segment in self._segments if segment.ref}
        self.prose.show(prose_lines(self._segments, self._refs.keys()))
        self.prose.copied = "".join(segment.marked for segment in self._segments).strip()

    async def _finish(self, answer: Answer, figures: str) -> None:
        self._draw()
        self.trace = answer.trace
        if self._drawn:
            who = "Remote prose" if answer.rung == "remote" else "Prose"
            lines = [f"{who} by {answer.model}, checked against the spec", *_remembered(answer)]
            self._author.show([Line(plain(line, MUTED)) for line in lines])
            self.prose.copied = answer.prose + _sources(answer)
        elif answer.facts.operations or answer.facts.passages or answer.facts.whole:
            self._author.show([Line(plain("Facts only, because" if self.notice else "Facts only", MUTED))])
        if answer.folded:
            self.prose.display = False
            why = "it repeats itself" if answer.repeats else "the spec does not have what it names"
            title = f"Draft folded away: {why}"
            await self.mount(
                Collapsible(Lines(self.prose.lines), title=title, collapsed_symbol="▸", expanded_symbol="▾"),
                after=self.prose,
            )
        self._end(figures)

    def _notice(self, text: str, hint: str = "") -> None:
        self.notice = text
        lead = plain("! ", "bold $text-warning")
        lines = [Line(plain(text), lead), *([Line(plain(hint, MUTED), Content("  "))] if hint else [])]
        self._notices.show([*self._notices.lines, *lines])

    def _end(self, state: str) -> None:
        self._draw()
        self._running = False
        kinds = {segment.kind for segment in self._segments}
        text = " · ".join(filter(None, [*(legend for kind, legend in LEGENDS.items() if kind in kinds), state]))
        self._state.show([*([BLANK] if self._drawn else []), Line(plain(text, MUTED))])


def _remembered(answer: Answer) -> Iterator[str]:
    """Yield what there is to say of prose that was not written now."""
    if cached := answer.cached:
        if cached.question != answer.question:
            yield f"Written for “{cached.question}”"
        yield f"Written {seconds(cached.age_s)} ago · Ctrl+L asks anew"


def _sources(answer: Answer) -> str:
    lines = [f"[{number}] {ref}" for number, ref in answer.citations.items()]
    return "\n\n" + "\n".join(lines) if lines else ""


def _figures(answer: Answer) -> str:
    """Return how long the answer took; a figure that was not measured is left out."""
    times = answer.timings_ms
    parts = [
        f"found by {answer.facts.search}" if answer.facts.operations or answer.facts.passages else "",
        f"first word {seconds(times['first_token'] / 1000)}" if times.get("first_token") else "",
        f"{answer.usage.tokens_per_s:.1f} tokens/s" if answer.usage and answer.usage.tokens_per_s else "",
        f"total {seconds(times['total'] / 1000)}" if times.get("total") else "",
    ]
    return " · ".join(filter(None, parts))
