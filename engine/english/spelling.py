"""Misspelt words: what a library, or the lexicon, has that a word may have been meant to be."""

import gzip
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from string import ascii_lowercase
from typing import Protocol

from engine.english import lexicon
from engine.english.function_words import STOP_WORDS

LEAST_LETTERS = 4
"""Letters of the shortest word that is taken for a misspelt one."""
_WORD = re.compile(rf"[A-Za-z]{{{LEAST_LETTERS},}}")
_LONG = 6
"""Letters from which on two mistakes are looked past; in shorter words one."""


class Known(Protocol):
    """The words that people may ask for."""

    @property
    def written(self) -> Mapping[int, Sequence[str]]:
        """Words as they are written, by length: of each the commonest first."""

    def has(self, word: str) -> bool:
        """Tell whether a word is one of them, in any form."""


def meant(known: Known, word: str) -> str:
    """Return the word that one is nearest to; itself where it is one of the library or of English, or none is near.

    The distance is that of Damerau and Levenshtein in its restricted form: letters left out, added, exchanged, or two
    neighbours swapped. The first letter is hardly ever wrong. Of words that are as near the commonest is meant.

    Args:
        known: The words of the library.
        word: In small letters.
    """
    if len(word) < LEAST_LETTERS or not word.isalpha() or word in STOP_WORDS or lexicon.knows(word):
        return word
    if known.has(word) or is_english(word):
        return word
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    most = 1 if len(word) < _LONG else 2
    choices = [
        choice
        for written in (known.written, _of_lexicon())
        for length in range(len(word) - most, len(word) + most + 1)
        for choice in written.get(length, ())
    ]
    found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=most, limit=None)
    likely = [
        (distance, choice[0] != word[0], place)
        for choice, distance, place in found
        if choice[0] == word[0] or distance < most
    ]
    return choices[min(likely)[2]] if likely else word


def corrected(known: Known, text: str) -> str:
    """Return a text with its misspelt words replaced; one with a capital within a sentence is a name."""

    def instead(match: re.Match[str]) -> str:
        if match.start() and match[0][0].isupper():
            return match[0]
        word = match[0].lower()
        right = meant(known, word)
        return match[0] if right == word else right

    return _WORD.sub(instead, text)


def is_english(word: str) -> bool:
    """Tell whether a word in small letters is one of 160,000 of English, which is not to be taken for the library's."""
    return f'\n"{word}":'.encode() in english().get(word[:1], b"")


@cache
def english() -> dict[str, bytes]:
    """Return the words of English by their first letter, as their list is written: as a set they take 20 MB, not 3."""
    # Its list alone: the class around it takes four times as long to load.
    packed = (resources.files("spellchecker") / "resources" / "en.json.gz").read_bytes()
    listed = gzip.decompress(packed)
    starts = [listed.index(f'\n"{letter}'.encode()) for letter in ascii_lowercase]
    ends = [*starts[1:], None]
    return {letter: listed[start:end] for letter, start, end in zip(ascii_lowercase, starts, ends, strict=True)}


def by_length(written: Iterable[str]) -> dict[int, list[str]]:
    """Return words by their length, in their order."""
    found: dict[int, list[str]] = {}
    for word in written:
        found.setdefault(len(word), []).append(word)
    return found


@cache
def _of_lexicon() -> dict[int, list[str]]:
    return by_length(sorted(lexicon.load().known))
