"""How much everything counts in the ranking: chosen by a script from questions with known answers."""

from functools import cache
from pathlib import Path

import msgspec

FILE = Path(__file__).with_name("weights.json")


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What counts how much in a question of one form."""

    whole: float
    unnamed: float
    near: float
    """How often the inner product of the vectors counts: a clause alone has its meaning, a part of several has less."""
    clauses: float
    phrases: float
    route: float
    """How much it counts that an entry's spec has something for every clause."""
    helper: float
    """Logarithm of the share of its likelihood that an entry passes on to those that give what it needs."""
    helper_sought: float
    """What comes to it where the question speaks of a particular thing, which has to be looked up first."""
    fed: float
    """How much it counts there that an entry takes what a likely one gives."""


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """What counts how much in how well an entry fits a part of a question."""

    features: dict[str, float]
    deprecated: float
    incoming: float
    """Of a call that the API makes by itself: what is asked for is mostly one to be made."""
    one: float
    """Of an entry whose path ends in a parameter."""
    relevance: tuple[float, float, float, float]
    """Of a constant, the fit and the nearness of an entry, and the logarithm of how many there are to choose from, in
    the log-odds that it is about what was asked for."""
    one_api: tuple[float, float]
    """Of a constant, and of how far the API that fits all clauses best is behind the best entries of each (0 or less),
    in the log-odds that the question is about one API, and not each of its clauses about its own."""


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """All weights; see the data sheet beside the file, WEIGHTS.md."""

    views: tuple[float, ...]
    """Of the views of an operation, in their order."""
    with_meaning: Fit
    """Beside the inner product of the vectors."""
    by_words: Fit
    """In a search by words alone."""
    forms: tuple[Form, ...]
    """For one phrase, for one clause of several phrases, for two clauses, and for more."""
    sharpness: float
    """Exponent of the likelihood of entries, when it is passed on."""
    api: float
    """Of an entry whose API the question calls by its name."""
    mine: float
    """Of an entry about the one who asks, where the question is."""
    lookup: float
    """Of a search, where the question has a name."""
    giver_weight: float
    """Of the logarithm of an edge's weight, in the choice between those that give the same."""
    giver_score: float
    """Of their own scores in that choice."""
    giver_lookup: float
    """Of a search in that choice, where the question has a name."""
    second: float
    """Logarithm of what is passed on from there once more."""


_DECODER = msgspec.json.Decoder(Weights)
"""Made while this module is imported, by one thread: see `engine.decoding`."""


@cache
def load() -> Weights:
    """Return the weights; their file is read once."""
    return _DECODER.decode(FILE.read_bytes())
