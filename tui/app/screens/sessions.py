"""The sessions: chosen, searched, renamed, deleted."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from engine import Engine, SessionInfo, SpecdeckError, clean_line
from tui.app.screens.dialog import Dialog
from tui.app.text import MUTED, MUTED_BELOW_CURSOR, count, plain
from tui.app.views.line import Line
from tui.app.widgets.field import Field
from tui.app.widgets.lines import Lines
from tui.app.widgets.options import Options
from tui.app.work import start

HELP = "A word of a name, a question or an answer"
KEYS = "Enter opens · Ctrl+N new · F2 rename · Ctrl+D delete · Esc"


class Chosen(NamedTuple):
    """What the user wants to go on with."""

    name: str
    """Of a session; empty for a new one."""


class SessionsScreen(Dialog[Chosen]):
    """Lists the sessions, the last used first.

    Args:
        engine: Has them.
    """

    AUTO_FOCUS = "#session"
    BINDING_GROUP_TITLE = "Sessions"
    BINDINGS = [
        Binding("down", "move('cursor_down')", "Down", show=False, id="sessions.down", tooltip="Go down the sessions"),
        Binding("up", "move('cursor_up')", "Up", show=False, id="sessions.up", tooltip="Go up the sessions"),
        Binding("ctrl+n", "new", "New", show=False, priority=True, id="sessions.new", tooltip="Begin a new session"),
        Binding("f2", "rename", "Rename", show=False, priority=True, id="sessions.rename",
                tooltip="Give the session another name"),
        Binding("ctrl+d", "delete", "Delete", show=False, priority=True, id="sessions.delete",
                tooltip="Delete the session, when pressed twice"),
        Binding("escape,f6", "leave", "Close", show=False, priority=True, id="sessions.close",
                tooltip="Close the list of sessions"),
    ]  # fmt: skip

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._shown: tuple[SessionInfo, ...] = ()
        self._renaming: SessionInfo | None = None
        self._deleting: SessionInfo | None = None
        self._field = Field(HELP, id="session")
        self._list = Options(id="sessions", markup=False, compact=True)
        self._said = Lines(id="sessions-said")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Sessions"
            dialog.border_subtitle = KEYS
            yield self._field
            yield self._list
            yield self._said

    def on_mount(self) -> None:
        self._look()

    async def action_move(self, how: str) -> None:
        """Move the cursor of the list."""
        self._deleting = None
        await self.app.run_action(how, self._list)

    def action_new(self) -> None:
        """Begin a new session."""
        self.dismiss(Chosen(""))

    def action_rename(self) -> None:
        """Let the name of the chosen session be changed in the field."""
        if one := self._chosen:
            self._renaming = one
            self._say(f"The new name of “{one.name}”; Enter keeps it, Esc leaves it as it is")
            self._field.value = one.name
            self._field.cursor_position = len(one.name)
            self._field.focus()

    def action_delete(self) -> None:
        """Delete the chosen session, the second time."""
        one = self._chosen
        if one is None or self._renaming:
            return
        if self._deleting == one:
            start(self, partial(self._delete, one), "sessions")
        else:
            self._deleting = one
            self._say(f"Ctrl+D again deletes “{one.name}” with {count(one.messages, 'question')}")

    def action_leave(self) -> None:
        """Leave a name as it is; or close the list."""
        if self._renaming:
            self._renaming = None
            self._field.value = ""
            self._look()
        else:
            self.dismiss()

    @property
    def _chosen(self) -> SessionInfo | None:
        at = self._list.highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if not self._renaming:
            self._look()

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _taken(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        event.stop()
        if self._renaming:
            start(self, partial(self._rename, self._renaming, self._field.value), "sessions")
        elif one := self._chosen:
            self.dismiss(Chosen(one.name))

    def _look(self) -> None:
        start(self, partial(self._list_them, self._field.value), "sessions", exclusive=True)

    async def _list_them(self, words: str) -> None:
        self._deleting = None
        try:
            self._show(await self._engine.sessions.all(words))
        except SpecdeckError as error:
            self._say(f"{error}. {error.hint}")

    async def _rename(self, one: SessionInfo, name: str) -> None:
        try:
            await self._engine.sessions.rename(one.name, name)
        except SpecdeckError as error:
            self._say(f"{error}. {error.hint}")
            return
        self._renaming = None
        self._field.value = ""
        self._look()

    async def _delete(self, one: SessionInfo) -> None:
        try:
            await self._engine.sessions.delete(one.name)
        except SpecdeckError as error:
            self._say(f"{error}. {error.hint}")
            return
        self._show([each for each in self._shown if each.id != one.id], self._list.highlighted or 0)
        self._look()

    def _show(self, found: Sequence[SessionInfo], beside: int = 0) -> None:
        """Show sessions. The chosen one stays chosen; where it has gone, it is that in this place."""
        chosen = self._chosen
        self._shown = tuple(found)
        self._list.set_options(map(_option, self._shown))
        last = len(self._shown) - 1
        places = (place for place, one in enumerate(self._shown) if chosen and one.id == chosen.id)
        self._list.highlighted = next(places, min(beside, last)) if self._shown else None
        nothing = "No session has that" if self._field.value else "Nothing was asked yet"
        self._say(count(len(self._shown), "session") if self._shown else nothing)

    def _say(self, text: str) -> None:
        self._said.show([Line(plain(text, MUTED))])


def _option(one: SessionInfo) -> Option:
    used = one.used.astimezone().strftime("%Y-%m-%d %H:%M")
    said = f"{used}  {count(one.messages, 'question')}  {clean_line(one.last)}"
    return Option(plain(f"{one.name}\n", "bold") + plain(said, MUTED_BELOW_CURSOR))
