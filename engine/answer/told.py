"""What is told of the asked thing: one record for each kind of question, in a tagged union."""

from __future__ import annotations

from typing import Literal

import msgspec

from engine.calls.records import FieldFact

Intent = Literal[
    "do",
    "workflow",
    "field",
    "enum",
    "auth",
    "errors",
    "paging",
    "compare",
    "whole",
    "unsaid",
    "deprecation",
    "events",
    "repeat",
    "talk",
    "outside",
]
"""What kind of question it is: how to do one thing, or several in order; a field or schema; the values of one; signing
in and scopes; errors and limits; paging; how operations differ; the whole API; what specifications mostly leave out;
what is deprecated; what tells that something happened; whether a call may be repeated; small talk; nothing of an API.
"""
ASKABLE: tuple[Intent, ...] = (
    "do",
    "field",
    "enum",
    "auth",
    "errors",
    "paging",
    "compare",
    "deprecation",
    "events",
    "repeat",
)
"""Those that a question can be asked as when it was taken for another, in the order in which they are offered."""


class Quote(msgspec.Struct, frozen=True):
    """What a text of the specification says, a sentence or two."""

    text: str
    of: str = ""
    """What the text describes: `Music API`, `the tag Rooms`; empty for the operation itself."""


class Value(msgspec.Struct, frozen=True):
    """A value that something may have, or a scope."""

    value: str
    meaning: str = ""
    deprecated: bool = False


class FieldTold(msgspec.Struct, frozen=True):
    """All that is said of one field."""

    fact: FieldFact
    said: tuple[str, ...] = ()
    """The sentences that explain it, those that speak of what was asked first among what follows the first one."""
    values: tuple[Value, ...] = ()
    """Every one that is declared, else those that the description lists."""
    example: str = ""
    inside: tuple[FieldFact, ...] = ()
    """Fields within it."""
    more: int = 0
    """How many of them there are besides."""


class FieldsTold(msgspec.Struct, frozen=True, tag="field"):
    """Fields and parameters."""

    fields: tuple[FieldTold, ...]
    said: tuple[Quote, ...] = ()
    sure: bool = True
    """Whether the question names them."""


class SchemaTold(msgspec.Struct, frozen=True, tag="schema"):
    """All fields of what is sent, or of what comes back."""

    name: str
    comes_back: bool
    fields: tuple[FieldFact, ...]
    more: int = 0
    """How many fields there are besides, on the levels that were looked at."""
    said: tuple[Quote, ...] = ()


class WayTold(msgspec.Struct, frozen=True):
    """One way to sign in."""

    way: str
    """`OAuth 2.0 token (login) with scope songs:read`."""
    obtain: tuple[str, ...] = ()
    """Where its token comes from: `token URL https://…`."""
    scopes: tuple[Value, ...] = ()
    """The scopes that the operation needs, or all of the scheme where no operation is meant."""
    said: str = ""
    """What is said of the scheme."""


class AuthTold(msgspec.Struct, frozen=True, tag="auth"):
    """How a caller proves who it is."""

    ways: tuple[WayTold, ...]
    """Any one of them will do."""
    said: tuple[Quote, ...] = ()


class ErrorTold(msgspec.Struct, frozen=True):
    """What comes back when something fails."""

    status: str
    description: str
    type: str = ""
    fields: tuple[FieldFact, ...] = ()
    """Of its body; with the values that tell which error it is."""


class ErrorsTold(msgspec.Struct, frozen=True, tag="errors"):
    """Errors and limits."""

    errors: tuple[ErrorTold, ...]
    """The asked ones in full; all where none was named."""
    undeclared: tuple[str, ...] = ()
    """Statuses that were asked for and that the operation does not declare."""
    others: tuple[str, ...] = ()
    """Statuses that it declares besides."""
    limits: tuple[FieldFact, ...] = ()
    """Headers that tell what is left."""
    said: tuple[Quote, ...] = ()


class PagingTold(msgspec.Struct, frozen=True, tag="paging"):
    """How to come to the next page."""

    inputs: tuple[FieldTold, ...]
    """Which page, and how much of it."""
    onward: tuple[FieldTold, ...]
    """Fields and headers of the answer that say where it goes on, or that it ends."""
    loop: str
    """The loop in a sentence."""
    said: tuple[Quote, ...] = ()


class Difference(msgspec.Struct, frozen=True):
    """One row of a comparison."""

    what: str
    values: tuple[str, ...]
    """One of each."""


class ComparedTold(msgspec.Struct, frozen=True, tag="compare"):
    """What differs between operations."""

    refs: tuple[str, ...]
    """`SPEC:METHOD /path` of each."""
    rows: tuple[Difference, ...]
    same: tuple[str, ...] = ()
    """What does not differ: `auth`."""
    said: tuple[Quote, ...] = ()


class DeprecationTold(msgspec.Struct, frozen=True, tag="deprecation"):
    """What is deprecated, and what stands in for it."""

    deprecated: tuple[str, ...]
    """Operations and fields, with what is said of it: `GET /songs: use GET /tracks`."""
    said: tuple[Quote, ...] = ()


class EventsTold(msgspec.Struct, frozen=True, tag="events"):
    """What tells a client that something happened."""

    calls: tuple[str, ...]
    """Webhooks and callbacks: `POST song.added: a song was added`."""
    said: tuple[Quote, ...] = ()


class RepeatTold(msgspec.Struct, frozen=True, tag="repeat"):
    """Whether a call may be sent again."""

    verdict: str
    """By its method (RFC 9110, section 9.2.2)."""
    keys: tuple[FieldTold, ...]
    """Inputs that make it safe: `Idempotency-Key`."""
    said: tuple[Quote, ...] = ()


class SaidTold(msgspec.Struct, frozen=True, tag="said"):
    """Sentences alone: those of descriptions that speak of what was asked."""

    said: tuple[Quote, ...]


class UnsaidTold(msgspec.Struct, frozen=True, tag="unsaid"):
    """That the specification does not say it."""

    what: str
    """What was asked: `the default of name`."""
    stands: str
    """Where it would stand."""
    fields: tuple[FieldTold, ...] = ()
    """What is nearest to it."""
    said: tuple[Quote, ...] = ()


Told = (
    FieldsTold
    | SchemaTold
    | AuthTold
    | ErrorsTold
    | PagingTold
    | ComparedTold
    | DeprecationTold
    | EventsTold
    | RepeatTold
    | SaidTold
    | UnsaidTold
)
