"""Follow-up questions: `and how do I delete it?` becomes `delete an issue`, by what the conversation was about.

By rules, without a model, and never by putting the history before the question. Where the rules are not sure, the
question stays as it is: a wrong reading is worse than none.
"""

import re
from collections.abc import Sequence
from itertools import dropwhile, takewhile
from typing import NamedTuple

import msgspec

from engine.english.function_words import (
    ARTICLES,
    DEMONSTRATIVE,
    GLUE,
    OWNED,
    PLACES,
    PLURAL,
    PREPOSITIONS,
    PRONOUNS,
    SINGULAR,
)
from engine.english.inflection import many, one, singular
from engine.english.phrases import (
    Clause,
    acts,
    clause,
    content,
    joined,
    joint,
    phrase_end,
    tokens,
    without_lead,
    without_preamble,
)
from engine.english.verbs import OF_MANY, OF_OPERATIONS, TELLS, UNDOES, USES, verb_of
from engine.english.words import words


class Shown(msgspec.Struct, frozen=True):
    """An operation that an answer showed."""

    spec: str
    key: str
    """`METHOD /path`, `Query.field`."""
    summary: str


class Turn(msgspec.Struct, frozen=True):
    """A question of the conversation, and what its answer showed."""

    question: str
    """As it was understood: standing for itself."""
    operations: tuple[Shown, ...]
    """The closest first; none where nothing was found that is about the question."""


class Understood(NamedTuple):
    """What to search for."""

    query: str
    """The question itself where it stands for itself."""
    spec: str | None = None
    """The only spec to look in, where the question is about what that spec has."""
    operation: bool = False
    """True when `query` is the key of an operation that was shown, about which something is asked."""


class _Asked(NamedTuple):
    """A question that may be a follow-up."""

    words: tuple[str, ...]
    """Without what leads in."""
    led: bool
    """It begins with `and` or the like, or with `what about`."""
    acts: bool
    """It asks how to do something: `how do I …`, `delete …`; not `show me …`."""
    swaps: bool
    """It is `what about …`, `same for …`, `and for …`."""
    same: bool
    """It says `same`."""


class _Topic(NamedTuple):
    """What the conversation is about."""

    turn: Turn
    operation: Shown
    noun: tuple[str, ...]
    """The thing: `issue comment`; empty where it cannot be told."""
    spec: str | None
    """Where the thing is; None where the operation that was found does not have it by that name."""


_LONGEST = 16
"""Words of the longest follow-up; more than that is a question of its own, or was pasted."""
_REFERENCE = re.compile(r"(?:^|\s|['\"`(])(?:https?://|/[\w{])|[{}]|\w\.\w+\(|\w::\w")
_ORDINAL = re.compile(
    r"(?:\bthe )?\b(?:(first|1st)|(second|2nd)|(third|3rd)|(last)) (?:one|operation|endpoint|result|option)s?\b"
    r"|(?:^|\babout )(?:the )?(?:(first|1st)|(second|2nd)|(third|3rd)|(last))$|(?:\bnumber |#|\[)([1-9])\b\]?",
    re.IGNORECASE,
)
_SWAP = re.compile(
    r"(?:what|how)\s+about\s+(?:(?:the\s+)?same\s+)?"
    r"|(?:(?:do\s+)?(?:the\s+)?same(?:\s+thing)?|do\s+(?:it|this|that))\s+(?:but\s+)?(?=(?:for|in|on|with|to|from)\s)",
    re.IGNORECASE,
)
_ONE_OF = re.compile(
    r"\b(?:(?:one|any|each|either) of (?:them|those|these)"
    r"|(?:this|that|the same|a new|a single|another|each) (?:one|thing))\b|\banother$",
    re.IGNORECASE,
)
_ALL_OF = re.compile(r"\ball (?:of )?(?:them|those|these)\b|\b(?:them|those|these) all\b|\ball of it\b", re.IGNORECASE)
_MANY_OF = re.compile(r"\b(?:these|those) (?:ones|things)\b", re.IGNORECASE)
_STATUS = re.compile(r"[1-5](?:\d\d|xx)s?")

