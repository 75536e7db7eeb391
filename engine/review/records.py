"""What a comparison of two specifications gives back; `msgspec.json.encode` writes it as it is."""

import enum

import msgspec


class Level(enum.Enum):
    """What a change does to a client that was written for the older specification."""

    ERR = "err"
    """It breaks."""
    WARN = "warn"
    """It may break: that depends on the client, or cannot be told from the specification."""
    INFO = "info"
    """It goes on working."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One difference."""

    rule: str
    """Id of the rule in `engine.review.diff.rules`: `request-parameter-became-required`."""
    level: Level
    operation: str = ""
    """Key of the operation that it is in; empty where it concerns several or the specification as a whole."""
    schema: str = ""
    """Name of the shared schema or type that it is in; empty elsewhere."""
    where: str = ""
    """Place within the operation or the schema: `query parameter per_page`, `response 200 · items[].id`, `login`."""
    old: str = ""
    """What stood there, short; empty where nothing did."""
    new: str = ""
    pointer: str = ""
    """JSON pointer of the operation or the shared schema; in the newer document, or the older one if it was removed."""
    sentence: str
    """What happened, with its place: `query parameter per_page: became required`."""
    operations: tuple[str, ...] = ()
    """Keys of all operations that it reaches, `MAX_OPERATIONS` at most; `webhook ` stands before those of webhooks."""
    operation_count: int = 0
    """How many operations it reaches."""


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two specifications."""

    title: str
    version: str
    format: str


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Counts."""

    breaking: int
    """Changes of `Level.ERR`."""
    warnings: int
    """Changes of `Level.WARN`."""
    other: int
    """Changes of `Level.INFO`."""
    operations_added: int
    operations_removed: int
    operations_changed: int
    """Operations in both specifications that at least one change reaches."""
    documentation: int
    """Operations whose summary or descriptions differ, which is no change and is not listed."""


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    """How a newer specification differs from an older one."""

    old: Side
    new: Side
    summary: Summary
    changes: tuple[Change, ...]
    """Breaking ones first; within a level, in the order of the newer document."""
    cut: str = ""
    """Says what was left out; empty where everything was compared and listed."""
