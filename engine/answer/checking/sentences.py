"""A sentence read as claims, each looked up in the operation that the sentence speaks of."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from engine.answer.checking import calls, verdicts
from engine.answer.checking.claims import Claim, Mention, read, skeleton
from engine.answer.checking.knowledge import Knowledge
from engine.answer.checking.lookup import UNKNOWN, Found, Lookup, Vocabulary
from engine.answer.checking.names import METHODS
from engine.english.describing import is_type
from engine.english.linking import goes_with, is_grammar, is_other, leads, turns_away
from engine.english.requests import Saying, sayings
from engine.english.statements import Predicate, predicates

_LITERAL = re.compile(r"`[^`\n]+`|\"[^\"\n]{1,60}\"|“[^”\n]{1,60}”|(?<!\w)'[^'\n]{1,60}'(?!\w)")
_WORD = re.compile(r"(?<![\w.@/{:-])[A-Za-z_][\w-]*(?:\[\w*\])*(?:\.[A-Za-z_][\w-]*(?:\[\w*\])*)*")
_STATUSES = ("status", "reason", "row")
LONGEST = 1_000
"""Characters of a sentence that may claim something: in prose the next blank after `ground.MAX_UNIT` is nearer, and the
time that some patterns take grows with the square of the length."""


class Wrong(NamedTuple):
    """Words that the spec contradicts."""

    start: int
    end: int
    said: str
    """The words, with what they are said of."""
    correction: str


class _Named(NamedTuple):
    """An operation that a sentence names."""

    start: int
    end: int
    operations: tuple[Knowledge, ...]


class Sentences:
    """Checks sentences one after another; what one speaks of last is what `it` is in the next.

    Args:
        vocabulary: What is known.
        lookup: Tells what names stand for.
    """

    def __init__(self, vocabulary: Vocabulary, lookup: Lookup) -> None:
        self._operation = vocabulary.operation
        self._lookup = lookup
        self._main = tuple(filter(None, map(vocabulary.operation, vocabulary.subjects)))
        self._last: tuple[Knowledge, ...] = ()
        self._before: tuple[Mention, ...] = ()

    def check(self, unit: str, found: Sequence[Found]) -> list[Found | Wrong]:
        """Return the names in a sentence, and what in it is wrong, in order and without overlap."""
        if not self._main or len(unit) > LONGEST:
            return list(found)
        scene = self._scene(unit, found)
        known = [self._name(one, scene, unit) for one in found]
        names = [one for one in known if isinstance(one, Found)]
        names_wrong = [one for one in known if isinstance(one, Wrong)]
        mentions = _mentions(unit, found, scene)
        signs = skeleton(unit, mentions)
        said, told = predicates(signs), list(sayings(signs, unit))
        claims = read(unit, signs, said, mentions, self._before)
        wrong = list(self._claims(unit, claims, scene))
        wrong += self._sayings(unit, told, found, scene)
        self._remember(claims, mentions, scene)
        absent = {one.start for one in _denied(unit, signs, said, told, found)}
        wrong += [one for one in names_wrong if one.start not in absent]
        return _merged([one for one in names if one.start not in absent or one.meaning != UNKNOWN], wrong)

    def _scene(self, unit: str, found: Sequence[Found]) -> "_Scene":
        named = []
        for one in found:
            operations = tuple(filter(None, map(self._operation, self._lookup.at(one))))
            if operations:
                named.append(_Named(one.start, one.end, operations))
        return _Scene(unit, named, self._main, self._last)

    def _name(self, one: Found, scene: "_Scene", unit: str) -> Found | Wrong:
        """Return a name as what it is in the operation that is spoken of."""
        if one.meaning not in ("", UNKNOWN):
            return one
        operations = scene.of(one.start, one.end)
        if one.kind in _STATUSES:
            known = any(_has_status(each, one.name) for each in operations)
            return msgspec.structs.replace(one, meaning="" if known else UNKNOWN)
        if any(_has(each, one.name) for each in operations):
            return msgspec.structs.replace(one, meaning="")
        if one.meaning == "" and any(_has(each, one.name) for each in self._main) and len(operations) == 1:
            return Wrong(one.start, one.end, unit[one.start : one.end], f"{operations[0].path} has no such name")
        return one

    def _claims(self, unit: str, claims: Sequence[Claim], scene: "_Scene") -> Iterator[Wrong]:
        for claim in claims:
            others = (one for one in claims if one.kind == "place" and one is not claim)
            place = next((one for one in others if set(one.subjects) & set(claim.subjects)), None)
            if place and claim.kind == "place" and claim.value == "request" != place.value:
                continue  # the other says where
            operations = scene.of(claim.subjects[-1].start, claim.subjects[-1].end)
            if told := verdicts.correction(claim, place, operations):
                first = min(claim.start, claim.subjects[0].start)
                last = max(claim.end, claim.subjects[-1].end)
                said = unit[first:last] if first <= last else unit[claim.start : claim.end]
                yield Wrong(claim.start, claim.end, said, told)

    def _sayings(self, unit: str, told: Sequence[Saying], found: Sequence[Found], scene: "_Scene") -> Iterator[Wrong]:
        by_start = {one.start: one for one in found}
        for saying in told:
            operations = scene.of(saying.start, saying.end)
            methods = frozenset(one.method for one in operations)
            if saying.kind == "method" and saying.call >= 0:
                methods = self._lookup.methods(by_start[saying.call]) if saying.call in by_start else frozenset()
            if instead := calls.correction(saying, operations, methods):
                yield Wrong(saying.start, saying.end, unit[saying.start : saying.end], instead)

    def _remember(self, claims: Sequence[Claim], mentions: Sequence[Mention], scene: "_Scene") -> None:
        fields = [one for one in mentions if one.kind == "field"]
        if claims:
            self._before = claims[-1].subjects
        elif fields:
            self._before = (fields[-1],)
        if scene.named:
            self._last = scene.named[-1].operations


class _Scene(NamedTuple):
    """Of which operations a sentence speaks."""

    unit: str
    named: Sequence[_Named]
    main: tuple[Knowledge, ...]
    last: tuple[Knowledge, ...]

    def of(self, start: int, end: int) -> tuple[Knowledge, ...]:
        """Return the operations that the words at a place may be said of."""
        if not self.named:
            return _each((*self.main, *self.last))
        every = tuple(one for named in self.named for one in named.operations)
        before = [one for one in self.named if one.end <= start]
        if before:
            near = before[-1]
            if turns_away(self.unit[: near.start], self.unit[near.end : start]):
                return _each((*every, *self.main))
            return near.operations if len(self.named) == 1 else _each(every)
        after = [one for one in self.named if one.start >= end]
        if after and goes_with(self.unit[end : after[0].start]):
            return after[0].operations
        return _each((*every, *self.main))


def _each(operations: Sequence[Knowledge]) -> tuple[Knowledge, ...]:
    return tuple({one.ref: one for one in operations}.values())


def _mentions(unit: str, found: Sequence[Found], scene: _Scene) -> list[Mention]:
    """Return all names in a sentence, in order: those that were found, other literals, and bare words for fields."""
    mentions: list[Mention] = []
    taken = bytearray(len(unit))
    for start, end, name, kind in _names(unit, found):
        if any(taken[start:end]):
            continue
        field = kind != "call" and _is_field(name, scene, start, end)
        if kind == "value" and not field and (name in METHODS or is_type(name)) and not _is_value(name, scene):
            continue  # ``its type is `string` ``
        if field or kind != "word":
            taken[start:end] = b"\1" * (end - start)
            mentions.append(Mention(start, end, name, "field" if field else kind))
    return sorted(mentions, key=lambda one: one.start)


def _names(unit: str, found: Sequence[Found]) -> Iterator[tuple[int, int, str, str]]:
    """Yield start, end, text and kind (`call`, `value`, `word`) of what may name something, the surest first."""
    for one in found:
        if one.meaning not in ("", UNKNOWN):
            yield one.start, one.end, one.name, "call"
        elif one.kind not in _STATUSES and not (one.kind == "called" and is_grammar(one.name)):
            yield one.start, one.end, one.name, "value"
    for match in _LITERAL.finditer(unit):
        yield (*match.span(), match[0][1:-1].strip(), "value")
    for match in filter(_may_name, _WORD.finditer(unit)):
        yield (*match.span(), match[0], "word")


def _may_name(word: re.Match[str]) -> bool:
    """Tell whether a bare word may be the name of a field: it is no word of grammar, and no name of something else."""
    in_small = "_" in word[0] or word[0][0].islower() or word.start() == 0
    return in_small and not is_grammar(word[0])


def _is_value(name: str, scene: _Scene) -> bool:
    """Tell whether any field of what is spoken of may have a value."""
    fields = (one for each in scene.of(0, 0) for found in each.fields.values() for one in found)
    return any(name.lower() in map(str.lower, one.values) for one in fields)


def _is_field(name: str, scene: _Scene, start: int, end: int) -> bool:
    return any(one.find(name) for one in scene.of(start, end))


def _has(operation: Knowledge, name: str) -> bool:
    lower = " ".join(name.lower().split())
    return lower in operation.names or bool(operation.find(lower))


def _has_status(operation: Knowledge, status: str) -> bool:
    lower = status.lower()
    return lower in operation.statuses or f"{lower[0]}xx" in operation.statuses


def _denied(
    unit: str, signs: str, said: Sequence[Predicate], told: Sequence[Saying], found: Sequence[Found]
) -> list[Found]:
    """Return the names that the spec does not have, and of which the sentence says so: that is no invention."""
    ends = [one.end for one in said if one.kind == "there" and not one.subject]
    absent = {one.subject[0] for one in said if one.kind == "there" and one.subject}
    denied = [
        first
        for one in said
        if one.value == "not" or (one.kind == "values" and one.negated)
        for first, _ in one.objects
    ]
    statuses = [one.start for one in told if one.kind == "not status"]
    return [
        one
        for one in found
        if one.start in absent
        or is_other(unit[: one.start])
        or (one.meaning == UNKNOWN and is_type(one.name))
        or any(end <= one.start and leads(signs[end : one.start]) for end in ends)
        or any(one.start <= start < one.end for start in (*denied, *statuses))
    ]


def _merged(names: Sequence[Found], wrong: Sequence[Wrong]) -> list[Found | Wrong]:
    """Return both in order; what is wrong comes before the names in it."""
    parts: list[Found | Wrong] = [*wrong, *names]
    kept: list[Found | Wrong] = []
    for part in parts:
        if not any(part.start < other.end and other.start < part.end for other in kept):
            kept.append(part)
    return sorted(kept, key=lambda one: one.start)
