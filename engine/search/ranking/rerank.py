"""The first hits read once more, each together with the question, by a cross-encoder where the user has one.

Nothing that was found is lost: what the model has not read in its time, or cannot read, keeps its place.
"""

import math
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from engine.english.words import words
from engine.errors import ModelError
from engine.specs.describe import first_sentence, plain
from engine.specs.model import Operation, Passage

Score = Callable[[str, Sequence[str]], Awaitable[Sequence[float | None]]]
"""From a question and texts to a logit for each, or None where there was no time. Raises ModelError when it cannot."""

TOP = 30
"""Hits that are read. A MiniLM of six layers reads about twenty in 300 ms on two cores, one of two layers all in 25."""
TEXT_CHARACTERS = 200
"""What of a hit is read: time goes by the length, and names come first."""
QUESTION_CHARACTERS = 300
"""What of a question is read: it is read again with every hit."""
RELEVANCE_WEIGHT = 0.7
"""What the relevance counts beside the place at which a hit was found. Not measured: no trained cross-encoder was at
hand. So the surest hit of the model (1) can come from any place before one that it rejects (0), while hits that it
cannot tell apart, all near 0 or all near 1, stay in the order in which they were found."""


class Reranked(msgspec.Struct, frozen=True, kw_only=True):
    """Hits in their new order."""

    order: tuple[int, ...]
    """The hits by their index before, best first: all of them, each once."""
    relevance: tuple[float | None, ...]
    """For each hit, in the order before, how well it answers, from 0 to 1; None where it was not read."""
    note: str = ""
    """Why not all of the first hits were read; empty where they were, and where no model is set."""

    @property
    def read(self) -> bool:
        """Whether the model had a part in the order."""
        return any(relevance is not None for relevance in self.relevance)


async def rerank(
    question: str, items: Sequence[Operation | Passage], score: Score | None, *, named: int = 0
) -> Reranked:
    """Put what answers a question best first.

    Args:
        question: The question, standing for itself.
        items: What was found, best first.
        score: The cross-encoder; None where the user has none.
        named: How many of the first the question names outright: they stay first and are not read.

    Returns:
        The order, also when the model is missing, loading, broken or killed; `note` then says so.
    """
    relevance: list[float | None] = [None] * len(items)
    chosen = items[named:TOP] if score is not None else ()
    note = ""
    if score is not None and chosen:
        try:
            logits = await score(question[:QUESTION_CHARACTERS], [text_of(item) for item in chosen])
        except ModelError as error:
            note = str(error)
        else:
            relevance[named : named + len(chosen)] = [_sigmoid(logit) for logit in logits]
            count = sum(value is not None for value in relevance)
            if count < len(chosen):
                note = f"The reranker has read {count} of {len(chosen)} hits in its time"
    return Reranked(order=blend(relevance), relevance=tuple(relevance), note=note)


def text_of(item: Operation | Passage) -> str:
    """Return what the model reads of a hit: what it is called, its method and path, and the head of what it does."""
    if isinstance(item, Passage):
        return f"{item.title}. {plain(item.text[: 2 * TEXT_CHARACTERS])}"[:TEXT_CHARACTERS]
    called = (item.summary or first_sentence(item.description)).rstrip(".")
    more = plain(item.description[: 2 * TEXT_CHARACTERS]) if item.summary else ""
    return f"{called}. {item.method} {' '.join(words(item.path))}. {more}"[:TEXT_CHARACTERS].rstrip()


def blend(relevance: Sequence[float | None]) -> tuple[int, ...]:
    """Return the order of hits by their relevance and their place so far.

    Args:
        relevance: For each hit, in the order so far, from 0 to 1; None for one that keeps its place.

    Returns:
        The indexes of all hits, best first. Equal ones stay in their order, and no hit falls behind one that came
        after it and is not more relevant.
    """
    values = {
        place: RELEVANCE_WEIGHT * value + (1 - RELEVANCE_WEIGHT) * (1 - place / TOP)
        for place, value in enumerate(relevance)
        if value is not None
    }
    best_first = iter(sorted(values, key=lambda place: -values[place]))
    return tuple(place if value is None else next(best_first) for place, value in enumerate(relevance))


def _sigmoid(logit: float | None) -> float | None:
    """Return a relevance; None also for what is no number, which a broken model gives."""
    if logit is None or math.isnan(logit):
        return None
    return 0.5 * (1 + math.tanh(logit / 2))  # 1 / (1 + exp(-logit)), which would overflow
