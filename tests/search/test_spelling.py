from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from engine.library.store import Library
from engine.search.spelling import corrected, near
from engine.search.stems import stems
from engine.search.terms import TermIndex, Terms


@pytest.fixture
def terms(tracker: Library, tmp_path: Path) -> Terms:
    """The words of the tracker."""
    return TermIndex(tracker, tmp_path).terms()


@pytest.mark.parametrize(
    ("stem", "meant"),
    [
        ("reatcion", ["reaction"]),
        ("milestne", ["mileston"]),
        ("xeaction", ["reaction"]),
        ("hogin", []),  # In a word as short as `login` the first letter is right.
        ("issu", []),
        ("zzzz", []),
        ("nope", []),
        ("iss", []),
        ("v200", []),
        ("", []),
    ],
)
def test_the_nearest_words_are_meant(terms: Terms, stem: str, meant: list[str]) -> None:
    """Letters left out, added, exchanged or swapped are looked past; short words and known ones are not touched."""
    assert near(terms, stem) == meant


def test_a_question_is_put_right(terms: Terms) -> None:
    """Misspelt words are replaced by what is written, everything else stays as it was typed."""
    assert corrected(terms, "Delte the reatcion, GET /x {id}!") == "delete the reaction, GET /x {id}!"


def test_english_words_are_no_mistakes(terms: Terms) -> None:
    """A word of the lexicon is not taken for one of the index that looks like it."""
    assert corrected(terms, "assign a tissue") != corrected(terms, "assing a tissue")
    assert corrected(terms, "assign") == "assign"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_word_of_the_index_is_never_changed(terms: Terms, data: st.DataObject) -> None:
    """Whatever words a question has of the index, they are right."""
    chosen = data.draw(st.lists(st.sampled_from(sorted(terms.numbers)), max_size=5))
    right = [word for word in chosen if all(stem in terms.numbers for stem in stems([word]))]
    assert corrected(terms, " ".join(right)) == " ".join(right)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_can_be_corrected(terms: Terms, text: str) -> None:
    """Signs and other scripts pass unchanged: only words of letters from a to z are looked at."""
    outside = "".join(char for char in text if not (char.isascii() and char.isalpha()))
    assert "".join(char for char in corrected(terms, text) if not (char.isascii() and char.isalpha())) == outside
