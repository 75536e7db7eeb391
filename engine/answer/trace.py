"""How an answer came about, for whoever wonders about it: kept from what was there anyway, and shown when asked for."""

from collections.abc import Mapping, Sequence

import msgspec

from engine.library.store import Library
from engine.models.protocol import Message, Usage
from engine.search.hits import hits
from engine.search.search import Ranking


class TracedHit(msgspec.Struct, frozen=True, kw_only=True):
    """A hit, with what brought it to its place."""

    ref: str
    """`SPEC:METHOD /path`."""
    why: str
    """What matched, in words."""
    part: str
    """The clause of the question that it fits best."""
    score: float
    """Orders the hits of one search only."""
    relevance: float
    """How likely it is what was asked for, 0 to 1."""
    near: float
    """How near its meaning is to that clause; 0 in a search by words alone."""
    giving: float
    """What of the score it owes to what it gives to others, or takes from them."""
    shown: bool
    """Whether the facts speak of it."""


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """The path of an answer."""

    request: str
    """Names this answer; in the log, too, where something went wrong on the way."""
    intent: str
    searched: str
    """What was searched for: the question, or how it was understood."""
    spec: str | None
    """The only spec that was searched, where there was one."""
    clauses: tuple[str, ...]
    """What is asked one after another."""
    one_api: float
    """How likely the question is about one API, 0 to 1."""
    mode: str
    """By what was searched."""
    without: str
    """What had no part in the search that could have had, and why."""
    hits: tuple[TracedHit, ...]
    """The best first."""
    rung: str
    model: str
    prompt: tuple[Message, ...]
    """What the model was asked; empty where none was."""
    cached: bool
    """Whether the prose was written before."""
    usage: Usage | None
    """What the model took."""
    passed: tuple[str, ...]
    """Names of the prose that are in the spec, in small letters."""
    failed: Mapping[str, str]
    """What of the prose is not so → what the spec says instead; nothing for names that are not there."""
    notices: tuple[str, ...]
    """What went wrong on the way."""
    timings_ms: Mapping[str, float]


def traced_hits(library: Library, ranking: Ranking, shown: Sequence[str]) -> tuple[TracedHit, ...]:
    """Return the hits of a ranking with what brought each.

    Args:
        library: Where they are.
        ranking: What was found.
        shown: `SPEC:METHOD /path` of what the facts speak of.

    Raises:
        LibraryError: The library cannot be read.
    """
    pairs = zip(hits(library, ranking.asked, ranking.entries), ranking.entries, strict=True)
    return tuple(
        TracedHit(
            ref=hit.ref,
            why=hit.why,
            part=hit.evidence.part,
            score=hit.score,
            relevance=hit.relevance,
            near=hit.evidence.near,
            giving=round(one.giving, 6),
            shown=hit.ref in shown,
        )
        for hit, one in pairs
    )
