"""The door to reviews: how two specifications differ."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from engine.review.records import Diff
from engine.specs.model import Spec


class ReviewDoor:
    """Compares specifications.

    Args:
        read: Gives a whole spec by its name, or by its file; see `LibraryDoor.read`.
    """

    def __init__(self, read: Callable[[str | Path], Spec]) -> None:
        self._read = read

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
