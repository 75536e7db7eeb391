"""An operation as a call, with a value for every required input, as its protocol asks for it.

Text in it is as the document has it but for what would change the request: a path is encoded, and no header can hold a
second one. What writes a call in a language quotes for that language.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote, urljoin

import msgspec

from engine.calls.body import Sent, body_of, chosen, not_sent_in, payload
from engine.calls.fitting import Judged, fitting
from engine.calls.given.records import NOTHING, Given
from engine.calls.graphql import document
from engine.calls.grpc import Messages
from engine.calls.parameters import Filled, filled, known, said
from engine.calls.records import Call, Fields, Origin
from engine.calls.sample import Sample
from engine.calls.source import Source
from engine.calls.values import placeholder, unnumbered
from engine.specs.describe import Resolve
from engine.specs.model import About, Body, Content, Operation, Parameter, Schema, SecurityScheme, Server
from engine.specs.workflow import called
from engine.text import clean_line

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_PATH_SAFE = "/%?:@!$&'()*+,;=~"
"""What may stand in a path as it is; brackets may not, because curl reads them as ranges."""
_ANY_HOST = "https://HOST/"
_YOUR_ENDPOINT = "https://YOUR_ENDPOINT"
_AUTHORITY = re.compile(r"(?:\w+://)?(\w[\w.-]*(?::\d+)?)/?", re.ASCII)
"""The address of a gRPC server, which can be no option of grpcurl."""
_PLAIN_SERVER = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[\w./-]*)?$", re.ASCII)
"""An address that is whole as it is, as most are."""
_JSON = "application/json"


_Place = Literal["query", "header", "cookie"]
_PLACES: dict[str, _Place] = {"query": "query", "querystring": "query", "header": "header", "cookie": "cookie"}
_Values = dict[str, Filled]


def call_of(source: Source, fields: Fields = "few", media_type: str = "", given: Given = NOTHING) -> Call:
    """Return the call of an operation; what only the caller knows is an upper-case placeholder in it.

    Args:
        source: The operation.
        fields: Which fields of a body that is JSON, a form or the like are sent.
        media_type: In which of its media types a body is sent over HTTP; empty for JSON before others. Others have no
            choice.
        given: What the user said; where that is anything, no optional input is sent that he did not ask for.

    Raises:
        NotFoundError: The body is not sent in that media type.
    """
    if not given.taken:
        return _call_of(source, fields, media_type, given)
    call = _call_of(source, "required" if fields == "few" else fields, media_type, given)
    return msgspec.structs.replace(call, given=_sent(given, call))


def _sent(given: Given, call: Call) -> dict[str, Any]:
    """Return what the user said and is sent, by the names that the sources have."""
    names = {(one.place, one.name): one for one in given.taken}
    told = {one.key: one.value for one in names.values()}
    told |= {one.name: one.value for one in reversed(names.values())}
    return {name: told[name] for name, origin in call.sources.items() if origin == "question"}


def _call_of(source: Source, fields: Fields, media_type: str, given: Given) -> Call:
    operation = source.operation
    if media_type and operation.protocol != "http":
        raise not_sent_in(media_type)
    match operation.protocol:
        case "graphql":
            posted = msgspec.structs.replace(source, operation=_posted(operation, source.about))
            sample = document(operation, source.resolve, given.at("argument"))
            return _http(posted, Sent(sample, "json", _JSON), NOTHING)
        case "grpc":
            return _grpc(source, given)
        case "message":
            return _message(source, fields, given)
        case "workflow":
            return _workflow(source, fields)
    return _http(source, body_of(source, fields, media_type, given.at("body")), given)


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


def _http(source: Source, body: Sent | None, given: Given) -> Call:
    operation, resolve = source.operation, source.resolve
    values: dict[_Place, _Values] = {"query": {}, "header": {}, "cookie": {}}
    asked = {place: given.at(place) for place in values}
    for parameter in operation.parameters:
        if place := _PLACES.get(parameter.location):
            if parameter.name in asked[place]:
                values[place][parameter.name] = said(parameter, asked[place][parameter.name])
            elif parameter.required:
                values[place][parameter.name] = filled(parameter, resolve)
    for place, name, value in _credentials(operation, source.about):
        before = values[place].get(name)
        if before is None or before.sources.get(name) != "default":  # `DEMO_KEY`, which the server takes
            values[place][name] = known(name, value, "placeholder", place)
    path = _path(operation, resolve, given.at("path"))
    server, base = _server(operation, source.about)
    names = {name.lower(): name for name in values["header"]}  # Credentials come last and decide.
    if body is not None:
        names.pop("content-type", None)
    if values["cookie"]:
        names.pop("cookie", None)
    header = {name: values["header"][name] for name in names.values()}
    apart = "/" if re.match(r"[\w{]", operation.path) else ""
    address = base + apart + _in_path(operation.path, path) if not operation.incoming else _YOUR_ENDPOINT
    return Call(
        transport="http",
        method=operation.method,
        url=_with_query(address, values["query"]),
        path=_texts(path),
        query=_query(values["query"]),
        headers=_headers(header, values["cookie"], body.header if body else ""),
        body=body.sample.value if body else None,
        body_kind=body.kind if body else "none",
        parts=body.parts if body else (),
        media_types=tuple(one.media_type for one in operation.body.content) if operation.body and body else (),
        sketch=body.sketch if body else "",
        sources=_sources(
            server=server,
            path=_origins(path),
            query=_origins(values["query"]),
            header=_origins(header),
            cookie=_origins(values["cookie"]),
            body=body.sample.sources if body else {},
        ),
    )


def _grpc(source: Source, given: Given) -> Call:
    operation = source.operation
    servers = operation.servers or source.about.servers
    address = _AUTHORITY.fullmatch(servers[0].url) if servers else None
    credentials = _credentials(operation, source.about)
    headers = {name: known(name, value, "placeholder", "header") for at, name, value in credentials if at == "header"}
    contents = operation.body.content if operation.body is not None else ()
    schema = contents[0].schema if contents else Schema()
    # A stream is sent as one message after the other.
    message = Messages(source.resolve, given.at("body")).sample(schema.items or schema)
    return Call(
        transport="grpc",
        method=operation.method,
        url=f"{address[1] if address else 'HOST:PORT'}/{unnumbered(operation.path).lstrip('/')}",
        headers=_headers(headers),
        body=message.value,
        body_kind="json",
        sources=_sources(header=_origins(headers), body=message.sources),
    )


def _message(source: Source, fields: Fields, given: Given) -> Call:
    operation, resolve = source.operation, source.resolve
    declared = {one.name: one for one in operation.parameters if one.location == "channel"}
    channel = unnumbered(operation.path)
    asked = given.at("channel")
    path = {name: _declared(name, declared, resolve, asked) for name in _PARAMETER.findall(channel)}
    headers = {
        one.name: filled(one, resolve) for one in operation.parameters if one.location == "header" and one.required
    }
    servers = operation.servers or source.about.servers
    content = chosen(operation.body.content) if operation.body is not None else None
    sample, sketch = (
        payload(source, content, fields, given.at("body")) if content is not None else Judged(Sample(None, {}))
    )
    as_text = content is not None and isinstance(sample.value, str) and "json" not in content.media_type
    return Call(
        transport="message",
        method=operation.method,
        url=servers[0].url if servers else "",
        channel=_PARAMETER.sub(lambda match: path[match[1]].value, channel),
        path=_texts(path),
        headers=_headers(headers),
        body=sample.value,
        body_kind="none" if content is None else "text" if as_text else "json",
        sketch=sketch,
        sources=_sources(channel=_origins(path), header=_origins(headers), body=sample.sources),
    )


def _workflow(source: Source, fields: Fields) -> Call:
    """Return the calls of a workflow by name, and its inputs as an object."""
    operation = source.operation
    steps = operation.workflow.steps if operation.workflow else ()
    refs = source.targets or ("",) * len(steps)
    inputs = Schema(
        type="object",
        properties={one.name: one.schema for one in operation.parameters},
        required=tuple(one.name for one in operation.parameters if one.required),
    )
    judged = fitting(inputs, source.resolve, fields=fields) if operation.parameters else Judged(Sample(None, {}))
    return Call(
        transport="workflow",
        method=operation.method,
        url="",
        steps=tuple((called(step), ref) for step, ref in zip(steps, refs, strict=True)),
        body=judged.sample.value,
        body_kind="json" if operation.parameters else "none",
        sketch=judged.sketch,
        sources=judged.sample.sources,
    )


def _texts(values: _Values) -> dict[str, str]:
    return {name: value.value for name, value in values.items()}


def _query(values: _Values) -> dict[str, str | tuple[str, ...]]:
    """Return the query by names, each with its value, or with all of them."""
    found: dict[str, tuple[str, ...]] = {}
    for value in values.values():
        for pair in value.pairs:
            found[pair.name] = (*found.get(pair.name, ()), pair.value)
    return {name: texts if len(texts) > 1 else texts[0] for name, texts in found.items()}


def _origins(values: _Values) -> dict[str, Origin]:
    return {name: origin for value in values.values() for name, origin in value.sources.items()}


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
        headers["Cookie"] = "; ".join(pair.text for value in cookies.values() for pair in value.pairs)
    if content_type:
        headers["Content-Type"] = content_type
    return {clean_line(name): clean_line(value) for name, value in headers.items()}


def _path(operation: Operation, resolve: Resolve, asked: Mapping[str, Any]) -> _Values:
    """Return what is sent for each parameter of a path, declared or not, as far as the path is sent."""
    declared = {one.name: one for one in operation.parameters if one.location == "path"}
    return {
        name: _declared(name, declared, resolve, asked) for _, name in _segments(operation.path) if name is not None
    }


def _declared(name: str, declared: Mapping[str, Parameter], resolve: Resolve, asked: Mapping[str, Any]) -> Filled:
    if name in asked:
        return said(declared.get(name) or Parameter(name=name, location="path"), asked[name])
    if name in declared:
        return filled(declared[name], resolve)
    return known(name, placeholder(name), "placeholder", "path")


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


def _in_path(path: str, values: _Values) -> str:
    """Return a path with its parameters filled in, encoded."""
    return "".join(
        quote(literal, safe=_PATH_SAFE) + ("" if name is None else "".join(pair.text for pair in values[name].pairs))
        for literal, name in _segments(path)
    )


def _with_query(url: str, query: _Values) -> str:
    sent = "&".join(pair.text for value in query.values() for pair in value.pairs)
    return f"{url}{'&' if '?' in url else '?'}{sent}" if sent else url


def _server(operation: Operation, about: About) -> tuple[dict[str, Origin], str]:
    """Return where what stands in the server's address for its variables comes from, and that address."""
    servers = operation.servers or about.servers
    if operation.incoming or not servers:
        return {}, _ANY_HOST.rstrip("/")
    base = _base(servers)
    origins: dict[str, Origin] = dict.fromkeys(servers[0].variables, "default")
    origins |= dict.fromkeys(_PARAMETER.findall(base), "placeholder")
    return origins, _PARAMETER.sub(lambda match: placeholder(match[1]), base).rstrip("/")


