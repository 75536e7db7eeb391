"""Lines that name operations and passages by number: what facts and prose have in common."""

from textual.binding import Binding
from textual.message import Message

from tui.app.widgets.lines import Lines


class Citing(Lines, can_focus=True):
    """Lines that cite operations and passages, which open with a key, and a text that can be copied."""

    BINDING_GROUP_TITLE = "Facts and prose"
    BINDINGS = [
        Binding("enter", "open_citation", "Open", id="citation.open", tooltip="Open the operation or passage"),
        Binding("c,y", "copy", "Copy", id="citation.copy", tooltip="Copy the request, the passage or the answer"),
        Binding("down,j", "app.focus_next", "Next", show=False, id="citation.next", tooltip="Go to the next part"),
        Binding("up,k", "app.focus_previous", "Previous", show=False, id="citation.previous",
                tooltip="Go to the part before"),
    ]  # fmt: skip

    class Opened(Message):
        """The user wants to see what is cited."""

        def __init__(self, citation: int) -> None:
            super().__init__()
            self.citation = citation

    class Copied(Message):
        """The user wants this text on the clipboard."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    @property
    def citation(self) -> int:
        """The number that Enter opens."""
        return 1

    @property
    def source(self) -> str:
        """What is copied."""
        return self.text

    def action_open_citation(self, number: int = 0) -> None:
        """Ask for what has this number, or for what this widget is about."""
        self.post_message(self.Opened(number or self.citation))

    def action_copy(self) -> None:
        """Ask for this text to be copied."""
        self.post_message(self.Copied(self.source))
