"""A collection of requests to `Spec`. Secrets are out of it before."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from engine.specs.limits import Budget
from engine.specs.model import (
    About,
    Body,
    Content,
    Grant,
    Location,
    Operation,
    Parameter,
    Response,
    Schema,
    SecurityScheme,
    Server,
    Spec,
    Tag,
)
from engine.specs.nodes import embedded
from engine.specs.problems import Problems
from engine.specs.recordings.address import Variables, address, fields, resolved, server, variables
from engine.specs.recordings.bodies import form_fields, whole_json
from engine.specs.recordings.recorded import (
    FORM,
    METHOD,
    MULTIPART,
    Field,
    Keys,
    Schemes,
    content,
    credential,
    form,
    is_noise,
    media_type,
    parameter,
    placed,
    query_pairs,
)
from engine.specs.recordings.requests import FILE, Access, Answer, Folder, Pair, Payload, Request, Sheet
from engine.specs.refs import PART_BYTES

_HTTP_SCHEMES = {
    "basic": "basic",
    "bearer": "bearer",
    "jwt": "bearer",
    "asap": "bearer",
    "digest": "digest",
    "hawk": "hawk",
    "ntlm": "ntlm",
    "oauth1": "oauth",
    "awsv4": "aws4-hmac-sha256",
    "edgegrid": "eg1-hmac-sha256",
}
"""Kind of `Access` → first word of the Authorization header that it makes."""
_STATUS = re.compile("[1-5][0-9][0-9]")


def spec(sheet: Sheet, budget: Budget) -> Spec:
    """Return what a collection shows of an API.

    Raises:
        SpecError: It is more than the limits allow.
    """
    return _Composer(sheet, budget).spec()


class _Scope(NamedTuple):
    """What a request has from the folders it is in."""

    tag: str
    access: Access | None
    variables: Variables
    headers: tuple[Pair, ...]


class _Composer:
    def __init__(self, sheet: Sheet, budget: Budget) -> None:
        self._sheet = sheet
        self._budget = budget
        self._problem = Problems(sheet.problems)
        self._schemes = Schemes()
        self._keys = Keys()

    def spec(self) -> Spec:
        scopes: list[_Scope] = []
        tags: dict[str, str] = {}
        for folder in self._sheet.folders:
            scopes.append(self._scope(folder, scopes))
            if folder.name:
                tags[folder.name] = tags.get(folder.name) or folder.description
        read = (self._operation(request, scopes[request.folder]) for request in self._sheet.requests)
        servers, operations = placed(operation for operation in read if operation)
        return Spec(
            about=About(
                title=self._sheet.title,
                format=self._sheet.format,
                version=self._sheet.version,
                description=self._sheet.folders[0].description,
                servers=servers,
                tags=tuple(Tag(name, what) for name, what in tags.items()),
                security_schemes=self._schemes.all(),
            ),
            operations=operations,
            problems=self._problem.kept,
        )

    def _scope(self, folder: Folder, before: list[_Scope]) -> _Scope:
        outer = before[folder.parent] if folder.parent >= 0 else _Scope("", None, {}, ())
        self._budget.spend(len(outer.headers) + 1)
        return _Scope(
            folder.name,
            folder.access or outer.access,
            variables(folder.variables, outer.variables, self._budget),
            _with_outer(folder.headers, outer.headers),
        )

    def _operation(self, request: Request, scope: _Scope) -> tuple[Operation, Server | None] | None:
        """Return the operation and the server it is sent to; None where the request cannot be read."""
        target = address(request.url, request.query, request.path, self._budget)
        method = request.method.upper() or "GET"
        if target is None or not METHOD.fullmatch(method):
            what = "has no address" if target is None else f"has no known method, but {method}"
            self._problem(request.pointer, what, request.line)
            return None
        self._budget.spend_operation()
        access = request.access or scope.access
        shared = (scope.tag, *((access.kind, access.parameter, access.scopes) if access else ()))
        shared += tuple(said for pair in scope.headers for said in (pair.name, pair.value, pair.description))
        self._budget.spend(len(scope.headers) + sum(map(len, shared)) // PART_BYTES)
        known = variables(request.variables, scope.variables, self._budget)
        given = _with_outer(request.headers, scope.headers)
        headers = [_resolved(field, known) for field in fields(given, self._budget)]
        query = [_resolved(field, known) for field in target.query]
        parameters = [self._path_parameter(each, target.described, known) for each in target.names]
        security, used = self._security(access, query, headers)
        cookies = [_resolved(field, known) for field in fields(request.jar, self._budget)]
        places: dict[Location, list[Field]] = {"query": query, "header": headers, "cookie": cookies}
        for location, found in places.items():
            parameters += [parameter(each, location, self._budget) for each in found if each.name not in used]
        operation = Operation(
            method=method,
            path=self._keys.path(method, target.path, request.name),
            pointer=request.pointer,
            operation_id=request.identifier,
            summary=request.name,
            description=request.description,
            tags=(scope.tag,) if scope.tag else (),
            parameters=tuple(parameters),
            body=self._body(request.payload, _content_type(headers), known) if request.payload else None,
            responses=tuple(self._responses(request.answers)),
            security=security,
        )
        return operation, server(target.base, known)

    def _path_parameter(self, name: str, described: dict[str, Field], known: Variables) -> Parameter:
        field = described.get(name, Field(name))
        values = tuple(value for value in (*field.values, known.get(name, "")) if value)[:1]
        return parameter(_resolved(field._replace(name=name, values=values), known), "path", self._budget)

    def _security(
        self, access: Access | None, query: list[Field], headers: list[Field]
    ) -> tuple[tuple[tuple[Grant, ...], ...], set[str]]:
        """Return what a request needs, and the names of its inputs that are no parameters."""
        scheme = _scheme(access) if access else None
        grants = [self._schemes.grant(scheme)] if scheme else []
        used = {field.name for field in headers if _is_noise(field)}
        places: dict[Location, list[Field]] = {"query": query, "header": headers}
        for location, given in places.items():
            for field in given:
                found = credential(location, field.name, next(iter(field.values), "")) if field.required else None
                is_known = scheme is not None and field.name.lower() == "authorization"
                if found or is_known:
                    used.add(field.name)
                if found and not is_known:
                    grants.append(self._schemes.grant(found))
        needed = tuple(dict.fromkeys(grants))
        is_open = access is not None and access.kind == "noauth"
        return ((needed,) if needed or is_open else ()), used

    def _body(self, payload: Payload, header: str, known: Variables) -> Body | None:
        kind = media_type(header) if "{{" not in header else ""
        if payload.mode in ("form", "multipart"):
            found = self._form(payload.form, FORM if payload.mode == "form" else MULTIPART, known)
        elif payload.mode == "graphql":
            found = content("application/json", [_graphql(payload)], self._budget, whole=True)
        elif payload.mode == "file":
            found = Content(kind or payload.kind or "application/octet-stream", Schema(type="string", format="binary"))
        elif payload.text.strip():
            found = self._text(payload, header, kind, known)
        else:
            return None
        return Body(required=True, content=(found,))

    def _text(self, payload: Payload, header: str, kind: str, known: Variables) -> Content:
        if kind == FORM and payload.text.lstrip()[:1] not in ("{", "["):
            sent = "".join(part.strip() for part in payload.text.splitlines())
            return self._form(tuple(Pair(*pair) for pair in query_pairs(sent)), kind, known)
        if parts := form_fields(header, None, payload.text):
            return self._form(
                tuple(Pair(each["name"], each["value"], type=FILE if "fileName" in each else "") for each in parts),
                kind,
                known,
            )
        text = whole_json(resolved(payload.text, known))
        return content(kind or payload.kind, [text], self._budget, whole=True)

    def _form(self, given: tuple[Pair, ...], kind: str, known: Variables) -> Content:
        return form(kind, [_resolved(field, known) for field in fields(given, self._budget)], self._budget)

    def _responses(self, answers: tuple[Answer, ...]) -> Iterator[Response]:
        """Yield the saved responses, those of one status as one."""
        by_status: dict[str, list[Answer]] = {}
        for answer in answers:
            status = answer.status if _STATUS.fullmatch(answer.status) else "default"
            by_status.setdefault(status, []).append(answer)
        for status, found in by_status.items():
            texts: dict[str, list[str]] = {}
            headers: dict[str, Field] = {}
            for answer in found:
                given = fields(answer.headers, self._budget)
                headers |= {field.name: field for field in given if not _is_noise(field)}
                kind = _content_type(given)
                if body := answer.body.strip():
                    kind = media_type(kind) if kind and "{{" not in kind else answer.kind
                    texts.setdefault(kind, []).append(body)
            yield Response(
                status=status,
                description=next((answer.name for answer in found if answer.name), ""),
                content=tuple(content(kind, bodies, self._budget) for kind, bodies in texts.items()),
                headers=tuple(
                    parameter(field._replace(required=False), "header", self._budget) for field in headers.values()
                ),
            )


def _with_outer(own: tuple[Pair, ...], outer: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """Return headers with those of the folders around, where they are not given anew."""
    if not outer:
        return own
    names = {pair.name.lower() for pair in own}
    return (*(pair for pair in outer if pair.name.lower() not in names), *own)


def _scheme(access: Access) -> SecurityScheme | None:
    kind = access.kind
    if kind == "apikey":
        name, location = access.parameter or kind, "query" if access.location == "query" else "header"
        return SecurityScheme(name, "apiKey", location=location, parameter=name)
    if kind == "oauth2":
        return SecurityScheme(
            kind,
            kind,
            scopes=dict.fromkeys(access.scopes.split(), ""),
            token_url=access.token_url,
            authorization_url=access.authorization_url,
        )
    return SecurityScheme(kind, "http", _HTTP_SCHEMES[kind]) if kind in _HTTP_SCHEMES else None


def _is_noise(field: Field) -> bool:
    return is_noise(field.name, next(iter(field.values), ""))


def _content_type(headers: list[Field]) -> str:
    found = (field.values[0] for field in headers if field.name.lower() == "content-type" and field.required)
    return next(found, "")


def _resolved(field: Field, known: Variables) -> Field:
    values, together = (tuple(resolved(value, known) for value in each) for each in (field.values, field.together))
    return field._replace(values=values, together=together)


def _graphql(payload: Payload) -> str:
    inputs = embedded(whole_json(payload.inputs)) if payload.inputs else None
    body = {"query": payload.text, "variables": inputs, "operationName": payload.name}
    return msgspec.json.encode({name: value for name, value in body.items() if value}).decode()
