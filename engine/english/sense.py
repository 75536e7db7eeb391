"""What a question asks, apart from how it is put: two questions of one sense may have one answer.

Vectors do not tell that: "create a key" and "delete a key" are nearer to each other than many a question to itself in
other words. So whatever may matter must be the same here, and what is dropped are words that ask, not what is asked.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from engine.english.abbreviations import IN_FULL
from engine.english.inflection import singular
from engine.english.questions import names
from engine.english.verbs import verb_of

_TOKEN = re.compile(r"[^\s,;?!\"\u201c\u201d()]+")
_DENIED = re.compile(
    r"\b(?:ca|could|did|do|does|had|has|have|is|are|must|should|was|were|wo|would)n(?:'|no)?t\b|\b(?:can|do) not\b"
)
_ASKS = re.compile(
    r"^(?:hi|hello|hey|ok|okay|so|please|and|also)\b[\s,!.]*"
    r"|\b(?:how (?:to|does one)|how (?:do|can|could|would|should) (?:i|we|you|one)(?: go about)?"
    r"|can (?:i|we|one)|is it possible to|is there (?:a|any) way (?:of|to|for me to)"
    r"|what(?:'s| is)? the (?:best |right |proper |correct )?way (?:of|to|for)"
    r"|(?:can|could|would) you (?:please )?(?:tell|show|explain)(?: to)? me|(?:tell me|(?:show|give|get) me(?: how)?)"
    r"|i(?:'d| would) like to|i (?:want|need|have|am trying|try) to|what do i (?:call|need) to"
    r"|(?:what|which) (?:is the )?(?:api )?(?:endpoint|call|request|operation|method|route)"
    r" (?:is (?:there )?for|do i (?:use|call|need) (?:to|for)|should i (?:use|call) (?:to|for)|lets me|can i use to"
    r"|to use (?:to|for)|is used to|does|will|for|to)"
    r"|thank you|thanks|please|pls)\b"
)
"""What leads in and asks for nothing of its own."""
_LEADS = 3
"""How many of these stand one in another at most: `hello, please tell me how to`."""
_EMPTY = frozenset(
    "a am an are at be been being can could did do does for had has have how is it its of that the there these this"
    " those was were what which will would".split()
)
"""Words that hold a question together."""
_EVERY = frozenset("all any each every".split())
"""Words that say no more than the plural does, where something is only read."""
_CREATE = "create"
_SAME = {
    **dict.fromkeys("add create make new post".split(), _CREATE),
    **dict.fromkeys("delete erase remove".split(), "delete"),
    **dict.fromkeys("change edit modify update".split(), "change"),
    **dict.fromkeys("find lookup query search".split(), "search"),
    **dict.fromkeys("fetch get list read retrieve return see show view".split(), ""),
}
"""Verbs that stand for one another where the operation is the same; to read something is what is asked for without a
verb."""


class Sense(NamedTuple):
    """What a question asks."""

    words: tuple[str, ...]
    """Each as one of a thing, or as the verb that stands for those that mean the same. In their order: who is given
    access to whom, what is without what."""
    names: frozenset[str]
    """Those of particular things, as they are written."""


def sense(question: str) -> Sense:
    """Return what a question asks."""
    found, verbs = [], set()
    for word in _asked(question):
        verb = "" if word.endswith("ed") else verb_of(word)  # What is closed is not to be closed.
        meant = _SAME.get(verb, verb) if verb else IN_FULL.get(singular(word), singular(word))
        if meant:
            found.append(meant)
        if verb and meant:
            verbs.add(meant)
    needless = ({"new"} if _CREATE in verbs else set()) if verbs else _EVERY
    return Sense(
        words=tuple(word for word in found if word not in needless),
        names=frozenset(" ".join(question[start:end].split()).strip("'\"") for start, end in names(question)),
    )


def _asked(question: str) -> Iterator[str]:
    """Yield the words of a question, in small letters, that are part of what it asks."""
    text = _DENIED.sub("not", question.lower().replace("\u2019", "'"))
    for _ in range(_LEADS):
        text = _ASKS.sub(" ", text).strip()
    words = [token.strip(".:'`*-").removesuffix("'s") for token in _TOKEN.findall(text)]
    for word, after in pairwise([*words, ""]):
        if word and word not in _EMPTY and not (word == "to" and verb_of(after)):
            yield word
