"""What is shown before the first question."""

from collections.abc import Sequence

from engine import SpecInfo
from tui.app.text import MUTED, count, plain
from tui.app.views.entry import contents
from tui.app.views.line import BLANK, Line

LISTED = 8
"""Specs that are named; a library may have thousands."""
WELCOME = [
    Line(plain("Welcome to specdeck", "bold")),
    BLANK,
    Line(plain("Read an API specification or a guide once, then ask it, browse it and take requests away.")),
    Line(plain("Everything stays on this machine.", MUTED)),
]
"""What a first run says."""


def invitation(specs: int, spec: str = "") -> str:
    """Return what the empty question says, where there are so many specs, or only one is asked."""
    others = f"{specs:,} APIs · /spec NAME asks one" if specs > 1 else "an API"
    among = f"{spec} · /spec all asks all" if spec else others
    return f"Ask how to do something with {among}"


def hint_lines(specs: Sequence[SpecInfo], *, offers: bool) -> list[Line]:
    """Return what is in the library, and what introduces the questions to ask of it where some are offered."""
    rows = [Line(plain(f"{spec.title}  ", "bold") + plain(contents([spec]), MUTED)) for spec in specs[:LISTED]]
    if rest := specs[LISTED:]:
        rows.append(Line(plain(f"and {count(len(rest), 'more spec')}  {contents(rest)}", MUTED)))
    return [*rows, BLANK, Line(plain("Ask in your own words, such as", MUTED))] if offers else rows


def more_lines(*, offers: bool) -> list[Line]:
    """Return what else can be done, below what is offered where anything is."""
    keys = "F3 goes to the operations, / filters them, F1 lists all keys."
    return [
        BLANK,
        Line(plain(f"Tab goes to these. {keys}" if offers else keys, MUTED)),
        Line(plain("/attach FILE and /error TEXT put something beside the questions, F6 lists the sessions.", MUTED)),
    ]
