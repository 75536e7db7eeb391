"""What a search gives back."""

from typing import Literal

import msgspec

from engine.library.records import Kind

Mode = Literal["words", "words and meaning"]
"""By what was searched."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What brought a hit."""

    part: str
    """The part of the question that it fits best."""
    words: tuple[str, ...]
    """Words of the question that are in its names."""
    meant: tuple[str, ...]
    """Words that stand for those of the question, and are in its names."""
    near: float
    """How near its meaning is to that part; 0 in a search by words alone."""
    gives: str = ""
    """What it gives to which other hit: `user_id to DELETE /users/{user_id}`."""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """An operation, a webhook or a passage that was found."""

    spec: str
    operation: str
    """`GET /users/{id}`, `Query.user`, or where a passage stands: `guide.md:12`."""
    operation_id: str
    summary: str
    score: float
    """Orders the hits of one search only."""
    relevance: float
    """How likely it is what was asked for, 0 to 1; compares over searches."""
    why: str
    """What matched, in words: `words: issue, create; meaning`."""
    evidence: Evidence
    pointer: str
    """JSON pointer into the source document; empty for a passage."""
    rowid: int
    """Key of the entry in the library."""
    kind: Kind = Kind.OPERATION

    @property
    def ref(self) -> str:
        """`SPEC:METHOD /path`."""
        return f"{self.spec}:{self.operation}"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The hits of one query, best first."""

    query: str
    hits: tuple[Hit, ...]
    mode: Mode
    ms: float
    """Time that the search took."""
    note: str = ""
    """What had no part in it that could have had, and why."""
