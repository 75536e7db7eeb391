"""Pictures of what the remote model brings to the screen."""

from collections.abc import Awaitable, Callable

import msgspec
import pytest
from textual.pilot import Pilot

from engine import BreakerHealth, BreakerState, FactsReady, Health, KeyRefusedError, Notice, Offer, Prose
from tests.tui.conftest import Clock, ask, opened, shows
from tests.tui.fake_engine import FACTS, GITHUB, HEALTH, OUTGOING, QUESTION, SEGMENTS, FakeEngine, done
from tests.tui.test_snapshots import read_on, settled, sizes
from tui.app.app import SpecdeckApp

Act = Callable[[Pilot[None]], Awaitable[None]]


async def consent(pilot: Pilot[None]) -> None:
    """Show what would be sent."""
    await ask(pilot, QUESTION)
    await shows(pilot, "Send this to a remote model?")


async def switch(pilot: Pilot[None]) -> None:
    """Show what the switch means, where the key is missing."""
    await pilot.press("f8")
    await shows(pilot, "Let a remote model write too?")


async def broken(pilot: Pilot[None]) -> None:
    """Show prose that broke off, and who could write instead."""
    await ask(pilot, QUESTION)
    await read_on(pilot, "Ctrl+G asks the local model")


async def resting(pilot: Pilot[None]) -> None:
    """Show both rungs held back, and the countdown of the one that asked to wait."""
    await pilot.press("f4")
    await shows(pilot, "The remote model rests for 42 s")


HELD: Health = msgspec.structs.replace(
    HEALTH,
    breakers=(
        BreakerHealth(name="local", state=BreakerState.OPEN, retry_s=17.0, cause="The model wrote nothing for 60 s"),
        BreakerHealth(
            name="remote",
            state=BreakerState.RESTING,
            retry_s=42.0,
            cause="api.groq.com answers 429 Too Many Requests: Rate limit reached",
        ),
    ),
    remote=msgspec.structs.replace(HEALTH.remote, enabled=True),
)
BROKE = Notice(text="api.groq.com broke off; what it wrote until then is kept", hint="Ask again")
SCRIPTS = {
    "consent": [FactsReady(facts=FACTS), OUTGOING],
    "broken": [
        FactsReady(facts=FACTS), Prose(segments=SEGMENTS[:5]), BROKE, Offer("local"), done(segments=SEGMENTS[:5]),
    ],
}  # fmt: skip
ACTS: dict[str, Act] = {act.__name__: act for act in (consent, switch, broken, resting)}


@sizes
@pytest.mark.parametrize("name", ACTS)
def test_the_remote_model_on_the_screen(snap_compare, name, size):
    """Consent, the switch, an answer that broke off, and rungs that rest."""
    engine = FakeEngine([GITHUB], SCRIPTS.get(name, ()))
    if name == "resting":
        engine.figures = HELD
    if name == "switch":
        engine.fails["remote"] = KeyRefusedError(
            "There is no key for api.groq.com", hint="Put it into the variable GROQ_API_KEY, or the system's keyring"
        )
    app = SpecdeckApp(engine, clock=Clock())

    async def act(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await ACTS[name](pilot)
        if name != "switch":  # there the failure is a part of the picture
            await settled(pilot)

    assert snap_compare(app, terminal_size=size, run_before=act)
