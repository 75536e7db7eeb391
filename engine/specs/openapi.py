"""OpenAPI 3.0, 3.1 and 3.2 documents to `Spec`."""

import re
from collections.abc import Iterator
from typing import Any

from engine.errors import SpecError
from engine.specs.document import MAX_URL, DocumentReader, security_scheme
from engine.specs.limits import Budget
from engine.specs.model import Body, Content, Parameter, Schema, SecurityScheme, Server, Spec
from engine.specs.nodes import items, line, mapping, text
from engine.specs.refs import escape, local_pointer

_VERSION = re.compile(r"3\.[0-2](\.|$)")
_METHOD = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}")
"""Methods of `additionalOperations`: those that HTTP has registered, and what may stand in a shell as it is."""


def parse(tree: dict[str, Any], budget: Budget) -> Spec:
    """Read the decoded document.

    Raises:
        SpecError: It is of another version, has no `paths`, or is more than the limits allow.
    """
    version = text(tree["openapi"])
    if not _VERSION.match(version):
        raise SpecError(f"OpenAPI {line(version)[:20]} is not supported")
    return _Reader(tree, budget).spec("openapi-" + ".".join(version.split(".")[:2]))


class _Reader(DocumentReader):
    METHODS = (*DocumentReader.METHODS, "trace", "query")
    LOCATIONS = ("path", "query", "header", "cookie")
    SCHEMAS = "/components/schemas"
    SECURITY_SCHEMES = "/components/securitySchemes"

    def _paths(self) -> dict[str, Any]:
        if text(self.tree.get("openapi")).startswith("3.0") or "webhooks" not in self.tree:
            return super()._paths()
        if self.tree["webhooks"]:
            self.problem("/webhooks", "are calls that the API makes itself; they are not read")
        return mapping(self.tree.get("paths"))

    def _methods(self, item: dict[str, Any], pointer: str) -> Iterator[tuple[str, Any, str]]:
        yield from super()._methods(item, pointer)
        for method, node in mapping(item.get("additionalOperations")).items():
            where = f"{pointer}/additionalOperations/{escape(method)}"
            if method.lower() in self.METHODS:
                self.problem(where, "has its own place in the path item")
            elif _METHOD.fullmatch(method):
                yield method, node, where
            else:
                self.problem(where, "is no method")

    def _servers(self) -> tuple[Server, ...]:
        return _servers(self.tree.get("servers"))

    def _own_servers(self, item: dict[str, Any], node: dict[str, Any]) -> tuple[Server, ...]:
        return _servers(node.get("servers") or item.get("servers"))

    def _security_scheme(self, name: str, node: dict[str, Any]) -> SecurityScheme:
        return security_scheme(name, node)

    def _inputs(
        self, item: dict[str, Any], node: dict[str, Any], pointer: str
    ) -> tuple[tuple[Parameter, ...], Body | None]:
        found = {(each.name, each.location): self._parameter(each) for each in self._declared(item, node, pointer)}
        return tuple(found.values()), self._body(node.get("requestBody"), f"{pointer}/requestBody")

    def _value(self, node: dict[str, Any], pointer: str) -> tuple[Schema, Any]:
        if "schema" in node:
            schema, example = self.schemas.read(node["schema"], f"{pointer}/schema"), node.get("example")
        else:
            contents = self._contents(node.get("content"), f"{pointer}/content")
            schema = contents[0].schema if contents else self.schemas.read({}, pointer)
            example = contents[0].example if contents else None
        if example is None:
            for key, raw in list(mapping(node.get("examples")).items())[:1]:
                found = mapping(self.follow(raw, f"{pointer}/examples/{escape(key)}"))
                example = found.get(_value_key(found))
        return schema, example

    def _body(self, raw: Any, pointer: str) -> Body | None:
        if raw is None or (node := self.follow(raw, pointer)) is None:
            return None
        return Body(
            required=node.get("required") is True,
            description=text(node.get("description")),
            content=self._contents(node.get("content"), f"{pointer}/content"),
        )

    def _response_content(self, _operation: dict[str, Any], node: dict[str, Any], pointer: str) -> tuple[Content, ...]:
        return self._contents(node.get("content"), f"{pointer}/content")

    def _contents(self, raw: Any, pointer: str) -> tuple[Content, ...]:
        contents = []
        for media_type, entry in mapping(raw).items():
            where = f"{pointer}/{escape(media_type)}"
            if (node := self.follow(entry, where)) is None:
                continue
            example, example_ref = self._example(node, where)
            contents.append(
                Content(
                    media_type=media_type,
                    schema=self._content_schema(node, where),
                    example=example,
                    example_ref=example_ref,
                )
            )
        return tuple(contents)

    def _content_schema(self, node: dict[str, Any], pointer: str) -> Schema:
        if "itemSchema" in node and "schema" not in node:  # OpenAPI 3.2: a stream, one item after another
            return Schema(type="array", items=self.schemas.read(node["itemSchema"], f"{pointer}/itemSchema"))
        return self.schemas.read(node.get("schema", {}), f"{pointer}/schema")

    def _example(self, node: dict[str, Any], pointer: str) -> tuple[Any, str]:
        """Return the first example of a media type, or the pointer to the value of a shared one."""
        if "example" in node:
            return node["example"], ""
        for name, raw in mapping(node.get("examples")).items():
            own = mapping(raw)
            ref = own.get("$ref")
            if not isinstance(ref, str):
                return own.get(_value_key(own)), ""
            example = mapping(self.follow(raw, f"{pointer}/examples/{escape(name)}"))
            target, key = local_pointer(ref), _value_key(example)
            if key in example and target is not None:
                self.examples[f"{target}/{key}"] = example[key]
                return None, f"{target}/{key}"
        return None, ""


def _value_key(example: dict[str, Any]) -> str:
    """Return under which key an example keeps its value; OpenAPI 3.2 prefers `dataValue`."""
    return "dataValue" if "dataValue" in example else "value"


def _servers(raw: Any) -> tuple[Server, ...]:
    servers = []
    for node in map(mapping, items(raw)):
        if url := line(node.get("url")):
            url = _with_defaults(url, mapping(node.get("variables")))
            servers.append(Server(url=url, description=text(node.get("description"))))
    return tuple(servers)


def _with_defaults(url: str, variables: dict[str, Any]) -> str:
    """Return an address with its variables replaced once, by their defaults; longer ones than `MAX_URL` as they are."""
    defaults = {name: line(mapping(variable).get("default")) for name, variable in variables.items()}
    if len(url) + sum(map(len, defaults.values())) > MAX_URL:
        return url
    return re.sub(r"\{([^{}]*)\}", lambda match: defaults.get(match[1], match[0]), url)
