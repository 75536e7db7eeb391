"""A snapshot of how the program is doing, for the health pane, `doctor` and tests: one record for each part."""

import enum
from typing import Literal

import msgspec

Role = Literal["chat", "embedding", "rerank"]
"""What a model is used for."""


Guarded = Literal["local", "remote", "embedding", "reranker"]
"""What has a breaker: a rung of the ladder that a model writes, or another part that can fail."""


class WorkerState(enum.Enum):
    """What the model worker is doing."""

    OFF = "off"
    """Not started, or closed."""
    STARTING = "starting"
    READY = "ready"
    BUSY = "busy"
    STOPPED = "stopped"
    """It died; the next request starts a new one."""


class BreakerState(enum.Enum):
    """Where a circuit breaker stands."""

    CLOSED = "closed"
    """Calls go through."""
    OPEN = "open"
    """No call goes through until the reset time has passed."""
    HALF_OPEN = "half-open"
    """One call, the probe, is on its way and decides."""
    RESTING = "resting"
    """It was asked to wait, and does so."""
    REFUSED = "refused"
    """The key is not accepted; no call goes through until it is another."""


class WorkerHealth(msgspec.Struct, frozen=True, kw_only=True):
    """The process that runs the weights."""

    state: WorkerState = WorkerState.OFF
    pid: int = 0
    """0 when it is not running."""
    restarts: int = 0
    memory_mb: float = 0.0
    """Resident memory in MiB, weights that are mapped from the file included."""
    clients: int = 0
    """Programs that share it, this one included; 0 when it was not started."""
    keeper: int = 0
    """The process that keeps it for them; 0 when it is this program's own."""
    limits: tuple[str, ...] = ()
    """What it is kept from."""
    deaths: tuple[str, ...] = ()
    """A sentence for each kind of work that it last died of, and has not done since; also before this process."""


class ModelHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One model as it is on disk and in the worker."""

    name: str
    role: Role
    installed: bool
    loaded: bool
    detail: str = ""
    """Why it cannot be used, or what it is."""


class BreakerHealth(msgspec.Struct, frozen=True, kw_only=True):
    """The breaker of one rung, or of another part that can fail."""

    name: Guarded
    state: BreakerState = BreakerState.CLOSED
    retry_s: float = 0.0
    """Seconds until it lets a probe through; 0 unless it is open or resting."""
    cause: str = ""
    """Why it is not closed, in one sentence."""
    remedy: str = ""
    """What helps, where that is known."""
    failures: int = 0
    """Failures in a row."""


class BreakerChange(msgspec.Struct, frozen=True, kw_only=True):
    """A breaker's state has changed."""

    name: Guarded
    before: BreakerState
    after: BreakerState
    cause: str
    """Why, in one sentence; empty when it closed."""
    retry_s: float
    """Seconds until it lets a probe through; 0 unless it is open or resting."""
    at_s: float
    """When, in monotonic seconds."""


class SpeedHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the last questions, oldest first."""

    tokens_per_s: tuple[float, ...] = ()
    first_token_ms: tuple[float, ...] = ()
    search_ms: tuple[float, ...] = ()


class CacheHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One layer of what is remembered so that it need not be made again."""

    name: str
    entries: int = 0
    bytes: int = 0
    hits: int = 0
    misses: int = 0
    evictions: int = 0
    """Entries that had to go, for want of room or for their age."""
    oldest_s: float = 0.0
    """Age of the oldest entry in seconds; 0 where there is none."""


class LibraryHealth(msgspec.Struct, frozen=True, kw_only=True):
    """What is in the library."""

    specs: int = 0
    entries: int = 0
    embedded: int = 0
    """Entries that have a vector."""


class RemoteHealth(msgspec.Struct, frozen=True, kw_only=True):
    """The remote rung. What it says of limits is the service's own word, as old as the last answer."""

    enabled: bool = False
    host: str = ""
    """Whom it asks, with the port where that is named."""
    model: str = ""
    key: str = ""
    """Where its key was found; empty where there is none."""
    detail: str = ""
    """Why it cannot be asked."""
    wait_s: float = 0.0
    """Seconds until the next request may go out."""
    requests_left: int | None = None
    tokens_left: int | None = None
    """What is left of the service's limits; None where it did not say."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """All parts at one moment."""

    worker: WorkerHealth = WorkerHealth()
    models: tuple[ModelHealth, ...] = ()
    breakers: tuple[BreakerHealth, ...] = ()
    changes: tuple[BreakerChange, ...] = ()
    """The last changes of these, oldest first."""
    remote: RemoteHealth = RemoteHealth()
    speed: SpeedHealth = SpeedHealth()
    caches: tuple[CacheHealth, ...] = ()
    library: LibraryHealth = LibraryHealth()
    memory_mb: float = 0.0
    """Resident memory of this process in MiB."""
    at_s: float = 0.0
    """The moment, in the seconds of the changes."""


class Verdict(enum.Enum):
    """How everything is doing, in one word."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    """The facts come; something else is missing, failing or resting."""
    UNHEALTHY = "unhealthy"
    """No question is answered."""


def verdict(health: Health) -> Verdict:
    """Return how an open engine is doing: what is not there, what is held back and what has died count."""
    sound = (
        all(model.installed for model in health.models)
        and all(breaker.state is BreakerState.CLOSED for breaker in health.breakers)
        and not (health.remote.enabled and health.remote.detail)
        and health.worker.state is not WorkerState.STOPPED
        and not health.worker.deaths
    )
    return Verdict.HEALTHY if sound else Verdict.DEGRADED
