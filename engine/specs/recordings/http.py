"""`.http` and `.rest` files to `Spec`: the requests of the HTTP clients of JetBrains, VS Code and Visual Studio.

Sources: https://github.com/JetBrains/http-request-in-editor-spec and https://github.com/Huachao/vscode-restclient.
Scripts, and responses that were kept, are not read.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from engine.errors import InputError, SpecError
from engine.specs.bundle import Neighbour
from engine.specs.decode import text_of, tree_of
from engine.specs.limits import Budget
from engine.specs.model import Spec
from engine.specs.nodes import embedded, mapping, text
from engine.specs.problems import Problems
from engine.specs.recordings.compose import spec
from engine.specs.recordings.requests import Folder, Pair, Payload, Request, Sheet, heading, hidden
from engine.text import clean_line

METHODS = (
    "GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|TRACE|CONNECT|GRAPHQL|WEBSOCKET|GRPC|LIST|QUERY|PURGE|PROPFIND|PROPPATCH"
    "|MKCOL|COPY|MOVE|LOCK|UNLOCK|REPORT|SEARCH"
)
_METHOD = re.compile(METHODS)
_VERSION = re.compile(r"HTTP/\d(?:\.\d)?")
_PLACE = re.compile(r"(?:https?|wss?)://|\{\{|/|[\w.-]+(?::\d+)?(?:/|$)|\*$")
"""How the address of a request begins."""
_VARIABLE = re.compile(r"@([\w.-]+)[ \t]*=[ \t]*(.*)")
_COMMENT = re.compile(r"(?:#|//)[ \t]*(.*)")
_ORDER = re.compile(r"@([\w-]+)(?:[ \t]+|=|$)(.*)")
"""What tells the client something, in a comment: `# @name login`."""
_HEADER = re.compile(r"([!#$%&'*+.^`|~\w-]+)[ \t]*:[ \t]*(.*)")
_SEPARATOR = re.compile(r"###+[ \t]*(.*)")
_HEADING = re.compile(r"[-=*#~ ]{2,}(\w.{0,99}?)[-=*#~ ]*")
"""A title with lines around it, which is one of all requests up to the next: `### ---- Users ----`."""
_MAX_HEADING = 200
"""Characters of a title that may have lines around it."""
_AFTER_BODY = re.compile(r"(?:>>?!?|<>)[ \t]+\S|>[ \t]*\{%|\?\?[ \t]|HTTP/\d(?:\.\d)?[ \t]+\d{3}\b")
"""What handles the response, names a file that keeps it, checks it, or is it."""
_FROM_FILE = re.compile(r"<@?\w*[ \t]+\S.*")
_ANSWERED = re.compile(r"\{\{[ \t]*([\w-]{1,80})\.(?:response|request)\.(body|headers)\.([^{}]{1,80}?)[ \t]*\}\}")
"""A value of the answer to another request: `{{login.response.body.$.token}}`."""
_USED = re.compile(r"\{\{[ \t]*([\w.-]+)[ \t]*\}\}")
_WORD = re.compile(r"\w")
_NO_WORD = re.compile(r"\W+")
_PROTOCOLS = ("WEBSOCKET", "GRPC")
"""Methods that are no method of HTTP."""
_ENVIRONMENTS = "http-client.env.json"
"""Where JetBrains' client keeps the variables of each environment; secrets are in another file."""
_GRAPHQL_HEADER = "x-request-type"


def parse(source: str, budget: Budget, neighbour: Neighbour | None, name: str) -> Spec:
    """Read the requests of a file.

    Args:
        source: The text.
        budget: What is left of the limits.
        neighbour: Opens the file of variables beside it.
        name: Name of the file; empty where it is not known.

    Raises:
        SpecError: It has no request, or is more than the limits allow.
    """
    reader = _Reader(budget)
    sheet = reader.sheet(source, PurePosixPath(name).stem or "Requests", _environment(source, neighbour, budget))
    return spec(hidden(sheet, budget), budget)


def _environment(source: str, neighbour: Neighbour | None, budget: Budget) -> tuple[Pair, ...]:
    """Return the variables of the first environment in the file that holds them; none where there is no such file."""
    if neighbour is None or "{{" not in source:
        return ()
    try:
        tree = tree_of(text_of(neighbour(_ENVIRONMENTS), Problems()), budget.limits, Problems()).value
    except (InputError, RecursionError):  # it is missing, or no JSON; it has no request that would be lost
        return ()
    first = next((each for each in mapping(tree).values() if isinstance(each, dict)), {})
    budget.spend(len(first) + 1)
    return tuple(Pair(key, text(value)) for key, value in first.items())


class _Section(NamedTuple):
    """What stands between two separators."""

    title: str
    line: int
    """Of its first line, from 1."""
    lines: list[str]


class _Said(NamedTuple):
    """What stands before a request."""

    start: int
    """Place of the request in the lines of the section, or their end."""
    identifier: str
    comments: list[str]


