"""Postman collections 2.0 and 2.1 to `Spec`.

The two versions differ in how they keep the settings of `auth`, and both allow a text in the place of most mappings.
Scripts (`event`) are not read. Secrets are taken out of the whole collection before any of it is looked at.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from engine.errors import SpecError
from engine.specs.limits import Budget
from engine.specs.model import Spec
from engine.specs.nodes import items, line, mapping, text
from engine.specs.problems import Problems
from engine.specs.recordings.compose import spec
from engine.specs.recordings.recorded import query_pairs
from engine.specs.recordings.redact import TreeRedactor
from engine.specs.recordings.requests import FILE, Access, Answer, Folder, Pair, Payload, Request, Sheet, folder_name

_HINT = "In Postman, export the collection as Collection v2.1, and add that file"
_VERSION = re.compile(r"/v([0-9]{1,3})\.([0-9]{1,3})")
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


def parse(tree: dict[str, Any], budget: Budget) -> Spec:
    """Read the decoded collection, alone or as Postman's own API wraps it.

    Raises:
        SpecError: It is no collection, is of another version, or is more than the limits allow.
    """
    root = "/collection" if isinstance(tree.get("collection"), dict) else ""
    tree = tree["collection"] if root else tree
    version = _version(tree)
    hidden = TreeRedactor(keeps={"auth": _settings}).tree(tree, budget)
    return spec(_Reader(hidden, root, budget).sheet(f"postman-{version}"), budget)


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


class _Reader:
    def __init__(self, tree: dict[str, Any], root: str, budget: Budget) -> None:
        self._tree = tree
        self._root = root
        self._budget = budget
        self._problem = Problems()
        self._folders: list[Folder] = []

    def sheet(self, form: str) -> Sheet:
        info = self._tree["info"]
        self._folders.append(
            Folder(
                description=_description(info.get("description")),
                variables=self._pairs(self._tree.get("variable")),
                access=_access(mapping(self._tree.get("auth"))),
            )
        )
        requests = tuple(self._request(*found) for found in self._items())
        return Sheet(
            title=line(info.get("name")) or "Untitled collection",
            format=form,
            version=_collection_version(info.get("version")),
            folders=tuple(self._folders),
            requests=requests,
            problems=self._problem.kept,
        )

    def _items(self) -> Iterator[tuple[dict[str, Any], str, int]]:
        """Yield every item that is a request, in order, with its JSON pointer and the place of its folder."""
        pending = self._children(self._tree, self._root, 0)
        while pending:
            node, pointer, folder = pending.pop()
            self._budget.spend()
            if not isinstance(node, dict):
                self._problem(pointer, "is not a mapping")
            elif isinstance(node.get("item"), list):
                self._folders.append(self._folder(node, folder))
                pending += self._children(node, pointer, len(self._folders) - 1)
            elif "request" in node:
                yield node, f"{pointer}/request", folder
            else:
                self._problem(pointer, "has no request")

    def _children(self, node: dict[str, Any], pointer: str, folder: int) -> list[tuple[Any, str, int]]:
        return [(child, f"{pointer}/item/{index}", folder) for index, child in enumerate(node["item"])][::-1]

    def _folder(self, node: dict[str, Any], parent: int) -> Folder:
        return Folder(
            name=folder_name(self._folders[parent].name, line(node.get("name")), self._budget),
            description=_description(node.get("description")),
            variables=self._pairs(node.get("variable")),
            access=_access(mapping(node.get("auth"))),
            parent=parent,
        )

    def _request(self, item: dict[str, Any], pointer: str, folder: int) -> Request:
        request = item["request"] if isinstance(item["request"], dict) else {"url": item["request"]}
        given = request.get("url")
        url = given if isinstance(given, dict) else {"raw": given}
        return Request(
            pointer=pointer,
            method=line(request.get("method")),
            url=_address(url),
            name=line(item.get("name")),
            description=_description(request.get("description")) or _description(item.get("description")),
            folder=folder,
            query=self._pairs(url.get("query")),
            path=self._pairs(url.get("variable")),
            headers=self._headers(request.get("header")),
            payload=self._payload(mapping(request.get("body"))),
            access=_access(mapping(request.get("auth"))) or _access(mapping(item.get("auth"))),
            variables=self._pairs(item.get("variable")),
            answers=tuple(self._answer(node) for node in map(mapping, items(item.get("response")))),
        )

    def _answer(self, node: dict[str, Any]) -> Answer:
        return Answer(
            status=line(node.get("code")),
            name=line(node.get("name") or node.get("status")),
            headers=self._headers(node.get("header")),
            kind=_LANGUAGES.get(line(node.get("_postman_previewlanguage")), ""),
            body=text(node.get("body")),
        )

    def _payload(self, body: dict[str, Any]) -> Payload | None:
        mode = text(body.get("mode"))
        given = body.get(mode)
        if body.get("disabled") is True or not given:
            return None
        if mode == "urlencoded" and isinstance(given, str):  # 2.0 keeps a form as it is sent, too
            return Payload("form", form=tuple(Pair(*pair) for pair in query_pairs(given)))
        if mode in ("urlencoded", "formdata"):
            return Payload("form" if mode == "urlencoded" else "multipart", form=self._pairs(given))
        if mode == "graphql":
            return _graphql(mapping(given))
        if mode == "file":
            return Payload("file")
        language = line(mapping(mapping(body.get("options")).get("raw")).get("language"))
        return Payload("text", _LANGUAGES.get(language, ""), text(given)) if mode == "raw" else None

    def _headers(self, raw: Any) -> tuple[Pair, ...]:
        """Return headers, which are a list of pairs, a list of lines, or lines in one text."""
        lines = raw.splitlines() if isinstance(raw, str) else items(raw)
        return self._pairs([_header(each) if isinstance(each, str) else each for each in lines])

    def _pairs(self, raw: Any) -> tuple[Pair, ...]:
        """Return a list of `{"key": …, "value": …}`."""
        nodes = [mapping(node) for node in items(raw)]
        self._budget.spend(len(nodes))
        return tuple(
            Pair(
                line(node.get("key") or node.get("id") or node.get("name")),
                text(node.get("value")),
                enabled=node.get("disabled") is not True,
                description=_description(node.get("description")),
                type=FILE if node.get("type") == "file" else "",
            )
            for node in nodes
        )


def _header(line_: str) -> dict[str, str]:
    name, _, value = line_.partition(":")
    return {"key": name, "value": value.strip()}


def _description(value: Any) -> str:
    """Return a description, which is a text or a mapping with its `content`."""
    return text(mapping(value).get("content") if isinstance(value, dict) else value)


def _address(url: dict[str, Any]) -> str:
    """Return the address of a request, which is kept whole or in parts."""
    if not (url.get("host") or url.get("path")):
        return text(url.get("raw"))
    host, protocol, port = _joined(url.get("host"), "."), line(url.get("protocol")), line(url.get("port"))
    if protocol and host:
        host = f"{protocol.removesuffix('://')}://{host}"
    if host and port:
        host = f"{host}:{port}"
    return f"{host}/{_joined(url.get('path'), '/').removeprefix('/')}"


def _joined(raw: Any, separator: str) -> str:
    """Return a text that is kept whole or in parts; a part is a text, or a mapping with its `value`."""
    if not isinstance(raw, list):
        return line(raw)
    return separator.join(line(part.get("value") if isinstance(part, dict) else part) for part in raw)


def _access(auth: dict[str, str]) -> Access | None:
    """Return the `auth` of a request or folder; None where it takes that of the folder around it."""
    if not auth.get("type"):
        return None
    return Access(
        auth["type"],
        parameter=auth.get("key", ""),
        location=auth.get("in", ""),
        scopes=auth.get("scope", ""),
        token_url=auth.get("accessTokenUrl", ""),
        authorization_url=auth.get("authUrl", ""),
    )


def _graphql(given: dict[str, Any]) -> Payload:
    told = given.get("variables")
    return Payload(
        "graphql",
        text=text(given.get("query")),
        inputs=told if isinstance(told, str) else msgspec.json.encode(told).decode() if told else "",
        name=text(given.get("operationName")),
    )


def _collection_version(raw: Any) -> str:
    """Return the version of a collection, a text or a mapping of its parts."""
    if not isinstance(raw, dict):
        return line(raw)
    return ".".join(line(raw[part]) for part in ("major", "minor", "patch") if part in raw)
