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
_CONTRACTED = re.compile(r"\b(can|could|did|do|does|has|have|is|are|must|should|was|were|wo|would)n'?t\b")
_ASKS = re.compile(
    r"^(?:hi|hello|hey|ok|okay|so|please|and|also)\b[\s,!.]*"
    r"|\b(?:how (?:to|does one)|how (?:do|can|could|would|should) (?:i|we|you|one)(?: go about)?"
    r"|is it possible to|is there (?:a|any) way (?:of|to|for me to)"
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
    "a am an are at be been being can could did do does for had has have how i in is it its just may might must of"
    " on one should that the there these this those us was we were what which will would you".split()
)
"""Words that hold a question together."""
_NEGATIONS = frozenset(
    "cannot except exclude excluding lack lacking neither never no nobody non none nor not nothing unless without"
    " isnt dont doesnt didnt cant wont wasnt arent hasnt havent shouldnt couldnt wouldnt".split()
)
_DIRECTED = frozenset(
    "after before between beyond from instead into onto over rather than to toward towards under until".split()
)
"""Words that tell which of two is which, so that the order counts."""
_EVERY = frozenset("all any every each".split())
"""Words that say no more than the plural does, where something is only read."""
_SAME = {
    **dict.fromkeys("add create make new post".split(), "create"),
    **dict.fromkeys("delete erase remove".split(), "delete"),
    **dict.fromkeys("change edit modify update".split(), "change"),
    **dict.fromkeys("find lookup query search".split(), "search"),
    **dict.fromkeys("fetch get list read retrieve return see show view".split(), ""),
}
"""Verbs that stand for one another where the operation is the same; to read something is what is asked for without a
verb."""


class Sense(NamedTuple):
    """What a question asks."""

    verbs: frozenset[str]
    """What is to be done; those that stand for one another are one."""
    negations: int
    """How often something is denied."""
    numbers: frozenset[str]
    """All with a digit: counts, versions, dates, statuses."""
    names: frozenset[str]
    """Those of particular things, as they are written."""
    things: frozenset[str]
    """All other words, each as one of it."""
    order: tuple[str, ...]
    """All of these in their order, where the order counts."""


def sense(question: str) -> Sense:
    """Return what a question asks."""
    verbs, things, numbers, order, negations = set[str](), set[str](), set[str](), list[str](), 0
    for word in _asked(question):
        meant = verb = "" if word.endswith("ed") else verb_of(word)  # The closed ones are not to be closed.
        if word in _NEGATIONS:
            negations += 1
        elif any(sign.isdigit() for sign in word):
            numbers.add(word)
        elif verb:
            meant = _SAME.get(verb, verb)
            verbs.add(meant)
        else:
            meant = IN_FULL.get(singular(word), singular(word))
            things.add(meant)
        order.append(meant or word)
    if "create" in verbs:
        things.discard("new")
    return Sense(
        verbs=frozenset(verbs - {""}),
        negations=negations,
        numbers=frozenset(numbers),
        names=frozenset(question[start:end].strip("'\"") for start, end in names(question)),
        things=frozenset(things if verbs - {""} else things - _EVERY),
        order=tuple(order) if not _DIRECTED.isdisjoint(order) else (),
    )


def _asked(question: str) -> Iterator[str]:
    """Yield the words of a question, in small letters, that are part of what it asks."""
    text = _CONTRACTED.sub(r"\1 not", question.lower().replace("\u2019", "'"))
    for _ in range(_LEADS):
        text = _ASKS.sub(" ", text).strip()
    words = [token.strip(".:'`*-").removesuffix("'s") for token in _TOKEN.findall(text)]
    for word, after in pairwise([*words, ""]):
        if word and word not in _EMPTY and not (word == "to" and verb_of(after)):
            yield word
