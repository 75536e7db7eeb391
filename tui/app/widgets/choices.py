"""The APIs that a question fits about equally, of which a digit or a click chooses one."""

from collections.abc import Sequence

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.style import Style

from engine import Fitting
from tui.app.text import MUTED, plain
from tui.app.views.line import Line
from tui.app.widgets.lines import Lines

MOST = 5
"""APIs that are offered; see `engine.answer.fitting`."""


class Choices(Lines, can_focus=True):
    """Says which APIs fit; hidden where it is clear which one is meant."""

    BINDING_GROUP_TITLE = "APIs that fit"
    BINDINGS = [
        *(
            Binding(
                str(n), f"pick({n})", f"Ask {n}", show=False,
                id=f"choices.pick-{n}", tooltip="Ask the question of the API that has that number, alone",
            )
            for n in range(1, MOST + 1)
        ),
        Binding("down,j", "app.focus_next", "Next", show=False, id="choices.next", tooltip="Go to the facts"),
        Binding("up,k", "app.focus_previous", "Previous", show=False, id="choices.previous",
                tooltip="Go to the answer before"),
    ]  # fmt: skip

    class Picked(Message):
        """The user means one of them."""

        def __init__(self, choices: "Choices", spec: str) -> None:
            super().__init__()
            self.choices = choices
            self.spec = spec

    def __init__(self) -> None:
        super().__init__(classes="choices")
        self.display = False
        self._offered: tuple[Fitting, ...] = ()

    def offer(self, fitting: Sequence[Fitting]) -> None:
        """Show which APIs fit, the one that was answered from first."""
        self._offered = tuple(fitting)
        self.display = bool(fitting)
        said = [
            plain(f"{number} ", MUTED) + plain(one.spec, "bold").stylize(Style.from_meta({"@click": f"pick({number})"}))
            for number, one in enumerate(fitting, 1)
        ]
        hint = plain("   a number asks one alone, /spec NAME all that follow", MUTED)
        self.show([Line(Content("  ").join(said) + hint, plain("Several fit: ", "$text-warning"))])

    def has(self, typed: str) -> bool:
        """Tell whether what was typed is the number of one of them; any other number is a question."""
        return typed in map(str, range(1, len(self._offered) + 1))

    def action_pick(self, number: int) -> None:
        """Choose one by its number, where there is one of it."""
        if 0 < number <= len(self._offered):
            self.post_message(self.Picked(self, self._offered[number - 1].spec))