_CODE = frozenset(
    "bash call code command csharp curl example examples go golang http httpie javascript java js json node php python"
    " request ruby rust shell snippet typescript url".split()
)
_ASPECTS = _CODE | frozenset(
    "argument arguments auth authentication authorization body credentials default defaults deprecated description"
    " details doc docs documentation endpoint error errors field fields format header headers input inputs mandatory"
    " method needed optional output pagination parameter parameters params path payload permission permissions"
    " properties query required response responses result role roles schema scope scopes status statuses token"
    " type types value values".split()
)
"""What an operation has: a question for these alone is about the operation that was shown."""
_HOLDERS = frozenset(
    "account company enterprise group org organisation organization project repo repository site space team tenant user"
    " workspace".split()
)
"""What things are kept in or belong to: `what about an org?` asks where, not what."""
_NAMELESS = frozenset("api latest me self v1 v2 v3 v4".split())
"""Segments of paths that name nothing."""


def standalone(question: str, previous: Sequence[Turn]) -> Understood:
    """Return what a question asks for when it is read after those before it.

    Args:
        question: As typed.
        previous: The conversation so far, oldest first.
    """
    turn = next((turn for turn in reversed(previous) if turn.operations), None)
    if turn is None or _REFERENCE.search(question) or len(question.split()) > _LONGEST:
        return Understood(question)
    text = without_lead(question)
    if not tokens(text):
        return Understood(question)
    picked = _ORDINAL.search(text.strip(" ?!."))
    if picked is None:
        return _read(text, text != question, _topic(turn, 0)) or Understood(text)
    place = _place(picked, len(turn.operations))
    if place is None:
        return Understood(question)
    said = _ORDINAL.sub("it", text.strip(" ?!."), count=1)
    if content(tokens(said)) in ([], ["it"]):
        return _operation(turn.operations[place])
    return _read(said, True, _topic(turn, place)) or _operation(turn.operations[place])


def _place(picked: re.Match[str], shown: int) -> int | None:
    """Return the index of the operation that an ordinal speaks of; None where so many were not shown."""
    group = picked.lastindex or 0
    if group == 9:  # the digit
        place = int(picked[9]) - 1
    else:
        place = (group - 1) % 4
        place = shown - 1 if place == 3 else place  # the last one
    return place if place < shown else None


def _operation(shown: Shown) -> Understood:
    return Understood(shown.key, shown.spec, operation=True)


def _read(text: str, led: bool, topic: _Topic) -> Understood | None:
    """Return the first reading that is sure of itself."""
    asked = _asked(text, led)
    at = _pronoun(asked.words)
    if _is_about_operation(asked, at, topic):
        return _operation(topic.operation)
    if not topic.noun:
        return None
    if at is not None:
        return _replaced(asked, at, topic)
    return _completed(asked, topic) or _swapped(asked, topic)


def _asked(text: str, led: bool) -> _Asked:
    for pattern, pronoun in ((_ONE_OF, "it"), (_ALL_OF, "all them"), (_MANY_OF, "them")):
        text = pattern.sub(pronoun, text.strip(" ?!."))
    body = without_preamble(text)
    if swap := _SWAP.match(body):
        text = body = body[swap.end() :]
    found = tuple(word for word in tokens(body) if word.lower() != "please")
    first = found[0].lower() if found else ""
    if swap and first.endswith("ing") and verb_of(first):
        found = (verb_of(first), *found[1:])
    return _Asked(
        words=found,
        led=led or swap is not None,
        acts=bool(found)
        and (
            (body != text and text.lower().startswith("how"))  # `how do I return it?`, not `what does it return?`
            or (first not in TELLS | OF_OPERATIONS - {"send"} and (body != text or acts(found)))
        ),
        swaps=swap is not None or (led and first in PLACES),
        same=swap is not None and "same" in swap[0].lower(),
    )


def _pronoun(found: Sequence[str]) -> int | None:
    """Return the place of the first word that stands for something else."""
    for place, word in enumerate(found):
        low, after = word.lower(), found[place + 1].lower() if place + 1 < len(found) else ""
        if low not in SINGULAR | PLURAL | OWNED:
            continue
        if low not in DEMONSTRATIVE:
            return place
        # `that issue` is a thing of its own, and in `issues that are open` it stands for nothing from before.
        alone = not after or after in GLUE - ARTICLES | PREPOSITIONS | OF_OPERATIONS or joint(after)
        if alone and (not content(found[:place][-1:]) or verb_of(found[place - 1])):
            return place
    return None


