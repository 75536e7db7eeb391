import numpy as np
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray

from engine.search.ranking.diversity import diverse


def array(*rows: list[float]) -> NDArray[np.float32]:
    """Return vectors."""
    return np.array(rows, np.float32)


def test_what_is_nearly_the_same_comes_later() -> None:
    """A twin of the first entry lets one of another kind go before it; without a weight the scores alone count."""
    scores = np.array([3, 2.9, 2.5, -9], np.float32)
    vectors = array([2, 0], [4, 0.1], [0, 1], [1, 1])
    assert diverse(scores, vectors, 1.0, 4) == [0, 2, 1, 3]
    assert diverse(scores, vectors, 0.0, 4) == [0, 1, 2, 3]
    assert diverse(scores, vectors, 1.0, 1) == [0, 1, 2, 3]


def test_entries_without_a_vector_are_like_no_other() -> None:
    """They keep their places by their scores."""
    assert diverse(np.array([3, 2, 1], np.float32), array([0, 0], [0, 0], [1, 0]), 5.0, 9) == [0, 1, 2]


def worth(order: list[int], place: int, scores: list[int], vectors: list[list[int]], weight: float) -> float:
    """Return what an entry is worth behind those of an order."""
    unit = [np.array(one) / (np.linalg.norm(one) or 1) for one in vectors]
    return scores[place] - weight * max([0.0, *(float(unit[place] @ unit[one]) for one in order)])


@settings(deadline=None)
@given(
    st.integers(1, 12).flatmap(
        lambda count: st.tuples(
            st.lists(st.integers(-100, 0), min_size=count, max_size=count, unique=True),
            st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=count, max_size=count),
        )
    ),
    st.sampled_from([0.0, 0.37, 1.0, 20.0]),
)
def test_the_next_is_worth_the_most(made: tuple[list[int], list[list[int]]], weight: float) -> None:
    """Every entry comes once, the best one first, and none that is left is worth more than the one that comes next."""
    scores, vectors = made
    order = diverse(np.array(scores, np.float32), np.array(vectors, np.float32), weight, len(scores))
    assert sorted(order) == list(range(len(scores)))
    assert order[0] == int(np.argmax(scores))
    for at, place in enumerate(order):
        worths = [worth(order[:at], one, scores, vectors, weight) for one in order[at:]]
        assert worth(order[:at], place, scores, vectors, weight) >= max(worths) - 1e-4
