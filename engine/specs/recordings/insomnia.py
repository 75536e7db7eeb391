"""Exports of Insomnia to `Spec`: versions 3 and 4, lists of resources, and version 5, a tree."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from engine.errors import SpecError
from engine.specs.limits import Budget
from engine.specs.model import Spec
from engine.specs.nodes import items, line, mapping, text
from engine.specs.problems import Problems
from engine.specs.recordings.compose import spec
from engine.specs.recordings.recorded import FORM, MULTIPART
from engine.specs.recordings.requests import (
    Access,
    Folder,
    Pair,
    Payload,
    Request,
    Sheet,
    folder_name,
    hidden,
    pairs_of,
)
from engine.specs.refs import PART_BYTES

_HINT = "In Insomnia, export the collection, and add that file"
_VARIABLE = re.compile(r"\{\{\s*(?:_\.)?([\w.-]{1,80})\s*\}\}")
_QUOTED_VARIABLE = re.compile(r"\{\{\s*_\[['\"]([^'\"{}]{1,80})['\"]\]\s*\}\}")
_TAG = re.compile(r"\{%\s*(\w{1,40})([^{}%]{0,500})%\}")
_FILTER = re.compile(r"b64::([A-Za-z0-9+/=]{1,200})::")
_WORD = re.compile(r"[A-Za-z_]\w*")
_MAX_DEPTH = 50
"""Folders in folders, and mappings in the values of an environment."""
_ACCESS = {"iam": "awsv4", "singleToken": "apikey"}
"""Insomnia's names for kinds of authentication that Postman calls otherwise."""
_PLACES = {"queryParams": "query"}
_OPEN = ("type", "key", "addTo", "scope", "accessTokenUrl", "authorizationUrl", "grantType", "prefix", "disabled")
"""Settings of an authentication that are no secret."""
_OTHERS = ("grpc_request", "websocket_request", "socketio_request", "mcp_request")
"""What is sent, but not over HTTP alone."""


def parse(tree: dict[str, Any], budget: Budget) -> Spec:
    """Read an export.

    Raises:
        SpecError: It has no requests, is of another version, or is more than the limits allow.
    """
    if "__export_format" in tree:
        if tree["__export_format"] not in _LISTS:
            raise SpecError("The version of the export of Insomnia is not supported", hint=_HINT)
        sheet = _List(items(tree.get("resources")), budget).sheet(f"insomnia-{tree['__export_format']}")
    else:
        sheet = _Tree(tree, budget).sheet()
    if not sheet.requests:
        raise SpecError("The export of Insomnia has no request over HTTP", hint=_HINT)
    return spec(hidden(sheet, budget), budget)


_LISTS = (3, 4)
"""Versions of exports that are lists of resources, which are alike; Insomnia has written them from 2017 to 2025."""


class _List:
    """Reads versions 3 and 4."""

    def __init__(self, resources: list[Any], budget: Budget) -> None:
        self._budget = budget
        self._problem = Problems()
        nodes = [mapping(node) for node in resources]
        budget.spend(len(nodes))
        self._of: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        """Type → pointers and resources."""
        for index, node in enumerate(nodes):
            self._of.setdefault(text(node.get("_type")), []).append((f"/resources/{index}", node))
        self._groups = {text(node.get("_id")): node for _, node in self._of.get("request_group", [])}
        self._folders = [Folder()]
        self._places: dict[str, int] = {}

    def sheet(self, form: str) -> Sheet:
        spaces = [node for _, node in self._of.get("workspace", [])]
        whole = spaces[0] if len(spaces) == 1 else {}
        self._folders[0] = Folder(description=_plain(whole.get("description")), variables=self._environment())
        for node in spaces if len(spaces) > 1 else ():
            self._places[text(node.get("_id"))] = len(self._folders)
            name = folder_name("", line(node.get("name")), self._budget)
            self._folders.append(Folder(name, _plain(node.get("description")), parent=0))
        for kind in _OTHERS:
            for pointer, _ in self._of.get(kind, []):
                self._problem(pointer, "is no request over HTTP, and is not read")
        found = [
            (_request(node, pointer, self._place(text(node.get("parentId")))), _order(node))
            for pointer, node in self._of.get("request", [])
        ]
        requests = tuple(request for request, _ in sorted(found, key=lambda pair: (pair[0].folder, pair[1])))
        title = line(whole.get("name")) or "Collection of Insomnia"
        return Sheet(title, form, requests, tuple(self._folders), problems=self._problem.kept)

    def _environment(self) -> tuple[Pair, ...]:
        """Return the variables of the base environment, and of the first one that changes it."""
        nodes = [node for _, node in self._of.get("environment", [])]
        known = {text(node.get("_id")) for node in nodes}
        base = [node for node in nodes if text(node.get("parentId")) not in known]
        more = [node for node in nodes if text(node.get("parentId")) in known]
        return tuple(pair for node in (*base[:1], *more[:1]) for pair in _variables(node.get("data"), self._budget))

    def _place(self, name: str) -> int:
        """Return the place of a folder among all, after those around it."""
        above: list[str] = []
        while name in self._groups and name not in self._places and name not in above and len(above) < _MAX_DEPTH:
            above.append(name)
            name = text(self._groups[name].get("parentId"))
        place = self._places.get(name, 0)
        for each in reversed(above):
            self._folders.append(_folder(self._groups[each], self._folders[place].name, place, self._budget))
            place = self._places[each] = len(self._folders) - 1
        return place


