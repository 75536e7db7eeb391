"""Nothing unverified is shown as fact: every name in the model's text is looked up.

The text comes in pieces of any size and is cut into units (clauses, or lines of code) at places that the text alone
decides, so the outcome does not depend on how it was cut into pieces. Joined, the segments are the text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from engine.answer.checking.names import HTTP, LITERAL, ORDINARY, STATUS, TYPED, Candidate, Dialect, candidates, parts
from engine.answer.records import Segment, SegmentKind
from engine.answer.checking.templates import Templates

MAX_UNIT = 160
"""Characters after which a unit without punctuation is cut at the next blank."""

_BOUNDARY = re.compile(r"[.!?,;](?=[^\S\n]+[^\s\[])|\n")
_BLANK = re.compile(r"\n|\s(?=[^\s\[])")
"""No unit ends before a bracket: a number belongs to what stands before it."""
_CLOSING = re.compile(r"[^\S\n]*[`*_)\"'”.,;:!?]*[^\S\n]*")
"""What may stand between a name and its number."""
_INDEX = re.compile(r"\[\w*\]")
_WRAPPING = re.compile(r"[\[\]!]")
"""What GraphQL puts around a type: `[Issue!]!`."""
_UNKNOWN = "?"
"""Stands for: not in the spec."""


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """What the spec knows: lower-case text → `SPEC:METHOD /path` of the operation it stands for, or an empty string."""

    calls: Mapping[str, str]
    """`post /repos/{owner}/{repo}/issues`."""
    paths: Mapping[str, str]
    names: Mapping[str, str]
    """operationIds, parameters, fields, schemas, scopes, security schemes, headers, media types, enum values."""
    statuses: frozenset[str]
    """`404`, `4xx`."""
    servers: tuple[str, ...] = ()
    dialect: Dialect = HTTP


class _Found(msgspec.Struct, frozen=True):
    """A name in a unit of text, and what it stands for."""

    start: int
    end: int
    name: str
    meaning: str
    """`SPEC:METHOD /path`, `_UNKNOWN`, or empty."""


class Grounder:
    """Checks a text that comes in pieces.

    Args:
        vocabulary: What is verified.
        citations: `SPEC:METHOD /path` of the operations that `[1]`, `[2]`, … stand for; others that the text names get
            the numbers after these.
    """

    def __init__(self, vocabulary: Vocabulary, citations: Sequence[str] = ()) -> None:
        self._names = vocabulary.names
        self._statuses = vocabulary.statuses
        self._dialect = vocabulary.dialect
        self._calls = Templates(vocabulary.calls)
        self._paths = Templates(vocabulary.paths)
        self._bases = [server.lower().rstrip("/") for server in vocabulary.servers]
        self._base_paths = list(filter(None, map(_path, self._bases)))
        self._numbers = {ref: number for number, ref in enumerate(citations, 1)}
        self._pending = ""
        self._verified: set[str] = set()
        self._invented = False
        self.unverified: dict[str, None] = {}
        """Names that are not in the spec, in order."""
        self.cited: dict[int, str] = {}
        """Number and `SPEC:METHOD /path` of the operations that the text names."""

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
    def doubtful(self) -> bool:
        """True when the text calls operations that are all invented, or when most of its names, and several, are."""
        return (self._invented and not self.cited) or len(self.unverified) > max(1, len(self._verified))

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
        names = _joined(self._found(unit), unit)
        for found, follows in zip(names, [*names[1:], None], strict=False):
            if found.start > at:
                yield Segment(text=unit[at : found.start])
            numbered = follows is not None and _is_numbered(found, follows, unit)
            yield self._segment(unit[found.start : found.end], found, numbered=numbered)
            at = found.end
        if at < len(unit):
            yield Segment(text=unit[at:])

    def _segment(self, text: str, found: _Found, *, numbered: bool) -> Segment:
        if found.meaning == _UNKNOWN:
            self.unverified[found.name] = None
            self._invented |= self._dialect.called.match(found.name) is not None
            return Segment(text=text, kind=SegmentKind.UNVERIFIED)
        self._verified.add(found.name.lower())
        if not found.meaning:
            return Segment(text=text, kind=SegmentKind.VERIFIED)
        number = self._numbers.setdefault(found.meaning, len(self._numbers) + 1)
        self.cited[number] = found.meaning
        return Segment(text=text, kind=SegmentKind.VERIFIED, citation=number, ref=found.meaning, numbered=numbered)

    def _found(self, unit: str) -> Iterator[_Found]:
        for candidate in candidates(unit, self._dialect):
            if candidate.kind == "code":
                yield from self._code(candidate)
            else:
                yield from self._one(candidate)

    def _one(self, candidate: Candidate, offset: int = 0) -> Iterator[_Found]:
        """Return what a candidate is; an ordinary word is nothing, but parts of one may be names."""
        meaning = self._lookup(candidate)
        if meaning != _UNKNOWN or candidate.kind not in ORDINARY:
            yield _Found(offset + candidate.start, offset + candidate.end, candidate.name, meaning)
        elif candidate.kind == "address":
            for part in parts(candidate):
                yield from self._one(part, offset)

    def _code(self, span: Candidate) -> list[_Found]:
        """Return what the text between two backticks names: one thing as a whole, or several in a line of code."""
        code = span.name.rstrip(".,;:!?")
        if code in self._dialect.verbs:
            return []
        for name in (code, code.strip("\"'")):
            if (meaning := self._name(name)) != _UNKNOWN:
                return [_Found(span.start, span.end, name, meaning)]
        if (status := STATUS.fullmatch(code)) and not code.isdigit():  # `200` alone may count anything
            return [_Found(span.start, span.end, code, self._status(status[1]))]
        inner = list(candidates(code, self._dialect, code=True))
        if len(inner) == 1 and inner[0].name == code:
            return [_Found(span.start, span.end, code, self._lookup(inner[0]))]
        first = span.start + 1
        if found := [each for one in inner for each in self._one(one, first)]:
            return found
        return [] if LITERAL.fullmatch(code) else [_Found(span.start, span.end, code, _UNKNOWN)]

    def _lookup(self, candidate: Candidate) -> str:
        """Return what a name stands for, or `_UNKNOWN` when it is not in the spec."""
        name = candidate.name
        match candidate.kind:
            case "number":
                return next((ref for ref, number in self._numbers.items() if f"[{number}]" == name), _UNKNOWN)
            case "status" | "reason":
                return self._status(name)
            case "call":
                method, target = re.sub("[`*]", "", name).lower().split()
                return self._first(self._calls, [f"{method} {path}" for path in self._below(target)])
            case "act":
                return self._first(self._calls, [" ".join(name.lower().split())])
            case "path":
                return self._first(self._paths, self._below(name.lower()))
            case "url":
                return self._url(name)
            case "address" if self._name(name) == _UNKNOWN:
                return self._first(self._paths, [name.lower()])
        return self._name(name)

    def _name(self, name: str) -> str:
        """Look up a name, `labels[0].name` as `labels[].name`, `labels[0]` as `labels`, `[Issue!]!` as `Issue`."""
        lower = " ".join(name.lower().split())
        forms = [lower, _INDEX.sub("[]", lower), _INDEX.sub("", lower)]
        if self._dialect is TYPED:
            forms.append(_WRAPPING.sub("", lower))
        return next((self._names[form] for form in forms if form in self._names), _UNKNOWN)

    def _status(self, status: str) -> str:
        lower = status.lower()
        return "" if lower in self._statuses or f"{lower[0]}xx" in self._statuses else _UNKNOWN

    def _url(self, url: str) -> str:
        if url.lower().rstrip("/") in self._bases:
            return ""
        meaning = self._name(url)  # scopes may be URLs
        return meaning if meaning != _UNKNOWN else self._first(self._paths, self._below(url.lower()))

    def _below(self, target: str) -> list[str]:
        """Return the paths that a path or a URL may mean, with the address of a server taken off."""
        bases = self._base_paths if target.startswith("/") else self._bases
        below = [target[len(base) :] for base in bases if target.startswith(f"{base}/")]
        return [target, *below] if target.startswith("/") else below

    @staticmethod
    def _first(known: Templates, names: Sequence[str]) -> str:
        return next((meaning for name in names if (meaning := known.find(name)) is not None), _UNKNOWN)


def _joined(names: Iterator[_Found], unit: str) -> list[_Found]:
    """Return the names, a number that is said several times in a row as one."""
    joined: list[_Found] = []
    for found in names:
        last = joined[-1] if joined else None
        again = last is not None and found.name == last.name and found.name.startswith("[")
        if last is not None and again and not unit[last.end : found.start].strip(" \t"):
            joined[-1] = msgspec.structs.replace(last, end=found.end)
        else:
            joined.append(found)
    return joined


def _is_numbered(found: _Found, follows: _Found, unit: str) -> bool:
    """Tell whether a name is followed by the number that it would be shown with."""
    between = _CLOSING.fullmatch(unit, found.end, follows.start)
    return between is not None and follows.name.startswith("[") and follows.meaning == found.meaning


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:  # brackets that hold no IPv6 address
        return ""
