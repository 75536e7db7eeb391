"""A real terminal: tmux runs the program, types keys and reads what is on the screen."""

import os
import re
import shutil
import subprocess
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    import pexpect


class Terminal:
    """One program in a terminal of its own, on a tmux server of its own.

    Args:
        command: What to run.
        size: Columns and rows.
        env: Variables to set for it.
        raw: File for every byte that the program writes to the terminal.
    """

    def __init__(self, command: str, size: tuple[int, int], env: Mapping[str, str], raw: Path) -> None:
        if shutil.which("tmux") is None:
            pytest.skip("tmux is not installed")
        self._server = f"specdeck-{uuid.uuid4().hex}"
        columns, rows = size
        settings = " ".join(f"{name}='{value}'" for name, value in env.items())
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows), "sh")
        self._tmux("set", "-g", "remain-on-exit", "on")
        self._tmux("pipe-pane", f"cat > '{raw}'")
        self.raw = raw
        self.line(f"clear; unset COLUMNS LINES; {settings} {command}; echo EXIT=$?")

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(["tmux", "-L", self._server, *arguments], capture_output=True, text=True, check=False)
        return done.stdout

    def line(self, text: str) -> None:
        """Type a line and Enter."""
        self.type(text)
        self.keys("Enter")

    def type(self, text: str) -> None:
        """Type text."""
        self._tmux("send-keys", "-l", text)

    def paste(self, text: str) -> None:
        """Paste text as a terminal does, in brackets."""
        self._tmux("set-buffer", text)
        self._tmux("paste-buffer", "-p")

    def keys(self, *names: str) -> None:
        """Press keys by tmux's names: `Escape`, `C-q`, `F3`, `a`."""
        self._tmux("send-keys", *names)

    @property
    def screen(self) -> str:
        """What is on the screen now."""
        return self._tmux("capture-pane", "-p")

    def wait(self, pattern: str, limit_s: float = 60) -> str:
        """Return the screen once `pattern` is on it; fail with the screen after `limit_s`."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            screen = self.screen
            if re.search(pattern, screen):
                return screen
            time.sleep(0.05)
        pytest.fail(f"{pattern!r} did not come up:\n{self.screen}")

    def read_on(self, pattern: str, limit_s: float = 60) -> str:
        """Return the screen once `pattern` is on it, with the answers scrolled down: their facts stay in sight."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            screen = self.screen
            if re.search(pattern, screen):
                return screen
            self.keys("PageDown")
            time.sleep(0.2)
        pytest.fail(f"{pattern!r} did not come up:\n{self.screen}")

    def wait_gone(self, pattern: str, limit_s: float = 60) -> str:
        """Return the screen once `pattern` is no longer on it; fail with the screen after `limit_s`."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            screen = self.screen
            if not re.search(pattern, screen):
                return screen
            time.sleep(0.05)
        pytest.fail(f"{pattern!r} did not go:\n{self.screen}")

    @property
    def buffer(self) -> str:
        """What was copied last: tmux's own paste buffer."""
        return self._tmux("show-buffer")

    def attach(self) -> "pexpect.spawn[bytes]":
        """Show it in an outer terminal, and return what reads all that this is sent."""
        pexpect = pytest.importorskip("pexpect")
        return pexpect.spawn("tmux", ["-L", self._server, "attach"], env={**os.environ, "TERM": "xterm-256color"})

    def process(self) -> psutil.Process:
        """The program that runs in it."""
        shell = psutil.Process(int(self._tmux("display", "-p", "#{pane_pid}")))
        [program] = shell.children()
        return program

    def close(self) -> None:
        """End the program and its terminal."""
        self._tmux("kill-server")
