"""Operations of a service of Smithy: what goes where in the request, and what comes back."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from engine.specs.limits import Budget
from engine.specs.markup import as_markdown
from engine.specs.model import Body, Content, Grant, Location, Operation, Parameter, Response, Schema
from engine.specs.nodes import items, line, mapping, text
from engine.specs.problems import Problems
from engine.specs.refs import escape
from engine.specs.smithy.protocols import FORM, Protocol, wire_name
from engine.specs.smithy.schemas import Schemas, deprecation
from engine.specs.smithy.shapes import API, UNIT, Member, Shapes, local

_GREEDY = re.compile(r"\+\}")
_METHOD = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}")
_TARGET = "X-Amz-Target"
_BOUND: dict[str, tuple[Location, str]] = {
    "httpLabel": ("path", "date-time"),
    "httpQuery": ("query", "date-time"),
    "httpQueryParams": ("query", "date-time"),
    "httpHeader": ("header", "http-date"),
    "httpPrefixHeaders": ("header", "http-date"),
}
"""Trait → where a member of the input goes, and how a timestamp is written there."""
_ERRORS = {"client": "400", "server": "500"}
"""Whose fault an error is → its status, where the model has no other."""
_OPERATION_PARTS = 4
"""What an operation counts for beside its members: its input, output, errors and traits."""


class Service(NamedTuple):
    """What the operations of a service share."""

    name: str
    version: str
    protocol: Protocol
    errors: tuple[str, ...]
    security: tuple[tuple[Grant, ...], ...]


class _Example(NamedTuple):
    sent: dict[str, Any]
    answered: dict[str, Any]


class Operations:
    """Reads the operations of a service.

    Args:
        shapes: The model.
        schemas: Makes schemas of shapes.
        service: The service.
        budget: What is left of the limits.
        problem: Told of what cannot be read.
    """

    def __init__(self, shapes: Shapes, schemas: Schemas, service: Service, budget: Budget, problem: Problems) -> None:
        self._shapes = shapes
        self._schemas = schemas
        self._service = service
        self._budget = budget
        self._problem = problem

    def read(self, shape_id: str, tag: str, security: tuple[tuple[Grant, ...], ...] | None) -> Operation | None:
        """Return an operation; None where it cannot be called over HTTP.

        Args:
            shape_id: Its shape.
            tag: What it belongs to; empty where it is the service itself.
            security: What it needs, where that is not what the service needs.
        """
        self._budget.spend_operation()
        self._budget.spend(_OPERATION_PARTS)
        node, traits = self._shapes.node(shape_id), self._shapes.traits(shape_id)
        pointer = f"/shapes/{escape(shape_id)}"
        place = self._place(shape_id, mapping(traits.get(f"{API}http")), pointer)
        if place is None:
            return None
        method, path = place
        example = _example(traits)
        inputs = self._members(node.get("input"))
        bound = [member for member in inputs if self._is_rest and _bound(member)]
        parameters = (*self._named(shape_id), *(self._parameter(member, example) for member in bound))
        tags = (tag,) if tag else tuple(line(each) for each in items(traits.get(f"{API}tags")))
        return Operation(
            method=method,
            path=path,
            pointer=pointer,
            operation_id=self._shapes.name(shape_id),
            description="\n\n".join(filter(None, (text(traits.get(f"{API}documentation")), _paged(traits)))),
            tags=tags,
            deprecated=f"{API}deprecated" in traits,
            deprecation=deprecation(traits),
            parameters=parameters,
            body=self._body(shape_id, [member for member in inputs if member not in bound], example),
            responses=tuple(self._responses(node, traits, example)),
            security=self._service.security if security is None else security,
        )

    @property
    def _is_rest(self) -> bool:
        return self._service.protocol.style == "rest"

    def _place(self, shape_id: str, http: dict[str, Any], pointer: str) -> tuple[str, str] | None:
        """Return method and path. A `#` tells operations apart that have one path; what follows it is not sent."""
        name = local(shape_id)
        match self._service.protocol.style:
            case "target":
                return "POST", f"/#{_TARGET}={self._service.name}.{name}"
            case "action":
                return "POST", f"/#Action={name}"
            case "rpc":
                return "POST", f"/service/{self._service.name}/operation/{name}"
        method, uri = line(http.get("method")), line(http.get("uri"))
        if not _METHOD.fullmatch(method) or not uri.startswith("/"):
            self._problem(pointer, "has no binding to HTTP" if not http else "is bound to no method and path of HTTP")
            return None
        return method.upper(), _GREEDY.sub("}", uri)

    def _members(self, raw: Any) -> list[Member]:
        target = text(mapping(raw).get("target"))
        return [] if target in ("", UNIT) else self._shapes.members(target)

    def _named(self, shape_id: str) -> tuple[Parameter, ...]:
        """Return the header that names the operation, where there is one."""
        if self._service.protocol.style != "target":
            return ()
        return (_fixed_header(_TARGET, f"{self._service.name}.{local(shape_id)}"),)

    def _parameter(self, member: Member, example: _Example) -> Parameter:
        trait = next(name for name in _BOUND if f"{API}{name}" in member.traits)
        location, timestamps = _BOUND[trait]
        value = member.trait(trait)
        name = line(value) if isinstance(value, str) and value else member.name
        description = text(member.trait("documentation"))
        if trait == "httpPrefixHeaders":
            description = f"Any header that begins with `{name}`. {description}".rstrip()
            name = f"{name}NAME"
        return Parameter(
            name=name,
            location=location,
            required=member.trait("required") is not None or location == "path",
            deprecated=f"{API}deprecated" in member.traits,
            deprecation=deprecation(member.traits),
            description=description,
            schema=self._schemas.of_member(member, timestamps),
            example=example.sent.get(member.name),
        )

    def _body(self, shape_id: str, members: Sequence[Member], example: _Example) -> Body | None:
        protocol = self._service.protocol
        if protocol.style == "action":
            return Body(required=True, content=(self._form(local(shape_id), members, example),))
        content = self._content(members, example.sent)
        if content is None:
            if protocol.style != "target":
                return None
            content = Content(protocol.media_type, Schema(type="object"), {})  # these want a body always
        is_needed = any(member.trait("required") is not None for member in members)
        return Body(required=is_needed or not self._is_rest, content=(content,))

    def _form(self, name: str, members: Sequence[Member], example: _Example) -> Content:
        schema = self._schemas.of_members([*members], {})
        fixed = {"Action": name, "Version": self._service.version}
        properties = {key: Schema(type="string", enum=(value,), default=value) for key, value in fixed.items() if value}
        sent = {key: value for key, value in fixed.items() if value} | self._shown(members, example.sent)
        return Content(
            FORM,
            Schema(
                type="object",
                properties=properties | schema.properties,
                required=(*properties, *schema.required),
            ),
            sent if example.sent else None,
        )

    def _shown(self, members: Sequence[Member], values: dict[str, Any]) -> dict[str, Any]:
        known = {member.name: wire_name(self._service.protocol, member) for member in members}
        return {known[name]: value for name, value in values.items() if name in known}

    def _content(self, members: Sequence[Member], values: dict[str, Any], *, answer: bool = False) -> Content | None:
        """Return a body: what is bound to it, or all members together; None where there is nothing to send."""
        protocol = self._service.protocol
        whole = next((member for member in members if self._is_rest and f"{API}httpPayload" in member.traits), None)
        if whole is not None:
            return self._payload(whole, values.get(whole.name))
        if not members:
            return None
        kind = (protocol.answer if answer else "") or protocol.media_type
        shown = self._shown(members, values)
        return Content(kind, self._schemas.of_members([*members], {}), shown or None)

    def _payload(self, member: Member, value: Any) -> Content:
        own = text(self._shapes.trait(member.target, "mediaType"))
        kind = text(self._shapes.node(member.target).get("type")) or member.target.removeprefix(API).lower()
        if kind == "blob":
            return Content(own or "application/octet-stream", Schema(type="string", format="binary"))
        if kind == "string":
            return Content(own or "text/plain", self._schemas.of_member(member), value)
        if kind == "union" and f"{API}streaming" in self._shapes.traits(member.target):
            return Content("application/vnd.amazon.eventstream", self._schemas.of_member(member))
        return Content(self._service.protocol.media_type, self._schemas.of_member(member), value)

    def _responses(self, node: dict[str, Any], traits: dict[str, Any], example: _Example) -> Iterator[Response]:
        members = self._members(node.get("output"))
        code = mapping(traits.get(f"{API}http")).get("code") if self._is_rest else None
        headers, rest = self._headers(members)
        content = self._content(rest, example.answered, answer=True)
        yield Response(
            str(code) if isinstance(code, int) else "200", content=(content,) if content else (), headers=headers
        )
        by_status: dict[str, list[str]] = {}
        for error in dict.fromkeys((*self._shapes.targets(node.get("errors")), *self._service.errors)):
            by_status.setdefault(self._status(error), []).append(error)
        for status, errors in sorted(by_status.items()):
            yield self._error(status, errors)

    def _headers(self, members: list[Member]) -> tuple[tuple[Parameter, ...], list[Member]]:
        """Return the headers of a response, and the members that are in its body."""
        if not self._is_rest:
            return (), members
        bound = [member for member in members if _bound(member)]
        found = (self._parameter(member, _Example({}, {})) for member in bound)
        elsewhere = ("httpHeader", "httpPrefixHeaders", "httpResponseCode")
        rest = [member for member in members if all(member.trait(name) is None for name in elsewhere)]
        return tuple(each for each in found if each.location == "header"), rest

    def _status(self, error: str) -> str:
        code = self._shapes.trait(error, "httpError")
        query = mapping(self._shapes.traits(error).get("aws.protocols#awsQueryError")).get("httpResponseCode")
        code = query if self._service.protocol.style == "action" and query else code
        return str(code) if isinstance(code, int) else _ERRORS.get(line(self._shapes.trait(error, "error")), "default")

    def _error(self, status: str, errors: list[str]) -> Response:
        names = [local(error) for error in errors]
        said = [as_markdown(text(self._shapes.trait(error, "documentation"))).strip() for error in errors]
        told = (f"`{name}`: {what}" if what else f"`{name}`" for name, what in zip(names, said, strict=True))
        schemas = tuple(self._schemas.reference(error) for error in errors)
        schema = schemas[0] if len(schemas) == 1 else Schema(one_of=schemas)
        kind = self._service.protocol.answer or self._service.protocol.media_type
        return Response(status, description="\n\n".join(told), content=(Content(kind, schema),))


def _bound(member: Member) -> bool:
    return any(f"{API}{name}" in member.traits for name in _BOUND)


def _fixed_header(name: str, value: str) -> Parameter:
    return Parameter(name, "header", required=True, schema=Schema(type="string", enum=(value,), default=value))


def _example(traits: dict[str, Any]) -> _Example:
    """Return the first example of an operation that succeeds."""
    listed = (mapping(each) for each in items(traits.get(f"{API}examples")))
    first = next((each for each in listed if "error" not in each), {})
    return _Example(mapping(first.get("input")), mapping(first.get("output")))


def _paged(traits: dict[str, Any]) -> str:
    """Return how the next page is had, where the answer comes in pages."""
    given = mapping(traits.get(f"{API}paginated"))
    sent, came = line(given.get("inputToken")), line(given.get("outputToken"))
    if not (sent and came):
        return ""
    size = line(given.get("pageSize"))
    most = f"; `{size}` says how many there are on a page" if size else ""
    return f"The answer comes in pages: its `{came}` is the `{sent}` of the next request{most}."
