"""Nothing unverified is shown as fact: every name in the model's text is looked up, and what it claims of them.

The text comes in pieces of any size and is cut into units (sentences, or lines of code) at places that the text alone
decides, so the outcome does not depend on how it was cut into pieces. Joined, the segments are the text.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from engine.answer.checking.lookup import UNKNOWN, Found, Lookup, Vocabulary
from engine.answer.checking.sentences import Sentences, Wrong
from engine.answer.records import Segment, SegmentKind
from engine.text import clean_line

MAX_UNIT = 320
"""Characters after which a sentence is cut at the next blank: twice a long one."""
MAX_CORRECTION = 200
"""Characters of a correction, which stands in the middle of a sentence: six values of an enum, if they are words."""

_BOUNDARY = re.compile(r"[.!?;](?<!\be\.g\.)(?<!\bi\.e\.)(?=[^\S\n]+[^\s\[])|\n")
_BLANK = re.compile(r"\n|\s(?=[^\s\[])")
"""No unit ends before a bracket: a number belongs to what stands before it."""
_CLOSING = re.compile(r"[^\S\n]*[`*_)\"'”.,;:!?]*[^\S\n]*")
"""What may stand between a name and its number."""


class Grounder:
    """Checks a text that comes in pieces.

    Args:
        vocabulary: What is verified.
        citations: `SPEC:METHOD /path` of the operations that `[1]`, `[2]`, … stand for; others that the text names get
            the numbers after these.
    """

    def __init__(self, vocabulary: Vocabulary, citations: Sequence[str] = ()) -> None:
        self._dialect = vocabulary.dialect
        self._numbers = {ref: number for number, ref in enumerate(citations, 1)}
        self._lookup = Lookup(vocabulary, self._numbers)
        self._sentences = Sentences(vocabulary, self._lookup)
        self._pending = ""
        self._verified: set[str] = set()
        self._invented = False
        self.unverified: dict[str, None] = {}
        """Names that are not in the spec, in order."""
        self.cited: dict[int, str] = {}
        """Number and `SPEC:METHOD /path` of the operations that the text names."""
        self.corrections: dict[str, str] = {}
        """What the text says that is not so → what the spec says instead, in order."""

    def feed(self, piece: str) -> list[Segment]:
        """Take more text and return what is complete."""
        self._pending += piece
        segments: list[Segment] = []
        while (end := self._unit_end()) is not None:
            unit, self._pending = self._pending[:end], self._pending[end:]
            segments += self._check(unit)
        return segments

    def finish(self) -> list[Segment]:
        """Return the rest."""
        unit, self._pending = self._pending, ""
        return list(self._check(unit)) if unit else []

    @property
    def verified(self) -> tuple[str, ...]:
        """The names that are in the spec, in small letters and in their order."""
        return tuple(sorted(self._verified))

    @property
    def doubtful(self) -> bool:
        """True when the text calls operations that are all invented, or when most of its names or claims are wrong."""
        wrong = len(self.unverified) + len(self.corrections)
        return (self._invented and not self.cited) or wrong > max(1, len(self._verified))

    def _unit_end(self) -> int | None:
        """Return where the first unit of the pending text ends; None when that is not known yet."""
        for boundary in _BOUNDARY.finditer(self._pending, 0, MAX_UNIT + 1):
            end = boundary.end()
            if end <= MAX_UNIT and (boundary[0] == "\n" or self._pending.count("`", 0, end) % 2 == 0):
                return end
        blank = _BLANK.search(self._pending, MAX_UNIT)
        return blank.end() if blank else None

    def _check(self, unit: str) -> Iterator[Segment]:
        at = 0
        parts = _joined(self._sentences.check(unit, list(self._named(unit))), unit)
        for found, follows in zip(parts, [*parts[1:], None], strict=False):
            if found.start > at:
                yield Segment(text=unit[at : found.start])
            text = unit[found.start : found.end]
            if isinstance(found, Wrong):
                yield self._false(text, found)
            else:
                yield self._segment(text, found, numbered=_is_numbered(found, follows, unit))
            at = found.end
        if at < len(unit):
            yield Segment(text=unit[at:])

    def _named(self, unit: str) -> Iterator[Found]:
        """Yield the names in a unit of text; operations get their numbers on the way, so that the text may use them."""
        for found in self._lookup.find(unit):
            if found.meaning not in ("", UNKNOWN):
                self._numbers.setdefault(found.meaning, len(self._numbers) + 1)
            yield found

    def _false(self, text: str, wrong: Wrong) -> Segment:
        whole = clean_line(wrong.correction)
        instead = whole if len(whole) <= MAX_CORRECTION else f"{whole[:MAX_CORRECTION]}…"
        self.corrections[" ".join(wrong.said.split())] = instead
        return Segment(text=text, kind=SegmentKind.FALSE, correction=instead)

    def _segment(self, text: str, found: Found, *, numbered: bool) -> Segment:
        if found.meaning == UNKNOWN:
            self.unverified[found.name] = None
            self._invented |= self._dialect.called.match(found.name) is not None
            return Segment(text=text, kind=SegmentKind.UNVERIFIED)
        self._verified.add(found.name.lower())
        if not found.meaning:
            return Segment(text=text, kind=SegmentKind.VERIFIED)
        number = self._numbers[found.meaning]
        self.cited[number] = found.meaning
        return Segment(text=text, kind=SegmentKind.VERIFIED, citation=number, ref=found.meaning, numbered=numbered)


def _joined(parts: Sequence[Found | Wrong], unit: str) -> list[Found | Wrong]:
    """Return the parts, a number that is said several times in a row as one."""
    joined: list[Found | Wrong] = []
    for part in parts:
        last = joined[-1] if joined else None
        again = isinstance(last, Found) and isinstance(part, Found) and part.name == last.name and part.name[:1] == "["
        if isinstance(last, Found) and again and not unit[last.end : part.start].strip(" \t"):
            joined[-1] = msgspec.structs.replace(last, end=part.end)
        else:
            joined.append(part)
    return joined


def _is_numbered(found: Found, follows: Found | Wrong | None, unit: str) -> bool:
    """Tell whether a name is followed by the number that it would be shown with."""
    if not isinstance(follows, Found):
        return False
    between = _CLOSING.fullmatch(unit, found.end, follows.start)
    return between is not None and follows.name.startswith("[") and follows.meaning == found.meaning
