"""What AsyncAPI 2 and 3 have in common: messages and their schemas, traits, servers, security, problems.

A broken part costs that part: what cannot be read becomes a `Problem` and the rest goes on. The payload of a message
that has a name is kept once, as a type of that name.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, ClassVar, NamedTuple

import msgspec

from engine.specs.limits import Budget
from engine.specs.model import (
    Content,
    Grant,
    Parameter,
    Schema,
    SecurityScheme,
    Server,
    ServerVariable,
    Tag,
)
from engine.specs.nodes import extensions, items, line, mapping, text
from engine.specs.openapi.document import MAX_URL
from engine.specs.openapi.schema import SchemaReader
from engine.specs.openapi.security import security_scheme
from engine.specs.problems import Problems
from engine.specs.refs import MAX_HOPS, escape, leads_to_missing_file, local_pointer, lookup, unescape, weight

SCHEMAS = "/components/schemas"
SECURITY_SCHEMES = "/components/securitySchemes"
_MEDIA_TYPE = "application/json"
"""Where neither the message nor the document names one."""
_JSON_SCHEMA = re.compile(r"application/(?:vnd\.aai\.asyncapi|schema|vnd\.oai\.openapi)\b", re.IGNORECASE)
"""Formats of schemas that JSON Schema or a dialect of it is (AsyncAPI 3.0, Multi Format Schema Object)."""
_KEPT = ("bindings", "correlationId", "externalDocs", "protocolVersion")
"""What has no field of its own and is kept among the extensions."""
_OF_EXAMPLES = frozenset(("name", "summary", "headers"))
"""Keys of a message's example beside `payload`."""
_VARIABLE = re.compile(r"\{([^{}]*)\}")

Alternatives = tuple[tuple[Grant, ...], ...]
"""As `Operation.security`."""


class Node(NamedTuple):
    """A mapping of the document with its references followed, and its JSON pointer."""

    value: dict[str, Any]
    pointer: str

    @property
    def name(self) -> str:
        """The key under which it is kept."""
        return unescape(self.pointer.rpartition("/")[2])


class Message(NamedTuple):
    """A message as read."""

    content: Content
    headers: tuple[Parameter, ...]
    name: str
    summary: str
    """Its summary, or else its title."""
    description: str
    """Name, title, summary and description."""
    kept: dict[str, Any]
    """Bindings, correlation id and the like."""


