"""How likely a hit is about what was asked for: a logistic regression on how well it fits and how near it is."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.search.ranking.weights import Weights
from scripts.bench.retrieval.quality import KINDS
from scripts.tuning.prepared import Prepared

EVERYDAY = (
    "what is the weather in Paris tomorrow",
    "bake a chocolate cake",
    "zebra crossing",
    "who won the world cup in 1998",
    "translate hello to japanese",
    "tell me a joke",
    "why is the sky blue",
    "how tall is mount everest",
    "best pizza in town",
    "lorem ipsum dolor sit amet",
    "knit a wool sweater",
    "mow the lawn",
    "recipe for lentil soup",
    "feed the cat",
    "train timetable to Berlin",
    "how do volcanoes erupt",
    "play chess against me",
    "paint the kitchen wall",
    "photosynthesis in plants",
    "quantum entanglement explained",
)
"""Questions that no API of the development set answers."""
ROUNDS = 50
RIDGE = 1e-6
"""Keeps the regression solvable where the answers can be told apart without an error."""


class Row(NamedTuple):
    """What is known of the first hit for a question."""

    fit: float
    near: float
    among: int
    """How many entries there were to choose from."""
    right: bool
    """Whether it is right; or else nothing in the library is."""


def rows(prepared: Iterable[Prepared], weights: Weights) -> list[Row]:
    """Return what is learned from: the first hits that are right, and those for questions that have no answer there.

    A wrong first hit for a question that has one says nothing: it is about the question, too, more often than not.
    """
    found = []
    for one in prepared:
        ranking = one.ranking(weights)
        if not len(ranking.entries) or one.question.kind not in KINDS or one.question.kind == "url":
            continue
        ref = one.refs[int(one.found.entries.searchsorted(ranking.entries[0]))]
        right = ref in one.question.steps[0]
        if right or not one.question.steps[0]:
            parts = [
                list(one.asked.parts).index(text) for text in (one.asked.question.text, *one.asked.question.clauses)
            ]
            fit, near = (float(each[parts, 0].max()) for each in (ranking.fits, ranking.near))
            found.append(Row(fit, near, one.found.among, right))
    return found


def fitted(rows: Sequence[Row], of_many: float) -> tuple[float, float, float, float]:
    """Return the weights of a constant, the fit, the nearness and the number of entries, by Newton's method.

    Args:
        rows: What is learned from.
        of_many: What the logarithm of the number of entries counts: the libraries here have too few sizes to learn it.
    """
    inputs = np.array([(1.0, row.fit, row.near) for row in rows])
    offset, right = of_many * np.log([row.among for row in rows]), np.array([float(row.right) for row in rows])
    weights: NDArray[np.float64] = np.zeros(3)
    for _ in range(ROUNDS):
        said = 1 / (1 + np.exp(-inputs @ weights - offset))
        gradient = inputs.T @ (said - right) + RIDGE * weights
        curvature = (inputs.T * (said * (1 - said))) @ inputs + RIDGE * np.eye(3)
        weights -= np.linalg.solve(curvature, gradient)
    constant, of_fit, of_near = weights.tolist()
    return constant, of_fit, of_near, of_many
