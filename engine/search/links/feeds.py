"""The link graph between the entries of the index, as arrays."""

from typing import TYPE_CHECKING, NamedTuple

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


def packed(rowids: "NDArray[np.int64]", feeding: list[tuple[int, int, float, int]]) -> Packed:
    """Return `Feeds` as bytes, from the edges of the library.

    Args:
        rowids: Of the entries of the index, ascending.
        feeding: Producer and consumer by rowid, weight, and need; by consumer.
    """
    import numpy as np

    ends = np.array([edge[:2] for edge in feeding], np.int64).reshape(-1, 2)
    places = np.searchsorted(rowids, ends)
    alive = np.isin(ends, rowids).all(axis=1)
    starts = np.searchsorted(places[alive, 1], np.arange(len(rowids) + 1)).astype(np.int64)
    weights = np.array([edge[2] for edge in feeding], np.float32)[alive]
    needs = np.array([edge[3] for edge in feeding], np.int32)[alive]
    return starts.tobytes(), places[alive, 0].astype(np.int32).tobytes(), weights.tobytes(), needs.tobytes()


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
