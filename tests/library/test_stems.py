from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from engine.indexing.segments import read
from engine.library import stems as stems_module
from engine.library.index import segments
from engine.library.stems import in_full, stems
from engine.library.store import Library
from engine.library.tokenizer import COLUMNS, SHIFT
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
    """The words of a spec, as the library keeps them, have exactly the stems that a question is looked up by."""
    add(library, calls(" ".join(words)), name="one")
    [[(_, _, _, body)], _] = segments(library)[::-1]
    kept = read(body)
    places = iter(np.frombuffer(kept.places, np.int32) % SHIFT)
    stored = {
        term
        for term, size in zip(kept.terms.split("\n"), np.frombuffer(kept.sizes, np.int32), strict=True)
        if {COLUMNS.index("description"), COLUMNS.index("summary")} & set(islice(places, int(size)))
    }
    assert {in_full(stem) for stem in stored - {""}} == set(stems(words))


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
