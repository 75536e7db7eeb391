"""What filters and facets ask of entries, by column: each value of a field once, with the entries that have it.

By column and not by entry, because a filter looks at one or two fields of every entry: fourteen rows for a spec cost
nothing to write, and the corpus of 125,000 operations is filtered in tens of milliseconds.
"""

import enum
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

SEPARATOR = "\x1f"
"""Stands between values; no text has it once it is clean."""
NO_AUTH = "none"
"""What an operation accepts that needs no credentials."""

unpack = msgspec.msgpack.Decoder(list[tuple[int, bytes]]).decode
"""Returns, for each value of a column, the place of the first entry that has it, and bits (little-endian): bit n is the
entry n places on."""


class Field(enum.StrEnum):
    """A column."""

    TAG = "tag"
    METHOD = "method"
    PATH = "path"
    OPERATION = "operation"
    ID = "id"
    SUMMARY = "summary"
    DEPRECATED = "deprecated"
    AUTH = "auth"
    """Types of the security schemes that it accepts, `NO_AUTH` among them where it needs none."""
    SCHEME = "scheme"
    """Names of these schemes, and of those of type `http` what they are: `bearer`, `basic`, …"""
    FORMAT = "format"
    FAMILY = "family"
    """The format without its version: `openapi`."""
    KIND = "kind"
    PARAMETER = "parameter"
    STATUS = "status"
    SCOPE = "scope"
    """Scopes that any way to authenticate asks for."""
    DECLARED = "declared"
    """Names of parameters, wherever they go, without the fields of the body."""
    QUERY = "query"
    HEADER = "header"
    """Names of parameters that go there."""
    BODY = "body"
    """Fields of the body on its first level, in any of its forms, but none that only the server sets."""
    REQUIRED = "required"
    """Names of required parameters, and the fields of the body that every form of it requires."""
    RESPONSE = "response"
    """Fields of what comes back on success on the first level; of a list, those of its items."""
    INNER = "inner"
    """The fields one level further inside."""
    RETURNS = "returns"
    """Schemas by name that come back on success, alone or as a list."""
    SENDS = "sends"
    """The same for the body."""
    PRODUCES = "produces"
    """Media types of any response."""
    CONSUMES = "consumes"
    """Those of the body."""
    HAS = "has"
    """What is there at all; see `Trait`."""


class Trait(enum.StrEnum):
    """Something that an operation has or lacks."""

    SUMMARY = "summary"
    DESCRIPTION = "description"
    ID = "id"
    TAG = "tag"
    PARAMETER = "parameter"
    BODY = "body"
    OUTPUT = "output"
    """What comes back on success has a body."""
    EXAMPLE = "example"
    """Of a parameter, a body or a response, or of the schema of one."""
    ERROR = "error"
    """A response with a status from 400 on."""
    PAGING = "paging"
    """An input that goes to another page of a list."""
    CREDENTIALS = "credentials"
    """No call is accepted without."""
    SCOPE = "scope"
    CALLBACK = "callback"
    LINK = "link"


class Column(NamedTuple):
    """One field of a whole spec."""

    field: Field
    words: str
    """Its values, each once, joined by `SEPARATOR`; upper and lower case are alike but in names of inputs."""
    entries: bytes
    """For each value the entries that have it, as `unpack` returns them, packed as MessagePack."""


def insert(db: sqlite3.Connection, spec_id: int, rowids: range, rows: Iterable[Column]) -> None:
    """Write the fields of a spec, inside a transaction, in the place of what there may be.

    Args:
        db: Inside a transaction.
        spec_id: Key of the spec.
        rowids: Keys of its entries.
        rows: What `columns` returned for it.
    """
    db.executemany(
        "INSERT OR REPLACE INTO attributes (spec_id, field, first, last, words, entries) VALUES (?, ?, ?, ?, ?, ?)",
        ((spec_id, column.field.value, rowids.start, rowids.stop - 1, *column[1:]) for column in rows),
    )
