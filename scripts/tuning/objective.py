"""What is made as large as it can be, and how: one weight after the other."""

import random
from collections.abc import Callable, Sequence
from statistics import fmean

from scripts.bench.retrieval.quality import KINDS, KS
from scripts.bench.retrieval.scores import Outcome, recall
from scripts.tuning.point import Point

UP, DOWN = 1.35, 0.7
"""What a weight is multiplied by, to see whether that is better."""
STEP = 0.3
"""What is added to or taken from a weight that is nearly zero."""
NEARLY_ZERO = 0.05
LEAST_GAIN = 1e-4
"""Less of a gain is noise."""
STEPS_SHARE, BESIDE_SINGLES = 0.8, 0.6
"""What the recall of steps counts beside the figures of questions with one step, and less where there are such ones:
then few have several steps."""


def worth(outcomes: Sequence[Outcome]) -> float:
    """Return how good a search is: the sum of several figures, because each alone moves in jumps.

    Of questions with one step: how many have a right operation first, among five, and among twenty (which counts 0.3),
    and the mean of 1 / rank. Of the others: recall at 5, 10 and 20. Pasted requests have no part in it: they are found
    by their paths.
    """
    single = [outcome for outcome in outcomes if outcome.question.kind in KINDS and outcome.question.kind != "url"]
    several = [outcome for outcome in outcomes if outcome.question.kind not in KINDS]
    total = 0.0
    if single:
        total += recall(single, 1) + recall(single, 5) + 0.3 * recall(single, 20)
        total += fmean(1 / min(outcome.ranks) for outcome in single)
    if several:
        share = STEPS_SHARE * (BESIDE_SINGLES if single else 1)
        total += share * sum(recall(several, k) for k in KS)
    return total


def tried(value: float) -> tuple[float, float]:
    """Return what is tried instead of a weight."""
    if abs(value) > NEARLY_ZERO:
        return value * UP, value * DOWN
    return value + STEP, value - STEP


def coordinate_search(
    start: Point, objective: Callable[[Point], float], go_on: Callable[[float], bool], seed: int = 7
) -> Point:
    """Return a point from which no single step leads to a better one, or the best so far when it may not go on.

    Args:
        start: Where to begin.
        objective: What is made larger.
        go_on: Asked before each step whether to go on; told the best value so far.
        seed: Of the order in which the weights are tried, another one each round.
    """
    best, point = objective(start), dict(start)
    paths, order = list(start), random.Random(seed)  # noqa: S311  # no secret
    changed = True
    while changed:
        changed = False
        order.shuffle(paths)
        for path in paths:
            for value in tried(point[path]):
                if not go_on(best):
                    return point
                other = {**point, path: value}
                reached = objective(other)
                if reached > best + LEAST_GAIN:
                    best, point, changed = reached, other, True
                    break
    return point
