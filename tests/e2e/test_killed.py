"""`specdeck add` is killed at random moments: the library holds all of a document or nothing of it.

`SPECDECK_KILLS=300` makes the long run; with `--log-cli-level=INFO` it tells how many died when.
"""

import enum
import fcntl
import logging
import os
import random
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from engine import ModelShelf
from engine.library.store import Library
from tests.conftest import EMBEDDING
from tests.e2e.documents import Made, made
from tests.e2e.whole import assert_vectors_agree, assert_whole, contents, make_up_vectors

KILLS = int(os.environ.get("SPECDECK_KILLS", "12"))
HOME_LASTS = 25
"""Kills after which a new library is begun, so that making one is hit too."""
SOURCES = ("alpha", "beta", "gamma")

log = logging.getLogger(__name__)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="Looks at SQLite's locks as Linux tells of them"),
    pytest.mark.timeout(60 + 10 * KILLS),
]


class Lock(enum.IntEnum):
    """Bytes of the `-shm` file that SQLite locks; see "WAL locks" in https://sqlite.org/walformat.html."""

    WRITE = 120
    CHECKPOINT = 121
    RECOVER = 122


class Died(enum.StrEnum):
    """When a process was killed."""

    BEFORE = "before the transaction"
    DURING = "during the transaction"
    COPYING = "after the commit, copying it from the log"
    AFTER = "after the commit"
    NOT = "not killed, as it had ended"


def held(home: Path, lock: Lock) -> bool:
    """Tell whether a process holds this lock on the library of a home."""
    try:
        shared = os.open(home / "data" / "library.db-shm", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        asked = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, lock, 1, 0)
        kind: int = struct.unpack("hhqqi", fcntl.fcntl(shared, fcntl.F_GETLK, asked))[0]
        return kind != fcntl.F_UNLCK
    finally:
        os.close(shared)


def pass_until(process: subprocess.Popen[bytes], reached: Callable[[], bool]) -> None:
    """Return when something is reached, or the process has ended. Nothing sleeps: a moment here is a millisecond."""
    while not reached() and process.poll() is None:
        os.sched_yield()


