"""The one vocabulary: what a reader writes and what search, answers, snippets and panes read.

All records are frozen. Text in them is already clean (see `engine.text`). References are lazy: a `Schema` whose
`ref` is set stands for another one, kept in the library under that JSON pointer; cycles are therefore ordinary.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from engine.specs.workflow import ApiSource, Workflow

RECORDED = ("bru", "har", "http", "hurl", "insomnia", "opencollection", "postman")
"""How `About.format` begins of what shows requests that were sent, and promises nothing."""
STREAM = "stream"
"""Format of an array whose items come one after the other, each as soon as it is there."""
AS_SENT = "as-sent"
"""Format of a text that is a body as it stands, whatever its media type: JSON with what no JSON has, in a recording."""
HEADING_MARK = " > "
"""What stands between the headings of a passage."""
Location = Literal["path", "query", "querystring", "header", "cookie", "argument", "channel", "input"]
"""Where a parameter goes: `argument` in GraphQL, `channel` in AsyncAPI, `input` of a workflow; a `querystring` is all
that follows the `?`."""
Style = Literal[
    "form", "simple", "label", "matrix", "spaceDelimited", "pipeDelimited", "tabDelimited", "deepObject", "cookie"
]
"""How lists and objects are written: the styles of OpenAPI (3.2.0, Parameter Object), and Swagger 2.0's `tsv`."""
XmlNode = Literal["element", "attribute", "text", "cdata", "none"]
"""What stands for a value in XML (OpenAPI 3.2.0, XML Object, `nodeType`)."""
Protocol = Literal["http", "graphql", "grpc", "message", "workflow"]
"""What an operation is called by; a `message` goes through a broker, a `workflow` calls other operations."""


