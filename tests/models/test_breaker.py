import asyncio
import itertools
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.errors import (
    CrashError,
    KeyRefusedError,
    ModelError,
    ModelFileError,
    PromptTooLargeError,
    RateLimitedError,
    RemoteError,
    RemoteFailedError,
    WorkerError,
)
from engine.models.breaker import Breaker, BreakerState, Call, Outcome, Report, Tolerance, guarded, judged, tolerance
from engine.observe.health import BreakerChange
from engine.settings import Settings

FAILURES, CALLS, WINDOW_S, RESET_S, WAIT_S = 3, 6, 120.0, 60.0, 300.0
BEARS = Tolerance(failures=FAILURES, calls=CALLS, share=0.5, window_s=WINDOW_S, reset_s=RESET_S)
CLOSED, OPEN, HALF_OPEN, RESTING, REFUSED = BreakerState
SUCCESS, FAILURE, NOTHING, BROKEN, LIMITED, KEY_REFUSED = Outcome
OLD, NEW = "old key", "new key"


def end(breaker: Breaker, call: Call | None, outcome: Outcome, now: float) -> None:
    """End a call that went out."""
    assert call is not None
    call.report = Report(outcome=outcome, cause=outcome.value, remedy="mend it", wait_s=WAIT_S)
    breaker.leave(call, now)


def called(breaker: Breaker, outcome: Outcome, now: float, key: str = OLD) -> None:
    """Make a whole call."""
    end(breaker, breaker.enter(now, key), outcome, now)


def brought(one: Breaker, to: BreakerState, now: float) -> Breaker:
    """A breaker, brought into a state at `now` the way it comes there in life."""
    if to in (OPEN, HALF_OPEN):
        for _ in range(FAILURES):
            called(one, FAILURE, now)
    if to is HALF_OPEN:
        assert one.enter(now + RESET_S)
    if to in (RESTING, REFUSED):
        called(one, LIMITED if to is RESTING else KEY_REFUSED, now)
    return one


def breaker(state: BreakerState, now: float = 0.0) -> tuple[Breaker, list[BreakerChange]]:
    """A breaker in a state since `now`, and its changes from then on."""
    changes: list[BreakerChange] = []
    one = brought(Breaker("remote", BEARS, changes.append), state, now)
    changes.clear()
    return one, changes


def state(one: Breaker, now: float = 0.0) -> tuple[BreakerState, float]:
    """Where it stands, and how long it still waits."""
    health = one.health(now)
    return health.state, health.retry_s


# The table -----------------------------------------------------------------------------------------------------------
TABLE = {
    (CLOSED, SUCCESS): (CLOSED, 0.0),
    (CLOSED, FAILURE): (CLOSED, 0.0),
    (CLOSED, NOTHING): (CLOSED, 0.0),
    (CLOSED, BROKEN): (OPEN, RESET_S),
    (CLOSED, LIMITED): (RESTING, WAIT_S),
    (CLOSED, KEY_REFUSED): (REFUSED, 0.0),
    (HALF_OPEN, SUCCESS): (CLOSED, 0.0),
    (HALF_OPEN, FAILURE): (OPEN, RESET_S),
    (HALF_OPEN, NOTHING): (OPEN, 0.0),  # as before it, and its time has passed
    (HALF_OPEN, BROKEN): (OPEN, RESET_S),
    (HALF_OPEN, LIMITED): (RESTING, WAIT_S),
    (HALF_OPEN, KEY_REFUSED): (REFUSED, 0.0),
}


@pytest.mark.parametrize(("before", "outcome"), TABLE)
def test_the_whole_table(before: BreakerState, outcome: Outcome) -> None:
    """Each outcome in each state from which calls go out leads where the table says, and each change is told once."""
    one, changes = breaker(CLOSED if before is CLOSED else OPEN)
    call = one.enter(RESET_S)
    changes.clear()
    end(one, call, outcome, RESET_S)
    after, retry_s = TABLE[before, outcome]
    assert state(one, RESET_S) == (after, retry_s)
    cause = "" if after is CLOSED else FAILURE.value if outcome is NOTHING else outcome.value
    told = BreakerChange(name="remote", before=before, after=after, cause=cause, retry_s=retry_s, at_s=RESET_S)
    assert changes == ([told] if before is not after else [])
    assert one.health(RESET_S).cause == cause


