"""The list of what could not be read of a spec."""

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll

from engine import Problem
from tui.app.screens.dialog import Dialog
from tui.app.text import MUTED, count, plain
from tui.app.views.line import BLANK, Line
from tui.app.widgets.lines import Lines


class ProblemsScreen(Dialog[None]):
    """Lists problems with their place and line.

    Args:
        name: Of the spec.
        problems: In the order of the document.
    """

    BINDING_GROUP_TITLE = "Problems"
    BINDINGS = [
        Binding("escape,p,q", "dismiss", "Close", id="problems.close", tooltip="Close the list of problems"),
    ]

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        super().__init__()
        self._spec = name
        self._problems = problems

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog") as dialog:
            dialog.border_title = plain(f"{count(len(self._problems), 'problem')} in {self._spec}")
            dialog.border_subtitle = "Esc closes"
            yield Lines([Line(plain("These parts could not be read; the rest was.", MUTED)), *_lines(self._problems)])


def _lines(problems: Sequence[Problem]) -> Iterator[Line]:
    for problem in problems:
        line = f"line {problem.line:,}  " if problem.line else ""
        file = f"{problem.file}  " if problem.file else ""
        said = plain(f"{problem.pointer} " if problem.pointer else "", "bold") + plain(problem.message)
        yield BLANK
        yield Line(plain(file + line, MUTED) + said, plain("! ", "bold $text-warning"))
