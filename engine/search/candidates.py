"""Which entries are looked at for a question, and what is told of them before any weight has a say."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from engine.search.links.feeds import Edges
from engine.search.named.addresses import Addressed
from engine.search.words.features import Match
from engine.search.words.terms import Terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]
    Places = NDArray[np.int64]

CANDIDATES = 100
"""Entries that each part of a question brings in by its words, and each clause by its meaning."""
_HELPERS = 40
"""Likely entries whose producers come in, too."""


class Matched(NamedTuple):
    """What the words of a question alone tell: known while the model still makes its vectors."""

    matches: Sequence[Match]
    """Of each of its parts, the whole first."""
    chosen: "NDArray[np.bool_]"
    """Which entries are among the best of a part."""
    likely: "Places"
    """Those that are the best of the whole, in no order."""
    allowed: "NDArray[np.bool_] | None"
    """Which entries may be found; None for all."""
    api: "Scores"
    """[parts, entries] How surely each part calls the API of each entry by its name, 0 to 1; the whole first."""
    named: Addressed
    """What the question names outright."""


class Candidates(NamedTuple):
    """Some entries, with all that a ranking of them needs."""

    entries: "Places"
    """Their positions in the index, ascending."""
    features: "Scores"
    """[parts, features, entries]; see `engine.search.words.features`."""
    near: "Scores"
    """[parts, entries] Inner product of each part with the vector of each entry; all 0 without meaning."""
    standing: "Scores"
    """[3, entries] Whether it is deprecated, whether the API makes the call, and whether it is about one thing."""
    specs: "Places"
    api: "Scores"
    """[parts, entries] How surely each part calls the API of each by its name, 0 to 1."""
    mine: "Scores"
    lookup: "Scores"
    edges: Edges
    named: Addressed
    """What the question names outright."""
    among: int
    """How many entries might have been found: the best of many fits better by chance."""


def by_words(
    terms: Terms,
    matches: Sequence[Match],
    allowed: "NDArray[np.bool_] | None",
    apis: Sequence[Mapping[int, float]],
    named: Addressed,
) -> Matched:
    """Return the entries that words bring in, of all and of the APIs that are called by name.

    Args:
        terms: The index.
        matches: See `Matched`, as for `allowed` and `named`.
        allowed: Which entries may be found.
        apis: Specs that each part of the question calls by name, with how surely each is meant.
        named: What it names outright.
    """
    import numpy as np

    chosen = np.zeros(len(terms.rowids), bool)
    likely = np.zeros(0, np.int64)
    api = np.zeros((len(matches), len(terms.rowids)), np.float32)
    for its, called in zip(api, apis, strict=True):
        for spec, weight in called.items():
            its[terms.specs == spec] = weight
    for number, match in enumerate(matches):
        scores = match.rough(terms)
        if allowed is not None:
            scores[~allowed] = 0
        best = _best(scores, CANDIDATES)
        if apis[0]:
            best = np.union1d(best, _best(scores * (api[0] > 0), CANDIDATES))
        best = best[scores[best] > 0]
        chosen[best] = True
        if number == 0:
            likely = best[_best(scores[best], _HELPERS)]
    return Matched(matches, chosen, likely, allowed, api, named)


def choose(terms: Terms, matched: Matched, nearest: "Places") -> "Places":
    """Return the entries that are looked at: those that words bring in, the nearest, and what feeds the likeliest.

    Args:
        terms: The index.
        matched: By words.
        nearest: Positions of the entries that are near by meaning, the nearest to the whole question first.
    """
    import numpy as np

    chosen = matched.chosen.copy()
    chosen[nearest] = True
    starts = terms.feeds.starts
    for entry in {*matched.likely.tolist(), *nearest[:_HELPERS].tolist()}:
        chosen[terms.feeds.producers[starts[entry] : starts[entry + 1]]] = True
    if matched.allowed is not None:
        chosen &= matched.allowed
    return np.flatnonzero(chosen)


def look_at(terms: Terms, matched: Matched, entries: "Places", near: "Scores") -> Candidates:
    """Return what is told of some entries; see `Candidates` for the arguments."""
    import numpy as np

    return Candidates(
        entries=entries,
        features=np.stack([match.features(terms, entries) for match in matched.matches]),
        near=near,
        standing=np.stack([terms.deprecated[entries], terms.incoming[entries], terms.one[entries]]),
        specs=terms.specs[entries],
        api=matched.api[:, entries],
        mine=terms.mine[entries],
        lookup=terms.lookup[entries],
        edges=terms.feeds.among(entries),
        named=matched.named,
        among=len(terms.rowids) if matched.allowed is None else int(matched.allowed.sum()),
    )


def _best(scores: "Scores", n: int) -> "Places":
    """Return the positions of the `n` highest scores, in no order."""
    import numpy as np

    if len(scores) <= n:
        return np.arange(len(scores))
    return np.argpartition(-scores, n)[:n]
