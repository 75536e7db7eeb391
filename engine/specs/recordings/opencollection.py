"""OpenCollection to `Spec`: what Bruno writes in YAML, in one file or in a folder of them.

Source: https://schema.opencollection.com. A request has its settings below `http` or `graphql`.
"""

import posixpath
from collections.abc import Iterator
from typing import Any

from engine.errors import SpecError
from engine.specs.bundle import Neighbour
from engine.specs.decode import tree_of
from engine.specs.limits import Budget
from engine.specs.model import Spec
from engine.specs.nodes import items, line, mapping, text
from engine.specs.problems import Problems
from engine.specs.recordings.bru import access
from engine.specs.recordings.bruno import texts
from engine.specs.recordings.compose import spec
from engine.specs.recordings.requests import (
    FILE,
    Access,
    Answer,
    Folder,
    Pair,
    Payload,
    Places,
    Request,
    Sheet,
    folder_name,
    hidden,
    pairs_of,
)
from engine.specs.refs import file_pointer

_ROOTS = ("opencollection.yml", "opencollection.yaml", "workspace.yml")
_FOLDERS = ("folder.yml", "folder.yaml")
_ENVIRONMENTS = "environments"
_KINDS = {
    "json": "application/json",
    "xml": "application/xml",
    "text": "text/plain",
    "sparql": "application/sparql-query",
}
"""Kind of a body that is kept as it is sent → its media type."""
_MAX_SAID = 20
"""Values that an answer gives on which are told."""
_MAX_DEPTH = 50
"""Folders in folders."""


def parse(tree: dict[str, Any], budget: Budget, neighbour: Neighbour | None) -> Spec:
    """Read a collection.

    Args:
        tree: What its `opencollection.yml` says.
        budget: What is left of the limits.
        neighbour: Lists and opens the files around it, where the requests are not in it.

    Raises:
        SpecError: It has no requests, or is more than the limits allow.
    """
    info = mapping(tree.get("info"))
    reader = _Reader(tree, budget)
    found = reader.items(items(tree.get("items")), "/items", 0)
    if not found:
        found = reader.files(neighbour)
    if not found:
        raise SpecError("The collection has no request over HTTP", hint="Add the folder that the collection is")
    sheet = Sheet(
        line(info.get("name")) or "Untitled collection",
        "opencollection",
        tuple(found),
        tuple(reader.folders),
        line(info.get("version")),
        reader.problem.kept,
    )
    return spec(hidden(sheet, budget), budget)


class _Reader:
    def __init__(self, tree: dict[str, Any], budget: Budget) -> None:
        self._budget = budget
        self.problem = Problems()
        root = _folder(tree, "", -1)
        environments = items(mapping(tree.get("config")).get("environments"))
        self._environment = _pairs(mapping(environments[0]).get("variables")) if environments else ()
        summary = text(mapping(tree.get("info")).get("summary"))
        whole = Folder("", root.description or summary, root.variables, root.headers, root.access)
        self._trees: dict[str, dict[str, Any]] = {}
        """What the files of a folder say, by their paths."""
        self._places = Places(whole, self._folder)
        self.folders = self._places.folders
        self._use_environment()

    def _use_environment(self) -> None:
        root = self.folders[0]
        variables = (*self._environment, *root.variables)
        self.folders[0] = Folder("", root.description, variables, root.headers, root.access)

    def items(self, nodes: list[Any], pointer: str, parent: int, depth: int = 0) -> list[Request]:
        """Return the requests of a list, those of the folders in it included."""
        found: list[Request] = []
        for index, node in enumerate(map(mapping, nodes)):
            self._budget.spend()
            where = f"{pointer}/{index}"
            if "items" in node and depth < _MAX_DEPTH:
                name = line(mapping(node.get("info")).get("name") or node.get("name"))
                full = folder_name(self.folders[parent].name, name, self._budget)
                self.folders.append(_folder(node, full, parent))
                found += self.items(items(node["items"]), f"{where}/items", len(self.folders) - 1, depth + 1)
            elif request := _request(node, where, parent):
                found.append(request)
            else:
                self.problem(where, "has no request over HTTP")
        return found

    def files(self, neighbour: Neighbour | None) -> list[Request]:
        """Return the requests of the files in the folder."""
        sources = [*texts(".yml", _ROOTS[0], neighbour, self.problem, self._budget)]
        trees = self._trees = {path: tree for path, source in sources if (tree := self._tree(path, source))}
        if first := next((path for path in sorted(trees) if path.startswith(f"{_ENVIRONMENTS}/")), ""):
            self._environment = _pairs(trees[first].get("variables"))
            self._use_environment()
        return [*self._requests()]

    def _tree(self, path: str, source: str) -> dict[str, Any]:
        try:
            return mapping(tree_of(source, self._budget.limits, Problems()).value)
        except SpecError as error:
            self.problem(file_pointer(path), f"cannot be read: {error}")
        except RecursionError:
            self.problem(file_pointer(path), f"is nested deeper than {self._budget.limits.max_depth} levels")
        return {}

    def _requests(self) -> Iterator[Request]:
        trees = self._trees

        def order(path: str) -> tuple[str, float, str]:
            number = mapping(trees[path].get("info")).get("seq")
            return posixpath.dirname(path), number if isinstance(number, int | float) else 0, path

        for path in sorted(trees, key=order):
            folder, name = posixpath.split(path)
            if name in (*_ROOTS, *_FOLDERS) or folder.partition("/")[0] == _ENVIRONMENTS:
                continue
            if request := _request(trees[path], file_pointer(path), self._places.of(folder)):
                yield request

    def _folder(self, path: str, outer: str, parent: int) -> Folder:
        found = next((self._trees[file] for each in _FOLDERS if (file := f"{path}/{each}") in self._trees), {})
        said = line(mapping(found.get("info")).get("name")) or posixpath.basename(path)
        return _folder(found, folder_name(outer, said, self._budget), parent)


