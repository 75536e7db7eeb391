import msgspec

from engine import BreakerHealth, Health, LibraryError, ModelHealth, SpeedHealth, WorkerHealth, WorkerState
from tests.tui.conftest import screen_text, shows, told, until


async def test_the_figures_are_shown(make):
    """Worker, speed, search, models and library have their figures; a sample that is no number is left out."""
    app, _ = make()
    async with app.run_test(size=(120, 40)) as pilot:
        await shows(
            pilot, "ready", "4312", "open, retry 42 s", "18.3", "0.8 s", "12 ms", "34 ms", "14 hit, 3 miss",
            "smollm2-135m-instruct", "loaded", "1,223", "92+310 MiB",
        )  # fmt: skip


async def test_the_pane_follows_the_engine(make):
    """A second later the next snapshot is shown."""
    app, engine = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f4")
        await shows(pilot, "ready")
        engine.figures = msgspec.structs.replace(
            engine.figures, worker=WorkerHealth(state=WorkerState.BUSY), breakers=(BreakerHealth(name="local"),)
        )
        before = engine.polls
        while engine.polls == before:
            await pilot.pause(0.05)
        await shows(pilot, "busy", "closed")


async def test_no_samples_are_no_trouble(make):
    """A fresh start shows dashes."""
    app, engine = make()
    engine.figures = Health(
        models=(ModelHealth(name="m", role="chat", installed=False, loaded=False, detail="no file"),),
        speed=SpeedHealth(tokens_per_s=(float("nan"),)),
    )  # fmt: skip
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f4")
        await shows(pilot, "off", "missing", "no file", "tokens/s   -", "p95   -")


async def test_figures_that_cannot_be_had_are_said(make):
    """An error is shown in the pane, which goes on trying."""
    app, engine = make()
    engine.fails["health"] = LibraryError("The library is locked")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f4")
        await shows(pilot, "The library is locked")
        del engine.fails["health"]
        await until(pilot, lambda: engine.polls > 0)
        while "4312" not in screen_text(pilot):
            await pilot.pause(0.05)


async def test_a_library_that_was_indexed_anew_is_told(make):
    """What an older specdeck had added was indexed anew when the library was opened: a message says so."""
    app, engine = make()
    engine.upgraded = 1223
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "made by an older specdeck: indexed anew (1,223 entries)" in told(pilot))
