"""A library as the search itself has it, for what the façade does not offer: other weights, a look at candidates."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from engine.library.store import Library
from engine.search.pipeline import Asked
from engine.search.search import Embed
from engine.search.vectors import VectorIndex
from engine.search.words.terms import TermIndex, Terms
from engine.settings import Folders


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
        self._made: dict[str | tuple[str, int, int], bytes] = {}

    async def vectors(self, asked: Asked) -> dict[str, bytes]:
        """Return the vector of each part of a question."""
        parts = asked.question.embedded
        missing = [text for text in parts.values() if text not in self._made]
        if missing:
            self._made.update(zip(missing, await self._embed(missing), strict=True))
        return {part: self._made[text] for part, text in parts.items()}
