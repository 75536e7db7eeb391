"""What a search gives back."""

import msgspec


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One operation that was found. `score` orders hits of one search only; it is no probability."""

    spec: str
    operation: str
    """`GET /users/{id}`."""
    operation_id: str
    summary: str
    score: float
    why: str
    """What matched: `words: issue, create; meaning`."""
    pointer: str
    """JSON pointer into the source document."""
    rowid: int
    """Key of the operation in the library."""

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
