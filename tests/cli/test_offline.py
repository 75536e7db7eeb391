"""No network: the commands in a network namespace that has none."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from engine import SAMPLE
from engine.models.shelf import ModelShelf
from tests.cli.conftest import Specdeck, command


@pytest.mark.skipif(shutil.which("unshare") is None or os.geteuid() != 0, reason="unshare -n needs root and util-linux")
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
