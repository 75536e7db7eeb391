"""Paths with parameters: which one a path stands for that has its own words or values in their places."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from engine.english.verbs import IN_PATHS

_PARAMETER = re.compile(r"\{[^{}]*\}")
_LAST_SLASH = re.compile(r"(?<=[^ /])/$")


class Match(NamedTuple):
    """What a path stands for."""

    meaning: str
    filled: tuple[tuple[str, str], ...] = ()
    """Parameters that are whole segments, and what stands in their places."""


class Templates:
    """Paths, or methods with paths, and what each stands for.

    Args:
        known: Lower-case template → what it stands for.
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        self._exact: dict[str, str] = {}
        self._by_length: dict[int, list[tuple[list[str], str]]] = {}
        for template, meaning in known.items():
            plain = _LAST_SLASH.sub("", template)
            if plain not in self._exact:
                self._exact[plain] = meaning
                parts = plain.split("/")
                self._by_length.setdefault(len(parts), []).append((parts, meaning))

    def exact(self, name: str) -> str | None:
        """Return what a lower-case path stands for that is itself one of the templates."""
        return self._exact.get(_LAST_SLASH.sub("", name))

    def find(self, name: str) -> Match | None:
        """Return what a lower-case path stands for; of several templates the one with most of its words.

        A word for what is done stands for no parameter: `/users/search` is not `/users/{id}`.
        """
        plain = _LAST_SLASH.sub("", name)
        if plain in self._exact:
            return Match(self._exact[plain])
        parts = plain.split("/")
        best, most = None, -1
        for wanted, meaning in self._by_length.get(len(parts), ()):
            if all(map(_fits, parts, wanted)):
                same = sum(map(str.__eq__, parts, wanted))
                if same > most:
                    filled = ((a[1:-1], b) for a, b in zip(wanted, parts, strict=True) if _PARAMETER.fullmatch(a))
                    best, most = Match(meaning, tuple(filled)), same
        return best


def _fits(part: str, template: str) -> bool:
    """Tell whether a segment is the template's, with at least one character for each parameter."""
    if part == template:
        return True
    if "{" not in template:
        return False
    first, *literals = _PARAMETER.split(template)
    if not literals or not part.startswith(first):
        return False
    if part in IN_PATHS and template[0] == "{" and template[-1] == "}":
        return False
    at = len(first)
    for literal in literals[:-1]:
        found = part.find(literal, at + 1)
        if found < 0:
            return False
        at = found + len(literal)
    return part.endswith(literals[-1]) and len(part) - len(literals[-1]) > at
