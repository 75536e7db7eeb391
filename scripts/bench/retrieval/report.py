"""What the bench prints: tables on stdout, how far it is on stderr, and how busy the machine was."""

import os
import sys
import time
from collections.abc import Sequence
from statistics import median

import msgspec

LABEL_CHARACTERS = 40
TURNS, TURN_STEPS = 25, 100_000
"""A yardstick of a tenth of a second."""


class Row(msgspec.Struct, frozen=True):
    """One line of a table."""

    label: str
    values: tuple[float | None, ...]
    """One for each column; None where there is none."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Figures with what they are."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    digits: int = 3


def show(table: Table, *, as_json: bool) -> None:
    """Print a table, as text or as one line of JSON."""
    if as_json:
        print(msgspec.json.encode(table).decode(), flush=True)
        return
    widths = [max(len(column), 5) for column in table.columns]
    heads = "  ".join(f"{column:>{width}}" for column, width in zip(table.columns, widths, strict=True))
    print(f"\n{table.title}\n{'':{LABEL_CHARACTERS}}  {heads}")
    for row in table.rows:
        cells = "  ".join(_cell(value, width, table.digits) for value, width in zip(row.values, widths, strict=True))
        print(f"{row.label:{LABEL_CHARACTERS}}  {cells}".rstrip())
    for note in table.notes:
        print(f"  {note}")
    sys.stdout.flush()


def _cell(value: float | None, width: int, digits: int) -> str:
    return " " * width if value is None else f"{value:{width},.{digits}f}"


def say(text: str) -> None:
    """Tell how far the bench is."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def machine() -> str:
    """Return how busy the machine is: times that were taken on a busy one are too long."""
    spent = [_turn_s() for _ in range(TURNS)]
    return (
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; a fixed piece of work took"
        f" {median(spent) / min(spent):.2f} times its best (median), {max(spent) / min(spent):.2f} at worst"
    )


def _turn_s() -> float:
    started = time.perf_counter()
    sum(range(TURN_STEPS))
    return time.perf_counter() - started


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed: the nearest rank, so one of them."""
    return sorted(values)[max(0, -int(-share * len(values) // 1) - 1)]
