"""What goes into the library and what it tells of itself."""

import msgspec

from engine.specs.model import Operation, Spec

STANDARD_INPUT = "-"
"""Source of a document that comes from no file."""


class NewSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was read, with where it comes from."""

    spec: Spec
    source: str
    """The file's absolute path, or `STANDARD_INPUT`."""
    sha256: bytes
    bytes: int
    name: str | None
    """The name that the user gave, if any."""
    suggestion: str
    """What a name is made from otherwise."""


class SearchText(msgspec.Struct, frozen=True, kw_only=True):
    """How an operation is found: five columns of words for FTS5 and one text to embed."""

    identifier: str
    path: str
    summary: str
    description: str
    fields: str
    embed: str


class StoredOperation(msgspec.Struct, frozen=True, kw_only=True):
    """An operation with its key in the library and the name of its spec."""

    rowid: int
    spec: str
    operation: Operation


class SpecInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One spec in the library."""

    name: str
    title: str
    version: str
    format: str
    source: str
    operations: int
    embedded: int
    """Operations that can be found by meaning."""
    bytes: int
    """Size of the document."""
    added: str
    """ISO 8601, UTC."""


class OutlineRow(msgspec.Struct, frozen=True, kw_only=True):
    """One operation as a line of the browser's tree."""

    tag: str
    operation: str
    operation_id: str
    summary: str
    deprecated: bool
