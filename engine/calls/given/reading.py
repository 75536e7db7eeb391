"""A question beside the inputs of an operation: what is taken so far, what is left, and how words and inputs fit."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from engine.calls.given.records import Taken
from engine.calls.given.slots import GENERIC, Slot, slots
from engine.calls.given.typed import typed
from engine.calls.source import Source
from engine.english.function_words import ARTICLES, GLUE, JOINTS, PREPOSITIONS, STOP_WORDS
from engine.english.giving import BETWEEN, CHANGES, NAMED, in_full, kin
from engine.english.mentions import mentions
from engine.english.verbs import verb_of
from engine.english.words import words
from engine.secrets.names import is_secret_name
from engine.specs.describe import summary_of

VALUES = frozenset(("quoted", "number", "date", "email", "url", "tag", "pair", "id", "list"))
"""Kinds of mentions that are values by their look."""
_OPENS = frozenset("=:")
"""Marks between an input and its value."""
_LONGEST = 3
"""Words before a value that may name its input."""
_WHOLE, _FULL, _GENERIC_FIT, _AROUND, _PART, _FAR = 14.0, 9.0, 8.0, 6.5, 5.0, 5.0
"""How well words fit an input: they are its whole name; all that tells it; its name of words that tell nothing; what it
belongs to; a part of its name; all of it, but not right before the value. Their order decides, not their size."""
_DEEPER, _REQUIRED = 0.5, 0.25
"""What a level of a body takes off, and what it adds that an input is required: they decide among equals."""
_WITHIN = frozenset("at for from in on".split())
"""Prepositions between a verb and where it is done, which is not what the verb has for an object."""
_LOOSE = GENERIC | {"date", "time"}
"""Words beside a value that say of what kind it is, and not which input takes it."""
GLUED = 4
"""Letters of a thing with which the name of an input begins: `groupname` of a group."""
_SMALL = GLUE | PREPOSITIONS | JOINTS | BETWEEN | NAMED | STOP_WORDS
_CACHED = 1024
"""Operations whose words are remembered: the same few are asked about one after another."""
SURE = 5.0
"""The least fit that counts."""


@lru_cache(_CACHED)
def _known(*names: str) -> frozenset[str]:
    """Return the words of the names of an operation."""
    return frozenset(in_full(word) for name in names for word in words(name))


def _nested(slot: Slot, other: Taken) -> bool:
    """Tell whether one is a field of the other, which is a plain value or an object: `owner`, `owner.login`."""
    return slot.place == other.place and all(map(str.__eq__, slot.keys, other.keys))


class Reading:
    """One question, read for one operation.

    Args:
        question: What the user asked.
        source: The operation.
    """

    def __init__(self, question: str, source: Source) -> None:
        operation = source.operation
        self.said = mentions(question)
        self.slots = slots(source)
        self.operation = operation
        self.used: set[int] = set()
        """Mentions that are a value, or part of one."""
        self.refused: set[int] = set()
        """Words that are values by what stands before them, and that their input does not accept: `10 gbp`."""
        self.known = _known(operation.path, operation.operation_id, summary_of(operation))
        """Words of the operation itself."""
        self._resolve = source.resolve
        self._taken: dict[int, Taken] = {}
        self._of_slots = frozenset(word for slot in self.slots for word in (*slot.words, *slot.above))
        self._kin: dict[str, frozenset[str]] = {}
        self._labels: dict[int, list[str]] = {}
        self._fits: dict[tuple[str, ...], float] = {}
        """Place and name of an input, and words → how well they fit."""

    @property
    def taken(self) -> tuple[Taken, ...]:
        """What is taken, in the order of the source, but for secrets: those are not kept in a call that is shown."""
        found = (self._taken[at] for at in sorted(self._taken))
        return tuple(one for one in found if not (isinstance(one.value, str) and is_secret_name(one.name)))

    def open(self) -> list[Slot]:
        """Return the inputs that have no value yet."""
        return [slot for at, slot in enumerate(self.slots) if at not in self._taken]

    def is_open(self, slot: Slot) -> bool:
        """Tell whether an input has no value yet."""
        return self.slots.index(slot) not in self._taken

    def take(self, slot: Slot, *at: int, value: Any = None) -> bool:
        """Give an input what mentions say, or a value that they mean; return whether it takes it."""
        number = self.slots.index(slot)
        if number in self._taken or any(_nested(slot, other) for other in self._taken.values()):
            return False
        if value is None:
            value = typed([self.said[one] for one in at], slot.schema, self._resolve, slot.description)
        if value is None:
            return False
        self._taken[number] = Taken(slot.place, slot.name, slot.keys, value)
        self.used |= {*at}
        return True

    def values(self) -> list[int]:
        """Return what looks like a value and is left, in order."""
        return [at for at, one in enumerate(self.said) if one.kind in VALUES and at not in self.used]

    def label(self, at: int) -> list[str]:
        """Return the words before a mention that may name its input, the nearest first."""
        if at not in self._labels:
            self._labels[at] = self._label(at)
        return self._labels[at]

    def _label(self, at: int) -> list[str]:
        found: list[str] = []
        within = False
        for one in reversed(self.said[:at]):
            low = one.low
            if within and not found and verb_of(low):
                break  # `what did alice create in x`
            within = within or low in _WITHIN
            if one.kind == "mark" and low not in _OPENS:
                break
            if one.kind not in ("word", "name", "mark"):
                break
            if low == "of" and not found and self.said[at].kind != "number":
                break
            if low in BETWEEN or low in NAMED or low in PREPOSITIONS | JOINTS or low in _OPENS:
                if found or low == "and":
                    break
                continue
            found += [low] if one.kind == "word" else reversed(words(low))
            if len(found) >= _LONGEST:
                break
        return found or self._changed(at)

    def _changed(self, at: int) -> list[str]:
        """Return what is changed where a value is what it is changed to: `set the topic of X to Y`."""
        if at < 2 or self.said[at - 1].low != "to":
            return []
        for place in range(at - 2, -1, -1):
            if self.said[place].low in CHANGES:
                found: list[str] = []
                for one in self.said[place + 1 : at - 1]:
                    if one.low in PREPOSITIONS or one.kind != "word":
                        break
                    if one.low not in ARTICLES:
                        found.append(one.low)
                return found[::-1]
        return []

    def before(self, at: int, skipped: frozenset[str] = ARTICLES) -> str:
        """Return the word before a mention in small letters, some passed over; empty where there is none."""
        for one in reversed(self.said[:at]):
            if one.low not in skipped:
                return one.low
        return ""

    def behind(self, at: int) -> list[str]:
        """Return the words right behind a mention, up to the next mark or value."""
        found: list[str] = []
        for one in self.said[at + 1 :]:
            if one.kind not in ("word", "name"):
                break
            found.append(one.low)
        return found

    def kin(self, word: str) -> frozenset[str]:
        """Return the words of the inputs that are of the family of a word."""
        if word not in self._kin:
            self._kin[word] = frozenset(own for own in self._of_slots if kin(word, own))
        return self._kin[word]

    def fit(self, slot: Slot, label: Sequence[str]) -> float:
        """Return how well words, the nearest first, name an input; 0 where they do not."""
        key = (slot.place, slot.name, *label)
        if key not in self._fits:
            self._fits[key] = self._fit(slot, label)
        return self._fits[key]

    def _fit(self, slot: Slot, label: Sequence[str]) -> float:
        fit = self._named(slot, label)
        if not fit:
            return 0.0
        return fit - _DEEPER * (len(slot.keys) - 1) + _REQUIRED * slot.required + _REQUIRED * (slot.place == "path")

    def _named(self, slot: Slot, label: Sequence[str]) -> float:
        if not label:
            return 0.0
        for count in range(1, len(label) + 1):
            if "".join(reversed(label[:count])) == slot.whole:
                return _WHOLE + count
        telling = [word for word in label if word in slot.core or word not in _LOOSE] or label
        near_words = {telling[0], in_full(telling[0])}
        near = self.kin(telling[0])
        if any(
            len(one) >= GLUED and slot.whole.startswith(one) and slot.whole[len(one) :] in GENERIC for one in near_words
        ):
            return _FULL
        if slot.core:
            hits = {word for word in slot.core if any(word in self.kin(one) for one in label)}
            at_hand = any(word in near for word in slot.core)
            if len(hits) == len(slot.core):
                return _FULL + len(hits) if at_hand else _FAR
            if at_hand and (2 * len(hits) >= len(slot.core) or slot.core[-1] in hits):
                return _PART + len(hits) / len(slot.core)
        elif label[0] in slot.words:
            around = len(label) > 1 and any(word in self.kin(label[1]) for word in slot.above)
            return _GENERIC_FIT + 2 * around
        if slot.above and slot.above[-1] in near:
            return _AROUND + (not slot.core)
        return 0.0

    def is_known(self, word: str) -> bool:
        """Tell whether a word is of the operation itself."""
        return in_full(word) in self.known

    def plain(self, at: int) -> bool:
        """Tell whether a mention is a word that may be a value: neither grammar, nor of the operation or its inputs."""
        one = self.said[at]
        if one.kind not in ("word", "name") or at in self.used:
            return False
        low = one.low
        if low != "me" and low in _SMALL and not (len(low) > 1 and one.text.isupper()):
            return False
        return one.kind == "name" or not (self.is_known(low) or self.kin(low))

    def listed(self, at: int) -> list[int]:
        """Return a mention with those that are listed with it: `bug, ui and docs`."""
        found = [at]
        place = at + 1
        while place < len(self.said):
            step = place
            while step < len(self.said) and self.said[step].low in (",", "and", "or"):
                step += 1
            if step == place or step >= len(self.said):
                break
            if not (self.said[step].kind in VALUES or self.plain(step)):
                break
            found.append(step)
            place = step + 1
        return found

    def is_secret(self, at: int) -> bool:
        """Tell whether the words before a mention say that it is a secret: `password x1`."""
        return is_secret_name(" ".join(reversed(self.label(at))))

    def of_it(self, at: int) -> bool:
        """Tell whether a mention only names the operation: `s3`, `oauth2`."""
        parts = words(self.said[at].text)
        return bool(parts) and all(self.is_known(part) for part in parts)

    def is_value(self, at: int) -> bool:
        """Tell whether there is a mention that looks like a value."""
        return at < len(self.said) and self.said[at].kind in VALUES

    def fit_any(self, at: int, but: Collection[Slot] = ()) -> float:
        """Return how well the words before a mention fit any input, but for some."""
        label = self.label(at)
        return max(
            (self.fit(slot, label) for slot in self.open() if slot not in but and slot.node.type != "boolean"),
            default=0.0,
        )
