"""The app in a real terminal, with the bundled sample and the starter models."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine import SAMPLE, ModelShelf
from tests.e2e.terminal import Terminal

SPECDECK = f"'{sys.executable}' -m tui"


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory, shelf: ModelShelf) -> Path:
    """A home with the sample in its library, findable by meaning too."""
    home = tmp_path_factory.mktemp("home")
    env = {**os.environ, "SPECDECK_HOME": str(home), "SPECDECK_MODELS": str(shelf.folder)}
    subprocess.run([sys.executable, "-m", "tui", "add", str(SAMPLE), "--name", "town"], env=env, check=True)
    return home


def forget(home: Path) -> None:
    """Delete the conversations of other tests on this home."""
    if (file := home / "data" / "library.db").exists():
        with closing(sqlite3.connect(file, timeout=30)) as db, db:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("DELETE FROM sessions")


@pytest.fixture
def open_app(tmp_path: Path, shelf: ModelShelf) -> Iterator[Callable[..., Terminal]]:
    """Opens the app on a home in a terminal of a size; everything ends with the test."""
    opened = []

    def open_(
        home: Path, size: tuple[int, int], models: Path = shelf.folder, prefix: str = "", *, fresh: bool = True
    ) -> Terminal:
        if fresh:
            forget(home)
        env = {
            "SPECDECK_HOME": str(home),
            "SPECDECK_MODELS": str(models),
            "SPECDECK_PROSE": "always",
            "LANG": "C.UTF-8",
        }
        terminal = Terminal(f"{prefix} {SPECDECK}".strip(), size, env, tmp_path / f"raw-{len(opened)}")
        opened.append(terminal)
        return terminal

    yield open_
    for terminal in opened:
        terminal.close()
