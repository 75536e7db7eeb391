"""What every test of the app stands on: a fixed environment, a clock that stands still, an app around a fake engine."""

import os
import re
from collections.abc import Callable, Iterable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from engine import SpecInfo
from tests.tui.fake_engine import GITHUB, FakeEngine, Step
from tui.app.app import SpecdeckApp
from tui.app.widgets.prompt import Prompt

KEPT_OUT = {
    "NO_COLOR", "SSH_CONNECTION", "COLORTERM", "SPECDECK_MODELS", "TMUX", "STY", "DISPLAY", "WAYLAND_DISPLAY",
}  # fmt: skip
"""Variables that say how the tests are run; the last four would let them write to the clipboard of who runs them."""


@pytest.fixture(autouse=True)
def fixed_surroundings(monkeypatch, tmp_path):
    """Keep this machine's terminal, language, time zone and home out of the tests."""
    for name in os.environ:
        if name == "TEXTUAL_SNAPSHOT_TEMPDIR":  # the plug-in's own
            continue
        if name.startswith("TEXTUAL_") or name in KEPT_OUT:
            monkeypatch.delenv(name)
    for name, value in {"TZ": "UTC", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SPECDECK_HOME", str(tmp_path))
    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)
    monkeypatch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda self: None)


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


MakeApp = Callable[..., tuple[SpecdeckApp, FakeEngine]]


@pytest.fixture
def make(clock) -> MakeApp:
    """Return a function that makes an app and its engine from specs and a script."""

    def build(specs: Iterable[SpecInfo] = (GITHUB,), script: Iterable[Step] = ()) -> tuple[SpecdeckApp, FakeEngine]:
        engine = FakeEngine(specs, script)
        return SpecdeckApp(engine, clock=clock), engine

    return build


def screen_text(pilot: Pilot[None]) -> str:
    """Return what the terminal shows."""
    return "\n".join(strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips())


def told(pilot: Pilot[None]) -> str:
    """Return the texts of all messages that are up."""
    return "\n".join(f"{message.title}\n{message.message}" for message in pilot.app._notifications)


async def until(pilot: Pilot[None], condition: Callable[[], object], rounds: int = 300) -> None:
    """Let the app work until a condition holds."""
    for _ in range(rounds):
        await pilot.pause()
        if condition():
            await pilot.pause()
            return
    raise AssertionError(f"this never came to be; the screen shows:\n{screen_text(pilot)}")


async def shows(pilot: Pilot[None], *texts: str) -> None:
    """Wait until the screen shows every text, columns two blanks apart."""
    await until(pilot, lambda: all(text in screen_text(pilot) or text in _close_up(pilot) for text in texts))


def _close_up(pilot: Pilot[None]) -> str:
    """Return what the terminal shows, however far apart its columns are."""
    return re.sub(r"(?<=\S) {3,}", "  ", screen_text(pilot))


async def opened(pilot: Pilot[None]) -> None:
    """Wait until the library is open and shown."""
    await until(pilot, lambda: pilot.app._opened.is_set() and "Opening the library" not in screen_text(pilot))


async def ask(pilot: Pilot[None], question: str = "How?") -> None:
    """Type a question and send it."""
    await pilot.press("f2")
    pilot.app.query_one(Prompt).fill(question)
    await pilot.press("enter")
