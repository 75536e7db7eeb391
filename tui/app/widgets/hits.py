"""What a search found, as a list with a cursor."""

from collections.abc import Sequence

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from engine import Hit, Kind, clean_line
from tui.app.text import MUTED_BELOW_CURSOR, plain
from tui.app.views.entry import INCOMING, named, place, question
from tui.app.widgets.options import Options

ROWS = 2
"""Lines of a hit: what it is, and what is said of it."""
BADGE = 8
"""Cells for what an operation does, and a blank; longer words push the path on."""


class Hits(Options):
    """Lists hits, best first."""

    BINDING_GROUP_TITLE = "Hits of a search"
    BINDINGS = [
        Binding("enter", "select", "Open", show=False, id="hits.open", tooltip="Open the operation or passage found"),
        Binding("a", "ask", "Ask", id="hits.ask", tooltip="Ask in the chat about what was found"),
        Binding("j", "cursor_down", "Down", show=False, id="hits.down", tooltip="Go to the next hit"),
        Binding("k", "cursor_up", "Up", show=False, id="hits.up", tooltip="Go to the hit before"),
    ]

    class AskAbout(Message):
        """The user wants to ask about a hit."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    def __init__(self) -> None:
        super().__init__(id="hits", markup=False, compact=True)
        self._hits: list[Hit] = []

    @property
    def hit(self) -> Hit | None:
        """The hit under the cursor."""
        return None if self.highlighted is None else self._hits[self.highlighted]

    def show(self, hits: Sequence[Hit], *, keep: bool, named_specs: bool) -> None:
        """Replace the hits.

        Args:
            hits: Best first.
            keep: Leave the cursor on its hit, and this on its row of the screen, also where the new hits lack it.
            named_specs: Say of which spec each hit is.
        """
        held, row = self.hit, self.highlighted or 0
        offset = row * ROWS - round(self.scroll_y)
        self._hits = list(hits)
        cursor = 0
        if keep and held is not None:
            refs = [hit.ref for hit in hits]
            if held.ref not in refs:
                self._hits.insert(row, held)
            cursor = refs.index(held.ref) if held.ref in refs else min(row, len(hits))
        with self.prevent(OptionList.OptionHighlighted):
            self.set_options(Option(_label(hit, named_specs)) for hit in self._hits)
            self.highlighted = cursor if self._hits else None
        self.scroll_to(y=max(cursor * ROWS - offset, 0) if keep else 0, animate=False, immediate=True)

    def action_ask(self) -> None:
        """Ask about the hit under the cursor."""
        if hit := self.hit:
            heading = (hit.summary or hit.operation) if hit.kind == Kind.PASSAGE else ""
            self.post_message(self.AskAbout(question(hit.operation, heading)))


def _label(hit: Hit, named_spec: bool) -> Content:
    """Return the two lines of a hit."""
    spec = clean_line(hit.spec) if named_spec else ""
    if hit.kind == Kind.PASSAGE:
        first = plain(clean_line(hit.summary) or "(no heading)", "bold")
        said = [spec, hit.operation if named_spec else place(hit.operation)]
    else:
        does, what = named(clean_line(hit.operation))
        badge = f"{INCOMING if hit.kind == Kind.WEBHOOK else ''}{does} "
        first = plain(badge.ljust(BADGE), "bold") + plain(what)
        said = [spec, clean_line(hit.summary) or "(no summary)"]
    second = " · ".join(filter(None, said))
    return first + plain("\n" + " " * BADGE) + plain(second, MUTED_BELOW_CURSOR)
