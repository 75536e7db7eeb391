import gc

import pytest

from engine.collector import paused, settle


def test_it_runs_again_when_all_are_done() -> None:
    """Pauses may overlap, and may end by an error; after the last one the collector runs again."""
    assert gc.isenabled()
    first, second = paused(), paused()
    with first:
        second.__enter__()
        assert not gc.isenabled()
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), paused():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_what_is_settled_is_not_looked_at_again() -> None:
    """What is alive is out of the collector's sight, and still counted by reference."""
    kept: list[object] = []
    kept.append(kept)
    try:
        settle()
        assert not any(one is kept for one in gc.get_objects())
        younger: list[object] = []
        younger.append(younger)
        assert any(one is younger for one in gc.get_objects())
    finally:
        gc.unfreeze()
