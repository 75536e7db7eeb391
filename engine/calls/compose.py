"""An operation as a call, with a value for every required input, as its protocol asks for it.

Text in it is as the document has it but for what would change the request: a path is encoded, and no header can hold a
second one. What writes a call in a language quotes for that language.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urljoin

import msgspec

from engine.calls.body import Sent, body_of, payload
from engine.calls.graphql import document
from engine.calls.grpc import Messages
from engine.calls.records import Call, Origin
from engine.calls.sample import Sample, given
from engine.calls.source import Source
from engine.calls.values import placeholder, unnumbered
from engine.specs.describe import Resolve, merged
from engine.specs.model import About, Body, Content, Operation, Parameter, Schema, SecurityScheme, Server, written
from engine.text import clean_line

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_PATH_SAFE = "/%?:@!$&'()*+,;=~"
"""What may stand in a path as it is; brackets may not, because curl reads them as ranges."""
_ANY_HOST = "https://HOST/"
_YOUR_ENDPOINT = "https://YOUR_ENDPOINT"
_AUTHORITY = re.compile(r"(?:\w+://)?(\w[\w.-]*(?::\d+)?)/?", re.ASCII)
"""The address of a gRPC server, which can be no option of grpcurl."""
_JSON = "application/json"


class _Value(NamedTuple):
    """What is sent for a parameter."""

    text: str
    origin: Origin


_Values = dict[str, _Value]


def call_of(source: Source) -> Call:
    """Return the call of an operation; what only the caller knows is an upper-case placeholder in it."""
    operation = source.operation
    match operation.protocol:
        case "graphql":
            posted = msgspec.structs.replace(source, operation=_posted(operation, source.about))
            sample = document(operation, source.resolve)
            return _http(posted, Sent(sample, "json", _JSON))
        case "grpc":
            return _grpc(source)
        case "message":
            return _message(source)
    return _http(source, body_of(source))


def _posted(operation: Operation, about: About) -> Operation:
    """Return the HTTP operation that sends a GraphQL one."""
    events = Parameter(name="Accept", location="header", required=True, example="text/event-stream")
    return Operation(
        method="POST",
        path="" if operation.servers or about.servers else "/graphql",
        pointer=operation.pointer,
        parameters=(events,) if operation.method == "Subscription" else (),
        security=operation.security,
        servers=operation.servers,
        body=Body(content=(Content(media_type=_JSON),)),
    )


def _http(source: Source, body: Sent | None) -> Call:
    operation, resolve = source.operation, source.resolve
    values: dict[str, _Values] = {"query": {}, "header": {}, "cookie": {}}
    for parameter in operation.parameters:
        if parameter.required and parameter.location in values:
            values[parameter.location][parameter.name] = _value(parameter, resolve)
    for location, name, value in _credentials(operation, source.about):
        values[location][name] = value
    path = _path(operation, resolve)
    server, base = _server(operation, source.about)
    query = _texts(values["query"])
    names = {name.lower(): name for name in values["header"]}  # Credentials come last and decide.
    if body is not None:
        names.pop("content-type", None)
    if values["cookie"]:
        names.pop("cookie", None)
    header = {name: values["header"][name] for name in names.values()}
    return Call(
        transport="http",
        method=operation.method,
        url=_with_query(base + _filled(operation.path, path) if not operation.incoming else _YOUR_ENDPOINT, query),
        path=_texts(path),
        query=query,
        headers=_headers(header, values["cookie"], body.header if body else ""),
        body=body.sample.value if body else None,
        body_kind=body.kind if body else "none",
        parts=body.parts if body else (),
        sources=_sources(
            server=_origins(server),
            path=_origins(path),
            query=_origins(values["query"]),
            header=_origins(header),
            cookie=_origins(values["cookie"]),
            body=body.sample.sources if body else {},
        ),
    )


def _grpc(source: Source) -> Call:
    operation = source.operation
    servers = operation.servers or source.about.servers
    address = _AUTHORITY.fullmatch(servers[0].url) if servers else None
    credentials = _credentials(operation, source.about)
    headers = {name: value for location, name, value in credentials if location == "header"}
    contents = operation.body.content if operation.body is not None else ()
    schema = contents[0].schema if contents else Schema()
    # A stream is sent as one message after the other.
    message = Messages(source.resolve).sample(schema.items or schema)
    return Call(
        transport="grpc",
        method=operation.method,
        url=f"{address[1] if address else 'HOST:PORT'}/{unnumbered(operation.path).lstrip('/')}",
        headers=_headers(headers),
        body=message.value,
        body_kind="json",
        sources=_sources(header=_origins(headers), body=message.sources),
    )


def _message(source: Source) -> Call:
    operation, resolve = source.operation, source.resolve
    declared = {one.name: one for one in operation.parameters if one.location == "channel"}
    channel = unnumbered(operation.path)
    path = {name: _declared(name, declared, resolve) for name in _PARAMETER.findall(channel)}
    headers = {
        one.name: _value(one, resolve) for one in operation.parameters if one.location == "header" and one.required
    }
    servers = operation.servers or source.about.servers
    content = operation.body.content[0] if operation.body is not None and operation.body.content else None
    sample = payload(source, content) if content is not None else Sample(None, {})
    as_text = content is not None and isinstance(sample.value, str) and "json" not in content.media_type
    return Call(
        transport="message",
        method=operation.method,
        url=servers[0].url if servers else "",
        channel=_PARAMETER.sub(lambda match: path[match[1]].text, channel),
        path=_texts(path),
        headers=_headers(headers),
        body=sample.value,
        body_kind="none" if content is None else "text" if as_text else "json",
        sources=_sources(channel=_origins(path), header=_origins(headers), body=sample.sources),
    )


def _texts(values: _Values) -> dict[str, str]:
    return {name: value.text for name, value in values.items()}


def _origins(values: _Values) -> dict[str, Origin]:
    return {name: value.origin for name, value in values.items()}


def _sources(**places: dict[str, Origin]) -> dict[str, Origin]:
    """Return where each value comes from; a name that another place has before is told with its own."""
    told: dict[str, Origin] = {}
    for place, origins in places.items():
        for name, origin in origins.items():
            key = name or place
            told[f"{place}.{key}" if key in told else key] = origin
    return told


def _headers(values: _Values, cookies: _Values | None = None, content_type: str = "") -> dict[str, str]:
    """Return the headers of a request, each on one line."""
    headers = _texts(values)
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value.text}" for name, value in cookies.items())
    if content_type:
        headers["Content-Type"] = content_type
    return {clean_line(name): clean_line(value) for name, value in headers.items()}


def _path(operation: Operation, resolve: Resolve) -> _Values:
    """Return what is sent for each parameter of a path, declared or not, as far as the path is sent."""
    declared = {one.name: one for one in operation.parameters if one.location == "path"}
    return {name: _declared(name, declared, resolve) for _, name in _segments(operation.path) if name is not None}


def _declared(name: str, declared: Mapping[str, Parameter], resolve: Resolve) -> _Value:
    return _value(declared[name], resolve) if name in declared else _Value(placeholder(name), "placeholder")


def _segments(path: str) -> Iterator[tuple[str, str | None]]:
    """Yield each literal of a path with the name of the parameter behind it; None at the end.

    What follows `#` is a fragment, or tells it from another operation with the same path; neither is sent.
    """
    parts = _PARAMETER.split(path)  # literal, name, literal, name, …, literal
    for literal, name in zip(parts[::2], [*parts[1::2], None], strict=True):
        before, mark, _ = literal.partition("#")
        yield before, None if mark else name
        if mark:
            break


def _filled(path: str, values: _Values) -> str:
    """Return a path with its parameters filled in, encoded."""
    return "".join(
        quote(literal, safe=_PATH_SAFE) + ("" if name is None else quote(values[name].text, safe=""))
        for literal, name in _segments(path)
    )


def _with_query(url: str, query: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query, quote_via=quote)}" if query else url


def _server(operation: Operation, about: About) -> tuple[_Values, str]:
    """Return what stands in the server's address for its variables, and that address."""
    servers = operation.servers or about.servers
    if operation.incoming or not servers:
        return {}, _ANY_HOST.rstrip("/")
    variables = {name: _Value(variable.default, "default") for name, variable in servers[0].variables.items()}
    base = _base(servers)
    open_ = {name: _Value(placeholder(name), "placeholder") for name in _PARAMETER.findall(base)}
    return variables | open_, _PARAMETER.sub(lambda match: open_[match[1]].text, base).rstrip("/")


