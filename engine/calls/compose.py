"""A request that works: the command that sends it, as the operation's protocol asks for it.

Whatever the spec says, the command does no more than send this request: all words are quoted for the shell, nothing
from the spec can name a file to read, and no header can hold a second one.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urljoin

import msgspec

from engine.calls.graphql import document
from engine.calls.grpc import message
from engine.calls.values import placeholder, unnumbered, written
from engine.specs.describe import Resolve, merged, sample
from engine.specs.model import About, Body, Content, Operation, Parameter, Schema, SecurityScheme, Server
from engine.text import clean_line

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_PATH_SAFE = "/%?:@!$&'()*+,;=~"
"""What may stand in a path as it is; brackets may not, because curl reads them as ranges."""
_JOINT = " \\\n  "
_ANY_HOST = "https://HOST/"
_YOUR_ENDPOINT = "https://YOUR_ENDPOINT"
_AUTHORITY = re.compile(r"(?:\w+://)?(\w[\w.-]*(?::\d+)?)/?", re.ASCII)
"""The address of a gRPC server, which can be no option of grpcurl."""


def request(operation: Operation, about: About, resolve: Resolve, example: Callable[[str], Any]) -> str:
    """Return the request for an operation as a shell command; what only the caller knows is an upper-case placeholder.

    That is curl for HTTP, GraphQL and calls that the client gets, grpcurl for gRPC. No client is common to all brokers,
    so for a message it prints the message, below a comment that says where it goes.

    Args:
        operation: What to call.
        about: Its spec: servers and security schemes.
        resolve: Gives the schema at a JSON pointer.
        example: Gives the shared example at a JSON pointer.
    """
    match operation.protocol:
        case "graphql":
            return curl(_posted(operation, about, resolve), about, resolve, example)
        case "grpc":
            return _grpcurl(operation, about, resolve)
        case "message":
            return _message(operation, about, resolve, example)
    return curl(operation, about, resolve, example)


def curl(operation: Operation, about: About, resolve: Resolve, example: Callable[[str], Any]) -> str:
    """Return a curl command with every required input; see `request`."""
    given: dict[str, dict[str, str]] = {"query": {}, "header": {}, "cookie": {}}
    for parameter in operation.parameters:
        if parameter.required and parameter.location in given:
            given[parameter.location][parameter.name] = _value(parameter, resolve)
    for location, name, value in _credentials(operation, about):
        given[location][name] = value
    if cookies := given["cookie"]:
        given["header"]["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    content = operation.body.content[0] if operation.body is not None and operation.body.content else None
    words = ["curl"]
    if operation.method == "HEAD":
        words.append("--head")
    elif operation.method != "GET" or content is not None:
        words += ["-X", shlex.quote(operation.method)]
    words.append(shlex.quote(_url(operation, about, resolve, given["query"])))
    lines = [" ".join(words)]
    headers = {name.lower(): _header(name, value) for name, value in given["header"].items()}
    if content is not None:
        headers.pop("content-type", None)
    lines += [f"-H {shlex.quote(header)}" for header in headers.values()]
    if content is not None:
        value = _payload(operation, content, resolve, example)
        lines += [f"{option} {shlex.quote(word)}" for option, word in _body(content, value, resolve)]
    return _JOINT.join(lines)


def _posted(operation: Operation, about: About, resolve: Resolve) -> Operation:
    """Return the HTTP operation that sends a GraphQL one."""
    body = Body(content=(Content(media_type="application/json", example=document(operation, resolve)),))
    events = Parameter(name="Accept", location="header", required=True, example="text/event-stream")
    return Operation(
        method="POST",
        path="" if operation.servers or about.servers else "/graphql",
        pointer=operation.pointer,
        parameters=(events,) if operation.method == "Subscription" else (),
        security=operation.security,
        servers=operation.servers,
        body=body,
    )


def _grpcurl(operation: Operation, about: About, resolve: Resolve) -> str:
    servers = operation.servers or about.servers
    address = _AUTHORITY.fullmatch(servers[0].url) if servers else None
    lines = ["grpcurl"]
    for location, name, value in _credentials(operation, about):
        if location == "header":
            lines.append(f"-H {shlex.quote(_header(name, value))}")
    contents = operation.body.content if operation.body is not None else ()
    sent = contents[0].schema if contents else Schema()
    value = message(sent.items or sent, resolve)  # A stream is sent as one message after the other.
    lines += [
        f"-d {shlex.quote(_json(value))}",
        f"{address[1] if address else 'HOST:PORT'} {shlex.quote(unnumbered(operation.path).lstrip('/'))}",
    ]
    return _JOINT.join(lines)


def _message(operation: Operation, about: About, resolve: Resolve, example: Callable[[str], Any]) -> str:
    parameters = {one.name: one for one in operation.parameters if one.location == "channel"}
    channel = _PARAMETER.sub(
        lambda match: _value(parameters[match[1]], resolve) if match[1] in parameters else placeholder(match[1]),
        unnumbered(operation.path),
    )
    servers = operation.servers or about.servers
    # Quoted, because not every shell takes what follows `#` for a comment.
    words = [shlex.quote(clean_line(operation.method)), shlex.quote(clean_line(channel))]
    words += ["on", shlex.quote(clean_line(servers[0].url))] if servers else []
    headers = [one for one in operation.parameters if one.location == "header" and one.required]
    said = [f"{one.name}: {_value(one, resolve)}" for one in headers]
    lines = [f"# {' '.join(words)}", *(f"# {shlex.quote(clean_line(header))}" for header in said)]
    if operation.body is not None and operation.body.content:
        content = operation.body.content[0]
        value = _payload(operation, content, resolve, example)
        as_text = isinstance(value, str) and "json" not in content.media_type
        lines.append(f"printf '%s\\n' {shlex.quote(value if as_text else _json(value))}")
    return "\n".join(lines)


def _header(name: str, value: str) -> str:
    """Return a header on one line; curl would take one that begins with `@` for the name of a file of headers."""
    return clean_line(f"{name}: {value}").lstrip("@")


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _url(operation: Operation, about: About, resolve: Resolve, query: dict[str, str]) -> str:
    if operation.incoming:
        return f"{_YOUR_ENDPOINT}?{urlencode(query, quote_via=quote)}" if query else _YOUR_ENDPOINT
    base = _base(operation.servers or about.servers)
    base = _PARAMETER.sub(lambda match: placeholder(match[1]), base)
    parameters = {parameter.name: parameter for parameter in operation.parameters if parameter.location == "path"}

    def fill(name: str) -> str:
        return _value(parameters[name], resolve) if name in parameters else placeholder(name)

    path = ""
    for index, part in enumerate(_PARAMETER.split(operation.path)):  # literal, name, literal, name, …, literal
        if index % 2:
            path += quote(fill(part), safe="")
            continue
        literal, mark, _ = part.partition("#")
        path += quote(literal, safe=_PATH_SAFE)
        if mark:  # A fragment, or what tells it from another operation with the same path; neither is sent.
            break
    url = base.rstrip("/") + path
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query, quote_via=quote)}" if query else url


def _base(servers: Sequence[Server]) -> str:
    try:
        base = urljoin(_ANY_HOST, servers[0].url) if servers else _ANY_HOST
    except ValueError:  # brackets that hold no IPv6 address
        return _ANY_HOST
    return base if base.startswith(("http://", "https://")) else _ANY_HOST


def _value(parameter: Parameter, resolve: Resolve) -> str:
    node = merged(parameter.schema, resolve)
    for given in (parameter.example, node.example, node.default, *node.enum[:1]):
        if isinstance(given, str | int | float) and given != "":
            return written(given)
    return "true" if node.type == "boolean" else placeholder(parameter.name)


def _credentials(operation: Operation, about: About) -> Iterator[tuple[str, str, str]]:
    """Return location, name and value of what the first alternative that needs credentials needs."""
    schemes = {scheme.name: scheme for scheme in about.security_schemes}
    for grant in next((alternative for alternative in operation.security if alternative), ()):
        scheme = schemes.get(grant.scheme)
        if scheme is None:
            continue
        if scheme.type == "apiKey" and scheme.location in ("query", "header", "cookie"):
            yield scheme.location, scheme.parameter, placeholder(scheme.parameter)
        elif scheme.type in ("http", "oauth2", "openIdConnect"):
            yield "header", "Authorization", _authorization(scheme)


def _authorization(scheme: SecurityScheme) -> str:
    kind = scheme.scheme.lower() if scheme.type == "http" else "bearer"
    if kind == "basic":
        return "Basic BASE64_OF_USER_COLON_PASSWORD"
    return "Bearer TOKEN" if kind in ("", "bearer") else f"{kind.capitalize()} CREDENTIALS"


def _body(content: Content, value: Any, resolve: Resolve) -> Iterator[tuple[str, str]]:
    """Return the options of curl that send a body, with their values."""
    kind = content.media_type.partition(";")[0].strip().lower()
    node = merged(content.schema, resolve)
    if kind == "multipart/form-data":  # curl sets the header, which holds the boundary
        yield from _multipart(node, value, resolve)
        return
    kind_known = "*" not in kind and kind
    yield "-H", clean_line(f"Content-Type: {content.media_type if kind_known else 'application/json'}")
    if kind == "application/x-www-form-urlencoded" and isinstance(value, dict):
        yield "-d", urlencode(list(_pairs("", value)))
    elif isinstance(value, str) and node.format != "binary" and (node.type != "string" or "json" not in kind):
        yield "--data-raw", value
    elif "json" in kind or not kind_known:
        yield "-d", _json(value)
    else:
        yield "--data-binary", "@FILE"


def _payload(operation: Operation, content: Content, resolve: Resolve, example: Callable[[str], Any]) -> Any:
    """Return the example of a body, or a value that fits its schema, without what only the other side sets."""
    if content.example is not None:
        return content.example
    if content.example_ref and (shared := example(content.example_ref)) is not None:
        return shared
    value = sample(content.schema, resolve)
    if not isinstance(value, dict):
        return value
    children = {name: merged(child, resolve) for name, child in merged(content.schema, resolve).properties.items()}
    fixed = {name for name, child in children.items() if (child.write_only if operation.incoming else child.read_only)}
    return {name: item for name, item in value.items() if name not in fixed}


def _pairs(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    """Return the fields of a form, nested ones as `card[number]` and `items[]`."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _pairs(f"{prefix}[{name}]" if prefix else name, item)
    elif isinstance(value, list):
        for item in value:
            yield from _pairs(f"{prefix}[]", item)
    else:
        yield prefix, written(value)


def _multipart(node: Schema, value: Any, resolve: Resolve) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield "-F", "file=@FILE"
        return
    for name, item in value.items():
        is_file = merged(node.properties.get(name, Schema()), resolve).format == "binary"
        # `-F` reads files, and takes the first `=` for the end of the name; `--form-string` takes all as it is.
        yield ("-F", f"{name}=@FILE") if is_file and "=" not in name else ("--form-string", f"{name}={written(item)}")
