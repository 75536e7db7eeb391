"""What a sentence claims: of which fields it says what. Whether that is so is for `engine.answer.checking.verdicts`."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from engine.english.inflection import singular
from engine.english.linking import (
    begins_anew,
    denies,
    does,
    excepts,
    fronted,
    goes_on,
    joins,
    leads,
    leads_to,
    links,
    moves,
    negates,
    of_each,
    of_it,
    of_many,
    of_one,
    of_what_returns,
)
from engine.english.rules import CALL, CALL_ON, NAME, NAME_ON, SIGNS, VALUE, VALUE_ON, Way
from engine.english.statements import Predicate, values, without

_AFTER = {"there": 0, "required": 1, "limit": 1, "default": 1, "place": 2, "type": 2, "values": 3}
"""Of two claims by the same words the one of the kind with the lower number is meant, then that of more words."""
_ARTICLE = re.compile(r"\b(?:an?|each|another|some) $", re.IGNORECASE)
_APART = re.compile(r":|\b(?:with|of)\b")
"""Between a type and a name that is not of it: `int: the number of loans`, `an object with the title`, `a list of`."""
_BLANKED = str.maketrans(dict.fromkeys(SIGNS, " "))
_MARKS = {"field": (NAME, NAME_ON), "value": (VALUE, VALUE_ON), "call": (CALL, CALL_ON)}


class Mention(msgspec.Struct, frozen=True):
    """A name in a sentence."""

    start: int
    end: int
    name: str
    kind: str
    """`field`, `value`, `call`."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a sentence says of some fields."""

    kind: str
    """`place`, `type`, `required`, `default`, `limit`, `values`, `there`."""
    value: str
    """A place, a type, `yes` or `no`, the name of a limit, or how sure a row of values is."""
    objects: tuple[str, ...]
    """The values that it speaks of, as they are written."""
    subjects: tuple[Mention, ...]
    start: int
    end: int
    """Where the words are that say it; the subject itself where the words alone are not what is wrong."""
    negated: bool
    returned: bool
    """Whether the sentence speaks of what comes back before it says so."""


def read(
    text: str, signs: str, said: Sequence[Predicate], mentions: Sequence[Mention], before: Sequence[Mention]
) -> list[Claim]:
    """Return what a sentence claims.

    Args:
        text: The sentence.
        signs: Its skeleton.
        said: The predicates in it.
        mentions: The names in it, in order and without overlap.
        before: The fields that the sentence before spoke of last: what `it` is.
    """
    fields = [one for one in mentions if one.kind == "field"]
    reader = _Reader(text, signs, without(signs, said), fields, before)
    found = [(one, claim) for one in said for claim in reader.claims(one)]
    found.sort(key=lambda both: (_AFTER[both[0].kind], both[0].start - both[0].end))
    kept: list[tuple[Predicate, Claim]] = []
    for one, claim in found:
        near = [other for other, _ in kept if one.start < other.end and other.start < one.end and not _beside(other)]
        if not near or (_beside(one) and not any(other.way is Way.INSIDE for other in near)):
            kept.append((one, claim))
    return [claim for _, claim in sorted(kept, key=lambda both: both[0].start)]


def _beside(said: Predicate) -> bool:
    """Tell whether a verb says where a name goes, beside all else that is said: `you must send`."""
    return said.way is Way.AFTER and said.value in ("request", "response")


def skeleton(text: str, mentions: Sequence[Mention]) -> str:
    """Return a sentence with signs in the places of its names; see `engine.english.statements`."""
    parts, at = [], 0
    text = text.translate(_BLANKED)
    for one in mentions:
        first, on = _MARKS[one.kind]
        parts += [text[at : one.start], first, on * (one.end - one.start - 1)]
        at = one.end
    return "".join([*parts, text[at:]])


