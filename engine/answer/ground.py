"""Nothing unverified is shown as fact: every name in the model's text is looked up.

The text comes in pieces of any size and is cut into units (clauses, or lines of code) at places that the text alone
decides, so the outcome does not depend on how it was cut into pieces. Joined, the segments are the text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from engine.answer.records import Segment, SegmentKind

MAX_UNIT = 160
"""Characters after which a unit without punctuation is cut at the next blank."""

_METHOD = r"(?:GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|TRACE)"
_PATH = r"/[\w{}][\w{}./~:%-]*[\w{}]|/[\w{}]"
_CANDIDATE = re.compile(
    "|".join(
        (
            rf"(?P<call>\b{_METHOD}\s+(?:{_PATH}|/))",
            r"(?P<url>https?://[^\s`'\"<>()]*[^\s`'\"<>().,;:!?])",
            rf"(?P<path>(?<![\w/.<])(?:{_PATH}))",
            r"(?P<number>\[\d{1,3}\])",
            r"`(?P<code>[^`\n]+)`",
            r"(?P<status>(?<=[Ss]tatus )[1-5]\d\d\b|(?<=[Cc]ode )[1-5]\d\d\b|(?<=HTTP )[1-5]\d\d\b"
            r"|(?<=[Rr]eturns )[1-5]\d\d\b|(?<=[Ee]rror )[1-5]\d\d\b|(?<=[Ss]uccess: )[1-5]\d\d\b"
            r"|(?<=[Ss]uccess )[1-5]\d\d\b"
            r"|(?<![\d.,])[1-5]\d\d(?= (?:[A-Z][a-z]+|OK|[Rr]esponse|[Ee]rror|[Ss]tatus)\b))",
            r"(?P<scope>\b[a-z]\w*:[a-z]\w*(?::\w+)*\b)",
            r"(?P<header>\bX-\w+(?:-\w+)*\b)",
            r"(?P<name>\b[A-Za-z]\w*_\w+\b|\b[a-z]+\d*[A-Z]\w*\b|\b[A-Za-z_]\w*(?:\[\w*\])+)",
            r"[\"“](?P<quoted>[\w.\[\]$-]+)[\"”](?= (?:field|parameter|property|header|scope)s?\b)",
            r"(?P<called>\b[\w-]+\b)(?= (?:field|parameter|property|header|scope)s?\b)",
        )
    )
)
_LITERAL = re.compile(r"-?\d+(\.\d+)?|true|false|null|[\"'].*[\"']")
_BOUNDARY = re.compile(r"[.!?,;](?=\s)|\n")
_UNKNOWN = "?"
"""Stands for: not in the spec."""
_METHODS = frozenset(("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"))


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """What the spec knows: lower-case text → `SPEC:METHOD /path` of the operation it stands for, or an empty string."""

    calls: Mapping[str, str]
    """`post /repos/{owner}/{repo}/issues`."""
    paths: Mapping[str, str]
    names: Mapping[str, str]
    """operationIds, parameters, fields, schemas, scopes, security schemes, headers, media types, enum values."""
    statuses: frozenset[str]
    servers: tuple[str, ...] = ()


class Grounder:
    """Checks a text that comes in pieces.

    Args:
        vocabulary: What is verified.
        citations: `SPEC:METHOD /path` of the operations that `[1]`, `[2]`, … stand for; others that the text names get
            the numbers after these.
    """

    def __init__(self, vocabulary: Vocabulary, citations: Sequence[str] = ()) -> None:
        self._vocabulary = vocabulary
        self._numbers = {ref: number for number, ref in enumerate(citations, 1)}
        self._pending = ""
        self._fenced = False
        self.verified = 0
        """How many names were found in the spec."""
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
        """True when most of the names in the text are not in the spec."""
        return len(self.unverified) > max(1, self.verified)

    def _unit_end(self) -> int | None:
        """Return where the first unit of the pending text ends; None when that is not known yet."""
        if self._fenced or self._pending.startswith("```"):
            newline = self._pending.find("\n")
            return newline + 1 or None
        for boundary in _BOUNDARY.finditer(self._pending):
            end = boundary.end()
            if self._pending[end - 1] == "\n" or self._pending.count("`", 0, end) % 2 == 0:
                return end
        blank = re.search(r"\s", self._pending[MAX_UNIT:])
        return MAX_UNIT + blank.end() if blank else None

    def _check(self, unit: str) -> Iterator[Segment]:
        if unit.startswith("```"):
            self._fenced = not self._fenced
            yield Segment(text=unit)
            return
        at = 0
        for match in _CANDIDATE.finditer(unit):
            kind = str(match.lastgroup)
            found = self._lookup(kind, match[kind])
            if found is None:
                continue
            start, end = match.span() if kind == "code" else match.span(kind)
            if start > at:
                yield Segment(text=unit[at:start])
            yield self._segment(unit[start:end], match[kind], found)
            at = end
        if at < len(unit):
            yield Segment(text=unit[at:])

    def _segment(self, text: str, name: str, found: str) -> Segment:
        if found == _UNKNOWN:
            self.unverified[name] = None
            return Segment(text=text, kind=SegmentKind.UNVERIFIED)
        self.verified += 1
        if not found:
            return Segment(text=text, kind=SegmentKind.VERIFIED)
        number = self._numbers.setdefault(found, len(self._numbers) + 1)
        self.cited[number] = found
        return Segment(text=text, kind=SegmentKind.VERIFIED, citation=number, ref=found)

    def _lookup(self, kind: str, name: str) -> str | None:
        """Return what a name stands for, `_UNKNOWN` when it is not in the spec, or None when it is no name."""
        known = self._vocabulary
        lower = " ".join(name.lower().split())
        if kind == "number":
            return next((ref for ref, number in self._numbers.items() if f"[{number}]" == name), _UNKNOWN)
        if kind == "status":
            return "" if lower in known.statuses else _UNKNOWN
        if kind == "call":
            return _template(known.calls, lower)
        if kind == "path":
            return _template(known.paths, lower)
        if kind == "url":
            return self._url(lower)
        if kind == "code":
            return self._code(name.strip())
        if kind == "called":  # "the title field": an ordinary word unless the spec knows it
            return known.names.get(lower)
        return known.names.get(lower, _UNKNOWN)

    def _url(self, url: str) -> str:
        for server in self._vocabulary.servers:
            base = server.lower().rstrip("/")
            if url == base:
                return ""
            if url.startswith(base + "/"):
                return _template(self._vocabulary.paths, url[len(base) :].partition("?")[0])
        return _UNKNOWN

    def _code(self, code: str) -> str | None:
        known = self._vocabulary
        lower = " ".join(code.lower().split())
        if _LITERAL.fullmatch(code) or code in _METHODS:
            return None
        if lower in known.statuses:
            return ""
        if lower in known.names:
            return known.names[lower]
        match = _CANDIDATE.fullmatch(code)
        return self._lookup(str(match.lastgroup), code) if match and match.lastgroup != "code" else _UNKNOWN


def _template(known: Mapping[str, str], name: str) -> str:
    """Return what a path or call stands for, its own words or values in the place of parameters."""
    if name in known:
        return known[name]
    parts = name.split("/")
    for template, ref in known.items():
        wanted = template.split("/")
        if len(wanted) == len(parts) and all(
            part == want or (want.startswith("{") and part) for part, want in zip(parts, wanted, strict=True)
        ):
            return ref
    return _UNKNOWN
