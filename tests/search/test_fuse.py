from itertools import permutations

import pytest
from hypothesis import given, strategies as st

from engine.search.fuse import RANK_CONSTANT, reciprocal_ranks

RANKINGS = st.lists(
    st.tuples(st.sampled_from([0.5, 1.0, 1.3]), st.lists(st.integers(0, 12), unique=True, max_size=8)), max_size=4
)


@given(RANKINGS)
def test_the_order_of_the_rankings_does_not_matter(rankings: list[tuple[float, list[int]]]) -> None:
    """Any order of the rankings gives the same items with the same scores."""
    results = [reciprocal_ranks(order) for order in permutations(rankings)]
    assert all(result == results[0] for result in results)


@given(RANKINGS)
def test_every_item_comes_once_and_best_first(rankings: list[tuple[float, list[int]]]) -> None:
    """The result holds what the rankings hold, by falling score, ties by item."""
    fused = reciprocal_ranks(rankings)
    assert {item for item, _ in fused} == {item for _, items in rankings for item in items}
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))
    assert len({item for item, _ in fused}) == len(fused)


@given(RANKINGS, st.integers(0, 12), st.integers(0, 12))
def test_being_ahead_everywhere_is_being_ahead(rankings: list[tuple[float, list[int]]], one: int, other: int) -> None:
    """An item that each ranking places before another one, or that stands there alone, is not behind it after all."""
    ahead = all(other not in items or (one in items and items.index(one) < items.index(other)) for _, items in rankings)
    scores = dict(reciprocal_ranks(rankings))
    if one != other and ahead and other in scores:
        assert scores[one] > scores[other]


@given(RANKINGS, st.integers(0, 12))
def test_another_vote_never_harms(rankings: list[tuple[float, list[int]]], item: int) -> None:
    """One more ranking that names an item first raises its score, and that of no other item."""
    before, after = dict(reciprocal_ranks(rankings)), dict(reciprocal_ranks([*rankings, (1.0, [item])]))
    assert after.pop(item) > before.pop(item, 0.0)
    assert after == before


def test_the_formula() -> None:
    """The score is the sum of weight over 60 plus rank, as in the paper."""
    assert reciprocal_ranks([(1.0, [7, 8]), (0.5, [8])]) == [
        (8, pytest.approx(1 / (RANK_CONSTANT + 2) + 0.5 / (RANK_CONSTANT + 1))),
        (7, pytest.approx(1 / (RANK_CONSTANT + 1))),
    ]
    assert reciprocal_ranks([]) == []