class _Reader:
    """Finds of which names a sentence says what."""

    def __init__(self, text: str, signs: str, rest: str, fields: Sequence[Mention], before: Sequence[Mention]) -> None:
        self._text = text
        self._signs = signs
        self._rest = rest
        self._before = before
        self._groups = _groups(signs, fields)

    def claims(self, said: Predicate) -> Iterator[Claim]:
        """Yield what one predicate claims."""
        subjects, at_subject = self._subjects(said)
        if not subjects or (said.kind == "type" and len(subjects) == 1 and self._is_of_items(said, subjects[0])):
            return
        start, end = (subjects[0].start, subjects[-1].end) if at_subject else (said.start, said.end)
        objects = [self._text[first:last] for first, last in said.objects]
        if said.objects and said.kind != "type":
            start, end = said.objects[0][0], said.objects[-1][1]
        if said.kind == "values" and said.objects:
            first, last = said.objects[0]
            inside = self._signs[first:last]
            objects = [self._text[first + one : first + two] for one, two in values(inside)]
        yield Claim(
            kind=said.kind,
            value=said.value,
            objects=tuple(map(_bare, objects)),
            subjects=tuple(subjects),
            start=start,
            end=end,
            negated=said.negated != self._is_denied(said, subjects),
            returned=of_what_returns(self._signs[: said.start if said.way is Way.INSIDE else said.end]),
        )

    def _subjects(self, said: Predicate) -> tuple[Sequence[Mention], bool]:
        """Return of what a predicate says something, and whether the names stand for the claim, not its words."""
        if said.subject:
            inside = [one for group in self._groups for one in group if one.start == said.subject[0]]
            return inside, False
        behind = next((g for g in self._groups if g[0].start >= said.end), None)
        ahead = next((g for g in reversed(self._groups) if g[-1].end <= said.start), None)
        if said.way is Way.AFTER:
            follows = behind is not None and leads(self._gap(said.end, behind[0].start))
            if (
                behind
                and self._is_word(behind[0])
                and (_beside(said) or _ARTICLE.search(self._text[: behind[0].start]))
            ):
                return (), False  # `add a book`, `needs a member`: things, not fields
            return (behind or (), True) if follows else ((), False)
        gap = self._gap(ahead[-1].end, said.start) if ahead else ""
        if behind and said.way is Way.EITHER and begins_anew(gap) and leads(self._gap(said.end, behind[0].start)):
            return behind, False  # `title and the optional field state`
        if ahead and (links(gap) or (said.kind == "limit" and does(gap))) and not (said.kind == "type" and moves(gap)):
            meant = ahead[-1:] if of_one(self._raw(ahead[-1].end, said)) else ahead
            return (() if excepts(self._text[: meant[0].start]) else meant), False
        if ahead and len(self._groups) == 1 and said.kind != "place" and of_it(self._rest[: said.start]):
            return ahead, False
        if said.way is Way.EITHER and behind:
            between = self._gap(said.end, behind[0].start)
            at_once = said.kind in ("type", "limit") and leads_to(between)
            of_next = leads(between) and not (
                said.kind == "type" and _APART.search(self._text, said.end, behind[0].start)
            )
            if of_next or at_once or (said.kind == "place" and fronted(self._rest[: said.start], between)):
                return (behind[:1] if excepts(self._text[: said.start]) else behind), False
        before = self._rest[: said.start]
        if ahead is None and self._before and goes_on(before) and (len(self._before) == 1 or of_many(before)):
            return self._before, False
        return (self._before, False) if self._is_cut_short(said) else ((), False)

    def _is_cut_short(self, said: Predicate) -> bool:
        """Tell whether a sentence only says more of the one field before it: `Default: 30`, `Must be a string`."""
        if self._groups or len(self._before) != 1 or said.subject or self._text.rstrip().endswith(":"):
            return False
        rest = self._rest.strip(" .;!*_()\n")
        return not rest if said.kind == "required" else said.kind != "place" and links(rest)

    def _is_denied(self, said: Predicate, subjects: Sequence[Mention]) -> bool:
        """Tell whether a negation stands before the names: `neither title nor`, `do not send title in the query`."""
        group = next((group for group in self._groups if subjects[0] in group), subjects)
        before = self._text[: group[0].start]
        at_once = "," not in self._text[subjects[-1].end : said.start]
        return negates(before) or (said.kind == "place" and at_once and denies(before))

    def _is_of_items(self, said: Predicate, subject: Mention) -> bool:
        """Tell whether a type is that of the items of one field: `labels holds strings`, `labels, each of which is`."""
        if of_each(self._text[subject.end : said.start]):
            return True
        last = self._text[said.start : said.end].rpartition(" ")[2]
        return not said.objects and singular(last) != last

    def _is_word(self, one: Mention) -> bool:
        """Tell whether a name stands there as any word does, undressed."""
        return self._text[one.start : one.end].isalpha() and self._text[: one.start][-1:] not in ("`", '"', "*", "'")

    def _gap(self, start: int, end: int) -> str:
        return self._rest[start:end]

    def _raw(self, start: int, said: Predicate) -> str:
        return self._text[start : said.end]


def _groups(signs: str, fields: Sequence[Mention]) -> list[list[Mention]]:
    """Return the names, those together of which one thing is said: `owner, repo and the title`."""
    groups = [[one] for one in fields[:1]]
    for one, other in pairwise(fields):
        gap = signs[one.end : other.start]
        if joins(gap) and gap.strip():
            groups[-1].append(other)
        else:
            groups.append([other])
    return groups


def _bare(value: str) -> str:
    return value.strip("`\"'“”*_ ").rstrip(".,;:")
