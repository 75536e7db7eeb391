"""Questions as people type them: the names in them, what they ask one after another, and of what each part speaks."""

import re

from engine.english.function_words import OWNED, STOP_WORDS
from engine.english.verbs import verb_of
from engine.english.words import words

_NAME = re.compile(
    r"""(?<!\w)'[^']{1,60}'(?!\w)|"[^"]{1,60}"|\b[A-Z0-9][\w'&-]*(?:\s+(?:of|the|and|&|in|on|Of|The)?\s*[A-Z0-9][\w'&-]*)*"""
)
"""A quoted text, or words that begin with a capital or a digit: most likely the name of one particular thing."""
_BEFORE_A_SENTENCE = ("", ".", "?", "!", ":")
_ACRONYM = 4
"""Letters of a word in capitals that is no name: API, HTTP."""
_CLAUSES = re.compile(
    r"\s*(?:[,;:](?=\s)|\.(?=\s)|\?|!|->|→"
    r"|\b(?:(?:and )?then|after that|finally|afterwards?|and|but|plus|so (?:that|I can)|before)\b|\bnext(?=,))\s*",
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


def is_about_asker(question: str) -> bool:
    """Tell whether a question is about the one who asks: `my repositories`."""
    return bool(_MINE.search(question))


def has_ordinal(question: str) -> bool:
    """Tell whether a question speaks of a thing by its place in an order: `the latest release`."""
    return bool(_ORDINAL.search(question))


def names(question: str) -> list[tuple[int, int]]:
    """Return where the names of particular things begin and end in a question."""
    found = []
    for match in _NAME.finditer(question):
        name = match[0]
        # The first word of a sentence has its capital for that.
        if name[0] not in "'\"" and question[: match.start()].rstrip()[-1:] in _BEFORE_A_SENTENCE:
            name = "".join(name.split(maxsplit=1)[1:])
            if not name[:1].isupper():
                continue
        acronyms = all(map(_is_acronym, name.split()))
        if name.lower() not in STOP_WORDS and not acronyms:
            found.append((match.end() - len(name), match.end()))
    return found


def is_known(name: str) -> bool:
    """Tell whether a name is a number or an id, each word with a digit in it: it is what a search for a name gives."""
    return all(_is_acronym(word) or any(map(str.isdigit, word)) for word in name.strip("'\"").split())


def unnamed(question: str, spans: list[tuple[int, int]]) -> str:
    """Return a question without its names; what is done by one is done by a person."""
    between = zip((0, *(end for _, end in spans)), (*(first for first, _ in spans), len(question)), strict=True)
    *pieces, last = (question[end:first] for end, first in between)
    return "".join(piece + _DOER if _BY.search(piece) else piece for piece in pieces) + last


def clauses(text: str) -> list[str]:
    """Return what is asked one after another; the whole text where that cannot be told."""
    found: list[str] = []
    for clause in _CLAUSES.split(text):
        if found and clause and not _stands_alone(clause):
            found[-1] += f" {clause}"  # Too little to be looked up alone.
        elif clause and _tells(clause):
            found.append(clause)
    return found or [text]


def phrases(clause: str) -> list[str]:
    """Return what a clause speaks of, one by one: `the author`, `the latest release`."""
    return [phrase for phrase in _PHRASES.split(clause) if _tells(phrase)]


def _is_acronym(word: str) -> bool:
    return word.isupper() and len(word) <= _ACRONYM


def _stands_alone(clause: str) -> bool:
    """Tell whether there is enough to look a clause up: two words that tell something, or one after `list` or `get`.

    Not of `get its lists`: whose they are is said before.
    """
    first, _, rest = clause.partition(" ")
    after = words(rest)
    return _tells(clause) > 1 or bool(verb_of(first.lower()) and _tells(rest) and OWNED.isdisjoint(after))


def _tells(text: str) -> int:
    """Return how many words of a text are no stop words."""
    return sum(word not in STOP_WORDS for word in words(text))
