"""The door to reviews: how two specifications differ, and whether secrets have come in with some."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from engine.library.store import Library
from engine.review.records import Diff
from engine.specs.model import Spec

if TYPE_CHECKING:
    from engine.review.secrets import Searched


class ReviewDoor:
    """Looks at specifications.

    Args:
        library: The library.
        read: Gives a whole spec by its name, or by its file; see `LibraryDoor.read`.
    """

    def __init__(self, library: Library, read: Callable[[str | Path], Spec]) -> None:
        self._library = library
        self._read = read

    async def secrets(self) -> "Searched":
        """Look through the guides and recordings in the library for secrets.

        Raises:
            LibraryError: The library cannot be read.
        """
        from engine.review.secrets import search  # and with it what reads recordings, which few commands need

        return await asyncio.to_thread(search, self._library)

    async def diff(self, old: str | Path, new: str | Path) -> Diff:
        """Return how one spec differs from another.

        Args:
            old: A spec's name, `NAME@2` for an old version of it, or a file.
            new: The same.

        Raises:
            NotFoundError: There is no such spec.
            InputError: A file cannot be read.
        """
        return await asyncio.to_thread(self._diff, old, new)

    def _diff(self, old: str | Path, new: str | Path) -> Diff:
        from engine.review.diff.compare import compare

        return compare(self._read(old), self._read(new))
