"""AsyncAPI 2.0 to 2.6, 3.0 and 3.1 documents to `Spec`.

A document describes one application. In version 3 it says what that application does: it sends, or it receives. In
version 2 it says what others do with it: they `publish` what the application receives, and `subscribe` to what the
application sends. An operation keeps the word of its document, and its body says in a sentence who sends.
"""

import re
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

import msgspec

from engine.errors import SpecError
from engine.specs.asyncapi.parts import Alternatives, Message, Node, PartReader, described
from engine.specs.limits import Budget
from engine.specs.model import (
    About,
    Body,
    Content,
    Grant,
    Location,
    Operation,
    Parameter,
    Response,
    Schema,
    Spec,
)
from engine.specs.nodes import items, line, mapping, text
from engine.specs.refs import escape, weight

_VERSION_2 = re.compile(r"2\.[0-6](\.|$)")
_VERSION_3 = re.compile(r"3\.[01](\.|$)")
_DIRECTIONS = {
    "publish": "Clients send this, the application receives it.",
    "subscribe": "The application sends this, clients receive it.",
    "send": "The application sends this.",
    "receive": "The application receives this.",
}


def parse(tree: dict[str, Any], budget: Budget) -> Spec:
    """Read the decoded document.

    Raises:
        SpecError: It is of another version, has no channels, or is more than the limits allow.
    """
    version = text(tree["asyncapi"])
    form = "asyncapi-" + ".".join(version.split(".")[:2])
    if _VERSION_2.match(version):
        return _Version2(tree, budget).spec(form)
    if _VERSION_3.match(version):
        return _Version3(tree, budget).spec(form)
    raise SpecError(f"AsyncAPI {line(version)[:20]} is not supported", hint="Give an AsyncAPI 2.0 to 2.6 or 3 document")


