"""What `specdeck models …` does. Each returns an exit code."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from engine import (
    Engine,
    Fit,
    Folders,
    InputError,
    ModelShelf,
    Settings,
    ShelfEntry,
    SpecdeckError,
    fit,
    folders,
    free,
    load_settings,
    save_setting,
    source_of,
)
from tui.commands import output, render_models
from tui.commands.bars import embed
from tui.commands.output import Exit


def _with_shelf(work: Callable[[Folders, ModelShelf], Exit], *, as_json: bool) -> Exit:
    where = folders()
    return output.guarded(lambda: work(where, ModelShelf(where.models)), as_json=as_json)


def _used(settings: Settings) -> tuple[str, ...]:
    return settings.chat_model, settings.embedding_model, settings.rerank_model


def _fits(entry: ShelfEntry, settings: Settings) -> Fit | None:
    """Tell whether a model finds room now; None where its need is unknown."""
    return fit(entry.memory_mb * 1_000_000, free(settings.memory_mb)) if entry.memory_mb else None


def list_models(as_json: bool) -> Exit:
    """Print known and installed models."""

    def work(where: Folders, shelf: ModelShelf) -> Exit:
        settings = load_settings(where.config)
        used = _used(settings)
        rows = [(entry, entry.name in used, _fits(entry, settings)) for entry in shelf.entries()]
        if as_json:
            output.document({"models": [{"used": used, "model": entry, "fit": fit} for entry, used, fit in rows]})
        else:
            render_models.models(rows)
        return Exit.DONE

    return _with_shelf(work, as_json=as_json)


def info(name: str, as_json: bool) -> Exit:
    """Print what is known of a model, and how to get it."""

    def work(where: Folders, shelf: ModelShelf) -> Exit:
        settings = load_settings(where.config)
        entry = shelf.entry(name)
        used, fits = entry.name in _used(settings), _fits(entry, settings)
        bring = [] if entry.path else shelf.missing(name, settings.hub_url)
        if as_json:
            output.document({"used": used, "model": entry, "fit": fits, "bring": bring})
        else:
            render_models.model(entry, fits, bring, used=used)
        return Exit.DONE

    return _with_shelf(work, as_json=as_json)


def pull(names: Sequence[str], as_json: bool, *, network: bool) -> Exit:
    """Fetch models; one that fails does not stop the others."""

    def work(where: Folders, shelf: ModelShelf) -> Exit:
        source = source_of(load_settings(where.config), network=network)
        done: dict[str, str] = {}
        refused = []
        for name in names:
            try:
                with ExitStack() as drawn:
                    tell = render_models.transfer(drawn)
                    done[name] = str(
                        shelf.pull(name, lambda stage: output.note(f"{stage} …"), source=source, on_bytes=tell)
                    )
            except SpecdeckError as error:
                refused.append({"model": name, **output.problem(error)})
                output.failure(error)
        if as_json:
            output.document({"installed": done, "refused": refused})
        else:
            for name, path in done.items():
                output.text(f"{name} is installed in {path}")
        if not refused:
            return Exit.DONE
        return Exit.PARTLY if done else Exit.FAILED

    return _with_shelf(work, as_json=as_json)


def remove(name: str, as_json: bool, *, force: bool) -> Exit:
    """Remove an installed model; one in use only where that is said."""

    def work(where: Folders, shelf: ModelShelf) -> Exit:
        entry = shelf.entry(name)
        if entry.name in _used(load_settings(where.config)) and not force:
            raise InputError(
                f"{name} is the {entry.role} model in use",
                hint="Choose another with `specdeck models use`, or remove it all the same with --force",
            )
        shelf.remove(name)
        if as_json:
            output.document({"removed": name})
        else:
            output.text(f"Removed {name}.")
        return Exit.DONE

    return _with_shelf(work, as_json=as_json)


def import_model(path: Path, name: str | None, as_json: bool) -> Exit:
    """Take a model from a file or folder."""

    def work(_where: Folders, shelf: ModelShelf) -> Exit:
        entry = shelf.import_file(path, name, lambda stage: output.note(f"{stage} …"))
        if as_json:
            output.document({"installed": entry})
        else:
            output.text(f"{entry.name} is installed; use it with `specdeck models use {entry.name}`")
        return Exit.DONE

    return _with_shelf(work, as_json=as_json)


def use(name: str, as_json: bool) -> Exit:
    """Choose an installed model."""

    def work(where: Folders, shelf: ModelShelf) -> Exit:
        entry = shelf.entry(name)
        shelf.path(name)  # raises when it is not installed
        setting = f"{entry.role}_model"
        save_setting(where.config, setting, name)
        done: dict[str, object] = {"setting": setting, "value": name}
        if not as_json:
            output.text(f"{name} is now the {entry.role} model.")
        if entry.role == "embedding" and where.library.exists():
            embedded, notice = asyncio.run(_embedded(where))
            done |= {"embedded": embedded, "notice": notice}
        if as_json:
            output.document(done)
        return Exit.DONE

    return _with_shelf(work, as_json=as_json)


async def _embedded(where: Folders) -> tuple[int, str]:
    """Embed the library with the model that is chosen now; see `bars.embed`."""
    async with Engine(where, load_settings(where.config)) as engine:
        return await embed(engine)
