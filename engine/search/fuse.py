"""Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""

from collections.abc import Sequence
from math import fsum

RANK_CONSTANT = 60
"""k of the paper: how little the very first ranks stand out."""


def reciprocal_ranks(rankings: Sequence[tuple[float, Sequence[int]]]) -> list[tuple[int, float]]:
    """Fuse rankings into one.

    Args:
        rankings: Weight and items, best first, of each ranking.

    Returns:
        Item and score, best first; equal scores in the order of the items, so the order of `rankings` does not matter.
    """
    shares: dict[int, list[float]] = {}
    for weight, items in rankings:
        for rank, item in enumerate(items, 1):
            shares.setdefault(item, []).append(weight / (RANK_CONSTANT + rank))
    scores = {item: fsum(parts) for item, parts in shares.items()}
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
