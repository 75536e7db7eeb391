"""Swagger 2.0 documents to `Spec`: what they say in their own way is written as OpenAPI 3 would have it."""

import re
from typing import Any

from engine.errors import SpecError
from engine.specs.limits import Budget
from engine.specs.model import Body, Content, Parameter, Schema, SecurityScheme, Serialization, Server, Spec
from engine.specs.nodes import items, line, mapping, text
from engine.specs.openapi import enums
from engine.specs.openapi.document import MAX_URL, Declared, DocumentReader, Part
from engine.specs.openapi.security import security_scheme
from engine.specs.openapi.serialization import serialization
from engine.specs.refs import escape

_VERSION = re.compile(r"2(\.0)?$")
_SCHEMES = ("http", "https", "ws", "wss")
"""Ways to reach a server (Swagger 2.0, Swagger Object)."""
_WRITTEN = "collectionFormat"
"""How a list is written; see `serialization`."""
_ANY_TYPE = "*/*"
"""Media type of a body for which the document names none."""
_MULTIPART = "multipart/form-data"
_URLENCODED = "application/x-www-form-urlencoded"
_OF_THE_PARAMETER = frozenset(("description", "deprecated", "example", _WRITTEN))
"""Keys that a parameter and its schema share, and that belong to the parameter."""


def parse(tree: dict[str, Any], budget: Budget) -> Spec:
    """Read the decoded document.

    Raises:
        SpecError: It is of another version, has no `paths`, or is more than the limits allow.
    """
    version = text(tree["swagger"])
    if not _VERSION.match(version):
        raise SpecError(f"Swagger {line(version)[:20]} is not supported")
    return _Reader(tree, budget).spec("swagger-2.0")


