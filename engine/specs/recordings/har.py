"""HAR 1.1 and 1.2 recordings of a browser or proxy to `Spec`: what was called, grouped to operations.

A recording shows what happened, not what is promised: schemas fit the samples, and an input is required when every
recording of the operation has it. Secrets are taken out of the whole recording before any of it is looked at.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from engine.english.inflection import singular
from engine.errors import SpecError
from engine.specs.limits import Budget
from engine.specs.model import (
    About,
    Body,
    Content,
    Grant,
    Location,
    Operation,
    Parameter,
    Problem,
    Response,
    Schema,
    Server,
    Spec,
    Tag,
)
from engine.specs.nodes import items, line, mapping, text
from engine.specs.recordings.bodies import form_fields, graphql_name, told
from engine.specs.recordings.infer import is_identifier
from engine.specs.recordings.recorded import (
    FORM,
    METHOD,
    MULTIPART,
    Keys,
    Schemes,
    content,
    credential,
    form,
    is_noise,
    media_type,
    merged_fields,
    parameter,
    placed,
    query_pairs,
)
from engine.specs.recordings.redact import TreeRedactor

_MAX_URL = 8192
"""Characters of an address that are read."""
_ASSET_KINDS = ("image/", "font/", "audio/", "video/", "text/css", "application/wasm", "application/font")
_ASSET_TYPES = ("image", "font", "stylesheet", "script", "media", "manifest", "texttrack")
"""What Chrome's `_resourceType` calls what a page is made of."""
_ASSET_PATH = re.compile(
    r"\.(?:avif|bmp|css|eot|gif|ico|jpe?g|js|map|mjs|mp3|mp4|otf|png|svg|ttf|wasm|webm|webp|woff2?)$", re.IGNORECASE
)
_NO_NAME = re.compile(r"\W+")


class _Message(NamedTuple):
    """One side of a recording."""

    headers: list[tuple[str, str]]
    kind: str
    """Media type of the body."""
    body: str
    form: list[tuple[str, str]]
    """Fields of the body, where it is a form."""
    files: frozenset[str] = frozenset()
    """Names of the fields of the form that are files."""


class _Recording(NamedTuple):
    pointer: str
    method: str
    server: str
    path: str
    """With `#` and its name where it is a GraphQL operation, of which many have one path."""
    name: str
    """Of a GraphQL operation."""
    inputs: list[tuple[str, str]]
    """Names and values of what is in the path."""
    query: list[tuple[str, str]]
    request: _Message
    status: str
    reason: str
    response: _Message


def parse(tree: dict[str, Any], budget: Budget) -> Spec:
    """Read the decoded recording.

    Raises:
        SpecError: It is no recording, is of another version, or is more than the limits allow.
    """
    log = mapping(tree.get("log"))
    entries = log.get("entries")
    if not isinstance(entries, list):
        raise SpecError("The HAR recording has no list of `entries`", hint="Save it again as HAR with its content")
    version = line(log.get("version")) or "1.1"
    if not version.startswith("1."):
        raise SpecError(f"HAR {version[:20]} is not supported", hint="Save the recording as HAR 1.2")
    return _Reader(log, budget).spec(entries)


