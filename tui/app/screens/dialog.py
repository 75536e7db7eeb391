"""What every dialog over the panes has in common: it is left once, however many keys ask for it."""

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.events import InputEvent, Timer
from textual.message import Message
from textual.screen import ModalScreen, ScreenResultType
from textual.widgets import Button, Input, OptionList


class Dialog(ModalScreen[ScreenResultType]):
    """A dialog that is dismissed once. Keys that were read together all reach it, also those behind the first Enter."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave the dialog; nothing happens where it is left already, or another lies over it."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete.nothing()


class Palette(CommandPalette):
    """Textual's list of commands. What reaches it after it is left, it would look up among children that are gone."""

    LATE = (InputEvent, Timer, Input.Changed, Input.Submitted, Button.Pressed, OptionList.OptionSelected)

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Leave the list once."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete.nothing()

    def check_message_enabled(self, message: Message) -> bool:
        """Take no more keys, and no alarm, once the list is left."""
        late = isinstance(message, self.LATE) and self.app.screen is not self
        return not late and super().check_message_enabled(message)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Move in the list only where it is drawn; see `SpecdeckApp.run_action`."""
        return action != "command_list" or bool(self.query_one(OptionList).scrollable_content_region)
