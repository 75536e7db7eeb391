import itertools

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from engine.models.breaker import Breaker, BreakerState, Outcome

FAILURES, RESET_S = 3, 60.0
CLOSED, OPEN, HALF_OPEN = BreakerState
SUCCESS, FAILURE, CANCELLED, BROKEN = Outcome


def breaker(state: BreakerState, now: float = 0.0) -> Breaker:
    """A breaker that came into a state the way it does in life; an open one opened at `now`."""
    one = Breaker(FAILURES, RESET_S)
    if state is not CLOSED:
        for _ in range(FAILURES):
            assert one.allow(now)
            one.record(FAILURE, now)
    if state is HALF_OPEN:
        assert one.allow(now + RESET_S)
    return one


@pytest.mark.parametrize(
    ("state", "outcome", "after", "retry_s"),
    [
        (CLOSED, SUCCESS, CLOSED, 0.0),
        (CLOSED, FAILURE, CLOSED, 0.0),
        (CLOSED, CANCELLED, CLOSED, 0.0),
        (CLOSED, BROKEN, OPEN, RESET_S),
        (OPEN, SUCCESS, CLOSED, 0.0),
        (OPEN, FAILURE, OPEN, RESET_S),
        (OPEN, CANCELLED, OPEN, 0.0),
        (OPEN, BROKEN, OPEN, RESET_S),
        (HALF_OPEN, SUCCESS, CLOSED, 0.0),
        (HALF_OPEN, FAILURE, OPEN, RESET_S),
        (HALF_OPEN, CANCELLED, OPEN, 0.0),
        (HALF_OPEN, BROKEN, OPEN, RESET_S),
    ],
)
def test_the_whole_table(state: BreakerState, outcome: Outcome, after: BreakerState, retry_s: float) -> None:
    """Each outcome in each state leads where the table says, and says how long to wait."""
    one = breaker(state)
    one.record(outcome, RESET_S)
    assert (one.state, one.retry_in(RESET_S)) == (after, retry_s)


def test_the_table_has_every_pair() -> None:
    """The states and outcomes above are all there are."""
    assert len(list(itertools.product(BreakerState, Outcome))) == 12


def test_failures_in_a_row_open_it() -> None:
    """The nth failure in a row opens it; a success in between starts the count anew, a cancelled call does not."""
    one = Breaker(FAILURES, RESET_S)
    for outcome in (FAILURE, FAILURE, SUCCESS, FAILURE, CANCELLED, FAILURE):
        one.record(outcome, 1.0)
        assert one.state is CLOSED
    one.record(FAILURE, 1.0)
    assert one.state is OPEN


def test_an_open_breaker_counts_down_to_one_probe() -> None:
    """Nothing goes through until the time has passed; then one call does, and no other while it is on its way."""
    one = breaker(OPEN, now=100.0)
    assert not one.allow(100.0 + RESET_S - 0.001)
    assert one.retry_in(130.0) == 30.0
    assert one.allow(100.0 + RESET_S)
    assert one.state is HALF_OPEN
    assert not one.allow(100.0 + 10 * RESET_S)
    assert one.retry_in(100.0 + 10 * RESET_S) == 0.0


def test_a_cancelled_probe_is_given_back() -> None:
    """After a cancelled probe the next call is the probe, at once."""
    one = breaker(HALF_OPEN)
    one.record(CANCELLED, RESET_S)
    assert one.allow(RESET_S)
    assert one.state is HALF_OPEN


def test_a_failed_probe_opens_it_for_the_whole_time() -> None:
    """One failure is enough while half-open, and the time starts anew."""
    one = breaker(HALF_OPEN)
    one.record(FAILURE, 70.0)
    assert one.retry_in(70.0) == RESET_S
    assert not one.allow(70.0 + RESET_S - 1)


def test_after_a_good_probe_it_takes_as_many_failures_again() -> None:
    """A success forgets the failures before."""
    one = breaker(HALF_OPEN)
    one.record(SUCCESS, RESET_S)
    one.record(FAILURE, RESET_S)
    assert one.state is CLOSED


def test_what_helps_is_known_until_it_works_again() -> None:
    """The remedy of what opened it stays while it is open, and goes with the first success."""
    one = Breaker(FAILURES, RESET_S)
    one.record(BROKEN, 0.0, "Build it again")
    assert one.remedy == "Build it again"
    one.allow(RESET_S)
    one.record(SUCCESS, RESET_S)
    assert one.remedy == ""


class Life(RuleBasedStateMachine):
    """Calls that go out one at a time, on a clock that is told what time it is."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.one = Breaker(FAILURES, RESET_S)
        self.row = 0
        self.opened_at: float | None = None
        self.calling = False

    @rule(seconds=st.sampled_from([0.5, 10.0, 30.0, RESET_S]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @precondition(lambda self: not self.calling)
    @rule()
    def call(self) -> None:
        rested = self.opened_at is None or self.now - self.opened_at >= RESET_S
        assert self.one.allow(self.now) is rested
        self.calling = rested

    @precondition(lambda self: self.calling)
    @rule(outcome=st.sampled_from(Outcome))
    def end(self, outcome: Outcome) -> None:
        self.one.record(outcome, self.now)
        self.calling = False
        if outcome is SUCCESS:
            self.row, self.opened_at = 0, None
        elif outcome in (FAILURE, BROKEN):
            self.row += 1
            if self.row >= FAILURES or outcome is BROKEN or self.opened_at is not None:
                self.opened_at = self.now

    @precondition(lambda self: self.calling and self.opened_at is not None)
    @rule()
    def second_call(self) -> None:
        assert not self.one.allow(self.now)

    @invariant()
    def the_wait_is_what_is_left(self) -> None:
        waits = self.opened_at is not None and not self.calling
        left = max(0.0, self.opened_at + RESET_S - self.now) if waits and self.opened_at is not None else 0.0
        assert self.one.retry_in(self.now) == left
        assert (self.one.state is CLOSED) is (self.opened_at is None)


TestLife = Life.TestCase