@pytest.mark.parametrize("now_in", [OPEN, RESTING, REFUSED, HALF_OPEN])
@pytest.mark.parametrize("outcome", Outcome)
def test_a_late_call_changes_nothing_but_a_rest(now_in: BreakerState, outcome: Outcome) -> None:
    """What went out before the state changed tells of a time that is over; only a longer wait counts."""
    changes: list[BreakerChange] = []
    one = Breaker("remote", BEARS, changes.append)
    late = one.enter(0.0)
    brought(one, now_in, 0.0)
    before, count = state(one, RESET_S), len(changes)
    end(one, late, outcome, RESET_S)
    longer = outcome is LIMITED and now_in in (OPEN, RESTING)
    assert state(one, RESET_S) == ((before[0], WAIT_S) if longer else before)
    assert len(changes) == count


def test_a_late_rest_begins_one_in_a_breaker_that_has_closed_again() -> None:
    """A call that comes back after all with "wait" is obeyed."""
    one = Breaker("remote", BEARS)
    late = one.enter(0.0)
    called(one, BROKEN, 0.0)
    called(one, SUCCESS, RESET_S)
    end(one, late, LIMITED, RESET_S)
    assert state(one, RESET_S) == (RESTING, WAIT_S)


# Counting ------------------------------------------------------------------------------------------------------------
def test_failures_in_a_row_open_it() -> None:
    """The nth failure in a row opens it; a success in between starts the count anew, what says nothing does not."""
    one = Breaker("local", BEARS)
    for outcome in (FAILURE, FAILURE, SUCCESS, FAILURE, NOTHING, FAILURE):
        called(one, outcome, 1.0)
        assert state(one)[0] is CLOSED
    called(one, FAILURE, 1.0)
    assert state(one)[0] is OPEN


def opened_by(outcomes: Sequence[Outcome], step_s: float) -> bool:
    """Tell whether calls that end like this, one after another, open a breaker."""
    one = Breaker("local", BEARS)
    for number, outcome in enumerate(outcomes):
        if one.enter(number * step_s) is None:
            break
        called(one, outcome, number * step_s)
    return state(one)[0] is OPEN


@pytest.mark.parametrize(
    ("outcomes", "step_s", "opens"),
    [
        ([SUCCESS, FAILURE] * 3, 1.0, True),  # half of the last six
        ([SUCCESS, FAILURE, SUCCESS, FAILURE, FAILURE], 1.0, False),  # more than half, of too few
        ([SUCCESS, SUCCESS, FAILURE] * 4, 1.0, False),  # a third
        ([SUCCESS, FAILURE] * 30, 30.0, False),  # half, but only five within the two minutes
        ([SUCCESS, FAILURE, NOTHING] * 3, 1.0, True),  # what says nothing is not counted
        ([SUCCESS] * 30 + [FAILURE, FAILURE, SUCCESS, FAILURE, SUCCESS, FAILURE], 1.0, True),  # only the last count
    ],
)
def test_a_share_of_the_last_calls_opens_it(outcomes: Sequence[Outcome], step_s: float, opens: bool) -> None:
    """Half of the last calls opens it, if there were enough in the time."""
    assert opened_by(outcomes, step_s) is opens


def test_the_share_is_forgotten_with_the_first_good_probe() -> None:
    """What failed before it opened does not open it again."""
    one = Breaker("local", BEARS)
    for outcome in [SUCCESS, FAILURE] * 3:
        called(one, outcome, 0.0)
    called(one, SUCCESS, RESET_S)
    called(one, FAILURE, RESET_S)
    assert state(one)[0] is CLOSED


def test_the_settings_are_what_it_bears() -> None:
    """By default five in a row, or half of twenty in two minutes, open it for a minute."""
    assert tolerance(Settings()) == Tolerance(failures=5, calls=20, share=0.5, window_s=120.0, reset_s=60.0)


# Waiting and probing -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("held", "wait_s"), [(OPEN, RESET_S), (RESTING, WAIT_S)])
def test_it_counts_down_to_one_probe(held: BreakerState, wait_s: float) -> None:
    """Nothing goes out until the time has passed; then one call does, and no other while it is on its way."""
    one, changes = breaker(held, now=100.0)
    assert one.enter(100.0 + wait_s - 0.001) is None
    assert state(one, 130.0) == (held, wait_s - 30.0)
    assert one.enter(100.0 + wait_s)
    assert [(change.before, change.after) for change in changes] == [(held, HALF_OPEN)]
    assert one.enter(100.0 + 10 * wait_s) is None
    assert state(one, 100.0 + 10 * wait_s) == (HALF_OPEN, 0.0)


