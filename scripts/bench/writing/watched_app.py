"""The real app with a probe of its event loop in it, and work that a signal begins: a child of scripts/bench/latency.

`watched_app.py WORK FILE` writes into FILE, when the app ends, the milliseconds by which the loop was late, each 5 ms,
before SIGUSR1 and after it. WORK is what begins then: `generate`, `load`, `document` (SPECDECK_BENCH_DOCUMENT is its
path) or `inside`, which is llama.cpp writing in the app's own process.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from engine import Engine, ModelShelf, SpecdeckError, folders, load_settings
from engine.models.process import CHILD_ENVIRONMENT
from tui.app.app import SpecdeckApp
from tui.app.launch import SWITCH_S

STEP_S = 0.005
WINDOWS = (1024, 2048)
"""Each load is of another window, so that it is one."""
QUESTION = "How do I borrow a book?"


class WatchedApp(SpecdeckApp):
    """The app, watched.

    Args:
        engine: Not open yet.
        work: What begins at the signal.
    """

    def __init__(self, engine: Engine, work: Callable[[Engine], Awaitable[None]]) -> None:
        super().__init__(engine)
        self._work = work
        self._jobs: list[asyncio.Task[None]] = []
        self.late_ms: list[list[float]] = [[]]

    def on_mount(self) -> None:
        """Begin to watch."""
        super().on_mount()
        self._jobs.append(asyncio.create_task(self._watch()))
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self._begin)

    async def on_unmount(self) -> None:
        """End what was begun."""
        for job in self._jobs:
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)
        await super().on_unmount()

    def _begin(self) -> None:
        self.late_ms.append([])
        self._jobs.append(asyncio.create_task(self._keep_working()))

    async def _keep_working(self) -> None:
        while True:
            with suppress(SpecdeckError):
                await self._work(self._engine)
            await asyncio.sleep(STEP_S)

    async def _watch(self) -> None:
        while True:
            started = time.perf_counter()
            await asyncio.sleep(STEP_S)
            self.late_ms[-1].append((time.perf_counter() - started - STEP_S) * 1000)


async def generate(engine: Engine) -> None:
    """Let the model answer."""
    async for _ in engine.questions.ask(QUESTION, prose=True):
        pass


async def load(engine: Engine) -> None:
    """Load the model, once with each window."""
    model = ModelShelf(folders().models).path(engine.settings.chat_model)
    worker = engine._wired.worker  # noqa: SLF001 - no door loads a model twice
    for window in WINDOWS:
        await worker.load_chat(model, context_tokens=window)


async def document(engine: Engine) -> None:
    """Read a document that has changed since the last time."""
    changed = engine.folders.data / "large.json"
    data = await asyncio.to_thread(Path(os.environ["SPECDECK_BENCH_DOCUMENT"]).read_bytes)
    await asyncio.to_thread(changed.write_bytes, data + b"\n" * (time.monotonic_ns() % 1000))
    await engine.library.add(changed)


async def inside(engine: Engine) -> None:
    """Let llama.cpp write in this process."""
    ended = threading.Event()
    threading.Thread(target=_write_inside, args=(engine.settings.chat_model, ended), daemon=True).start()
    try:
        await asyncio.Event().wait()
    finally:
        ended.set()


def _write_inside(model: str, ended: threading.Event) -> None:
    os.environ.update(CHILD_ENVIRONMENT)
    from engine.models.chat import Chat
    from engine.models.client import threads
    from engine.models.protocol import Message
    from engine.models.stop import StopFlag
    from engine.models.tuning import plain

    chat = Chat(ModelShelf(folders().models).path(model), WINDOWS[-1], plain(threads(0)), StopFlag())
    while not ended.is_set():
        for _ in chat.generate([Message("user", f"Write a story of {time.monotonic_ns()} lighthouses.")], 200):
            if ended.is_set():
                break


WORK = {work.__name__: work for work in (generate, load, document, inside)}


def main() -> None:
    """Run the app, then write down what was seen."""
    work, file = sys.argv[1:]
    sys.setswitchinterval(SWITCH_S)
    where = folders()
    app = WatchedApp(Engine(where, load_settings(where.config), stays=True), WORK[work])
    app.run()
    Path(file).write_text(json.dumps(app.late_ms), encoding="utf-8")
    os._exit(0)  # a thread may be inside llama.cpp


main()
