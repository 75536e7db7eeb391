"""Variety among the first hits: an operation that is nearly one of those before it comes a little later."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TINY = 1e-12
"""Keeps a vector of zeros from being divided by its length."""


def diverse(scores: "NDArray[np.float32]", vectors: "NDArray[np.float32]", weight: float, n: int) -> list[int]:
    """Return the places of entries, the first `n` by maximal marginal relevance (Carbonell and Goldstein, 1998).

    Next comes the one whose score is highest, less `weight` times its cosine with the most alike of those before it.
    The others follow in their order.

    Args:
        scores: Of the entries.
        vectors: [entries, dims] Of any length.
        weight: What being the same costs.
        n: How many there is variety among.
    """
    import numpy as np

    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), _TINY)
    left = scores.astype(np.float64)
    most = np.zeros(len(scores))
    order: list[int] = []
    while len(order) < min(n, len(scores)):
        place = int(np.argmax(left - weight * most))
        order.append(place)
        left[place] = -np.inf
        most = np.maximum(most, unit @ unit[place])
    taken = set(order)
    return [*order, *(place for place in range(len(scores)) if place not in taken)]
