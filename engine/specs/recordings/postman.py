"""Postman collections 2.0 and 2.1 to `Spec`.

The two versions differ in how they keep the settings of `auth`, and both allow a text in the place of most mappings.
Scripts (`event`) are not read. Secrets are taken out of the whole collection before any of it is looked at.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

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
    Response,
    Schema,
    SecurityScheme,
    Server,
    Spec,
    Tag,
)
from engine.specs.nodes import embedded, items, line, mapping, text
from engine.specs.problems import Problems
from engine.specs.recordings.address import Variables, address, description, fields, resolved, server, variables
from engine.specs.recordings.bodies import whole_json
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
    merged_fields,
    parameter,
    placed,
    query_pairs,
)
from engine.specs.recordings.redact import TreeRedactor
from engine.specs.refs import PART_BYTES

_HINT = "In Postman, export the collection as Collection v2.1, and add that file"
_VERSION = re.compile(r"/v([0-9]{1,3})\.([0-9]{1,3})")
_MAX_NAME = 100
"""Characters of a folder's name; each request below repeats it."""
_LANGUAGES = {
    "json": "application/json",
    "xml": "application/xml",
    "html": "text/html",
    "javascript": "application/javascript",
    "text": "text/plain",
}
"""What Postman calls the language of a body → media type."""
_KEPT = {"apikey": ("key", "in"), "oauth2": ("accessTokenUrl", "authUrl", "scope")}
"""Kind of `auth` → its settings that are no secret."""
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
"""Kind of `auth` → first word of the Authorization header that it makes."""


def parse(tree: dict[str, Any], budget: Budget) -> Spec:
    """Read the decoded collection, alone or as Postman's own API wraps it.

    Raises:
        SpecError: It is no collection, is of another version, or is more than the limits allow.
    """
    root = "/collection" if isinstance(tree.get("collection"), dict) else ""
    tree = tree["collection"] if root else tree
    version = _version(tree)
    hidden = TreeRedactor(keeps={"auth": _settings}).tree(tree, budget)
    return _Reader(hidden, root, budget).spec(f"postman-{version}")


def _version(tree: dict[str, Any]) -> str:
    if "_postman_variable_scope" in tree:
        raise SpecError("The document is a Postman environment, which has no requests", hint=_HINT)
    if not isinstance(tree.get("info"), dict):
        raise SpecError("The document is no Postman collection of version 2", hint=_HINT)
    version = _VERSION.search(text(tree["info"].get("schema")))
    if version is None or (version[1], version[2]) not in (("2", "0"), ("2", "1")):
        said = f" {version[1]}.{version[2]}" if version else ", which it does not say,"
        raise SpecError(f"The version{said} of the Postman collection is not supported", hint=_HINT)
    if not isinstance(tree.get("item"), list):
        raise SpecError("The Postman collection has no list of requests in `item`", hint=_HINT)
    return f"{version[1]}.{version[2]}"


def _settings(auth: Any) -> dict[str, str]:
    """Return kind and harmless settings of an `auth`, of which 2.0 has a mapping and 2.1 a list of pairs."""
    if not isinstance(auth, dict):
        return {}
    kind = line(auth.get("type"))
    given = auth.get(kind)
    if isinstance(given, list):
        given = {line(pair.get("key")): pair.get("value") for pair in map(mapping, given)}
    kept = {name: line(mapping(given).get(name)) for name in _KEPT.get(kind, ())}
    return {"type": kind, **{name: value for name, value in kept.items() if value}}


class _Scope(NamedTuple):
    """What a request has from the folders it is in."""

    tag: str
    auth: dict[str, str]
    variables: Variables


