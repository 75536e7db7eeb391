"""Hurl files to `Spec`: requests, and what is expected of the answers. Source: https://hurl.dev/docs/grammar.html."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from engine.errors import SpecError
from engine.specs.limits import Budget
from engine.specs.model import Spec
from engine.specs.recordings.compose import spec
from engine.specs.recordings.requests import (
    FILE,
    Access,
    Answer,
    Folder,
    Pair,
    Payload,
    Request,
    Sheet,
    heading,
    hidden,
)

_REQUEST = re.compile(r"([A-Z]+)[ \t]+((?:https?://|\{\{).*)")
_RESPONSE = re.compile(r"HTTP(?:/(?:\d(?:\.\d)?|\*))?[ \t]+(\d{3}|\*)(?:[ \t].*)?")
_SECTION = re.compile(r"\[([A-Za-z]+)\][ \t]*(?:#.*)?")
_PAIR = re.compile(r"((?:\\.|[^:\\])++):(.*)")
_AFTER_VALUE = re.compile(r"(?<!\\)#.*")
_COMMENT = re.compile(r"[ \t]*#+[\W_]*(.*)")
_FENCE = re.compile(r"```([\w-]*)(?:,[^`]*)?")
_FILE_VALUE = re.compile(r"file,[^;]*;.*")
_INLINE_BODY = re.compile(r"(?:base64|hex|file),.*")
_STATUS = re.compile(r"status[ \t]*==[ \t]*(\d{3})")
_VARIABLES = re.compile(r"^variables[ \t]*(\{.*)", re.DOTALL | re.MULTILINE)
_USED = re.compile(r"\{\{[ \t]*([\w-]+)[ \t]*\}\}")
_LANGUAGES = {"json": "application/json", "xml": "application/xml", "graphql": "application/json"}
"""What a fenced body is called → its media type."""
_BODY_SIGNS = ("{", "[", "<", '"', "`")
"""How a body begins, and neither a header nor a line of a section."""
_QUERY = ("Query", "QueryStringParams")
_FORM = ("Form", "FormParams")
_MULTIPART = ("Multipart", "MultipartFormData")
_MAX_SOURCE = 100
"""Characters of what is said of where a value comes from, which each request that takes it repeats."""
_MAX_SAID = 20
"""Values that an answer gives on which are told."""


def parse(source: str, budget: Budget, name: str) -> Spec:
    """Read the requests of a file.

    Args:
        source: The text.
        budget: What is left of the limits.
        name: Name of the file; empty where it is not known.

    Raises:
        SpecError: It has no request, or is more than the limits allow.
    """
    entries = _entries(source, budget)
    if not entries:
        raise SpecError("The file has no request that can be read", hint="Write it as `GET https://…`")
    known: dict[str, str] = {}
    requests = tuple(entry.request(known) for entry in entries)
    sheet = Sheet(PurePosixPath(name).stem or "Requests", "hurl", requests, (_variables(entries),))
    return spec(hidden(sheet, budget), budget)


class _Part:
    """A request, or the answer that is expected: its headers, sections and body."""

    def __init__(self) -> None:
        self.headers: list[Pair] = []
        self.sections: dict[str, list[str]] = {}
        self.body: list[str] = []
        self.language = ""
        """What a fenced body says it is."""

    def pairs(self, names: Iterable[str]) -> tuple[Pair, ...]:
        lines = (line for name in names for line in self.sections.get(name, ()))
        return tuple(pair for line in lines if (pair := _pair(line)))


class _Entry:
    def __init__(self, method: str, url: str, line: int, said: list[str]) -> None:
        self._method = method
        self._url = url
        self._line = line
        self._said = said
        self.asked = _Part()
        self._answer: _Part | None = None
        self._status = ""

    def request(self, known: dict[str, str]) -> Request:
        """Return the request.

        Args:
            known: Value that an earlier answer gives on → what is said of it; those of this one are put there.
        """
        asked = self.asked
        name = heading(self._said[0]) if self._said else ""
        used = (match[1] for match in _USED.finditer(self._url))
        path = tuple(Pair(each, description=known[each]) for each in dict.fromkeys(used) if each in known)
        captured = self._answer.pairs(("Captures",)) if self._answer else ()
        kept = [f"Keeps {pair.value} of the answer as {{{{{pair.name}}}}}." for pair in captured[:_MAX_SAID]]
        whose = (name or f"{self._method} {self._url}")[:_MAX_SOURCE]
        known.update((pair.name, f"{pair.value[:_MAX_SOURCE]} in the answer to {whose}") for pair in captured)
        return Request(
            pointer=f"/lines/{self._line}",
            method=self._method,
            url=self._url,
            name=name,
            description="\n".join((*self._said[1:], *kept)),
            query=asked.pairs(_QUERY),
            path=path,
            headers=tuple(asked.headers),
            jar=asked.pairs(("Cookies",)),
            payload=_payload(asked),
            access=_access(asked),
            answers=self._answers(),
            line=self._line,
        )

    def answered(self, status: str) -> _Part:
        """Take note of the status that is expected, and return what the rest of it goes into."""
        self._status, self._answer = status, _Part()
        return self._answer

    def _answers(self) -> tuple[Answer, ...]:
        if self._answer is None:
            return ()
        asserted = (_STATUS.match(line.strip()) for line in self._answer.sections.get("Asserts", ()))
        status = self._status if self._status != "*" else next((found[1] for found in asserted if found), "")
        is_inline = len(self._answer.body) == 1 and _INLINE_BODY.match(self._answer.body[0])
        body = "" if is_inline else "\n".join(self._answer.body)
        return (Answer(status, headers=tuple(self._answer.headers), kind=_kind(self._answer), body=body),)


def _entries(source: str, budget: Budget) -> list[_Entry]:
    reader = _Lines()
    for number, line in enumerate(source.split("\n"), 1):
        budget.spend()
        if not (reader.goes_on(line) or reader.begins(line.rstrip(), number)):
            reader.add(line)
    return reader.entries


class _Lines:
    """Reads a file line by line."""

    def __init__(self) -> None:
        self.entries: list[_Entry] = []
        self._said: list[str] = []
        self._is_said = False
        """A blank came after what was said; the next comment says something else."""
        self._part = _Part()
        self._section = ""
        self._in_fence = False

    def goes_on(self, line: str) -> bool:
        """Read a line of a fenced body; return whether it is one."""
        if self._in_fence:
            self._fenced(line)
            return True
        if fence := _FENCE.match(line):
            self._part.language = fence[1]
            self._fenced(line[fence.end() :])
            return True
        return False

    def _fenced(self, line: str) -> None:
        bare = line.rstrip()
        self._in_fence = not bare.endswith("```")
        self._part.body.append(line if self._in_fence else bare[:-3])

    def begins(self, line: str, number: int) -> bool:
        """Read a line that begins something, or says nothing; return whether it is one."""
        if request := _REQUEST.fullmatch(line):
            self.entries.append(_Entry(request[1], request[2].partition(" #")[0].rstrip(), number, self._said))
            self._part = self.entries[-1].asked
        elif self.entries and (response := _RESPONSE.fullmatch(line)):
            self._part = self.entries[-1].answered(response[1])
        elif section := _SECTION.fullmatch(line):
            self._section = section[1]
            self._part.sections.setdefault(section[1], [])
            return True
        elif comment := _COMMENT.fullmatch(line):
            self._said = [] if self._is_said else self._said
            self._is_said = False
            self._said += [comment[1]] if comment[1] else []
            return True
        elif not line:
            self._is_said = True
            self._part.body += [""] if self._part.body else []
            return True
        else:
            return False
        self._said, self._is_said, self._section = [], False, ""
        return True

    def add(self, line: str) -> None:
        """Read a line of a section, a header or a body."""
        part, is_body = self._part, bool(self._part.body) or line.startswith(_BODY_SIGNS)
        if self._section and not is_body:
            part.sections[self._section].append(line)
        elif not is_body and (pair := _pair(line)):
            part.headers.append(pair)
        else:
            part.body.append(line)


def _pair(line: str) -> Pair | None:
    """Return the name and value of a line; None where it is none."""
    match = _PAIR.fullmatch(line.strip())
    if match is None:
        return None
    value = _AFTER_VALUE.sub("", match[2]).strip().replace("\\#", "#")
    is_file = _FILE_VALUE.fullmatch(value) is not None
    return Pair(match[1].rstrip().replace("\\", ""), "" if is_file else value, type=FILE if is_file else "")


def _payload(part: _Part) -> Payload | None:
    if form := part.pairs(_FORM):
        return Payload("form", form=form)
    if form := part.pairs(_MULTIPART):
        return Payload("multipart", form=form)
    body = "\n".join(part.body).strip()
    if not body:
        return None
    if part.language == "graphql":
        inputs = _VARIABLES.search(body)
        return Payload("graphql", text=body[: inputs.start()] if inputs else body, inputs=inputs[1] if inputs else "")
    if _INLINE_BODY.fullmatch(body):
        return Payload("file")
    return Payload("text", _kind(part), body.removeprefix("`").removesuffix("`"))


def _kind(part: _Part) -> str:
    body = part.body[0].lstrip() if part.body else ""
    return _LANGUAGES.get(part.language) or ("application/xml" if body.startswith("<") else "")


def _access(part: _Part) -> Access | None:
    basic = part.pairs(("BasicAuth",))
    return Access("basic", secrets=(basic[0].name, basic[0].value)) if basic else None


def _variables(entries: Iterable[_Entry]) -> Folder:
    """Return the variables that the options of requests set."""
    set_ = (pair.value for entry in entries for pair in entry.asked.pairs(("Options",)) if pair.name == "variable")
    split = (each.partition("=") for each in set_)
    return Folder(variables=tuple(Pair(name.strip(), value.strip()) for name, _, value in split))
