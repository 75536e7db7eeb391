"""`specdeck` in a guarded process, in a home of its own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from tests.hostile.guarded import SEPARATOR, Usage

ROOT = Path(__file__).resolve().parents[2]
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]")
"""What could act on a terminal, or turn text around."""


class Ran(NamedTuple):
    """A command that has ended."""

    code: int
    out: str
    err: str
    cpu_s: float

    @property
    def document(self) -> Any:
        """The one document that it printed with `--json`."""
        return json.loads(self.out)


class Deck:
    """Runs commands in one home, without models."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.usage = Usage([], [], 0, [], [])
        """Of the last process."""
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "SPECDECK_HOME": str(home / "deck"),
            "SPECDECK_MODELS": str(home / "no-models"),
        }

    def run(self, *commands: list[str], **settings: str) -> list[Ran]:
        """Run commands in one process; nothing that they print may be unsafe, and none may end in a traceback.

        Args:
            commands: What follows `specdeck` in each.
            settings: Settings that are different this time, by their names in the environment.
        """
        log = self.home / "usage.json"
        done = subprocess.run(
            [sys.executable, "-m", "tests.hostile.guarded", str(log)],
            cwd=self.home,
            env=self.environment | settings,
            input=json.dumps(commands).encode(),
            capture_output=True,
            timeout=170,
            check=False,
        )
        out, err = (stream.decode(errors="replace").split(SEPARATOR) for stream in (done.stdout, done.stderr))
        assert done.returncode == 0, f"{done.returncode}: {err[-1][-3000:]}"
        assert len(out) == len(err) == len(commands)
        self.usage = msgspec.json.decode(log.read_bytes(), type=Usage)
        log.unlink()
        ran = [Ran(*each) for each in zip(self.usage.codes, out, err, self.usage.cpu_s, strict=True)]
        for command, each in zip(commands, ran, strict=True):
            _check(command, each)
        return ran

    def add(self, *paths: Path | str, **settings: str) -> Ran:
        """Add documents, and tell as JSON what became of them."""
        [ran] = self.run(["add", "--json", *map(str, paths)], **settings)
        return ran

    def look(self) -> str:
        """Look at everything in the library from every door, as words and as JSON; return all that was printed."""
        listed, _ = self.run(["list", "--json"], ["list"])
        specs = [spec["name"] for spec in listed.document["specs"]]
        if not specs:
            return listed.out
        shown = self.run(*(["show", "--json", name] for name in specs))
        keys = [f"{name}:{key}" for name, view in zip(specs, shown, strict=True) for key in _keys(view.document)]
        doors = [["show", name] for name in specs]
        doors += [["show", *form, key] for key in keys for form in ((), ("--json",))]
        doors += [
            [door, *form, word]
            for door in ("search", "ask")
            for word in ("red", "guide", "book")
            for form in ((), ("--json",))
        ]
        doors = [[*door, "--no-model"] if door[0] == "ask" else door for door in doors]
        return "".join(ran.out for ran in (*shown, *self.run(*doors)))


def _keys(overview: Any) -> list[str]:
    """Return what an overview lists, the first few."""
    return [row["operation"] for row in overview["operations"]][:8]


def _check(command: list[str], ran: Ran) -> None:
    assert "Traceback" not in ran.err, ran.err[-3000:]
    printed = [ran.out, ran.err]
    if "--json" in command:
        printed = [*_texts([json.loads(line) for line in ran.out.splitlines()]), ran.err]
        assert UNSAFE.search(ran.out.replace("\\t", "")) is None, command
    for text in printed:
        found = UNSAFE.search(text.replace("\t", ""))
        assert found is None, (command, text[max(0, found.start() - 100) : found.end() + 100])


def _texts(value: Any) -> list[str]:
    found, pending = [], [value]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict | list):
            pending += [*value, *value.values()] if isinstance(value, dict) else value
    return found


@pytest.fixture
def deck(tmp_path: Path) -> Deck:
    """An empty library."""
    return Deck(tmp_path)
