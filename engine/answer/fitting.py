"""Which APIs a question fits about equally: then it is for the user to say which one is meant."""

from collections.abc import Sequence

import msgspec

from engine.english.words import query_words
from engine.library.stems import stems
from engine.search.hits import called_by
from engine.search.pipeline import Ranked
from engine.specs.describe import summary_of
from engine.specs.model import Operation

_SURE = 0.95
"""Relevance from which on an operation is surely about the question. By reading 34 questions over six APIs, as is"""
_BEHIND = 3.0
"""how far the score of the best one of another API may be behind: at the odds of one to twenty."""
_SHOWN = 5
"""APIs that are offered: as many as operations are shown."""


class Fitting(msgspec.Struct, frozen=True):
    """An API that a question fits, and what of it answers."""

    spec: str
    operation: str
    """`GET /users`."""
    summary: str


def fitting(found: Sequence[Ranked], question: str) -> tuple[Fitting, ...]:
    """Return the APIs that a question fits about equally, the best first; nothing where one is clearly meant.

    The best operation of another API is a rival where it is surely about the question, is nearly as likely, and is
    called by at least all but one of the words of the question that the best of all is called by.

    Args:
        found: Entries for the question, best first.
        question: What is searched for.
    """
    operations = [(one, item) for one in found if isinstance(item := one.entry.item, Operation)]
    if not operations or operations[0][0].named or operations[0][0].api:
        return ()
    asked = frozenset(stems(query_words(question)))
    best, item = operations[0]
    fits = {best.entry.spec: item}
    own = asked & _stems_of(item)
    for one, item in operations[1:]:
        if one.entry.spec in fits or one.relevance < _SURE or one.score < best.score - _BEHIND:
            continue
        shared = own & _stems_of(item)
        if len(shared) >= max(len(own) - 1, min(len(own), 1)):
            fits[one.entry.spec] = item
    if len(fits) < 2 or best.relevance < _SURE:
        return ()
    return tuple(Fitting(spec, item.key, summary_of(item)) for spec, item in list(fits.items())[:_SHOWN])


def _stems_of(operation: Operation) -> frozenset[str]:
    return frozenset(stems(called_by(operation)))
