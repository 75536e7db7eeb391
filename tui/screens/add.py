"""The dialog that adds a specification."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from engine import Engine
from tui.text import plain
from tui.widgets.add_form import AddForm
from tui.widgets.lines import Line


class AddScreen(ModalScreen[None]):
    """Asks for a document and stays until it is read or the user leaves.

    Args:
        engine: Reads it.
        clock: Seconds, monotonic.
    """

    AUTO_FOCUS = "#add-path"
    BINDING_GROUP_TITLE = "Dialogs"
    BINDINGS = [Binding("escape", "dismiss", "Close", id="dialog.close", tooltip="Close this dialog")]

    def __init__(self, engine: Engine, clock: Callable[[], float]) -> None:
        super().__init__()
        self._engine = engine
        self._clock = clock

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Add a specification"
            dialog.border_subtitle = "Esc closes"
            formats = "OpenAPI 3.0 to 3.2, Swagger 2.0. Everything stays on this machine."
            yield AddForm(self._engine, self._clock, [Line(plain(formats))])
