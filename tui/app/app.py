"""The app: it puts the panes together and passes their messages on."""

import asyncio
import logging
import os
import time
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.actions import ActionParseResult
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.dom import DOMNode
from textual.events import Event, Key, MouseDown, Paste
from textual.notifications import SeverityLevel
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, OptionList, TextArea
from textual.worker import Worker, WorkerState

from engine import Engine, Outgoing, SpecdeckError, clean, redact_text
from tui.app.contrast import legible
from tui.app.keys import KEYS
from tui.app.panes.browser import BrowserPane
from tui.app.panes.chat import ChatPane
from tui.app.panes.health import HealthPane
from tui.app.signals import on_termination
from tui.app.widgets.add_form import AddForm
from tui.app.widgets.citing import Citing
from tui.app.widgets.exchange import Exchange
from tui.app.widgets.offers import Offers
from tui.app.widgets.status import StatusLine
from tui.app.widgets.tabs import Tab, Tabs
from tui.app.work import start

if TYPE_CHECKING:
    from tui.app.screens.search import Choice
    from tui.app.screens.sessions import Chosen

log = logging.getLogger(__name__)

FLUSH_S = 0.1
"""Pace of the prose. Twice as slow over SSH, which halves the bytes sent."""
PAGING = ("page_up", "page_down")
ASKED_AFTER = ("answer", "add")
"""Work that quitting would break off."""
TWICE_S = 3.0
"""Time in which what asks to be pressed again has to be."""


