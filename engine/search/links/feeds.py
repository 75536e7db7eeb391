"""The link graph between the entries of the index, as arrays."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from engine.indexing.segments import Feeding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Packed = tuple[bytes, bytes, bytes, bytes]


class Feeds(NamedTuple):
    """The link graph between the entries of the index, by consumer."""

    starts: "NDArray[np.int64]"
    """Where the producers of each entry begin; one more than there are entries."""
    producers: "NDArray[np.int32]"
    weights: "NDArray[np.float32]"
    needs: "NDArray[np.int32]"
    """A number for each need: producers of the same one can stand for each other."""

    def among(self, entries: "NDArray[np.int64]") -> "Edges":
        """Return the edges between some entries.

        Args:
            entries: Positions in the index, ascending.
        """
        import numpy as np

        sizes = self.starts[entries + 1] - self.starts[entries]
        consumers = np.repeat(np.arange(len(entries)), sizes)
        edges = np.arange(len(consumers)) + np.repeat(self.starts[entries] - np.cumsum(sizes) + sizes, sizes)
        producers = self.producers[edges]
        places = np.minimum(np.searchsorted(entries, producers), len(entries) - 1)
        inside = entries[places] == producers
        _, needs = np.unique(self.needs[edges[inside]], return_inverse=True)
        return Edges(places[inside], consumers[inside], self.weights[edges[inside]], needs)


class Edges(NamedTuple):
    """Edges between some entries, which go by their places among these."""

    producers: "NDArray[np.int64]"
    consumers: "NDArray[np.int64]"
    weights: "NDArray[np.float32]"
    needs: "NDArray[np.int64]"
    """From 0, one number for each need."""


def packed(feeding: Iterable[tuple[int, Feeding]], entries: int) -> Packed:
    """Return `Feeds` as bytes, from the edges of all segments.

    Args:
        feeding: Of each segment, with the position of its first entry in the index.
        entries: How many there are in the index.
    """
    import numpy as np

    producers, consumers, weights, needs = [], [], [], []
    known = 0
    for first, edges in feeding:
        needed = np.frombuffer(edges[3], np.int32)
        producers.append(np.frombuffer(edges[0], np.int32) + first)
        consumers.append(np.frombuffer(edges[1], np.int32) + first)
        weights.append(edges[2])
        needs.append(needed + known)
        known += int(needed[-1]) + 1 if len(needed) else 0
    nothing = [np.zeros(0, np.int32)]
    starts = np.searchsorted(np.concatenate(nothing + consumers), np.arange(entries + 1)).astype(np.int64)
    return (
        starts.tobytes(),
        np.concatenate(nothing + producers, dtype=np.int32).tobytes(),
        b"".join(weights),
        np.concatenate(nothing + needs, dtype=np.int32).tobytes(),
    )


def unpacked(made: Packed) -> Feeds:
    """Return what `packed` has made bytes of."""
    import numpy as np

    starts, producers, weights, needs = made
    return Feeds(
        np.frombuffer(starts, np.int64),
        np.frombuffer(producers, np.int32),
        np.frombuffer(weights, np.float32),
        np.frombuffer(needs, np.int32),
    )
