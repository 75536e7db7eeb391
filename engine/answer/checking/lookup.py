"""What names stand for: each is looked up in what the specification has."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from engine.answer.checking.knowledge import Knowledge
from engine.answer.checking.names import (
    HTTP,
    LITERAL,
    METHODS,
    ORDINARY,
    STATUS,
    TYPED,
    Candidate,
    Dialect,
    candidates,
    parts,
)
from engine.answer.checking.templates import Match, Templates
from engine.english.linking import describes, is_grammar

UNKNOWN = "?"
"""Stands for: not in the spec."""

_INDEX = re.compile(r"\[\w*\]")
_WRAPPING = re.compile(r"[\[\]!]")
"""What GraphQL puts around a type: `[Issue!]!`."""
_STAND_IN = re.compile(r"[{<:$].*|.*[}>]|your.*|my[_-].*|\.+|…")
"""What stands in a path for a value that only the caller knows."""
_UUID = re.compile(r"[0-9a-f-]{8,}", re.IGNORECASE)


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
    subjects: tuple[str, ...] = ()
    """`SPEC:METHOD /path` of the operations that the text is about."""
    operation: Callable[[str], Knowledge | None] = lambda _: None
    """Gives what is known of any operation."""


class Found(msgspec.Struct, frozen=True):
    """A name in a unit of text, and what it stands for."""

    start: int
    end: int
    name: str
    meaning: str
    """`SPEC:METHOD /path`, `UNKNOWN`, or empty."""
    kind: str
    """As `Candidate.kind` has it."""


class Lookup:
    """Looks up the names in a text.

    Args:
        vocabulary: What is verified.
        numbers: `SPEC:METHOD /path` → n of the operation that `[n]` stands for.
    """

    def __init__(self, vocabulary: Vocabulary, numbers: Mapping[str, int]) -> None:
        self._names = vocabulary.names
        self._statuses = vocabulary.statuses
        self._dialect = vocabulary.dialect
        self._operation = vocabulary.operation
        self._calls = Templates(vocabulary.calls)
        self._paths = Templates(vocabulary.paths)
        self._bases = [server.lower().rstrip("/") for server in vocabulary.servers]
        self._base_paths = list(filter(None, map(_path, self._bases)))
        self._numbers = numbers

    def find(self, unit: str) -> Iterator[Found]:
        """Yield the names in a unit of text, in order and without overlap."""
        for candidate in candidates(unit, self._dialect):
            if candidate.kind == "code":
                yield from self._code(candidate)
            else:
                yield from self._one(candidate)

    def _one(self, candidate: Candidate, offset: int = 0) -> Iterator[Found]:
        """Return what a candidate is; an ordinary word is nothing, but parts of one may be names."""
        meaning = self._lookup(candidate)
        if candidate.kind == "called" and meaning and is_grammar(candidate.name):
            return  # `the query parameter` is no operation of that name
        if meaning != UNKNOWN or candidate.kind not in ORDINARY:
            yield Found(offset + candidate.start, offset + candidate.end, candidate.name, meaning, candidate.kind)
        elif (candidate.kind == "kebab" and not describes(candidate.name)) or (
            candidate.kind == "dotted" and self._name(re.split(r"[.\[]", candidate.name)[0]) != UNKNOWN
        ):
            yield Found(offset + candidate.start, offset + candidate.end, candidate.name, UNKNOWN, candidate.kind)
        elif candidate.kind == "address":
            for part in parts(candidate):
                yield from self._one(part, offset)

    def _code(self, span: Candidate) -> list[Found]:
        """Return what the text between two backticks names: one thing as a whole, or several in a line of code."""
        code = span.name.rstrip(".,;:!?")
        if code.upper() in self._dialect.verbs:
            return []
        for name in (code, code.strip("\"'")):
            if (meaning := self._name(name)) != UNKNOWN:
                return [Found(span.start, span.end, name, meaning, "name")]
        if (status := STATUS.fullmatch(code)) and not code.isdigit():  # `200` alone may count anything
            return [Found(span.start, span.end, status[1], self._status(status[1]), "status")]
        inner = list(candidates(code, self._dialect, code=True))
        if len(inner) == 1 and inner[0].name == code:
            return [Found(span.start, span.end, code, self._lookup(inner[0]), inner[0].kind)]
        first = span.start + 1
        if found := [each for one in inner for each in self._one(one, first)]:
            return found
        return [] if LITERAL.fullmatch(code) else [Found(span.start, span.end, code, UNKNOWN, "name")]

    def _lookup(self, candidate: Candidate) -> str:
        """Return what a name stands for, or `UNKNOWN` when it is not in the spec."""
        name = candidate.name
        match candidate.kind:
            case "number":
                return next((ref for ref, number in self._numbers.items() if f"[{number}]" == name), UNKNOWN)
            case "status" | "reason" | "row":
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
            case "address" if self._name(name) == UNKNOWN:
                return self._first(self._paths, [name.lower()])
        return self._name(name)

    def _name(self, name: str) -> str:
        """Look up a name, `labels[0].name` as `labels[].name`, `labels[0]` as `labels`, `[Issue!]!` as `Issue`."""
        lower = " ".join(name.lower().split())
        forms = [lower, _INDEX.sub("[]", lower), _INDEX.sub("", lower)]
        if self._dialect is TYPED:
            forms.append(_WRAPPING.sub("", lower))
        return next((self._names[form] for form in forms if form in self._names), UNKNOWN)

    def _status(self, status: str) -> str:
        lower = status.lower()
        return "" if lower in self._statuses or f"{lower[0]}xx" in self._statuses else UNKNOWN

    def methods(self, found: Found) -> frozenset[str]:
        """Return the methods that there are where a name leads; none for one that has its method itself."""
        name = found.name.strip("`*").lower()
        if found.kind in ("call", "act", "number") or found.meaning == UNKNOWN or not found.meaning:
            return frozenset()
        if "/" not in name[:1] and not name.startswith("http"):
            return frozenset((found.meaning.partition(":")[2].partition(" ")[0],))
        return frozenset(meaning.partition(":")[2].partition(" ")[0] for meaning in self._on(name))

    def at(self, found: Found) -> list[str]:
        """Return the operations that a name leads to: of a path all that are there."""
        if not found.meaning or found.meaning == UNKNOWN:
            return []
        if found.kind not in ("path", "url"):
            return [found.meaning]
        return self._on(found.name.lower()) or [found.meaning]

    def _on(self, name: str) -> list[str]:
        """Return all operations on a path; where it is in the spec word for word, these alone."""
        calls = [f"{method.lower()} {path}" for path in self._below(name) for method in METHODS]
        exact = [meaning for call in calls if (meaning := self._calls.exact(call))]
        return exact or [match.meaning for call in calls if (match := self._calls.find(call))]

    def _url(self, url: str) -> str:
        if url.lower().rstrip("/") in self._bases:
            return ""
        meaning = self._name(url)  # scopes may be URLs
        return meaning if meaning != UNKNOWN else self._first(self._paths, self._below(url.lower()))

    def _below(self, target: str) -> list[str]:
        """Return the paths that a path or a URL may mean, with the address of a server taken off."""
        bases = self._base_paths if target.startswith("/") else self._bases
        below = [target[len(base) :] for base in bases if target.startswith(f"{base}/")]
        return [target, *below] if target.startswith("/") else below

    def _first(self, known: Templates, names: Sequence[str]) -> str:
        return next((match.meaning for name in names if (match := known.find(name)) and self._holds(match)), UNKNOWN)

    def _holds(self, match: Match) -> bool:
        """Tell whether what stands in a path for its parameters is of their types."""
        operation = self._operation(match.meaning) if match.filled else None
        return operation is None or all(_is_value(operation, *one) for one in match.filled)


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:  # brackets that hold no IPv6 address
        return ""


def _is_value(operation: Knowledge, parameter: str, value: str) -> bool:
    """Tell whether a segment can stand for a parameter of the path: a value of its type, or what stands for one."""
    if _STAND_IN.match(value) or _letters(value) == _letters(parameter):
        return True
    known = [one for one in operation.find(parameter) if one.place == "path"]
    return not known or any(
        (not one.types <= {"integer", "number"} or not one.types or value.lstrip("-").replace(".", "").isdigit())
        and (one.schema.format != "uuid" or _UUID.fullmatch(value) is not None)
        and (not one.values or value in {each.lower() for each in one.values})
        for one in known
    )


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()
