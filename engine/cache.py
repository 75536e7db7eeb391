"""A bounded memory of what was made before: by entries, by bytes and, where what is kept grows stale, by age."""

import math
import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, NamedTuple, TypeVar

from cachetools import TTLCache

from engine.observe.health import CacheHealth

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """Keeps what was used last, and counts. Usable from any thread.

    Args:
        name: What it is called where its figures are shown.
        entries: Most that are kept.
        bytes: Most bytes that they take.
        sized: Bytes of one, its key included; one that alone takes more than all may is not kept.
        ttl_s: Seconds that one is kept at most.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        name: str,
        *,
        entries: int,
        bytes: int,  # noqa: A002 (what is counted)
        sized: Callable[[K, V], int],
        ttl_s: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._entries = entries
        self._bytes = bytes
        self._sized = sized
        self._clock = clock
        self._kept = _Counting(bytes, ttl_s, clock, lambda kept: kept.bytes)
        self._lock = threading.Lock()
        self._hits = 0
        self._misses = 0

    def get(self, key: K, fits: Callable[[V], bool] = lambda _: True) -> V | None:
        """Return what is kept under a key, which makes it the one used last; None where nothing is that `fits`."""
        with self._lock:
            kept: _Kept | None = self._kept.get(key)
            if kept is None or not fits(kept.value):
                self._misses += 1
                return None
            self._hits += 1
            found: V = kept.value
            return found

    def put(self, key: K, value: V) -> None:
        """Keep a value under a key; those that were used longest ago make room."""
        size = self._sized(key, value)
        if size > self._bytes:
            return
        with self._lock:
            while len(self._kept) >= self._entries and key not in self._kept:
                self._kept.popitem()
            self._kept[key] = _Kept(value, self._clock(), size)

    def health(self) -> CacheHealth:
        """Return its figures."""
        with self._lock:
            since = [kept.since for kept in self._kept.values()]
            return CacheHealth(
                name=self._name,
                entries=len(since),
                bytes=int(self._kept.currsize),
                hits=self._hits,
                misses=self._misses,
                evictions=self._kept.evictions,
                oldest_s=self._clock() - min(since) if since else 0.0,
            )


class _Kept(NamedTuple):
    value: Any
    since: float
    bytes: int


class _Counting(TTLCache[Any, _Kept]):
    """Counts what had to go, for want of room or for its age."""

    evictions = 0

    def popitem(self) -> tuple[Any, _Kept]:
        self.evictions += 1
        return super().popitem()

    def expire(self, time: float | None = None) -> list[tuple[Any, _Kept]]:
        expired = super().expire(time)
        self.evictions += len(expired)
        return expired
