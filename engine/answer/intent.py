"""What kind of answer a question wants, as the facts have it."""

from typing import NamedTuple, get_args

from engine.answer.told import ASKABLE, Intent
from engine.english.intents import read

_KNOWN: dict[str, Intent] = {name: name for name in get_args(Intent)}


class Routed(NamedTuple):
    """What kind of question it is taken for."""

    intent: Intent
    confidence: float
    """How far it is from the next, 0.5 to 1."""
    otherwise: tuple[Intent, ...]
    """What else it can be asked as, the likeliest first; from the last one on it begins anew with the first."""


def route(question: str, chosen: Intent | None = None) -> Routed:
    """Return what kind of question it is, by its words.

    Args:
        question: What the user asked.
        chosen: What the user says it is.
    """
    reading = read(question)
    likely = tuple(_KNOWN[kind] for kind in reading.kinds)
    first = chosen or likely[0]
    every = tuple(dict.fromkeys([kind for kind in likely if kind in ASKABLE] + list(ASKABLE)))
    place = every.index(first) + 1 if first in every else 0
    around = every[place:] + every[:place]
    return Routed(first, 1.0 if chosen else reading.confidence, tuple(one for one in around if one != first))


def intent(question: str) -> Intent:
    """Return what kind of question it is."""
    return route(question).intent
