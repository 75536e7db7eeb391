"""The one vocabulary: what a parser writes and what search, answers, snippets and panes read.

All records are frozen. Text in them is already clean (see `engine.text`). References are lazy: a `Schema` whose
`ref` is set stands for another one, kept in the library under that JSON pointer; cycles are therefore ordinary.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Schema(msgspec.Struct, frozen=True, omit_defaults=True):
    """A JSON Schema node, reduced to what people ask about."""

    ref: str = ""
    """JSON pointer of the schema this one stands for (`/components/schemas/Issue`), or empty."""
    type: str = ""
    """`string`, `object`, `array`, …; several joined by ` | `; empty where the source says nothing."""
    format: str = ""
    title: str = ""
    description: str = ""
    nullable: bool = False
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False
    enum: tuple[Any, ...] = ()
    default: Any = None
    example: Any = None
    limits: dict[str, Any] = {}
    """Constraints by their JSON Schema keyword: `minLength`, `pattern`, `maximum`, …"""
    properties: dict[str, Schema] = {}
    required: tuple[str, ...] = ()
    items: Schema | None = None
    additional: Schema | None = None
    """Schema of additional properties, where the source gives one."""
    all_of: tuple[Schema, ...] = ()
    one_of: tuple[Schema, ...] = ()
    any_of: tuple[Schema, ...] = ()
    discriminator: str = ""


class Parameter(msgspec.Struct, frozen=True, omit_defaults=True):
    """A path, query, header or cookie parameter, or a response header."""

    name: str
    location: str
    """`path`, `query`, `header` or `cookie`."""
    required: bool = False
    deprecated: bool = False
    description: str = ""
    schema: Schema = Schema()
    example: Any = None


class Content(msgspec.Struct, frozen=True, omit_defaults=True):
    """One media type of a body."""

    media_type: str
    schema: Schema = Schema()
    example: Any = None
    example_ref: str = ""
    """JSON pointer of a shared example, kept in the library, where the source refers to one."""


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request body."""

    required: bool = False
    description: str = ""
    content: tuple[Content, ...] = ()


class Response(msgspec.Struct, frozen=True, omit_defaults=True):
    """What comes back for one status."""

    status: str
    """`200`, `4XX` or `default`."""
    description: str = ""
    content: tuple[Content, ...] = ()
    headers: tuple[Parameter, ...] = ()


class Grant(msgspec.Struct, frozen=True, omit_defaults=True):
    """One security scheme that a request must satisfy, with the scopes it needs."""

    scheme: str
    scopes: tuple[str, ...] = ()


class SecurityScheme(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a client proves who it is."""

    name: str
    type: str
    """`apiKey`, `http`, `oauth2`, `openIdConnect` or `mutualTLS`."""
    scheme: str = ""
    """For `http`: `bearer`, `basic`, …"""
    location: str = ""
    """For `apiKey`: `query`, `header` or `cookie`."""
    parameter: str = ""
    """For `apiKey`: the name of that parameter."""
    description: str = ""
    scopes: dict[str, str] = {}
    """For `oauth2`: scope → what it allows, over all flows."""
    token_url: str = ""
    authorization_url: str = ""


class Server(msgspec.Struct, frozen=True, omit_defaults=True):
    """A base address. Variables are already replaced by their defaults."""

    url: str
    description: str = ""


class Operation(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing a client can do."""

    method: str
    """`GET`, `POST`, …"""
    path: str
    """`/repos/{owner}/{repo}/issues`."""
    pointer: str
    """JSON pointer into the source document."""
    operation_id: str = ""
    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    deprecated: bool = False
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: tuple[Response, ...] = ()
    security: tuple[tuple[Grant, ...], ...] = ()
    """Alternatives; within one, every grant is needed. An empty alternative means that no credentials are needed."""
    servers: tuple[Server, ...] = ()

    @property
    def key(self) -> str:
        """`METHOD /path`, unique in its spec."""
        return f"{self.method} {self.path}"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a document that could not be read; the rest was."""

    pointer: str
    message: str


class Tag(msgspec.Struct, frozen=True, omit_defaults=True):
    """A group of operations."""

    name: str
    description: str = ""


class About(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a specification says of itself."""

    title: str
    format: str
    """`openapi-3.0`, `openapi-3.1`, `swagger-2.0`, …"""
    version: str = ""
    description: str = ""
    servers: tuple[Server, ...] = ()
    tags: tuple[Tag, ...] = ()
    security_schemes: tuple[SecurityScheme, ...] = ()


class Spec(msgspec.Struct, frozen=True, omit_defaults=True):
    """A whole document as read."""

    about: About
    operations: tuple[Operation, ...]
    schemas: dict[str, Schema] = {}
    """JSON pointer → schema, for every target that an operation or another schema refers to."""
    examples: dict[str, Any] = {}
    """JSON pointer → shared example value."""
    problems: tuple[Problem, ...] = ()
