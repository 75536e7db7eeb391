"""Files that are made from the library and can always be made again: written whole, checked when read."""

import struct
import time
import zlib
from contextlib import suppress
from pathlib import Path

from engine.settings import replace_file

_HEADER = struct.Struct("<8sQQI")
"""Magic, generation of the library, length and CRC-32 of what follows."""
_LEFT_OVER_S = 3600
"""Age at which an unfinished file is that of a process that was killed; writing takes a second or two."""


def load(file: Path, magic: bytes, generation: int) -> memoryview | None:
    """Return what was kept; None when the file is missing, stale, damaged or another kind's."""
    try:
        data = file.read_bytes()
    except OSError:
        return None
    if len(data) < _HEADER.size:
        return None
    kind, made_at, length, checksum = _HEADER.unpack_from(data)
    body = memoryview(data)[_HEADER.size :]
    if kind != magic or made_at != generation or len(body) != length or zlib.crc32(body) != checksum:
        return None
    return body


def keep(file: Path, magic: bytes, generation: int, body: bytes) -> None:
    """Write the file. Where that cannot be done, what it holds is made again by the next process."""
    with suppress(OSError):
        replace_file(file, _HEADER.pack(magic, generation, len(body), zlib.crc32(body)), body)
        for aside in file.parent.glob(f".{file.name}.*"):
            if time.time() - aside.stat().st_mtime > _LEFT_OVER_S:
                aside.unlink()