class _Reader:
    def __init__(self, log: dict[str, Any], budget: Budget) -> None:
        self._log = log
        self._budget = budget
        self._schemes = Schemes()
        self._keys = Keys()

    def spec(self, entries: list[Any]) -> Spec:
        kept = {str(index): _needed(entry) for index, entry in enumerate(entries) if _is_call(entry)}
        hidden = TreeRedactor().tree({"pages": items(self._log.get("pages"))[:1], "entries": kept}, self._budget)
        groups: dict[tuple[str, str, str], list[_Recording]] = {}
        for index, entry in hidden["entries"].items():
            for each in _recordings(entry, f"/log/entries/{index}"):
                groups.setdefault((each.server, each.method, each.path), []).append(each)
        servers, operations = placed(
            (self._operation(found, len({server for server, _, _ in groups}) > 1), Server(found[0].server))
            for found in groups.values()
        )
        left_out = len(entries) - sum(map(len, groups.values()))
        return Spec(
            about=About(
                title=_title(hidden["pages"]) or (_host(servers[0].url) if servers else "Recording"),
                format="har",
                servers=servers,
                tags=tuple(Tag(_host(server.url)) for server in servers) if len(servers) > 1 else (),
                security_schemes=self._schemes.all(),
            ),
            operations=operations,
            problems=(Problem("/log/entries", _LEFT_OUT.format(left_out, len(entries))),) if left_out else (),
        )

    def _operation(self, recordings: list[_Recording], many_hosts: bool) -> Operation:
        self._budget.spend_operation()
        first = recordings[0]
        host = _host(first.server)
        security, used = self._security(recordings)
        return Operation(
            method=first.method,
            path=self._keys.path(first.method, first.path, host),
            pointer=first.pointer,
            operation_id=first.name,
            tags=(host,) if many_hosts else (),
            parameters=tuple(self._parameters(recordings, used)),
            body=self._body([each.request for each in recordings]),
            responses=tuple(self._responses(recordings)),
            security=security,
        )

    def _parameters(self, recordings: list[_Recording], used: set[str]) -> Iterator[Parameter]:
        headers = [
            [(name, value) for name, value in each.request.headers if not is_noise(name, value)] for each in recordings
        ]
        places: dict[Location, list[list[tuple[str, str]]]] = {
            "path": [each.inputs for each in recordings],
            "query": [each.query for each in recordings],
            "header": headers,
        }
        for location, found in places.items():
            for field in merged_fields(found):
                if field.name not in used:
                    yield parameter(field, location, self._budget)

    def _security(self, recordings: list[_Recording]) -> tuple[tuple[tuple[Grant, ...], ...], set[str]]:
        """Return the credentials that were accepted, each combination as an alternative, and the names they had.

        That a recording has none says nothing: browsers leave them out, and so do people who share one.
        """
        alternatives: dict[tuple[Grant, ...], None] = {}
        used: set[str] = set()
        for each in [each for each in recordings if each.status < "4"] or recordings:
            grants: dict[Grant, None] = {}
            places: dict[Location, list[tuple[str, str]]] = {"header": each.request.headers, "query": each.query}
            for location, pairs in places.items():
                for name, value in pairs:
                    if scheme := credential(location, name, value):
                        grants[self._schemes.grant(scheme)] = None
                        used.add(name)
            if grants:
                alternatives[tuple(grants)] = None
        return tuple(alternatives), used

    def _body(self, requests: Sequence[_Message]) -> Body | None:
        sent = [request for request in requests if request.body or request.form or request.files]
        if not sent:
            return None
        return Body(required=len(sent) == len(requests), content=tuple(self._contents(sent, whole=True)))

    def _contents(self, messages: Sequence[_Message], *, whole: bool = False) -> Iterator[Content]:
        by_kind: dict[str, list[_Message]] = {}
        for message in messages:
            by_kind.setdefault(message.kind, []).append(message)
        for kind, found in by_kind.items():
            if kind in (FORM, MULTIPART):
                files = frozenset[str]().union(*(each.files for each in found))
                fields = merged_fields([each.form for each in found])
                yield form(kind, [field._replace(is_file=field.name in files) for field in fields], self._budget)
            elif texts := [each.body for each in found if each.body]:
                yield content(kind, texts, self._budget, whole=whole)
            elif kind:
                yield Content(kind, Schema())

    def _responses(self, recordings: list[_Recording]) -> Iterator[Response]:
        by_status: dict[str, list[_Recording]] = {}
        for each in recordings:
            by_status.setdefault(each.status, []).append(each)
        for status, found in sorted(by_status.items()):
            headers = [
                [(name, value) for name, value in each.response.headers if not is_noise(name, value)] for each in found
            ]
            yield Response(
                status=status,
                description=found[0].reason,
                content=tuple(
                    self._contents([each.response for each in found if each.response.kind and status != _CACHED])
                ),
                headers=tuple(parameter(field, "header", self._budget) for field in merged_fields(headers)),
            )


_CACHED = "304"
"""Says that nothing has changed; what a browser shows for it came from elsewhere (RFC 9110, 15.4.5)."""
_LEFT_OUT = (
    "{} of {} recordings are left out: images, fonts, styles and scripts of pages, and what is no answered HTTP call"
)


