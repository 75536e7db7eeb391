import pytest
from hypothesis import given, settings, strategies as st

from engine.models.thoughts import Thoughts


def shown(pieces: list[str]) -> str:
    """Return what is shown of an answer."""
    thoughts = Thoughts()
    return "".join([*map(thoughts.feed, pieces), thoughts.end()])


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("<think>Hm.</think>\n\nYes.", "Yes."),
        ("\n<think>\n</think>Yes. <think>no thought</think>", "Yes. <think>no thought</think>"),
        ("Yes.", "Yes."),
        (" Yes.", " Yes."),
        ("<thinking>Yes", "<thinking>Yes"),
        ("<thin", "<thin"),
        ("<think>without end </thin", ""),
        ("<think>", ""),
        ("<think>a</think>", ""),
        ("", ""),
    ],
)
def test_what_is_shown(answer: str, text: str) -> None:
    """All but the thoughts at the beginning and the space behind them."""
    assert shown([answer]) == text


@given(
    st.lists(st.sampled_from(["<think>", "</think>", "<", "think", ">", "/", " ", "\n", "a"]), max_size=12), st.data()
)
@settings(deadline=None)
def test_any_split_shows_the_same(parts: list[str], data: st.DataObject) -> None:
    """However the answer is cut into pieces."""
    answer = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(answer)), max_size=8)))
    pieces = [answer[start:end] for start, end in zip([0, *cuts], [*cuts, len(answer)], strict=True)]
    assert shown(pieces) == shown([answer]) == shown(list(answer))