class PartReader:
    """Reads the parts of one document; holds what accumulates while it does."""

    TRAITS_WIN: ClassVar[bool]
    """Whether a trait says more than what it is applied to."""

    def __init__(self, tree: dict[str, Any], budget: Budget) -> None:
        self.tree = tree
        self.budget = budget
        self.problem = Problems()
        self.schemas = _SchemaReader(tree, SCHEMAS, self.problem, budget, siblings=False)
        self.payloads: dict[str, Schema] = {}
        """JSON pointer of a message → what it carries."""
        self._known: dict[str, tuple[Message, int]] = {}
        """JSON pointer of a message → the message, and for how many parts it counts."""
        self.schemes = {name: self._scheme(name, node.value) for name, node in self.nodes(SECURITY_SCHEMES)}
        self._unnamed: dict[bytes, str] = {}
        """A security scheme that is written where it is used → the name it got."""

    # References.

    def follow(self, raw: Any, pointer: str) -> Node | None:
        """Return the mapping that `raw` is or refers to; None, with a problem noted, when there is none."""
        self.budget.spend()
        place = pointer
        for _ in range(MAX_HOPS):
            if not isinstance(raw, dict):
                self.problem(pointer, "is not a mapping")
                return None
            ref = raw.get("$ref")
            if not isinstance(ref, str):
                return Node(raw, place)
            target = local_pointer(ref)
            if target is None:
                self.problem(pointer, f"refers to {ref}, which is not a part of the document")
                return None
            try:
                raw, place = lookup(self.tree, target), target
            except LookupError:
                if not leads_to_missing_file(self.tree, target):
                    self.problem(pointer, f"refers to {ref}, which does not exist")
                return None
        self.problem(pointer, "is a circle of references")
        return None

    def nodes(self, pointer: str) -> Iterator[tuple[str, Node]]:
        """Yield name and mapping of each part that is kept under a JSON pointer of the document."""
        try:
            holder = mapping(lookup(self.tree, pointer))
        except LookupError:
            return
        for name, raw in holder.items():
            if name.startswith("x-") and not isinstance(raw, dict):
                continue
            if node := self.follow(raw, f"{pointer}/{escape(name)}"):
                yield name, node

    def listed(self, raw: Any, pointer: str) -> list[Node]:
        """Return the mappings of a list."""
        found = (self.follow(one, f"{pointer}/{index}") for index, one in enumerate(items(raw)))
        return [node for node in found if node]

    def kept(self, node: Node) -> dict[str, Any]:
        """Return what a part says for which there is no field: bindings and the like, and its `x-…` keys."""
        found = extensions(node.value)
        for key in _KEPT:
            if isinstance(raw := node.value.get(key), dict):
                if followed := self.follow(raw, f"{node.pointer}/{key}"):
                    found[key] = followed.value
            elif raw:
                found[key] = raw
        self.budget.spend(weight(found))
        return found

    # Traits.

    def with_traits(self, node: Node) -> Node:
        """Return a message or operation with what its traits say."""
        traits = self.listed(node.value.get("traits"), f"{node.pointer}/traits")
        if not traits:
            return node
        parts = [node, *traits] if self.TRAITS_WIN else [*traits, node]
        merged: dict[str, Any] = {}
        for part in parts:
            opened = {key: self._opened(key, value, part.pointer) for key, value in part.value.items()}
            merged = self._patched(merged, opened)
        return Node(merged, node.pointer)

    def _opened(self, key: str, value: Any, pointer: str) -> Any:
        """Return what can be merged with another mapping: not a reference."""
        if key not in ("headers", "bindings") or not isinstance(value, dict):
            return value
        node = self.follow(value, f"{pointer}/{key}")
        return node.value if node else {}

    def _patched(self, target: Any, patch: Any) -> Any:
        """Merge a patch into a value (RFC 7396, JSON Merge Patch)."""
        self.budget.spend()
        if not isinstance(patch, dict):
            return patch
        merged = {**mapping(target)}
        for key, value in patch.items():
            if value is None:
                merged.pop(key, None)
            else:
                merged[key] = self._patched(merged.get(key), value)
        return merged

    # Messages.

    def message(self, found: Node) -> Message:
        """Return a message with its traits; read once, it counts as often as it is used."""
        if found.pointer not in self._known:
            self._known[found.pointer] = self._message(found), 1 + weight(found.value)
        message, parts = self._known[found.pointer]
        self.budget.spend(parts)
        return message

    def _message(self, found: Node) -> Message:
        key = found.name if found.pointer.rpartition("/")[0].endswith("/messages") else ""
        node = self.with_traits(found).value
        title, summary = line(node.get("title")), line(node.get("summary"))
        name = line(node.get("name")) or line(node.get("messageId")) or key or title
        head = f"{name} ({title})" if title and title != name else name
        description = "\n\n".join(
            filter(None, (": ".join(filter(None, (head, summary))), text(node.get("description"))))
        )
        example = mapping(next(iter(items(node.get("examples"))), None))
        carried = (
            example if example.keys() - _OF_EXAMPLES else None
        )  # AsyncAPI 2.0 and 2.1 do not say how it is written
        content = Content(
            media_type=line(node.get("contentType")) or line(self.tree.get("defaultContentType")) or _MEDIA_TYPE,
            schema=self._payload(Node(node, found.pointer), key, title or name),
            example=example.get("payload", carried),
        )
        headers = tuple(self._headers(node.get("headers"), f"{found.pointer}/headers", mapping(example.get("headers"))))
        return Message(content, headers, name, summary or title, description, self.kept(Node(node, found.pointer)))

    def _payload(self, message: Node, key: str, title: str) -> Schema:
        """Return what a message carries: a reference where there is a name for it."""
        if "payload" not in message.value:
            return Schema()
        raw, pointer = message.value["payload"], f"{message.pointer}/payload"
        if form := message.value.get("schemaFormat"):
            raw = {"schemaFormat": form, "schema": raw}
        schema = self.schemas.read(raw, pointer)
        if schema.ref:
            return schema
        said = text(message.value.get("description")) or text(message.value.get("summary"))
        schema = msgspec.structs.replace(
            schema, title=schema.title or title, description=schema.description or (said if key else "")
        )
        if not key:
            return schema
        self.payloads[message.pointer] = schema
        return Schema(ref=message.pointer)

    def _headers(self, raw: Any, pointer: str, examples: dict[str, Any]) -> Iterator[Parameter]:
        """Yield the headers of a message: the properties of a schema and of what its `allOf` puts together."""
        pending = [(raw, pointer)] if raw is not None else []
        met: set[str] = set()
        while pending:
            node = self.follow(*pending.pop())
            if node is None or node.pointer in met:
                continue
            met.add(node.pointer)
            self.budget.spend(weight(node.value))
            pending += [(part, f"{node.pointer}/allOf/{n}") for n, part in enumerate(items(node.value.get("allOf")))]
            required = {name for name in items(node.value.get("required")) if isinstance(name, str)}
            for name, each in mapping(node.value.get("properties")).items():
                schema = self.schemas.read(each, f"{node.pointer}/properties/{escape(name)}")
                yield Parameter(
                    name=name,
                    location="header",
                    required=name in required,
                    description=schema.description,
                    schema=schema,
                    example=examples.get(name),
                )

    # Servers and security.

    def server(self, name: str, node: Node, address: str) -> Server:
        """Return a server.

        Args:
            name: Its name.
            node: What the document says of it.
            address: Its address without the protocol, or with it.
        """
        protocol = line(node.value.get("protocol"))
        url = address if "://" in address or not protocol else f"{protocol}://{address}"
        variables = {}
        for key, raw in mapping(node.value.get("variables")).items():
            if variable := self.follow(raw, f"{node.pointer}/variables/{escape(key)}"):
                variables[key] = ServerVariable(
                    default=line(variable.value.get("default")),
                    values=tuple(map(line, items(variable.value.get("enum")))),
                    description=text(variable.value.get("description")),
                )
        said = next(filter(None, (text(node.value.get(key)) for key in ("description", "summary", "title"))), "")
        description = f"{name}: {said}" if said else name
        if len(url) + sum(len(variable.default) for variable in variables.values()) > MAX_URL:
            self.problem(node.pointer, f"has an address of more than {MAX_URL:,} characters")
            return Server(url="", description=description)
        filled = _VARIABLE.sub(lambda match: variables[match[1]].default if match[1] in variables else match[0], url)
        return Server(url=filled, description=description, template=url if variables else "", variables=variables)

    def _scheme(self, name: str, node: dict[str, Any]) -> SecurityScheme:
        """Return a security scheme; AsyncAPI 3 writes the scopes of OAuth flows in a way of its own."""
        flows = {
            key: {"scopes": mapping(flow).get("availableScopes"), **mapping(flow)}
            for key, flow in mapping(node.get("flows")).items()
        }
        return security_scheme(name, {**node, "flows": flows})

    def requirement(self, node: Node) -> tuple[Grant, ...]:
        """Return what a scheme asks for that is referred to, or written in place, where a requirement stands."""
        name = node.name
        if node.pointer.rpartition("/")[0] != SECURITY_SCHEMES:
            self.budget.spend(weight(node.value))
            key = msgspec.json.encode(node.value)
            name = self._unnamed.get(key, "")
            if not name:
                kind = name = line(node.value.get("type")) or "unknown"
                numbers = count(len(self._unnamed) + 1)
                while name in self.schemes:
                    name = f"{kind}-{next(numbers)}"
                self._unnamed[key] = name
                self.schemes[name] = self._scheme(name, node.value)
        return (Grant(scheme=name, scopes=tuple(map(text, items(node.value.get("scopes"))))),)

    def both(self, first: Alternatives, second: Alternatives) -> Alternatives:
        """Return the alternatives that satisfy one of `first` and one of `second`; an empty side asks for nothing."""
        if not (first and second):
            return first or second
        self.budget.spend(len(first) * len(second))
        return tuple(dict.fromkeys(tuple(dict.fromkeys((*one, *other))) for one in first for other in second))

    def tags(self, raw: Any, pointer: str) -> tuple[Tag, ...]:
        """Return the tags of a document, channel or operation."""
        found = ((line(node.value.get("name")), node) for node in self.listed(raw, pointer))
        return tuple(
            Tag(name=name, description=text(node.value.get("description")), extensions=self.kept(node))
            for name, node in found
            if name
        )


class _SchemaReader(SchemaReader):
    """Reads schemas, each of which may say in which format it is written."""

    def read(self, node: Any, pointer: str) -> Schema:
        """Return the schema at `pointer`; one in a format of its own is kept as it is written, with a problem noted."""
        if not isinstance(node, dict) or not {"schema", "schemaFormat"} <= node.keys():
            return super().read(node, pointer)
        form = line(node["schemaFormat"])
        if _JSON_SCHEMA.match(form):
            return super().read(node["schema"], pointer)
        self._problem(pointer, f"is written in {form}, not in JSON Schema; it is kept as it is")
        self._budget.spend(weight(node["schema"]))
        return Schema(extensions={"schemaFormat": form, "schema": node["schema"]})


def described(messages: Iterable[Message], direction: str) -> str:
    """Return what is said of the messages that go one way.

    Args:
        messages: The messages.
        direction: A sentence on who sends them.
    """
    said = list(filter(None, (message.description for message in messages)))
    if len(said) > 1:
        direction = f"{direction} It is one of {len(said)} messages."
    return "\n\n".join(filter(None, (direction, *said)))
