"""The dialog that adds specifications and guides."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll

from engine import Engine
from tui.app.screens.dialog import Dialog
from tui.app.text import MUTED, plain
from tui.app.views.line import Line
from tui.app.widgets.add_form import AddForm

FORMATS = [
    Line(
        plain(
            "OpenAPI, GraphQL, AsyncAPI, Arazzo, gRPC, Smithy, HAR; Postman, Insomnia, Bruno, .http, Hurl; and guides."
        )
    ),
    Line(plain("Everything stays on this machine.", MUTED)),
]


class AddScreen(Dialog[None]):
    """Asks for documents and stays until they are read or the user leaves.

    Args:
        engine: Reads them.
        clock: Seconds, monotonic.
    """

    AUTO_FOCUS = "#add-path"
    BINDING_GROUP_TITLE = "Dialogs"
    BINDINGS = [
        Binding("escape", "leave", "Close", id="dialog.close", tooltip="Stop the adding, or close this dialog"),
    ]

    def __init__(self, engine: Engine, clock: Callable[[], float]) -> None:
        super().__init__()
        self._form = AddForm(engine, clock, FORMATS, overlays=True)

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog", can_focus=False) as dialog:
            dialog.border_title = "Add specifications or guides"
            dialog.border_subtitle = "Esc closes"
            yield self._form

    def action_leave(self) -> None:
        """Stop after the document that is being read, else close."""
        if not self._form.stop():
            self.dismiss()
