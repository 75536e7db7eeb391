"""What the user named, to documents: files, folders, patterns, archives, addresses, standard input."""

import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from engine.errors import InputError
from engine.intake.archives import HEAD, may_be_archive, unpacked
from engine.intake.records import Document, is_candidate
from engine.library.records import STANDARD_INPUT
from engine.net.address import without_secrets
from engine.net.reach import Reach
from engine.specs.beside import beside, is_passed_over
from engine.specs.limits import Limits, exceeded
from engine.text import clean_line

_MAGIC = frozenset("*?[")


def collect(source: Path | bytes | str, limits: Limits, reach: Reach | None = None) -> Iterator[Document]:
    """Return the documents that a source stands for, in the order of their names.

    Args:
        source: A file, a folder, a pattern or an archive; the content of standard input; or an address.
        limits: How much is read of each.
        reach: Which addresses may be fetched from; None where the user allows no network.

    Raises:
        InputError: There is no such thing, it cannot be read, or it may not be fetched.
    """
    if isinstance(source, str):
        from engine.intake.fetch import fetch  # and all that a connection needs

        shown = without_secrets(source)
        data = fetch(source, limits, reach)
        yield from _loaded(data, shown.rpartition("/")[2], shown, shown, limits)
        return
    if isinstance(source, bytes):
        yield from _loaded(source, "", STANDARD_INPUT, STANDARD_INPUT, limits)
        return
    try:
        is_folder, is_missing = source.is_dir(), not source.exists()
    except OSError as error:  # a name that is too long, a folder that may not be looked into
        raise _unreadable(source, error) from error
    if is_folder:
        yield from _in_folder(source, limits)
    elif is_missing and _MAGIC.intersection(str(source)):
        yield from _matching(source, limits)
    else:
        yield from _in_file(source, limits)


def _matching(pattern: Path, limits: Limits) -> Iterator[Document]:
    """Return the documents of the files that match; what is wrong with one of them costs that one."""
    matches = sorted(glob.glob(str(pattern), recursive=True))  # noqa: PTH207 - takes /absolute/*
    files = [Path(match) for match in matches if os.path.isfile(match)]  # noqa: PTH113 - never raises
    if not files:
        raise InputError(f"No file matches {pattern}", hint="Check the pattern")
    for file in files:
        try:
            yield from _in_file(file, limits)
        except InputError as error:
            yield _refused(file, error)


def _in_file(path: Path, limits: Limits) -> Iterator[Document]:
    shown = clean_line(str(path))
    if not path.is_file():  # a pipe can be read once only; where there is nothing, reading says so
        yield from _loaded(_read(path, limits), "", shown, STANDARD_INPUT, limits)
        return
    with _opened(path) as file:
        head = file.read(HEAD)
    if may_be_archive(head):
        yield from unpacked(_read(path, limits), clean_line(path.name), shown, _source(path), limits)
    else:
        yield _document(path, clean_line(path.name), limits)


def _in_folder(folder: Path, limits: Limits) -> Iterator[Document]:
    """Return the documents below a folder; links to folders, and links that lead out of it, are not followed."""
    root = folder.resolve()
    found = False
    closed: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not is_passed_over(name))
        for path in (Path(place, name) for name in sorted(files)):
            inside = path.relative_to(folder)
            if is_candidate(inside) and _leads_into(root, path):
                found = True
                yield _document(path, clean_line(inside.as_posix()), limits, within=folder)
    for error in closed:
        yield _refused(Path(error.filename), _unreadable(Path(error.filename), error))
    if not found and not closed:
        raise InputError(f"{folder} is a folder without documents that can be read", hint="Name another one, or a file")


def _leads_into(root: Path, path: Path) -> bool:
    try:
        return path.is_file() and path.resolve().is_relative_to(root)
    except OSError:  # It may not be looked at; reading it says why.
        return True


def _loaded(data: bytes, name: str, shown: str, source: str, limits: Limits) -> Iterator[Document]:
    if may_be_archive(data[:HEAD]):
        yield from unpacked(data, name, shown, source, limits)
    else:
        yield Document(name=name, shown=shown, source=source, load=lambda: data)


def _document(path: Path, name: str, limits: Limits, within: Path | None = None) -> Document:
    return Document(
        name=name,
        shown=clean_line(str(path)),
        source=_source(path),
        load=partial(_read, path, limits),
        neighbour=beside(path.parent, limits, within),
        named=within is None,
    )


def _refused(path: Path, error: InputError) -> Document:
    """Return what stands for a file or folder that cannot be read among those that can."""

    def load() -> bytes:
        raise error

    return Document(name=clean_line(path.name), shown=clean_line(str(path)), source=_source(path), load=load)


def _source(path: Path) -> str:
    """Return the path by which a document is known again: the same wherever it is named from, with slashes anywhere."""
    absolute = path.absolute()
    if ".." in absolute.parts:
        absolute = absolute.parent.resolve() / absolute.name
    return clean_line(absolute.as_posix())


def _read(path: Path, limits: Limits) -> bytes:
    """Return a file's content.

    Raises:
        InputError: It cannot be read.
        SpecError: It is larger than the limits allow.
    """
    largest = limits.max_document_mb * 1024 * 1024
    with _opened(path) as file:
        # All the memory for a read is asked for at once. What tells no size is a pipe.
        data = file.read(min(os.fstat(file.fileno()).st_size or largest, largest) + 1)
    if len(data) > largest:
        raise exceeded(f"The document is larger than {limits.max_document_mb} MB", "max_document_mb")
    return data


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}", hint="Check the path") from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError | ValueError) -> InputError:
    reason = error.strerror if isinstance(error, OSError) else error
    return InputError(f"{path} cannot be read: {reason}", hint="Check the path and its permissions")
