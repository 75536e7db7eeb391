"""One operation of the facts."""

from collections.abc import Sequence

from textual.binding import Binding
from textual.message import Message

from engine import OperationFacts
from tui.app.views.facts import facts_lines
from tui.app.views.line import Line
from tui.app.widgets.citing import Citing


class OperationCard(Citing):
    """The facts of one operation. Enter opens it in the browser, `c` copies its request, space shows more or less.

    Args:
        facts: What to show.
        brief: Show only what it is, as for an operation that is not the main one.
        told: What was asked of it, and what it takes of other steps; always shown.
    """

    BINDING_GROUP_TITLE = "Facts"
    BINDINGS = [
        Binding("space", "show_more", "More", id="facts.more", tooltip="Show all facts of the operation, or few"),
        Binding("p", "pin", "Pin", show=False, id="facts.pin",
                tooltip="Keep the operation beside the next questions, or no longer"),
    ]  # fmt: skip

    class Pinned(Message):
        """The user wants an operation to stay beside the questions, or no longer: `SPEC:METHOD /path`."""

        def __init__(self, ref: str) -> None:
            super().__init__()
            self.ref = ref

    def __init__(self, facts: OperationFacts, *, brief: bool, told: Sequence[Line] = ()) -> None:
        super().__init__(facts_lines(facts, brief=brief, told=told))
        self.facts = facts
        self._brief = brief
        self._told = told

    @property
    def citation(self) -> int:
        """The number that Enter opens."""
        return self.facts.citation

    @property
    def source(self) -> str:
        """What is copied."""
        return self.facts.request

    def replace(self, facts: OperationFacts, told: Sequence[Line] = ()) -> None:
        """Show other facts in the same place, focus and scroll position kept."""
        if facts != self.facts or told != self._told:
            self.facts, self._told = facts, told
            self.show(facts_lines(facts, brief=self._brief, told=told))

    def action_show_more(self) -> None:
        """Show more or less."""
        self._brief = not self._brief
        self.show(facts_lines(self.facts, brief=self._brief, told=self._told))

    def action_pin(self) -> None:
        """Ask for the operation to be pinned, or no longer."""
        self.post_message(self.Pinned(self.facts.ref))
