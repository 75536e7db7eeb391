"""The words of a question that tell what it asks of an operation, and the sentences that answer to them."""

import re
from collections.abc import Iterable, Sequence, Set as AbstractSet
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from engine.english.function_words import STOP_WORDS
from engine.english.inflection import singular
from engine.english.lexicon import expand
from engine.english.words import query_words, words
from engine.library.stems import stems
from engine.specs.describe import plain, sentences
from engine.specs.model import Operation

_CACHED = 8192
"""Texts whose words are remembered: those of an operation are looked at again with each question about it."""
_READ = 20_000
"""Characters of a description that are read: ten pages."""
LONGEST = 400
"""Characters of a sentence that is quoted; what is longer is a table or an example."""
_IDENTIFIER = re.compile(r"\b(?:[A-Za-z]\w*_\w+|[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*)\b")
"""A name of several words in one, as nobody spells what is no name."""
_VARIABLE = re.compile(r"\{[^{}]*\}")
"""A part of a path that is an input, and can be asked for as any other."""
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\((https?://[^()\s]{1,300})\)")
"""A link to elsewhere; where it leads is a part of what a sentence says."""
_CODE = re.compile(r"```|~~~|[{\[,]\s*\"[^\"]+\"\s*:")
"""A sample of a call or of an answer, which is no sentence."""
_BEGINNING = 4
"""Letters with which all forms of a word begin, mostly."""
_TELLING = 0.5
"""Share of the words of a question that a sentence must have to answer it."""
_TWO = 2
"""Words that stand for others and may count together, and sentences that are quoted: a pair, so that no list forms."""


class Wanted(NamedTuple):
    """What a question asks, by its words."""

    said: frozenset[str]
    """Stems of all its words, and of each two that follow one another as one: `rate limit` is also `ratelimit`."""
    left: frozenset[str]
    """Stems of those that the operation itself does not have."""
    joined: frozenset[str]
    written: frozenset[str]
    """Names that it spells as a specification does, in small letters: `groupname` of `GroupName` or `group_name`."""
    meant: dict[str, float]
    """Stem of a word that stands for one of those that are left → its weight, below 1."""


def wanted(
    question: str, operation: Operation | None = None, spec: str = "", but: AbstractSet[str] = frozenset()
) -> Wanted:
    """Return what a question asks beyond what the operation is called.

    Args:
        question: What the user asked.
        operation: The operation that it is asked of.
        spec: Name of its spec.
        but: Words that say nothing here.
    """
    names = (
        (_VARIABLE.sub("", operation.key), operation.summary, operation.operation_id, spec) if operation else (spec,)
    )
    known = frozenset(roots(word for name in names for word in words(name)))
    listed = [word for word in query_words(question) if word not in STOP_WORDS and word not in but]
    as_stems = roots(listed)
    left = frozenset(as_stems) - known
    joined = frozenset(roots(map("".join, pairwise(listed))))
    return Wanted(frozenset(as_stems) | joined | left, left, joined, _written(question), _meant(question, known, left))


def _written(question: str) -> frozenset[str]:
    return frozenset(letters_of(name) for name in _IDENTIFIER.findall(question))


def letters_of(name: str) -> str:
    """Return a name without what different notations put between its words: `groupname` of `Group-Name`."""
    return re.sub(r"[\W_]", "", name).lower()


def _meant(question: str, known: frozenset[str], left: frozenset[str]) -> dict[str, float]:
    added = expand(words(question)) if left else {}
    weighed = zip(roots(added), added.values(), strict=False)
    return {stem: weight for stem, weight in weighed if stem not in known | left}


def roots(listed: Iterable[str]) -> list[str]:
    """Return the stems of words in the singular: the index's stems alone keep `status` and `statuses` apart."""
    return stems(map(singular, listed))


@lru_cache(_CACHED)
def stems_of(text: str) -> frozenset[str]:
    """Return the stems of the telling words of a text."""
    return frozenset(roots(word for word in words(text) if word not in STOP_WORDS))


@lru_cache(_CACHED)
def lines_of(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the sentences of a description, plain, each with the stems of its words."""
    lines = (plain(_LINK.sub(r"\1 (\2)", part)) for part in sentences(text[:_READ]) if not _CODE.search(part))
    return tuple((line, stems_of(line)) for line in lines if line)


def covered(found: frozenset[str], want: Wanted) -> float:
    """Return which share of what is left of a question some stems have, 0 to 1; what only stands for it counts less."""
    if not want.left:
        return 0.0
    own = len(want.left & found)
    meant = sum(sorted((weight for stem, weight in want.meant.items() if stem in found), reverse=True)[:_TWO])
    return min(1.0, (own + meant) / len(want.left))


def may_have(text: str, want: Wanted) -> bool:
    """Tell quickly whether a text may have any word that is left of a question."""
    low = text.lower()
    return any(stem[:_BEGINNING] in low for stem in want.left) or any(stem[:_BEGINNING] in low for stem in want.meant)


def telling(text: str, want: Wanted, most: int = _TWO, least: float = _TELLING) -> list[str]:
    """Return the sentences of a description that answer to a question, in their order; at most so many.

    One that has a single word of several by chance is none.
    """
    if not text or not want.left or not may_have(text, want):
        return []
    scored = [(covered(found, want), place, line) for place, (line, found) in enumerate(lines_of(text))]
    fit = sorted((one for one in scored if one[0] >= least and len(one[2]) <= LONGEST), key=lambda one: -one[0])
    return [line for _, _, line in sorted(fit[:most], key=lambda one: one[1])]


def explained(text: str, want: Wanted, most: int) -> tuple[str, ...]:
    """Return what explains a field: its first sentence, then those that answer to the question, then what follows."""
    lines = [line for line, _ in lines_of(text)] if text else []
    if len(lines) <= most:
        return tuple(lines)
    asked: Sequence[str] = telling("\n\n".join(lines[1:]), want, most - 1, least=0.2)
    chosen = list(dict.fromkeys([lines[0], *asked, *lines[1:]]))[:most]
    return tuple(line for line in lines if line in chosen)
