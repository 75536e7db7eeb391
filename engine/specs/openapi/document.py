"""What OpenAPI 3 and Swagger 2.0 documents have in common: paths, shared parts, and how problems are kept.

A broken part costs that part: what cannot be read becomes a `Problem` and the rest goes on. Schemas keep their
references; parameters, bodies, responses and headers are small and shared by design, so theirs are followed here.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import msgspec

from engine.errors import SpecError
from engine.specs.limits import Budget
from engine.specs.model import (
    About,
    Body,
    Content,
    Link,
    Location,
    Operation,
    Parameter,
    Response,
    Schema,
    SecurityScheme,
    Server,
    Spec,
    Tag,
    written,
)
from engine.specs.nodes import extensions, items, line, mapping, text
from engine.specs.openapi.paths import undeclared, unique
from engine.specs.openapi.schema import SchemaReader
from engine.specs.openapi.security import grants
from engine.specs.openapi.serialization import serialization
from engine.specs.problems import Problems
from engine.specs.refs import MAX_HOPS, PART_BYTES, escape, leads_to_missing_file, local_pointer, lookup, weight

MAX_URL = 2048
"""Characters of a path, and of a server's address, up to which it is put together; the longest path known has 384."""
_MAX_INLINE = 1024
"""Bytes as JSON up to which an example is kept in each operation that has it; a larger one is kept once."""
_INHERITED = ("summary", "description", "servers")
"""What each operation of a path item has of it, where it has none of its own."""
_WEBHOOKS = ("webhooks", "x-webhooks")
"""Where webhooks are: since OpenAPI 3.1, and in documents that follow an older version."""
_BESIDE_REFERENCES = ("summary", "description")
"""What a reference may say itself of the part that it refers to (OpenAPI 3.1, Reference Object)."""

_EXAMPLE_KEYS = frozenset("summary description value".split())
"""Of an Example Object, by which it is told from the example itself."""


class Part(NamedTuple):
    """A mapping of the document and where it stands, past all references that lead there."""

    node: dict[str, Any]
    pointer: str


_LOCATIONS: dict[str, Location] = {
    "path": "path",
    "query": "query",
    "querystring": "querystring",
    "header": "header",
    "cookie": "cookie",
}
"""Where a parameter says that it is → where it goes; the others of Swagger 2.0 make up a body."""


class Declared(NamedTuple):
    """A parameter as the document declares it."""

    name: str
    location: str
    node: dict[str, Any]
    pointer: str


class _Call(NamedTuple):
    """How an operation is called, and from where the document refers to it."""

    method: str
    path: str
    pointer: str
    incoming: bool


