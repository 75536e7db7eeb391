"""What the commands about the library do; see `commands`."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import msgspec

from engine import (
    Added,
    Adding,
    Engine,
    Fields,
    InputError,
    Listed,
    OperationView,
    Overview,
    PassageView,
    Refused,
    SchemaView,
    clean_line,
    diff_markdown,
    diff_text,
    folders,
    load_settings,
)
from tui.commands import output, render, render_views
from tui.commands.bars import bar, embed, ignored
from tui.commands.output import Exit
from tui.commands.questions import with_engine

_FEW = 20
"""Documents up to which each gets a line of its own."""


def add(
    sources: Sequence[str], name: str | None, as_json: bool, *, network: bool, overlays: Sequence[str] = ()
) -> Exit:
    """Read documents into the library, then give what is new its vectors."""

    def run() -> Exit:
        # Standard input is read before there is an event loop, whose Ctrl+C would not end the reading.
        documents = [_source(source) for source in dict.fromkeys(sources)]
        laid = [_source(overlay) for overlay in overlays]
        return with_engine(partial(_add, documents, name, as_json, network, laid), as_json=as_json)

    return output.guarded(run, as_json=as_json)


async def _add(
    documents: Sequence[Path | bytes | str],
    name: str | None,
    as_json: bool,
    network: bool,
    overlays: Sequence[Path | bytes | str],
    engine: Engine,
) -> Exit:
    steps = engine.library.add_all(documents, name=name, network=network, overlays=overlays)
    added, refused = await _read(steps, as_json=as_json)
    lacking = bool(added) and any(info.embedded < info.entries for info in await engine.library.specs())
    embedded, notice = await embed(engine) if lacking else (0, "")
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
    moved: Callable[..., None] = ignored
    try:
        with ExitStack() as drawn:
            async for step in steps:
                if isinstance(step, Listed):
                    total = step.documents
                    if total > 1:
                        drawing = drawn.enter_context(bar("Reading", "{task.fields[source]}"))
                        moved = partial(drawing.update, drawing.add_task("read", total=total, source=""))
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


def show(ref: str, depth: int | None, fields: Fields, media_type: str, as_json: bool) -> Exit:
    """Print a spec, an operation, a schema or a passage."""

    async def work(engine: Engine) -> Exit:
        view = await engine.library.show(ref, depth=depth or 0)
        facts = await engine.library.facts(view, fields, media_type, depth) if isinstance(view, OperationView) else None
        if as_json:
            output.document({**msgspec.structs.asdict(view), "facts": facts} if facts else view)
            return Exit.DONE
        match view:
            case Overview():
                render_views.overview(view)
            case OperationView() if facts:
                render_views.operation(view, facts)
            case SchemaView():
                render_views.schema(view, depth or 0)
            case PassageView():
                render_views.passage(view)
        return Exit.DONE

    return with_engine(work, as_json=as_json)


def export(ref: str, tag: str, tokens: int | None, as_json: bool) -> Exit:
    """Print an operation, a tag or a whole API as Markdown."""

    async def work(engine: Engine) -> Exit:
        made = await engine.library.export(ref, tag=tag, budget_tokens=tokens)
        if as_json:
            output.document(made)
            return Exit.DONE
        output.text(made.markdown.rstrip())
        if made.left_out:
            output.note(f"{made.left_out:,} operations have no room in {tokens:,} tokens; choose some with --tag")
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
