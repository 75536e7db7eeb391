"""What a search is worth: where in its list the right operations are."""

import math
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import NamedTuple

from scripts.bench.retrieval.questions import Question
from scripts.bench.retrieval.systems import System


class Outcome(NamedTuple):
    """What came of a question."""

    question: Question
    refs: tuple[str, ...]
    """The hits, best first."""

    @property
    def ranks(self) -> tuple[float, ...]:
        """For each step the place of its best alternative, from 1; infinity where none was found."""
        return tuple(
            next((place for place, ref in enumerate(self.refs, 1) if ref in alternatives), math.inf)
            for alternatives in self.question.steps
        )


async def ask(system: System, questions: Iterable[Question], *, own_spec: bool = False) -> list[Outcome]:
    """Ask a system each question in turn.

    Args:
        system: Whom to ask.
        questions: What to ask.
        own_spec: Search only the API that the question is about.
    """
    return [
        Outcome(question, tuple(await system.search(question.text, question.spec if own_spec else None)))
        for question in questions
    ]


def recall(outcomes: Sequence[Outcome], k: int) -> float:
    """Return the mean over questions of the share of steps that are among the first `k` hits."""
    return fmean(fmean(rank <= k for rank in outcome.ranks) for outcome in outcomes)


def complete(outcomes: Sequence[Outcome], k: int) -> float:
    """Return the share of questions of which all steps are among the first `k` hits."""
    return fmean(max(outcome.ranks) <= k for outcome in outcomes)
