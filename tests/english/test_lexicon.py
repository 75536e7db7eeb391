import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, strategies as st

from engine.english import lexicon
from engine.english.function_words import STOP_WORDS
from engine.english.lexicon import (
    DIRECTED_WEIGHT,
    FILE,
    LONGEST,
    PHRASE_WEIGHT,
    SYMMETRIC_WEIGHT,
    entries,
    expand,
    load,
)
from engine.english.words import words

TEXT = FILE.read_text(encoding="utf-8")
LINES = list(entries(TEXT))
TYPED = sorted({entry for typed, _ in LINES for entry in typed})


def _added(typed: list[str], meant: list[str] | None) -> set[str]:
    return {word for entry in meant or typed for word in words(entry)}


def test_every_line_is_well_formed() -> None:
    """A line has entries of lower-case words on both sides, none twice; a symmetric one has at least two."""
    for typed, meant in LINES:
        every = [*typed, *(meant or ())]
        assert len(every) > 1, every
        assert len(set(every)) == len(every), every
        for entry in every:
            assert " ".join(entry.split()) == entry == entry.lower(), entry
            assert 1 <= len(words(entry)) <= LONGEST, entry
            assert "*" not in entry or (meant and entry in typed and len(words(entry)) == 2), entry


def test_no_line_is_there_twice() -> None:
    """Two lines with the same entries on the left would share a weight that one line has."""
    count = Counter((frozenset(typed), meant is None) for typed, meant in LINES)
    assert [typed for (typed, _), number in count.items() if number > 1] == []


def test_no_word_is_added_or_looked_up_that_tells_nothing() -> None:
    """A stop word is in nearly every question, and in so many operations that it tells none apart; `/me` is a path."""
    assert STOP_WORDS.isdisjoint(TYPED)
    assert STOP_WORDS & set().union(*(_added(*line) for line in LINES)) <= {"me"}


def test_every_entry_adds_words() -> None:
    """What is in the file is found as it is written, and with words in its gap, and says something new."""
    written = [entry.replace("*", between) for entry in TYPED for between in ("", "that very old")]
    assert [entry for entry in written if not expand(words(entry))] == []


@pytest.mark.parametrize(
    ("question", "added"),
    [
        ("my open tickets", {"issue"}),
        ("banned users", {"block", "suspend"}),
        ("pull back an invitation", {"cancel", "revoke"}),
        ("pulling that last invitation back", {"cancel", "revoke"}),
        ("turned the notifications off", {"disable"}),
        ("Who am I?", {"me", "current", "user"}),
        ("kick off the build again", {"rerun", "trigger"}),
        ("which card did they pay with", {"payment", "method"}),
        ("verify the 2FA code", {"mfa", "otp"}),
        ("error 429", {"rate", "limit"}),
        ("listRepos", {"repository"}),
        ("retried jobs", {"rerun"}),
        ("companies", {"organization"}),
        ("what does it cost", {"price"}),
    ],
)
def test_everyday_words_become_those_of_specifications(question: str, added: set[str]) -> None:
    """Words, phrases, phrases with a gap, abbreviations and statuses are found, inflected and in any spelling."""
    assert added <= expand(words(question)).keys()


@pytest.mark.parametrize(
    ("question", "not_added"),
    [
        ("log in with a password", {"audit", "history"}),
        ("turn the whole page of last month's results around", {"disable", "enable"}),
        ("pull the list of open requests of a user and go back", {"revoke"}),
        ("show me the list", {"series", "queue", "enumerate"}),
    ],
)
def test_words_that_only_look_like_an_entry_add_nothing(question: str, not_added: set[str]) -> None:
    """A phrase keeps its words from being looked up alone, and its parts must stand close together and in order."""
    assert not_added.isdisjoint(expand(words(question)))


def test_weights_say_how_sure_a_word_is() -> None:
    """A phrase is surer than a word, one of specifications surer than a like one, and several senses share a weight."""
    assert expand(words("pull back"))["cancel"] == PHRASE_WEIGHT
    assert expand(["boss"])["manager"] == DIRECTED_WEIGHT
    assert expand(["cpu"])["processor"] == SYMMETRIC_WEIGHT
    assert 0 < expand(["ticket"])["bug"] < SYMMETRIC_WEIGHT


QUESTIONS = st.one_of(
    st.text(),
    st.lists(st.sampled_from([*TYPED, *sorted(STOP_WORDS), "xyzzy"]), max_size=6).map(" ".join),
)


@given(QUESTIONS)
def test_any_question_can_be_expanded(question: str) -> None:
    """No text is an error; nothing of the question comes back, and weights fall and are below that of a word asked."""
    asked = words(question)
    found = expand(asked)
    assert found.keys().isdisjoint(asked)
    assert all(words(word) == [word] for word in found)
    assert all(0 < weight <= PHRASE_WEIGHT < 1 for weight in found.values())
    assert all(one >= other for one, other in itertools.pairwise(found.values()))


def test_searches_that_begin_at_a_time_read_it_once() -> None:
    """The second one waits for the first, for both together would take twice as long."""
    lexicon._load.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(lambda _: load(), range(4)))
    assert all(one is read[0] for one in read)
    assert lexicon._load.cache_info().misses == 1
