"""How long `specdeck add` takes until a document can be searched by words, against `json.load` of the same file.

Search by meaning follows behind a progress bar and is left out here (an empty models folder); its own speed is printed
when the models are there.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SPECDECK = Path(sys.executable).with_name("specdeck")
LIMIT = 15


def load_s(document: Path) -> float:
    """Return the seconds of a bare `json.load`."""
    started = time.perf_counter()
    with document.open(encoding="utf-8") as file:
        json.load(file)
    return time.perf_counter() - started


def add_s(document: Path) -> float:
    """Return the seconds of the whole command on an empty library."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "SPECDECK_HOME": home, "SPECDECK_MODELS": f"{home}/none"}
        started = time.perf_counter()
        subprocess.run([SPECDECK, "add", document], env=env, check=True, capture_output=True)
        passed = time.perf_counter() - started
        started = time.perf_counter()
        subprocess.run([SPECDECK, "add", document], env=env, check=True, capture_output=True)
        again_s.append(time.perf_counter() - started)
    return passed


again_s: list[float] = []


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("document", type=Path, help="a large OpenAPI document in JSON")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    pairs = [(add_s(arguments.document), load_s(arguments.document)) for _ in range(arguments.runs)]
    ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"specdeck add {ours:.2f} s, json.load {bare:.2f} s, ratio {ours / bare:.1f} (at most {LIMIT})")
    print(f"specdeck add, unchanged {statistics.median(again_s):.2f} s")


main()