def _base(servers: Sequence[Server]) -> str:
    try:
        base = urljoin(_ANY_HOST, servers[0].url)
    except ValueError:  # brackets that hold no IPv6 address
        return _ANY_HOST
    return base if base.startswith(("http://", "https://")) else _ANY_HOST


def _value(parameter: Parameter, resolve: Resolve) -> _Value:
    node = merged(parameter.schema, resolve)
    own: tuple[Any, Origin] = (parameter.example, "example")
    for value, origin in (own, *given(node)):
        if isinstance(value, str | int | float) and value != "":
            return _Value(written(value), origin)
    return _Value("true", "type") if node.type == "boolean" else _Value(placeholder(parameter.name), "placeholder")


def _credentials(operation: Operation, about: About) -> Iterator[tuple[str, str, _Value]]:
    """Return location, name and value of what the first alternative that needs credentials needs."""
    schemes = {scheme.name: scheme for scheme in about.security_schemes}
    for grant in next((alternative for alternative in operation.security if alternative), ()):
        scheme = schemes.get(grant.scheme)
        if scheme is None:
            continue
        if scheme.type == "apiKey" and scheme.location in ("query", "header", "cookie"):
            yield scheme.location, scheme.parameter, _Value(placeholder(scheme.parameter), "placeholder")
        elif scheme.type in ("http", "oauth2", "openIdConnect"):
            yield "header", "Authorization", _Value(_authorization(scheme), "placeholder")


def _authorization(scheme: SecurityScheme) -> str:
    kind = scheme.scheme.lower() if scheme.type == "http" else "bearer"
    if kind == "basic":
        return "Basic BASE64_OF_USER_COLON_PASSWORD"
    return "Bearer TOKEN" if kind in ("", "bearer") else f"{kind.capitalize()} CREDENTIALS"
