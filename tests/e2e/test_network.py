"""What the program asks of the network while nobody has allowed any: nothing, as the kernel sees it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import SAMPLE, ModelShelf
from tests.cli.conftest import Specdeck, command
from tests.e2e.terminal import Terminal

TRACED = "strace -f --seccomp-bpf -qq -e trace=network -e signal=none -o".split()


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """The file that the kernel's calls are written to."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    file = tmp_path / "trace"
    tried = subprocess.run([*TRACED, str(file), "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"strace may not look at processes here: {tried.stderr.strip()}")
    return file


def families(trace: Path) -> set[str]:
    """Return the kinds of sockets that were asked for: `AF_UNIX`, `AF_INET`."""
    return set(re.findall(r"\bAF_\w+", trace.read_text(encoding="utf-8", errors="replace")))


def test_a_socket_would_be_seen(trace: Path) -> None:
    """A program that looks an address up is caught, and its child as well."""
    program = "import os, socket; os.fork(); socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()"
    subprocess.run([*TRACED, str(trace), sys.executable, "-c", program], check=True)
    assert families(trace) == {"AF_INET"}
    assert trace.read_text(encoding="utf-8").count("socket(AF_INET") == 2


@pytest.mark.slow
def test_the_commands_ask_for_no_network(trace: Path, tmp_path: Path, shelf: ModelShelf) -> None:
    """Adding, embedding, searching, asking both models and the doctor, worker included: sockets to itself at most."""
    specdeck = Specdeck(tmp_path / "home", shelf.folder)
    specdeck.home.mkdir()
    for arguments in (
        ("add", str(SAMPLE), "--json"),
        ("search", "enrol a patron", "--json"),
        ("ask", "How do I renew a loan?", "--json"),
        ("doctor",),
    ):
        done = subprocess.run(
            [*TRACED, str(trace), *command(*arguments)],
            env=specdeck.environment,
            capture_output=True,
            timeout=150,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert families(trace) <= {"AF_UNIX"}, arguments
    # ONNX Runtime keeps what it would report beside other programs' caches.
    assert not [file for file in specdeck.home.rglob("*") if "icrosoft" in file.name or "onnxruntime" in file.name]


@pytest.mark.slow
def test_the_app_asks_for_no_network(trace: Path, filled_home: Path, open_app: Callable[..., Terminal]) -> None:
    """Opened, asked a question that the model writes about, looked at the specs and at health, and closed."""
    terminal = open_app(filled_home, (110, 60), prefix=" ".join([*TRACED, f"'{trace}'"]))
    terminal.wait("Ask in your own words", 120)
    terminal.type("How do I renew a loan?")
    terminal.keys("Enter")
    terminal.read_on(r"total \d", 120)
    terminal.keys("F4")
    terminal.wait(r"process +\d")
    terminal.keys("F3")
    terminal.wait("operations")
    terminal.keys("C-q")
    terminal.wait("EXIT=0")
    assert families(trace) <= {"AF_UNIX"}
