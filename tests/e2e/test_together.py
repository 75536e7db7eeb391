"""Two apps and commands use one library at the same time.

`SPECDECK_TOGETHER=30` makes so many rounds of commands; with `--log-cli-level=INFO` the longest waits are told.
"""

import json
import logging
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from engine.library.store import Library
from tests.conftest import EMBEDDING
from tests.e2e.companion import Told
from tests.e2e.documents import Made, made
from tests.e2e.whole import assert_vectors_agree, assert_whole

ROUNDS = int(os.environ.get("SPECDECK_TOGETHER", "2"))
ROOT = Path(__file__).resolve().parents[2]
GITHUB = "github-rest/generated/api.github.com.json"

log = logging.getLogger(__name__)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + 30 * ROUNDS)]


def large() -> Made:
    """Return GitHub's document where the corpus is at hand, else one of its size."""
    real = Path(os.environ.get("SPECDECK_CORPUS", "")) / GITHUB
    return Made(real.read_bytes()) if real.is_file() else made(0, 1200, words=1000)


class Commands:
    """Runs one command after another.

    Args:
        environment: Variables for them.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.longest_s: defaultdict[str, float] = defaultdict(float)

    def __call__(self, *arguments: str | Path) -> dict[str, object]:
        """Run a command, which must succeed, and return the document that it prints."""
        started = time.monotonic()
        command = [sys.executable, "-m", "tui", *map(str, arguments), "--json"]
        done = subprocess.run(command, env=self._environment, cwd=ROOT, capture_output=True, text=True, check=False)
        name = str(arguments[0])
        self.longest_s[name] = max(self.longest_s[name], time.monotonic() - started)
        assert done.returncode == 0, done.stdout + done.stderr
        document: dict[str, object] = json.loads(done.stdout)
        return document


def test_two_apps_and_commands_at_once(tmp_path: Path) -> None:
    """While an app, an engine and commands all change the library and search in it, none fails and nothing is lost."""
    environment = {**os.environ, "SPECDECK_HOME": str(tmp_path), "SPECDECK_MODELS": str(tmp_path / "no models")}
    companions = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.companion", kind, str(tmp_path)],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for kind in ("app", "engine")
    ]
    run = Commands(environment)
    big, expected = large(), {}
    for number in range(ROUNDS):
        expected |= use(run, tmp_path, number, big)
    for companion in companions:
        out, err = companion.communicate()
        assert companion.returncode == 0, err.decode()
        told = msgspec.json.decode(out, type=Told)
        assert told.errors == []
        log.info("%s: %d steps, longest waits in seconds %s", companion.args[3], told.steps, told.longest_s)
        expected |= {name: made(*of) for name, of in told.there.items()}
    log.info("longest commands in seconds: %s", dict(run.longest_s))
    file = tmp_path / "data" / "library.db"
    with closing(Library(file)) as library:
        assert_whole(library, file, expected)
        assert_vectors_agree(library, file.parent, EMBEDDING)


def use(run: Commands, folder: Path, number: int, big: Made) -> dict[str, Made]:
    """Add, search, rename and remove by commands; return what must be there because of it."""
    largest, small, name = folder / "largest.json", folder / f"small-{number}.json", f"kept-{number}"
    document, little = Made(big.data + b" " * (number % 3)), made(number, 100)  # The same, and yet another document.
    largest.write_bytes(document.data)
    small.write_bytes(little.data)
    run("add", largest)
    run("add", small)
    run("search", "fetch the harbour")
    run("rename", small.stem, name)
    run("list")
    if number % 2:
        run("remove", name)
        return {"largest": document}
    return {"largest": document, name: little}
