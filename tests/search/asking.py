"""Questions to a library, by words alone."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from engine.errors import ModelFileError
from engine.library.store import Library
from engine.observe.metrics import Metrics
from engine.search.embeddings import Embeddings
from engine.search.records import Hit
from engine.search.search import Searcher
from engine.search.vectors import VectorIndex
from engine.search.words.terms import TermIndex


async def unable(_texts: Sequence[str]) -> list[bytes]:
    """Embed nothing."""
    raise ModelFileError("There is no model here")


def hits(library: Library, question: str, spec: str | None = None, n: int = 10) -> tuple[Hit, ...]:
    """Return the hits for a question, by words alone."""
    [(_, _, file)] = library.rows("PRAGMA database_list")
    folder = Path(file).parent
    searcher = Searcher(
        library,
        TermIndex(library, folder),
        VectorIndex(library, "none", folder),
        Embeddings(library, unable, bytes),
        None,
        Metrics(),
    )
    return asyncio.run(searcher.search(question, n=n, spec=spec, meaning=False, where=None)).hits


def found(library: Library, question: str, spec: str | None = None, n: int = 10) -> list[str]:
    """Return the operations for a question."""
    return [hit.operation for hit in hits(library, question, spec, n)]
