"""The dialog that asks before anything leaves this machine."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button

from tui.app.screens.dialog import Dialog
from tui.app.views.line import Line
from tui.app.widgets.lines import Lines

if TYPE_CHECKING:
    from textual.app import App


class ConsentScreen(Dialog[bool]):
    """Shows what would be sent and asks whether it may be; the result is the answer.

    It comes up by itself, in the middle of somebody's typing. So no key that is typed, Enter neither, agrees: the focus
    is on the text, and the button is a Tab away.

    Args:
        title: What is asked.
        lines: What would be sent, and to whom.
        yes: What the button that agrees says.
    """

    AUTO_FOCUS = "#consent-text"
    BINDING_GROUP_TITLE = "Before something is sent"
    BINDINGS = [Binding("escape", "refuse", "No", id="consent.no", tooltip="Send nothing")]

    def __init__(self, title: str, lines: Iterable[Line], yes: str) -> None:
        super().__init__()
        self._title = title
        self._lines = tuple(lines)
        self._yes = yes
        self._withdrawn = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="consent") as dialog:
            dialog.border_title = self._title
            dialog.border_subtitle = "Tab goes to the buttons · Esc: no"
            with VerticalScroll(id="consent-text"):
                yield Lines(self._lines)
            with Horizontal(id="consent-answers"):
                yield Button(self._yes, id="consent-yes", compact=True)
                yield Button("No", id="consent-no", compact=True)

    def action_refuse(self) -> None:
        """Answer no."""
        self.dismiss(False)

    def withdraw(self) -> None:
        """Close the dialog: what was to be sent is not wanted any more."""
        self._withdrawn = True
        if self.is_attached:
            self.dismiss(False)

    def on_screen_resume(self) -> None:
        if self._withdrawn:  # while another dialog lay over it
            self.dismiss(False)

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "consent-yes")


async def consented(app: "App[None]", title: str, lines: Iterable[Line], yes: str) -> bool:
    """Ask, from work that goes on beside the keys; where that is cancelled the dialog goes with it. See the class."""
    screen = ConsentScreen(title, lines, yes)
    try:
        answer: bool = await app.push_screen_wait(screen)
    finally:
        screen.withdraw()
    return answer