def test_a_rest_without_a_time_lasts_as_long_as_an_open_breaker() -> None:
    """Who asks to wait and does not say how long is left alone for the usual time."""
    one = Breaker("remote", BEARS)
    call = one.enter(0.0)
    assert call
    call.report = Report(outcome=LIMITED)
    one.leave(call, 0.0)
    assert state(one) == (RESTING, RESET_S)


def test_a_refused_key_waits_for_another() -> None:
    """No time helps; another key is the probe, and the one that was refused is remembered while that fails."""
    one, _ = breaker(REFUSED)
    assert one.enter(1e9, OLD) is None
    probe = one.enter(1.0, NEW)
    assert one.enter(1.0, "a third key") is None
    end(one, probe, NOTHING, 1.0)
    assert state(one)[0] is REFUSED
    assert one.enter(2.0, OLD) is None
    called(one, SUCCESS, 2.0, NEW)
    assert state(one)[0] is CLOSED


def test_after_a_good_probe_it_takes_as_many_failures_again() -> None:
    """A success forgets the failures before, the cause and the remedy."""
    one, _ = breaker(OPEN)
    assert one.health(0.0).remedy == "mend it"
    called(one, SUCCESS, RESET_S)
    health = one.health(RESET_S)
    assert (health.cause, health.remedy, health.failures) == ("", "", 0)
    called(one, FAILURE, RESET_S)
    assert state(one)[0] is CLOSED


# The guard -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (WorkerError("It died"), FAILURE),
        (CrashError("It died"), FAILURE),
        (CrashError("It died twice", hint="Do this", twice=True), BROKEN),
        (ModelFileError("It is missing"), NOTHING),
        (ModelError("The prompt is too long"), NOTHING),
        (RemoteFailedError("It is down"), FAILURE),
        (RemoteError("It says 400"), NOTHING),
        (PromptTooLargeError("It says 413"), NOTHING),
        (RateLimitedError("It says 429", retry_s=7.0), LIMITED),
        (KeyRefusedError("It says 401"), KEY_REFUSED),
    ],
)
def test_an_error_is_judged_by_its_kind(error: ModelError, outcome: Outcome) -> None:
    """Each error says what it says of health, with its sentence; what does not pass by itself comes with its remedy."""
    report = judged(error)
    assert (report.outcome, report.cause) == (outcome, str(error))
    assert report.remedy == (error.hint if outcome in (BROKEN, KEY_REFUSED) else "")
    assert report.wait_s == (7.0 if outcome is LIMITED else 0.0)


@pytest.mark.parametrize("error", [WorkerError("x"), ValueError(), asyncio.CancelledError(), GeneratorExit(), None])
def test_a_probe_is_given_back_however_its_block_is_left(error: BaseException | None) -> None:
    """A failure counts; whatever else ends the block untold gives the probe back."""
    one, _ = breaker(OPEN)
    with suppress(BaseException), guarded(one, lambda: RESET_S):
        assert state(one, RESET_S)[0] is HALF_OPEN
        if error is not None:
            raise error
    failed = isinstance(error, WorkerError)
    assert state(one, RESET_S) == (OPEN, RESET_S if failed else 0.0)
    assert (one.enter(RESET_S) is None) is failed


def test_where_none_may_go_there_is_no_call() -> None:
    """The block is told, and nothing is counted."""
    one, changes = breaker(OPEN)
    with guarded(one, lambda: 1.0) as call:
        assert call is None
    assert changes == []


# Many at once --------------------------------------------------------------------------------------------------------
def chained(changes: Sequence[BreakerChange]) -> bool:
    """Tell whether each change begins where the one before ended."""
    return all(one.after is other.before for one, other in itertools.pairwise(changes))


async def test_ten_thousand_overlapping_calls_are_counted() -> None:
    """Of so many failures, all on their way together, the last opens it and no other."""
    changes: list[BreakerChange] = []
    bears = Tolerance(failures=10_000, calls=100_000, share=1.0, window_s=1.0, reset_s=RESET_S)
    one, go = Breaker("remote", bears, changes.append), asyncio.Event()

    async def call(number: int) -> None:
        with suppress(RemoteFailedError), guarded(one, lambda: 0.0):
            await go.wait()
            for _ in range(number % 3):
                await asyncio.sleep(0)
            raise RemoteFailedError("It is down")

    tasks = [asyncio.create_task(call(number)) for number in range(9_999)]
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*tasks)
    assert (one.health(0.0).failures, changes) == (9_999, [])
    await call(0)
    assert (one.health(0.0).failures, [change.after for change in changes]) == (10_000, [OPEN])


