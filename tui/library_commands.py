"""What the commands about the library do; see `commands`."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine import (
    Added,
    Adding,
    Engine,
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
)
from tui import output, render, render_views
from tui.commands import with_engine
from tui.output import Exit

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_FEW = 20
"""Documents up to which each gets a line of its own."""


def add(sources: Sequence[str], name: str | None, as_json: bool, *, network: bool) -> Exit:
    """Read documents into the library, then give what is new its vectors."""
    # Standard input is read before there is an event loop, whose Ctrl+C would not end the reading.
    documents = [_source(source) for source in dict.fromkeys(sources)]

    async def work(engine: Engine) -> Exit:
        added, refused = await _read(engine.add_all(documents, name=name, network=network), as_json=as_json)
        lacking = bool(added) and any(info.embedded < info.entries for info in await engine.specs())
        embedded, notice = await _embed(engine) if lacking else (0, "")
        if as_json:
            problems = [{"source": clean_line(one.source), **output.problem(one.error)} for one in refused]
            output.document({"added": added, "refused": problems, "embedded": embedded, "notice": notice})
        if not refused:
            return Exit.DONE
        return Exit.PARTLY if added else Exit.FAILED

    return with_engine(work, as_json=as_json)


def _source(source: str) -> Path | bytes | str:
    if source == "-":
        return sys.stdin.buffer.read() if sys.stdin is not None else b""  # None: it was closed
    return source if "://" in source else Path(source).expanduser()


async def _read(steps: AsyncIterator[Adding], *, as_json: bool) -> tuple[list[Added], list[Refused]]:
    """Read what there is, with a progress bar where it is much; tell what became of each document."""
    added: list[Added] = []
    refused: list[Refused] = []
    total = 0
    moved: Callable[..., None] = _ignored
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
    if not as_json and total > _FEW:
        render.added_many(added)
    return added, refused


def _ignored(**_fields: object) -> None:
    """Stand for a bar where there is none to draw: making one takes as long as adding a document that is known."""


def _bar(title: str, note: str) -> "Bar":
    """Return a progress bar that is drawn on a terminal only."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bar, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TextColumn(note, markup=False))
    return Bar(*columns, console=console, transient=True, disable=not console.is_terminal)


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
            embedded = await engine.embed(tell)
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
        specs = await engine.specs()
        if as_json:
            output.document({"specs": specs})
        elif specs:
            render.specs(specs)
        else:
            output.note("The library is empty. Add a specification with `specdeck add PATH`.")
        return Exit.DONE

    return with_engine(work, as_json=as_json)


def show(ref: str, depth: int, as_json: bool) -> Exit:
    """Print a spec, an operation, a schema or a passage."""

    async def work(engine: Engine) -> Exit:
        view = await engine.show(ref, depth=depth)
        if as_json:
            output.document(view)
            return Exit.DONE
        match view:
            case Overview():
                render_views.overview(view)
            case OperationView():
                render_views.operation(view, await engine.facts(view), depth)
            case SchemaView():
                render_views.schema(view, depth)
            case PassageView():
                render_views.passage(view)
        return Exit.DONE

    return with_engine(work, as_json=as_json)


def diff(old: str, new: str, form: str) -> Exit:
    """Print how one spec differs from another; a name in the library comes before a file of that name."""

    async def work(engine: Engine) -> Exit:
        names = {info.name.lower() for info in await engine.specs()}
        sides = [
            Path(side) if side.rpartition("@")[0].lower() not in names and side.lower() not in names else side
            for side in (old, new)
        ]
        found = await engine.diff(sides[0], sides[1])
        if form == "json":
            output.document(found)
        else:
            output.text((diff_markdown(found) if form == "markdown" else diff_text(found)).rstrip())
        return Exit.DONE

    return with_engine(work, as_json=form == "json")


def remove(name: str, as_json: bool) -> Exit:
    """Remove a spec."""

    async def work(engine: Engine) -> Exit:
        await engine.remove(name)
        if as_json:
            output.document({"removed": name})
        else:
            output.text(f"Removed {name}.")
        return Exit.DONE

    return with_engine(work, as_json=as_json)


def rename(name: str, new_name: str, as_json: bool) -> Exit:
    """Give a spec another name."""

    async def work(engine: Engine) -> Exit:
        await engine.rename(name, new_name)
        if as_json:
            output.document({"renamed": name, "to": new_name})
        else:
            output.text(f"{name} is {new_name} now.")
        return Exit.DONE

    return with_engine(work, as_json=as_json)
