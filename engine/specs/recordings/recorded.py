"""What readers of recorded requests share: from values that were sent to the records that describe them.

Everything here takes values that `engine.specs.recordings.redact` has been through.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from engine.secrets.names import is_secret_name
from engine.secrets.redact import REDACTED, is_placeholder
from engine.specs.limits import Budget
from engine.specs.model import AS_SENT, Content, Grant, Location, Operation, Parameter, Schema, SecurityScheme, Server
from engine.specs.nodes import embedded
from engine.specs.recordings.infer import example, infer, typed
from engine.text import clean_line

METHOD = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}")
"""Methods that HTTP knows, and what may stand in a shell as it is."""
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

_MAX_EXAMPLE = 65_536
"""Characters of a text that is shown as the example of a body, and of JSON that is sent whole; the largest request of
the recordings that this was tried with has 20,000."""
_MAX_NAME = 80
"""Characters of a request's name in an operation's key."""
_NO_NAME = re.compile(r"[\s{}#]+")
"""What would be taken for a part of the path, or for its end."""
_MAX_SERVERS = 20
"""Servers that a recording lists; one of a browser meets hundreds that are not the API."""
_PAGES = ("text/html", "text/css", "javascript")
"""Kinds of bodies of which an example says nothing about an API."""
_BINARY = re.compile(
    r"(?:image|video|audio|font)/|application/(?:octet-stream|pdf|zip|gzip|wasm|grpc|x-protobuf|vnd\.openxml)"
)
_CREDENTIAL = re.compile(r"api-?key|(?:api|auth|access)-?token|(?:access|auth|subscription)-?key|^x-.*-key$|^token$")
_HEADER_NOISE = frozenset(
    "accept-encoding accept-language accept-ranges access-control-allow-credentials access-control-allow-headers"
    " access-control-allow-methods access-control-allow-origin access-control-expose-headers access-control-max-age"
    " access-control-request-headers access-control-request-method age alt-svc cache-control cf-cache-status cf-ray"
    " connection content-encoding content-length content-security-policy content-type cookie cross-origin-opener-policy"
    " cross-origin-resource-policy date dnt expect-ct expires host if-modified-since if-none-match keep-alive"
    " last-modified nel origin permissions-policy postman-token pragma priority proxy-connection referer"
    " referrer-policy report-to reporting-endpoints server server-timing set-cookie strict-transport-security te"
    " transfer-encoding upgrade-insecure-requests user-agent vary via x-content-type-options x-dns-prefetch-control"
    " x-download-options x-frame-options x-permitted-cross-domain-policies x-powered-by x-xss-protection".split()
)
"""Headers that browsers, servers and proxies add to every message; they are of no API in particular."""


class Field(NamedTuple):
    """One name of a query, a form, a path or the headers, with the values that were seen under it."""

    name: str
    values: tuple[str, ...] = ()
    required: bool = False
    description: str = ""
    is_file: bool = False
    together: tuple[str, ...] = ()
    """Values that came in one message, where the name was repeated there."""


def parameter(field: Field, location: Location, budget: Budget) -> Parameter:
    """Return the parameter that a field is; secrets and placeholders give it no example."""
    return Parameter(
        name=field.name,
        location=location,
        required=field.required or location == "path",
        description=field.description,
        schema=_schema(field, budget),
    )


def _schema(field: Field, budget: Budget) -> Schema:
    telling = [value for value in field.values if value and REDACTED not in value and not is_placeholder(value)]
    if field.is_file or not telling or is_secret_name(field.name):
        return Schema(type="string", format="binary" if field.is_file else "")
    schema = infer(typed(telling), budget)
    if not field.together:
        return schema
    example = typed(field.together) if all(value in telling for value in field.together) else None
    return Schema(type="array", items=schema, example=example)


def form(media_type: str, fields: Sequence[Field], budget: Budget) -> Content:
    """Return a form as a body: an object with a property for each field, and the required ones as example."""
    schemas = {field.name: _schema(field, budget) for field in fields}
    shown = [field for field in fields if field.required] or fields
    return Content(
        media_type=media_type,
        schema=Schema(
            type="object",
            properties={
                field.name: msgspec.structs.replace(schemas[field.name], description=field.description)
                for field in fields
            },
            required=tuple(field.name for field in fields if field.required),
        ),
        example={field.name: _shown(field) for field in shown} or None,
    )


def _shown(field: Field) -> Any:
    if field.together and not field.is_file:
        return typed(field.together)
    return "" if field.is_file else next(iter(field.values), "")


def merged_fields(recordings: Sequence[Sequence[tuple[str, str]]]) -> list[Field]:
    """Return the fields of several recordings of one request; required is what all of them have."""
    values: dict[str, list[str]] = {}
    together: dict[str, tuple[str, ...]] = {}
    seen: Counter[str] = Counter()
    for pairs in recordings:
        own: dict[str, list[str]] = {}
        for name, value in pairs:
            values.setdefault(name, []).append(value)
            own.setdefault(name, []).append(value)
        seen.update(own.keys())
        for name, repeated in own.items():
            if len(repeated) > 1:
                together.setdefault(name, tuple(repeated))
    return [
        Field(name, tuple(found), required=seen[name] == len(recordings), together=together.get(name, ()))
        for name, found in values.items()
        if name
    ]


def query_pairs(query: str) -> list[tuple[str, str]]:
    """Return the names and values of a query, or of a form that is encoded like one."""
    return [(clean_line(name), clean_line(value)) for name, value in parse_qsl(query, keep_blank_values=True)]


def is_noise(header: str, value: str) -> bool:
    """Return whether a header says nothing about the API: a browser's, a proxy's, or one that HTTP itself handles."""
    name = header.lower()
    if name == "accept":
        return "vnd." not in value
    return not name or name in _HEADER_NOISE or name.startswith((":", "sec-", "proxy-", "x-forwarded-"))


def media_type(header: str) -> str:
    """Return the media type of a Content-Type header, without its parameters."""
    return clean_line(header.partition(";")[0]).lower()


def content(kind: str, texts: Sequence[str], budget: Budget, *, whole: bool = False) -> Content:
    """Return a body from the texts that were seen of it: the schema that fits all, the first one as example.

    Args:
        kind: Media type; empty where it is not known.
        texts: At least one.
        budget: Spent for each value in them.
        whole: Keep JSON of up to `_MAX_EXAMPLE` characters as it was sent, not a part of it to show.
    """
    if _BINARY.match(kind):
        return Content(kind, Schema(type="string", format="binary"))
    values = [value for text in texts if (value := _decoded(kind, text)) is not None]
    if values:
        is_kept = whole and len(texts[0]) <= _MAX_EXAMPLE and _decoded(kind, texts[0]) is not None
        shown = values[0] if is_kept else example(values[0])
        return Content(kind or "application/json", infer(values, budget), shown)
    is_shown = len(texts[0]) <= _MAX_EXAMPLE and not any(page in kind for page in _PAGES)
    schema = Schema(type="string", format=AS_SENT if "json" in kind else "")
    return Content(kind or "text/plain", schema, texts[0] if is_shown else None)


def _decoded(kind: str, text: str) -> Any:
    return embedded(text) if "json" in kind or text.lstrip()[:1] in ("{", "[") else None


def credential(location: Location, name: str, value: str) -> SecurityScheme | None:
    """Return the scheme by which a header or query parameter proves who the client is; None where it does not."""
    low = name.lower().replace("_", "-")
    if location == "header" and low == "authorization":
        scheme, _, rest = value.partition(" ")
        if rest and METHOD.fullmatch(scheme):
            return SecurityScheme(scheme.lower(), "http", scheme.lower())
    elif not (_CREDENTIAL.search(low) and is_secret_name(name)):
        return None
    return SecurityScheme(name, "apiKey", location=location, parameter=name)


class Schemes:
    """The security schemes of one document, each under a name of its own."""

    def __init__(self) -> None:
        self._known: dict[bytes, SecurityScheme] = {}
        self._named: Counter[str] = Counter()

    def grant(self, scheme: SecurityScheme) -> Grant:
        """Return the need for a scheme, which is kept; another one of the same name gets a number."""
        known = self._known.get(key := msgspec.msgpack.encode(scheme))
        if known is None:
            self._named[scheme.name] += 1
            number = self._named[scheme.name]
            known = msgspec.structs.replace(scheme, name=scheme.name if number == 1 else f"{scheme.name} {number}")
            self._known[key] = known
        return Grant(known.name)

    def all(self) -> tuple[SecurityScheme, ...]:
        """Return the schemes in the order in which they were met."""
        return tuple(self._known.values())


class Keys:
    """Keeps the keys of operations apart: the second request of a method and path is told by its name."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: Counter[str] = Counter()

    def path(self, method: str, path: str, name: str) -> str:
        """Return the path, with `#` and the name, or a number, behind it where it is taken."""
        name = _NO_NAME.sub("-", name)[:_MAX_NAME].strip("-")
        for free in (path, f"{path}#{name}" if name else path):
            if self._is_new(method, free):
                return free
        prefix = f"{path}#{name}-" if name else f"{path}#"
        number = max(self._next[f"{method} {prefix}"], 2)
        while not self._is_new(method, f"{prefix}{number}"):
            number += 1
        self._next[f"{method} {prefix}"] = number + 1
        return f"{prefix}{number}"

    def _is_new(self, method: str, path: str) -> bool:
        before = len(self._taken)
        self._taken.add(f"{method} {path}")
        return len(self._taken) > before


def placed(operations: Iterable[tuple[Operation, Server | None]]) -> tuple[tuple[Server, ...], tuple[Operation, ...]]:
    """Return the servers, the one of most operations first, and the operations; those of another one name it."""
    pairs = list(operations)
    count = Counter(server.url for _, server in pairs if server)
    by_url = {server.url: server for _, server in reversed(pairs) if server}
    servers = tuple(by_url[url] for url, _ in count.most_common(_MAX_SERVERS))
    return servers, tuple(
        msgspec.structs.replace(operation, servers=(server,)) if server and server.url != servers[0].url else operation
        for operation, server in pairs
    )
