"""What a caller gives to an operation, and the call that is made of it."""

from typing import Any, Literal

import msgspec

from engine.specs.describe import bounds
from engine.specs.model import Location

Place = Literal[Location, "body", "server", "response", "response header"]
"""Where an input goes, or where a field of what comes back is; `server` is a part of the server's address."""
Origin = Literal["question", "example", "default", "enum", "type", "placeholder"]
"""Where a value comes from: what the user said; the document's example, default or first enum value; made up by its
type; or an upper-case word for what only the caller knows."""
Transport = Literal["http", "grpc", "message", "workflow"]
"""What carries a call. GraphQL goes over HTTP; a workflow is no call by itself, but several."""
Fields = Literal["few", "required", "all"]
"""Which fields of a body are sent: the required ones, and where they say nothing a few more; these alone; or all."""
BodyKind = Literal["none", "json", "lines", "text", "form", "multipart", "file"]
"""How a body is written: as JSON, as one JSON document a line, as the text that it is, as a form of its `parts`, or
from a file of the caller's."""


class FieldFact(msgspec.Struct, frozen=True):
    """One input of an operation, or one field of what comes back."""

    name: str
    """As written in the source; nested fields are dotted: `owner.login`, of an argument `input.title`; `[]` stands for
    the items of a list: `labels[].name`, and `*` for any name: `prices.*.amount`."""
    location: Place
    type: str
    required: bool
    description: str = ""
    """First sentence of the description."""
    enum: tuple[str, ...] = ()
    wire: str = ""
    """How a field of a parameter is written where that is another name: `where[grove]`."""
    limits: dict[str, Any] = {}
    """Constraints by their JSON Schema keyword: `minLength`, `pattern`, `maximum`, …"""
    default: Any = None
    nullable: bool = False
    read_only: bool = False
    """True for what only the server sets."""
    arguments: tuple[str, ...] = ()
    """Of a field of GraphQL, name and type of each: `first: Int`."""

    @property
    def bounds(self) -> str:
        """Its limits in words: `at least 1, at most 50`."""
        return bounds(self.limits)


class Part(msgspec.Struct, frozen=True):
    """One part of a form, as it goes over the wire."""

    name: str
    """Nested fields of a form in brackets, where the document writes them so: `card[number]`."""
    value: str
    file: bool = False
    """True for what is uploaded from a file of the caller's; `value` then says nothing."""
    media_type: str = ""
    """Of a part of `multipart`: its own type, where that is not plain text or any file."""
    text: str = ""
    """Of `form`: name and value as they stand in the body: `list=x,y`."""
    headers: dict[str, str] = {}
    """Of `multipart`: what the part has beside its type, each on one line."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """An operation with a value for every required input: all that a language needs to write the request."""

    transport: Transport
    method: str
    """`POST`; `RPC`; `SEND`, `RECEIVE`, … of a message; `WORKFLOW`."""
    url: str
    """The whole address with path and query filled in and encoded; of gRPC `HOST:PORT/package.Service/Method`; of a
    message the broker's, or empty."""
    channel: str = ""
    """Where a message goes, filled in."""
    steps: tuple[tuple[str, str], ...] = ()
    """Of a workflow: what each step calls, as it is read, and as a reference where the library has it: `listPets`,
    `shop:GET /pets`."""
    path: dict[str, str] = {}
    """Parameter of the path, or of the channel → value, not encoded."""
    query: dict[str, str | tuple[str, ...]] = {}
    """Name in the query → value, not encoded, or all its values where it is sent several times; without what stands in
    the path itself, as in `/?action=list`."""
    headers: dict[str, str] = {}
    """All that is set, each on one line: credentials, cookies and the type of the body too, but for that of multipart,
    which holds a boundary that the client chooses."""
    body: Any = None
    """The value that is sent, before it is written as `body_kind` says; None without a body."""
    body_kind: BodyKind = "none"
    parts: tuple[Part, ...] = ()
    """Of `form` and `multipart`: the body as it goes over the wire."""
    media_types: tuple[str, ...] = ()
    """All in which the body may be sent, as the source has them; this one is sent in the first of JSON."""
    sketch: str = ""
    """Why the body is a sketch that a server may refuse: what its own schema has against it; empty for a valid one."""
    given: dict[str, Any] = {}
    """Name of an input, as in `sources` → the value that the user said for it."""
    sources: dict[str, Origin] = {}
    """Name of an input, as `FieldFact` has it → where its value comes from. Where inputs in several places have one
    name, all but the first are told with their place: `body.id`. A body that has no fields is told as `body`."""
