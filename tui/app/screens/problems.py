"""The list of what could not be read of a spec, and of what in it is not meant for people."""

from collections.abc import Iterator, Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from engine import Problem
from tui.app.screens.dialog import Dialog
from tui.app.text import MUTED_BELOW_CURSOR, count, plain
from tui.app.widgets.options import Options

_UNREAD = "These parts could not be read; the rest was."
_SUSPECT = "These texts are not meant for people. They are shown as they are, and no model reads them."


class ProblemsScreen(Dialog[Problem]):
    """Lists problems with their place and line; the chosen one is the result.

    Args:
        name: Of the spec.
        problems: In the order of the document.
    """

    BINDING_GROUP_TITLE = "Problems"
    BINDINGS = [
        Binding("escape,p,q", "dismiss", "Close", id="problems.close", tooltip="Close the list of problems"),
        Binding("j", "move('cursor_down')", "Down", show=False, id="problems.down", tooltip="Go to the next problem"),
        Binding("k", "move('cursor_up')", "Up", show=False, id="problems.up", tooltip="Go to the problem before"),
    ]

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        super().__init__()
        self._spec = name
        self._problems = sorted(problems, key=lambda problem: problem.suspect)  # as they are listed
        self._list = Options(id="problems", markup=False, compact=True)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = plain(f"{count(len(self._problems), 'problem')} in {self._spec}")
            dialog.border_subtitle = "Enter goes there · Esc closes"
            yield self._list

    def on_mount(self) -> None:
        self._list.set_options([*_options(_UNREAD, self._problems, suspect=False),
                                *_options(_SUSPECT, self._problems, suspect=True)])  # fmt: skip
        self._list.action_first()
        self._list.focus()

    async def action_move(self, how: str) -> None:
        """Move the cursor of the list."""
        await self.app.run_action(how, self._list)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._problems[int(event.option_id or 0)])


def _options(title: str, problems: Sequence[Problem], *, suspect: bool) -> Iterator[Option]:
    """Yield one kind of problems below a title; nothing where there are none."""
    listed = [(place, problem) for place, problem in enumerate(problems) if problem.suspect == suspect]
    if listed:
        yield Option(plain(title, MUTED_BELOW_CURSOR), disabled=True)
    for place, problem in listed:
        yield Option(_label(problem), id=str(place))


def _label(problem: Problem) -> Content:
    line = f"line {problem.line:,}  " if problem.line else ""
    file = f"{problem.file}  " if problem.file else ""
    place = plain(f"{problem.pointer} " if problem.pointer else "", "bold")
    return plain("! ", "bold $text-warning") + plain(file + line, MUTED_BELOW_CURSOR) + place + plain(problem.message)
