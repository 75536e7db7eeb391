"""What can be begun with where nothing was asked yet: questions of this library, and conversations to go on with."""

from collections.abc import Iterable

from textual.binding import Binding
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.app.text import MUTED_BELOW_CURSOR, plain
from tui.app.widgets.options import Options


class Offers(Options):
    """Lists questions and sessions; Enter or a click asks the one, or goes on with the other.

    Args:
        questions: That the library answers.
        sessions: Names, the last used first.
    """

    BINDING_GROUP_TITLE = "Before the first question"
    BINDINGS = [
        Binding("enter", "select", "Begin", show=False, id="offers.begin",
                tooltip="Ask the question, or go on with the conversation, under the cursor"),
        Binding("j", "cursor_down", "Down", show=False, id="offers.down", tooltip="Go to what is offered next"),
        Binding("k", "cursor_up", "Up", show=False, id="offers.up", tooltip="Go to what is offered before"),
    ]  # fmt: skip

    class Asked(Message):
        """The user wants to know this."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    class Continued(Message):
        """The user wants to go on with this session."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, questions: Iterable[str], sessions: Iterable[str]) -> None:
        super().__init__(id="offers", markup=False, compact=True)
        self._offers: list[Offers.Asked | Offers.Continued] = [
            *(self.Asked(one) for one in questions),
            *(self.Continued(one) for one in sessions),
        ]
        self.set_options(map(_option, self._offers))

    def on_focus(self) -> None:
        """Begin with the first."""
        if self.highlighted is None:
            self.highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tell what was chosen."""
        event.stop()
        self.post_message(self._offers[event.option_index])


def _option(offer: Offers.Asked | Offers.Continued) -> Option:
    if isinstance(offer, Offers.Asked):
        return Option(plain("ask    ", MUTED_BELOW_CURSOR) + plain(offer.question))
    return Option(plain("go on  ", MUTED_BELOW_CURSOR) + plain(offer.name))
