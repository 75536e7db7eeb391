"""What is told of a whole API."""

from typing import Literal

import msgspec

from engine.search.filters.facets import Count

SHOWN = 20
"""Rows that are shown at once: a screen. `ask --json` has `MOST`, and `search --where` pages on."""
MOST = 1000
"""Rows that an answer holds; what is longer is read by a program, which asks by filter."""


class WholeRow(msgspec.Struct, frozen=True):
    """One of the things that were asked for."""

    name: str
    """`GET /pets`, or the name of a schema, a tag, …"""
    spec: str = ""
    ref: str = ""
    """`SPEC:METHOD /path` of an operation; empty for other things."""
    summary: str = ""
    count: int = 0
    """Of a value, how many operations have it; 0 for an operation."""
    deprecated: bool = False
    change: str = ""
    """`added`, `removed`, `deprecated`, `changed` or `deprecated and changed`, where versions are compared."""


class Said(msgspec.Struct, frozen=True):
    """What is said of a status over a whole API."""

    kind: Literal["says", "api", "header", "body", "field"]
    text: str
    """A description, or a header, a body or a field of one with its type."""
    count: int
    """How many of the operations that were read have it; 0 where that is not counted."""


class WholeFacts(msgspec.Struct, frozen=True):
    """An exact answer about one or more whole APIs, or why there is none."""

    understood: str
    """How the question was understood: `operations of github that document 429`."""
    things: str
    """What is counted: `operations`."""
    total: int = 0
    """How many there are; 0 where `cannot` says why nothing was counted."""
    among: int = 0
    """How many things there are, without the conditions; 0 where that is not told."""
    rows: tuple[WholeRow, ...] = ()
    """At most `MOST` of them."""
    groups: tuple[Count, ...] = ()
    """How many there are of each kind, where that was asked for."""
    grouped: str = ""
    """Of what these groups are: `method`."""
    where: str = ""
    """The filter that lists them; see `engine.search.filters.where`."""
    spec: str = ""
    """The one spec that the filter is for; empty for several, which the filter names, and for all."""
    said: tuple[Said, ...] = ()
    """What is said of the statuses that were asked for."""
    notes: tuple[str, ...] = ()
    """What is counted as what, and what is near."""
    cannot: str = ""
    """Why it cannot be counted: what the question says that nothing here is looked up by."""
    asks: str = "count"
    """`count` or `list`."""
