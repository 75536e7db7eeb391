"""Who is served next."""

import asyncio

from hypothesis import given, settings, strategies as st

from engine.models.line import Line

orders = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 99)), max_size=30)


async def served(line: Line[str, tuple[str, int]], count: int) -> list[tuple[str, int]]:
    """Return the next jobs."""
    return [await line.next() for _ in range(count)]


@settings(deadline=None)
@given(jobs=orders)
def test_each_in_turn_and_each_ones_own_in_order(jobs: list[tuple[str, int]]) -> None:
    """All are served, of one client in the order that they came; no one is served twice while another waits."""
    line: Line[str, tuple[str, int]] = Line()
    for job in jobs:
        line.add(job[0], job)
    order = asyncio.run(served(line, len(jobs)))
    for client in "abc":
        assert [job for job in order if job[0] == client] == [job for job in jobs if job[0] == client]
    left = {client: sum(job[0] == client for job in jobs) for client in "abc"}
    for place, (client, _) in enumerate(order):
        left[client] -= 1
        waiting = {other for other, count in left.items() if count and other != client}
        if place + 1 < len(order) and waiting:
            assert order[place + 1][0] != client


@settings(deadline=None)
@given(jobs=orders, data=st.data())
def test_what_is_dropped_is_not_served(jobs: list[tuple[str, int]], data: st.DataObject) -> None:
    """A job that was taken out never comes, the others all do; dropping what is not there does nothing."""
    line: Line[str, tuple[str, int]] = Line()
    numbered = [(client, place) for place, (client, _) in enumerate(jobs)]
    for job in numbered:
        line.add(job[0], job)
    dropped = data.draw(st.lists(st.sampled_from(numbered), unique=True)) if numbered else []
    for job in dropped:
        line.drop(job[0], job)
    line.drop("d", ("d", 0))
    kept = [job for job in numbered if job not in dropped]
    assert sorted(asyncio.run(served(line, len(kept)))) == sorted(kept)
