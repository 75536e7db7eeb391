"""A circuit breaker: after failures in a row a model is left alone for a while, then tried once.

Pure: time comes in as a number. This is the whole behaviour:

    state      success  failure                                cancelled
    closed     closed   open from the nth in a row, else closed  closed
    open       closed   open, from now                         open
    half-open  closed   open, from now                         open, with the probe given back

A call that failed for good, so that the next would fail alike, opens it at once from every state. What the user can do
then is told for as long as it is open.

An open breaker lets nothing through until its time has passed; then one call, the probe, makes it half-open. Calls that
were on their way when it opened may still report: that is the row `open`.
"""

import enum
import threading

from engine.observe.health import BreakerState


class Outcome(enum.Enum):
    """How a call ended."""

    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    BROKEN = "broken"
    """A failure that the next call would share."""


class Breaker:
    """Guards one model.

    Args:
        failures: Failures in a row that open it.
        reset_s: Seconds that it stays open before a probe.
    """

    def __init__(self, failures: int, reset_s: float) -> None:
        self._threshold = failures
        self._reset_s = reset_s
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at = 0.0
        self.state = BreakerState.CLOSED
        self.remedy = ""
        """What the user can do about what opened it, where that is known."""

    def allow(self, now: float) -> bool:
        """Tell whether a call may go out at `now` (monotonic seconds); after True, `record` must follow."""
        with self._lock:
            if self.state is BreakerState.OPEN and now - self._opened_at >= self._reset_s:
                self.state = BreakerState.HALF_OPEN
                return True
            return self.state is BreakerState.CLOSED

    def record(self, outcome: Outcome, now: float, remedy: str = "") -> None:
        """Tell how the call ended, and, of one that is broken, what helps."""
        with self._lock:
            if outcome is Outcome.SUCCESS:
                self.state, self._failures, self.remedy = BreakerState.CLOSED, 0, ""
            elif outcome in (Outcome.FAILURE, Outcome.BROKEN):
                self._failures += 1
                self.remedy = remedy
                enough = outcome is Outcome.BROKEN or self._failures >= self._threshold
                if enough or self.state is BreakerState.HALF_OPEN:
                    self.state, self._opened_at = BreakerState.OPEN, now
            elif self.state is BreakerState.HALF_OPEN:
                # The reset time has passed already, so the next call is the probe.
                self.state = BreakerState.OPEN

    def retry_in(self, now: float) -> float:
        """Return the seconds until a probe may go out; 0 unless open."""
        with self._lock:
            return max(0.0, self._opened_at + self._reset_s - now) if self.state is BreakerState.OPEN else 0.0
