from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from engine.library import stems as stems_module
from engine.library.stems import stems
from engine.library.store import Library
from tests.library.builders import add, calls


@pytest.mark.parametrize(
    ("word", "stem"),
    [("issues", ["issu"]), ("Émue", ["emu"]), ("e-mail", ["e", "mail"]), ("v2", ["v2"]), ("", []), ("😀", [])],
)
def test_a_word_has_the_stem_of_the_index(word: str, stem: list[str]) -> None:
    """Endings, accents and signs go as they do in the index; what is no word has no stem."""
    assert stems([word]) == stem


def test_words_keep_their_order() -> None:
    """Words that were asked for before, twice or never come in the order of the question."""
    assert stems(["labels", "a-b", "issues", "labels"]) == ["label", "a", "b", "issu", "label"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(words=st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8), min_size=1, max_size=5))
def test_stems_are_what_the_library_stores(library: Library, words: list[str]) -> None:
    """The table of words of the library has exactly the stems that a question is looked up by."""
    add(library, calls(" ".join(words)), name="one")
    stored = {term for (term,) in library.rows("SELECT DISTINCT term FROM occurrences WHERE col = 'description'")}
    stored |= {term for (term,) in library.rows("SELECT DISTINCT term FROM occurrences WHERE col = 'summary'")}
    assert set(stems(words)) == stored


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """When too many words are known they are forgotten, and the answer is still right."""
    monkeypatch.setattr(stems_module, "_KEPT", 3)
    assert stems(["labels", "issues"]) + stems(["issues", "users", "teams"]) == [
        "label",
        "issu",
        "issu",
        "user",
        "team",
    ]


def test_threads_share_it() -> None:
    """Several threads that ask at once each get their own answer."""

    def ask(number: int) -> list[str]:
        return [stem for each in range(200) for stem in stems([f"x{number}y{each}", "issues"])]

    with ThreadPoolExecutor(3) as threads:
        for number, found in enumerate(threads.map(ask, range(3))):
            assert found == [stem for each in range(200) for stem in (f"x{number}y{each}", "issu")]
