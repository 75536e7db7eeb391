"""Nothing that is pressed, clicked, pasted or resized at random ends the app."""

import os
import secrets

import pytest

import tui.app.panes.chat
import tui.app.screens.search
from tests.tui.conftest import opened
from tests.tui.monkey import SIZES, LeftBehind, Monkey, engine

KEYS = int(os.environ.get("SPECDECK_MONKEY", "10000"))
FIXED = 36
NEW = int(os.environ.get("SPECDECK_SEED", secrets.randbelow(10**6)))
"""Another one each time; the name of a test that failed tells it."""


@pytest.mark.parametrize("seed", [FIXED, NEW])
@pytest.mark.parametrize("size", SIZES[:5], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_monkey_does_not_end_the_app(monkeypatch, size, seed):
    """After thousands of keys in bursts the app is alive, no worker has failed, and what is typed is in the prompt."""
    monkeypatch.setattr(tui.app.screens.search, "PAUSE_S", 0.0)
    monkeypatch.setattr(tui.app.panes.chat, "KEPT", 3)  # what stays on the screen slows each key
    app = LeftBehind(engine())
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        monkey = Monkey(seed, pilot)
        await monkey.play(KEYS // 10)
        await monkey.still_works()
        assert app.raised == []