def _is_about_operation(asked: _Asked, pronoun: int | None, topic: _Topic) -> bool:
    """Tell whether nothing is asked for but what the operation that was shown needs, gives or looks like."""
    said = [word.lower() for word in content(asked.words) if word.lower() not in SINGULAR | PLURAL]
    aspects = [word for word in said if word in _ASPECTS or _STATUS.fullmatch(word)]
    if pronoun is not None:
        if asked.words[pronoun].lower() in OWNED:
            return bool(aspects) and not asked.acts and set(said) <= _ASPECTS | OF_OPERATIONS | TELLS
        if asked.acts:
            return asked.words[0].lower() in USES and len(said) <= 1 + len(aspects)
    if any(word not in OF_OPERATIONS | TELLS and word not in aspects for word in said):
        return False
    if pronoun is not None:
        return bool(said) or asked.swaps
    if not aspects and (asked.words[:1] == ("what",) or "more" in asked.words):
        return bool(said) and not asked.acts
    if not aspects or _kept(aspects, topic.operation):
        return False
    if asked.acts:
        return set(aspects) <= _CODE and asked.words[0].lower() == "get"
    return asked.led or asked.words[0].lower() in GLUE | PREPOSITIONS or "the" in asked.words or set(aspects) <= _CODE


def _replaced(asked: _Asked, at: int, topic: _Topic) -> Understood | None:
    """Put the thing where the pronoun stands, unless that stands for something in the question itself."""
    before, after = asked.words[:at], asked.words[at + 1 :]
    acting = [place for place, word in enumerate(asked.words) if verb_of(word)]
    owned = asked.words[at].lower() in OWNED
    if asked.words[0].lower() in UNDOES or not (asked.acts or acting or (owned and asked.led and at == 0)):
        return None
    spoken = content(before[1:] if asked.acts else before)
    things = [word for word in spoken if not verb_of(word) and word.lower() not in _ASPECTS | OF_OPERATIONS]
    if things and (before[-1].lower() not in PREPOSITIONS or any(map(joint, before))):
        return None
    if owned:
        end = phrase_end(after, 0)
        query = joined(before, after[:end], ["of", one(topic.noun)], after[end:])
    else:
        thing = many(topic.noun) if asked.words[at].lower() in PLURAL else one(topic.noun)
        query = joined(before, [thing], after)
    # Where more is said of it, another API may be meant: `post it to the chat`.
    more = [word for word in content(after) if not verb_of(word) and word.lower() not in _ASPECTS]
    return Understood(query, None if (things or more) and not owned else topic.spec)


def _completed(asked: _Asked, topic: _Topic) -> Understood | None:
    """Give a verb that stands alone its thing: `and delete?`, `what about closing?`."""
    if [verb_of(word) for word in content(asked.words)] in ([], [""]) or len(content(asked.words)) != 1:
        return None
    verb = verb_of(content(asked.words)[0])
    if not (asked.acts or asked.led) or any(word.lower() in PREPOSITIONS for word in asked.words):
        return None
    thing = many(topic.noun) if verb in OF_MANY else one(topic.noun)
    return Understood(f"{verb} {thing}", topic.spec)


def _swapped(asked: _Asked, topic: _Topic) -> Understood | None:
    """Ask the question before of something else, or for someone else: `what about for an org?`, `same for a branch`."""
    if asked.acts or not (asked.swaps or asked.led) or not content(asked.words):
        return None
    preposition = asked.words[0].lower() if asked.words[0].lower() in PREPOSITIONS else ""
    phrase = asked.words[bool(preposition) :]
    if phrase_end(phrase, 0) != len(phrase) or phrase[0].lower() in GLUE - ARTICLES or phrase[-1].lower() in PRONOUNS:
        return None
    old = clause(_in_words(topic))
    if not preposition and not (old.verb and _is_common(phrase)):
        return None  # A name, perhaps, or a topic of its own.
    # A name without an article may be that of another API: `what about in …?`
    spec = topic.spec if _is_common(phrase) else None
    return Understood(_exchanged(old, preposition, phrase, same=asked.same), spec)


