"""What was asked for, as lines: see `engine.answer.rows`."""

from collections.abc import Iterable

from textual.content import Content

from engine import Facts, Row, in_short, taken_as, told_rows
from tui.app.text import MUTED, plain
from tui.app.views.line import Line

OTHERWISE = "Ask the last question as one of another kind: about a field, errors, paging and so on"
"""What the key does that `taken_line` names."""
_LABEL = 13
"""Cells before a row's value: as many as in the facts of an operation, under which the rows stand."""


def told_lines(facts: Facts) -> list[Line]:
    """Return what was asked for, in full; and where that is all that the answer is about, the rest in short."""
    lines = list(_lines(told_rows(facts.told)))
    if facts.to_the_point and facts.operations:
        lines += _lines(Row(label, text=said) for label, said in in_short(facts.operations[0]))
    return lines


def taken_line(facts: Facts) -> Line:
    """Return what the question was taken to be about, and how to ask it otherwise."""
    return Line(plain(f"taken as {taken_as(facts)} · Ctrl+N asks otherwise", MUTED), Content("  "))


def _lines(rows: Iterable[Row]) -> Iterable[Line]:
    for row in rows:
        said = [plain(row.name, "bold"), plain(row.kind, MUTED), plain(row.text)]
        yield Line(Content("  ").join(filter(None, said)), plain(f"    {row.label}".ljust(_LABEL), MUTED))
