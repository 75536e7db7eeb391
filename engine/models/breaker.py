"""A circuit breaker: what fails too often is left alone for a while, then tried by one call.

Pure: time comes in as a number, and so does the fingerprint of a key. This is the whole behaviour:

    state      a call                success  failure    nothing     broken  limited  refused
    closed     goes out              closed   closed ¹   closed      open    resting  refused
    open       waits, then probes ²
    resting    waits, then probes ²
    refused    probes with another key
    half-open  waits                 closed   open       as before ³ open    resting  refused

    ¹ open with the nth failure in a row, or once a share of the last calls has failed; see `Tolerance`.
    ² The first call after the time has passed is the probe; it makes the breaker half-open, and no other goes out.
    ³ The probe is given back: the next call that may is the probe.

A call that was on its way when the state changed tells of a time that is over, so nothing changes by it, with one
exception: what it was asked to wait makes a rest longer, or begins one where the breaker is closed.
"""

import enum
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from engine.errors import CrashError, KeyRefusedError, ModelError, RateLimitedError, RemoteFailedError, WorkerError
from engine.observe.health import BreakerChange, BreakerHealth, BreakerState, Guarded
from engine.settings import Settings


class Outcome(enum.Enum):
    """How a call ended."""

    SUCCESS = "success"
    FAILURE = "failure"
    NOTHING = "nothing"
    """It says nothing of the health of what was called: the user stopped it, or the request was wrong."""
    BROKEN = "broken"
    """A failure that the next call would share."""
    LIMITED = "limited"
    """It was asked to wait, which is no failure."""
    REFUSED = "refused"
    """Its key is not accepted."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """How a call ended, with what there is to say of it."""

    outcome: Outcome
    cause: str = ""
    """What was wrong, in one sentence."""
    remedy: str = ""
    """What the user can do, where that is known."""
    wait_s: float = 0.0
    """Of LIMITED: seconds that it was asked to wait; 0 where it was not told."""


class Tolerance(msgspec.Struct, frozen=True, kw_only=True):
    """What a breaker bears."""

    failures: int
    """Failures in a row that open it."""
    calls: int
    """Calls that the share is of. Fewer, all within `window_s`, are no ground for a judgement, and open nothing."""
    share: float
    """Part of these calls, from 0 to 1, that opens it when it has failed."""
    window_s: float
    """How long a call counts."""
    reset_s: float
    """Seconds that it stays open before a probe, and that it rests where it was not told how long."""


class Call:
    """A call that went out.

    Args:
        term: The number of changes of state before it.
        key: Fingerprint of the key that it goes with.
    """

    def __init__(self, term: int, key: str) -> None:
        self.term = term
        self.key = key
        self.report = Report(outcome=Outcome.NOTHING)
        """How it ended; says nothing until it is told."""


class Breaker:
    """Guards one model, or another part that can fail.

    Args:
        name: What it guards.
        tolerance: What it bears.
        on_change: Told of each change of state, in order. It must not ask the breaker, which is locked meanwhile.
    """

    def __init__(
        self, name: Guarded, tolerance: Tolerance, on_change: Callable[[BreakerChange], None] = lambda _change: None
    ) -> None:
        self._name = name
        self._tolerance = tolerance
        self._on_change = on_change
        self._lock = threading.Lock()
        self._term = 0
        self._state = self._before = BreakerState.CLOSED
        self._row = 0
        self._calls: deque[tuple[float, bool]] = deque(maxlen=tolerance.calls)
        self._until = 0.0
        self._key = ""
        self._cause = self._remedy = ""

    def enter(self, now: float, key: str = "") -> Call | None:
        """Let a call out, or return None where none may go. After a call `leave` must follow; see `guarded`.

        Args:
            now: Monotonic seconds.
            key: Fingerprint of the key that the call goes with, where it needs one.
        """
        with self._lock:
            if self._state is not BreakerState.CLOSED:
                if not self._may_probe(now, key):
                    return None
                self._before = self._state
                self._change(BreakerState.HALF_OPEN, now)
            return Call(self._term, key)

    def leave(self, call: Call, now: float) -> None:
        """Take note of how a call ended."""
        report, outcome = call.report, call.report.outcome
        with self._lock:
            if outcome is Outcome.LIMITED and self._is_rest(call):
                self._rest(report, now)
            elif call.term != self._term or outcome is Outcome.LIMITED:
                return
            elif outcome is Outcome.REFUSED:
                self._key = call.key
                self._hold(BreakerState.REFUSED, report, 0.0, now)
            elif outcome is Outcome.SUCCESS:
                self._succeeded(now)
            elif outcome is Outcome.NOTHING:
                if self._state is BreakerState.HALF_OPEN:
                    self._change(self._before, now)
            elif self._is_too_much(outcome, now):
                self._hold(BreakerState.OPEN, report, now + self._tolerance.reset_s, now)

    def health(self, now: float) -> BreakerHealth:
        """Return how it stands at `now` (monotonic seconds)."""
        with self._lock:
            return BreakerHealth(
                name=self._name,
                state=self._state,
                retry_s=self._left(now),
                cause=self._cause,
                remedy=self._remedy,
                failures=self._row,
            )

    def _may_probe(self, now: float, key: str) -> bool:
        if self._state is BreakerState.REFUSED:
            return key != self._key
        return self._state is not BreakerState.HALF_OPEN and now >= self._until

    def _succeeded(self, now: float) -> None:
        self._row = 0
        if self._state is BreakerState.HALF_OPEN:
            self._calls.clear()
            self._cause = self._remedy = ""
            self._change(BreakerState.CLOSED, now)
        else:
            self._calls.append((now, False))

    def _is_too_much(self, outcome: Outcome, now: float) -> bool:
        """Count a failure, and return whether it opens the breaker."""
        self._row += 1
        self._calls.append((now, True))
        return (
            outcome is Outcome.BROKEN
            or self._state is BreakerState.HALF_OPEN
            or self._row >= self._tolerance.failures
            or self._is_worn(now)
        )

    def _is_worn(self, now: float) -> bool:
        """Tell whether too large a share of the last calls has failed."""
        bears = self._tolerance
        if len(self._calls) < bears.calls or now - self._calls[0][0] > bears.window_s:
            return False
        return sum(failed for _, failed in self._calls) >= bears.share * bears.calls

    def _is_rest(self, call: Call) -> bool:
        """Tell whether what a call was asked to wait counts; a probe that is on its way will be told itself."""
        late = call.term != self._term
        return not late or self._state not in (BreakerState.HALF_OPEN, BreakerState.REFUSED)

    def _rest(self, report: Report, now: float) -> None:
        until = now + (report.wait_s or self._tolerance.reset_s)
        if self._state in (BreakerState.OPEN, BreakerState.RESTING):
            self._until = max(self._until, until)
        else:
            self._hold(BreakerState.RESTING, report, until, now)

    def _hold(self, state: BreakerState, report: Report, until: float, now: float) -> None:
        self._until, self._cause, self._remedy = until, report.cause, report.remedy
        self._change(state, now)

    def _change(self, state: BreakerState, now: float) -> None:
        before, self._state = self._state, state
        self._term += 1
        self._on_change(
            BreakerChange(
                name=self._name, before=before, after=state, cause=self._cause, retry_s=self._left(now), at_s=now
            )
        )

    def _left(self, now: float) -> float:
        waits = self._state in (BreakerState.OPEN, BreakerState.RESTING)
        return max(0.0, self._until - now) if waits else 0.0


def tolerance(settings: Settings) -> Tolerance:
    """Return what the breakers bear by the settings."""
    return Tolerance(
        failures=settings.breaker_failures,
        calls=settings.breaker_calls,
        share=settings.breaker_share,
        window_s=settings.breaker_window_s,
        reset_s=settings.breaker_reset_s,
    )


@contextmanager
def guarded(breaker: Breaker, clock: Callable[[], float], key: str = "") -> Iterator[Call | None]:
    """Make a call behind a breaker; however the block is left, the breaker learns of it, and a probe is given back.

    A ModelError that leaves the block is judged; anything else counts as what `Call.report` says, which is nothing
    until it is set.

    Args:
        breaker: What lets the call out.
        clock: Seconds, monotonic.
        key: See `Breaker.enter`.

    Yields:
        The call, or None where none may go.
    """
    call = breaker.enter(clock(), key)
    if call is None:
        yield None
        return
    try:
        yield call
    except ModelError as error:
        call.report = judged(error)
        raise
    finally:
        breaker.leave(call, clock())


def judged(error: ModelError) -> Report:
    """Return what an error says of the health of what raised it.

    A missing file, a long prompt or a request that is refused says nothing: the next call may do well.
    """
    outcome, wait_s = Outcome.NOTHING, 0.0
    if isinstance(error, WorkerError | RemoteFailedError):
        lasting = isinstance(error, CrashError) and error.twice
        outcome = Outcome.BROKEN if lasting else Outcome.FAILURE
    elif isinstance(error, RateLimitedError):
        outcome, wait_s = Outcome.LIMITED, error.retry_s
    elif isinstance(error, KeyRefusedError):
        outcome = Outcome.REFUSED
    # Of a failure that may be chance there is nothing to mend: "ask again" is no remedy while nobody is let in.
    remedy = error.hint if outcome in (Outcome.BROKEN, Outcome.REFUSED) else ""
    return Report(outcome=outcome, cause=str(error), remedy=remedy, wait_s=wait_s)
