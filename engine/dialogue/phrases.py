"""Questions taken apart as people type them: what leads in, the verb, the things, and where."""

import re
from collections.abc import Sequence
from typing import NamedTuple

PREPOSITIONS = frozenset(
    "about as at by for from in inside into of on onto per through to under using via with within without".split()
)
PLACES = frozenset("at for from in inside into of on onto to under within".split())
"""Prepositions that say where something is or whose it is; people take one for the other."""
ARTICLES = frozenset("a all an another any each every its my our some that the their these this those your".split())
GLUE = ARTICLES | frozenset(
    "again already also am anyway are back be been being both can could did do does done down else ever first have has"
    " had here how however i if instead is just later let like many may me might more much must new no not now off okay"
    " only out over permanently please possible s should single so soon specific still there too twice up us was we"
    " well were what when where whether which who why will would yet you than then".split()
)
"""Words that are neither a verb of an API nor a thing in it."""
_JOINTS = frozenset(", ; and but or then that which who whose where when if because".split())
"""What ends a phrase, besides a preposition."""
_VERBS = frozenset(
    "accept activate add approve archive assign attach ban block cancel capture change clear clone close complete"
    " confirm copy count create deactivate decline delete detach disable dismiss download drop duplicate edit enable"
    " export fetch finalize find finish follow fork freeze get hide import invite join kick leave link list lock make"
    " mark merge modify move mute open pause pay pin post publish read reject refund regenerate register remove rename"
    " renew reopen replace rerun reset resolve restart restore resume retrieve retry revoke rotate save schedule"
    " search see send set share show start star stop submit subscribe suspend transfer trigger unarchive unassign"
    " unblock unfollow unlink unlock unmute unpin unpublish unshare unstar unsubscribe update upload verify view"
    " void watch".split()
)
_BEFORE_A_VERB = frozenset("to i we you one by for when if after before".split())
_UNCOUNTABLE = frozenset("access content data feedback history information media metadata staff traffic usage".split())
_PAST = {"made": "make", "paid": "pay", "sent": "send"}
_IRREGULAR = {"people": "person", "children": "child"}

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
_AN = re.compile(r"[aeio]|u(?!ni|s[aei]|r[ils]|t[ei])", re.IGNORECASE)
_ES = re.compile(r"(?:ss|ch|sh|x|us|ias)es$")
_NO_PLURAL = re.compile(r"(?:ss|us|is|ias)$")


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
    return [word for word in phrase if word.lower() not in GLUE | PREPOSITIONS | _JOINTS]


def verb_of(word: str) -> str:
    """Return the verb that a word is a form of (`deleting`, `closed`), or an empty text."""
    word = _PAST.get(word.lower(), word.lower())
    for ending in ("", "ing", "ed", "d"):
        stem = word.removesuffix(ending)
        for verb in (stem, stem + "e", stem[:-1]) if stem != word or not ending else ():
            if verb in _VERBS and (verb != stem[:-1] or stem[-1:] == stem[-2:-1]):
                return verb
    return ""


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
        if words[place].lower() in PREPOSITIONS | _JOINTS and not (place == start and words[place].lower() == "that"):
            return place
    return len(words)


def _verb_place(found: Sequence[str]) -> int | None:
    """Return the place of the verb in a question that does not begin with it."""
    for place, word in enumerate(found[1:], 1):
        if verb_of(word) and found[place - 1].lower() in _BEFORE_A_VERB:
            return place
    return None


def joined(*phrases: Sequence[str]) -> str:
    """Return phrases as one text."""
    return " ".join(word for phrase in phrases for word in phrase).replace(" ,", ",").replace(" ;", ";")


def joint(word: str) -> bool:
    """Tell whether a word stands between two clauses."""
    return word.lower() in _JOINTS


def singular(word: str) -> str:
    """Return an English noun as one of a thing; for what is read by people, not for comparing."""
    low = word.lower()
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if len(low) < 4 or not low.endswith("s") or _NO_PLURAL.search(low):
        return word
    if low.endswith("ies") and len(low) > 4:
        return word[:-3] + "y"
    return word[:-2] if _ES.search(low) else word[:-1]


def plural(word: str) -> str:
    """Return an English noun as many of a thing; for what is read by people."""
    low = word.lower()
    if low in _UNCOUNTABLE or singular(word) != word:
        return word
    if re.search(r"[^aeiou]y$", low):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(?:s|x|ch|sh)$", low) else "s")


def one(noun: Sequence[str]) -> str:
    """Return one of a thing: `an issue comment`."""
    words = [singular(word) for word in noun]
    if words[-1].lower() in _UNCOUNTABLE:
        return " ".join(words)
    return f"{'an' if _AN.match(words[0]) else 'a'} {' '.join(words)}"


def many(noun: Sequence[str]) -> str:
    """Return several of a thing: `issue comments`."""
    return " ".join([*(singular(word) for word in noun[:-1]), plural(noun[-1])])