class _Reader(DocumentReader):
    LOCATIONS = ("path", "query", "header", "body", "formData")
    SCHEMAS = "/definitions"
    SECURITY_SCHEMES = "/securityDefinitions"

    def __init__(self, tree: dict[str, Any], budget: Budget) -> None:
        super().__init__(tree, budget, siblings=False)
        self._scheme, _, host = line(tree.get("host")).rpartition("://")  # careless documents write the scheme there
        base = line(tree.get("basePath"))
        self._address = f"{host and '//'}{host}{base and '/'}{base.lstrip('/')}"
        """All of the servers' addresses but the scheme; relative without a host."""
        if len(self._address) > MAX_URL:
            self.problem("/host", f"is longer than {MAX_URL:,} characters together with `basePath`")
            self._address = ""

    def _servers(self) -> tuple[Server, ...]:
        found = self._reached_by(self.tree.get("schemes")) or self._reached_by([self._scheme])
        return found or ((Server(url=self._address),) if self._address else ())

    def _own_servers(self, _item: dict[str, Any], node: dict[str, Any]) -> tuple[Server, ...]:
        return self._reached_by(node.get("schemes"))

    def _reached_by(self, raw: Any) -> tuple[Server, ...]:
        """Return a server for each scheme; none where there is no host."""
        self.budget.spend(len(items(raw)))
        schemes = dict.fromkeys(line(scheme).lower() for scheme in items(raw))
        if not self._address.startswith("//"):
            return ()
        return tuple(Server(url=f"{scheme}:{self._address}") for scheme in schemes if scheme in _SCHEMES)

    def _security_scheme(self, name: str, node: dict[str, Any]) -> SecurityScheme:
        if node.get("type") == "basic":
            return security_scheme(name, {**node, "type": "http", "scheme": "basic"})
        return security_scheme(name, {**node, "flows": {"": node}} if node.get("type") == "oauth2" else node)

    def _inputs(self, item: Part, own: Part) -> tuple[tuple[Parameter, ...], Body | None]:
        parameters: dict[tuple[str, str], Parameter] = {}
        fields: dict[str, Declared] = {}
        whole: Declared | None = None
        for declared in self._declared(item, own):
            if declared.location == "body":
                whole = declared
            elif declared.location == "formData":
                fields[declared.name] = declared
            else:
                parameters[declared.name, declared.location] = self._parameter(declared)
        if whole and fields:
            self.problem(own.pointer, "has a body and form fields, of which only one can be sent; the body is read")
        body = self._body(own.node, whole) if whole else self._form(own.node, fields) if fields else None
        return tuple(parameters.values()), body

    def _value(self, node: dict[str, Any], pointer: str) -> tuple[Schema, Any]:
        if "schema" in node:  # only bodies may have one, but careless documents give one to others
            schema = self.schemas.read(node["schema"], f"{pointer}/schema")
        else:
            schema = self.schemas.read({key: node[key] for key in node if not _is_of_the_parameter(key)}, pointer)
        return schema, node.get("x-example", node.get("example"))

    def _body(self, operation: dict[str, Any], declared: Declared) -> Body:
        types = self._media_types(operation, "consumes")
        return Body(
            required=declared.node.get("required") is True,
            description=text(declared.node.get("description")),
            content=self._contents(types, declared.node, declared.pointer, {}),
        )

    def _form(self, operation: dict[str, Any], fields: dict[str, Declared]) -> Body:
        required = tuple(name for name, field in fields.items() if field.node.get("required") is True)
        properties = {
            name: self.schemas.read({key: field.node[key] for key in field.node if key != _WRITTEN}, field.pointer)
            for name, field in fields.items()
        }
        types = [kind for kind in self._media_types(operation, "consumes") if kind in (_MULTIPART, _URLENCODED)]
        if any(field.node.get("type") == "file" for field in fields.values()):
            types = [_MULTIPART]
        schema = Schema(type="object", properties=properties, required=required)
        written = {name: how for name, field in fields.items() if (how := serialization(field.node)) != Serialization()}
        content = tuple(Content(media_type=kind, schema=schema, encoding=written) for kind in types or [_URLENCODED])
        return Body(required=bool(required), content=content)

    def _response_content(self, operation: dict[str, Any], response: Part) -> tuple[Content, ...]:
        node, pointer = response
        examples = {}
        self.budget.spend(len(mapping(node.get("examples"))))
        for kind, example in mapping(node.get("examples")).items():
            if "/" in kind:
                examples[kind] = self.kept(example, f"{pointer}/examples/{escape(kind)}")
            elif not kind.startswith("x-"):
                self.problem(f"{pointer}/examples/{escape(kind)}", "is no media type")
        if "schema" not in node and not examples:
            return ()
        types = list(dict.fromkeys([*self._media_types(operation, "produces"), *examples]))
        return self._contents(types, node, pointer, examples)

    def _contents(
        self, types: list[str], node: dict[str, Any], pointer: str, examples: dict[str, tuple[Any, str]]
    ) -> tuple[Content, ...]:
        """Return a content for each media type; the one schema of `node` is read once, and counts for each.

        Args:
            types: The media types.
            node: A body or response.
            pointer: Where it stands.
            examples: Media type → what `kept` returns for its example.
        """
        types = types or [_ANY_TYPE]
        before = self.schemas.count
        schema = self.schemas.read(node.get("schema", {}), f"{pointer}/schema")
        self.budget.spend((self.schemas.count - before) * len(types))
        contents = []
        for kind in types:
            example, example_ref = examples.get(kind, (None, ""))
            contents.append(Content(media_type=kind, schema=schema, example=example, example_ref=example_ref))
        return tuple(contents)

    def _media_types(self, operation: dict[str, Any], key: str) -> list[str]:
        """Return the media types of an operation: its own, or else the document's."""
        raw = items(operation.get(key, self.tree.get(key)))
        self.budget.spend(len(raw))
        return list(dict.fromkeys(filter(None, map(line, raw))))


def _is_of_the_parameter(key: str) -> bool:
    return key in _OF_THE_PARAMETER or (key.startswith("x-") and key != "x-nullable" and key not in enums.EXTENSIONS)
