"""Somebody who hits keys, clicks, pastes and resizes at random, as fast as a terminal on a lagging line delivers it."""

import asyncio
import random
from collections.abc import Callable

from textual import events
from textual.geometry import Size
from textual.keys import REPLACED_KEYS, key_to_character
from textual.message import Message
from textual.pilot import Pilot
from textual.worker import Worker, WorkerState

from engine import Added, Listed, Refused, SpecError
from tests.tui.conftest import Clock
from tests.tui.documents import GUIDE, PAY, SHOP_PROBLEMS, engine_of
from tests.tui.fake_engine import GITHUB, LIBRARY, full_script, outline
from tests.tui.searching import LOCK, SearchingEngine, hit
from tui.app.app import SpecdeckApp

SIZES = [(60, 20), (80, 24), (120, 40), (160, 48), (20, 8), (1, 1)]
MOVES = ["up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "shift+tab"]
OPENING = ["f1", "f2", "f3", "f4", "f5", "ctrl+f", "ctrl+o", "ctrl+p", "ctrl+s", "ctrl+t", "ctrl+c", "ctrl+j", "ctrl+q"]
LETTERS = list("hjklacopqsy/?123 [") + ["é", "版"]
PASTES = ["one line", "two\nlines", "\x1b]52;c;aGk=\x07", "a\r\nb\tc\n\n", "[/red]" * 50, "版本" * 300, "\n" * 40]


class LeftBehind(SpecdeckApp):
    """An app that the keys cannot end, and that keeps what its workers raised."""

    def __init__(self, engine: SearchingEngine, clock: Callable[[], float]) -> None:
        super().__init__(engine, clock=clock)
        self.raised: list[BaseException] = []

    async def action_quit(self) -> None:
        """Stay."""

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Keep what a worker raised."""
        if event.state is WorkerState.ERROR and event.worker.error:
            self.raised.append(event.worker.error)


class Monkey:
    """Does one thing after the other to an app.

    Args:
        seed: Decides what it does.
        pilot: Of the app.
        clock: The app's.
    """

    def __init__(self, seed: int, pilot: Pilot[None], clock: Clock) -> None:
        self._random = random.Random(seed)  # noqa: S311 (no secret)
        self._app = pilot.app
        self._clock = clock
        self._pilot = pilot

    async def play(self, keys: int) -> None:
        """Do about as many things, in bursts that the app reads at once; after most it gets time to do them."""
        done = 0
        while done < keys:
            burst = self._random.choice([1, 1, 2, 3, 5, 8, 13])
            for _ in range(burst):
                self._do()
            done += burst
            for _ in range(self._random.choice([0, 1, 3, 20])):
                await asyncio.sleep(0)
            if not self._random.randrange(12):
                await self._pilot.pause()
        await self._pilot.pause()

    def _do(self) -> None:
        match self._random.randrange(100):
            case number if number < 34:
                self.press(self._random.choice(MOVES))
            case number if number < 56:
                self.press(self._random.choice(["enter", "enter", "escape", "backspace", "space", "delete"]))
            case number if number < 76:
                self.press(self._random.choice(LETTERS))
            case number if number < 90:
                self.press(self._random.choice(OPENING))
            case number if number < 95:
                self._click()
            case number if number < 98:
                self._send(events.Paste(self._random.choice(PASTES)))
            case _:
                self._resize(*self._random.choice(SIZES))

    def press(self, key: str) -> None:
        """Press a key. Time passes before ctrl+c, which would end the app when it comes twice."""
        if key == "ctrl+c":
            self._clock.now += 60
        character = key if len(key) == 1 else key_to_character(REPLACED_KEYS.get(key, key))
        name = {"/": "slash", "?": "question_mark", " ": "space", "[": "left_square_bracket"}.get(key, key)
        self._send(events.Key(name, character))

    def _click(self) -> None:
        x, y = self._random.randrange(self._app.size.width), self._random.randrange(self._app.size.height)
        up = self._random.random() < 0.7  # noqa: PLR2004
        kinds = [events.MouseMove, events.MouseDown, events.MouseUp] if up else [
            self._random.choice([events.MouseScrollUp, events.MouseScrollDown])
        ]
        for kind in kinds:
            button = 0 if kind is events.MouseMove else 1
            self._send(kind(None, x, y, 0, 0, button, False, False, False, x, y, None))  # noqa: FBT003

    def _resize(self, columns: int, rows: int) -> None:
        size = Size(columns, rows)
        self._send(events.Resize(size, size))

    def _send(self, message: Message) -> None:
        driver = self._app._driver
        message.set_sender(self._app)
        driver.send_message(message)


def engine() -> SearchingEngine:
    """Return an engine that finds, answers, adds and refuses."""
    busy, documents = SearchingEngine((GITHUB, LIBRARY, GUIDE, PAY)), engine_of()
    busy.rows, busy.schemas, busy.shown = {**documents.rows, "github": outline(60)}, documents.schemas, documents.shown
    busy.script = full_script()
    busy.meant = [LOCK, hit("guide.md:42", "Labels", spec="guide")]
    busy.adding = [Listed(2), Added(info=LIBRARY, changed=True), Refused("x.yaml", SpecError("It is broken"))]
    busy.problems = SHOP_PROBLEMS
    return busy
