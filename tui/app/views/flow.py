"""What a step of a workflow takes of those before it, as lines."""

from textual.content import Content

from engine import Facts
from tui.app.text import MUTED, plain
from tui.app.views.line import Line


def flow_lines(facts: Facts, number: int) -> list[Line]:
    """Return what the step that is cited by a number takes, and whether it is called again."""
    said = [one.said for one in facts.passes if one.taker == number]
    said += [one.said for one in facts.repeats if one.step == number]
    return [Line(plain(text, MUTED), Content("    ")) for text in said]
