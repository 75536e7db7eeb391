"""Misspelt words: what the index has that a word may have been meant to be."""

import re
from functools import cache

from engine.search import lexicon
from engine.search.stems import stems
from engine.search.terms import LEAST_LETTERS, Terms
from engine.search.tokens import STOP_WORDS

_WORD = re.compile(rf"[A-Za-z]{{{LEAST_LETTERS},}}")
_CHOICES = 3
"""Words that one may have been meant to be."""
_LONG = 6
"""Letters from which on two mistakes are looked past; in shorter words one."""


def near(terms: Terms, stem: str) -> list[str]:
    """Return the words of the index that a stem is nearest to, at most three; none where the index has it.

    The distance is that of Damerau and Levenshtein in its restricted form: letters left out, added, exchanged, or two
    neighbours swapped. The first letter is hardly ever wrong.
    """
    if stem in terms.numbers or len(stem) < LEAST_LETTERS or not stem.isalpha():
        return []
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    most = 1 if len(stem) < _LONG else 2
    choices = [word for length in range(len(stem) - most, len(stem) + most + 1) for word in terms.spelt.get(length, ())]
    found = process.extract(stem, choices, scorer=OSA.distance, score_cutoff=most, limit=None)
    likely = [(distance, word) for word, distance, _ in found if word[0] == stem[0] or distance < most]
    return [word for distance, word in likely if distance == min(likely)[0]][:_CHOICES]


def corrected(terms: Terms, text: str) -> str:
    """Return a text with its misspelt words replaced, for the embedding model, which makes little of them."""

    def instead(match: re.Match[str]) -> str:
        word = match[0]
        if word.lower() in STOP_WORDS or lexicon.knows(word.lower()):
            return word
        meant = [one for stem in stems([word.lower()]) for one in near(terms, stem)]
        return _written().get(meant[0], meant[0]) if meant else word

    return _WORD.sub(instead, text)


@cache
def _written() -> dict[str, str]:
    """Return the words of the lexicon by their stems, the shortest of each: `delet` → `delete`, which is a verb."""
    known = sorted(lexicon.load().known, key=lambda word: (len(word), word), reverse=True)
    return {stem: word for word in known for stem in stems([word])}
