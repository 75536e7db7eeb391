"""The lines that questions are typed into."""

from collections.abc import Sequence

from textual.binding import Binding
from textual.document._document import EditResult
from textual.document._edit import Edit
from textual.events import Key
from textual.message import Message
from textual.widgets import TextArea

from engine import clean, redact_text
from tui.app.widgets.field import obey

REMEMBERED = 100
"""Questions that the up arrow brings back."""
NEWLINES = "shift+enter,alt+enter,ctrl+j"
"""Terminals tell at least the last one from Enter."""
LONGEST = 20_000
"""Characters; what is longer than this, which is more than a model reads, would make each key wait for the layout."""


class Prompt(TextArea):
    """A field of as many lines as the question has, which remembers what was asked."""

    DEFAULT_CSS = """
    Prompt {
        height: auto; max-height: 6; padding: 0; background: transparent; scrollbar-size: 1 1;
        &:nocolor .text-area--cursor { text-style: reverse; }
    }
    """
    BINDING_GROUP_TITLE = "Question"
    BINDINGS = [
        Binding("enter", "submit", "Ask", id="prompt.ask", tooltip="Ask the question"),
        Binding(NEWLINES, "newline", "New line", show=False, id="prompt.newline", tooltip="Begin a new line"),
        Binding("up", "recall(-1)", "Earlier", show=False, id="prompt.earlier",
                tooltip="Bring back the question before, in the first line"),
        Binding("down", "recall(1)", "Later", show=False, id="prompt.later",
                tooltip="Go to the question after, in the last line"),
        Binding("ctrl+underscore", "undo", "Undo", show=False, id="prompt.undo", tooltip="Take back what was typed"),
    ]  # fmt: skip

    class Submitted(Message):
        """The user asks."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    def __init__(self, placeholder: str, *, id: str) -> None:  # noqa: A002 (Textual's name)
        super().__init__(id=id, placeholder=placeholder, compact=True, highlight_cursor_line=False)
        self._asked: list[str] = []
        self._at = 0
        self._draft = ""

    def fill(self, text: str) -> None:
        """Put text into the lines, the cursor behind it."""
        self.load_text(_fit(text))
        self.move_cursor(self.document.end)

    def edit(self, edit: Edit) -> EditResult:
        """Change the text; no control character ever gets into it, whatever was pasted."""
        room = LONGEST - len(self.text) + len(self.get_text_range(edit.from_location, edit.to_location))
        edit.text = _fit(edit.text)[: max(room, 0)]
        return super().edit(edit)

    def remember(self, questions: Sequence[str]) -> None:
        """Let the up arrow bring back these, the last of them first."""
        self._asked = [*questions][-REMEMBERED:]
        self._at = len(self._asked)

    def take(self) -> str:
        """Return what is in the lines, keep it for the up arrow and empty them; nothing where they are blank."""
        if question := self.text.strip():
            if self._asked[-1:] != [question]:
                self._asked = [*self._asked, question][-REMEMBERED:]
            self._at = len(self._asked)
            self.fill("")
        return question

    def action_submit(self) -> None:
        """Ask what is in the lines."""
        if question := self.take():
            self.post_message(self.Submitted(question))

    def action_newline(self) -> None:
        """Begin a new line."""
        self.insert("\n", maintain_selection_offset=False)

    def action_recall(self, step: int) -> None:
        """Move the cursor by a line; beyond the first or last go back or forth in what was asked.

        The unfinished question waits behind the newest.
        """
        if step < 0 and not self.navigator.is_first_wrapped_line(self.cursor_location):
            self.action_cursor_up()
        elif step > 0 and not self.navigator.is_last_wrapped_line(self.cursor_location):
            self.action_cursor_down()
        elif (target := min(max(self._at + step, 0), len(self._asked))) != self._at:
            if self._at == len(self._asked):
                self._draft = self.text
            self._at = target
            self.fill(self._asked[target] if target < len(self._asked) else self._draft)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys that page to the answers above."""
        return action not in ("cursor_page_up", "cursor_page_down")

    async def _on_key(self, event: Key) -> None:
        await obey(self, event)


def _fit(text: str) -> str:
    """Return text fit for the lines: without control characters, and without the keys of a request that was pasted.

    A terminal pastes the end of a line as a carriage return.
    """
    return redact_text(clean(text.replace("\r\n", "\n").replace("\r", "\n")).replace("\t", "    "))
