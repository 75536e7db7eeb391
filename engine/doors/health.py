"""The door to how everything is doing."""

import asyncio
import time
from collections.abc import Callable

from engine.doors.views import Views
from engine.models.client import WorkerClient
from engine.models.deaths import noted
from engine.models.remote.use import RemoteInUse
from engine.models.roles import Language
from engine.observe.health import CacheHealth, Health, LibraryHealth, SpeedHealth, WorkerHealth
from engine.observe.metrics import Metrics
from engine.observe.running import Programs, Running


class HealthDoor:
    """Tells how the parts do.

    Args:
        language: The models of this machine in use.
        elsewhere: The remote one.
        views: What is in the library.
        metrics: What happened lately.
        caches: Tells how what is remembered stands; it blocks.
        programs: The programs that are open.
    """

    def __init__(
        self,
        language: Language,
        elsewhere: RemoteInUse,
        views: Views,
        metrics: Metrics,
        caches: Callable[[], tuple[CacheHealth, ...]],
        programs: Programs,
    ) -> None:
        self._language = language
        self._elsewhere = elsewhere
        self._views = views
        self._metrics = metrics
        self._caches = caches
        self._programs = programs

    async def now(self) -> Health:
        """Return how everything is doing now."""
        import psutil  # which no command needs, and each would wait for

        worker, metrics = self._language.worker, self._metrics
        await worker.look()
        stats, deaths, specs, models, remote, caches = await asyncio.gather(
            worker.stats(),
            asyncio.to_thread(noted, worker.log),
            asyncio.to_thread(self._views.specs),
            asyncio.to_thread(self._language.health),
            self._elsewhere.health(),
            asyncio.to_thread(self._caches),
        )
        now = time.monotonic()
        health = Health(
            worker=_worker_health(worker, stats.rss_mb, deaths),
            models=models,
            breakers=(*self._language.breakers(now), self._elsewhere.breaker.health(now)),
            changes=tuple(metrics.changes),
            remote=remote,
            speed=SpeedHealth(
                tokens_per_s=tuple(metrics.tokens_per_s),
                first_token_ms=tuple(metrics.first_token_ms),
                search_ms=tuple(metrics.search_ms),
            ),
            caches=caches,
            library=LibraryHealth(
                specs=len(specs),
                entries=sum(info.entries for info in specs),
                embedded=sum(info.embedded for info in specs),
            ),
            memory_mb=psutil.Process().memory_info().rss / 2**20,
            at_s=now,
        )
        await asyncio.to_thread(self._programs.tell, health)
        return health

    async def others(self) -> tuple[Running, ...]:
        """Return the other programs that stay, as they last left word."""
        return await asyncio.to_thread(self._programs.others)

    async def close(self) -> None:
        """Let nobody take this program for one that is still there."""
        await asyncio.to_thread(self._programs.leave)


def _worker_health(worker: WorkerClient, memory_mb: float, deaths: tuple[str, ...]) -> WorkerHealth:
    status = worker.status
    return WorkerHealth(
        state=worker.state,
        pid=status.pid,
        restarts=status.restarts,
        memory_mb=memory_mb,
        clients=status.clients,
        keeper=status.keeper,
        limits=tuple(status.limits),
        deaths=deaths,
    )