class _Reader(PartReader):
    """Reads one document of any version."""

    def __init__(self, tree: dict[str, Any], budget: Budget) -> None:
        super().__init__(tree, budget)
        self._server_nodes = dict(self.nodes("/servers"))
        self._servers = {
            name: self.server(name, node, self._address(node)) for name, node in self._server_nodes.items()
        }
        self._demands = {
            name: self._alternatives(node.value.get("security"), f"{node.pointer}/security")
            for name, node in self._server_nodes.items()
        }
        """Security of each server."""

    def spec(self, form: str) -> Spec:
        """Read the whole document.

        Args:
            form: How `About.format` names the format.

        Raises:
            SpecError: It has no channels, or is more than the limits allow.
        """
        if not isinstance(self.tree.get("channels", self.tree.get("operations")), dict):
            raise SpecError("The document has no `channels`, so there is nothing to send or receive")
        operations = tuple(self._operations())
        for _, node in self.nodes("/components/messages"):
            self.message(node)
        schemas = self.schemas.finish() | self.payloads
        return Spec(about=self._about(form), operations=operations, schemas=schemas, problems=self.problem.kept)

    def _about(self, form: str) -> About:
        info = mapping(self.tree.get("info"))
        servers = {name: kept for name, node in self._server_nodes.items() if (kept := self.kept(node))}
        root = self.kept(Node(self.tree, ""))
        return About(
            title=line(info.get("title")) or "Untitled API",
            version=line(info.get("version")),
            format=form,
            description=text(info.get("description")),
            servers=tuple(server for server in self._servers.values() if server.url),
            tags=self.tags(self.tree.get("tags"), "/tags") or self.tags(info.get("tags"), "/info/tags"),
            security_schemes=tuple(self.schemes.values()),
            extensions={**root, **self.kept(Node(info, "/info")), **({"servers": servers} if servers else {})},
        )

    def _operation(
        self, method: str, path: str, name: str, found: Node, channel: Node, messages: list[Node]
    ) -> Operation:
        """Return an operation.

        Args:
            method: `publish`, `subscribe`, `send` or `receive`.
            path: The address of its channel.
            name: Its id.
            found: The operation itself.
            channel: Its channel.
            messages: What goes over the channel.
        """
        self.budget.spend_operation()
        node = self.with_traits(found)
        read = [self.message(message) for message in messages]
        servers = self._servers_of(channel)
        used = servers or tuple(self._servers)
        own = self._alternatives(node.value.get("security"), f"{found.pointer}/security")
        tags = self.tags(node.value.get("tags"), f"{found.pointer}/tags") or self.tags(
            channel.value.get("tags"), f"{channel.pointer}/tags"
        )
        description = next(
            filter(None, (text(one.get("description")) for one in (node.value, channel.value))),
            text(channel.value.get("summary")),
        )
        if self._is_open(channel):
            description = f"{description}\n\nThe address of the channel is known at run time only.".strip()
        self.budget.spend(weight(description))
        return Operation(
            method=method.upper(),
            path=path,
            pointer=found.pointer,
            protocol="message",
            operation_id=name,
            summary=line(node.value.get("summary") or node.value.get("title"))
            or (read[0].summary if len(read) == 1 else ""),
            description=description,
            tags=tuple(tag.name for tag in tags),
            parameters=(*self._channel_parameters(channel), *self._handshake(channel), *_headers(read)),
            body=Body(description=described(read, _DIRECTIONS[method]), content=_contents(read)) if read else None,
            responses=tuple(self._replies(node)),
            security=self.both(self._demanded(used), own),
            servers=tuple(self._servers[name] for name in servers if self._servers[name].url),
            extensions=self._extensions(node, channel, read),
        )

    def _channel_parameters(self, channel: Node) -> Iterator[Parameter]:
        for name, raw in mapping(channel.value.get("parameters")).items():
            if node := self.follow(raw, f"{channel.pointer}/parameters/{escape(name)}"):
                self.budget.spend(weight(node.value))
                location = line(node.value.get("location"))
                yield Parameter(
                    name=name,
                    location="channel",
                    required=True,
                    description=text(node.value.get("description")),
                    schema=self._parameter_schema(node),
                    example=next(iter(items(node.value.get("examples"))), None),
                    extensions=self.kept(node) | ({"location": location} if location else {}),
                )

    def _handshake(self, channel: Node) -> Iterator[Parameter]:
        """Yield what opens a WebSocket: query and headers of its first request (WebSockets binding 0.1.0)."""
        pointer = f"{channel.pointer}/bindings"
        bindings = self.follow(channel.value["bindings"], pointer) if "bindings" in channel.value else None
        binding = mapping(bindings.value.get("ws")) if bindings else {}
        places: dict[str, Location] = {"query": "query", "headers": "header"}
        for key, location in places.items():
            if key not in binding or bindings is None:
                continue
            if (node := self.follow(binding[key], f"{bindings.pointer}/ws/{key}")) is None:
                continue
            required = items(node.value.get("required"))
            for name, raw in mapping(node.value.get("properties")).items():
                schema = self.schemas.read(raw, f"{node.pointer}/properties/{escape(name)}")
                yield Parameter(
                    name=name,
                    location=location,
                    required=name in required,
                    description=schema.description,
                    schema=schema,
                )

    def _demanded(self, servers: tuple[str, ...]) -> Alternatives:
        """Return what any of the servers asks for; a server without a word asks for nothing if another has one."""
        demands = [self._demands[name] for name in servers]
        if not any(demands):
            return ()
        self.budget.spend(sum(map(len, demands)))
        return tuple(dict.fromkeys(way for demand in demands for way in demand or ((),)))

    def _extensions(self, node: Node, channel: Node, messages: list[Message]) -> dict[str, Any]:
        found = self.kept(node)
        if said := self.kept(channel):
            found["channel"] = said
        if each := {message.name or "message": message.kept for message in messages if message.kept}:
            found["messages"] = each
        return found

    def _replies(self, _node: Node) -> Iterator[Response]:
        """Yield what comes back; nothing before version 3."""
        yield from ()

    def _is_open(self, _channel: Node) -> bool:
        """Tell whether a channel has no address before run time, as may be since version 3."""
        return False

    @abstractmethod
    def _operations(self) -> Iterator[Operation]:
        """Yield the operations of the document."""

    @abstractmethod
    def _address(self, server: Node) -> str:
        """Return the address of a server."""

    @abstractmethod
    def _servers_of(self, channel: Node) -> tuple[str, ...]:
        """Return the names of the servers that a channel is on; none where it is on all of them."""

    @abstractmethod
    def _alternatives(self, raw: Any, pointer: str) -> Alternatives:
        """Return the security that a server or an operation asks for."""

    @abstractmethod
    def _parameter_schema(self, parameter: Node) -> Schema:
        """Return the schema of a channel's parameter."""


class _Version2(_Reader):
    TRAITS_WIN = True  # "traits MUST be merged into the operation object using the JSON Merge Patch algorithm"

    def _operations(self) -> Iterator[Operation]:
        for path, channel in self.nodes("/channels"):
            for method in ("publish", "subscribe"):
                pointer = f"/channels/{escape(path)}/{method}"
                if method in channel.value and (node := self.follow(channel.value[method], pointer)):
                    name = line(node.value.get("operationId"))
                    found = Node(node.value, pointer)
                    yield self._operation(method, path, name, found, channel, self._messages(found))

    def _messages(self, operation: Node) -> list[Node]:
        raw, pointer = operation.value.get("message"), f"{operation.pointer}/message"
        if raw is None or (node := self.follow(raw, pointer)) is None:
            return []
        return self.listed(node.value["oneOf"], f"{node.pointer}/oneOf") if "oneOf" in node.value else [node]

    def _address(self, server: Node) -> str:
        return line(server.value.get("url"))

    def _servers_of(self, channel: Node) -> tuple[str, ...]:
        names = dict.fromkeys(map(line, items(channel.value.get("servers"))))
        self.budget.spend(len(names))
        for name in names.keys() - self._servers.keys():
            self.problem(f"{channel.pointer}/servers", f"names the server {name}, which does not exist")
        return tuple(name for name in names if name in self._servers)

    def _alternatives(self, raw: Any, _pointer: str) -> Alternatives:
        self.budget.spend(len(items(raw)))
        return tuple(
            tuple(Grant(scheme=name, scopes=tuple(map(text, items(scopes)))) for name, scopes in need.items())
            for need in items(raw)
            if isinstance(need, dict)
        )

    def _parameter_schema(self, parameter: Node) -> Schema:
        return self.schemas.read(parameter.value.get("schema", {}), f"{parameter.pointer}/schema")