def _exchanged(old: Clause, preposition: str, phrase: tuple[str, ...], *, same: bool) -> str:
    """Return a question with one of its phrases exchanged: holders for holders, things for things."""
    start = (*old.head, *([old.verb] if old.verb else []))
    if preposition not in PLACES | {""}:
        rest = () if old.rest[:1] == (preposition,) else old.rest
        return joined(start, old.things, rest, old.place, (preposition, *phrase))
    holder = _is_holder(phrase) and (bool(preposition) or singular(phrase[-1]) == phrase[-1])
    if old.place and holder == _is_holder(old.place) and (preposition or holder):
        return joined(start, old.things, old.rest, (preposition or old.place[0], *phrase))
    named = bool(preposition) and not same and not _is_common(phrase)
    if named or (holder and not _is_holder(old.things)) or (preposition not in ("", "for") and not same):
        place = () if _is_holder(old.place) and holder else old.place
        return joined(start, old.things, old.rest, place, (preposition or "for", *phrase))
    return joined(start, phrase, old.rest, old.place)


def _is_common(phrase: Sequence[str]) -> bool:
    """Tell whether a phrase is a thing and not a name: `a branch`, `branches`, `org`."""
    return phrase[0].lower() in ARTICLES or singular(phrase[-1]) != phrase[-1] or _is_holder(phrase)


def _is_holder(phrase: Sequence[str]) -> bool:
    found = content(phrase)
    return bool(found) and singular(found[-1].lower()) in _HOLDERS


def _in_words(topic: _Topic) -> str:
    """Return the question before in words, also where it was an operation's key."""
    asked = topic.turn.question
    keys = {shown.key: shown.summary for shown in topic.turn.operations}
    return keys.get(asked, asked)


def _topic(turn: Turn, place: int) -> _Topic:
    shown = turn.operations[place]
    topic = _Topic(turn, shown, (), shown.spec)
    asked = clause(without_lead(_in_words(topic)))
    if not place and (noun := _asked_noun(asked, shown)):
        return topic._replace(noun=noun)
    if not place and asked.verb and (own := content(asked.things)) and not _REFERENCE.search(turn.question):
        return topic._replace(noun=tuple(own[-2:]), spec=None)
    return topic._replace(noun=_shown_noun(shown))


def _asked_noun(asked: Clause, shown: Shown) -> tuple[str, ...]:
    """Return what a question is about, in its own words; nothing where the operation does not have those words."""
    things = [word for word in content(asked.things) if _kept([word], shown)]
    if not things:
        return ()
    place = [word for word in content(asked.place) if _kept([word], shown)]
    if place and not asked.verb:
        return ()  # In `hand in a parcel`, what looks like the thing may be a verb that is not known.
    if place and not _is_holder(place) and not any(_same(place[-1], word) for word in things):
        return (*place, *things)
    return tuple(things)


def _shown_noun(shown: Shown) -> tuple[str, ...]:
    """Return what an operation is about: the end of its path, or the object of its summary."""
    said = clause(shown.summary)
    summary = tuple(content(said.things if said.verb else (*said.things, *said.rest, *said.place)))
    for segment in reversed(re.split(r"[/.]", re.sub(r"\{[^}]*\}", "", shown.key.partition(" ")[2] or shown.key))):
        named = tuple(dropwhile(verb_of, takewhile(lambda word: word != "by", words(segment))))
        if set(named) <= _NAMELESS or not all(word.isalpha() for word in named):
            continue
        if not summary or any(_same(named[-1], word) for word in summary):
            return named
    return tuple(word.lower() for word in summary) if 0 < len(summary) <= 3 else ()


def _kept(said: Sequence[str], shown: Shown) -> bool:
    """Tell whether an operation has one of these words in its path or summary."""
    known = [*words(re.sub(r"\{[^}]*\}", "", shown.key.partition(" ")[2] or shown.key)), *words(shown.summary)]
    return any(_same(word, other) for word in said for other in known)


def _same(one_word: str, other: str) -> bool:
    """Tell whether two words are one but for number and abbreviation: `repos` and `repository`."""
    short, long = sorted((singular(one_word.lower()), singular(other.lower())), key=len)
    return short == long or (len(short) > 2 and long.startswith(short) and len(long) > len(short) + 2)
