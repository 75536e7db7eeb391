"""What a step of a workflow takes of those before it, as lines."""

from textual.content import Content

from engine import Facts
from tui.app.text import MUTED, plain
from tui.app.views.line import Line


def flow_lines(facts: Facts, number: int) -> list[Line]:
    """Return what the step that is cited by a number takes, and whether it is called again."""
    said = facts.passed(number)
    return [Line(plain(text, MUTED), Content("    ")) for text in said]
