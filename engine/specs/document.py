"""What OpenAPI 3 and Swagger 2.0 documents have in common: paths, shared parts, and how problems are kept.

A broken part costs that part: what cannot be read becomes a `Problem` and the rest goes on. Schemas keep their
references; parameters, bodies, responses and headers are small and shared by design, so theirs are followed here.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

from engine.errors import SpecError
from engine.specs.limits import Budget
from engine.specs.model import (
    About,
    Body,
    Content,
    Grant,
    Operation,
    Parameter,
    Problem,
    Response,
    Schema,
    SecurityScheme,
    Server,
    Spec,
    Tag,
)
from engine.specs.nodes import items, line, mapping, text
from engine.specs.refs import escape, local_pointer, lookup
from engine.specs.schema import SchemaReader
from engine.text import clean_line

MAX_HOPS = 32
"""References that may follow one another before they are taken for a circle."""
MAX_URL = 2048
"""Characters of a server's address up to which it is put together."""
MAX_PROBLEMS = 200
"""Problems that are listed; a document with more is broken in one way many times."""
MAX_MESSAGE = 300
"""Characters of what is said of a problem, which may quote a reference of any length."""


class Declared(NamedTuple):
    """A parameter as the document declares it."""

    name: str
    location: str
    node: dict[str, Any]
    pointer: str


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

    def __init__(self, tree: dict[str, Any], budget: Budget) -> None:
        self.tree = tree
        self.budget = budget
        self.problems: list[Problem] = []
        self.schemas = SchemaReader(tree, self.SCHEMAS, self.problem, budget)
        self.examples: dict[str, Any] = {}

    def problem(self, pointer: str, message: str) -> None:
        """Keep what is wrong with the part at `pointer`, up to `MAX_PROBLEMS`."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(pointer=pointer, message=clean_line(message)[:MAX_MESSAGE]))

    def follow(self, node: Any, pointer: str) -> dict[str, Any] | None:
        """Return the mapping that `node` is or refers to; None, with a problem noted, when there is none."""
        self.budget.spend()
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

    def spec(self, form: str) -> Spec:
        """Read the whole document.

        Args:
            form: How `About.format` names the format.

        Raises:
            SpecError: It has no `paths`, or is more than the limits allow.
        """
        operations = tuple(self._operations(self._paths()))
        return Spec(
            about=self._about(form),
            operations=operations,
            schemas=self.schemas.finish(),
            examples=self.examples,
            problems=tuple(self.problems),
        )

    def _paths(self) -> dict[str, Any]:
        paths = self.tree.get("paths")
        if not isinstance(paths, dict):
            raise SpecError("The document has no `paths`, so there is nothing to call")
        return paths

    def _about(self, form: str) -> About:
        info = mapping(self.tree.get("info"))
        return About(
            title=line(info.get("title")) or "Untitled API",
            version=line(info.get("version")),
            format=form,
            description=text(info.get("description")),
            servers=self._servers(),
            tags=tuple(
                Tag(name=line(tag.get("name")), description=text(tag.get("description")))
                for tag in map(mapping, items(self.tree.get("tags")))
                if line(tag.get("name"))
            ),
            security_schemes=tuple(self._security_schemes()),
        )

    def _security_schemes(self) -> Iterator[SecurityScheme]:
        try:
            schemes = mapping(lookup(self.tree, self.SECURITY_SCHEMES))
        except LookupError:
            return
        for name, raw in schemes.items():
            node = self.follow(raw, f"{self.SECURITY_SCHEMES}/{escape(name)}")
            if node is not None:
                yield self._security_scheme(name, node)

    def _operations(self, paths: dict[str, Any]) -> Iterator[Operation]:
        for path, raw in paths.items():
            pointer = f"/paths/{escape(path)}"
            if path.startswith("x-") or (item := self.follow(raw, pointer)) is None:
                continue
            for method, node, where in self._methods(item, pointer):
                if isinstance(node, dict):
                    self.budget.spend_operation()
                    yield self._operation(path, method, item, node, where)
                else:
                    self.problem(where, "is not a mapping")

    def _methods(self, item: dict[str, Any], pointer: str) -> Iterator[tuple[str, Any, str]]:
        """Yield method, value and pointer of each operation of a path item."""
        for key in self.METHODS:
            if key in item:
                yield key.upper(), item[key], f"{pointer}/{key}"

    def _operation(self, path: str, method: str, item: dict[str, Any], node: dict[str, Any], pointer: str) -> Operation:
        security = node.get("security", self.tree.get("security"))
        parameters, body = self._inputs(item, node, pointer)
        return Operation(
            method=method,
            path=path,
            pointer=pointer,
            operation_id=line(node.get("operationId")),
            summary=line(node.get("summary") or item.get("summary")),
            description=text(node.get("description") or item.get("description")),
            tags=tuple(filter(None, map(line, items(node.get("tags"))))),
            deprecated=node.get("deprecated") is True,
            parameters=parameters,
            body=body,
            responses=tuple(self._responses(node, f"{pointer}/responses")),
            security=tuple(
                tuple(Grant(scheme=name, scopes=tuple(map(text, items(scopes)))) for name, scopes in need.items())
                for need in items(security)
                if isinstance(need, dict)
            ),
            servers=self._own_servers(item, node),
        )

    def _declared(self, item: dict[str, Any], node: dict[str, Any], pointer: str) -> Iterator[Declared]:
        """Yield the parameters of the path item, then those of the operation at `pointer`, which win."""
        path = f"/paths/{pointer.split('/')[2]}"
        for place, holder in ((path, item), (pointer, node)):
            for index, raw in enumerate(items(holder.get("parameters"))):
                where = f"{place}/parameters/{index}"
                parameter = self.follow(raw, where)
                if parameter is None:
                    continue
                name, location = text(parameter.get("name")), text(parameter.get("in"))
                if location in self.LOCATIONS and (name or location == "body"):  # a body's name is never sent
                    yield Declared(name, location, parameter, where)
                else:
                    self.problem(where, "is no parameter: it lacks a name or a known place")

    def _parameter(self, declared: Declared) -> Parameter:
        name, location, node, pointer = declared
        schema, example = self._value(node, pointer)
        return Parameter(
            name=name,
            location=location,
            required=node.get("required") is True or location == "path",
            deprecated=node.get("deprecated") is True,
            description=text(node.get("description")),
            schema=schema,
            example=example,
        )

    def _responses(self, operation: dict[str, Any], pointer: str) -> Iterator[Response]:
        for status, raw in mapping(operation.get("responses")).items():
            where = f"{pointer}/{escape(status)}"
            if status.startswith("x-") or (node := self.follow(raw, where)) is None:
                continue
            headers = tuple(self._headers(node, f"{where}/headers"))
            yield Response(
                status=status,
                description=text(node.get("description") or node.get("summary")),
                content=self._response_content(operation, node, where),
                headers=headers,
            )

    def _headers(self, response: dict[str, Any], pointer: str) -> Iterator[Parameter]:
        for name, raw in mapping(response.get("headers")).items():
            where = f"{pointer}/{escape(name)}"
            if (node := self.follow(raw, where)) is not None:
                yield self._parameter(Declared(name, "header", node, where))

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
    def _inputs(
        self, item: dict[str, Any], node: dict[str, Any], pointer: str
    ) -> tuple[tuple[Parameter, ...], Body | None]:
        """Return the parameters and the body of the operation `node` of a path item."""

    @abstractmethod
    def _value(self, node: dict[str, Any], pointer: str) -> tuple[Schema, Any]:
        """Return schema and example of a parameter or header."""

    @abstractmethod
    def _response_content(self, operation: dict[str, Any], node: dict[str, Any], pointer: str) -> tuple[Content, ...]:
        """Return the media types of a response of `operation`."""


def security_scheme(name: str, node: dict[str, Any]) -> SecurityScheme:
    """Return a security scheme that is written as in OpenAPI 3."""
    flows = [flow for flow in mapping(node.get("flows")).values() if isinstance(flow, dict)]
    return SecurityScheme(
        name=name,
        type=text(node.get("type")),
        scheme=text(node.get("scheme")),
        location=text(node.get("in")),
        parameter=text(node.get("name")),
        description=text(node.get("description")),
        scopes={scope: text(what) for flow in flows for scope, what in mapping(flow.get("scopes")).items()},
        token_url=next((text(flow["tokenUrl"]) for flow in flows if flow.get("tokenUrl")), ""),
        authorization_url=next((text(flow["authorizationUrl"]) for flow in flows if flow.get("authorizationUrl")), ""),
    )
