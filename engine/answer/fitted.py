"""Which operation takes what was said: of those that were found the one with inputs for it comes first."""

from collections.abc import Callable

import msgspec

from engine.calls.given.given import given
from engine.calls.given.reading import VALUES
from engine.calls.source import Source
from engine.english.mentions import is_error, mentions
from engine.search.search import Ranking
from engine.specs.model import Operation

_LOOKED = 6
"""Operations that are looked at: the right one is among the first five of nine in ten questions."""
_TAKEN, _LEFT, _OPEN = 1.25, 0.6, 0.3
"""What a value that an input takes adds to a score, and what one that none takes and an open part of the path take off.

Chosen by the build part of tests/questions/calls, first of all hits .64 without, .78 with; on tests/questions/choose,
where few questions have values, .495 and .51."""


def fitted(ranking: Ranking, question: str, source_of: Callable[[str, Operation], Source]) -> Ranking:
    """Return a ranking whose first operations stand in the order in which they take what a question says.

    One that names an operation outright, has an error in it or has no values, stays as it is.

    Args:
        ranking: What was found.
        question: What the user said.
        source_of: Gives an operation of a spec with what it refers to.
    """
    found = [(one, item) for one in ranking.entries if isinstance(item := one.entry.item, Operation)][:_LOOKED]
    if not found or found[0][0].named or is_error(question):
        return ranking
    if all(one.kind not in VALUES for one in mentions(question)):
        return ranking
    worth = {
        one.entry.rowid: one.score + _worth(question, source_of(one.entry.spec, operation)) for one, operation in found
    }
    order = iter(sorted((one for one, _ in found), key=lambda one: -worth[one.entry.rowid]))
    entries = tuple(next(order) if one.entry.rowid in worth else one for one in ranking.entries)
    return msgspec.structs.replace(ranking, entries=entries)


def _worth(question: str, source: Source) -> float:
    found = given(question, source)
    path = sum(one.location == "path" for one in source.operation.parameters)
    open_parts = path - sum(one.place == "path" for one in found.taken)
    return _TAKEN * len(found.taken) - _LEFT * len(found.unplaced) - _OPEN * open_parts
