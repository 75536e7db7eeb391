"""Variety among the first hits: an operation that is nearly one of those before it comes a little later."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TINY = 1e-12


def diverse(scores: "NDArray[np.float32]", vectors: "NDArray[np.float32]", weight: float) -> list[int]:
    """Return the places of entries in the order of maximal marginal relevance (Carbonell and Goldstein, 1998).

    Next comes the one whose score is highest, less `weight` times its cosine with the most alike of those before it.

    Args:
        scores: Of the entries.
        vectors: [entries, dims] Of any length.
        weight: What being the same costs.
    """
    import numpy as np

    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), _TINY)
    alike = unit @ unit.T
    left = scores.astype(np.float64)
    most = np.zeros(len(scores))
    order = []
    for _ in scores:
        place = int(np.argmax(left - weight * most))
        order.append(place)
        left[place] = -np.inf
        most = np.maximum(most, alike[place])
    return order
