"""Several programs of one user on one library: two apps in real terminals, and a command beside them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from engine import ModelShelf
from engine.net import local
from tests.e2e.terminal import Terminal
from tests.e2e.test_terminal import NATIVE_NOISE, QUESTION, READY

WROTE = r"\d tokens/s"
"""In the line under a finished answer; the health pane has the number behind."""
pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(not local.supported(), reason="needs Unix sockets"),
]


def test_two_apps_and_a_command_share_a_worker(
    open_app: Callable[..., Terminal], filled_home: Path, shelf: ModelShelf
) -> None:
    """One worker serves all three; when the app that started it is killed in mid-answer, the other one goes on."""
    first = open_app(filled_home, (120, 40))
    first.wait(READY)
    first.line(QUESTION)
    first.read_on(WROTE)
    [keeper] = first.process().children()
    [worker] = keeper.children()
    second = open_app(filled_home, (120, 40))
    second.wait(READY)
    second.line(QUESTION)
    second.read_on(WROTE)
    assert second.process().children() == []
    second.keys("F4")
    second.wait(rf"process +{worker.pid}")
    second.wait(r"shared +by 2 programs")
    env = {
        **os.environ,
        "SPECDECK_HOME": str(filled_home),
        "SPECDECK_MODELS": str(shelf.folder),
        "SPECDECK_PROSE": "always",
    }
    found = subprocess.run(
        [sys.executable, "-m", "tui", "search", "reserve a book that is out", "--json"],
        env=env,
        capture_output=True,
        check=True,
    )
    assert "meaning" in json.loads(found.stdout)["hits"][0]["why"]
    first.line("How do I renew a loan?")
    first.wait(r"reading the prompt|writing")
    first.process().kill()
    second.wait_gone(r"shared +by 2 programs")
    second.keys("F2")
    second.line("How do I renew a loan?")
    second.read_on(rf"renew[\s\S]*{WROTE}")
    assert worker.is_running()
    second.keys("C-q")
    second.wait("EXIT=0")
    psutil.wait_procs([keeper, worker], timeout=10)
    assert not (worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE)
    assert not NATIVE_NOISE.search(second.raw.read_text(errors="replace"))
