"""What tells one model from another of the same name."""

import hashlib
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=8)
def identity(model: Path) -> bytes:
    """Return 16 bytes that are others once a file of the model has changed, by name, size and time of change.

    It is taken once in a process: whoever has loaded the weights goes on with those.

    Args:
        model: A file, or a folder with all that is in it.

    Raises:
        OSError: It cannot be read.
    """
    files = sorted(model.rglob("*")) if model.is_dir() else [model]
    digest = hashlib.sha256(model.name.encode())
    for file in files:
        about = file.stat()
        digest.update(f"\n{file.relative_to(model.parent)} {about.st_size} {about.st_mtime_ns}".encode())
    return digest.digest()[:16]
