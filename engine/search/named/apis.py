"""The APIs that a question calls by their names: `create an issue in gitlab`.

The name is no word of the operation that is meant, and other APIs have operations about it (GitLab's for Jira). So it
leaves the question, and the operations of its API get a lead.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from math import log
from typing import NamedTuple

from engine.english.api_names import MARKS, begins_clause
from engine.english.function_words import BEFORE_A_NAME
from engine.english.lexicon import knows
from engine.english.words import words

_WORD = re.compile(r"[^\W_]+")
_BLANK = re.compile(r"\s")
_MEANS_NOTHING, _MEANS_THE_API = 0.5, 0.9
"""Shares of the library's orders of magnitude that a word is short of being everywhere: how rare it is outside the API
that is called so. Between the two its weight grows from 0 to 1."""
_OTHERWISE = 0.5
"""What a name counts that means something else, too: a word of the lexicon (Box, Drive), or of the API's operations."""
_OFTEN = 0.25
"""Share of the operations of an API from which on its name is one of their words."""
_CERTAIN = 0.5
"""A name leaves the question that weighs more."""
_LEAST_LETTERS = 2
"""Letters of the shortest name of an API; a single letter is a word of the question."""

_NO_MARKS = dict.fromkeys(map(ord, MARKS), " ")

Names = dict[str, dict[int, float]]
"""Word, in small letters and without signs → the specs that are called so → how surely it means them, 0 to 1."""


class Called(NamedTuple):
    """What is left of a question, and the APIs that it calls by name."""

    marked: str
    """What is left, with a mark where each name stood: it goes with its clause."""
    marks: Mapping[str, Mapping[int, float]]
    """Mark → id → how surely it is meant, 0 to 1."""
    specs: Mapping[int, float]
    """The same of the whole question."""

    @property
    def rest(self) -> str:
        """What is left."""
        return unmarked(self.marked)

    def by(self, part: str) -> Mapping[int, float]:
        """Return which specs a marked part of the question calls by name.

        What is called before anything else, and nothing else after it, speaks for all: `In Slack, …, then …`.
        """
        if self.specs == self.marks.get(self.marked[:1]):
            return self.specs
        found: dict[int, float] = {}
        for mark in part:
            for spec, weight in self.marks.get(mark, {}).items():
                found[spec] = max(weight, found.get(spec, 0.0))
        return found


def names_of(
    specs: Iterable[tuple[int, str]], having: Callable[[str], Counter[int]], sizes: Mapping[int, int]
) -> Names:
    """Return the words by which specs are called.

    Args:
        specs: Ids and names.
        having: Tells how many entries of each spec have a word in their names.
        sizes: How many entries each spec has.
    """
    called: dict[str, set[int]] = {}
    for spec, name in specs:
        parts = _WORD.findall(name)
        for word in {*parts, *("".join(pair) for pair in pairwise(parts))}:
            if len(word) >= _LEAST_LETTERS and not word[0].isdecimal():
                called.setdefault(word.lower(), set()).add(spec)
    found: Names = {}
    for word, ids in called.items():
        having_it = having(word)
        inside = sum(having_it[spec] for spec in ids)
        rare = 1 - log(1 + having_it.total() - inside) / log(2 + sum(sizes.values()))
        weight = min(1.0, (rare - _MEANS_NOTHING) / (_MEANS_THE_API - _MEANS_NOTHING))
        if knows(word) or inside > _OFTEN * sum(sizes.get(spec, 0) for spec in ids):
            weight *= _OTHERWISE
        if weight > 0:
            found[word] = dict.fromkeys(ids, weight)
    return found


def called(question: str, names: Names) -> Called:
    """Return what a question says of APIs by their names.

    Args:
        question: What the user typed.
        names: Those of the library.
    """
    specs: dict[int, float] = {}
    marks: dict[str, Mapping[int, float]] = {}
    marked = question = question.translate(_NO_MARKS)
    alone = [(match.start(), match.end()) for match in _WORD.finditer(question)]
    pairs = [(one[0], other[1]) for one, other in pairwise(alone)]
    # The words of what is written as one name, `my-stable.v2`, call no other API.
    joined = [(begin, end) for begin, end in pairs if not _BLANK.search(question, begin, end)]
    whole = [(begin, end) for begin, end in joined if _key(question[begin:end]) in names]
    alone = [(begin, end) for begin, end in alone if not any(first <= begin and end <= last for first, last in whole)]
    for begin, end in (*alone, *pairs):
        written = question[begin:end]
        meant = names.get(_key(written), {})
        for spec, weight in meant.items():
            specs[spec] = max(weight, specs.get(spec, 0.0))
        if meant and len(marks) < len(MARKS):
            mark = MARKS[len(marks)]
            marks[mark] = meant
            marked = _marked(marked, written, mark, leaves=max(meant.values()) > _CERTAIN)
    return Called(marked if words(marked) else question, marks, specs)


def unmarked(part: str) -> str:
    """Return a part of a question without marks."""
    return " ".join(part.translate(_NO_MARKS).split()) if any(map(part.__contains__, MARKS)) else part


def _key(written: str) -> str:
    """Return a name as `Names` has it."""
    return "".join(_WORD.findall(written)).lower()


def _marked(question: str, name: str, mark: str, *, leaves: bool) -> str:
    """Return a question with a mark instead of a name and what joins it, or before one that does not leave it.

    Where the name is part of an identifier or an address there is none.
    """
    joint = rf"(?:(?<!\S)(?:{'|'.join(BEFORE_A_NAME)})\s+(?:the\s+)?)?"
    alone = rf"(?<![\w./@-]){re.escape(name)}(?:'s)?(?:\s+apis?\b)?(?![\w/@-]|\.\w)"

    def instead(match: re.Match[str]) -> str:
        if not leaves:
            return f"{mark} {match[0]}"
        return f" {mark}{'' if begins_clause(question[: match.start()]) else match[1]} "

    return " ".join(re.sub(rf"{joint}{alone}([:,]?)", instead, question, flags=re.IGNORECASE).split())
