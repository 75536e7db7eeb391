"""Native code that this machine does not run, as a user meets it: a real worker that really dies of a signal."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import SAMPLE
from engine.models.shelf import ModelShelf
from tests.cli.conftest import ROOT, Ran, Specdeck, command

Run = Callable[..., Ran]

FAULTY = """\
import signal
signal.raise_signal(signal.SIGILL)
"""
"""Stands for a llama.cpp whose first instruction is one that the CPU lacks."""

SET_UP = """\
set_up_plainer() {
    echo "building for $root" >&2
    rm "$FAULTY"
}
"""
"""Stands for a build of minutes, after which llama.cpp runs."""


class Checkout(Specdeck):
    """Runs the commands of a checkout with an environment of its own, in which llama.cpp faults."""

    def __init__(self, home: Path, models: Path) -> None:
        super().__init__(home, models)
        self.root = home / "checkout"
        for package in ("engine", "tui"):
            shutil.copytree(ROOT / package, self.root / package, ignore=shutil.ignore_patterns("__pycache__"))
        self.set_up = self.root / "scripts" / "lib" / "setup.sh"
        self.set_up.parent.mkdir(parents=True)
        self.set_up.write_text(SET_UP)
        real, venv = Path(sys.prefix), self.root / ".venv"
        (venv / "bin").mkdir(parents=True)
        (venv / "bin" / "python").symlink_to((real / "bin" / "python").resolve())
        (venv / "lib").symlink_to(real / "lib")
        shutil.copy(real / "pyvenv.cfg", venv / "pyvenv.cfg")
        self.faulty = home / "faulty" / "llama_cpp.py"
        self.faulty.parent.mkdir()
        self.faulty.write_text(FAULTY)
        self.environment |= {
            "PYTHONPATH": os.pathsep.join((str(self.root), str(self.faulty.parent))),
            "FAULTY": str(self.faulty),
        }
        self.python = venv / "bin" / "python"


@pytest.fixture
def checkout(tmp_path: Path, shelf: ModelShelf, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A library with the sample and both models, one of which does not run."""
    checkout = Checkout(tmp_path, shelf.folder)
    python = str(checkout.python)
    monkeypatch.setattr("tests.cli.conftest.command", lambda *arguments: [python, *command(*arguments)[1:]])
    checkout("add", str(SAMPLE))
    return checkout


def test_the_second_crash_in_the_same_way_names_cause_and_remedy(checkout: Checkout) -> None:
    """Asked again, which is another process, the answer says what is wrong and names one command, not "ask again"."""
    first = checkout("ask", "how do I borrow a book").out
    assert "The model worker crashed (signal 4, Illegal instruction). Ask again" in first
    second = checkout("ask", "how do I borrow a book").out
    assert second.startswith("[1] POST /loans\n")
    said = " ".join(second.split())
    assert "died twice when it loaded the chat model (signal 4, Illegal instruction)" in said
    assert "this machine does not run the instructions that it was built with. Run `specdeck doctor --fix`." in said
    assert "Ask again" not in second
    assert "signal 4" in checkout("ask", "how do I borrow a book").out
    health = checkout("health", code=1).out
    assert "The model worker died when it last loaded the chat model (signal 4, Illegal instruction)" in health


def test_doctor_fails_with_the_remedy(checkout: Checkout) -> None:
    """One call is enough for it to know, and only what does not run has failed."""
    checks = checkout("doctor", "--json", code=1).document["checks"]
    (failed,) = [check for check in checks if not check["ok"]]
    assert failed["name"] == "chat model"
    assert "died twice" in failed["detail"]
    assert failed["hint"] == "Run `specdeck doctor --fix`"


def test_doctor_builds_for_a_plainer_cpu(checkout: Checkout) -> None:
    """With --fix the set-up of the checkout builds llama.cpp again, and the check then finds that it works."""
    ran = checkout("doctor", "--fix", "--json")
    assert ran.document["ok"] is True
    assert f"building for {checkout.root}" in ran.err
    assert "Written by" in checkout("ask", "how do I borrow a book").out


def test_doctor_builds_nothing_where_nothing_is_wrong(checkout: Checkout) -> None:
    """With --fix and everything in order it only checks."""
    checkout.faulty.unlink()
    ran = checkout("doctor", "--fix", "--json")
    assert (ran.document["ok"], "building" in ran.err) == (True, False)


def test_a_build_that_fails_is_told(checkout: Checkout) -> None:
    """When the set-up fails so does the check."""
    checkout.set_up.write_text("set_up_plainer() { echo 'no compiler' >&2; return 1; }\n")
    ran = checkout("doctor", "--fix", code=1)
    assert "no compiler" in ran.err
    assert "chat model: llama.cpp could not be built for a plainer CPU" in ran.out


def test_without_a_checkout_it_is_told_what_to_do(checkout: Checkout) -> None:
    """Where pip installed specdeck, or in a container, --fix gives the one command that helps there."""
    shutil.rmtree(checkout.set_up.parent)
    (failed,) = [check for check in checkout("doctor", "--fix", "--json", code=1).document["checks"] if not check["ok"]]
    assert "was not built by this specdeck" in failed["detail"]
    assert "docker build --build-arg CPU=portable" in failed["hint"] or "-DGGML_NATIVE=OFF" in failed["hint"]
