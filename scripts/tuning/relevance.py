"""How likely a hit is about what was asked for: a logistic regression on how well it fits and how near it is."""

from collections.abc import Iterable, Sequence

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

Row = tuple[float, float, float]
"""The fit of the first hit, its nearness, and 1 where it is right, 0 where nothing in the library is."""


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
            found.append((float(ranking.fits[parts, 0].max()), float(ranking.near[parts, 0].max()), float(right)))
    return found


def fitted(rows: Sequence[Row]) -> tuple[float, float, float]:
    """Return the weights of a constant, the fit and the nearness in the log-odds, by Newton's method."""
    data = np.array(rows)
    inputs, right = np.column_stack([np.ones(len(data)), data[:, :2]]), data[:, 2]
    weights: NDArray[np.float64] = np.zeros(3)
    for _ in range(ROUNDS):
        said = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (said - right) + RIDGE * weights
        curvature = (inputs.T * (said * (1 - said))) @ inputs + RIDGE * np.eye(3)
        weights -= np.linalg.solve(curvature, gradient)
    constant, of_fit, of_near = weights.tolist()
    return constant, of_fit, of_near