class _Tree:
    """Reads version 5."""

    def __init__(self, tree: dict[str, Any], budget: Budget) -> None:
        self._tree = tree
        self._budget = budget
        self._problem = Problems()
        self._folders: list[Folder] = []

    def sheet(self) -> Sheet:
        given = mapping(self._tree.get("environments"))
        changed = mapping((items(given.get("subEnvironments")) or [None])[0])
        variables = (*_variables(given.get("data"), self._budget), *_variables(changed.get("data"), self._budget))
        about = _plain(mapping(self._tree.get("meta")).get("description"))
        self._folders.append(Folder(description=about, variables=variables))
        return Sheet(
            title=line(self._tree.get("name")) or "Collection of Insomnia",
            format="insomnia-5",
            requests=tuple(self._requests(items(self._tree.get("collection")), "/collection", 0)),
            folders=tuple(self._folders),
            problems=self._problem.kept,
        )

    def _requests(self, nodes: list[Any], pointer: str, parent: int, depth: int = 0) -> Iterator[Request]:
        for index, node in enumerate(map(mapping, nodes)):
            self._budget.spend()
            where = f"{pointer}/{index}"
            if isinstance(node.get("children"), list) and depth < _MAX_DEPTH:
                self._folders.append(_folder(node, self._folders[parent].name, parent, self._budget))
                yield from self._requests(node["children"], f"{where}/children", len(self._folders) - 1, depth + 1)
            elif "method" in node:
                yield _request(node, where, parent)
            else:
                self._problem(where, "is no request over HTTP, and is not read")


def _folder(node: dict[str, Any], outer: str, parent: int, budget: Budget) -> Folder:
    return Folder(
        name=folder_name(outer, line(node.get("name")), budget),
        description=_description(node),
        variables=tuple(_variables(node.get("environment"), budget)),
        headers=_pairs(node.get("headers")),
        access=_access(mapping(node.get("authentication"))),
        parent=parent,
    )


def _request(node: dict[str, Any], pointer: str, folder: int) -> Request:
    return Request(
        pointer=pointer,
        method=line(node.get("method")),
        url=_plain(node.get("url")),
        name=line(node.get("name")),
        description=_description(node),
        folder=folder,
        query=_pairs(node.get("parameters")),
        path=_pairs(node.get("pathParameters")),
        headers=_pairs(node.get("headers")),
        payload=_payload(mapping(node.get("body"))),
        access=_access(mapping(node.get("authentication"))),
    )


def _description(node: dict[str, Any]) -> str:
    return _plain(node.get("description")) or _plain(mapping(node.get("meta")).get("description"))


def _order(node: dict[str, Any]) -> float:
    """Return what Insomnia sorts the requests of a folder by."""
    key = node.get("metaSortKey")
    return key if isinstance(key, int | float) else 0


def _pairs(raw: Any) -> tuple[Pair, ...]:
    return pairs_of(raw, _plain, _plain)


def _variables(data: Any, budget: Budget, outer: str = "", depth: int = 0) -> Iterator[Pair]:
    """Yield the values of an environment; of what is inside another one, with both names: `auth.url`."""
    for key, value in mapping(data).items():
        name = f"{outer}.{key}" if outer else key
        budget.spend(1 + len(name) // PART_BYTES)
        if isinstance(value, dict) and depth < _MAX_DEPTH:
            yield from _variables(value, budget, name, depth + 1)
        else:
            yield Pair(name, _plain(value))


def _payload(body: dict[str, Any]) -> Payload | None:
    kind = line(body.get("mimeType")).lower()
    if kind in (FORM, MULTIPART) and body.get("params"):
        return Payload("form" if kind == FORM else "multipart", form=_pairs(body["params"]))
    if body.get("fileName"):
        return Payload("file", kind)
    kept = "application/json" if kind == "application/graphql" else kind  # which keeps JSON
    return Payload("text", kept, _plain(body.get("text"))) if body.get("text") else None


def _access(auth: dict[str, Any]) -> Access | None:
    """Return how a request proves who sends it; None where the folder around says so."""
    kind = line(auth.get("type"))
    if not kind:
        return None
    if auth.get("disabled") is True:
        return Access("none")
    place = line(auth.get("addTo"))
    return Access(
        _ACCESS.get(kind, kind),
        parameter=line(auth.get("key")),
        location=_PLACES.get(place, place),
        scopes=line(auth.get("scope")),
        token_url=_plain(auth.get("accessTokenUrl")),
        authorization_url=_plain(auth.get("authorizationUrl")),
        secrets=tuple(_plain(value) for name, value in auth.items() if name not in _OPEN and isinstance(value, str)),
    )


def _plain(value: Any) -> str:
    """Return a text in which variables and tags are written as in other tools: `{{ _.host }}` as `{{host}}`."""
    said = text(value)
    if "{{" in said:
        said = _VARIABLE.sub(r"{{\1}}", _QUOTED_VARIABLE.sub(r"{{\1}}", said))
    return _TAG.sub(_named, said) if "{%" in said else said


def _named(tag: re.Match[str]) -> str:
    """Return the variable that stands for a tag: by what it takes of an answer, else by what it is."""
    taken = _FILTER.search(tag[2])
    try:
        path = base64.b64decode(taken[1]).decode() if taken else ""
    except (binascii.Error, ValueError):
        path = ""
    return f"{{{{{(_WORD.findall(path) or [tag[1]])[-1]}}}}}"
