"""How fast specdeck starts, against the least that the same things could take.

`specdeck --help` against a bare Python; the app's first frame, in a real terminal of 120x40, against a bare Textual app
with the same kinds of widgets. Each pair is run in turn, so that a noisy machine is noisy for both; medians count.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pexpect

ROOT = Path(__file__).resolve().parents[2]
SPECDECK = Path(sys.executable).with_name("specdeck")
BARE_APP = Path(__file__).with_name("bare_app.py")
PROMPT = "sk how to do something"
"""Text near the end of the first frame of both apps, without the letter under the cursor."""


def process_s(*command: str | Path) -> float:
    """Return the seconds that a command takes."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def first_frame_s(*command: str | Path) -> float:
    """Return the seconds until an app has drawn its prompt."""
    name, *arguments = map(str, command)
    started = time.perf_counter()
    app = pexpect.spawn(name, arguments, dimensions=(40, 120), env={**os.environ, "TERM": "xterm-256color"}, timeout=60)
    app.expect_exact(PROMPT)
    passed = time.perf_counter() - started
    app.kill(9)
    app.close()
    return passed


def compare(label: str, runs: int, limit: float, ours: list[float], bare: list[float]) -> None:
    """Print one line of the table."""
    a, b = statistics.median(ours), statistics.median(bare)
    print(f"{label:<34} {a * 1000:7.0f} ms  {b * 1000:7.0f} ms  {a / b:5.2f}   (at most {limit}; {runs} runs)")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as home:
        os.environ["SPECDECK_HOME"] = home
        first_frame_s(SPECDECK)  # makes the library, and warms the page cache for both
        first_frame_s(sys.executable, BARE_APP)
        print(f"{'':<34} {'specdeck':>10}  {'bare':>10}  {'ratio':>5}")
        pairs = [(process_s(SPECDECK, "--help"), process_s(sys.executable, "-c", "pass")) for _ in range(runs)]
        compare("specdeck --help / python -c pass", runs, 6, *map(list, zip(*pairs, strict=True)))
        pairs = [(first_frame_s(SPECDECK), first_frame_s(sys.executable, BARE_APP)) for _ in range(runs)]
        compare("first frame / bare Textual app", runs, 1.5, *map(list, zip(*pairs, strict=True)))


main()