def test_threads_share_one_probe() -> None:
    """Ten thousand calls of eight threads, of all outcomes: never two probes at once, and no change is lost."""
    changes: list[BreakerChange] = []
    bears = Tolerance(failures=2, calls=4, share=0.5, window_s=1e9, reset_s=1.0)
    one, times = Breaker("remote", bears, changes.append), itertools.count()

    def call(number: int) -> bool:
        went = one.enter(float(next(times)), str(number))
        if went is None:
            return False
        outcome = random.Random(number).choice(list(Outcome))  # noqa: S311 (no secret: which way a call ends)
        went.report = Report(outcome=outcome, wait_s=1.0)
        one.leave(went, float(next(times)))
        return True

    with ThreadPoolExecutor(8) as pool:
        went = sum(pool.map(call, range(10_000)))
    assert chained(changes)
    assert changes[0].before is CLOSED
    probes = sum(change.after is HALF_OPEN for change in changes)
    ended = sum(change.before is HALF_OPEN for change in changes)
    assert 0 < probes == ended < went


class Life(RuleBasedStateMachine):
    """Calls that overlap, on a clock that is told what time it is, beside a model of what the table says."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[BreakerChange] = []
        self.one = Breaker("remote", BEARS, self.changes.append)
        self.now = 0.0
        self.state = self.before = CLOSED
        self.term = 0
        self.until = 0.0
        self.key = ""
        self.row = 0
        self.counted: list[tuple[float, bool]] = []
        self.out: list[tuple[Call, int, str]] = []

    @initialize()
    def begin(self) -> None:
        assert state(self.one) == (CLOSED, 0.0)

    @rule(seconds=st.sampled_from([0.5, 10.0, RESET_S, WAIT_S]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(key=st.sampled_from([OLD, NEW]))
    def call(self, key: str) -> None:
        may = {
            CLOSED: True,
            OPEN: self.now >= self.until,
            RESTING: self.now >= self.until,
            REFUSED: key != self.key,
            HALF_OPEN: False,
        }[self.state]
        call = self.one.enter(self.now, key)
        assert (call is not None) is may
        if call is None:
            return
        if self.state is not CLOSED:
            self.before = self.state
            self.go(HALF_OPEN)
        self.out.append((call, self.term, key))

    @precondition(lambda self: self.out)
    @rule(data=st.data(), outcome=st.sampled_from(Outcome))
    def end(self, data: st.DataObject, outcome: Outcome) -> None:
        call, term, key = self.out.pop(data.draw(st.integers(0, len(self.out) - 1)))
        end(self.one, call, outcome, self.now)
        if term != self.term:
            if outcome is LIMITED and self.state in (CLOSED, OPEN, RESTING):
                self.rest()
        elif outcome is LIMITED:
            self.rest()
        elif outcome is KEY_REFUSED:
            self.key = key
            self.go(REFUSED)
        elif outcome is NOTHING and self.state is HALF_OPEN:
            self.go(self.before)
        elif outcome is SUCCESS:
            self.row = 0
            self.counted = [] if self.state is HALF_OPEN else [*self.counted, (self.now, False)]
            self.go(CLOSED)
        elif outcome in (FAILURE, BROKEN):
            self.row += 1
            self.counted.append((self.now, True))
            lately = [failed for at, failed in self.counted[-CALLS:] if self.now - at <= WINDOW_S]
            half = len(lately) == CALLS and sum(lately) >= CALLS / 2
            if outcome is BROKEN or self.state is HALF_OPEN or self.row >= FAILURES or half:
                self.until = self.now + RESET_S
                self.go(OPEN)

    def rest(self) -> None:
        held = self.state in (OPEN, RESTING)
        self.until = max(self.until, self.now + WAIT_S) if held else self.now + WAIT_S
        self.go(self.state if held else RESTING)

    def go(self, to: BreakerState) -> None:
        self.term += to is not self.state
        self.state = to

    @invariant()
    def it_stands_where_the_table_says(self) -> None:
        left = max(0.0, self.until - self.now) if self.state in (OPEN, RESTING) else 0.0
        assert state(self.one, self.now) == (self.state, left)
        assert len(self.changes) == self.term
        assert chained(self.changes)
        assert self.one.health(self.now).failures == self.row


TestLife = Life.TestCase
