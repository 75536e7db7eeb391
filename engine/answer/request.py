"""A request that works: the curl command for an operation."""

import re
import shlex
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec

from engine.specs.describe import Resolve, sample
from engine.specs.model import About, Content, Operation, Parameter, SecurityScheme


def curl(operation: Operation, about: About, resolve: Resolve, example: Callable[[str], Any]) -> str:
    """Return a curl command with every required input; what only the caller knows is an upper-case placeholder.

    Everything from the spec is quoted for the shell.
    """
    query = [parameter for parameter in operation.parameters if parameter.location == "query" and parameter.required]
    headers = [
        f"{parameter.name}: {_value(parameter, resolve)}"
        for parameter in operation.parameters
        if parameter.location == "header" and parameter.required
    ]
    credentials, key_query = _credentials(operation, about)
    pairs = [f"{quote(name)}={_value_quoted(parameter, resolve)}" for parameter in query for name in [parameter.name]]
    url = _base(operation, about) + _path(operation, resolve)
    if pairs or key_query:
        url += "?" + "&".join([*pairs, *key_query])
    words = ["curl"]
    if operation.method != "GET":
        words += ["-X", operation.method]
    words.append(shlex.quote(url))
    lines = [" ".join(words)]
    lines += [f"-H {shlex.quote(header)}" for header in (*credentials, *headers)]
    if operation.body is not None and operation.body.content:
        content = operation.body.content[0]
        lines.append(f"-H {shlex.quote(f'Content-Type: {content.media_type}')}")
        lines.append(f"-d {shlex.quote(_payload(content, resolve, example))}")
    return " \\\n  ".join(lines)


def placeholder(name: str) -> str:
    """Return the placeholder for an input: `issue_number` → `ISSUE_NUMBER`."""
    return re.sub(r"\W+", "_", name).strip("_").upper() or "VALUE"


def _base(operation: Operation, about: About) -> str:
    servers = operation.servers or about.servers
    url = servers[0].url.rstrip("/") if servers else ""
    return url if url.startswith(("http://", "https://")) else f"https://HOST{url}"


def _path(operation: Operation, resolve: Resolve) -> str:
    path = operation.path
    for parameter in operation.parameters:
        if parameter.location == "path":
            path = path.replace(f"{{{parameter.name}}}", _value_quoted(parameter, resolve))
    return path


def _value(parameter: Parameter, resolve: Resolve) -> str:
    for given in (parameter.example, parameter.schema.example, parameter.schema.default, *parameter.schema.enum[:1]):
        if isinstance(given, str | int | float) and not isinstance(given, bool):
            return str(given)
    kind = sample(parameter.schema, resolve)
    return str(kind).lower() if isinstance(kind, bool) else placeholder(parameter.name)


def _value_quoted(parameter: Parameter, resolve: Resolve) -> str:
    return quote(_value(parameter, resolve), safe="")


def _credentials(operation: Operation, about: About) -> tuple[list[str], list[str]]:
    """Return the headers and query parts of the first alternative that needs credentials."""
    schemes = {scheme.name: scheme for scheme in about.security_schemes}
    needed = next((alternative for alternative in operation.security if alternative), ())
    headers, query = [], []
    for grant in needed:
        scheme = schemes.get(grant.scheme)
        if scheme is None:
            continue
        if scheme.type == "apiKey" and scheme.location == "query":
            query.append(f"{quote(scheme.parameter)}={placeholder(scheme.parameter)}")
        elif header := _header(scheme):
            headers.append(header)
    return headers, query


def _header(scheme: SecurityScheme) -> str:
    if scheme.type == "apiKey":
        name = scheme.parameter
        return f"Cookie: {name}={placeholder(name)}" if scheme.location == "cookie" else f"{name}: {placeholder(name)}"
    if scheme.type == "http" and scheme.scheme.lower() == "basic":
        return "Authorization: Basic BASE64_OF_USER_COLON_PASSWORD"
    if scheme.type in ("http", "oauth2", "openIdConnect"):
        return "Authorization: Bearer TOKEN"
    return ""


def _payload(content: Content, resolve: Resolve, example: Callable[[str], Any]) -> str:
    value = content.example
    if value is None and content.example_ref:
        value = example(content.example_ref)
    if value is None:
        value = sample(content.schema, resolve)
    if isinstance(value, str):
        return value
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
