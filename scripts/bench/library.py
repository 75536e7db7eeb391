"""How long `specdeck add` keeps other processes from writing to the library: on adding a document, and on replacing it.

Nobody is kept from searching. The figure is the longest row of refusals that a process gets which asks for the lock all
the time, so a busy machine makes it longer.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

SPECDECK = Path(sys.executable).with_name("specdeck")


def locked_s(document: Path, home: str) -> float:
    """Return the longest time in seconds for which nobody else could have begun to write."""
    env = {**os.environ, "SPECDECK_HOME": home, "SPECDECK_MODELS": f"{home}/none"}
    subprocess.run([SPECDECK, "list"], env=env, check=True, capture_output=True)  # makes the library
    longest = 0.0
    with closing(sqlite3.connect(f"{home}/data/library.db", timeout=0, isolation_level=None)) as library:
        adding = subprocess.Popen(
            [SPECDECK, "add", document], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        free = time.monotonic()
        while adding.poll() is None:
            try:
                library.execute("BEGIN IMMEDIATE")
                library.execute("ROLLBACK")
                free = time.monotonic()
            except sqlite3.OperationalError:
                longest = max(longest, time.monotonic() - free)
            time.sleep(0.001)
    if adding.returncode:
        sys.exit(f"specdeck add {document} failed with {adding.returncode}")
    return longest


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("document", type=Path, help="a large document in JSON")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    for number in range(arguments.runs):
        with tempfile.TemporaryDirectory() as home:
            document = Path(home, arguments.document.name)
            document.write_bytes(arguments.document.read_bytes())
            first = locked_s(document, home)
            document.write_bytes(document.read_bytes() + b"\n")
            print(
                f"run {number + 1}: locked for {first:.2f} s by adding, {locked_s(document, home):.2f} s by replacing"
            )


main()
