"""No network: the commands in a network namespace that has none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine import SAMPLE
from engine.models.shelf import ModelShelf
from tests.cli.conftest import Specdeck, command

needs_a_namespace = pytest.mark.skipif(
    shutil.which("unshare") is None or os.geteuid() != 0, reason="unshare -n needs root and util-linux"
)


ADD_AS_THE_APP_DOES = """
import asyncio
from engine import SAMPLE, Engine, Settings, folders

async def main():
    async with Engine(folders(), Settings(), stays=True) as engine:
        print((await engine.library.add(SAMPLE)).info.operations)

asyncio.run(main())
"""


@needs_a_namespace
def test_the_app_adds_without_a_network(tmp_path: Path) -> None:
    """The process that reads documents for the app works with the network cut."""
    done = subprocess.run(
        ["unshare", "-n", sys.executable, "-c", ADD_AS_THE_APP_DOES],
        env={**os.environ, "SPECDECK_HOME": str(tmp_path), "SPECDECK_MODELS": str(tmp_path / "none")},
        capture_output=True,
        timeout=120,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("14\n", "")


@needs_a_namespace
def test_add_and_ask_without_a_network(tmp_path: Path, shelf: ModelShelf) -> None:
    """Reading a document, embedding it, searching it and asking it, model included, work with the network cut."""
    specdeck = Specdeck(tmp_path, shelf.folder)
    asked = []
    for arguments in (
        ("add", str(SAMPLE), "--json"),
        ("search", "enrol a patron", "--json"),
        ("ask", "How do I renew a loan?", "--json"),
        ("doctor",),
    ):
        done = subprocess.run(
            ["unshare", "-n", *command(*arguments)],
            env=specdeck.environment,
            capture_output=True,
            timeout=120,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        asked.append(done.stdout)
    assert '"embedded":14' in asked[0]
    assert "words and meaning" in asked[1]
    assert '"rung":"local"' in asked[2]
