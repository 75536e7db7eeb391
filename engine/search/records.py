"""What a search gives back."""

import msgspec


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """An operation, a webhook or a passage that was found. `score` orders hits of one search only."""

    spec: str
    operation: str
    """`GET /users/{id}`, `Query.user`, or where a passage stands: `guide.md:12`."""
    operation_id: str
    summary: str
    score: float
    why: str
    """What matched: `words: issue, create; meaning`."""
    pointer: str
    """JSON pointer into the source document; empty for a passage."""
    rowid: int
    """Key of the entry in the library."""
    kind: str = "operation"
    """`operation`, `webhook` or `passage`."""

    @property
    def ref(self) -> str:
        """`SPEC:METHOD /path`."""
        return f"{self.spec}:{self.operation}"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The hits of one query, best first."""

    query: str
    hits: tuple[Hit, ...]
    mode: str
    """`words`, or `words and meaning`."""
    ms: float
    """Time that the search took."""
