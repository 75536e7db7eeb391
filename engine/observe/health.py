"""A snapshot of how the program is doing, for the health pane, `doctor` and tests."""

import msgspec


class ModelHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One model as it is on disk and in the worker."""

    name: str
    role: str
    """`chat`, `embedding` or `rerank`."""
    installed: bool
    loaded: bool
    detail: str = ""
    """Why it cannot be used, or what it is."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """All figures at one moment. Times are milliseconds, memory is MiB."""

    worker: str
    """`off`, `starting`, `ready`, `busy` or `stopped`."""
    worker_pid: int = 0
    worker_restarts: int = 0
    models: tuple[ModelHealth, ...] = ()
    tokens_per_s: tuple[float, ...] = ()
    """The last answers, oldest first."""
    first_token_ms: tuple[float, ...] = ()
    search_ms: tuple[float, ...] = ()
    cache_hits: int = 0
    """Query vectors that were still known."""
    cache_misses: int = 0
    breaker: str = "closed"
    """`closed`, `open` or `half-open`, of the local model."""
    breaker_retry_s: float = 0.0
    memory_mb: float = 0.0
    worker_memory_mb: float = 0.0
    specs: int = 0
    operations: int = 0
    embedded: int = 0
    """Operations that have a vector."""
