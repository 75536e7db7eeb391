"""What the commands about the library do; see `commands`."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine import (
    Added,
    Adding,
    Engine,
    Fields,
    InputError,
    Listed,
    ModelError,
    OperationView,
    Overview,
    PassageView,
    Progress,
    Refused,
    SchemaView,
    clean_line,
    diff_markdown,
    diff_text,
    folders,
    load_settings,
)
from tui.commands import output, render, render_views
from tui.commands.output import Exit
from tui.commands.questions import with_engine

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_FEW = 20
"""Documents up to which each gets a line of its own."""


def add(sources: Sequence[str], name: str | None, as_json: bool, *, network: bool) -> Exit:
    """Read documents into the library, then give what is new its vectors."""

    def run() -> Exit:
        # Standard input is read before there is an event loop, whose Ctrl+C would not end the reading.
        documents = [_source(source) for source in dict.fromkeys(sources)]
        return with_engine(partial(_add, documents, name, as_json, network), as_json=as_json)

    return output.guarded(run, as_json=as_json)


async def _add(
    documents: Sequence[Path | bytes | str], name: str | None, as_json: bool, network: bool, engine: Engine
) -> Exit:
    added, refused = await _read(engine.library.add_all(documents, name=name, network=network), as_json=as_json)
    lacking = bool(added) and any(info.embedded < info.entries for info in await engine.library.specs())
    embedded, notice = await _embed(engine) if lacking else (0, "")
    if as_json:
        problems = [{"source": clean_line(one.source), **output.problem(one.error)} for one in refused]
        output.document({"added": added, "refused": problems, "embedded": embedded, "notice": notice})
    if not refused:
        return Exit.DONE
    return Exit.PARTLY if added else Exit.FAILED


def _source(source: str) -> Path | bytes | str:
    """Return a source as the engine takes it; of standard input no more than what is seen to be too much.

    Raises:
        InputError: It is empty, as a variable of the shell may be, and would be the folder where the user is.
        SettingsError: The settings cannot be read.
    """
    if not source:
        raise InputError("An empty PATH names nothing", hint="Name a file or a folder; `.` is this folder")
    if source == "-":
        largest = load_settings(folders().config).max_document_mb * 1024 * 1024
        return sys.stdin.buffer.read(largest + 1) if sys.stdin is not None else b""  # None: it was closed
    return source if "://" in source else Path(os.path.expanduser(source))  # noqa: PTH111 - where no such user is, too


async def _read(steps: AsyncIterator[Adding], *, as_json: bool) -> tuple[list[Added], list[Refused]]:
    """Read what there is, with a progress bar where it is much; tell what became of each document."""
    added: list[Added] = []
    refused: list[Refused] = []
    total = 0
    moved: Callable[..., None] = _ignored
    try:
        with ExitStack() as drawn:
            async for step in steps:
                if isinstance(step, Listed):
                    total = step.documents
                    if total > 1:
                        bar = drawn.enter_context(_bar("Reading", "{task.fields[source]}"))
                        moved = partial(bar.update, bar.add_task("read", total=total, source=""))
                    continue
                if isinstance(step, Refused):
                    refused.append(step)
                    output.failure(step.error, step.source)
                elif isinstance(step, Added):
                    added.append(step)
                    moved(source=step.info.name)
                    if not as_json and total <= _FEW:
                        render.added(step)
                moved(advance=1)
    finally:  # Ctrl+C leaves what is done.
        if not as_json and total > _FEW:
            render.added_many(added)
    return added, refused


def _ignored(**_fields: object) -> None:
    """Stand for a bar where there is none to draw: making one takes as long as adding a document that is known."""


def _bar(title: str, note: str) -> "Bar":
    """Return a progress bar that is drawn on a terminal only."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bar, TextColumn
    from rich.table import Column

    console = Console(stderr=True)
    rest = Column(ratio=1, no_wrap=True)  # so that a long name gives way, and not the numbers
    bar = BarColumn(bar_width=10)  # 80 columns hold the note, too
    columns = (TextColumn(title), bar, MofNCompleteColumn(), TextColumn(note, markup=False, table_column=rest))
    # What is printed meanwhile is put above the bar, but what goes into a file or a pipe must get there.
    above = sys.stdout is not None and sys.stdout.isatty()
    drawn = console.is_terminal
    return Bar(*columns, console=console, transient=True, expand=True, redirect_stdout=above, disable=not drawn)


