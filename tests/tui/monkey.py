"""Somebody who hits keys, clicks, pastes and resizes at random, as fast as a terminal on a lagging line delivers it."""

import asyncio
import random

from textual import events
from textual.geometry import Size
from textual.keys import _character_to_key, key_to_character
from textual.message import Message
from textual.pilot import Pilot
from textual.worker import Worker, WorkerState

from engine import Added, Listed, Refused, SpecError
from tests.tui.conftest import Clock, until
from tests.tui.documents import GUIDE, PAY, SHOP_PROBLEMS, engine_of
from tests.tui.fake_engine import GITHUB, LIBRARY, OUTGOING, full_script, outline
from tests.tui.searching import LOCK, SearchingEngine, hit
from tui.app.app import SpecdeckApp
from tui.app.widgets.prompt import Prompt

SIZES = [(60, 20), (80, 24), (120, 40), (160, 48), (20, 8), (1, 1)]
MOVES = ["up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "shift+tab"]
OPENING = [
    "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "ctrl+f", "ctrl+g", "ctrl+l", "ctrl+o", "ctrl+p", "ctrl+r",
    "ctrl+s", "ctrl+c", "ctrl+d", "ctrl+j", "ctrl+n", "ctrl+q", "alt+1", "alt+2",
]  # fmt: skip
DECISIONS = ["enter", "enter", "escape", "backspace", "space", "delete"]
LETTERS = [*"hjklacopqsy/?123 [", "é", "版"]
PASTES = ["one line", "two\nlines", "\x1b]52;c;aGk=\x07", "a\r\nb\tc\n\n", "[/red]" * 50, "版本" * 99, "\n" * 40]


class LeftBehind(SpecdeckApp):
    """An app that the keys cannot end, and that keeps what its workers raised."""

    def __init__(self, engine: SearchingEngine) -> None:
        super().__init__(engine, clock=Clock())
        self.raised: list[BaseException] = []

    def exit(self, result: None = None, return_code: int = 0, message: object = None) -> None:
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
    """

    def __init__(self, seed: int, pilot: Pilot[None]) -> None:
        self._random = random.Random(seed)  # noqa: S311 (no secret)
        self._app = pilot.app
        self._pilot = pilot
        self._size = pilot.app.size

    async def play(self, keys: int) -> None:
        """Do about as many things, in bursts that the app reads at once; after most it gets time to do them."""
        done = 0
        while done < keys:
            burst = self._random.choice([1, 2, 5, 13, 34, 55, 89])
            for _ in range(burst):
                self._do()
            done += burst
            for _ in range(self._random.choice([0, 1, 3, 20])):
                await asyncio.sleep(0)
            if not self._random.randrange(12):
                await self._pilot.pause()
        await self._pilot.pause()

    async def still_works(self) -> None:
        """Leave all dialogs and type a word, which must arrive in the prompt."""
        self._resize(80, 24)
        await until(self._pilot, lambda: self._app.size == (80, 24))
        for _ in range(20):
            self.press("escape")
            await self._pilot.pause()
        assert len(self._app.screen_stack) == 1
        self.press("f2")
        await self._pilot.pause()
        prompt = self._app.query_one(Prompt)
        prompt.fill("")
        for letter in "alive":
            self.press(letter)
        await until(self._pilot, lambda: prompt.text == "alive")

    def _do(self) -> None:
        """Do one thing. A resize and another theme are rare: what is drawn anew takes the time of a hundred keys."""
        chosen = self._random.random()
        if chosen < 0.93:
            [kind] = self._random.choices([MOVES, DECISIONS, LETTERS, OPENING], [40, 25, 25, 5])
            self.press(self._random.choice(kind))
        elif chosen < 0.97:
            self._click()
        elif chosen < 0.995:
            self._send(events.Paste(self._random.choice(PASTES)))
        elif chosen < 0.999:
            self._resize(*self._random.choice([self._size, *SIZES]))
        else:
            self.press("ctrl+t")

    def press(self, key: str) -> None:
        """Press a key."""
        name = _character_to_key(key) if len(key) == 1 else key
        self._send(events.Key(name, key if len(key) == 1 else key_to_character(key)))

    def _click(self) -> None:
        x, y = self._random.randrange(self._app.size.width), self._random.randrange(self._app.size.height)
        up = self._random.random() < 0.7
        kinds = (
            [events.MouseMove, events.MouseDown, events.MouseUp]
            if up
            else [self._random.choice([events.MouseScrollUp, events.MouseScrollDown])]
        )
        for kind in kinds:
            button = 0 if kind is events.MouseMove else 1
            self._send(kind(None, x, y, 0, 0, button, False, False, False, x, y, None))

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
    busy.rows, busy.parts, busy.shown = {**documents.rows, "github": outline(60)}, documents.parts, documents.shown
    busy.script = [OUTGOING, *full_script()]
    busy.meant = [LOCK, hit("guide.md:42", "Labels", spec="guide")]
    busy.adding = [Listed(2), Added(info=LIBRARY, changed=True), Refused("x.yaml", SpecError("It is broken"))]
    busy.problems = SHOP_PROBLEMS
    return busy