class _Version3(_Reader):
    TRAITS_WIN = False  # "A property on a trait MUST NOT override the same property on the target object"

    def _operations(self) -> Iterator[Operation]:
        if "operations" not in self.tree:
            self.problem("", "has no `operations`, so it does not say what is sent and what is received")
        seen: set[tuple[str, str]] = set()
        for name, node in self.nodes("/operations"):
            found = Node(node.value, f"/operations/{escape(name)}")
            method = line(node.value.get("action"))
            if method not in ("send", "receive"):
                self.problem(found.pointer, "does not say whether it sends or receives")
            elif channel := self.follow(node.value.get("channel"), f"{found.pointer}/channel"):
                path = _address_of(channel)
                while (method, path) in seen:
                    path += f"#{name}"
                seen.add((method, path))
                yield self._operation(method, path, name, found, channel, self._messages(found, channel))

    def _messages(self, node: Node, channel: Node | None) -> list[Node]:
        """Return the messages that an operation or a reply names, or else all of its channel."""
        if "messages" in node.value:
            return self.listed(node.value["messages"], f"{node.pointer}/messages")
        if channel is None:
            return []
        where = f"{channel.pointer}/messages/"
        raw = mapping(channel.value.get("messages"))
        return [found for name, one in raw.items() if (found := self.follow(one, where + escape(name)))]

    def _is_open(self, channel: Node) -> bool:
        return not line(channel.value.get("address"))

    def _replies(self, node: Node) -> Iterator[Response]:
        pointer = f"{node.pointer}/reply"
        if "reply" not in node.value or (reply := self.follow(node.value["reply"], pointer)) is None:
            return
        said = []
        channel = None
        if "channel" in reply.value and (channel := self.follow(reply.value["channel"], f"{pointer}/channel")):
            said.append(_reply_place(channel, "address" in reply.value))
        if "address" in reply.value and (address := self.follow(reply.value["address"], f"{pointer}/address")):
            said.append(f"The reply goes where {line(address.value.get('location'))} says.")
            said.append(text(address.value.get("description")))
        messages = [self.message(message) for message in self._messages(reply, channel)]
        yield Response(
            status="",
            description=described(messages, " ".join(filter(None, said)) or "The reply."),
            content=_contents(messages),
            headers=_headers(messages),
            extensions=self.kept(reply),
        )

    def _address(self, server: Node) -> str:
        return line(server.value.get("host")) + line(server.value.get("pathname"))

    def _servers_of(self, channel: Node) -> tuple[str, ...]:
        found = self.listed(channel.value.get("servers"), f"{channel.pointer}/servers")
        return tuple(dict.fromkeys(node.name for node in found if node.name in self._servers))

    def _alternatives(self, raw: Any, pointer: str) -> Alternatives:
        return tuple(self.requirement(node) for node in self.listed(raw, pointer))

    def _parameter_schema(self, parameter: Node) -> Schema:
        node = parameter.value
        values = {"type": "string", "enum": node["enum"]} if "enum" in node else {"type": "string"}
        return self.schemas.read({**values, "default": node.get("default")}, parameter.pointer)


def _address_of(channel: Node) -> str:
    """Return the address of a channel of version 3; its name where the address is known at run time only."""
    return line(channel.value.get("address")) or channel.name


def _reply_place(channel: Node, is_told: bool) -> str:
    if line(channel.value.get("address")):
        return f"The reply comes on {_address_of(channel)}."
    unknown = "" if is_told else ", whose address is known at run time only"
    return f"The reply comes on the channel {channel.name}{unknown}."


def _contents(messages: list[Message]) -> tuple[Content, ...]:
    return tuple(message.content for message in messages)


def _headers(messages: list[Message]) -> tuple[Parameter, ...]:
    """Return the headers of messages; one is required when every message requires it."""
    required = [{header.name for header in message.headers if header.required} for message in messages]
    always = set.intersection(*required) if required else set()
    found: dict[str, Parameter] = {}
    for message in messages:
        for header in message.headers:
            found.setdefault(header.name, header)
    return tuple(msgspec.structs.replace(header, required=name in always) for name, header in found.items())
