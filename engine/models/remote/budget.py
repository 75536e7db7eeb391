"""When another request may go out, so that the service need not refuse it. Pure: time comes in as a number.

Two things hold a request back. A bucket of this program's own lets `BURST` requests go at once and then so many a
minute. The service says with each answer what is left of its own limits; until it says so, only the bucket counts.

A request is counted before it is sent, also when it has to wait first, so that requests that overlap take turns.
"""

import threading
from collections.abc import Mapping

import msgspec

from engine.models.remote.limits import Allowance

BURST = 10
"""Questions that follow each other at once, as a file of them does; the limits of Groq are counted by the minute."""


class _Limit(msgspec.Struct):
    """One limit of the service: what was left at a moment, and how fast it comes back."""

    left: float
    most: float | None
    per_s: float
    at: float
    back_at: float

    def now_left(self, now: float) -> float:
        if self.most is None:
            return self.left
        return min(self.most, self.left + self.per_s * (now - self.at))

    def wait_s(self, need: float, now: float) -> float:
        """Return the seconds until `need` is there; none where it never is, for the service itself says that best."""
        if self.most is None:
            return max(0.0, self.back_at - now) if need > self.left else 0.0
        lacking = need - self.now_left(now)
        return lacking / self.per_s if lacking > 0 and self.per_s > 0 and need <= self.most else 0.0


class Budget:
    """What may be sent with one key.

    Args:
        per_minute: Requests that may go out in a minute, after the first `BURST`.
    """

    def __init__(self, per_minute: int) -> None:
        self._interval_s = 60 / per_minute
        self._lock = threading.Lock()
        self._full_at = float("-inf")
        """When the bucket is full again: the whole of its state, known as the generic cell rate algorithm."""
        self._closed_until = float("-inf")
        self._limits: dict[str, _Limit] = {}

    def reserve(self, tokens: float, now: float, patience_s: float) -> float:
        """Count a request, and return the seconds that it has to wait before it is sent.

        A request that would wait longer than `patience_s` is not counted.

        Args:
            tokens: Of the prompt and the longest answer together, as the service counts them.
            now: Monotonic seconds.
            patience_s: How long the caller would wait.
        """
        with self._lock:
            wait_s = self._wait_s(tokens, now)
            if wait_s <= patience_s:
                self._count(tokens, now, 1)
            return wait_s

    def give_back(self, tokens: float, now: float) -> None:
        """Uncount a request that was not sent after all."""
        with self._lock:
            self._count(tokens, now, -1)

    def learn(self, allowances: Mapping[str, Allowance], now: float) -> None:
        """Take what the service says of `requests` and `tokens`; see `limits.allowances`."""
        with self._lock:
            for what, said in allowances.items():
                used = 0.0 if said.limit is None else said.limit - said.left
                per_s = used / said.reset_s if said.reset_s > 0 else 0.0
                self._limits[what] = _Limit(said.left, said.limit, per_s, now, now + said.reset_s)

    def close(self, seconds: float, now: float) -> None:
        """Let nothing out for a while: the service asked for it."""
        with self._lock:
            self._closed_until = max(self._closed_until, now + seconds)

    def wait_s(self, now: float, tokens: float = 1) -> float:
        """Return the seconds until a request of so many tokens may go out."""
        with self._lock:
            return self._wait_s(tokens, now)

    def left(self, what: str, now: float) -> int | None:
        """Return what is left of the service's `requests` or `tokens`; None where it said nothing of it."""
        with self._lock:
            limit = self._limits.get(what)
            return None if limit is None else max(0, int(limit.now_left(now)))

    def _wait_s(self, tokens: float, now: float) -> float:
        needs = {"requests": 1.0, "tokens": tokens}
        return max(
            0.0,
            self._full_at - (BURST - 1) * self._interval_s - now,
            self._closed_until - now,
            *(limit.wait_s(needs[what], now) for what, limit in self._limits.items()),
        )

    def _count(self, tokens: float, now: float, requests: int) -> None:
        self._full_at = max(self._full_at, now) + requests * self._interval_s
        for what, limit in self._limits.items():
            limit.left, limit.at = limit.now_left(now) - requests * (tokens if what == "tokens" else 1), now
