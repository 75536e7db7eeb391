"""The files around a document, opened for its references: only what lies inside the folder that the user named."""

import os
import posixpath
import stat
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from engine.errors import InputError, OutsideError
from engine.specs.limits import Limits

_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
"""For opening a file; no system has all of them."""
_PASSED_OVER = frozenset("node_modules __pycache__ venv".split())
"""Folders that hold other people's files; so do hidden ones."""
_MAX_LISTED = 20_000
"""Files of a folder that are listed; the largest collection of requests that was found has some hundreds."""


def beside(folder: Path, limits: Limits, within: Path | None = None) -> Callable[[str], bytes]:
    """Return what opens files by their path from a document; see `bundle.Neighbour`.

    What it returns raises OutsideError for a path that is absolute or goes up too far; InputError for one that leads
    out through a symbolic link, and for a file that is missing, no regular file (a pipe would never end), or larger
    than a document may be.

    Args:
        folder: The document's folder.
        limits: The size of a file.
        within: The folder around it that the user named; the document's own by default.
    """
    root = (within or folder).resolve()
    inner = folder.resolve().relative_to(root).as_posix()
    max_bytes = limits.max_document_mb * 1024 * 1024

    def opened(name: str) -> bytes:
        path = PurePosixPath(posixpath.normpath(posixpath.join(root.as_posix(), inner, name)))
        if posixpath.isabs(name) or not path.is_relative_to(root.as_posix()):
            raise OutsideError("It is outside the folder that was added")
        try:
            real = Path(path).resolve(strict=True)
            if not real.is_relative_to(root):
                raise InputError("It is a link that leads out of the folder that was added")
            if name.endswith("/"):
                return _listed(real)
            if not real.is_file():  # opening a pipe or a device may already do something
                raise InputError("It is no regular file")
            return _regular(real, max_bytes)
        except (OSError, ValueError, RuntimeError) as error:  # also a null character, and a circle of links
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "This is no path"
            raise InputError(reason) from error

    return opened


def is_passed_over(name: str) -> bool:
    """Tell whether a file or folder of this name is left alone."""
    return (name.startswith(".") and name != "..") or name in _PASSED_OVER


def _listed(folder: Path) -> bytes:
    """Return the paths of the files below a folder; links are listed, not followed."""
    found: list[str] = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_passed_over(name))
        found += ((Path(place) / name).relative_to(folder).as_posix() for name in sorted(files))
        if len(found) > _MAX_LISTED:
            raise InputError(f"It has more than {_MAX_LISTED:,} files")
    return "\n".join(found).encode(errors="replace")


def _regular(path: Path, max_bytes: int) -> bytes:
    # Looked at again once it is open, so that nothing can take its place in between; without waiting for a pipe.
    descriptor = os.open(path, _FLAGS)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise InputError("It is no regular file")
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise InputError(f"It is larger than {max_bytes // (1024 * 1024)} MB")
    return data
