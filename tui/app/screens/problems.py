"""The list of what could not be read of a spec, and of what in it is not meant for people."""

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll

from engine import Problem
from tui.app.screens.dialog import Dialog
from tui.app.text import MUTED, count, plain
from tui.app.views.line import BLANK, Line
from tui.app.widgets.lines import Lines

_UNREAD = "These parts could not be read; the rest was."
_SUSPECT = "These texts are not meant for people. They are shown as they are, and no model reads them."


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
            yield Lines(
                [*_lines(_UNREAD, self._problems, suspect=False), *_lines(_SUSPECT, self._problems, suspect=True)]
            )


def _lines(title: str, problems: Sequence[Problem], *, suspect: bool) -> Iterator[Line]:
    """Yield one kind of problems below a title; nothing where there are none."""
    listed = [problem for problem in problems if problem.suspect == suspect]
    if listed:
        yield from (*([BLANK] if suspect and len(listed) < len(problems) else []), Line(plain(title, MUTED)))
    for problem in listed:
        line = f"line {problem.line:,}  " if problem.line else ""
        file = f"{problem.file}  " if problem.file else ""
        said = plain(f"{problem.pointer} " if problem.pointer else "", "bold") + plain(problem.message)
        yield BLANK
        yield Line(plain(file + line, MUTED) + said, plain("! ", "bold $text-warning"))
