"""A question taken apart: its clauses and phrases, the names in it, and what its verbs ask to be done."""

import re
from collections.abc import Callable

import msgspec

from engine.search.tokens import STOP_WORDS, words

MAX_CLAUSES, MAX_PHRASES = 6, 6
"""Parts of a question that are looked up for themselves; each is embedded, which takes a few milliseconds."""

_NAME = re.compile(
    r"""(?<!\w)'[^']{1,60}'(?!\w)|"[^"]{1,60}"|\b[A-Z0-9][\w'&-]*(?:\s+(?:of|the|and|&|in|on|Of|The)?\s*[A-Z0-9][\w'&-]*)*"""
)
"""A quoted text, or words that begin with a capital or a digit: most likely the name of one particular thing."""
_ACRONYM = 4
"""Letters of a word in capitals that is no name: API, HTTP."""
_CLAUSES = re.compile(
    r"\s*(?:[,;:](?=\s)|\.(?=\s)|\?|!|->|→"
    r"|\b(?:(?:and )?then|after that|finally|afterwards?|and|but|plus|so (?:that|I can)|before|next)\b)\s*",
    re.IGNORECASE,
)
_PHRASES = re.compile(
    r"\s*\b(?:of|that|which|in|from|for|by|with|to|into|on|who|whose|than|as|under|about|where)\b\s*", re.IGNORECASE
)
_MINE = re.compile(r"\b(?:my|me|mine|myself|i|i'm|our)\b", re.IGNORECASE)
_ORDINAL = re.compile(
    r"\b(?:first|second|third|last|latest|newest|oldest|most|least|top|best|worst|highest|lowest|next|previous|currently?"
    r"|now|today|this)\b",
    re.IGNORECASE,
)
_BY = re.compile(r"\bby\s*$", re.IGNORECASE)
_DOER = "a person"
_VERBS = {
    "POST": "add create make new open post publish register send start submit upload generate invite",
    "DELETE": "cancel delete drop remove revoke unfollow unlink unsubscribe erase purge wipe nuke clear detach kill"
    " uninvite",
    "PATCH": "change edit modify rename update set toggle enable disable adjust",
    "PUT": "change replace set update edit modify rename enable disable",
    "GET": "count download export fetch find get list look read retrieve search see show view check which who what"
    " where when",
}
_METHODS_OF = {
    verb: frozenset(method for method, verbs in _VERBS.items() if verb in verbs.split())
    for verb in " ".join(_VERBS.values()).split()
}


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked up for a question."""

    text: str
    """The whole of it."""
    unnamed: str
    """The same without the names of particular things, which are values and say nothing about operations."""
    clauses: tuple[str, ...]
    """What is asked one after another: `create a label`, `add it to the issue`."""
    phrases: tuple[str, ...]
    """What a single clause speaks of, one by one: `the author`, `the latest release`. Of several, the clauses."""
    names: tuple[str, ...]
    mine: bool
    """Whether it is about the one who asks."""

    particular: bool
    """Whether it speaks of one particular thing, by its name or its place in an order, which has to be found first."""

    @property
    def parts(self) -> tuple[str, ...]:
        """All texts that are looked up, each once; the whole question first."""
        return tuple(dict.fromkeys((self.text, self.unnamed, *self.clauses, *self.phrases)))

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


def take_apart(question: str, corrected: Callable[[str], str]) -> Question:
    """Return a question with its parts.

    Args:
        question: What the user typed.
        corrected: Puts misspelt words right.
    """
    spans = _names(question)
    names = tuple(dict.fromkeys(question[first:end] for first, end in spans))
    text = unnamed = corrected(question)
    if names:
        unnamed = corrected(" ".join(_unnamed(question, spans).split()))
        unnamed = unnamed if words(unnamed) else text
    clauses = _clauses(unnamed)[:MAX_CLAUSES]
    phrases = clauses
    if len(clauses) == 1:
        phrases = [phrase for phrase in _PHRASES.split(clauses[0]) if _tells(phrase)][:MAX_PHRASES]
        clauses = [unnamed]
    if len(phrases) < 2:
        phrases = clauses
    return Question(
        text=text,
        unnamed=unnamed,
        clauses=tuple(clauses),
        phrases=tuple(phrases),
        names=names,
        mine=bool(_MINE.search(question)),
        particular=bool(names or _ORDINAL.search(question)),
    )


def methods(verbs: list[str]) -> frozenset[str]:
    """Return the HTTP methods that some words speak of, as verbs: `create` → POST."""
    return frozenset().union(*(_METHODS_OF.get(verb, frozenset()) for verb in verbs))


def _names(question: str) -> list[tuple[int, int]]:
    """Return where names begin and end."""
    found = []
    for match in _NAME.finditer(question):
        name = match[0]
        if match.start() == 0 and name[0] not in "'\"":  # The first word of a question has its capital for that.
            _, _, name = name.partition(" ")
            if not name[:1].isupper():
                continue
        acronyms = all(word.isupper() and len(word) <= _ACRONYM for word in name.split())
        if name.lower() not in STOP_WORDS and not acronyms:
            found.append((match.end() - len(name), match.end()))
    return found


def _unnamed(question: str, spans: list[tuple[int, int]]) -> str:
    """Return a question without its names; what is done by one is done by a person."""
    between = zip((0, *(end for _, end in spans)), (*(first for first, _ in spans), len(question)), strict=True)
    *pieces, last = (question[end:first] for end, first in between)
    return "".join(piece + _DOER if _BY.search(piece) else piece for piece in pieces) + last


def _clauses(text: str) -> list[str]:
    clauses: list[str] = []
    for clause in _CLAUSES.split(text):
        if clauses and clause and _tells(clause) < 2:
            clauses[-1] += f" {clause}"  # Too little to be looked up alone.
        elif clause and _tells(clause):
            clauses.append(clause)
    return clauses or [text]


def _tells(text: str) -> int:
    """Return how many words of a text are no stop words."""
    return sum(word not in STOP_WORDS for word in words(text))