class Home:
    """A library, what must be in it, and processes that are killed while they write to it.

    Args:
        folder: Where it is.
        models: The models folder.
        draw: Chooses the moments.
    """

    def __init__(self, folder: Path, models: Path, draw: random.Random) -> None:
        self.folder = folder
        self.library = folder / "data" / "library.db"
        self.history: dict[str, list[Made]] = {}
        """Name → what it was and is."""
        self._env = {**os.environ, "SPECDECK_HOME": str(folder), "SPECDECK_MODELS": str(models)}
        self._draw = draw
        folder.mkdir()

    def start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        """Start a command."""
        command = [sys.executable, "-m", "tui", *arguments]
        return subprocess.Popen(command, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @property
    def index(self) -> Path:
        """The file for search by meaning."""
        return self.library.with_name(f"vectors-{EMBEDDING}.faiss")

    def unfinished(self) -> int:
        """Return how many such files were begun and not ended."""
        return len(list(self.index.parent.glob(f".{self.index.name}.*")))

    def index_begun(self, unfinished: int) -> bool:
        """Tell whether the file is there, or one more than so many was begun."""
        return self.index.exists() or self.unfinished() > unfinished

    def write(self, name: str, document: Made) -> Path:
        """Write a document to its file."""
        file = self.folder / f"{name}.json"
        file.write_bytes(document.data)
        return file

    def life_s(self, *arguments: str | Path) -> float:
        """Return the seconds that a command takes."""
        started = time.monotonic()
        assert self.start(*arguments).wait() == 0
        return time.monotonic() - started

    def kill(self, process: subprocess.Popen[bytes], reached: Callable[[], bool], within_s: float) -> set[Lock]:
        """Kill a process at a random moment after it has reached something; return the locks that it held."""
        pass_until(process, reached)
        end = time.monotonic() + self._draw.uniform(0, within_s)
        pass_until(process, lambda: time.monotonic() >= end)
        locks = {lock for lock in Lock if held(self.folder, lock)}
        process.kill()
        process.wait()
        return locks

    @contextmanager
    def opened(self) -> Iterator[Library]:
        """Open the library as the next process does, and check all of it."""
        with closing(Library(self.library)) as library:
            expected = {name: versions[-1] for name, versions in self.history.items() if versions}
            assert_whole(library, self.library, expected)
            for name, versions in self.history.items():
                numbers = [old.number for old in library.versions(name)]
                assert numbers == list(range(1, len(versions)))
                if numbers:
                    assert library.spec(name, numbers[-1]) == versions[-2].spec
            assert_vectors_agree(library, self.library.parent, EMBEDDING)
            yield library

    def settle(self, name: str, document: Made) -> bool:
        """Take note of whether a document whose writer was killed is there; return it."""
        Library(self.library).close()
        there = contents(self.library).get(name) == document.sha256
        if there:
            self.history.setdefault(name, []).append(document)
        return there


def homes(tmp_path: Path, models: Path, draw: random.Random) -> Iterator[Home]:
    """Give a home for each kill, without end; a new one from time to time."""
    for number in count():
        if number % HOME_LASTS == 0:
            home = Home(tmp_path / str(number), models, draw)
        yield home


def when(process: subprocess.Popen[bytes], locks: set[Lock], *, there: bool) -> Died:
    """Tell when a process died."""
    if process.returncode == 0:
        return Died.NOT
    if not there:
        return Died.DURING if Lock.WRITE in locks else Died.BEFORE
    return Died.COPYING if Lock.CHECKPOINT in locks else Died.AFTER


def tell(died: Counter[Died]) -> None:
    """Log the figures, and check that a long run met every moment."""
    log.info("%s", ", ".join(f"{times} {moment}" for moment, times in died.most_common()))
    if died.total() >= 100:
        assert set(Died) - {Died.NOT} <= set(died)


def test_killed_while_adding(tmp_path: Path) -> None:
    """After SIGKILL of `add` the library opens and holds the old or the new state of the document, whole."""
    draw = random.Random(KILLS)  # noqa: S311 - no secret
    died: Counter[Died] = Counter()
    life_s = 0.0
    for number, home in enumerate(homes(tmp_path, tmp_path / "no models", draw)):
        name, document = draw.choice(SOURCES), made(number, draw.choice((100, 300, 300, 300, 2000)))
        file = home.write(name, document)
        life_s = life_s or Home(tmp_path / "measured", tmp_path / "no models", draw).life_s("add", file)
        process = home.start("add", file)
        # A transaction is a small part of a life, and would seldom be met by chance.
        aim = draw.choice((None, Lock.WRITE, Lock.WRITE, Lock.WRITE, Lock.CHECKPOINT))
        if aim is None:
            locks = home.kill(process, lambda: True, life_s)
        else:
            locks = home.kill(process, partial(held, home.folder, aim), life_s / 10)
        died[when(process, locks, there=home.settle(name, document))] += 1
        with home.opened() as library:
            make_up_vectors(library, EMBEDDING)
            assert_vectors_agree(library, home.library.parent, EMBEDDING)
        if died.total() - died[Died.NOT] >= KILLS:
            break
    tell(died)
    assert home.start("add", file).wait() == 0
    assert contents(home.library)[name] == document.sha256


def test_killed_while_embedding_or_indexing(tmp_path: Path, shelf: ModelShelf) -> None:
    """After SIGKILL of `add` while it embeds, or writes its index, all is whole, and the index is as the library."""
    draw = random.Random(KILLS)  # noqa: S311 - no secret
    met: Counter[str] = Counter()
    life_s = 0.0
    for number, home in zip(range(max(2, KILLS // 6)), homes(tmp_path, shelf.folder, draw), strict=False):
        name, document = draw.choice(SOURCES), made(number, 100)
        file = home.write(name, document)
        life_s = life_s or Home(tmp_path / "measured", shelf.folder, draw).life_s("add", file)
        process = home.start("add", file)
        home.kill(process, partial(held, home.folder, Lock.WRITE), 2 * life_s)
        home.settle(name, document)
        with home.opened() as library:
            done, lacking = library.vectors(EMBEDDING), library.without_vector(EMBEDDING)
            met["no vectors" if not done else "some vectors" if lacking else "all vectors"] += 1
        home.index.unlink(missing_ok=True)
        left = home.unfinished()
        last = made(KILLS + number, 1)
        process = home.start("add", home.write("last", last))
        home.kill(process, partial(home.index_begun, left), 0.005)
        home.settle("last", last)
        if process.returncode:
            met["half an index" if home.unfinished() > left else "an index" if home.index.exists() else "no index"] += 1
        with home.opened():
            pass
    log.info("%s", ", ".join(f"{times} with {what}" for what, times in met.most_common()))
