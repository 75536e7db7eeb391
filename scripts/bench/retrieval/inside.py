"""A library as the search itself has it, for what the façade does not offer: other weights, a look at candidates."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import NamedTuple

from engine.library.store import Library
from engine.search.query import Asked
from engine.search.terms import TermIndex, Terms
from engine.search.vectors import VectorIndex
from engine.settings import Folders

Embed = Callable[[Sequence[str]], Awaitable[list[bytes]]]
"""From texts to their vectors, little-endian float32."""


class Inside(NamedTuple):
    """An open library with its indexes."""

    library: Library
    terms: Terms
    vectors: VectorIndex


@contextmanager
def inside(where: Folders, model: str) -> Iterator[Inside]:
    """Open a library that an engine has filled.

    Args:
        where: Its folders.
        model: Name of the embedding model.
    """
    with closing(Library(where.library)) as library:
        yield Inside(library, TermIndex(library, where.data).terms(), VectorIndex(library, model, where.data))


class Cache:
    """Keeps the vectors of the parts of questions: several systems ask the same ones.

    Args:
        embed: The embedding model.
    """

    def __init__(self, embed: Embed) -> None:
        self._embed = embed
        self._made: dict[str, bytes] = {}

    async def vectors(self, asked: Asked) -> dict[str, bytes]:
        """Return the vector of each part of a question."""
        missing = [text for text in asked.parts if text not in self._made]
        if missing:
            self._made.update(zip(missing, await self._embed(missing), strict=True))
        return {text: self._made[text] for text in asked.parts}
