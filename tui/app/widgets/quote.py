"""Passages of a guide: one in the facts, and one as a whole."""

from collections.abc import Iterator

from textual.containers import VerticalScroll

from engine import PassageFact, PassageView
from tui.app.text import MUTED, plain
from tui.app.views.line import BLANK, Line
from tui.app.views.quote import passage_lines, written_lines
from tui.app.widgets.citing import Citing
from tui.app.widgets.lines import Lines


class PassageCard(Citing):
    """A passage of a guide in the facts. Enter opens it in the browser, `c` copies it.

    Args:
        facts: What to show.
    """

    def __init__(self, facts: PassageFact) -> None:
        super().__init__(passage_lines(facts))
        self.facts = facts

    @property
    def citation(self) -> int:
        """The number that Enter opens."""
        return self.facts.citation

    @property
    def source(self) -> str:
        """What is copied: all of it, also what is not shown."""
        return self.facts.text

    def replace(self, facts: PassageFact) -> None:
        """Show another passage in the same place, focus and scroll position kept."""
        if facts != self.facts:
            self.facts = facts
            self.show(passage_lines(facts))


class PassageDetail(VerticalScroll):
    """Shows one passage as a whole."""

    def __init__(self) -> None:
        super().__init__(id="passage")
        self._text = Lines()

    def compose(self) -> Iterator[Lines]:
        yield self._text

    def open(self, view: PassageView) -> None:
        """Show another passage."""
        passage = view.passage
        self._text.show([
            Line(plain(passage.heading or "Before the first heading", "bold")),
            Line(plain(f"{view.spec} · {passage.key}", MUTED)),
            BLANK,
            *written_lines(passage.text),
        ])  # fmt: skip
        self.scroll_home(animate=False)
