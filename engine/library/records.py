"""What goes into the library and what it tells of itself."""

import enum
import re
from typing import NamedTuple

import msgspec

from engine.errors import InputError
from engine.library.attributes import Column
from engine.specs.model import Operation, Passage, Spec

Digest = bytes
"""A SHA-256."""
STANDARD_INPUT = "-"
"""Source of a document that comes from no file."""
INDEX = 4
"""Version of how specs are indexed: counts up when anything of `Indexed` comes out otherwise than before. What an older
specdeck has added is indexed anew when the library is opened; a text that comes out otherwise is embedded anew."""

_NAME = re.compile(r"\w[\w.-]{0,63}")
"""What a user may call a spec: no colon, which ends the name in `SPEC:METHOD /path`, and nothing invisible."""


class Kind(enum.StrEnum):
    """What an entry of the library is."""

    OPERATION = "operation"
    WEBHOOK = "webhook"
    PASSAGE = "passage"


class How(enum.StrEnum):
    """By what one operation was found to feed another."""

    LINK = "link"
    """The specification says so: an OpenAPI link."""
    LOCATION = "location"
    """The header that tells where what was created is."""
    PATH = "path"
    """It lists or creates what the consumer's path takes one of: `GET /users` and `GET /users/{id}`."""
    RESPONSE = "response"
    """Its response holds such a thing, by the name of a field, a schema or the path."""
    NAME = "name"
    """Its response refers to such a thing by a field of that name: an order's `customer_id`."""


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """One operation gives what another needs.

    Operations are told by their index in `Spec.operations`, and in the library by their rowid.
    """

    producer: int
    consumer: int
    needs: str
    """The consumer's input: `book_id`."""
    gives: str
    """Where the producer's response has it: `results[].id`; the name of a header; empty where the response is not
    described."""
    weight: float
    """How well the producer serves, from 0 to 1; compares edges of one input."""
    how: How


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """An edge, seen from one of its ends."""

    operation: str
    """Key of the operation at the other end."""
    needs: str
    gives: str
    weight: float
    how: How
    """These are those of `Edge`."""


class NewSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was read, with where it comes from."""

    spec: Spec
    source: str
    """The file's absolute path, the address, or `STANDARD_INPUT`."""
    sha256: Digest
    bytes: int
    name: str | None
    """The name that the user gave, if any."""
    suggestion: str
    """What a name is made from otherwise."""
    reader: int
    """Which reader read it; see `engine.specs.READER`."""
    files: dict[str, Digest] = {}
    """Relative path → hash of each other file that the document is split over; empty for one that cannot be read."""


class Indexed(msgspec.Struct, frozen=True, kw_only=True):
    """What a spec is found by, as `engine.indexing` makes it."""

    texts: tuple[str, ...]
    """What is embedded of each entry: operations, webhooks, passages."""
    edges: tuple[Edge, ...]
    """What feeds what in it."""
    columns: tuple[Column, ...]
    """What filters and facets ask of its entries."""
    segment: bytes
    """Its words; see `engine.indexing.segments`."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What search finds, with its key in the library and the name of its spec."""

    rowid: int
    spec: str
    item: Operation | Passage

    @property
    def kind(self) -> Kind:
        """What it is."""
        return kind_of(self.item)

    @property
    def ref(self) -> str:
        """`SPEC:METHOD /path`, `SPEC:Query.field` or `SPEC:guide.md:12`."""
        return f"{self.spec}:{self.item.key}"


def kind_of(item: Operation | Passage) -> Kind:
    """Return what an item is kept as."""
    if isinstance(item, Passage):
        return Kind.PASSAGE
    return Kind.WEBHOOK if item.incoming else Kind.OPERATION


class SpecInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One spec in the library."""

    name: str
    title: str
    version: str
    format: str
    source: str
    operations: int
    webhooks: int = 0
    passages: int = 0
    schemas: int = 0
    embedded: int
    """Operations, webhooks and passages that can be found by meaning."""
    bytes: int
    """Size of the document."""
    added: str
    """ISO 8601, UTC."""
    versions: int = 0
    """Older versions that are kept."""
    overlays: tuple[str, ...] = ()
    """What changed the document before it was read; see `About.overlays`."""

    @property
    def made_of(self) -> str:
        """Its format, and how much changed it: `openapi-3.1 + 1 overlay`."""
        more = len(self.overlays)
        return f"{self.format} + {more} overlay{'' if more == 1 else 's'}" if more else self.format

    @property
    def is_of_workflows(self) -> bool:
        """Its operations are workflows."""
        return self.format.startswith("arazzo-")

    @property
    def entries(self) -> int:
        """All that search can find."""
        return self.operations + self.webhooks + self.passages


class OldVersion(msgspec.Struct, frozen=True, kw_only=True):
    """What a spec was before it was replaced."""

    number: int
    """From 1, the oldest."""
    version: str
    """What the document called itself."""
    bytes: int
    added: str
    """ISO 8601, UTC."""


class OutlineRow(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as a line of the browser's tree."""

    tag: str
    operation: str
    """Its key: `METHOD /path`, `Query.field`, `guide.md:12`."""
    operation_id: str
    summary: str
    deprecated: bool
    kind: Kind = Kind.OPERATION


class SchemaRow(NamedTuple):
    """One shared schema as a line of the browser's tree."""

    name: str
    pointer: str


def check_name(name: str) -> None:
    """Check what a user wants to call a spec.

    Raises:
        InputError: It cannot be a name.
    """
    if not _NAME.fullmatch(name):
        hint = "Use letters, digits, dots, dashes and underscores, at most 64"
        raise InputError(f"{name!r} cannot be the name of a spec", hint=hint)