class DocumentReader(ABC):
    """Reads one document; holds what accumulates while it does. A subclass knows what is special to its format."""

    METHODS: ClassVar[tuple[str, ...]] = ("get", "put", "post", "delete", "options", "head", "patch")
    """Keys of a path item that are operations."""
    LOCATIONS: ClassVar[tuple[str, ...]]
    """Where a parameter may be."""
    SCHEMAS: ClassVar[str]
    """JSON pointer of the shared schemas."""
    SECURITY_SCHEMES: ClassVar[str]
    """JSON pointer of the security schemes."""

    def __init__(self, tree: dict[str, Any], budget: Budget, *, siblings: bool) -> None:
        self.tree = tree
        self.budget = budget
        self.problem = Problems()
        self.schemas = SchemaReader(tree, self.SCHEMAS, self.problem, budget, siblings=siblings)
        self.examples: dict[str, Any] = {}
        self._needed = grants(tree.get("security"))
        self._weights: dict[str, int] = {}
        self._parameters: dict[tuple[str, str, str], tuple[Parameter, int]] = {}
        """Parameters and headers by name, location and pointer, with how many schemas they have."""

    def follow(self, node: Any, pointer: str) -> Part | None:
        """Return the mapping that `node` is or refers to; None, with a problem noted, when there is none."""
        self.budget.spend(1 + len(pointer) // PART_BYTES)
        if isinstance(node, dict) and "$ref" not in node:
            return Part(node, pointer)
        said: dict[str, Any] = {}
        place = pointer
        for _ in range(MAX_HOPS):
            if not isinstance(node, dict):
                self.problem(pointer, "is not a mapping")
                return None
            ref = node.get("$ref")
            if not isinstance(ref, str):
                return Part({**node, **said} if said else node, place)
            if len(node) > 1:
                said = {key: node[key] for key in _BESIDE_REFERENCES if key in node} | said
            target = local_pointer(ref)
            if target is None:
                self.problem(pointer, f"refers to {ref}, which is not a part of the document")
                return None
            try:
                node, place = self._target(target), target
            except LookupError:
                if not leads_to_missing_file(self.tree, target):
                    self.problem(pointer, f"refers to {ref}, which does not exist")
                return None
        self.problem(pointer, "is a circle of references")
        return None

    def _target(self, pointer: str) -> Any:
        node = lookup(self.tree, pointer)
        if pointer not in self._weights:
            self._weights[pointer] = weight(node)
        self.budget.spend(self._weights[pointer])
        return node

    def named(self, holder: Part, key: str) -> Iterator[tuple[str, Any, str]]:
        """Yield name, value and JSON pointer of each entry of a mapping of names; one that is referred to is followed.

        Only what has a name may be referred to, but people refer to the whole.
        """
        if key not in holder.node:  # as it is of most keys of most nodes
            return
        found = Part(mapping(holder.node[key]), f"{holder.pointer}/{key}")
        if isinstance(found.node.get("$ref"), str):
            self.problem(found.pointer, "has a reference in the place of names; what it leads to is read")
            found = self.follow(found.node, found.pointer) or Part({}, "")
        for name, value in found.node.items():
            yield name, value, f"{found.pointer}/{escape(name)}"

    def meant(self, example: Any) -> Any:
        """Return an example, or what it refers to, which no standard knows and people write all the same."""
        ref = example.get("$ref") if isinstance(example, dict) and len(example) == 1 else None
        pointer = local_pointer(ref) if isinstance(ref, str) else None
        if pointer is None:
            return example
        try:
            found = self._target(pointer)
        except LookupError:
            return example
        return (
            found["value"] if isinstance(found, dict) and found.keys() <= _EXAMPLE_KEYS and "value" in found else found
        )

    def kept(self, example: Any, pointer: str, *, shared: bool = False) -> tuple[Any, str]:
        """Return an example, or, when it is shared or large, the JSON pointer under which it is kept once."""
        if shared or len(msgspec.json.encode(example)) > _MAX_INLINE:
            self.examples[pointer] = example
            return None, pointer
        return example, ""

    def spec(self, form: str) -> Spec:
        """Read the whole document.

        Args:
            form: How `About.format` names the format.

        Raises:
            SpecError: It has no `paths`, or is more than the limits allow.
        """
        taken: set[str] = set()
        operations = tuple(unique(self._operations(self._paths(), "/paths"), taken))
        webhooks = tuple(unique(self._webhooks(), taken))
        return Spec(
            about=self._about(form),
            operations=operations,
            webhooks=webhooks,
            schemas=self.schemas.finish(),
            examples=self.examples,
            problems=self.problem.kept,
        )

    def _paths(self) -> dict[str, Any]:
        paths = self.tree.get("paths")
        if not isinstance(paths, dict):
            raise SpecError("The document has no `paths`, so there is nothing to call")
        return paths

    def _about(self, form: str) -> About:
        info = mapping(self.tree.get("info"))
        said = {**extensions(info), **extensions(self.tree)}
        return About(
            title=line(info.get("title")) or "Untitled API",
            version=line(info.get("version")),
            format=form,
            description=text(info.get("description")),
            servers=self._servers(),
            tags=tuple(
                Tag(
                    name=line(tag.get("name")),
                    description=text(tag.get("description")),
                    extensions=extensions(tag),
                )
                for tag in map(mapping, items(self.tree.get("tags")))
                if line(tag.get("name"))
            ),
            security_schemes=tuple(self._security_schemes()),
            extensions={key: value for key, value in said.items() if key not in _WEBHOOKS},
        )

    def _security_schemes(self) -> Iterator[SecurityScheme]:
        try:
            schemes = mapping(lookup(self.tree, self.SECURITY_SCHEMES))
        except LookupError:
            return
        for name, raw in schemes.items():
            found = self.follow(raw, f"{self.SECURITY_SCHEMES}/{escape(name)}")
            if found is not None:
                yield self._security_scheme(name, found.node)

    def _webhooks(self) -> Iterator[Operation]:
        for key in _WEBHOOKS:
            if isinstance(raw := self.tree.get(key, {}), dict):
                yield from self._operations(raw, f"/{key}", incoming=True)
            else:
                self.problem(f"/{key}", "is not a mapping")

    def _operations(self, paths: dict[str, Any], pointer: str, *, incoming: bool = False) -> Iterator[Operation]:
        """Yield the operations of a mapping from paths, names or expressions to path items."""
        for path, raw in paths.items():
            where = f"{pointer}/{escape(path)}"
            if path.startswith("x-") or (item := self._path_item(raw, path, where)) is None:
                continue
            if item.node is not raw:
                item = Part({**item.node, **{key: raw[key] for key in raw if key != "$ref"}}, item.pointer)
            inherited = weight([self.tree.get("security"), *map(item.node.get, _INHERITED)])
            for method, node, tail in self._methods(item):
                if own := self.follow(node, f"{item.pointer}{tail}"):
                    self.budget.spend_operation()
                    self.budget.spend(inherited)
                    yield self._operation(_Call(method, path, f"{where}{tail}", incoming), item, own)

    def _path_item(self, raw: Any, path: str, pointer: str) -> Part | None:
        """Return a path item; None, with a problem noted, for none and for one whose path nobody could call."""
        if len(path) <= MAX_URL:
            return self.follow(raw, pointer)
        self.problem(pointer, f"is longer than {MAX_URL:,} characters")
        return None

    def _methods(self, item: Part) -> Iterator[tuple[str, Any, str]]:
        """Yield method, value and the rest of the pointer of each operation of a path item."""
        for key in self.METHODS:
            if key in item.node:
                yield key.upper(), item.node[key], f"/{key}"

    def _operation(self, call: _Call, item: Part, own: Part) -> Operation:
        node = own.node
        parameters, body = self._inputs(item, own)
        if not call.incoming:
            parameters = (*parameters, *undeclared(call.path, parameters))
        return Operation(
            method=call.method,
            path=call.path,
            pointer=call.pointer,
            incoming=call.incoming,
            operation_id=line(node.get("operationId")),
            summary=line(node.get("summary") or item.node.get("summary")),
            description=text(node.get("description") or item.node.get("description")),
            tags=tuple(filter(None, map(line, items(node.get("tags"))))),
            deprecated=node.get("deprecated") is True,
            parameters=parameters,
            body=body,
            responses=tuple(self._responses(own)),
            security=grants(node["security"]) if "security" in node else () if call.incoming else self._needed,
            servers=self._own_servers(item.node, node),
            callbacks=() if call.incoming else tuple(unique(self._callbacks(own), set())),
            extensions=extensions(node),
        )

    def _callbacks(self, own: Part) -> Iterator[Operation]:
        for name, raw, where in self.named(own, "callbacks"):
            if not name.startswith("x-") and (found := self.follow(raw, where)) is not None:
                yield from self._operations(found.node, found.pointer, incoming=True)

    def _declared(self, item: Part, own: Part) -> Iterator[Declared]:
        """Yield the parameters of a path item, then those of its operation, which win."""
        for holder in (item, own):
            for index, raw in enumerate(items(holder.node.get("parameters"))):
                where = f"{holder.pointer}/parameters/{index}"
                if (found := self.follow(raw, where)) is None:
                    continue
                name, location = text(found.node.get("name")), text(found.node.get("in"))
                if location in self.LOCATIONS and (name or location == "body"):  # a body's name is never sent
                    yield Declared(name, location, *found)
                else:
                    self.problem(where, "is no parameter: it lacks a name or a known place")

    def _parameter(self, declared: Declared) -> Parameter:
        """Return a parameter or header. Shared ones, of which there are many, are read once and count each time."""
        key = (declared.name, declared.location, declared.pointer)
        if key in self._parameters:
            parameter, schemas = self._parameters[key]
            self.budget.spend(schemas)
            return parameter
        before = self.schemas.count
        parameter = self._read_parameter(declared)
        self._parameters[key] = (parameter, self.schemas.count - before)
        return parameter

    def _read_parameter(self, declared: Declared) -> Parameter:
        name, location, node, pointer = declared
        schema, example = self._value(node, pointer)
        return Parameter(
            name=name,
            location=_LOCATIONS[location],
            required=node.get("required") is True or location == "path",
            deprecated=node.get("deprecated") is True,
            description=text(node.get("description")),
            schema=schema,
            example=example,
            extensions=extensions(node),
            serialization=serialization(node),
        )

    def _responses(self, own: Part) -> Iterator[Response]:
        for status, raw, where in self.named(own, "responses"):
            if status.startswith("x-") or (found := self.follow(raw, where)) is None:
                continue
            node = found.node
            yield Response(
                status=status,
                description=text(node.get("description") or node.get("summary")),
                headers=tuple(self._headers(found)),
                content=self._response_content(own.node, found),
                links=tuple(self._links(found)),
                extensions=extensions(node),
            )

    def _headers(self, response: Part) -> Iterator[Parameter]:
        for name, raw, where in self.named(response, "headers"):
            if (found := self.follow(raw, where)) is not None:
                yield self._parameter(Declared(name, "header", *found))

    def _links(self, response: Part) -> Iterator[Link]:
        for name, raw, where in self.named(response, "links"):
            if name.startswith("x-") or (found := self.follow(raw, where)) is None:
                continue
            reference = line(found.node.get("operationRef"))
            yield Link(
                name=name,
                operation=line(found.node.get("operationId")) or local_pointer(reference) or reference,
                parameters={name: written(value) for name, value in mapping(found.node.get("parameters")).items()},
                body=written(found.node["requestBody"]) if "requestBody" in found.node else "",
                description=text(found.node.get("description")),
            )

    @abstractmethod
    def _servers(self) -> tuple[Server, ...]:
        """Return the servers of the document."""

    @abstractmethod
    def _own_servers(self, item: dict[str, Any], node: dict[str, Any]) -> tuple[Server, ...]:
        """Return the servers that a path item or an operation has of its own."""

    @abstractmethod
    def _security_scheme(self, name: str, node: dict[str, Any]) -> SecurityScheme:
        """Return one security scheme."""

    @abstractmethod
    def _inputs(self, item: Part, own: Part) -> tuple[tuple[Parameter, ...], Body | None]:
        """Return the parameters and the body of the operation `own` of a path item."""

    @abstractmethod
    def _value(self, node: dict[str, Any], pointer: str) -> tuple[Schema, Any]:
        """Return schema and example of a parameter or header."""

    @abstractmethod
    def _response_content(self, operation: dict[str, Any], response: Part) -> tuple[Content, ...]:
        """Return the media types of a response of `operation`."""