class SpecdeckApp(App[None], inherit_bindings=False):
    """Chat, specs and health on one screen.

    Args:
        engine: Not opened yet; the app opens it after the first frame and closes it at the end.
        clock: Seconds, monotonic.
    """

    TITLE = "specdeck"
    CSS_PATH = Path(__file__).with_name("app.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (120, "-wide"), (160, "-vast")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]
    BINDING_GROUP_TITLE = "Anywhere"
    BINDINGS = KEYS
    ENABLE_COMMAND_PALETTE = False  # Textual's own; see `screens/commands.py`

    def __init__(self, engine: Engine, *, clock: Callable[[], float] = time.monotonic) -> None:
        # NO_COLOR counts only when it is not empty (no-color.org). Textual counts any value, and it removes colour
        # altogether only when an ANSI theme is active from the start.
        if os.environ.get("NO_COLOR") == "":
            del os.environ["NO_COLOR"]
        self._colour = "NO_COLOR" not in os.environ
        super().__init__(ansi_color=None if self._colour else True)
        if not self._colour:
            self.theme = "ansi-dark"
        self.animation_level = "none"
        self._clock = clock
        self._engine = engine
        self._opened = asyncio.Event()
        self._interrupted = -TWICE_S
        flush_s = FLUSH_S * (2 if os.environ.get("SSH_CONNECTION") else 1)
        self._chat = ChatPane(engine, clock, flush_s, self._may_send)
        self._browser = BrowserPane(engine)
        self._health = HealthPane(engine)
        self._tabs = Tabs([Tab("chat", "F2", "Chat"), Tab("browser", "F3", "Specs"), Tab("health", "F4", "Health")])
        self._status = StatusLine(engine)

    def compose(self) -> ComposeResult:
        yield self._tabs
        yield Container(self._browser, self._chat, self._health, id="panes")
        yield self._status
        yield Footer(compact=True)

    def on_mount(self) -> None:
        on_termination(lambda code: self.exit(return_code=code))
        if keys := self._engine.settings.keys:
            from tui.app.doing import use_keymap

            use_keymap(self, keys)
        self.action_show_pane("chat")
        self.call_after_refresh(lambda: start(self, self._open, "open"))

    async def on_unmount(self) -> None:
        self.workers.cancel_all()
        await asyncio.gather(*(worker.wait() for worker in self.workers), return_exceptions=True)
        if self._opened.is_set():
            await self._chat.save()
            await self._engine.__aexit__(None, None, None)

    # The engine ----------------------------------------------------------------------------------------------------

    async def _open(self) -> None:
        try:
            await self._engine.__aenter__()
            self._opened.set()
            await self._show_library()
        except SpecdeckError as error:
            await self._chat.show_failure(error)
            return
        if count := self._engine.upgraded:
            self._say(f"The library was made by an older specdeck: indexed anew ({count:,} entries)")
        self._health.start()
        start(self, self._engine.models.warm, "warm")

    async def _show_library(self, spec: str = "") -> None:
        specs = await self._engine.library.specs()
        await self._browser.show_library(specs, spec)
        await self._chat.show_library(specs)
        if self.focused is None or not specs:
            self._chat.focus_pane()
        if any(info.embedded < info.entries for info in specs):
            self._status.learn()

    # What the panes say --------------------------------------------------------------------------------------------

    @on(Exchange.OpenEntry)
    def _open_entry(self, event: Exchange.OpenEntry) -> None:
        self._browser.open_cited(event.ref, self.focused)
        self._raise("browser")

    @on(BrowserPane.AskAbout)
    def _ask_about(self, event: BrowserPane.AskAbout) -> None:
        self._raise("chat")
        self._chat.offer(event.question)

    @on(BrowserPane.ListProblems)
    def _list_problems(self, event: BrowserPane.ListProblems) -> None:
        from tui.app.screens.problems import ProblemsScreen

        self.push_screen(ProblemsScreen(event.spec, event.problems), self._browser.open_place)

    @on(ChatPane.TellTrace)
    def _tell_trace(self, event: ChatPane.TellTrace) -> None:
        from tui.app.screens.trace import TraceScreen

        self.push_screen(TraceScreen(event.trace))

    @on(HealthPane.Looked)
    def _looked(self, event: HealthPane.Looked) -> None:
        self._status.show_rests(event.health.breakers)

    @on(BrowserPane.Failed)
    @on(ChatPane.Failed)
    def _failed(self, event: BrowserPane.Failed | ChatPane.Failed) -> None:
        self._tell(event.error)

    @on(StatusLine.Failed)
    def _failed_to_learn(self, event: StatusLine.Failed) -> None:
        self._tell(event.error, "Search goes by words only")

    @on(Citing.Copied)
    def _copied(self, event: Citing.Copied) -> None:
        self.copy_to_clipboard(event.text)

    @on(AddForm.Finished)
    async def _added(self, event: AddForm.Finished) -> None:
        outcome = event.outcome
        if outcome.whole and len(self.screen_stack) > 1 and event.form in list(self.screen.query(AddForm)):
            await self.pop_screen()
        if outcome.added:
            await self._show_library(outcome.added[0].info.name)
        if outcome.whole or not event.form.is_attached:  # else the form says it
            self._say(outcome.text, severity="information" if outcome.whole else "warning")
            self._chat.focus_pane()

    @on(Worker.StateChanged)
    def _worker_ended(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR and (error := event.worker.error):
            log.error("worker %s failed", event.worker.group, exc_info=error)
            self._say(redact_text(f"{type(error).__name__}: {error}"), "Something went wrong", "error")

    def _fatal_error(self) -> None:
        """End the app with the error and where it happened. Textual would show what variables held, secrets too."""
        error = self._exception
        log.error("the app ended", exc_info=error)
        self.bell()
        self.panic(Text(redact_text(clean("".join(traceback.format_exception(error))))))

    # Keys ----------------------------------------------------------------------------------------------------------

    async def on_event(self, event: Event) -> None:
        """Give the question what is typed or pasted where nothing takes it.

        Before it is passed on, not when it comes back from the focused widget, so that all keys stay in their order.
        """
        if isinstance(event, Key | Paste) and not event.is_forwarded and self._homeless(event):
            self._raise("chat")
            self._chat.take_keys()
        if not (isinstance(event, MouseDown) and self._is_gone(event)):
            await super().on_event(event)

    def _is_gone(self, event: MouseDown) -> bool:
        """Tell whether what was clicked has left the screen since it was drawn, of which Textual does not think."""
        widget, _ = self.screen.get_widget_and_offset_at(event.x, event.y)
        return widget is not None and widget is not self.screen and widget.parent is None

    def _homeless(self, event: Key | Paste) -> bool:
        """Tell whether text was typed, outside of dialogs, that the focused widget has no use for."""
        if len(self.screen_stack) > 1 or isinstance(self.focused, Input | TextArea):
            return False
        if isinstance(event, Paste):
            return True
        if not (event.is_printable and event.character and event.character.strip()):
            return False
        takes = self.focused is not None and self.focused.check_consume_key(event.key, event.character)
        return not takes and event.key not in self.screen.active_bindings

    def action_show_pane(self, name: str) -> None:
        """Bring a pane up and put the cursor into it."""
        self._raise(name)
        for pane in (self._chat, self._browser, self._health):
            if pane.id == name:
                pane.focus_pane()

    def action_list_actions(self, everything: bool) -> None:
        """List all actions with their keys, or what can be done here and now."""
        from tui.app.doing import list_actions

        list_actions(self, self._engine.settings.keys, everything=everything)

    def action_sessions(self) -> None:
        """List the sessions, to go on with one."""
        from tui.app.screens.sessions import SessionsScreen

        if self._opened.is_set():
            self.push_screen(SessionsScreen(self._engine), self._go_on)

    @on(Offers.Continued)
    def _go_on(self, chosen: "Chosen | Offers.Continued | None") -> None:
        if chosen:
            self._raise("chat")
            start(self, partial(self._change_session, chosen.name), "session", exclusive=True)

    async def _change_session(self, name: str) -> None:
        try:
            await self._chat.change_session(name)
        except SpecdeckError as error:
            self._tell(error)

    def action_add(self) -> None:
        """Ask for what to add."""
        from tui.app.screens.add import AddScreen

        if self._opened.is_set():
            self.push_screen(AddScreen(self._engine, self._clock))

    async def _may_send(self, outgoing: Outgoing) -> bool:
        from tui.app.screens.consent import consented
        from tui.app.views.sending import prompt_lines

        return await consented(self, "Send this to a remote model?", prompt_lines(outgoing), "Send it")

    def action_remote(self) -> None:
        """Turn the remote model on, once the user has read what that means; or off, at once."""
        if self._opened.is_set():
            start(self, self._turn_remote, "remote", exclusive=True)

    async def _turn_remote(self) -> None:
        from tui.app.remote import turned

        try:
            self._say(await turned(self, self._engine))
        except SpecdeckError as error:
            self._tell(error)

    def action_search(self, words: str = "") -> None:
        """Find operations; the dialog is as it was left, where no words are given."""
        from tui.app.screens.search import SearchScreen

        if not self.is_screen_installed("search"):
            self.install_screen(SearchScreen(self._engine, self._opened, lambda: self._browser.spec), "search")
        screen = self.get_screen("search", SearchScreen)
        if words:
            screen.look_for(words, self._browser.spec)
        self.push_screen(screen, self._found)

    def _found(self, choice: "Choice | None") -> None:
        if choice and choice.question:
            self._raise("chat")
            self._chat.offer(choice.question)
        elif choice:
            self._raise("browser")
            self._browser.open_entry(choice.ref)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys of a dialog to it: those of the search and of the sessions go before all others."""
        return action not in ("search", "sessions") or not isinstance(self.screen, ModalScreen)

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action, but turn no page of a list that is not laid out: Textual would look for its lines in vain."""
        paged = default_namespace if action in PAGING and isinstance(default_namespace, OptionList) else None
        if paged is not None and not paged.scrollable_content_region:
            return True
        return await super().run_action(action, default_namespace, namespaces)

    def action_learn(self) -> None:
        """Stop learning to find by meaning, or go on."""
        if self._status.stop():
            self._say("Stopped learning to find by meaning. F9 goes on from there")
        elif self._opened.is_set():
            self._status.learn()

    def action_stop(self) -> None:
        """Stop the running answer, or the adding."""
        self._chat.stop()

    def action_theme(self) -> None:
        """Change between dark and light."""
        kind = "textual" if self._colour else "ansi"
        self.theme = f"{kind}-light" if self.current_theme.dark else f"{kind}-dark"

    def action_interrupt(self) -> None:
        """Copy the selection, else stop the answer, else quit when pressed twice."""
        field = self.focused
        selected = field.selected_text if isinstance(field, Input | TextArea) else ""
        if selected := selected or self.screen.get_selected_text() or "":
            self.copy_to_clipboard(selected)
        elif not self._chat.stop():
            self._quit_when_asked_twice("Press ctrl+c again to quit")

    async def action_quit(self) -> None:
        """Quit; while something is written or added, when pressed twice. What was said and typed is kept."""
        if any(worker.group in ASKED_AFTER and not worker.is_finished for worker in self.workers):
            self._quit_when_asked_twice("Something is being written or added. Press ctrl+q again to quit")
        else:
            self.exit()

    def _quit_when_asked_twice(self, question: str) -> None:
        now = self._clock()
        if now - self._interrupted < TWICE_S:
            self.exit()
        self._interrupted = now
        self._say(question)

    def get_css_variables(self) -> dict[str, str]:
        """Return the theme's colours, those changed that could not be read."""
        self.theme_variables = legible(super().get_css_variables())
        return self.theme_variables

    def get_key_display(self, binding: Binding) -> str:
        """Return a key as it is printed on keyboards."""
        shown = super().get_key_display(binding)
        return shown.upper() if shown[:1] == "f" and shown[1:].isdigit() else shown

    def _raise(self, name: str) -> None:
        for pane in (self._chat, self._browser, self._health):
            pane.set_class(pane.id == name, "-active")
        self.query_one("#panes").set_class(name == "health", "-health")
        self._tabs.show(name)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text, as the fields do too, and say what became of it."""
        if text:
            self._clipboard = text
            start(self, partial(self._copy, text), "copy", exclusive=True)

    async def _copy(self, text: str) -> None:
        from tui.app.clipboard import copy

        self._say(await copy(text, self._engine.folders.state, self._send))

    def _send(self, sequence: str) -> None:
        if self._driver is not None:
            self._driver.write(sequence)

    def _tell(self, error: SpecdeckError, title: str = "") -> None:
        self._say(f"{error}\n{error.hint}", title, "warning")

    def _say(self, text: str, title: str = "", severity: SeverityLevel = "information") -> None:
        self.notify(clean(text), title=title, severity=severity, markup=False)
