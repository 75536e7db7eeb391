"""OpenAPI 3.0 and 3.1 documents to `Spec`.

A broken part costs that part: what cannot be read becomes a `Problem` and the rest goes on. Schemas keep their
references; parameters, bodies, responses and headers are small and shared by design, so theirs are followed here.
"""

import re
from collections.abc import Iterator
from typing import Any

from engine.errors import SpecError
from engine.specs.model import (
    About,
    Body,
    Content,
    Grant,
    Operation,
    Parameter,
    Problem,
    Response,
    SecurityScheme,
    Server,
    Spec,
    Tag,
)
from engine.specs.refs import escape, local_pointer, lookup
from engine.specs.schema import SchemaReader
from engine.text import clean_line

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""Keys of a path item that are operations (OpenAPI 3.1, section 4.8.9)."""
MAX_HOPS = 32
"""References that may follow one another before they are taken for a circle."""
MAX_PARTS = 2_000_000
"""Path items, parameters, bodies, responses and headers, shared ones as often as they are referred to."""
MAX_URL = 2048
"""Characters of a server's address up to which its variables are replaced."""
MAX_PROBLEMS = 200
"""Problems that are listed; a document with more is broken in one way many times."""
MAX_MESSAGE = 300
"""Characters of what is said of a problem, which may quote a reference of any length."""


def parse(tree: dict[str, Any]) -> Spec:
    """Read the decoded document.

    Raises:
        SpecError: It has no `paths`, or multiplies its shared parts without measure.
    """
    return _Reader(tree).spec()


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """Return a text; YAML reads `version: 1.0` as a number and `operationId: true` as a truth value."""
    return str(value) if isinstance(value, str | int | float) else ""


def _line(value: Any) -> str:
    return clean_line(_text(value))


