"""What chat models have read of the beginning of every prompt, kept on disk from one process to the next.

A file holds the state of llama.cpp after tokens that are the program's own words, never a user's. llama.cpp trusts such
a state and may crash on a wrong one, so a file is used only where it is, by its hash, what was written under this name;
and it is out of its place while llama.cpp takes it, so that one which ends the process is not met again.
"""

import logging
import os
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from engine.settings import replace_file

log = logging.getLogger(__name__)

MOST_FILES = 8
"""The last ones of each model, window and way to run it; a model may have two, one of them for short prompts."""
MOST_BYTES = 256 << 20
"""All of them: 222 tokens of the starter have 5 MB, of a model of 4 B parameters 33."""
HASH_BYTES = 32
"""Of BLAKE2b: nobody finds another state of the same hash by chance."""


class Prefixes:
    """The folder of these files (0600). What cannot be read or written is as if it were not there.

    Args:
        folder: Where; made when something is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, name: str) -> bytes | None:
        """Return the state of this name, and put its file aside; None where there is none, or it is damaged."""
        aside = self._aside(name)
        try:
            self._file(name).replace(aside)
            data = aside.read_bytes()
        except OSError:
            return None
        digest, state = data[:HASH_BYTES], data[HASH_BYTES:]
        if digest == _hash(name, state):
            return state
        log.warning("%s is damaged and not used", self._file(name))
        aside.unlink(missing_ok=True)
        return None

    def put_back(self, name: str) -> None:
        """Put the file that was taken into its place: it was good, and is the one used last."""
        with suppress(OSError):  # Another process has made room.
            os.utime(self._aside(name))
            self._aside(name).replace(self._file(name))

    def keep(self, name: str, state: bytes) -> None:
        """Keep a state under a name; those that were used longest ago make room."""
        try:
            replace_file(self._file(name), _hash(name, state), state)
            self._make_room()
        except OSError as error:
            log.warning("what was read is not kept: %s", error)

    def _make_room(self) -> None:
        files = sorted(self._folder.iterdir(), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        size = 0
        for place, file in enumerate(files):
            size += file.stat().st_size
            if place >= MOST_FILES or size > MOST_BYTES:
                file.unlink()

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.state"

    def _aside(self, name: str) -> Path:
        return self._folder / f".{name}.{os.getpid()}"


def _hash(name: str, state: bytes) -> bytes:
    """Return what a file begins with; a state under another name has another."""
    return blake2b(state, digest_size=HASH_BYTES, key=name.encode()).digest()
