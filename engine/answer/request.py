"""A request that works: the curl command for an operation.

Whatever the spec says, the command does no more than send this request: all words are quoted for the shell, nothing
from the spec can name a file for curl to read, and no header can hold a second one.
"""

import re
import shlex
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode, urljoin

import msgspec

from engine.answer.values import written
from engine.specs.describe import Resolve, merged, sample
from engine.specs.model import About, Content, Operation, Parameter, Schema, SecurityScheme
from engine.text import clean_line

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_PATH_SAFE = "/%?:@!$&'()*+,;=~"
"""What may stand in a path as it is; brackets may not, because curl reads them as ranges."""
_ANY_HOST = "https://HOST/"


def curl(operation: Operation, about: About, resolve: Resolve, example: Callable[[str], Any]) -> str:
    """Return a curl command with every required input; what only the caller knows is an upper-case placeholder.

    Args:
        operation: What to call.
        about: Its spec: servers and security schemes.
        resolve: Gives the schema at a JSON pointer.
        example: Gives the shared example at a JSON pointer.
    """
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
        words += ["-X", operation.method]
    words.append(shlex.quote(_url(operation, about, resolve, given["query"])))
    lines = [" ".join(words)]
    headers = {name.lower(): clean_line(f"{name}: {value}") for name, value in given["header"].items()}
    if content is not None:
        headers.pop("content-type", None)
    lines += [f"-H {shlex.quote(header)}" for header in headers.values()]
    if content is not None:
        lines += [f"{option} {shlex.quote(value)}" for option, value in _body(content, resolve, example)]
    return " \\\n  ".join(lines)


def placeholder(name: str) -> str:
    """Return the placeholder for an input: `issue_number` → `ISSUE_NUMBER`."""
    return re.sub(r"\W+", "_", name).strip("_").upper() or "VALUE"


def _url(operation: Operation, about: About, resolve: Resolve, query: dict[str, str]) -> str:
    servers = operation.servers or about.servers
    base = urljoin(_ANY_HOST, servers[0].url) if servers else _ANY_HOST
    if not base.startswith(("http://", "https://")):
        base = _ANY_HOST
    base = _PARAMETER.sub(lambda match: placeholder(match[1]), base)
    parameters = {parameter.name: parameter for parameter in operation.parameters if parameter.location == "path"}

    def fill(name: str) -> str:
        return _value(parameters[name], resolve) if name in parameters else placeholder(name)

    parts = _PARAMETER.split(operation.path)  # literal, name, literal, name, …, literal
    path = "".join(
        quote(fill(part), safe="") if index % 2 else quote(part, safe=_PATH_SAFE) for index, part in enumerate(parts)
    )
    url = base.rstrip("/") + path
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query, quote_via=quote)}" if query else url


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


def _body(content: Content, resolve: Resolve, example: Callable[[str], Any]) -> Iterator[tuple[str, str]]:
    """Return the options of curl that send a body, with their values."""
    kind = content.media_type.partition(";")[0].strip().lower()
    node = merged(content.schema, resolve)
    value = _payload(content, node, resolve, example)
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
        yield "-d", msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    else:
        yield "--data-binary", "@FILE"


def _payload(content: Content, node: Schema, resolve: Resolve, example: Callable[[str], Any]) -> Any:
    """Return the example of a body, or a value that fits its schema, without what only the server sets."""
    if content.example is not None:
        return content.example
    if content.example_ref and (shared := example(content.example_ref)) is not None:
        return shared
    value = sample(content.schema, resolve)
    if not isinstance(value, dict):
        return value
    fixed = {name for name, child in node.properties.items() if merged(child, resolve).read_only}
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
