"""When a worker that crashed may be started again. Pure: time comes in as a number, in monotonic seconds.

After a crash the next start waits 1 s, after another 2 s, then 4 s each. A life of a minute begins the row anew.
The third crash within a minute stops it: for a minute nothing is started, and then once more.
"""

DELAYS_S = (1.0, 2.0, 4.0)
"""Waits before a start, by the crashes in a row before it: who asks again hardly notices the first."""
CRASHES = 3
WINDOW_S = 60.0
"""So many crashes in this time are no chance."""
REST_S = 60.0
"""How long nothing is started then: as long as a breaker is open by default."""


class Restarts:
    """Remembers the crashes."""

    def __init__(self) -> None:
        self._crashes: list[float] = []
        self._row = 0

    def crashed(self, started: float, now: float) -> None:
        """Note that a worker which was started then has crashed now."""
        self._row = 1 if now - started >= WINDOW_S else self._row + 1
        self._crashes = [*(at for at in self._crashes if now - at < WINDOW_S), now]

    @property
    def stopped(self) -> bool:
        """Whether the last crash was one too many."""
        return len(self._crashes) >= CRASHES

    def wait_s(self, now: float) -> float:
        """Return the seconds until the next start; 0 when it may be now."""
        if not self._crashes:
            return 0.0
        delay = REST_S if self.stopped else DELAYS_S[min(self._row, len(DELAYS_S)) - 1]
        return max(0.0, self._crashes[-1] + delay - now)
