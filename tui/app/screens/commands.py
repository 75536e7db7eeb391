"""The list of what can be done, found by a word of it.

Not Textual's own palette: closed while it looks for something, that one ends the app (its worker swallows the
cancellation and then asks for children that are gone; Textual 8.2).
"""

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.app.screens.dialog import Dialog
from tui.app.text import MUTED_BELOW_CURSOR, plain
from tui.app.widgets.field import Field
from tui.app.widgets.options import Options


class CommandsScreen(Dialog[SystemCommand]):
    """Lists commands with what they do; the chosen one is the result.

    Args:
        commands: In the order to list them.
    """

    AUTO_FOCUS = "#command"
    BINDING_GROUP_TITLE = "Commands"
    BINDINGS = [
        Binding("down", "move('cursor_down')", "Down", show=False, id="commands.down", tooltip="Go down the commands"),
        Binding("up", "move('cursor_up')", "Up", show=False, id="commands.up", tooltip="Go up the commands"),
        Binding("escape", "dismiss", "Close", id="commands.close", tooltip="Close the list of commands"),
    ]

    def __init__(self, commands: Iterable[SystemCommand]) -> None:
        super().__init__()
        self._commands = tuple(commands)
        self._shown = self._commands
        self._list = Options(id="commands", markup=False, compact=True)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Commands"
            dialog.border_subtitle = "Enter runs · Esc closes"
            yield Field("A word of what you want to do", id="command")
            yield self._list

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
        if self._list.highlighted is not None:
            self.dismiss(self._shown[self._list.highlighted])

    def _show(self, query: str) -> None:
        """List the commands that have every word of the query."""
        words = query.casefold().split()
        self._shown = tuple(
            one for one in self._commands if all(word in f"{one.title} {one.help}".casefold() for word in words)
        )
        self._list.set_options(
            Option(plain(f"{one.title}\n", "bold") + plain(one.help, MUTED_BELOW_CURSOR)) for one in self._shown
        )
        self._list.highlighted = 0 if self._shown else None
