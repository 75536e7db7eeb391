from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from engine.english.spelling import corrected, meant
from engine.library.stems import stems
from engine.library.store import Library
from engine.search.words.terms import TermIndex, Terms
from tests.library.builders import add, calls


@pytest.fixture
def terms(tracker: Library, tmp_path: Path) -> Terms:
    """The words of the tracker."""
    return TermIndex(tracker, tmp_path).terms()


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("reatcion", "reaction"),
        ("milestne", "milestone"),
        ("xeaction", "reaction"),
        ("isue", "issue"),
        ("invtie", "invite"),  # Of the lexicon: what people ask for has a word there.
        ("hogin", "hogin"),  # In a word as short as `login` the first letter is right.
        ("issue", "issue"),
        ("issues", "issues"),
        ("reactor", "reactor"),  # English, though no word of the library.
        ("dont", "dont"),
        ("zzzz", "zzzz"),
        ("iss", "iss"),
        ("v200", "v200"),
        ("", ""),
    ],
)
def test_the_nearest_word_is_meant(terms: Terms, word: str, right: str) -> None:
    """Letters left out, added, exchanged or swapped are looked past; short words and right ones are not touched."""
    assert meant(terms, word) == right


def test_the_commonest_of_several_is_meant(library: Library, tmp_path: Path) -> None:
    """Words that are as near as each other are told apart by how many operations have them."""
    add(library, calls("Get a carton", "Get a carbon", "Weigh a carbon"))
    assert meant(TermIndex(library, tmp_path).terms(), "caron") == "carbon"


def test_a_question_is_put_right(terms: Terms) -> None:
    """Misspelt words are replaced, everything else stays as it was typed: names, too."""
    assert corrected(terms, "Delte the reatcion, GET /x {id}!") == "delete the reaction, GET /x {id}!"
    assert corrected(terms, "isues of Isue") == "issues of Isue"


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