class _Reader:
    def __init__(self, tree: dict[str, Any], root: str, budget: Budget) -> None:
        self._tree = tree
        self._root = root
        self._budget = budget
        self._problem = Problems()
        self._tags: dict[str, str] = {}
        self._schemes = Schemes()
        self._keys = Keys()

    def spec(self, form_: str) -> Spec:
        info = self._tree["info"]
        read = (self._operation(*request) for request in self._requests())
        servers, operations = placed(operation for operation in read if operation)
        return Spec(
            about=About(
                title=line(info.get("name")) or "Untitled collection",
                format=form_,
                version=_collection_version(info.get("version")),
                description=description(info.get("description")),
                servers=servers,
                tags=tuple(Tag(name, what) for name, what in self._tags.items()),
                security_schemes=self._schemes.all(),
            ),
            operations=operations,
            problems=self._problem.kept,
        )

    def _requests(self) -> Iterator[tuple[dict[str, Any], str, _Scope]]:
        """Yield every item that is a request, in order, with its JSON pointer and what its folders give it."""
        outermost = _Scope("", mapping(self._tree.get("auth")), variables(self._tree.get("variable"), {}, self._budget))
        pending = self._children(self._tree, self._root, outermost)
        while pending:
            node, pointer, scope = pending.pop()
            self._budget.spend()
            if not isinstance(node, dict):
                self._problem(pointer, "is not a mapping")
            elif isinstance(node.get("item"), list):
                pending += self._children(node, pointer, self._inside(node, scope))
            elif "request" in node:
                yield node, f"{pointer}/request", scope
            else:
                self._problem(pointer, "has no request")

    def _children(self, node: dict[str, Any], pointer: str, scope: _Scope) -> list[tuple[Any, str, _Scope]]:
        return [(child, f"{pointer}/item/{index}", scope) for index, child in enumerate(node["item"])][::-1]

    def _inside(self, folder: dict[str, Any], scope: _Scope) -> _Scope:
        name = line(folder.get("name"))[:_MAX_NAME] or "Untitled folder"
        tag = f"{scope.tag} / {name}" if scope.tag else name
        self._tags[tag] = self._tags.get(tag) or description(folder.get("description"))
        return _Scope(
            tag, _auth(folder) or scope.auth, variables(folder.get("variable"), scope.variables, self._budget)
        )

    def _operation(self, item: dict[str, Any], pointer: str, scope: _Scope) -> tuple[Operation, Server | None] | None:
        """Return the operation and the server it is sent to; None where the request cannot be read."""
        request = item["request"] if isinstance(item["request"], dict) else {"url": item["request"]}
        target = address(request.get("url"), self._budget)
        method = line(request.get("method")).upper() or "GET"
        if target is None or not METHOD.fullmatch(method):
            self._problem(pointer, "has no address" if target is None else f"has no known method, but {method}")
            return None
        self._budget.spend_operation()
        self._budget.spend(sum(map(len, (scope.tag, *scope.auth.values()))) // PART_BYTES)
        name = line(item.get("name"))
        known = variables(item.get("variable"), scope.variables, self._budget)
        headers = self._headers(request.get("header"), known)
        query = [_resolved(field, known) for field in target.query]
        parameters = [self._path_parameter(each, target.described, known) for each in target.names]
        security, used = self._security(_auth(request) or _auth(item) or scope.auth, query, headers)
        places: dict[Location, list[Field]] = {"query": query, "header": headers}
        for location, given in places.items():
            parameters += [parameter(each, location, self._budget) for each in given if each.name not in used]
        operation = Operation(
            method=method,
            path=self._keys.path(method, target.path, name),
            pointer=pointer,
            summary=name,
            description=description(request.get("description")) or description(item.get("description")),
            tags=(scope.tag,) if scope.tag else (),
            parameters=tuple(parameters),
            body=self._body(mapping(request.get("body")), _content_type(headers), known),
            responses=tuple(self._responses(item.get("response"))),
            security=security,
        )
        return operation, server(target.base, known)

    def _path_parameter(self, name: str, described: dict[str, Field], known: Variables) -> Parameter:
        field = described.get(name, Field(name))
        values = tuple(value for value in (*field.values, known.get(name, "")) if value)[:1]
        return parameter(_resolved(field._replace(name=name, values=values), known), "path", self._budget)

    def _headers(self, raw: Any, known: Variables) -> list[Field]:
        return [_resolved(field, known) for field in _header_fields(raw, self._budget)]

    def _security(
        self, auth: dict[str, str], query: list[Field], headers: list[Field]
    ) -> tuple[tuple[tuple[Grant, ...], ...], set[str]]:
        """Return what a request needs, and the names of its inputs that are no parameters."""
        kind = auth.get("type", "")
        scheme = _scheme(auth)
        grants = [self._schemes.grant(scheme)] if scheme else []
        used = {field.name for field in headers if _is_noise(field)}
        places: dict[Location, list[Field]] = {"query": query, "header": headers}
        for location, given in places.items():
            for field in given:
                found = credential(location, field.name, next(iter(field.values), "")) if field.required else None
                if found is None:
                    continue
                used.add(field.name)
                if field.name.lower() != "authorization" or scheme is None:
                    grants.append(self._schemes.grant(found))
        needed = tuple(dict.fromkeys(grants))
        return ((needed,) if needed or kind == "noauth" else ()), used

    def _body(self, body: dict[str, Any], kind: str, known: Variables) -> Body | None:
        mode = text(body.get("mode"))
        given = body.get(mode)
        if body.get("disabled") is True or not given:
            return None
        if mode in ("urlencoded", "formdata"):
            found = self._form(given, FORM if mode == "urlencoded" else MULTIPART, known)
        elif mode == "graphql":
            found = content("application/json", [_graphql(mapping(given))], self._budget, whole=True)
        elif mode == "file":
            found = Content(kind or "application/octet-stream", Schema(type="string", format="binary"))
        elif mode == "raw" and text(given).strip():
            raw = whole_json(resolved(text(given), known))
            language = line(mapping(mapping(body.get("options")).get("raw")).get("language"))
            found = content(kind or _LANGUAGES.get(language, ""), [raw], self._budget, whole=True)
        else:
            return None
        return Body(required=True, content=(found,))

    def _form(self, given: Any, kind: str, known: Variables) -> Content:
        # 2.0 keeps a form as it is sent, too.
        listed = merged_fields([query_pairs(given)]) if isinstance(given, str) else fields(given, self._budget)
        return form(kind, [_resolved(field, known) for field in listed], self._budget)

    def _responses(self, raw: Any) -> Iterator[Response]:
        """Yield the saved responses, those of one status as one."""
        by_status: dict[str, list[dict[str, Any]]] = {}
        for node in map(mapping, items(raw)):
            code = line(node.get("code"))
            by_status.setdefault(code if re.fullmatch("[1-5][0-9][0-9]", code) else "default", []).append(node)
        for status, nodes in by_status.items():
            texts: dict[str, list[str]] = {}
            headers: dict[str, Field] = {}
            for node in nodes:
                given = _header_fields(node.get("header"), self._budget)
                headers |= {field.name: field for field in given if not _is_noise(field)}
                kind = _content_type(given) or _LANGUAGES.get(line(node.get("_postman_previewlanguage")), "")
                if body := text(node.get("body")).strip():
                    texts.setdefault(kind, []).append(body)
            yield Response(
                status=status,
                description=next(filter(None, (line(node.get("name") or node.get("status")) for node in nodes)), ""),
                content=tuple(content(kind, found, self._budget) for kind, found in texts.items()),
                headers=tuple(
                    parameter(field._replace(required=False), "header", self._budget) for field in headers.values()
                ),
            )


def _auth(node: dict[str, Any]) -> dict[str, str]:
    """Return the `auth` of a request or folder; empty where it takes that of the folder around it."""
    auth: dict[str, str] = mapping(node.get("auth"))
    return auth if auth.get("type") else {}


def _scheme(auth: dict[str, str]) -> SecurityScheme | None:
    kind = auth.get("type", "")
    if kind == "apikey":
        name, location = auth.get("key", "apikey"), "query" if auth.get("in") == "query" else "header"
        return SecurityScheme(name, "apiKey", location=location, parameter=name)
    if kind == "oauth2":
        return SecurityScheme(
            kind,
            kind,
            scopes=dict.fromkeys(auth.get("scope", "").split(), ""),
            token_url=auth.get("accessTokenUrl", ""),
            authorization_url=auth.get("authUrl", ""),
        )
    return SecurityScheme(kind, "http", _HTTP_SCHEMES[kind]) if kind in _HTTP_SCHEMES else None


def _header_fields(raw: Any, budget: Budget) -> list[Field]:
    """Return headers, which are a list of pairs, a list of lines, or lines in one text."""
    if isinstance(raw, str):
        raw = raw.splitlines()
    listed = [
        {"key": each.partition(":")[0], "value": each.partition(":")[2].strip()} if isinstance(each, str) else each
        for each in items(raw)
    ]
    return fields(listed, budget)


def _is_noise(field: Field) -> bool:
    return is_noise(field.name, next(iter(field.values), ""))


def _content_type(headers: list[Field]) -> str:
    found = (field.values[0] for field in headers if field.name.lower() == "content-type" and field.required)
    return next((media_type(value) for value in found if "{{" not in value), "")


def _resolved(field: Field, known: Variables) -> Field:
    values, together = (tuple(resolved(value, known) for value in each) for each in (field.values, field.together))
    return field._replace(values=values, together=together)


def _graphql(given: dict[str, Any]) -> str:
    told = given.get("variables")
    variables_ = embedded(whole_json(told)) if isinstance(told, str) else told
    body = {"query": text(given.get("query")), "variables": variables_, "operationName": given.get("operationName")}
    return msgspec.json.encode({name: value for name, value in body.items() if value}).decode()


def _collection_version(raw: Any) -> str:
    """Return the version of a collection, a text or a mapping of its parts."""
    if not isinstance(raw, dict):
        return line(raw)
    return ".".join(line(raw[part]) for part in ("major", "minor", "patch") if part in raw)
