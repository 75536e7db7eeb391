"""How soon a key shows, and how late the event loop is, while something works; beside the same app doing nothing.

The real app runs in a real terminal (a pty). A key is sent, and the time counts until what the app paints has it. What
works: the model writes on all cores; the model is loaded again and again; GitHub's document is read again and again
(SPECDECK_CORPUS names the folder of real specifications); and, to compare with, llama.cpp writes in the app's process.
"""

import argparse
import json
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path

from engine import SAMPLE, folders
from scripts.bench.retrieval.report import Row, Table, machine, percentile, say, show

APP = Path(__file__).parent / "writing" / "watched_app.py"
DOCUMENT = "github-rest/generated/api.github.com.json"
LETTERS = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥ"
"""Letters that nothing else on the screen has; each is typed once before the line is cleared."""
CLEAR = b"\x15"
QUIT = b"\x11"
PROMPT = b"sk how to do something"
SIZE = struct.pack("HHHH", 40, 120, 0, 0)
WAIT_S = 60.0
PAUSES_S = (0.03, 0.11, 0.07, 0.05, 0.09, 0.12, 0.04)
"""Between two keys: as fast as fingers are, and at no fixed beat."""
SHARE = 0.99
LIMITS = "key at most 50 ms and 3 times idle, loop at most 30 ms, each at the 99th of 100"


class Terminal:
    """An app in a pty.

    Args:
        master: The side of the terminal.
    """

    def __init__(self, master: int) -> None:
        self._master = master

    def send(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._master, keys)

    def drain(self, seconds: float) -> None:
        """Read what comes in this time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)

    def until(self, text: bytes) -> None:
        """Read until this is painted."""
        seen, end = b"", time.monotonic() + WAIT_S
        while text not in seen:
            if time.monotonic() > end:
                sys.exit(f"bench: the app painted no {text.decode()}")
            seen = seen[-len(text) :] + self._read(0.5)

    def _read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self._master], [], [], seconds)
        return os.read(self._master, 1 << 16) if ready else b""


@contextmanager
def app(work: str, env: dict[str, str], file: Path) -> "Iterator[tuple[Terminal, subprocess.Popen[bytes]]]":
    """Run the watched app until its prompt is there; end it by its key."""
    master, slave = pty.openpty()
    ioctl(slave, termios.TIOCSWINSZ, SIZE)
    with subprocess.Popen(
        [sys.executable, APP, work, file], env=env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    ) as process:
        os.close(slave)
        terminal = Terminal(master)
        terminal.until(PROMPT)
        yield terminal, process
        terminal.send(QUIT)
        while process.poll() is None:
            try:
                terminal.drain(0.2)
            except OSError:  # The other side is closed.
                process.wait()
    os.close(master)


def keys_ms(terminal: Terminal, count: int) -> list[float]:
    """Type, and return how long each key took to be painted."""
    times = []
    for number in range(count):
        place = number % len(LETTERS)
        if place == 0:
            terminal.send(CLEAR)
            terminal.drain(0.3)
        letter = LETTERS[place].encode()
        started = time.perf_counter()
        terminal.send(letter)
        terminal.until(letter)
        times.append((time.perf_counter() - started) * 1000)
        terminal.drain(PAUSES_S[number % len(PAUSES_S)])
    return times


def measure(work: str, env: dict[str, str], count: int, settle_s: float) -> Row:
    """Return the figures while this works, and how many times as long as idle a key takes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "late.json")
        with app(work, env, file) as (terminal, process):
            terminal.drain(settle_s)  # Models are loaded and read ahead.
            idle = keys_ms(terminal, count)
            process.send_signal(signal.SIGUSR1)
            terminal.drain(min(settle_s, 2.0))
            busy = keys_ms(terminal, count)
        idle_late, busy_late = json.loads(file.read_text(encoding="utf-8"))
    return Row(
        work,
        (
            percentile(idle, SHARE),
            statistics.median(busy),
            percentile(busy, SHARE),
            percentile(busy, SHARE) / percentile(idle, SHARE),
            percentile(idle_late, SHARE),
            percentile(busy_late, SHARE),
        ),
    )


def main() -> None:
    """Print the table."""
    choices = ("generate", "load", "document", "inside")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=choices, default=choices)
    parser.add_argument("--keys", type=int, default=200, help="in each state")
    parser.add_argument("--settle", type=float, default=10.0, help="seconds before the first key")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    arguments = parser.parse_args()
    document = Path(os.environ.get("SPECDECK_CORPUS", ""), DOCUMENT)
    rows = []
    with tempfile.TemporaryDirectory() as home:
        env = {
            **os.environ,
            "SPECDECK_HOME": home,
            "SPECDECK_MODELS": str(folders().models),
            "SPECDECK_PROSE": "always",
            "SPECDECK_BENCH_DOCUMENT": str(document),
            "TERM": "xterm-256color",
        }
        subprocess.run(
            [sys.executable, "-m", "tui", "add", SAMPLE, "--name", "town"], env=env, check=True, capture_output=True
        )
        for work in arguments.only:
            if work == "document" and not document.is_file():
                say(f"SPECDECK_CORPUS names no folder with {DOCUMENT}: reading a document is left out")
                continue
            say(work)
            rows.append(measure(work, env, arguments.keys, arguments.settle))
    show(
        Table(
            title=f"Milliseconds from a key to its paint, and that the event loop is late ({arguments.keys} keys each)",
            columns=("key p99 idle", "key median", "key p99", "of idle", "loop p99 idle", "loop p99"),
            rows=tuple(rows),
            notes=(LIMITS, machine()),
            digits=1,
        ),
        as_json=arguments.json,
    )


main()
