"""OpenAPI 3.0, 3.1 and 3.2 documents to `Spec`."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from engine.errors import SpecError
from engine.specs.limits import Budget
from engine.specs.model import (
    STREAM,
    Body,
    Content,
    Example,
    Parameter,
    Schema,
    SecurityScheme,
    Serialization,
    Server,
    ServerVariable,
    Spec,
)
from engine.specs.nodes import items, line, mapping, text
from engine.specs.openapi.document import MAX_URL, Declared, DocumentReader, Part
from engine.specs.openapi.security import security_scheme
from engine.specs.openapi.serialization import encodings
from engine.specs.refs import escape

_VERSION = re.compile(r"3\.[0-2](\.|$)")
_FORM = "application/x-www-form-urlencoded"
_METHOD = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}")
"""Methods of `additionalOperations`: those that HTTP has registered, and what may stand in a shell as it is."""
_IGNORED = ("accept", "authorization", "content-type")
"""Headers that are no parameters: media types and security schemes decide them (OpenAPI 3.2.0, 4.12.2)."""


def parse(tree: dict[str, Any], budget: Budget) -> Spec:
    """Read the decoded document.

    Raises:
        SpecError: It is of another version, has nothing to call, or is more than the limits allow.
    """
    version = text(tree["openapi"])
    if not _VERSION.match(version):
        raise SpecError(f"OpenAPI {line(version)[:20]} is not supported")
    siblings = not version.startswith("3.0")
    return _Reader(tree, budget, siblings=siblings).spec("openapi-" + ".".join(version.split(".")[:2]))


class _Reader(DocumentReader):
    METHODS = (*DocumentReader.METHODS, "trace")
    LOCATIONS = ("path", "query", "querystring", "header", "cookie")
    SCHEMAS = "/components/schemas"
    SECURITY_SCHEMES = "/components/securitySchemes"

    def _paths(self) -> dict[str, Any]:
        """Return the paths. Since OpenAPI 3.1 a document may have webhooks or components alone."""
        needless = ["x-webhooks"] if text(self.tree["openapi"]).startswith("3.0") else ["webhooks", "components"]
        if self.tree.get("paths") is None and any(map(self.tree.get, needless)):
            return {}
        return super()._paths()

    def _methods(self, item: Part) -> Iterator[tuple[str, Any, str]]:
        yield from super()._methods(item)
        if "query" in item.node and text(self.tree["openapi"]).startswith("3.2"):
            yield "QUERY", item.node["query"], "/query"
        for method, node in mapping(item.node.get("additionalOperations")).items():
            tail = f"/additionalOperations/{escape(method)}"
            if method.lower() in (*self.METHODS, "query"):
                self.problem(f"{item.pointer}{tail}", "has its own place in the path item")
            elif _METHOD.fullmatch(method):
                yield method, node, tail
            else:
                self.problem(f"{item.pointer}{tail}", "is no method")

    def _servers(self) -> tuple[Server, ...]:
        return _servers(self.tree.get("servers"))

    def _own_servers(self, item: dict[str, Any], node: dict[str, Any]) -> tuple[Server, ...]:
        raw = node.get("servers") or item.get("servers")
        self.budget.spend(len(items(raw)))
        return _servers(raw)

    def _security_scheme(self, name: str, node: dict[str, Any]) -> SecurityScheme:
        return security_scheme(name, node)

    def _inputs(self, item: Part, own: Part) -> tuple[tuple[Parameter, ...], Body | None]:
        declared = (part for each in self._declared(item, own) if not _is_ignored(each) for part in self._parts(each))
        found = {(each.name, each.location): each for each in declared}
        return tuple(found.values()), self._body(own.node.get("requestBody"), f"{own.pointer}/requestBody")

    def _parts(self, declared: Declared) -> Iterator[Parameter]:
        """Yield a parameter; of a query as a whole that is a form, its fields (OpenAPI 3.2, `in: querystring`)."""
        whole = self._parameter(declared)
        content = mapping(declared.node.get("content")).get(_FORM) if declared.location == "querystring" else None
        schema = self.schemas.whole(whole.schema)
        if content is None or not schema.properties:
            yield whole
            return
        example, written = mapping(whole.example), encodings(mapping(content))
        for name, field in schema.properties.items():
            self.budget.spend()
            yield Parameter(
                name=name,
                location="query",
                required=whole.required and name in schema.required,
                deprecated=field.deprecated,
                description=field.description,
                schema=field,
                example=example.get(name),
                serialization=written.get(name, Serialization()),
            )

    def _value(self, node: dict[str, Any], pointer: str) -> tuple[Schema, Any]:
        if "schema" in node:
            schema, example = self.schemas.read(node["schema"], f"{pointer}/schema"), node.get("example")
        else:
            contents = self._contents(Part(node, pointer))
            schema = contents[0].schema if contents else Schema()
            example = self._example_of(contents[0]) if contents else None
        if example is None:
            for key, raw in list(mapping(node.get("examples")).items())[:1]:
                if found := self.follow(raw, f"{pointer}/examples/{escape(key)}"):
                    example = found.node.get(_value_key(found.node))
        return schema, example

    def _example_of(self, content: Content) -> Any:
        return self.examples[content.example_ref] if content.example_ref else content.example

    def _body(self, raw: Any, pointer: str) -> Body | None:
        if raw is None or (found := self.follow(raw, pointer)) is None:
            return None
        return Body(
            required=found.node.get("required") is True,
            description=text(found.node.get("description")),
            content=self._contents(found),
        )

    def _response_content(self, _operation: dict[str, Any], response: Part) -> tuple[Content, ...]:
        return self._contents(response)

    def _contents(self, holder: Part) -> tuple[Content, ...]:
        contents = []
        for media_type, entry, where in self.named(holder, "content"):
            if (found := self.follow(entry, where)) is None:
                continue
            example, example_ref, examples = self._examples(found)
            contents.append(
                Content(
                    media_type=media_type,
                    schema=self._content_schema(*found),
                    example=example,
                    example_ref=example_ref,
                    encoding=self._encodings(found),
                    examples=examples,
                )
            )
        return tuple(contents)

    def _encodings(self, content: Part) -> dict[str, Serialization]:
        """Return what a media type says of the fields of a form, the headers of its parts among it."""
        said = encodings(content.node)
        for field, raw in mapping(content.node.get("encoding")).items():
            self.budget.spend()
            encoding = Part(mapping(raw), f"{content.pointer}/encoding/{escape(field)}")
            if headers := tuple(self._headers(encoding)):
                said[field] = msgspec.structs.replace(said.get(field, Serialization()), headers=headers)
        return said

    def _content_schema(self, node: dict[str, Any], pointer: str) -> Schema:
        if "itemSchema" in node and "schema" not in node:  # OpenAPI 3.2: a stream, one item after another
            return Schema(
                type="array", format=STREAM, items=self.schemas.read(node["itemSchema"], f"{pointer}/itemSchema")
            )
        return self.schemas.read(node.get("schema", {}), f"{pointer}/schema")

    def _examples(self, content: Part) -> tuple[Any, str, tuple[Example, ...]]:
        """Return the first example of a media type, or the pointer to it; and all of them where they are several."""
        if "example" in content.node:
            return *self.kept(self.meant(content.node["example"]), f"{content.pointer}/example"), ()
        found: list[Example] = []
        for name, raw, where in self.named(content, "examples"):
            node, place = self.follow(raw, where) or Part({}, "")
            if (key := _value_key(node)) in node:
                value, ref = self.kept(self.meant(node[key]), f"{place}/{key}", shared=place != where)
                found.append(Example(name, line(node.get("summary")), value, ref))
        if not found:
            return None, "", ()
        first = msgspec.structs.replace(found[0], value=None, ref="")
        return found[0].value, found[0].ref, (first, *found[1:]) if len(found) > 1 else ()


def _is_ignored(declared: Declared) -> bool:
    return declared.location == "header" and declared.name.lower() in _IGNORED


def _value_key(example: dict[str, Any]) -> str:
    """Return under which key an example keeps its value; OpenAPI 3.2 prefers `dataValue`."""
    return "dataValue" if "dataValue" in example else "value"


def _servers(raw: Any) -> tuple[Server, ...]:
    servers = []
    for node in map(mapping, items(raw)):
        if template := line(node.get("url")):
            variables = {name: _variable(mapping(said)) for name, said in mapping(node.get("variables")).items()}
            url = _with_defaults(template, variables)
            servers.append(
                Server(
                    url=url,
                    description=text(node.get("description")),
                    template=template if template != url else "",
                    variables=variables,
                )
            )
    return tuple(servers)


def _variable(node: dict[str, Any]) -> ServerVariable:
    return ServerVariable(
        default=line(node.get("default")),
        values=tuple(map(line, items(node.get("enum")))),
        description=text(node.get("description")),
    )


def _with_defaults(template: str, variables: dict[str, ServerVariable]) -> str:
    """Return an address with its variables replaced once, by their defaults; longer ones than `MAX_URL` as they are."""
    if len(template) + sum(len(variable.default) for variable in variables.values()) > MAX_URL:
        return template
    known = {name: variable.default for name, variable in variables.items()}
    return re.sub(r"\{([^{}]*)\}", lambda match: known.get(match[1], match[0]), template)