class EnumValue(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is said of one value of an enum."""

    description: str = ""
    deprecated: bool = False
    deprecation: str = ""


class Xml(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a value is written in XML, where the source says so."""

    name: str = ""
    namespace: str = ""
    prefix: str = ""
    node: XmlNode | None = None
    """What stands for it; None where the source says nothing: nothing of its own for a list, an element for others."""


class Schema(msgspec.Struct, frozen=True, omit_defaults=True):
    """A type, or one use of it: a JSON Schema node, a GraphQL type or field, a protobuf message or field."""

    ref: str = ""
    """JSON pointer of the schema this one stands for (`/components/schemas/Issue`), or empty."""
    type: str = ""
    """`string`, `object`, `array`, …; several joined by ` | `; empty where the source says nothing.

    Of GraphQL also `interface`, `union`, `scalar`, `input` and `directive`."""
    format: str = ""
    title: str = ""
    description: str = ""
    nullable: bool = False
    deprecated: bool = False
    deprecation: str = ""
    """Why it is deprecated, or what to use instead, where the source says so."""
    read_only: bool = False
    write_only: bool = False
    enum: tuple[Any, ...] = ()
    enum_values: dict[str, EnumValue] = {}
    """What is said of single values of `enum`."""
    default: Any = None
    example: Any = None
    limits: dict[str, Any] = {}
    """Constraints by their JSON Schema keyword: `minLength`, `pattern`, `maximum`, …"""
    applied: dict[str, Schema] = {}
    """Schemas under keywords that no other field stands for, by where they stand: `then`, `contains`,
    `prefixItems/0`, of the items after those `items`, `dependentSchemas/card`."""
    properties: dict[str, Schema] = {}
    required: tuple[str, ...] = ()
    items: Schema | None = None
    additional: Schema | None = None
    """Schema of additional properties, where the source gives one."""
    all_of: tuple[Schema, ...] = ()
    one_of: tuple[Schema, ...] = ()
    any_of: tuple[Schema, ...] = ()
    discriminator: str = ""
    """Property whose value tells which of `one_of` or `any_of` it is."""
    mapping: dict[str, str] = {}
    """Value of the discriminator → JSON pointer of the schema it stands for."""
    implements: tuple[str, ...] = ()
    """JSON pointers of the interfaces of a GraphQL type, which has all their fields itself. An interface has the types
    that implement it in `any_of`."""
    arguments: tuple[Parameter, ...] = ()
    """Of a GraphQL field or directive."""
    xml: Xml = Xml()
    extensions: dict[str, Any] = {}
    """`x-…` keys as they are written; of GraphQL, directives with their arguments."""


class Serialization(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a typed value is written into a request, where the source says so; else as its place has it."""

    style: Style | None = None
    explode: bool | None = None
    """Whether each item of a list, and each field of an object, is written by itself."""
    allow_reserved: bool = False
    """Whether `/`, `?` and the like are sent as they are."""
    media_type: str = ""
    """The media type in which it is written: of a parameter instead of a style; of a part of a form maybe several,
    joined by commas, of which a client takes one."""
    headers: tuple[Parameter, ...] = ()
    """Of a part of a multipart body."""


class Parameter(msgspec.Struct, frozen=True, omit_defaults=True):
    """An input beside the body, or a response header."""

    name: str
    location: Location
    required: bool = False
    deprecated: bool = False
    deprecation: str = ""
    description: str = ""
    schema: Schema = Schema()
    example: Any = None
    extensions: dict[str, Any] = {}
    serialization: Serialization = Serialization()


class Example(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of several examples of a body."""

    name: str
    summary: str = ""
    value: Any = None
    """None of the first one, which is the example of the whole."""
    ref: str = ""
    """JSON pointer under which it is kept in the library, where it is shared or large."""


class Content(msgspec.Struct, frozen=True, omit_defaults=True):
    """One media type of a body."""

    media_type: str
    schema: Schema = Schema()
    example: Any = None
    example_ref: str = ""
    """JSON pointer of a shared example, kept in the library, where the source refers to one."""
    encoding: dict[str, Serialization] = {}
    """Field of a form → how it is written, where the source says so."""
    examples: tuple[Example, ...] = ()
    """All that have names, where there are several."""


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request body."""

    required: bool = False
    description: str = ""
    content: tuple[Content, ...] = ()


class Link(msgspec.Struct, frozen=True, omit_defaults=True):
    """How values of a response go into the next operation."""

    name: str
    operation: str
    """operationId, or JSON pointer, of the operation that it leads to."""
    parameters: dict[str, str] = {}
    """Parameter of that operation → expression that gives its value: `$response.body#/id`."""
    body: str = ""
    """What is sent as its body: an expression, or a value as JSON."""
    description: str = ""


class Response(msgspec.Struct, frozen=True, omit_defaults=True):
    """What comes back for one status."""

    status: str
    """`200`, `4XX` or `default`; empty in formats that have no statuses."""
    description: str = ""
    content: tuple[Content, ...] = ()
    headers: tuple[Parameter, ...] = ()
    links: tuple[Link, ...] = ()
    extensions: dict[str, Any] = {}


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
    bearer_format: str = ""
    """For `bearer`: how its tokens are made: `JWT`."""
    location: str = ""
    """For `apiKey`: `query`, `header` or `cookie`."""
    parameter: str = ""
    """For `apiKey`: the name of that parameter."""
    description: str = ""
    scopes: dict[str, str] = {}
    """For `oauth2`: scope → what it allows, over all flows."""
    token_url: str = ""
    authorization_url: str = ""
    device_url: str = ""
    """For `oauth2`: where a device without a browser asks for a code (RFC 8628)."""
    openid_url: str = ""
    """For `openIdConnect`: the document that says all addresses (OpenID Connect Discovery)."""
    metadata_url: str = ""
    """For `oauth2`: the document that says all addresses (RFC 8414)."""
    extensions: dict[str, Any] = {}


class ServerVariable(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a server's address that a client chooses."""

    default: str
    values: tuple[str, ...] = ()
    """What it may be; empty where anything may stand."""
    description: str = ""


class Server(msgspec.Struct, frozen=True, omit_defaults=True):
    """A base address."""

    url: str
    """With its variables replaced by their defaults."""
    description: str = ""
    template: str = ""
    """The address with its variables in braces, where it has any."""
    variables: dict[str, ServerVariable] = {}


class Operation(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing a client can do, or, where `incoming`, a call that it gets."""

    method: str
    """`GET`, `POST`, …; `Query`, `Mutation`, `Subscription`; `RPC`; `SEND`, `RECEIVE`, `PUBLISH`, `SUBSCRIBE`;
    `WORKFLOW`."""
    path: str
    """`/repos/{owner}/{repo}/issues`; a field of GraphQL; `/package.Service/Method`; a channel; a webhook's name; a
    workflowId."""
    pointer: str
    """JSON pointer into the source document; in text formats `/types/Query/fields/user`, `/services/…`."""
    protocol: Protocol = "http"
    incoming: bool = False
    """True for a webhook or callback: the API calls the client."""
    operation_id: str = ""
    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    deprecated: bool = False
    deprecation: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: tuple[Response, ...] = ()
    security: tuple[tuple[Grant, ...], ...] = ()
    """Alternatives; within one, every grant is needed. An empty alternative means that no credentials are needed."""
    servers: tuple[Server, ...] = ()
    callbacks: tuple[Operation, ...] = ()
    """Calls that the API makes to the client because of this operation; `path` is the expression of the address."""
    workflow: Workflow | None = None
    """What is called one after the other, of the protocol `workflow`."""
    extensions: dict[str, Any] = {}

    @property
    def key(self) -> str:
        """`METHOD /path`, or `Query.field` in GraphQL; unique in its spec."""
        return f"{self.method}{'.' if self.protocol == 'graphql' else ' '}{self.path}"


class Passage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece of a guide: what stands under one heading, or a part of it."""

    heading: str
    """The headings above it, outermost first, joined by `HEADING_MARK`; empty before the first."""
    text: str
    """Markdown or plain text; code blocks are whole."""
    file: str
    """Name of the file, as it is cited."""
    line: int = 0
    """Line on which it begins, from 1; in DOCX the number of its paragraph; 0 where the format has pages."""
    page: int = 0
    """Page on which it begins, from 1; 0 where the format has lines."""
    part: int = 1
    """Which one it is of the passages that begin on that line or page, from 1."""

    @property
    def title(self) -> str:
        """The heading right above it; empty before the first."""
        return self.heading.rpartition(HEADING_MARK)[2]

    @property
    def key(self) -> str:
        """How it is cited, unique in its guide: `guide.md:12`, `guide.pdf, page 3` or `guide.pdf, page 3, part 2`."""
        place = f"{self.file}, page {self.page}" if self.page else f"{self.file}:{self.line}"
        return f"{place}, part {self.part}" if self.part > 1 else place


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a document that could not be read; the rest was."""

    pointer: str
    """JSON pointer; in text formats as in `Operation.pointer`; empty for the whole document."""
    message: str
    line: int = 0
    """Line in the source, from 1; 0 where it is not known."""
    file: str = ""
    """The file in which it is, where that is not the document itself."""
    suspect: bool = False
    """Whether it was read, and is no text for people: it gives orders to a model, hides words, leads elsewhere."""


class Tag(msgspec.Struct, frozen=True, omit_defaults=True):
    """A group of operations."""

    name: str
    description: str = ""
    extensions: dict[str, Any] = {}


class About(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a specification says of itself."""

    title: str
    format: str
    """`openapi-3.1`, `swagger-2.0`, `graphql`, `postman-2.1`, `asyncapi-3.0`, `arazzo-1.1`, `protobuf`, `har`,
    `markdown`, …"""
    version: str = ""
    description: str = ""
    servers: tuple[Server, ...] = ()
    tags: tuple[Tag, ...] = ()
    security_schemes: tuple[SecurityScheme, ...] = ()
    sources: tuple[ApiSource, ...] = ()
    """Of workflows: the documents that they call operations of."""
    overlays: tuple[str, ...] = ()
    """The overlays that changed the document before it was read, in this order: path or address of each."""
    extensions: dict[str, Any] = {}


class Spec(msgspec.Struct, frozen=True, omit_defaults=True):
    """A whole document as read."""

    about: About
    operations: tuple[Operation, ...] = ()
    webhooks: tuple[Operation, ...] = ()
    """Calls that the API makes to the client by itself; each is `incoming`."""
    passages: tuple[Passage, ...] = ()
    """What a guide says; a guide has nothing else."""
    schemas: dict[str, Schema] = {}
    """JSON pointer → schema: every shared one, and every other one that something refers to."""
    examples: dict[str, Any] = {}
    """JSON pointer → shared example value."""
    problems: tuple[Problem, ...] = ()


def written(value: Any) -> str:
    """Return a value as it is written, as in the keys of `Schema.enum_values`: a text as it is, else as in JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
