"""The line that questions are typed into."""

from textual.binding import Binding

from tui.app.widgets.field import Field

REMEMBERED = 100
"""Questions that the up arrow brings back."""


class Prompt(Field):
    """A field that remembers what was asked."""

    BINDING_GROUP_TITLE = "Question"
    BINDINGS = [
        Binding("enter", "submit", "Ask", id="prompt.ask", tooltip="Ask the question"),
        Binding("up", "recall(-1)", "Earlier", show=False, id="prompt.earlier", tooltip="Bring back the last question"),
        Binding("down", "recall(1)", "Later", show=False, id="prompt.later", tooltip="Go to the question after"),
    ]

    def __init__(self, placeholder: str, *, id: str) -> None:  # noqa: A002 (Textual's name)
        super().__init__(placeholder, id=id)
        self._asked: list[str] = []
        self._at = 0
        self._draft = ""

    def remember(self, question: str) -> None:
        """Keep a question for the up arrow and empty the line."""
        if self._asked[-1:] != [question]:
            self._asked = [*self._asked, question][-REMEMBERED:]
        self._at = len(self._asked)
        self.clear()

    def fill(self, text: str) -> None:
        """Put text into the line, the cursor behind it."""
        self.value = text
        self.cursor_position = len(self.value)

    def action_recall(self, step: int) -> None:
        """Go back or forth in what was asked; the unfinished line waits behind the newest."""
        target = min(max(self._at + step, 0), len(self._asked))
        if target == self._at:
            return
        if self._at == len(self._asked):
            self._draft = self.value
        self._at = target
        self.fill(self._asked[target] if target < len(self._asked) else self._draft)