def _base(servers: Sequence[Server]) -> str:
    if _PLAIN_SERVER.match(servers[0].url):
        return servers[0].url
    try:
        base = urljoin(_ANY_HOST, servers[0].url)
    except ValueError:  # brackets that hold no IPv6 address
        return _ANY_HOST
    return base if base.startswith(("http://", "https://")) else _ANY_HOST


def _credentials(operation: Operation, about: About) -> Iterator[tuple[_Place, str, str]]:
    """Return location, name and value of what the first alternative that needs credentials needs."""
    schemes = {scheme.name: scheme for scheme in about.security_schemes}
    for grant in next((alternative for alternative in operation.security if alternative), ()):
        scheme = schemes.get(grant.scheme)
        if scheme is None:
            continue
        if scheme.type == "apiKey" and (place := _PLACES.get(scheme.location)):
            yield place, scheme.parameter, placeholder(scheme.parameter)
        elif scheme.type in ("http", "oauth2", "openIdConnect"):
            yield "header", "Authorization", _authorization(scheme)


def _authorization(scheme: SecurityScheme) -> str:
    kind = scheme.scheme.lower() if scheme.type == "http" else "bearer"
    if kind == "basic":
        return "Basic BASE64_OF_USER_COLON_PASSWORD"
    return "Bearer TOKEN" if kind in ("", "bearer") else f"{kind.capitalize()} CREDENTIALS"
