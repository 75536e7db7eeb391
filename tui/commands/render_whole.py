"""How the commands show an exact answer about whole APIs."""

import shlex
import textwrap
from collections.abc import Iterator

from engine import SHOWN, WholeFacts, WholeRow, clean_line
from tui.commands.output import note, text

WIDTH = 100
"""Columns that lines are wrapped to, as other answers are."""
_BESIDE = " " * 10
"""Under what is said of a status stands nothing but the kind of it."""


def whole(facts: WholeFacts) -> None:
    """Print an exact answer, and what is to be known of it."""
    for line in whole_lines(facts):
        text(line)
    for one in facts.notes:
        note(f"{one}.")


def whole_lines(facts: WholeFacts) -> Iterator[str]:
    """Yield how the question was understood, the count, and the first rows; or why there is no answer."""
    if facts.cannot:
        yield _wrapped(f"I cannot count that: {facts.cannot}.")
    else:
        of = f" of {facts.among:,}" if facts.among else ""
        yield _wrapped(f"{facts.total:,}{of}: {facts.understood}")
    if facts.groups:
        listed = ", ".join(f"{clean_line(one.value)} {one.count:,}" for one in facts.groups[:SHOWN])
        yield _wrapped(f"by {facts.grouped}: {listed}")
    for one in facts.said:
        times = f"  ({one.count:,})" if one.count else ""
        first, *more = textwrap.wrap(clean_line(f"{one.text}{times}"), WIDTH - len(_BESIDE), break_on_hyphens=False)
        yield f"{one.kind:>{len(_BESIDE) - 2}}  {first}"
        yield from (f"{_BESIDE}{line}" for line in more)
    width = min(max((len(_name(row, facts)) for row in facts.rows[:SHOWN]), default=0), WIDTH // 2)
    for number, row in enumerate(facts.rows[:SHOWN], 1):
        said = "  ".join(filter(None, [_name(row, facts).ljust(width), _beside(row), clean_line(row.summary)]))
        yield _cut(f"{number:3}. {said}".rstrip())
    if (rest := facts.total - SHOWN) > 0:
        yield f"     … and {rest:,} more; {_how(facts)}"


def _wrapped(line: str) -> str:
    return textwrap.fill(clean_line(line), WIDTH, break_long_words=False, break_on_hyphens=False)


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def _name(row: WholeRow, facts: WholeFacts) -> str:
    return clean_line(row.ref if row.ref and not facts.spec else row.name)


def _beside(row: WholeRow) -> str:
    """Return what is said of a row besides its name: its count, whether it is deprecated, how it changed."""
    return "  ".join(
        filter(None, [row.change, f"{row.count:,}" if row.count else "", "deprecated" if row.deprecated else ""])
    )


def _how(facts: WholeFacts) -> str:
    """Return how all rows are had."""
    if not facts.where or facts.things not in ("operations", "webhooks"):
        return "`ask --json` has them"
    spec = f" --spec {shlex.quote(facts.spec)}" if facts.spec else ""
    return f"`specdeck search{spec} --where {shlex.quote(facts.where)} -n {facts.total}` lists them"
