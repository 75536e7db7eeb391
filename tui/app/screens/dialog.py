"""What every dialog over the panes has in common: it is left once, however many keys ask for it."""

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType


class Dialog(ModalScreen[ScreenResultType]):
    """A dialog that is dismissed once. Keys that were read together all reach it, also those behind the first Enter."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave the dialog; nothing happens where it is left already, or another lies over it."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()