class _Reader:
    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._problem = Problems()
        self._variables: dict[str, str] = {}
        self._folders = [Folder()]

    def sheet(self, source: str, title: str, environment: tuple[Pair, ...]) -> Sheet:
        requests = [request for section in self._sections(source) if (request := self._request(section))]
        if not requests:
            raise SpecError("The file has no request that can be read", hint="Write it as `GET https://…`")
        own = (Pair(*variable) for variable in self._variables.items())
        self._folders[0] = Folder(variables=(*environment, *own))
        return Sheet(title, "http", tuple(requests), tuple(self._folders), problems=self._problem.kept)

    def _sections(self, source: str) -> Iterator[_Section]:
        section = _Section("", 1, [])
        for number, line in enumerate(source.split("\n"), 1):
            self._budget.spend()
            if separator := _SEPARATOR.fullmatch(line):
                yield section
                section = _Section(clean_line(separator[1]), number + 1, [])
            else:
                section.lines.append(line)
        yield section

    def _request(self, section: _Section) -> Request | None:
        """Return the request of a section; None where it has none."""
        said = self._said(section.lines)
        if said.start == len(section.lines):
            if drawn := _HEADING.fullmatch(section.title[:_MAX_HEADING]):
                self._folders.append(Folder(drawn[1], parent=0))
            return None
        number = section.line + said.start
        method, url = _request_line(section.lines[said.start].strip())
        if url and method not in _PROTOCOLS:
            return self._read(section, said, method, url)
        what = f"is a request of {method}, which is not read" if url else "is no request that can be read"
        self._problem(f"/lines/{number}", what, number)
        return None

    def _said(self, lines: list[str]) -> _Said:
        comments, identifier, in_script = [], "", False
        for place, line in enumerate(lines):
            bare = line.strip()
            if in_script or bare.startswith(("< {%", "<{%")):
                in_script = "%}" not in bare
            elif variable := _VARIABLE.fullmatch(bare):
                self._variables[variable[1]] = variable[2]
            elif comment := _COMMENT.fullmatch(bare):
                order = _ORDER.fullmatch(comment[1])
                identifier = clean_line(order[2]) if order and order[1] == "name" else identifier
                comments += [comment[1]] if _WORD.search(comment[1]) and not order else []
            elif bare and not bare.startswith(("<", "import ", "run ")):
                return _Said(place, identifier, comments)
        return _Said(len(lines), identifier, comments)

    def _read(self, section: _Section, said: _Said, method: str, url: str) -> Request:
        lines, number = section.lines, section.line + said.start
        place = said.start + 1
        while place < len(lines) and lines[place][:1] in (" ", "\t") and lines[place].strip():
            url += lines[place].strip()
            place += 1
        headers, place = self._headers(lines, place)
        first = heading(said.comments[0]) if said.comments else ""
        title = heading(section.title) or first or said.identifier
        is_graphql = method == "GRAPHQL" or any(
            pair.name.lower() == _GRAPHQL_HEADER and pair.value.lower() == "graphql" for pair in headers
        )
        host = next((pair.value for pair in headers if pair.name.lower() == "host"), "")
        url, path = self._answered(f"{host}{url}" if url.startswith("/") and host else url)
        return Request(
            pointer=f"/lines/{number}",
            method="POST" if is_graphql else method,
            url=url,
            name=title,
            folder=len(self._folders) - 1,
            identifier=said.identifier,
            description="\n".join(said.comments[1:] if first == title else said.comments),
            path=path,
            headers=tuple(pair for pair in headers if pair.name.lower() != _GRAPHQL_HEADER),
            payload=_payload(self._body(lines[place:]), is_graphql),
            line=number,
        )

    def _headers(self, lines: list[str], place: int) -> tuple[list[Pair], int]:
        """Return the headers from a line on, and the line after them."""
        headers: list[Pair] = []
        while place < len(lines) and (line := lines[place].strip()):
            self._budget.spend()
            if _AFTER_BODY.match(line) or _FROM_FILE.fullmatch(line):
                break
            if (header := _HEADER.fullmatch(line)) and not line.startswith(("#", "//")):
                headers.append(Pair(header[1], header[2]))
            place += 1
        return headers, place

    def _body(self, lines: list[str]) -> str:
        """Return a body, which begins with the lines and ends before what handles the response."""
        end = next((place for place, line in enumerate(lines) if _AFTER_BODY.match(line)), len(lines))
        self._budget.spend(len(lines))
        begin = next((place for place, line in enumerate(lines[:end]) if line.strip()), end)
        while end > begin and (not lines[end - 1].strip() or _COMMENT.fullmatch(lines[end - 1].strip())):
            end -= 1
        return "\n".join(lines[begin:end])

    def _answered(self, url: str) -> tuple[str, tuple[Pair, ...]]:
        """Return an address in which values of answers have short names, and where those come from."""
        told: dict[str, Pair] = {}
        for name in dict.fromkeys(_USED.findall(url)):
            if found := _ANSWERED.fullmatch(self._variables.get(name, "")):
                told[name] = Pair(name, description=_source(found))

        def short(match: re.Match[str]) -> str:
            last = (_NO_WORD.sub(" ", match[3]).split() or ["value"])[-1]
            told.setdefault(last, Pair(last, description=_source(match)))
            return f"{{{{{last}}}}}"

        return _ANSWERED.sub(short, url), tuple(told.values())


def _source(answered: re.Match[str]) -> str:
    return f"`{answered[3]}` in the {answered[2]} of the answer to {answered[1]}"


def _request_line(line: str) -> tuple[str, str]:
    """Return method and address of a line; no address where it is no request."""
    first, _, rest = line.partition(" ")
    method, url = (first, rest.strip()) if _METHOD.fullmatch(first) else ("", line)
    before, _, version = url.rpartition(" ")
    if _VERSION.fullmatch(version):
        url = before.rstrip()
    is_place = _PLACE.match(url) and (method or " " not in url)
    return method or "GET", url if is_place else ""


def _payload(body: str, is_graphql: bool) -> Payload | None:
    if not body:
        return None
    if is_graphql:
        query, _, inputs = body.rpartition("\n\n")
        is_json = query and isinstance(embedded(inputs), dict)
        return Payload("graphql", text=query if is_json else body, inputs=inputs if is_json else "")
    return Payload("file") if _FROM_FILE.fullmatch(body) else Payload("text", text=body)
