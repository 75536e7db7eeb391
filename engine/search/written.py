"""The words of the library as they are written, which the index has as stems only: what a misspelt one may be."""

from collections import Counter
from collections.abc import Iterable

from engine.english.spelling import LEAST_LETTERS
from engine.english.words import words

_FEW = 500
"""Entries of a library up to which a word that occurs once may be what a misspelt one was meant to be."""
_OFTEN = 3
"""Entries that have a word in a larger one: others have misspelt words, too."""
_HEAD = 350
"""Characters of a text that are read: its summary and path, and how its description begins."""


def common(texts: Iterable[str], entries: int) -> list[str]:
    """Return the words of some texts, in small letters, the commonest first.

    Args:
        texts: One of each entry.
        entries: How many there are.
    """
    counts = Counter(word for text in texts for word in set(words(text[:_HEAD])))
    least = 1 if entries <= _FEW else _OFTEN
    return [
        word for word, often in counts.most_common() if often >= least and len(word) >= LEAST_LETTERS and word.isalpha()
    ]
