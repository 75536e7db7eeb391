"""The chat pane: questions below, answers above."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from functools import partial
from itertools import takewhile

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from engine import Context, Engine, Event, FactsReady, Outgoing, RungName, SpecdeckError, SpecInfo, redact_text
from tui.app.text import MUTED, count, plain
from tui.app.views.entry import contents
from tui.app.views.line import BLANK, Line
from tui.app.widgets.add_form import AddForm
from tui.app.widgets.exchange import Exchange
from tui.app.widgets.lines import Lines
from tui.app.widgets.prompt import Prompt
from tui.app.work import start

LISTED = 8
"""Specs that are named before the first question; a library may have thousands."""
KEPT = 50
"""Questions with their answers that stay on the screen. Beyond it every key press would get slower."""


class ChatPane(Vertical):
    """Asks the engine and shows what comes back.

    Args:
        engine: Answers.
        clock: Seconds, monotonic.
        flush_s: Pace at which prose is drawn.
        consent: Shows what would be sent, and asks whether it may be.
    """

    BORDER_TITLE = "F2 Chat"
    BINDING_GROUP_TITLE = "Chat"
    BINDINGS = [
        Binding("ctrl+l", "ask_again", "Ask anew", show=False, id="chat.again",
                tooltip="Have the last question answered anew, whatever was written for it before"),
        Binding("ctrl+r", "ask_by('remote')", "Remote", id="chat.remote",
                tooltip="Ask the remote model what is typed, else the last question again"),
        Binding("ctrl+g", "ask_by('local')", "Local", show=False, id="chat.local",
                tooltip="Ask the local model what is typed, else the last question again"),
        Binding("pageup", "scroll(-1)", "Page up", show=False, id="chat.up", tooltip="Scroll the answers up"),
        Binding("pagedown", "scroll(1)", "Page down", show=False, id="chat.down", tooltip="Scroll the answers down"),
    ]  # fmt: skip

    class OpenEntry(Message):
        """The user wants to see what is cited: `SPEC:METHOD /path`, `SPEC:guide.md:12`."""

        def __init__(self, ref: str) -> None:
            super().__init__()
            self.ref = ref

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], float],
        flush_s: float,
        consent: Callable[[Outgoing], Awaitable[bool]],
    ) -> None:
        super().__init__(id="chat", classes="pane")
        self._engine = engine
        self._clock = clock
        self._flush_s = flush_s
        self._consent = consent
        self._opened = asyncio.Event()
        self._exchange: Exchange | None = None
        self._following = False
        self._worker: Worker[None] | None = None
        self._consents: dict[tuple[str, str], bool] = {}
        self._start = Container(Lines([Line(plain("Opening the library", MUTED))]), id="start")
        self._transcript = VerticalScroll(self._start, id="transcript", can_focus=False)
        self._bar = Horizontal(id="ask")
        self._prompt = Prompt("Ask how to do something with an API", id="prompt")

    def compose(self) -> ComposeResult:
        yield self._transcript
        with self._bar:
            yield Lines([Line(plain(">", "bold $text-primary"))], id="ask-mark")
            yield self._prompt

    def on_mount(self) -> None:
        self._ticker = self.set_interval(self._flush_s, self._tick, pause=True)

    # What the app tells it -----------------------------------------------------------------------------------------

    def focus_pane(self) -> None:
        """Put the cursor where typing goes: the sample's button on a first run, else the question."""
        first = self.query("#add-sample")
        (first.first() if first and not self._prompt.text else self._prompt).focus()

    async def show_library(self, specs: list[SpecInfo]) -> None:
        """Tell the pane that the library is open, and what is in it."""
        self._opened.set()
        if self._exchange:
            return
        await self._start.remove_children()
        if specs:
            await self._start.mount(Lines(_hint(specs)))
        else:
            await self._start.mount(AddForm(self._engine, self._clock, _WELCOME))

    async def show_failure(self, error: SpecdeckError) -> None:
        """Say why the library cannot be opened."""
        self._prompt.disabled = True
        await self._start.remove_children()
        await self._start.mount(Lines([
            Line(plain(error), plain("! ", "bold $text-error")),
            Line(plain(error.hint, MUTED), Content("  ")),
        ]))  # fmt: skip

    def offer(self, question: str) -> None:
        """Put a question into the line for the user to complete and send."""
        self._prompt.fill(question)
        self._prompt.focus()

    def take_keys(self) -> None:
        """Put the cursor into the question at once, for keys that are on their way."""
        self.screen.set_focus(self._prompt)

    def stop(self) -> bool:
        """Stop the running answer, and give the question back if no word of it was written yet; or stop the adding.

        Returns:
            False when nothing was running.
        """
        if self._exchange is None or self._worker is None or self._worker.is_finished:
            return any(form.stop() for form in self._start.query(AddForm))
        self._worker.cancel()
        if not self._exchange.has_prose and not self._prompt.text:
            self.offer(self._exchange.question)
        return True

    def ask(self, question: str, rung: RungName | None = None, again: Exchange | None = None) -> None:
        """Ask a question; a running answer is stopped first.

        Args:
            question: What the user wants to know.
            rung: Who alone is to write; see `QuestionsDoor.ask`.
            again: The answer that this is the question of: it is written anew, and follows what that followed.
        """
        self._exchange = Exchange(redact_text(question), self._clock)
        self._following = False
        answer = partial(self._answer, self._exchange, self._worker, rung, again)
        self._worker = start(self.app, answer, "answer")

    def action_ask_again(self) -> None:
        """Have the last question answered anew."""
        if last := self._exchange:
            self.ask(last.question, again=last)

    def action_ask_by(self, rung: RungName) -> None:
        """Ask one model what is typed; where nothing is, the question that has the focus again, or the last one."""
        if question := self._prompt.take():
            self.ask(question, rung)
        elif last := self._chosen():
            self.ask(last.question, rung, last)

    def _chosen(self) -> Exchange | None:
        focused = self.screen.focused
        around = focused.ancestors_with_self if focused else ()
        return next((one for one in around if isinstance(one, Exchange)), self._exchange)

    def action_scroll(self, pages: int) -> None:
        """Scroll the answers by pages, also while a question is typed."""
        if pages < 0:
            self._transcript.scroll_page_up()
        else:
            self._transcript.scroll_page_down()

    # What happens in it --------------------------------------------------------------------------------------------

    @on(Prompt.Submitted)
    def _asked(self, event: Prompt.Submitted) -> None:
        event.stop()
        self.ask(event.question)

    @on(Exchange.OpenEntry)
    def _open(self, event: Exchange.OpenEntry) -> None:
        event.stop()
        self.post_message(self.OpenEntry(event.ref))

    async def _answer(
        self, exchange: Exchange, running: Worker[None] | None, rung: RungName | None, again: Exchange | None
    ) -> None:
        if running is not None:
            running.cancel()
            with suppress(WorkerCancelled, WorkerFailed):
                await running.wait()
        self._start.display = False
        before = takewhile(lambda one: one is not again, self._transcript.query(Exchange))
        earlier = [one.facts for one in before if one.facts]
        await self._transcript.mount(exchange)
        for old in list(self._transcript.query(Exchange))[:-KEPT]:
            await asyncio.shield(old.remove())  # a new question may cancel this, not the end of the widget
        if self._transcript.max_scroll_y:
            self._transcript.anchor()
        self._ticker.resume()
        self._tick()
        try:
            await self._opened.wait()
            answering = self._engine.questions.ask(
                exchange.question,
                rung=rung,
                context=Context(previous=tuple(earlier)),
                agree=partial(self._agree, rung),
                anew=again is not None,
            )
            async with aclosing(answering) as events:
                async for event in events:
                    await exchange.take(event)
                    self._follow(exchange, event)
        except SpecdeckError as error:
            exchange.fail(error)
        finally:
            if exchange.stage:  # cancelled, or ended without a word
                exchange.stop()
            self._ticker.pause()
            self.call_after_refresh(self._keep_up)
            # Long facts may hide the notice below them.
            self._bar.border_title = plain(f"! {exchange.notice}") if exchange.notice else None

    async def _agree(self, rung: RungName | None, outgoing: Outgoing) -> bool:
        """Ask whether something may be sent, the first time of a session.

        A no holds for what would be sent by itself; who asks the remote model by its key is asked anew.
        """
        whom = (outgoing.host, outgoing.model)
        if not (self._consents.get(whom) or (whom in self._consents and rung != "remote")):
            self._consents[whom] = await self._consent(outgoing)
        return self._consents[whom]

    def _follow(self, exchange: Exchange, event: Event) -> None:
        """Keep the question in sight while the facts are read; see `_keep_up` for the prose."""
        if isinstance(event, FactsReady):
            self._transcript.anchor(False)
            self.call_after_refresh(self._show_top, exchange)

    def _keep_up(self) -> None:
        """Keep the end of the prose in sight while it is written.

        Not while everything fits: Textual would push it down to the lower edge.
        """
        if self._exchange and self._exchange.has_prose and not self._following and self._transcript.max_scroll_y:
            self._following = True
            self._transcript.anchor()

    def _show_top(self, exchange: Exchange) -> None:
        if not self._following:
            self._transcript.scroll_to_widget(exchange, top=True, animate=False, immediate=True)

    def _tick(self) -> None:
        if self._exchange:
            self._exchange.tick()
            self._keep_up()
            if stage := self._exchange.stage:
                self._bar.border_title = plain(f"{stage} · Esc stops")


_WELCOME = [
    Line(plain("Welcome to specdeck", "bold")),
    BLANK,
    Line(plain("Read an API specification or a guide once, then ask it, browse it and take requests away.")),
    Line(plain("Everything stays on this machine.", MUTED)),
]


def _hint(specs: Sequence[SpecInfo]) -> list[Line]:
    rows = [Line(plain(f"{spec.title}  ", "bold") + plain(contents([spec]), MUTED)) for spec in specs[:LISTED]]
    if rest := specs[LISTED:]:
        rows.append(Line(plain(f"and {count(len(rest), 'more spec')}  {contents(rest)}", MUTED)))
    return [
        *rows,
        BLANK,
        Line(plain("Ask in your own words, such as “How do I create an issue?”", MUTED)),
        Line(plain("F3 goes to the operations, / filters them, F1 lists all keys.", MUTED)),
    ]
