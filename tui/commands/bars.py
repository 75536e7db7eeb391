"""Long work of the commands, with a progress bar on a terminal and nothing elsewhere."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from engine import Engine, ModelError, Progress
from tui.commands import output

if TYPE_CHECKING:
    from rich.progress import Progress as Bar, ProgressColumn


def ignored(**_fields: object) -> None:
    """Stand for a bar where there is none to draw: making one takes as long as adding a document that is known."""


def bar(title: str, note: str) -> "Bar":
    """Return a progress bar that is drawn on a terminal only."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.table import Column

    rest = Column(ratio=1, no_wrap=True)  # so that a long name gives way, and not the numbers
    narrow = BarColumn(bar_width=10)  # 80 columns hold the note, too
    return _drawn(TextColumn(title), narrow, MofNCompleteColumn(), TextColumn(note, markup=False, table_column=rest))


def transfer_bar() -> "Bar":
    """Return a bar for files that are fetched: the file, how much of it is there, how fast it comes, how long yet."""
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    return _drawn(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=10),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(compact=True),
    )


def _drawn(*columns: "ProgressColumn") -> "Bar":
    from rich.console import Console
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    # What is printed meanwhile is put above the bar, but what goes into a file or a pipe must get there.
    above = sys.stdout is not None and sys.stdout.isatty()
    drawn = console.is_terminal
    return Bar(*columns, console=console, transient=True, expand=True, redirect_stdout=above, disable=not drawn)


async def embed(engine: Engine) -> tuple[int, str]:
    """Embed what lacks a vector; return how many, and why it ended early."""
    embedded, notice = 0, ""
    moved: Callable[..., None] = ignored
    with ExitStack() as drawn:
        if sys.stderr is not None and sys.stderr.isatty():
            drawing = drawn.enter_context(bar("Preparing search by meaning", "{task.fields[eta]}"))
            moved = partial(drawing.update, drawing.add_task("embed", total=None, eta="starting the model"))

        def tell(progress: Progress) -> None:
            nonlocal embedded
            embedded = progress.done
            eta = f"{progress.per_s:.0f}/s, {progress.left_s:.0f} s left (Ctrl+C: later)"
            moved(completed=progress.done, total=progress.total, eta=eta)

        try:
            embedded = await engine.library.embed(tell)
        except ModelError as error:
            notice = f"Search works by words only: {error}. {error.hint}."
        except asyncio.CancelledError:  # Ctrl+C; everything up to here is kept.
            notice = "Stopped; search works by words, and adding anything later goes on from here."
    if notice:
        output.note(notice)
    return embedded, notice
