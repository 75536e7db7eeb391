import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import inflect
import pytest
from hypothesis import given, strategies as st

from engine.english import lexicon
from engine.english.function_words import GLUE, PREPOSITIONS, PRONOUNS, STOP_WORDS
from engine.english.inflection import bases, is_plural, many, one, plural, singular
from engine.english.words import words

PAIRS = """
    movie movies, cache caches, cookie cookies, calorie calories, series series, species species, timeseries timeseries,
    index indexes, vertex vertices, matrix matrices, status statuses, address addresses, process processes, bus buses,
    virus viruses, bonus bonuses, alias aliases, bias biases, canvas canvases, lens lenses, class classes, box boxes,
    tax taxes, branch branches, match matches, hash hashes, quiz quizzes, analysis analyses, axis axes, crisis crises,
    diagnosis diagnoses, criterion criteria, person people, child children, man men, woman women, mouse mice,
    life lives, shelf shelves, half halves, leave leaves, category categories, query queries, key keys, day days,
    tie ties, pie pies, reply replies, database databases, base bases, phase phases, purchase purchases, case cases,
    license licenses, response responses, expense expenses, course courses, use uses, cause causes, clause clauses,
    house houses, warehouse warehouses, pause pauses, excuse excuses, size sizes, prize prizes, archive archives,
    api apis, uri uris, wiki wikis, kpi kpis, emoji emojis, menu menus, cpu cpus, gpu gpus, sku skus, id ids, ip ips,
    hero heroes, photo photos, video videos, shoe shoes, niche niches, headache headaches, image images, edge edges,
    issue issues, file files, profile profiles, setting settings, metric metrics, topic topics, url urls
"""
NO_PLURAL = "access analytics content data feedback history information media metadata news staff traffic usage".split()
NO_NOUNS = "https cors kubernetes chaos always previous various this is gas dns sms aws rss".split()


@pytest.mark.parametrize("pair", [" ".join(pair.split()) for pair in PAIRS.split(",")])
def test_a_thing_is_one_or_many(pair: str) -> None:
    """What specifications have is named as one and as many, and what is so already stays so."""
    single, several = pair.split()
    assert (singular(single), singular(several)) == (single, single)
    assert (plural(single), plural(several)) == (several, several)
    assert is_plural(several)


def test_of_two_plurals_both_are_known() -> None:
    """Both plurals of a word are traced back to it."""
    assert {singular("indices"), singular("indexes")} == {"index"}


@pytest.mark.parametrize("word", NO_PLURAL)
def test_what_is_not_counted_stays(word: str) -> None:
    """There is neither one datum nor are there many datas."""
    assert singular(word) == plural(word) == one([word]) == many([word]) == word


@pytest.mark.parametrize("word", NO_NOUNS)
def test_not_every_s_is_a_plural(word: str) -> None:
    """Words and abbreviations that end with an s are left whole."""
    assert singular(word) == word
    assert not is_plural(word)


@pytest.mark.parametrize(
    ("word", "single"), [("Movies", "Movie"), ("IDs", "ID"), ("APIs", "API"), ("People", "person")]
)
def test_capitals_stay_where_the_word_does(word: str, single: str) -> None:
    """A name keeps how it is written; a word that is another one comes in small letters."""
    assert singular(word) == single


@pytest.mark.parametrize(
    ("noun", "single", "several"),
    [
        ("movies", "a movie", "movies"),
        ("issues comment", "an issue comment", "issue comments"),
        ("user", "a user", "users"),
        ("upload", "an upload", "uploads"),
        ("url", "a url", "urls"),
        ("hour", "an hour", "hours"),
        ("host", "a host", "hosts"),
        ("one time code", "a one time code", "one time codes"),
        ("ssh keys", "an ssh key", "ssh keys"),
        ("SSH keys", "an SSH key", "SSH keys"),
        ("series", "a series", "series"),
        ("user data", "user data", "user data"),
    ],
)
def test_things_have_their_article(noun: str, single: str, several: str) -> None:
    """One of a thing has the article that its sound asks for; of many only the last word is many."""
    assert (one(noun.split()), many(noun.split())) == (single, several)


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("deleting", "delete"), ("closed", "close"), ("stopped", "stop"), ("retried", "retry"), ("copies", "copy"),
        ("caches", "cache"), ("children", "child"), ("watches", "watch"),
    ],
)  # fmt: skip
def test_a_form_is_traced_back(form: str, base: str) -> None:
    """The word that a form belongs to is among those that it may belong to."""
    assert base in bases(form)


@cache
def oracle() -> inflect.engine:
    """What knows English better, and takes seconds to load."""
    return inflect.engine()


def nouns() -> Iterator[str]:
    """The words of the API world: of the lexicon, and of the paths of a hundred real documents."""
    yield from lexicon.load().known
    for file in sorted((Path(__file__).parents[1] / "questions").rglob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            asked = json.loads(line)
            for operation in asked.get("operations") or [each for step in asked.get("steps", ()) for each in step]:
                for segment in operation.partition(" ")[2].split("/"):
                    yield from [] if "{" in segment else words(segment)


OTHERWISE = frozenset(
    "analyse axe die live mean new roman shelve these"  # Their plural is that of another word: `axis`, `life`, …
    " behalf multi whoami".split()  # There are no many of them.
)
CLOSED = GLUE | PREPOSITIONS | PRONOUNS | STOP_WORDS
NO_THINGS = re.compile(r"(?:man|person|self)$|^mine$")
"""What is left out: `salesmen`, which no API was seen to have, and words that stand for a person."""


def test_it_knows_what_inflect_knows() -> None:
    """Each noun of the API world is found again in the plural that `inflect` gives it."""
    single = {
        word
        for word in nouns()
        if word.isalpha() and word.isascii() and len(word) > 3 and not word.endswith("s") and not NO_THINGS.search(word)
    }
    single = {word for word in single - OTHERWISE - CLOSED if not oracle().singular_noun(word)}
    wrong = {
        several: (singular(several), word)
        for word in sorted(single)
        if (several := oracle().plural_noun(word)) and singular(several) != word
    }
    assert len(single) > 2000
    assert wrong == {}


@given(st.text())
def test_any_text_has_a_form(text: str) -> None:
    """No text is an error; one of a thing is one already, and many are many."""
    assert singular(singular(text)) == singular(text) or not text.isascii()
    plural(text)
    list(bases(text))
