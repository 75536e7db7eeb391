"""The chat pane: questions below, answers above."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial
from itertools import takewhile

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.worker import Worker

from engine import (
    Engine,
    FactsReady,
    Intent,
    Outgoing,
    RungName,
    SpecdeckError,
    SpecInfo,
    Trace,
    clean,
    redact_text,
)
from tui.app.keys import CHAT_KEYS
from tui.app.text import plain
from tui.app.views.beside import beside_lines
from tui.app.views.line import Line
from tui.app.views.start import invitation
from tui.app.widgets.add_form import AddForm
from tui.app.widgets.choices import Choices
from tui.app.widgets.citing import Citing
from tui.app.widgets.exchange import Exchange
from tui.app.widgets.facts import OperationCard
from tui.app.widgets.lines import Lines
from tui.app.widgets.offers import Offers
from tui.app.widgets.prompt import Prompt
from tui.app.widgets.start import Start
from tui.app.widgets.transcript import Transcript
from tui.app.work import ended, start
from tui.consents import Consents
from tui.conversation import COMMANDS, Conversation

SAVED_S = 1.0
"""Between two times that the draft is kept: what a crash may lose of it."""
KEPT = 50
"""Questions with their answers that stay on the screen. Beyond it every key press would get slower."""


MARK = "bold $text-primary"


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
    BINDINGS = CHAT_KEYS

    class TellTrace(Message):
        """The user wants to know how an answer came about."""

        def __init__(self, trace: Trace) -> None:
            super().__init__()
            self.trace = trace

    class Failed(Message):
        """What the user asked for cannot be done."""

        def __init__(self, error: SpecdeckError) -> None:
            super().__init__()
            self.error = error

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], float],
        flush_s: float,
        consent: Callable[[Outgoing], Awaitable[bool]],
    ) -> None:
        super().__init__(id="chat", classes="pane")
        self._conversation = Conversation(engine)
        self._engine = engine
        self._clock = clock
        self._flush_s = flush_s
        self._consents = Consents(consent)
        self._opened = asyncio.Event()
        self._exchange: Exchange | None = None
        self._worker: Worker[None] | None = None
        self._start = Start(engine, clock)
        self._beside = Lines(id="beside")
        self._beside.display = False
        self._transcript = Transcript(self._start, clock)
        self._bar = Horizontal(id="ask")
        self._specs = 0
        self._prompt = Prompt(invitation(0), id="prompt")
        self._mark = Lines([Line(plain(">", MARK))], id="ask-mark")

    def compose(self) -> ComposeResult:
        yield self._transcript
        yield self._beside
        with self._bar:
            yield self._mark
            yield self._prompt

    def on_mount(self) -> None:
        self._ticker = self.set_interval(self._flush_s, self._tick, pause=True)
        self.set_interval(SAVED_S, self._save)

    # What the app tells it -----------------------------------------------------------------------------------------

    def focus_pane(self) -> None:
        """Put the cursor where typing goes: the sample's button on a first run, else the question."""
        first = self.query("#add-sample")
        (first.first() if first and not self._prompt.text else self._prompt).focus()

    async def show_library(self, specs: list[SpecInfo]) -> None:
        """Tell the pane that the library is open, and what is in it."""
        self._specs = len(specs)
        if self._exchange is None:
            await self._start.show(specs)
        if not self._opened.is_set():
            await self.resume()
            self._opened.set()
        self._show_beside()

    async def resume(self, name: str = "") -> None:
        """Go on with a session, the last one without a name: what was said, the draft, and where it was read.

        Raises:
            NotFoundError: There is none of this name.
            LibraryError: The library cannot be read.
        """
        exchanges = await self._conversation.resume(name)
        state = self._conversation.state  # before the draft that is there now is noted in it
        await self._transcript.restore(exchanges, self._conversation.earlier)
        if not self._prompt.text:
            self._prompt.remember([one.question for one in exchanges])
            self._prompt.fill(state.draft)
        self._show_beside()
        if self._exchange is None and (shown := self._transcript.exchanges):
            self._exchange = shown[-1]
            self.call_after_refresh(self._transcript.return_to, state.top)

    async def change_session(self, name: str) -> None:
        """Leave this session and go on with another one; with a new one where there is no name.

        Raises:
            NotFoundError: There is none of this name.
            LibraryError: The library cannot be read.
        """
        self.stop()
        await ended(self._worker)
        await self.save()
        await self._transcript.keep(0)
        self._conversation.leave()
        self._exchange = None
        self._prompt.fill("")
        self._start.display = True
        self._transcript.tell_earlier(0)
        self._bar.border_title = None
        self._show_beside()
        await (self.resume(name) if name else self.show_library(await self._engine.library.specs()))
        self._prompt.focus()

    async def save(self) -> None:
        """Keep the draft, and what of the session is in sight, so that it can be resumed there."""
        if self._opened.is_set():
            self._note_state()
            await self._conversation.save()

    async def show_failure(self, error: SpecdeckError) -> None:
        """Say why the library cannot be opened."""
        self._prompt.disabled = True
        await self._start.show_failure(error)

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

    def _save(self) -> None:
        if self._opened.is_set():
            self._note_state()
            if self._conversation.is_changed:
                start(self.app, self._conversation.save, "save")

    def _note_state(self) -> None:
        self._conversation.change(draft=self._prompt.text, top=self._transcript.top if self.is_attached else 0)

    async def _show_earlier(self) -> None:
        top = len(self._transcript.exchanges)
        await self._transcript.restore(await self._conversation.before(), self._conversation.earlier)
        self.call_after_refresh(self._transcript.return_to, top)

    def _show_beside(self) -> None:
        spec = self._conversation.state.spec
        self._prompt.placeholder = invitation(self._specs, spec)
        self._mark.show([Line(plain(f"{spec} >".lstrip(), MARK))])
        lines = list(beside_lines(self._conversation.state))
        self._beside.display = bool(lines)
        self._beside.show(lines)

    async def _obey(self, command: str, rest: str) -> None:
        await self._opened.wait()
        try:
            obeyed = await self._conversation.obey(command, rest)
        except SpecdeckError as error:
            self.post_message(self.Failed(error))
            return
        self._show_beside()
        if obeyed.said:
            self.notify(clean(obeyed.said), markup=False)
        if obeyed.question:
            self.ask(obeyed.question)

    def ask(
        self,
        question: str,
        rung: RungName | None = None,
        again: Exchange | None = None,
        intent: Intent | None = None,
        spec: str = "",
    ) -> None:
        """Ask a question; a running answer is stopped first.

        Args:
            question: What the user wants to know.
            rung: Who alone is to write; see `QuestionsDoor.ask`.
            again: The answer that this is the question of: it is written anew, and follows what that followed.
            intent: What kind of question it is, where the user says so.
            spec: The only spec to ask; that of the answer, or of the session, where empty.
        """
        spec = spec or (again.spec if again else self._conversation.state.spec)
        self._exchange = Exchange(redact_text(question), self._clock, intent, spec)
        answer = partial(self._answer, self._exchange, self._worker, rung, again)
        self._worker = start(self.app, answer, "answer")

    def action_ask_again(self) -> None:
        """Have the last question answered anew."""
        if last := self._exchange:
            self.ask(last.question, again=last)

    def action_ask_otherwise(self) -> None:
        """Ask the question that has the focus, or the last one, as the next likely kind; from the last kind on anew."""
        if (last := self._chosen()) and last.facts and last.facts.otherwise:
            self.ask(last.question, again=last, intent=last.facts.otherwise[0])

    def action_ask_by(self, rung: RungName) -> None:
        """Ask one model what is typed; where nothing is, the question that has the focus again, or the last one."""
        if question := self._prompt.take():
            self.ask(question, rung)
        elif last := self._chosen():
            self.ask(last.question, rung, last)

    def action_trace(self) -> None:
        """Tell how an answer came about."""
        if (last := self._chosen()) and last.trace:
            self.post_message(self.TellTrace(last.trace))
        else:
            self.notify("There is no answer yet whose way could be told")

    def _chosen(self) -> Exchange | None:
        focused = self.screen.focused
        around = focused.ancestors_with_self if focused else ()
        return next((one for one in around if isinstance(one, Exchange)), self._exchange)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let Tab go from the question to the newest answer; everywhere else it goes on to the next part."""
        return action != "to_answer" or bool(self._prompt.has_focus and self._first)

    def action_to_answer(self) -> None:
        """Go to what the newest answer cites first, or to what is offered before the first question."""
        if first := self._first:
            first.focus()

    @property
    def _first(self) -> Citing | Offers | None:
        return self._exchange.first if self._exchange else self._start.offers

    def action_cite(self, number: int) -> None:
        """Open what has this number in the newest answer."""
        if self._exchange:
            self._exchange.action_open_citation(number)

    def action_scroll(self, pages: int) -> None:
        """Scroll the answers by pages, also while a question is typed."""
        if pages < 0 and self._conversation.earlier and not self._transcript.scroll_y:
            start(self.app, self._show_earlier, "earlier", exclusive=True)
        elif pages < 0:
            self._transcript.scroll_page_up()
        else:
            self._transcript.scroll_page_down()

    # What happens in it --------------------------------------------------------------------------------------------

    @on(Prompt.Submitted)
    def _asked(self, event: Prompt.Submitted) -> None:
        event.stop()
        command, *rest = event.question.split(maxsplit=1)
        if command in COMMANDS:
            start(self.app, partial(self._obey, command, "".join(rest)), "obey")
        elif self._exchange and self._exchange.choices.has(event.question):
            self._exchange.choices.action_pick(int(event.question))
        else:
            self.ask(event.question)

    @on(Offers.Asked)
    def _ask_offered(self, event: Offers.Asked) -> None:
        event.stop()
        self.ask(event.question)
        self._prompt.focus()

    @on(Choices.Picked)
    def _picked(self, event: Choices.Picked) -> None:
        event.stop()
        for last in (one for one in event.choices.ancestors if isinstance(one, Exchange)):
            self.ask(last.question, again=last, intent=last.intent, spec=event.spec)

    @on(OperationCard.Pinned)
    def _pinned(self, event: OperationCard.Pinned) -> None:
        event.stop()
        self._conversation.pin(event.ref)
        self._show_beside()

    async def _answer(
        self, exchange: Exchange, running: Worker[None] | None, rung: RungName | None, again: Exchange | None
    ) -> None:
        await ended(running)
        self._start.display = False
        await self._transcript.mount(exchange)
        if await self._transcript.keep(KEPT):
            self._conversation.earlier = 0  # what is gone comes back with the session
            self._transcript.tell_earlier(0)
        self._transcript.begin()
        self._ticker.resume()
        self._tick()
        try:
            await self._opened.wait()
            before = takewhile(lambda one: one is not again, self._transcript.exchanges)
            answering = self._conversation.answer(
                exchange.question,
                [one.facts for one in before if one.facts],
                rung=rung,
                agree=partial(self._consents.agree, rung),
                anew=again is not None,
                intent=exchange.intent,
                spec=exchange.spec or None,
            )
            async with aclosing(answering) as events:
                async for event in events:
                    await exchange.take(event)
                    if isinstance(event, FactsReady):
                        self._transcript.read_from(exchange)
        except SpecdeckError as error:
            exchange.fail(error)
        finally:
            if exchange.stage:  # cancelled, or ended without a word
                exchange.stop()
            self._ticker.pause()
            self.call_after_refresh(self._transcript.keep_up)
            # Long facts may hide the notice below them.
            self._bar.border_title = plain(f"! {exchange.notice}") if exchange.notice else None

    def _tick(self) -> None:
        """Draw what was written, unless the user has scrolled away from it, and say what goes on."""
        if exchange := self._exchange:
            seen = self._transcript.sees(exchange.prose)
            exchange.tick(draw=seen)
            self._transcript.keep_up()
            if stage := exchange.stage:
                below = "" if seen or not exchange.has_prose else " · the prose is below"
                self._bar.border_title = plain(f"{stage} · Esc stops{below}")
