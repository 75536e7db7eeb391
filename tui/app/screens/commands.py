"""The list of what can be done, found by a word of it or by its key.

Not Textual's own palette: closed while it looks for something, that one ends the app (its worker swallows the
cancellation and then asks for children that are gone; Textual 8.2).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.actions import Action
from tui.app.screens.dialog import Dialog
from tui.app.text import MUTED, MUTED_BELOW_CURSOR, plain
from tui.app.views.line import Line
from tui.app.widgets.field import Field
from tui.app.widgets.lines import Lines
from tui.app.widgets.options import Options

EACH_KEY = 3
"""Keys of one line that are all named; more are a row, such as the digits."""
KEYS_WIDTH = 20
"""Cells before what an action does: three short keys, or a command with what follows it."""


class CommandsScreen(Dialog[Action]):
    """Lists actions with their keys; the chosen one is the result.

    Args:
        title: What the list is of.
        actions: In the order to list them, those of one place together.
        key_shown: Returns a key as it is printed on keyboards.
    """

    AUTO_FOCUS = "#command"
    BINDING_GROUP_TITLE = "Lists of keys and commands"
    BINDINGS = [
        Binding("down", "move('cursor_down')", "Down", show=False, id="commands.down", tooltip="Go down the commands"),
        Binding("up", "move('cursor_up')", "Up", show=False, id="commands.up", tooltip="Go up the commands"),
        Binding("pagedown", "move('page_down')", "Page down", show=False, id="commands.page_down",
                tooltip="Go down the commands by a page"),
        Binding("pageup", "move('page_up')", "Page up", show=False, id="commands.page_up",
                tooltip="Go up the commands by a page"),
        Binding("escape,f1", "dismiss", "Close", id="commands.close", tooltip="Close the list of commands"),
    ]  # fmt: skip

    def __init__(self, title: str, actions: Iterable[Action], key_shown: Callable[[str], str]) -> None:
        super().__init__()
        self._title = title
        self._rows = tuple(_rows(actions, key_shown))
        self._shown: list[_Row | str] = []
        self._list = Options(id="commands", markup=False, compact=True)
        self._about = Lines(id="command-about")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="commands-dialog") as dialog:
            dialog.border_title = self._title
            dialog.border_subtitle = "Enter does it · Esc closes"
            yield Field("A word of what you want to do, or a key", id="command")
            yield self._list
            yield self._about

    def on_mount(self) -> None:
        self._show("")

    async def action_move(self, how: str) -> None:
        """Move the cursor of the list."""
        await self.app.run_action(how, self._list)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value)

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _chosen(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        event.stop()
        if row := self._row:
            self.dismiss(row.action)

    @on(OptionList.OptionHighlighted)
    def _explain(self) -> None:
        row = self._row
        self._about.show([Line(plain(row.action.what)), Line(plain(row.place, MUTED))] if row else [])

    @property
    def _row(self) -> "_Row | None":
        shown = None if self._list.highlighted is None else self._shown[self._list.highlighted]
        return shown if isinstance(shown, _Row) else None

    def _show(self, query: str) -> None:
        """List what fits the query, the best first; all, under headings, where nothing is looked for."""
        words = query.casefold().split()
        fitting = sorted((row for row in self._rows if row.fits(words)), key=lambda row: row.rank(words))
        self._shown = list(fitting if words else _headed(fitting))
        self._list.set_options(map(_option, self._shown))
        first = next((place for place, one in enumerate(self._shown) if isinstance(one, _Row)), None)
        self._list.highlighted = first
        self._list.scroll_home(animate=False, immediate=True)
        self._explain()


class _Row(NamedTuple):
    """A line of the list: actions of one place that say the same."""

    action: Action
    """The first of them."""
    ids: str
    keys: str
    """As they are printed on keyboards, with blanks between them."""
    sought: str
    """All that it is found by."""

    @property
    def place(self) -> str:
        """Where its keys work, and what a keymap calls it."""
        return f"{self.action.where} · {self.ids}"

    def fits(self, words: Sequence[str]) -> bool:
        """Tell whether it has every word."""
        return all(word in self.sought for word in words)

    def rank(self, words: Sequence[str]) -> bool:
        """Return what it is sorted by: what has one of the words as its key, or as the first of its name, first."""
        own = {*self.keys.casefold().split(), *self.action.keys, self.action.typed, self.action.name.casefold()}
        return own.isdisjoint(words)


def _rows(actions: Iterable[Action], key_shown: Callable[[str], str]) -> Iterator[_Row]:
    """Yield the lines; actions that do the same share one."""
    alike: dict[tuple[str, str], list[Action]] = {}
    for one in actions:
        alike.setdefault((one.where, one.what), []).append(one)
    for same in alike.values():
        names = [key for one in same for key in one.keys]
        printed = [key_shown(name) for name in names]
        keys = " ".join(printed if len(printed) <= EACH_KEY else (printed[0], "…", printed[-1])) or same[0].typed
        ids = same[0].id if len(same) == 1 else f"{same[0].id} … {same[-1].id}"
        sought = " ".join((same[0].name, same[0].what, same[0].where, *(one.id for one in same), keys, *names))
        yield _Row(same[0], ids, keys, sought.casefold())


def _headed(rows: Iterable[_Row]) -> Iterator[_Row | str]:
    place = ""
    for row in rows:
        if row.action.where != place:
            place = row.action.where
            yield place
        yield row


def _option(shown: _Row | str) -> Option:
    if isinstance(shown, str):
        return Option(plain(shown, "bold"), disabled=True)
    keys = plain(f"  {shown.keys}".ljust(KEYS_WIDTH), MUTED_BELOW_CURSOR)
    return Option(keys + plain(f" {shown.action.what}"))
