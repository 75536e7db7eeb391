"""Questions taken apart as people type them: what leads in, the verb, the things, and where."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from engine.english.function_words import BEFORE_A_VERB, GLUE, JOINTS, PLACES, PREPOSITIONS
from engine.english.verbs import verb_of

_LEAD = re.compile(
    r"(?:(?:and|also|alright|but|cool|finally|great|hm+|nice|ok|okay|or|perfect|plus|so|thanks|thank you|then"
    r"|(?:and )?after (?:that|this)|afterwards)(?![\w'-])[\s,.!:;…-]*)+",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(
    r"(?:(?:how\s+(?:to|(?:do|can|could|would|should|might|must)\s+(?:i|we|you|one)(?:\s+go\s+about)?)"
    r"|(?:can|could|may|should|must|would|will)\s+(?:i|we|you|one)"
    r"|is\s+it\s+possible\s+to|is\s+there\s+(?:a|any|some)\s+way\s+to|what(?:'s|\s+is)\s+the\s+(?:best\s+)?way\s+to"
    r"|(?:i|we)(?:'d|\s+would)?\s+(?:want|like|need|have|wish)\s+to|let's|let\s+me|to|please|also|then|now|just)\s+)+",
    re.IGNORECASE,
)
_LIGHT = re.compile(r"\b(?:(?:a|the) )?(?:list|number|details?|info(?:rmation)?) (?:of|about|on|for) ", re.IGNORECASE)
_TOKEN = re.compile(r"[,;]|[^\s,;?!\"“”()]+")
_IS = re.compile(r"\b(how|it|that|there|what|where)'s\b", re.IGNORECASE)


class Clause(NamedTuple):
    """A question in parts, each of words as they were typed."""

    head: tuple[str, ...]
    """What stands before the verb: `which scope do I need to`."""
    verb: str
    """Empty where there is none."""
    things: tuple[str, ...]
    """What the verb is about, with its article."""
    rest: tuple[str, ...]
    """Other phrases: `with a label`."""
    place: tuple[str, ...]
    """The last phrase, where it says of what or for whom: `for an organization`."""


def without_lead(question: str) -> str:
    """Return a question without the `and then` that it begins with; as it is where that is all of it."""
    lead = _LEAD.match(question.strip())
    return question.strip()[lead.end() :].strip() or question if lead else question


def without_preamble(question: str) -> str:
    """Return a question without its `how do I`."""
    text = question.strip()
    preamble = _PREAMBLE.match(text)
    return text[preamble.end() :] if preamble else text


def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are typed, commas apart, other signs left out."""
    text = _IS.sub(r"\1 is", text.replace("\u2019", "'"))
    found = (token.strip(".:'`…*") for token in _TOKEN.findall(text))
    return tuple(token for token in found if token)


def content(phrase: Sequence[str]) -> list[str]:
    """Return the words of a phrase that say something: no glue, no prepositions, no commas."""
    return [word for word in phrase if word.lower() not in GLUE | PREPOSITIONS | JOINTS]


def clause(question: str) -> Clause:
    """Take a question apart."""
    text = _LIGHT.sub("", question.strip())
    body = without_preamble(text)
    found = tokens(body)
    at = 0 if found and (body != text or acts(found)) else _verb_place(found)
    head, verb, after = (found[:at], found[at], found[at + 1 :]) if at is not None else ((), "", found)
    end = phrase_end(after, 0)
    starts = [place for place, word in enumerate(after) if place >= end and word.lower() in PLACES]
    last = starts[-1] if starts and phrase_end(after, starts[-1] + 1) == len(after) else len(after)
    return Clause(head, verb, after[:end], after[end:last], after[last:])


def acts(found: Sequence[str]) -> bool:
    """Tell whether words begin with a verb: one that is known, or `protect a branch`, `protect it`."""
    after = found[1].lower() if len(found) > 1 else ""
    known = bool(verb_of(found[0]))
    return known or (found[0].lower() not in GLUE | PREPOSITIONS and after in {"a", "an", "the", "it", "them"})


def phrase_end(words: Sequence[str], start: int) -> int:
    """Return where the phrase ends that begins at `start`: before a preposition, a comma or a conjunction."""
    for place in range(start, len(words)):
        if words[place].lower() in PREPOSITIONS | JOINTS and not (place == start and words[place].lower() == "that"):
            return place
    return len(words)


def _verb_place(found: Sequence[str]) -> int | None:
    """Return the place of the verb in a question that does not begin with it."""
    for place, word in enumerate(found[1:], 1):
        if verb_of(word) and found[place - 1].lower() in BEFORE_A_VERB:
            return place
    return None


def joined(*phrases: Sequence[str]) -> str:
    """Return phrases as one text."""
    return " ".join(word for phrase in phrases for word in phrase).replace(" ,", ",").replace(" ;", ";")


def joint(word: str) -> bool:
    """Tell whether a word stands between two clauses."""
    return word.lower() in JOINTS
