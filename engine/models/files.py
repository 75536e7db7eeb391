"""Files of models: private to the user, written once, and known by their hash."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import IO

from engine.settings import private_folder

COPY_BYTES = 1 << 20
"""Bytes that are copied at a time."""


def write_new(stream: IO[bytes], target: Path) -> None:
    """Write a stream to a new file, mode 0600, in folders of mode 0700."""
    private_folder(target.parent)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(stream, file, COPY_BYTES)


def has_hash(file: Path, sha256: str) -> bool:
    """Tell whether a file is there and has this SHA-256."""
    return file.is_file() and hash_of(file) == sha256


def hash_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