class _Reader:
    """Reads one document; holds what accumulates while it does."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self.tree = tree
        self.problems: list[Problem] = []
        self.schemas = SchemaReader(tree, self.problem)
        self.examples: dict[str, Any] = {}
        self.parts = 0

    def problem(self, pointer: str, message: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(pointer=pointer, message=clean_line(message)[:MAX_MESSAGE]))

    def spec(self) -> Spec:
        version = _text(self.tree.get("openapi"))
        paths = self.tree.get("paths")
        if not isinstance(paths, dict) and (version.startswith("3.0") or "webhooks" not in self.tree):
            raise SpecError("The document has no `paths`, so there is nothing to call")
        operations = tuple(self._operations(_mapping(paths)))
        return Spec(
            about=self._about(version),
            operations=operations,
            schemas=self.schemas.finish(),
            examples=self.examples,
            problems=tuple(self.problems),
        )

    def _about(self, version: str) -> About:
        info = _mapping(self.tree.get("info"))
        schemes = _mapping(_mapping(self.tree.get("components")).get("securitySchemes"))
        return About(
            title=_line(info.get("title")) or "Untitled API",
            version=_line(info.get("version")),
            format="openapi-" + ".".join(version.split(".")[:2]),
            description=_text(info.get("description")),
            servers=_servers(self.tree.get("servers")),
            tags=tuple(
                Tag(name=_line(tag.get("name")), description=_text(tag.get("description")))
                for tag in map(_mapping, _items(self.tree.get("tags")))
                if _line(tag.get("name"))
            ),
            security_schemes=tuple(
                _security_scheme(name, scheme)
                for name, raw in schemes.items()
                if (scheme := self._follow(raw, f"/components/securitySchemes/{escape(name)}")) is not None
            ),
        )

    def _follow(self, node: Any, pointer: str) -> dict[str, Any] | None:
        """Return the mapping that `node` is or refers to; None, with a problem noted, when there is none."""
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise SpecError(f"The document has more than {MAX_PARTS:,} parts once its references are followed")
        for _ in range(MAX_HOPS):
            if not isinstance(node, dict):
                self.problem(pointer, "is not a mapping")
                return None
            ref = node.get("$ref")
            if not isinstance(ref, str):
                return node
            target = local_pointer(ref)
            if target is None:
                self.problem(pointer, f"refers to another document ({ref}), which is not read")
                return None
            try:
                node = lookup(self.tree, target)
            except LookupError:
                self.problem(pointer, f"refers to {ref}, which does not exist")
                return None
        self.problem(pointer, "is a circle of references")
        return None

    def _operations(self, paths: dict[str, Any]) -> Iterator[Operation]:
        for path, raw in paths.items():
            pointer = f"/paths/{escape(path)}"
            if path.startswith("x-") or (item := self._follow(raw, pointer)) is None:
                continue
            for method in METHODS:
                if method in item:
                    if isinstance(item[method], dict):
                        yield self._operation(path, method, item, f"{pointer}/{method}")
                    else:
                        self.problem(f"{pointer}/{method}", "is not a mapping")

    def _operation(self, path: str, method: str, item: dict[str, Any], pointer: str) -> Operation:
        node = item[method]
        security = node.get("security", self.tree.get("security"))
        return Operation(
            method=method.upper(),
            path=path,
            pointer=pointer,
            operation_id=_line(node.get("operationId")),
            summary=_line(node.get("summary") or item.get("summary")),
            description=_text(node.get("description") or item.get("description")),
            tags=tuple(filter(None, map(_line, _items(node.get("tags"))))),
            deprecated=node.get("deprecated") is True,
            parameters=self._parameters(item, node, pointer),
            body=self._body(node.get("requestBody"), f"{pointer}/requestBody"),
            responses=self._responses(node.get("responses"), f"{pointer}/responses"),
            security=tuple(
                tuple(Grant(scheme=name, scopes=tuple(map(_text, _items(scopes)))) for name, scopes in need.items())
                for need in _items(security)
                if isinstance(need, dict)
            ),
            servers=_servers(node.get("servers") or item.get("servers")),
        )

    def _parameters(self, item: dict[str, Any], node: dict[str, Any], pointer: str) -> tuple[Parameter, ...]:
        """Return the parameters of the path item and the operation; the operation's own win."""
        found: dict[tuple[str, str], Parameter] = {}
        for place, holder in ((pointer.rpartition("/")[0], item), (pointer, node)):
            for index, raw in enumerate(_items(holder.get("parameters"))):
                where = f"{place}/parameters/{index}"
                parameter = self._follow(raw, where)
                if parameter is None:
                    continue
                name, location = _text(parameter.get("name")), _text(parameter.get("in"))
                if not name or location not in ("path", "query", "header", "cookie"):
                    self.problem(where, "is no parameter: it lacks a name or a known place")
                    continue
                found[name, location] = self._parameter(name, location, parameter, where)
        return tuple(found.values())

    def _parameter(self, name: str, location: str, node: dict[str, Any], pointer: str) -> Parameter:
        if "schema" in node:
            schema, example = self.schemas.read(node["schema"], f"{pointer}/schema"), node.get("example")
        else:
            contents = self._contents(node.get("content"), f"{pointer}/content")
            schema = contents[0].schema if contents else self.schemas.read({}, pointer)
            example = contents[0].example if contents else None
        if example is None:
            for key, raw in list(_mapping(node.get("examples")).items())[:1]:
                example = _mapping(self._follow(raw, f"{pointer}/examples/{escape(key)}")).get("value")
        return Parameter(
            name=name,
            location=location,
            required=node.get("required") is True or location == "path",
            deprecated=node.get("deprecated") is True,
            description=_text(node.get("description")),
            schema=schema,
            example=example,
        )

    def _body(self, raw: Any, pointer: str) -> Body | None:
        if raw is None or (node := self._follow(raw, pointer)) is None:
            return None
        return Body(
            required=node.get("required") is True,
            description=_text(node.get("description")),
            content=self._contents(node.get("content"), f"{pointer}/content"),
        )

    def _responses(self, raw: Any, pointer: str) -> tuple[Response, ...]:
        responses = []
        for status, entry in _mapping(raw).items():
            where = f"{pointer}/{escape(status)}"
            if status.startswith("x-") or (node := self._follow(entry, where)) is None:
                continue
            headers = (
                self._parameter(name, "header", header, f"{where}/headers/{escape(name)}")
                for name, entry in _mapping(node.get("headers")).items()
                if (header := self._follow(entry, f"{where}/headers/{escape(name)}")) is not None
            )
            responses.append(
                Response(
                    status=status,
                    description=_text(node.get("description")),
                    content=self._contents(node.get("content"), f"{where}/content"),
                    headers=tuple(headers),
                )
            )
        return tuple(responses)

    def _contents(self, raw: Any, pointer: str) -> tuple[Content, ...]:
        contents = []
        for media_type, node in _mapping(raw).items():
            where = f"{pointer}/{escape(media_type)}"
            if not isinstance(node, dict):
                self.problem(where, "is not a mapping")
                continue
            example, example_ref = self._example(node, where)
            contents.append(
                Content(
                    media_type=media_type,
                    schema=self.schemas.read(node.get("schema", {}), f"{where}/schema"),
                    example=example,
                    example_ref=example_ref,
                )
            )
        return tuple(contents)

    def _example(self, node: dict[str, Any], pointer: str) -> tuple[Any, str]:
        """Return the first example of a media type, or the pointer to the value of a shared one."""
        if "example" in node:
            return node["example"], ""
        for name, raw in _mapping(node.get("examples")).items():
            ref = raw.get("$ref") if isinstance(raw, dict) else None
            if not isinstance(ref, str):
                return _mapping(raw).get("value"), ""
            example = self._follow(raw, f"{pointer}/examples/{escape(name)}")
            target = local_pointer(ref)
            if example is not None and "value" in example and target is not None:
                self.examples[f"{target}/value"] = example["value"]
                return None, f"{target}/value"
        return None, ""


def _servers(raw: Any) -> tuple[Server, ...]:
    servers = []
    for node in map(_mapping, _items(raw)):
        if url := _line(node.get("url")):
            url = _with_defaults(url, _mapping(node.get("variables")))
            servers.append(Server(url=url, description=_text(node.get("description"))))
    return tuple(servers)


def _with_defaults(url: str, variables: dict[str, Any]) -> str:
    """Return an address with its variables replaced once, by their defaults; longer ones than `MAX_URL` as they are."""
    defaults = {name: _line(_mapping(variable).get("default")) for name, variable in variables.items()}
    if len(url) + sum(map(len, defaults.values())) > MAX_URL:
        return url
    return re.sub(r"\{([^{}]*)\}", lambda match: defaults.get(match[1], match[0]), url)


def _security_scheme(name: str, node: dict[str, Any]) -> SecurityScheme:
    flows = [flow for flow in _mapping(node.get("flows")).values() if isinstance(flow, dict)]
    return SecurityScheme(
        name=name,
        type=_text(node.get("type")),
        scheme=_text(node.get("scheme")),
        location=_text(node.get("in")),
        parameter=_text(node.get("name")),
        description=_text(node.get("description")),
        scopes={scope: _text(what) for flow in flows for scope, what in _mapping(flow.get("scopes")).items()},
        token_url=next((_text(flow["tokenUrl"]) for flow in flows if flow.get("tokenUrl")), ""),
        authorization_url=next((_text(flow["authorizationUrl"]) for flow in flows if flow.get("authorizationUrl")), ""),
    )
