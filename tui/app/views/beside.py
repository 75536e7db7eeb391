"""What stays beside the questions of a session, and what an attached text says, as lines."""

from collections.abc import Iterator

from textual.content import Content

from engine import Excerpt, SessionState
from tui.app.text import MUTED, plain
from tui.app.views.line import Line


def beside_lines(state: SessionState) -> Iterator[Line]:
    """Yield what is pinned and attached; nothing where nothing is."""
    for ref in state.pinned:
        yield Line(plain(ref, "$text-primary"), plain("pinned   ", MUTED))
    if state.attached:
        yield Line(plain(", ".join(one.name for one in state.attached)), plain("attached ", MUTED))


def excerpt_lines(excerpts: tuple[Excerpt, ...]) -> Iterator[Line]:
    """Yield what attached texts say of a question."""
    for one in excerpts:
        for number, line in enumerate(one.lines):
            yield Line(plain(line), plain(f"  {one.name}: " if not number else "  ", MUTED))


def earlier_line(earlier: int) -> Line:
    """Return that there are questions before those that are shown, and the key that brings them."""
    return Line(plain(f"{earlier:,} earlier: PgUp at the top shows them", MUTED), Content("  "))
