"""Which specs a question about a whole API is about, and the names that these know."""

from functools import cached_property

from engine.english.function_words import STOP_WORDS
from engine.english.inflection import plural, singular
from engine.english.words import words
from engine.library import survey
from engine.library.attributes import SEPARATOR, Field
from engine.library.store import Library

_MOST_SPECS = 100
"""Specs that one word may call: a maker's APIs are seldom more; a word of more is no name."""


class Scope:
    """Some specs, or all there are.

    Args:
        library: The library.
        specs: Their names; None for all.
    """

    def __init__(self, library: Library, specs: tuple[str, ...] | None) -> None:
        self.library = library
        self.specs = specs
        self._known: dict[Field, dict[str, list[str]]] = {}

    @cached_property
    def named(self) -> list[survey.Named]:
        """What is told of each spec."""
        return survey.named(self.library, self.specs)

    def known(self, field: Field) -> dict[str, list[str]]:
        """Return the values of a column: in small letters → as they are written."""
        if field not in self._known:
            found: dict[str, list[str]] = {}
            every = {value for text in survey.words(self.library, field, self.specs) for value in text.split(SEPARATOR)}
            for value in sorted(every):
                found.setdefault(value.casefold(), []).append(value)
            self._known[field] = found
        return self._known[field]

    def written(self, value: str, field: Field) -> str:
        """Return a value as a column has it, in the spelling that was asked for where there are several; or empty."""
        spellings = self.known(field).get(value.casefold(), [])
        return value if value in spellings else next(iter(spellings), "")

    def spelled(self, value: str, field: Field) -> str:
        """Return a value as a column has it, in this or another number; or empty."""
        forms = (value, singular(value.lower()), plural(value.lower()))
        return next(filter(None, (self.written(form, field) for form in forms)), "")

    def is_ambiguous(self, value: str, field: Field) -> bool:
        """Tell whether a column has a value in other spellings, too, which a filter takes for the same."""
        return len(self.known(field).get(value.casefold(), [])) > 1


class Names:
    """What the specs of a library are called, each name and title in its words.

    Args:
        library: The library.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    @cached_property
    def _among(self) -> tuple[list[tuple[str, list[str]]], ...]:
        listed = survey.titles(self._library)
        return [(name, words(name)) for name, _ in listed], [(name, words(title)) for name, title in listed]

    def called(self, text: str) -> tuple[str, ...]:
        """Return the specs that some words call: by their name, a part of it, or their title.

        A name that has just these words comes before one that has others besides.
        """
        asked = [word for word in words(text) if word not in ("api", "rest")]
        if STOP_WORDS.issuperset(asked):
            return ()
        for among in self._among:
            exact = tuple(name for name, own in among if own == asked)
            if exact:
                return exact
            having = tuple(name for name, own in among if _has(own, asked))
            if having:
                return having if len(having) <= _MOST_SPECS else ()
        return ()


def _has(own: list[str], asked: list[str]) -> bool:
    """Tell whether words stand together in a name."""
    size = len(asked)
    return any(own[place : place + size] == asked for place in range(len(own) - size + 1))
