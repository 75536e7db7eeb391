"""The `specdeck` command as a real process, in a home of its own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from engine import SAMPLE
from engine.models.shelf import ModelShelf

ROOT = Path(__file__).resolve().parents[2]
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What could act on a terminal."""


class Ran(NamedTuple):
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[Any]:
        """What it printed with `--json`: one document a line, and nothing else."""
        assert self.out.endswith("\n")
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def document(self) -> Any:
        """The one document that it printed."""
        (only,) = self.documents
        return only


class Specdeck:
    """Runs commands in one home with one models folder."""

    def __init__(self, home: Path, models: Path) -> None:
        self.home = home
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "SPECDECK_HOME": str(home),
            "SPECDECK_MODELS": str(models),
            "SPECDECK_ANSWER_TOKENS": "40",
            "SPECDECK_PROSE": "always",
        }

    def start(self, *arguments: str | bytes, **options: Any) -> subprocess.Popen[bytes]:
        """Start a command whose output is read while it runs."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        return subprocess.Popen(command(*arguments), cwd=self.home, env=self.environment, **options)

    def __call__(self, *arguments: str | bytes, code: int = 0, stdin: bytes = b"", **environment: str) -> Ran:
        """Run a command to its end.

        Args:
            arguments: What follows `specdeck`.
            code: The exit code that is expected.
            stdin: What it reads from standard input.
            environment: Variables that are different this time.
        """
        done = subprocess.run(
            command(*arguments),
            cwd=self.home,
            env=self.environment | environment,
            input=stdin,
            capture_output=True,
            timeout=120,
            check=False,
        )
        ran = Ran(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
        assert "Traceback" not in ran.out + ran.err, ran
        assert ran.code == code, ran
        assert CONTROL.search(ran.out + ran.err) is None, ran
        return ran


def command(*arguments: str | bytes) -> list[str | bytes]:
    """The command line of a command."""
    return [sys.executable, "-m", "tui", *arguments]


@pytest.fixture
def specdeck(tmp_path: Path) -> Specdeck:
    """An empty library, and no models."""
    return Specdeck(tmp_path, tmp_path / "no-models")


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Specdeck:
    """A library with the sample, and no models; for commands that change nothing."""
    home = tmp_path_factory.mktemp("stocked")
    specdeck = Specdeck(home, home / "no-models")
    specdeck("add", str(SAMPLE))
    return specdeck


@pytest.fixture(scope="module")
def equipped(tmp_path_factory: pytest.TempPathFactory, shelf: ModelShelf) -> Specdeck:
    """A library with the sample, and both models; for commands that change nothing."""
    specdeck = Specdeck(tmp_path_factory.mktemp("equipped"), shelf.folder)
    specdeck("add", str(SAMPLE))
    return specdeck
