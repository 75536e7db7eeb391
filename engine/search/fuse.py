"""Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""

from collections.abc import Sequence

RANK_CONSTANT = 60
"""k of the paper: how little the very first ranks stand out."""


def reciprocal_ranks(rankings: Sequence[tuple[float, Sequence[int]]]) -> list[tuple[int, float]]:
    """Fuse rankings into one.

    Args:
        rankings: Weight and items, best first, of each ranking.

    Returns:
        Item and score, best first; equal scores in the order of the items, so the order of `rankings` does not matter.
    """
    scores: dict[int, float] = {}
    for weight, items in rankings:
        for rank, item in enumerate(items, 1):
            scores[item] = scores.get(item, 0.0) + weight / (RANK_CONSTANT + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
