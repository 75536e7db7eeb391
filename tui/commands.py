"""What the commands do: call the engine, print what it gives. Each returns an exit code."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from engine import Added, Engine, ModelError, Progress, SpecdeckError, check, clean_line, folders, load_settings
from tui import output, render
from tui.output import Exit


def with_engine(work: Callable[[Engine], Awaitable[Exit]], *, as_json: bool) -> Exit:
    """Run `work` with an open engine, guarded."""

    async def main() -> Exit:
        where = folders()
        async with Engine(where, load_settings(where.config)) as engine:
            return await work(engine)

    return output.guarded(lambda: asyncio.run(main()), as_json=as_json)


# The library -------------------------------------------------------------------------------------------------------


def add(sources: Sequence[str], name: str | None, as_json: bool) -> Exit:
    """Read documents into the library, then give what is new its vectors."""
    # Standard input is read before there is an event loop, whose Ctrl+C would not end the reading.
    documents = {source: _standard_input() if source == "-" else Path(source) for source in dict.fromkeys(sources)}

    async def work(engine: Engine) -> Exit:
        added: list[Added] = []
        refused: list[dict[str, str]] = []
        for source, document in documents.items():
            try:
                result = await engine.add(document, name=name)
            except SpecdeckError as error:
                refused.append({"source": clean_line(source), **output.problem(error)})
                output.failure(error, source)
                continue
            added.append(result)
            if not as_json:
                render.added(result)
        embedded, notice = await _embed(engine) if added else (0, "")
        if as_json:
            output.document({"added": added, "refused": refused, "embedded": embedded, "notice": notice})
        if not refused:
            return Exit.DONE
        return Exit.PARTLY if added else Exit.FAILED

    return with_engine(work, as_json=as_json)


def _standard_input() -> bytes:
    return sys.stdin.buffer.read() if sys.stdin is not None else b""  # None: it was closed


async def _embed(engine: Engine) -> tuple[int, str]:
    """Embed what lacks a vector, with a progress bar on a terminal; return how many, and why it ended early."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bar, TextColumn

    embedded, notice = 0, ""
    columns = (
        TextColumn("Preparing search by meaning"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[eta]}"),
    )
    console = Console(stderr=True)
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
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


def show(ref: str, as_json: bool) -> Exit:
    """Print a spec or an operation."""

    async def work(engine: Engine) -> Exit:
        for info in await engine.specs():
            if info.name.lower() == ref.lower():
                view = await engine.overview(info.name)
                output.document(view) if as_json else render.overview(view)
                return Exit.DONE
        operation = await engine.operation(ref)
        if as_json:
            output.document(operation)
        else:
            render.operation(operation, await engine.facts(operation))
        return Exit.DONE

    return with_engine(work, as_json=as_json)


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


# Questions ---------------------------------------------------------------------------------------------------------


def search(queries: Sequence[str], count: int, spec: str | None, as_json: bool, *, batch: bool) -> Exit:
    """Print the hits of one query, or of each query of a batch."""

    async def work(engine: Engine) -> Exit:
        await _known(engine, spec)
        for query in queries:
            found = await engine.search(query, n=count, spec=spec)
            if as_json:
                output.document(found)
            else:
                render.found(found, titled=batch)
        return Exit.DONE

    return with_engine(work, as_json=as_json)


async def _known(engine: Engine, spec: str | None) -> None:
    """Raise NotFoundError unless the spec that was asked for is there."""
    if spec is not None:
        await engine.info(spec)


def ask(question: str, spec: str | None, rung: str, as_json: bool) -> Exit:
    """Print the answer to a question as it comes."""

    async def work(engine: Engine) -> Exit:
        await _known(engine, spec)
        await render.answer(engine.ask(question, spec=spec, rung=rung), as_json=as_json)
        return Exit.DONE

    return with_engine(work, as_json=as_json)


# State -------------------------------------------------------------------------------------------------------------


def doctor(as_json: bool) -> Exit:
    """Check every part and print how it does."""

    async def work(engine: Engine) -> Exit:
        checks = await check(engine)
        if as_json:
            output.document({"ok": all(check.ok for check in checks), "checks": checks})
        else:
            render.checks(checks)
        return Exit.DONE if all(check.ok for check in checks) else Exit.FAILED

    return with_engine(work, as_json=as_json)
