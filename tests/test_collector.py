import gc

import pytest

from engine.collector import paused


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
