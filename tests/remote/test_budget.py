import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engine.models.remote.budget import BURST, Budget
from engine.models.remote.limits import Allowance

PER_MINUTE = 60
INTERVAL_S = 60 / PER_MINUTE


class Sending(RuleBasedStateMachine):
    """Programs that send whenever the budget lets them, at times that a plain list of them can be held against."""

    def __init__(self) -> None:
        super().__init__()
        self.budget = Budget(PER_MINUTE)
        self.now = 1000.0
        self.sent: list[float] = []
        self.closed_until = 0.0

    @rule(seconds=st.floats(0, 120))
    def time_passes(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    @rule(patience_s=st.floats(0, 30))
    def send(self, patience_s: float) -> None:
        """Send a request as soon as it may be sent, if that is soon enough."""
        told = self.budget.wait_s(self.now)
        wait_s = self.budget.reserve(1, self.now, patience_s)
        assert wait_s == told
        if wait_s <= patience_s:
            self.sent.append(self.now + wait_s)

    @rule()
    def give_back(self) -> None:
        """Take a request back that has just been counted; the next one goes as if it had never been."""
        before = self.budget.wait_s(self.now)
        if self.budget.reserve(1, self.now, 0) == 0:
            self.budget.give_back(1, self.now)
        assert self.budget.wait_s(self.now) == pytest.approx(before)

    @rule(seconds=st.floats(0, 60))
    def be_asked_to_wait(self, seconds: float) -> None:
        """Hear from the service that nothing may be sent for a while."""
        self.budget.close(seconds, self.now)
        self.closed_until = max(self.closed_until, self.now + seconds)
        assert self.now + self.budget.wait_s(self.now) >= self.closed_until - 1e-6

    @invariant()
    def no_window_has_too_many(self) -> None:
        """In any time there are at most the burst and what that time lets in; requests keep their order."""
        assert self.sent == sorted(self.sent)
        for place, last in enumerate(self.sent):
            for count, first in enumerate(reversed(self.sent[: place + 1]), start=1):
                assert count <= BURST + (last - first) / INTERVAL_S + 1e-6


Sending.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestSending = Sending.TestCase


def test_ten_go_at_once_and_then_one_a_second() -> None:
    """The burst is free, each one after it waits its turn, and the time without questions fills the bucket again."""
    budget = Budget(PER_MINUTE)
    waits = [budget.reserve(1, 0, 60) for _ in range(13)]
    assert waits == pytest.approx([0] * BURST + [1, 2, 3])
    assert budget.wait_s(20) == 0


def test_who_will_not_wait_is_not_counted() -> None:
    """A request that would wait for too long leaves the place to others."""
    budget = Budget(PER_MINUTE)
    for _ in range(BURST):
        budget.reserve(1, 0, 0)
    assert budget.reserve(1, 0, 0.5) == budget.reserve(1, 0, 0.5) == pytest.approx(1)


def test_tokens_come_back_bit_by_bit() -> None:
    """As Groq's do: `Limit 6000, Used 5034, Requested 1443. Please try again in 4.77s`."""
    budget = Budget(PER_MINUTE)
    budget.learn({"tokens": Allowance(left=6000 - 5034, limit=6000, reset_s=50.34)}, 0)
    assert budget.reserve(1443, 0, 0) == pytest.approx(4.77)
    assert budget.left("tokens", 0) == 966
    assert budget.left("tokens", 100) == 6000
    assert budget.reserve(1443, 4.78, 0) == 0
    assert budget.left("tokens", 4.78) == 1


def test_a_prompt_that_is_more_than_the_limit_goes_out() -> None:
    """No waiting helps it; the service's own answer says what does."""
    budget = Budget(PER_MINUTE)
    budget.learn({"tokens": Allowance(left=0, limit=6000, reset_s=60)}, 0)
    assert budget.reserve(7000, 0, 0) == 0


def test_requests_of_a_day() -> None:
    """With none left the next one comes after its share of the day."""
    budget = Budget(PER_MINUTE)
    budget.learn({"requests": Allowance(left=0, limit=1000, reset_s=86_400)}, 0)
    assert budget.wait_s(0) == pytest.approx(86.4)
    assert budget.left("requests", 0) == 0


def test_a_limit_of_unknown_size_is_waited_for() -> None:
    """Where the service does not say how much there is, all of it has to be back."""
    budget = Budget(PER_MINUTE)
    budget.learn({"tokens": Allowance(left=10, limit=None, reset_s=30)}, 0)
    assert budget.reserve(5, 0, 0) == 0
    assert budget.reserve(6, 0, 0) == pytest.approx(30)
    assert budget.reserve(6, 31, 0) == 0


def test_nothing_is_known_at_first() -> None:
    """Before the first answer only the bucket counts."""
    budget = Budget(PER_MINUTE)
    assert budget.left("tokens", 0) is None
    assert budget.reserve(10**9, 0, 0) == 0


async def test_ten_thousand_overlapping_calls() -> None:
    """However tasks and threads overlap, each request has a place of its own, and the service's count is kept."""
    budget = Budget(PER_MINUTE)
    budget.learn({"tokens": Allowance(left=1_000_000, limit=1_000_000, reset_s=0)}, 0)
    waits: deque[float] = deque()

    async def ask() -> None:
        await asyncio.sleep(0)
        waits.append(budget.reserve(10, 0, 1e9))

    def ask_often() -> None:
        waits.extend(budget.reserve(10, 0, 1e9) for _ in range(1000))

    await asyncio.gather(*(ask() for _ in range(5000)))
    with ThreadPoolExecutor(5) as pool:
        for done in [pool.submit(ask_often) for _ in range(5)]:
            done.result()
    assert sorted(waits) == pytest.approx([max(0, number - BURST + 1) * INTERVAL_S for number in range(10_000)])
    assert budget.left("tokens", 0) == 1_000_000 - 10 * 10_000
