"""A question taken apart: its clauses and phrases, and the names in it."""

from collections.abc import Callable

import msgspec

from engine.english import questions
from engine.english.mentions import spoken
from engine.english.words import words

MAX_CLAUSES, MAX_PHRASES = 8, 6
"""Parts of a question that are looked up for themselves; each is embedded, which takes a few milliseconds."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked up for a question."""

    text: str
    """The whole of it, without the values in it."""
    unnamed: str
    """The same without the names of particular things, which are values and say nothing about operations."""
    clauses: tuple[str, ...]
    """What is asked one after another: `create a label`, `add it to the issue`."""
    phrases: tuple[str, ...]
    """What a single clause speaks of, one by one: `the author`, `the latest release`. Of several, the clauses."""
    names: tuple[str, ...]
    """Those of particular things, which a search may have to find first: no ids, which it would give."""
    mine: bool
    """Whether it is about the one who asks."""

    particular: bool
    """Whether it speaks of one particular thing, by its name or its place in an order, which has to be found first."""

    @property
    def parts(self) -> tuple[str, ...]:
        """All texts that are looked up, each once; the whole question first."""
        return tuple(dict.fromkeys((self.text, self.unnamed, *self.clauses, *self.phrases)))

    def each(self, change: Callable[[str], str]) -> "Question":
        """Return the question with each of its texts changed."""
        return msgspec.structs.replace(
            self,
            text=change(self.text),
            unnamed=change(self.unnamed),
            clauses=tuple(map(change, self.clauses)),
            phrases=tuple(map(change, self.phrases)),
            names=tuple(map(change, self.names)),
        )

    @property
    def embedded(self) -> dict[str, str | tuple[str, int, int]]:
        """What is embedded for each part: itself, or, for a phrase, the text around it with where it begins and ends.

        A phrase alone is too short to say what it means, and needs a run of the model; a clause says it better alone.
        What several clauses say together is not there: it is the mean of their vectors, which needs no run.
        """
        together = {1: set[str](), 2: {self.unnamed} - {self.text}}.get(len(self.clauses), {self.text, self.unnamed})
        found: dict[str, str | tuple[str, int, int]] = {
            part: part for part in self.parts if part not in together or part in self.clauses
        }
        for phrase in self.phrases:
            at = self.unnamed.find(phrase)
            if at >= 0 and phrase not in (self.text, self.unnamed, *self.clauses):
                found[phrase] = (self.unnamed, at, at + len(phrase))
        return found


def take_apart(question: str, corrected: Callable[[str], str], is_known: Callable[[str], bool]) -> Question:
    """Return a question with its parts.

    Args:
        question: What the user typed.
        corrected: Puts misspelt words right.
        is_known: Tells whether a word is what an API calls a thing of its own: that is no particular one.
    """
    spans = [span for span in questions.names(question) if not all(map(is_known, words(question[slice(*span)])))]
    names = dict.fromkeys(question[first:end] for first, end in spans)
    sought = tuple(name for name in names if not questions.is_known(name))
    text = unnamed = corrected(spoken(question))
    if names:
        unnamed = corrected(" ".join(spoken(questions.unnamed(question, spans)).split()))
        unnamed = unnamed if words(unnamed) else text
    unnamed = questions.asking(unnamed)
    clauses = questions.clauses(unnamed)[:MAX_CLAUSES]
    phrases = clauses
    if len(clauses) == 1:
        phrases = questions.phrases(clauses[0])[:MAX_PHRASES]
        clauses = [unnamed]
    if len(phrases) < 2:
        phrases = clauses
    return Question(
        text=text,
        unnamed=unnamed,
        clauses=tuple(clauses),
        phrases=tuple(phrases),
        names=sought,
        mine=questions.is_about_asker(question),
        particular=bool(sought) or questions.has_ordinal(question),
    )