async def _embed(engine: Engine) -> tuple[int, str]:
    """Embed what lacks a vector; return how many, and why it ended early."""
    embedded, notice = 0, ""
    with _bar("Preparing search by meaning", "{task.fields[eta]}") as bar:
        task = bar.add_task("embed", total=None, eta="starting the model")

        def tell(progress: Progress) -> None:
            nonlocal embedded
            embedded = progress.done
            eta = f"{progress.per_s:.0f}/s, {progress.left_s:.0f} s left (Ctrl+C: later)"
            bar.update(task, completed=progress.done, total=progress.total, eta=eta)

        try:
            embedded = await engine.library.embed(tell)
        except ModelError as error:
            notice = f"Search works by words only: {error}. {error.hint}."
        except asyncio.CancelledError:  # Ctrl+C; everything up to here is kept.
            notice = "Stopped; search works by words, and adding anything later goes on from here."
    if notice:
        output.note(notice)
    return embedded, notice


def list_specs(as_json: bool) -> Exit:
    """Print the specs in the library."""

    async def work(engine: Engine) -> Exit:
        specs = await engine.library.specs()
        if as_json:
            output.document({"specs": specs})
        elif specs:
            render.specs(specs)
        else:
            output.note("The library is empty. Add a specification with `specdeck add PATH`.")
        return Exit.DONE

    return with_engine(work, as_json=as_json)


def show(ref: str, depth: int, fields: Fields, as_json: bool) -> Exit:
    """Print a spec, an operation, a schema or a passage."""

    async def work(engine: Engine) -> Exit:
        view = await engine.library.show(ref, depth=depth)
        if as_json:
            output.document(view)
            return Exit.DONE
        match view:
            case Overview():
                render_views.overview(view)
            case OperationView():
                render_views.operation(view, await engine.library.facts(view, fields), depth)
            case SchemaView():
                render_views.schema(view, depth)
            case PassageView():
                render_views.passage(view)
        return Exit.DONE

    return with_engine(work, as_json=as_json)


def diff(old: str, new: str, form: str) -> Exit:
    """Print how one spec differs from another; a name in the library comes before a file of that name."""

    async def work(engine: Engine) -> Exit:
        names = {info.name.lower() for info in await engine.library.specs()}
        found = await engine.review.diff(_side(old, names), _side(new, names))
        if form == "json":
            output.document(found)
        else:
            output.text((diff_markdown(found) if form == "markdown" else diff_text(found)).rstrip())
        return Exit.DONE

    return with_engine(work, as_json=form == "json")


def _side(side: str, names: Collection[str]) -> str | Path:
    """Return the spec, or the old version of one, that is meant; a file otherwise."""
    name, _, number = side.rpartition("@")
    return side if side.lower() in names or (number.isdecimal() and name.lower() in names) else Path(side)


def remove(name: str, as_json: bool) -> Exit:
    """Remove a spec."""

    async def work(engine: Engine) -> Exit:
        await engine.library.remove(name)
        if as_json:
            output.document({"removed": name})
        else:
            output.text(f"Removed {name}.")
        return Exit.DONE

    return with_engine(work, as_json=as_json)


def rename(name: str, new_name: str, as_json: bool) -> Exit:
    """Give a spec another name."""

    async def work(engine: Engine) -> Exit:
        await engine.library.rename(name, new_name)
        if as_json:
            output.document({"renamed": name, "to": new_name})
        else:
            output.text(f"{name} is {new_name} now.")
        return Exit.DONE

    return with_engine(work, as_json=as_json)
