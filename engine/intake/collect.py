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
from engine.intake.records import Document, is_candidate, is_passed_over
from engine.library.records import STANDARD_INPUT
from engine.specs.beside import beside
from engine.specs.limits import Limits, exceeded
from engine.text import clean_line

_MAGIC = frozenset("*?[")


def collect(source: Path | bytes | str, limits: Limits, *, network: bool, private: bool) -> Iterator[Document]:
    """Return the documents that a source stands for, in the order of their names.

    Args:
        source: A file, a folder, a pattern or an archive; the content of standard input; or an address.
        limits: How much is read of each.
        network: Addresses may be fetched.
        private: Also from this machine and its own network.

    Raises:
        InputError: There is no such thing, it cannot be read, or it may not be fetched.
    """
    if isinstance(source, str):
        from engine.intake.fetch import fetch, without_secrets

        shown = without_secrets(source)
        data = fetch(source, limits, allowed=network, private=private)
        yield from _loaded(data, shown.rpartition("/")[2], shown, shown, limits)
    elif isinstance(source, bytes):
        yield from _loaded(source, "", STANDARD_INPUT, STANDARD_INPUT, limits)
    elif source.is_dir():
        yield from _in_folder(source, limits)
    elif not source.exists() and _MAGIC.intersection(str(source)):
        matches = [Path(match) for match in sorted(glob.glob(str(source), recursive=True))]  # noqa: PTH207 - takes /absolute/*
        files = [match for match in matches if match.is_file()]
        if not files:
            raise InputError(f"No file matches {source}", hint="Check the pattern")
        for file in files:
            yield from _in_file(file, limits)
    else:
        yield from _in_file(source, limits)


def _in_file(path: Path, limits: Limits) -> Iterator[Document]:
    shown = clean_line(str(path))
    if not path.is_file():  # a pipe can be read once only; where there is nothing, reading says so
        yield from _loaded(_read(path, limits), "", shown, STANDARD_INPUT, limits)
        return
    with _opened(path) as file:
        head = file.read(HEAD)
    if may_be_archive(head):
        source = clean_line(str(path.absolute()))
        yield from unpacked(_read(path, limits), clean_line(path.name), shown, source, limits)
    else:
        yield _document(path, clean_line(path.name), limits, named=True)


def _in_folder(folder: Path, limits: Limits) -> Iterator[Document]:
    """Return the documents below a folder; links to folders, and links that lead out of it, are not followed."""
    root = folder.resolve()
    found = False
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_passed_over(name))
        for path in (Path(place, name) for name in sorted(files)):
            inside = path.relative_to(folder)
            if is_candidate(inside) and path.is_file() and path.resolve().is_relative_to(root):
                found = True
                yield _document(path, clean_line(inside.as_posix()), limits, named=False)
    if not found:
        raise InputError(f"{folder} is a folder without documents that can be read", hint="Name another one, or a file")


def _loaded(data: bytes, name: str, shown: str, source: str, limits: Limits) -> Iterator[Document]:
    if may_be_archive(data[:HEAD]):
        yield from unpacked(data, name, shown, source, limits)
    else:
        yield Document(name=name, shown=shown, source=source, load=lambda: data)


def _document(path: Path, name: str, limits: Limits, *, named: bool) -> Document:
    return Document(
        name=name,
        shown=clean_line(str(path)),
        source=clean_line(str(path.absolute())),
        load=partial(_read, path, limits),
        neighbour=beside(path.parent, limits),
        named=named,
    )


def _read(path: Path, limits: Limits) -> bytes:
    """Return a file's content.

    Raises:
        InputError: It cannot be read.
        SpecError: It is larger than the limits allow.
    """
    largest = limits.max_document_mb * 1024 * 1024
    with _opened(path) as file:
        data = file.read(largest + 1)
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
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{path} cannot be read: {reason}", hint="Check the path and its permissions") from error
