"""The words of the library as they are written, which the index has as stems only: what a misspelt one may be."""

from collections import Counter

from engine.english.spelling import LEAST_LETTERS

_FEW = 500
"""Entries of a library up to which a word that occurs once may be what a misspelt one was meant to be."""
_OFTEN = 3
"""Entries that have a word in a larger one: others have misspelt words, too."""


def common(counts: Counter[str], entries: int) -> list[str]:
    """Return words that are worth knowing, the commonest first.

    Args:
        counts: How many entries have each word.
        entries: How many there are.
    """
    least = 1 if entries <= _FEW else _OFTEN
    return [word for word, often in counts.most_common() if often >= least and len(word) >= LEAST_LETTERS]
