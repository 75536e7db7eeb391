"""How likely the first hit is what was asked for: a logistic regression on its fit and its lead."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.search.query import LEAD
from engine.search.weights import Weights
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
"""The fit of the whole question, the lead over the next hit, and 1 where the first hit is right, else 0."""


def rows(prepared: Iterable[Prepared], weights: Weights) -> list[Row]:
    """Return what is learned from: the first hit for each question with one step that was not pasted."""
    found = []
    for one in prepared:
        ranking = one.ranking(weights)
        if not len(ranking.entries) or one.question.kind not in KINDS or one.question.kind == "url":
            continue
        lead = float(ranking.scores[0] - ranking.scores[1]) if len(ranking.scores) > 1 else 0.0
        ref = one.refs[int(one.found.entries.searchsorted(ranking.entries[0]))]
        found.append((float(ranking.fits[0, 0]), min(lead, LEAD), float(ref in one.question.steps[0])))
    return found


def fitted(rows: Sequence[Row]) -> tuple[float, float, float]:
    """Return the weights of a constant, the fit and the lead in the log-odds, by Newton's method."""
    data = np.array(rows)
    inputs, right = np.column_stack([np.ones(len(data)), data[:, :2]]), data[:, 2]
    weights: NDArray[np.float64] = np.zeros(3)
    for _ in range(ROUNDS):
        said = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (said - right) + RIDGE * weights
        curvature = (inputs.T * (said * (1 - said))) @ inputs + RIDGE * np.eye(3)
        weights -= np.linalg.solve(curvature, gradient)
    constant, of_fit, of_lead = weights.tolist()
    return constant, of_fit, of_lead
