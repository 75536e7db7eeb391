"""An exact answer about whole APIs as lines."""

from collections.abc import Iterator

from textual.content import Content
from textual.style import Style

from engine import SHOWN, WholeFacts, WholeRow
from tui.app.text import MUTED, plain
from tui.app.views.line import Line


def whole_lines(facts: WholeFacts) -> list[Line]:
    """Return the count, how the question was understood, groups and the first rows; or why there is no answer."""
    return list(_lines(facts))


def opened(facts: WholeFacts) -> dict[int, str]:
    """Return which operation each numbered row opens: `SPEC:METHOD /path`."""
    return {number: row.ref for number, row in enumerate(facts.rows[:SHOWN], 1) if row.ref}


def _lines(facts: WholeFacts) -> Iterator[Line]:
    if facts.cannot:
        yield Line(plain(f"I cannot count that: {facts.cannot}."), Content("  "))
    else:
        of = f" of {facts.among:,}" if facts.among else ""
        yield Line(plain(f"{facts.total:,}", "bold") + plain(of) + plain(f"  {facts.understood}"), Content("  "))
    if facts.groups:
        listed = " · ".join(f"{one.value} {one.count:,}" for one in facts.groups[:SHOWN])
        yield Line(plain(listed), plain(f"  by {facts.grouped}  ", MUTED))
    for said in facts.said:
        times = f"  {said.count:,}" if said.count else ""
        yield Line(plain(said.text) + plain(times, MUTED), plain(f"{said.kind:>8}  ", MUTED))
    for number, row in enumerate(facts.rows[:SHOWN], 1):
        yield _row(number, row)
    if (rest := facts.total - SHOWN) > 0:
        yield Line(plain(f"and {rest:,} more", MUTED), Content("  "))
    if facts.where:
        yield Line(plain(facts.where, MUTED), plain("  filter  ", MUTED))
    for note in facts.notes:
        yield Line(plain(f"{note}.", MUTED), Content("  "))


def _row(number: int, row: WholeRow) -> Line:
    said = filter(None, [row.change, f"{row.count:,}" if row.count else "", "deprecated" if row.deprecated else ""])
    title = plain(row.name, "bold")
    if row.ref:
        title = title.stylize(Style.from_meta({"@click": f"open_citation({number})"}))
    beside = [plain(one, "$text-warning") for one in said]
    text = Content("  ").join(filter(None, [title, *beside, plain(row.summary), plain(row.spec, MUTED)]))
    return Line(text, plain(f"[{number}] ".rjust(7), "bold $text-primary"))
