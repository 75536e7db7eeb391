"""What a bare `ids` is of by its description, such as `A comma-separated list of the IDs of books`."""

import re
from collections.abc import Set as AbstractSet

from engine.english.function_words import BEFORE_ANOTHER_THING
from engine.indexing.links.nouns import noun, text_words

_LONGEST = 600
"""Characters that are read of a description."""
_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n")
_KEYS = frozenset("id ids identifier identifiers key keys slug slugs uri uris urn urns uuid uuids".split())
_SIZES = (3, 2, 1)
"""Words that may name one thing: `audit log events`."""
_KIND = frozenset(("array", "list", "set"))
"""What `of` comes after without saying of what thing."""


def described(text: str, own: str, resources: AbstractSet[str]) -> tuple[str, ...]:
    """Return the things of which a description says that their ids are meant, if they are other than expected.

    Args:
        text: The description.
        own: Noun of what they are expected to be of. Where that is spoken of, it is meant.
        resources: Nouns of the things that a specification has.
    """
    for sentence in _SENTENCE.split(text[:_LONGEST]):
        found = text_words(sentence)
        if not _KEYS.isdisjoint(found) and (nouns := named(found, resources)):
            return () if _speaks_of(found, own) else nouns
    return ()


def named(found: tuple[str, ...], resources: AbstractSet[str]) -> tuple[str, ...]:
    """Return the nouns of things among words, until something else is spoken of: `user` in `users of a team`."""
    nouns: dict[str, None] = {}
    at = 0
    while at < len(found) and not (nouns and found[at] in BEFORE_ANOTHER_THING):
        size = next((size for size in _SIZES if _is_named(found[at : at + size], found[at + size :], resources)), 0)
        if size:
            nouns[noun(found[at : at + size])] = None
        at += size or 1
    return tuple(nouns)


def _speaks_of(found: tuple[str, ...], own: str) -> bool:
    return any(noun(found[at : at + size]) == own for at in range(len(found)) for size in _SIZES)


def _is_named(words: tuple[str, ...], after: tuple[str, ...], resources: AbstractSet[str]) -> bool:
    """Tell whether words name a thing, and not one that something is said of: `the user's books`, `a list of books`."""
    if after[:1] == ("s",) or (after[:1] == ("of",) and words[-1] in _KIND):
        return False
    return noun(words) in resources and not _KEYS.issuperset(words)
