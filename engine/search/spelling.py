"""Misspelt words: what the library, or the lexicon, has that a word may have been meant to be."""

import gzip
import re
from functools import cache
from importlib import resources

import msgspec

from engine.search import lexicon
from engine.search.stems import stems
from engine.search.terms import Terms
from engine.search.tokens import STOP_WORDS
from engine.search.written import LEAST_LETTERS, by_length

_WORD = re.compile(rf"[A-Za-z]{{{LEAST_LETTERS},}}")
_LONG = 6
"""Letters from which on two mistakes are looked past; in shorter words one."""


def meant(terms: Terms, word: str) -> str:
    """Return the word that one is nearest to; itself where it is one of the library or of English, or none is near.

    The distance is that of Damerau and Levenshtein in its restricted form: letters left out, added, exchanged, or two
    neighbours swapped. The first letter is hardly ever wrong. Of words that are as near the commonest is meant.

    Args:
        terms: The index.
        word: In small letters.
    """
    if len(word) < LEAST_LETTERS or not word.isalpha() or word in STOP_WORDS or lexicon.knows(word):
        return word
    if all(stem in terms.numbers for stem in stems([word])) or word in english():
        return word
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    most = 1 if len(word) < _LONG else 2
    choices = [
        choice
        for known in (terms.written, _of_lexicon())
        for length in range(len(word) - most, len(word) + most + 1)
        for choice in known.get(length, ())
    ]
    found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=most, limit=None)
    likely = [
        (distance, choice[0] != word[0], place)
        for choice, distance, place in found
        if choice[0] == word[0] or distance < most
    ]
    return choices[min(likely)[2]] if likely else word


def corrected(terms: Terms, text: str) -> str:
    """Return a text with its misspelt words replaced; one with a capital within a sentence is a name."""

    def instead(match: re.Match[str]) -> str:
        if match.start() and match[0][0].isupper():
            return match[0]
        word = match[0].lower()
        right = meant(terms, word)
        return match[0] if right == word else right

    return _WORD.sub(instead, text)


@cache
def english() -> frozenset[str]:
    """Return the words of English, 160,000 of them: a right word is not to be taken for one of the library's."""
    # Its list alone: the class around it takes four times as long to load.
    packed = (resources.files("spellchecker") / "resources" / "en.json.gz").read_bytes()
    return frozenset(msgspec.json.decode(gzip.decompress(packed), type=dict[str, int]))


@cache
def _of_lexicon() -> dict[int, list[str]]:
    return by_length(sorted(lexicon.load().known))
