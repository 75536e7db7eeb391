"""What `specdeck models …` does. Each returns an exit code."""

from collections.abc import Callable, Sequence
from pathlib import Path

from engine import Folders, ModelShelf, NotFoundError, SpecdeckError, folders, load_settings, save_setting
from tui.commands import output, render
from tui.commands.output import Exit


def _with_shelf(work: Callable[[Folders, ModelShelf], Exit], *, as_json: bool) -> Exit:
    where = folders()
    return output.guarded(lambda: work(where, ModelShelf(where.models)), as_json=as_json)


def list_models(as_json: bool) -> Exit:
    """Print known and installed models."""

    def work(where: Folders, shelf: ModelShelf) -> Exit:
        settings = load_settings(where.config)
        used = (settings.chat_model, settings.embedding_model, settings.rerank_model)
        entries = shelf.entries()
        if as_json:
            output.document({"models": [{"used": entry.name in used, "model": entry} for entry in entries]})
        else:
            render.models(entries, used)
        return Exit.DONE

    return _with_shelf(work, as_json=as_json)


def pull(names: Sequence[str], as_json: bool) -> Exit:
    """Fetch models; one that fails does not stop the others."""

    def work(_where: Folders, shelf: ModelShelf) -> Exit:
        done: dict[str, str] = {}
        refused = []
        for name in names:
            try:
                done[name] = str(shelf.pull(name, lambda stage: output.note(f"{stage} …")))
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
        entry = next((entry for entry in shelf.entries() if entry.name == name), None)
        if entry is None:
            raise NotFoundError(f"There is no model {name}", hint="See the models with `specdeck models list`")
        shelf.path(name)  # raises when it is not installed
        setting = f"{entry.role}_model"
        save_setting(where.config, setting, name)
        if as_json:
            output.document({"setting": setting, "value": name})
        else:
            output.text(f"{name} is now the {entry.role} model.")
        return Exit.DONE

    return _with_shelf(work, as_json=as_json)