def _is_call(entry: Any) -> bool:
    """Return whether a recording is a call of an API that was answered."""
    entry = mapping(entry)
    request, response = mapping(entry.get("request")), mapping(entry.get("response"))
    address = text(request.get("url"))[:_MAX_URL]
    if not address.lower().startswith(("http://", "https://")) or not METHOD.fullmatch(text(request.get("method"))):
        return False
    if any(_pair(header)[0].lower() == "access-control-request-method" for header in items(request.get("headers"))):
        return False  # A browser asks by itself whether it may call
    kind = text(mapping(response.get("content")).get("mimeType")).lower()
    is_asset = (
        kind.startswith(_ASSET_KINDS)
        or "javascript" in kind
        or entry.get("_resourceType") in _ASSET_TYPES
        or _ASSET_PATH.search(address.partition("?")[0].partition("#")[0])
    )
    return re.fullmatch("[2-5][0-9][0-9]", line(response.get("status"))) is not None and not is_asset


def _needed(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a recording that are read, so that nothing else is searched for secrets."""
    request, response = entry["request"], entry["response"]
    return {
        "request": {name: request.get(name) for name in ("method", "url", "headers")} | _body(request, "postData"),
        "response": {name: response.get(name) for name in ("status", "statusText", "headers")}
        | _body(response, "content"),
    }


def _body(side: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the body of a message under one name for both sides, decoded, so that secrets in it are found."""
    body = mapping(side.get(key))
    said = told(body)
    fields = form_fields(text(body.get("mimeType")), body.get("params"), said)
    return {"body": {"mimeType": body.get("mimeType"), "params": fields, "text": "" if fields else said}}


def _recordings(entry: dict[str, Any], pointer: str) -> Iterator[_Recording]:
    """Yield the recording that an entry is; none where its address cannot be read."""
    request, response = entry["request"], entry["response"]
    try:
        url = urlsplit(line(request["url"])[:_MAX_URL])
    except ValueError:
        return
    if not (host := url.netloc.rpartition("@")[2]):
        return
    path, inputs = _templated(url)
    query, message = query_pairs(url.query), _message(request)
    name = graphql_name(message.body, dict(query))
    yield _Recording(
        pointer=pointer,
        method=text(request["method"]).upper(),
        server=f"{url.scheme}://{host}",
        path=f"{path}#{name}" if name else path,
        name=name,
        inputs=inputs,
        query=query,
        request=message,
        status=line(response["status"]),
        reason=line(response["statusText"]),
        response=_message(response),
    )


def _message(side: dict[str, Any]) -> _Message:
    body = side["body"]
    kind, sent = media_type(text(body.get("mimeType"))), text(body.get("text"))
    listed = [
        ((line(each.get("name")), text(each.get("value"))), "fileName" in each)
        for each in map(mapping, items(body.get("params")))
    ]
    if kind == FORM and not listed:
        listed = [(pair, False) for pair in query_pairs(sent)]
    return _Message(
        headers=[_pair(header) for header in items(side.get("headers"))],
        kind="" if kind == "x-unknown" else kind,
        body=sent,
        form=[pair for pair, _ in listed],
        files=frozenset(name for (name, _), is_file in listed if is_file),
    )


def _pair(node: Any) -> tuple[str, str]:
    return line(mapping(node).get("name")), line(mapping(node).get("value"))


def _templated(url: SplitResult) -> tuple[str, list[tuple[str, str]]]:
    """Return a path with the identifiers in it as inputs, named after what stands before them, and their values."""
    segments: list[str] = []
    inputs: dict[str, str] = {}
    named: Counter[str] = Counter()
    before = ""
    for segment in url.path.split("/"):
        value = line(unquote(segment))
        if is_identifier(value):
            name = _input_name(before)
            named[name] += 1
            name = name if named[name] == 1 else f"{name}_{named[name]}"
            inputs[name] = value
            segments.append(f"{{{name}}}")
        else:
            before = segment
            segments.append(segment)
    return "/".join(segments) or "/", list(inputs.items())


def _input_name(before: str) -> str:
    name = _NO_NAME.sub("_", unquote(before)).strip("_")
    first, sign, last = name.rpartition("_")
    name = f"{first}{sign}{singular(last)}"
    return f"{name}_id" if name not in ("", "id") else "id"


def _title(pages: list[Any]) -> str:
    title = line(mapping(pages[0]).get("title")) if pages else ""
    return "" if "://" in title else title


def _host(address: str) -> str:
    return address.partition("://")[2]
