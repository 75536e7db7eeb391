"""From a question to the values of a call."""

from engine.calls.given.amounts import dates, money, pages
from engine.calls.given.chosen import chosen, switched
from engine.calls.given.free import called, changed, ids, names, ways
from engine.calls.given.named import labelled, pairs
from engine.calls.given.reading import Reading
from engine.calls.given.records import NOTHING, Given
from engine.calls.source import Source
from engine.english.mentions import is_error

_STEPS = (pairs, pages, dates, money, labelled, chosen, switched, ways, names, changed, ids, called)
"""The surest first: what one has taken, the next ones leave alone."""


def given(question: str, source: Source) -> Given:
    """Return what a question gives to an operation.

    Args:
        question: What the user said.
        source: The operation.
    """
    if not question or is_error(question):
        return NOTHING
    reading = Reading(question, source)
    for step in _STEPS:
        step(reading)
    values = sorted({*reading.values(), *reading.refused - reading.used})
    rest = [at for at in values if not (reading.of_it(at) or reading.is_secret(at))]
    left = [question[reading.said[at].start : reading.said[at].end] for at in rest]
    return Given(reading.taken, tuple(dict.fromkeys(left)))
