"""How an answer came about."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll

from engine import Trace
from tui.app.screens.dialog import Dialog
from tui.app.text import plain
from tui.app.views.trace import trace_lines
from tui.app.widgets.lines import Lines


class TraceScreen(Dialog[None]):
    """Shows the path of an answer.

    Args:
        trace: The path.
    """

    BINDING_GROUP_TITLE = "How an answer came about"
    BINDINGS = [Binding("escape,f7,q", "dismiss", "Close", id="trace.close", tooltip="Close how it came about")]

    def __init__(self, trace: Trace) -> None:
        super().__init__()
        self._trace = trace

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog", id="trace") as dialog:
            dialog.border_title = plain("How this answer came about")
            dialog.border_subtitle = "Esc closes"
            yield Lines(trace_lines(self._trace))
