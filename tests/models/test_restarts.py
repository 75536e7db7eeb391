"""When a worker that crashed may be started again."""

from hypothesis import given, settings, strategies as st

from engine.models.restarts import CRASHES, DELAYS_S, REST_S, WINDOW_S, Restarts

gaps = st.integers(1, 240)
"""Seconds between a start and the crash."""


def test_the_waits_grow_and_the_third_crash_stops_it() -> None:
    """One second, then two, then a minute; after that it is tried once, and the next crash is the first of a row."""
    restarts = Restarts()
    assert restarts.wait_s(0.0) == 0.0
    restarts.crashed(0.0, 5.0)
    assert (restarts.wait_s(5.0), restarts.stopped) == (1.0, False)
    restarts.crashed(6.0, 7.0)
    assert (restarts.wait_s(7.5), restarts.stopped) == (1.5, False)
    restarts.crashed(9.0, 10.0)
    assert (restarts.wait_s(10.0), restarts.stopped) == (60.0, True)
    assert restarts.wait_s(70.0) == 0.0
    restarts.crashed(70.0, 71.0)
    assert (restarts.wait_s(71.0), restarts.stopped) == (4.0, False)
    restarts.crashed(75.0, 75.0 + WINDOW_S)
    assert restarts.wait_s(75.0 + WINDOW_S) == 1.0


@settings(deadline=None)
@given(lives=st.lists(gaps, min_size=1, max_size=20))
def test_it_never_crashes_on_and_on(lives: list[int]) -> None:
    """Whatever the lives, the wait is within its bounds, and no minute has more than three starts that crash."""
    restarts, now, crashes = Restarts(), 0.0, []
    for life in lives:
        started = now
        now += life
        restarts.crashed(started, now)
        crashes.append(now)
        wait = restarts.wait_s(now)
        assert restarts.wait_s(now + wait) == 0.0
        recent = [at for at in crashes if now - at < WINDOW_S]
        assert len(recent) <= CRASHES
        assert restarts.stopped == (len(recent) == CRASHES)
        assert wait == REST_S if restarts.stopped else wait in DELAYS_S
        now += wait
