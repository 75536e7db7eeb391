"""A program that keeps the library open and changes it until its standard input is closed; see `test_together`.

It adds, replaces, renames and removes documents of its own, searches among everybody's, and in the end prints one JSON
document: which of its documents must be there, its longest waits in seconds, and what went wrong.

Usage: python -m tests.e2e.companion app|engine FOLDER
"""

import asyncio
import random
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as Database

import msgspec
import numpy as np

from engine import Engine, SpecdeckError, folders, load_settings
from engine.library.connection import Connection
from tests.e2e.documents import made
from tests.e2e.whole import make_up_vectors
from tui.app.app import SpecdeckApp

MOST = 12
"""Documents that a companion has in the library at most."""
QUESTIONS = ("fetch the harbour", "create a permit", "which planets are there", "issue", "remove the cargo number 7")


class Told(msgspec.Struct):
    """What a companion prints."""

    steps: int
    there: dict[str, tuple[int, int]]
    """Name → seed and operations of the documents that it left in the library."""
    longest_s: dict[str, float]
    """`begin`: until a transaction had the lock; `search`: until the hits were there."""
    errors: list[str]


class Waits:
    """The longest time that each kind of thing took."""

    def __init__(self) -> None:
        self.longest_s: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def timed(self, kind: str) -> Iterator[None]:
        """Time what is done inside."""
        started = time.monotonic()
        yield
        self.note(kind, started)

    def note(self, kind: str, started: float) -> None:
        """Take note of something that began at `started` and ends now."""
        self.longest_s[kind] = max(self.longest_s[kind], time.monotonic() - started)

    def watch_transactions(self) -> None:
        """Time how long each transaction of this process waits for its lock."""
        transaction = Connection.transaction

        @contextmanager
        def timed(connection: Connection) -> Iterator[Database]:
            started = time.monotonic()
            with transaction(connection) as db:
                self.note("begin", started)
                yield db

        Connection.transaction = timed  # type: ignore[method-assign]


class Companion:
    """Takes steps in the library.

    Args:
        engine: Open.
        name: What its documents' names begin with.
        seed: What its documents are made from; nobody else's, because equal documents are one.
        folder: Where it writes them.
    """

    def __init__(self, engine: Engine, name: str, seed: int, folder: Path) -> None:
        self._engine = engine
        self._name = name
        self._seed = seed
        self._folder = folder
        self._draw = random.Random(name)  # noqa: S311 - no secret
        self._files: dict[str, Path] = {}
        """Name → the file that it was read from."""
        self.told = Told(0, {}, {}, [])
        self.waits = Waits()

    async def step(self) -> None:
        """Change something, then look for something."""
        self._seed += 1
        self.told.steps += 1
        changes = (self._add, self._add, self._replace, self._rename, self._remove, self._embed)
        change = self._draw.choice(changes) if len(self._files) < MOST else self._remove
        try:
            await change()
            with self.waits.timed("search"):
                found = await self._engine.questions.search(self._draw.choice(QUESTIONS), meaning=False)
            await self._engine.library.specs()
            for hit in found.hits[:1]:
                await self._engine.library.outline(hit.spec)
        except SpecdeckError as error:
            self.told.errors.append(f"{change.__name__}: {error}")

    async def _add(self) -> None:
        file = self._folder / f"{self._name}-{self._seed}.json"
        await self._write(file, file.stem)

    async def _replace(self) -> None:
        if self._files:
            name = self._draw.choice(sorted(self._files))
            await self._write(self._files[name], name)

    async def _write(self, file: Path, name: str) -> None:
        operations = self._draw.choice((20, 100, 300))
        await asyncio.to_thread(file.write_bytes, made(self._seed, operations).data)
        added = await self._engine.library.add(file)
        if added.info.name != name:
            self.told.errors.append(f"{name} came to be called {added.info.name}")
        self._files[name] = file
        self.told.there[name] = (self._seed, operations)

    async def _rename(self) -> None:
        if self._files:
            name, new_name = self._draw.choice(sorted(self._files)), f"{self._name}-renamed-{self._seed}"
            await self._engine.library.rename(name, new_name)
            self._files[new_name] = self._files.pop(name)
            self.told.there[new_name] = self.told.there.pop(name)

    async def _remove(self) -> None:
        if self._files:
            name = self._draw.choice(sorted(self._files))
            await self._engine.library.remove(name)
            del self._files[name], self.told.there[name]

    async def _embed(self) -> None:
        library, searcher = self._engine._wired.library, self._engine.models._searcher
        await asyncio.to_thread(make_up_vectors, library, self._engine.settings.embedding_model)
        vector = (await asyncio.to_thread(library.vectors, self._engine.settings.embedding_model))[0][1]
        await asyncio.to_thread(searcher._vectors.nearest, np.frombuffer(vector, "<f4")[None], 10)


async def in_app(engine: Engine, companion: Companion, stop: threading.Event) -> None:
    """Take steps while the app shows the library on a screen."""
    app = SpecdeckApp(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        while not app._opened.is_set():
            await pilot.pause(0.01)
        while not stop.is_set():
            await companion.step()
            await pilot.press("f4", "f3")
        companion.told.errors += [note.message for note in app._notifications if note.severity == "error"]


async def in_engine(engine: Engine, companion: Companion, stop: threading.Event) -> None:
    """Take steps without a screen."""
    async with engine:
        while not stop.is_set():
            await companion.step()


def _wait_for_end(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def main(kind: str, folder: str) -> None:
    """Take steps until it is enough, and tell."""
    run, seed = {"app": (in_app, 1_000_000), "engine": (in_engine, 2_000_000)}[kind]
    stop = threading.Event()
    threading.Thread(target=_wait_for_end, args=(stop,), daemon=True).start()
    where = folders()
    engine = Engine(where, load_settings(where.config), stays=kind == "app")
    companion = Companion(engine, kind, seed, Path(folder))
    companion.waits.watch_transactions()
    asyncio.run(run(engine, companion, stop))
    companion.told.longest_s = dict(companion.waits.longest_s)
    sys.stdout.buffer.write(msgspec.json.encode(companion.told))


if __name__ == "__main__":
    main(*sys.argv[1:])
