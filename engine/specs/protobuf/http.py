"""The routes of `google.api.http`: how a method of gRPC is called over HTTP, with JSON.

By the rules of transcoding (https://google.aip.dev/127, google/api/http.proto): fields in the path, one field or all of
the rest as the body, the others in the query.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from engine.english.inflection import singular
from engine.specs.limits import Budget
from engine.specs.model import Body, Content, Operation, Parameter, Response, Schema, Server
from engine.specs.nodes import items, line, mapping, text
from engine.specs.openapi.document import MAX_URL

OPTION = "google.api.http"
_METHODS = ("get", "put", "post", "delete", "patch")
_VARIABLE = re.compile(r"\{([\w.]{1,200})(?:=([^{}]{1,500}))?\}")
_NO_NAME = re.compile(r"\W+")
_JSON = "application/json"
_MAX_BINDINGS = 20
"""Routes of one method that are read; the largest of Google's own has 9."""
_MAX_NESTING = 3
"""Messages in messages whose fields are named in the query."""

Resolve = Callable[[str], Schema | None]
"""Returns the schema at a JSON pointer."""


class _Route(NamedTuple):
    method: str
    path: str
    """With each part that a client chooses in braces: `/v1/shelves/{shelf}/books/{book}:move`."""
    fields: dict[str, str]
    """Name of what is in braces → the field that it is, or is a part of."""
    bound: frozenset[str]
    """Fields of the message that the path holds."""
    body: str
    """The field that is the body; `*` for the whole message."""
    response: str
    """The field of the answer that comes back; empty for the whole."""


def routes(operation: Operation, request: Schema, resolve: Resolve, budget: Budget) -> Iterator[Operation]:
    """Yield the HTTP operations of a method; none where it has no route.

    Args:
        operation: The method, with its options among the extensions.
        request: The schema of its message.
        resolve: Finds what schemas refer to.
        budget: What is left of the limits.

    Raises:
        SpecError: They are more than the limits allow.
    """
    message = _whole(request, resolve)
    for number, route in enumerate(_routes(operation.extensions), 1):
        budget.spend_operation()
        named = tuple(_parameter(name, field, message, resolve) for name, field in route.fields.items())
        query = _query(message, route, resolve, budget)
        tail = "" if number == 1 else f"/{number}"
        yield Operation(
            method=route.method,
            path=route.path,
            pointer=f"{operation.pointer}/http{tail}",
            summary=operation.summary,
            description=f"{operation.description}\n\nThe REST route of {operation.path}.".strip(),
            tags=operation.tags,
            deprecated=operation.deprecated,
            parameters=(*named, *query),
            body=_body(request, message, route),
            responses=tuple(_response(response, route, resolve) for response in operation.responses),
            security=operation.security,
            servers=tuple(Server(url=f"https://{server.url.removesuffix(':443')}") for server in operation.servers),
        )


def _routes(options: dict[str, Any]) -> Iterator[_Route]:
    """Yield the routes that the options of a method say, as one message or key by key."""
    rule = mapping(options.get(OPTION)) | {
        key.removeprefix(f"{OPTION}."): value for key, value in options.items() if key.startswith(f"{OPTION}.")
    }
    more = rule.get("additional_bindings")
    for each in [rule, *map(mapping, items(more) or [more])][:_MAX_BINDINGS]:
        custom = mapping(each.get("custom"))
        given = [(method.upper(), each[method]) for method in _METHODS if method in each]
        for method, template in [*given, *([(line(custom.get("kind")).upper(), custom.get("path"))] if custom else [])]:
            if method and isinstance(template, str) and 0 < len(template) <= MAX_URL:
                path, fields, bound = _expanded(template)
                yield _Route(method, path, fields, bound, line(each.get("body")), line(each.get("response_body")))


def _expanded(template: str) -> tuple[str, dict[str, str], frozenset[str]]:
    """Return the path of a template, the names in braces with the fields that they are parts of, and all such fields.

    `{book.name=shelves/*/books/*}` stands for `shelves/{shelf}/books/{book}`, as in Google's own descriptions.
    """
    names: dict[str, str] = {}

    def named(wanted: str, field: str) -> str:
        name, number = wanted, 1
        while name in names:
            number += 1
            name = f"{wanted}_{number}"
        names[name] = field
        return f"{{{name}}}"

    def expanded(match: re.Match[str]) -> str:
        pattern = match[2] or "*"
        if "/" not in pattern:
            return named(match[1], match[1]) if "*" in pattern else pattern
        before, parts = "", []
        for part in pattern.split("/"):
            is_open = part in ("*", "**")
            wanted = singular(_NO_NAME.sub("_", before)) or match[1]
            parts.append(named(wanted, match[1]) if is_open else part)
            before = part
        return "/".join(parts)

    path = _VARIABLE.sub(expanded, line(template))
    return path, names, frozenset(match[1] for match in _VARIABLE.finditer(template))


def _whole(schema: Schema, resolve: Resolve) -> Schema:
    return (resolve(schema.ref) or schema) if schema.ref else schema


def _parameter(name: str, field: str, message: Schema, resolve: Resolve) -> Parameter:
    """Return an input of the path: a field of the message, or a part of one, which is a text."""
    if name != field:
        return Parameter(name, "path", required=True, description=f"Part of `{field}`.", schema=Schema(type="string"))
    schema = message
    for step in field.split("."):
        schema = _whole(schema, resolve).properties.get(step, Schema(type="string"))
    return Parameter(name, "path", required=True, description=schema.description, schema=schema)


def _query(message: Schema, route: _Route, resolve: Resolve, budget: Budget) -> tuple[Parameter, ...]:
    """Return the fields that are neither in the path nor in the body; those of messages by dotted names."""
    if route.body == "*":
        return ()
    found: list[Parameter] = []
    pending = [(name, field, name in message.required, 1) for name, field in reversed(message.properties.items())]
    while pending:
        budget.spend()
        name, field, is_required, depth = pending.pop()
        inner = _whole(field, resolve)
        if name in route.bound or name == route.body or inner.read_only or field.read_only:
            continue
        if inner.properties and depth < _MAX_NESTING:
            pending += [
                (f"{name}.{key}", each, is_required and key in inner.required, depth + 1)
                for key, each in reversed(inner.properties.items())
            ]
        elif not inner.properties and inner.additional is None:
            found.append(Parameter(name, "query", required=is_required, description=field.description, schema=field))
    return tuple(found)


def _body(request: Schema, message: Schema, route: _Route) -> Body | None:
    if not route.body:
        return None
    schema = request if route.body == "*" else message.properties.get(route.body, Schema())
    rest = {name: field for name, field in message.properties.items() if name not in route.bound}
    if route.body == "*" and len(rest) < len(message.properties):
        required = tuple(name for name in message.required if name in rest)
        schema = msgspec.structs.replace(message, properties=rest, required=required)
    return Body(required=True, content=(Content(_JSON, schema),))


def _response(response: Response, route: _Route, resolve: Resolve) -> Response:
    contents = []
    for content in response.content:
        schema = content.schema
        if route.response:
            schema = _whole(schema, resolve).properties.get(route.response, schema)
        contents.append(Content(_JSON, schema))
    return Response(status="200", description=text(response.description) or "OK", content=tuple(contents))
