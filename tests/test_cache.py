from hypothesis import given, settings, strategies as st

from engine.cache import Cache


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def cache(entries: int = 3, limit: int = 100, ttl_s: float = 60.0) -> tuple[Cache[str, bytes], Clock]:
    """Return a small cache and its clock; a value counts by its bytes."""
    clock = Clock()
    made = Cache[str, bytes](
        "small", entries=entries, bytes=limit, sized=lambda _, value: len(value), ttl_s=ttl_s, clock=clock
    )
    return made, clock


def test_the_one_used_longest_ago_goes_first() -> None:
    """Beyond the most entries the one that was neither put nor looked at for longest makes room, and is counted."""
    kept, _ = cache()
    for key in "abc":
        kept.put(key, b"x")
    assert kept.get("a") == b"x"
    kept.put("d", b"x")
    assert [key for key in "abcd" if kept.get(key)] == ["a", "c", "d"]
    health = kept.health()
    assert (health.entries, health.evictions, health.hits, health.misses) == (3, 1, 4, 1)


def test_bytes_are_bounded_too() -> None:
    """Several go for a large one; what alone is larger than all may be is not kept, and drives nothing out."""
    kept, _ = cache(entries=10)
    for key in "abc":
        kept.put(key, b"x" * 30)
    kept.put("large", b"x" * 60)
    assert (kept.health().bytes, kept.health().entries, kept.health().evictions) == (90, 2, 2)
    kept.put("too large", b"x" * 101)
    assert kept.get("too large") is None
    assert (kept.health().bytes, kept.health().entries) == (90, 2)


def test_what_is_too_old_is_gone() -> None:
    """An entry is given for its time and not a second longer; looking at it does not make it younger."""
    kept, clock = cache()
    kept.put("a", b"x")
    clock.now = 30.0
    kept.put("b", b"x")
    clock.now = 59.0
    assert (kept.get("a"), kept.health().oldest_s) == (b"x", 59.0)
    clock.now = 60.0
    assert (kept.get("a"), kept.get("b"), kept.health().oldest_s, kept.health().evictions) == (None, b"x", 30.0, 1)
    clock.now = 1000.0
    assert (kept.health().entries, kept.health().bytes, kept.health().oldest_s) == (0, 0, 0.0)


def test_a_key_is_put_anew() -> None:
    """The later value counts, with its size and its time, and nothing else has to go for it."""
    kept, clock = cache()
    for key in "abc":
        kept.put(key, b"x")
    clock.now = 10.0
    kept.put("a", b"longer")
    assert (kept.get("a"), kept.health().bytes, kept.health().evictions) == (b"longer", 8, 0)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.binary(max_size=60), st.booleans()), max_size=60))
@settings(deadline=None)
def test_the_bounds_hold_whatever_happens(steps: list[tuple[str, bytes, bool]]) -> None:
    """After any puts and gets it holds no more than it may, gives only what was put last, and its counts add up."""
    kept, clock = cache()
    last: dict[str, bytes] = {}
    asked = 0
    for key, value, puts in steps:
        clock.now += 7.0
        if puts:
            kept.put(key, value)
            last[key] = value
        else:
            asked += 1
            assert kept.get(key) in (None, last.get(key))
        health = kept.health()
        assert health.entries <= 3
        assert health.bytes <= 100
        assert health.hits + health.misses == asked
        assert health.oldest_s < 60.0
