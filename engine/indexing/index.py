"""A specification to all that it is found by. Called when it is added, or when an older library is opened."""

import logging
from contextlib import suppress

from engine.errors import NotFoundError
from engine.indexing.columns import columns
from engine.indexing.links.links import links
from engine.indexing.segments import segment
from engine.indexing.texts import Texts
from engine.library.index import index_again, outdated
from engine.library.records import Indexed
from engine.library.store import Library
from engine.specs.model import Operation, Passage, Spec

log = logging.getLogger(__name__)


def index(spec: Spec) -> Indexed:
    """Return what a specification is found by. The time is about linear in its size."""
    items: tuple[Operation | Passage, ...] = (*spec.operations, *spec.webhooks, *spec.passages)
    of = Texts(spec).of
    texts = [of(item) for item in items]
    edges = links(spec)
    return Indexed(
        texts=tuple(text.text for text in texts),
        edges=tuple(edges),
        columns=tuple(columns(spec)),
        segment=segment(items, texts, edges),
    )


def upgrade(library: Library) -> int:
    """Index anew what an older specdeck has added; return how many entries that were.

    Each spec is kept at once, so that an interrupt loses one.

    Raises:
        LibraryError: The library cannot be read or written.
    """
    entries = 0
    for name in outdated(library):
        log.info("%s is indexed anew, as this specdeck does it", name)
        with suppress(NotFoundError):  # Another process has removed it.
            entries += index_again(library, name, index)
    return entries
