"""The list of all keys, made from the bindings themselves."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.dom import DOMNode

from tui.app.panes.browser import BrowserPane
from tui.app.panes.chat import ChatPane
from tui.app.screens.add import AddScreen
from tui.app.screens.commands import CommandsScreen
from tui.app.screens.consent import ConsentScreen
from tui.app.screens.dialog import Dialog
from tui.app.screens.problems import ProblemsScreen
from tui.app.screens.search import SearchScreen
from tui.app.screens.sessions import SessionsScreen
from tui.app.screens.trace import TraceScreen
from tui.app.text import MUTED, plain
from tui.app.views.line import BLANK, Line
from tui.app.widgets.citing import Citing
from tui.app.widgets.exchange import Exchange
from tui.app.widgets.facts import OperationCard
from tui.app.widgets.hits import Hits
from tui.app.widgets.leaves import Leaves
from tui.app.widgets.lines import Lines
from tui.app.widgets.operation import OperationDetail
from tui.app.widgets.prompt import Prompt
from tui.conversation import COMMANDS

if TYPE_CHECKING:
    from textual.app import App

KEYED: tuple[type[DOMNode], ...] = (
    ChatPane, Prompt, Exchange, OperationCard, Citing, BrowserPane, OperationDetail, Leaves, SearchScreen, Hits,
    AddScreen, SessionsScreen, TraceScreen, ProblemsScreen, CommandsScreen, ConsentScreen,
)  # fmt: skip
"""Every class with keys of its own, besides the app and this screen."""


class HelpScreen(Dialog[None]):
    """Lists the keys of the app and of its parts."""

    BINDING_GROUP_TITLE = "Help"
    BINDINGS = [Binding("escape,f1,q", "dismiss", "Close", id="help.close", tooltip="Close the help")]

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog") as dialog:
            dialog.border_title = "Keys"
            dialog.border_subtitle = "Esc closes"
            yield Lines(help_lines(self.app))


def help_lines(app: "App[None]") -> Iterator[Line]:
    """Yield the keys of the app and of each part, then the commands. Keys that do the same share a line."""
    for number, owner in enumerate((type(app), *KEYED)):
        if number:
            yield BLANK
        yield Line(plain(owner.BINDING_GROUP_TITLE or "", "bold"))
        keys: dict[str, list[str]] = {}
        for binding in own_bindings(owner):
            keys.setdefault(binding.tooltip, []).extend(binding.key.split(","))
        for tooltip, names in keys.items():
            shown = " ".join(app.get_key_display(Binding(name, "")) for name in names)
            yield Line(plain(tooltip), plain(f"  {shown}".ljust(22), MUTED))
    yield from _command_lines()


def _command_lines() -> Iterator[Line]:
    yield BLANK
    yield Line(plain("In place of a question", "bold"))
    for command, (needs, what) in COMMANDS.items():
        yield Line(plain(what), plain(f"  {command} {needs}".ljust(28), MUTED))


def own_bindings(owner: type[DOMNode]) -> Iterator[Binding]:
    """Yield the bindings that a class declares itself."""
    for binding in vars(owner).get("BINDINGS", ()):
        yield binding if isinstance(binding, Binding) else Binding(*binding)