def _folder(node: dict[str, Any], name: str, parent: int) -> Folder:
    given = mapping(node.get("request"))
    return Folder(
        name,
        description=_said(node.get("docs")) or _said(mapping(node.get("info")).get("description")),
        variables=_pairs(given.get("variables")),
        headers=_pairs(given.get("headers")),
        access=_access(given.get("auth")),
        parent=parent,
    )


def _request(node: dict[str, Any], pointer: str, folder: int) -> Request | None:
    """Return the request of a node; None where it is none over HTTP."""
    kind = next((kind for kind in ("http", "graphql") if isinstance(node.get(kind), dict)), "")
    if not kind:
        return None
    given, info, runtime = node[kind], mapping(node.get("info")), mapping(node.get("runtime"))
    params = [mapping(each) for each in items(given.get("params"))]
    said = (_said(node.get("docs")) or _said(info.get("description")), *_kept(runtime))
    body = given.get("body")
    return Request(
        pointer=f"{pointer}/{kind}",
        method=line(given.get("method")) or ("POST" if kind == "graphql" else "GET"),
        url=text(given.get("url")),
        name=line(info.get("name")),
        description="\n\n".join(part for part in said if part),
        folder=folder,
        query=_pairs([each for each in params if each.get("type") != "path"]),
        path=_pairs([each for each in params if each.get("type") == "path"]),
        headers=_pairs(given.get("headers")),
        payload=_graphql(mapping(body)) if kind == "graphql" else _payload(body),
        access=_access(given.get("auth", runtime.get("auth"))),
        variables=_pairs(runtime.get("variables")),
        answers=tuple(_answer(mapping(each)) for each in items(node.get("examples"))),
    )


def _kept(runtime: dict[str, Any]) -> list[str]:
    """Return what is said of the values of the answer that later requests use."""
    found = []
    for action in map(mapping, items(runtime.get("actions"))[:_MAX_SAID]):
        selected, name = text(mapping(action.get("selector")).get("expression")), mapping(action.get("variable"))
        if action.get("phase") == "after-response" and selected:
            found.append(f"Keeps {selected} of the answer as {{{{{line(name.get('name'))}}}}}.")
    return found


def _said(value: Any) -> str:
    """Return a description, a text or a mapping with its `content`."""
    return text(mapping(value).get("content") if isinstance(value, dict) else value)


def _value(raw: Any) -> str:
    """Return a value: a text, one with its type, or the first one of several that are marked as selected."""
    if isinstance(raw, list):
        chosen = next((each for each in map(mapping, raw) if each.get("selected")), mapping(raw[0] if raw else None))
        return _value(chosen.get("value"))
    return text(raw.get("data")) if isinstance(raw, dict) else text(raw)


def _pairs(raw: Any) -> tuple[Pair, ...]:
    return pairs_of(raw, _value, _said)


def _access(auth: Any) -> Access | None:
    if isinstance(auth, dict) and auth.get("type"):
        flow = {name: text(value) for name, value in auth.items()}
        return access(line(auth["type"]), {**flow, **_renamed(auth)})
    return Access("none") if auth == "none" else None


def _renamed(auth: dict[str, Any]) -> dict[str, str]:
    """Return the settings of OAuth by the names that `.bru` files have for them."""
    names = {"accessTokenUrl": "access_token_url", "authorizationUrl": "authorization_url"}
    return {name: text(auth[key]) for key, name in names.items() if key in auth}


def _payload(raw: Any) -> Payload | None:
    chosen = next((each.get("body") for each in map(mapping, items(raw)) if each.get("selected")), None)
    body = mapping(chosen if isinstance(raw, list) else raw)
    kind, data = text(body.get("type")), body.get("data")
    if kind in ("form-urlencoded", "multipart-form"):
        return Payload("form" if kind == "form-urlencoded" else "multipart", form=_pairs(data))
    if kind == FILE:
        return Payload("file")
    return Payload("text", _KINDS.get(kind, ""), text(data)) if data else None


def _graphql(body: dict[str, Any]) -> Payload | None:
    query = text(body.get("query"))
    return Payload("graphql", text=query, inputs=text(body.get("variables"))) if query else None


def _answer(example: dict[str, Any]) -> Answer:
    response = mapping(example.get("response"))
    body = mapping(response.get("body"))
    return Answer(
        status=line(response.get("status")),
        name=line(example.get("name")),
        headers=_pairs(response.get("headers")),
        kind=_KINDS.get(text(body.get("type")), ""),
        body=text(body.get("data")),
    )
