"""The child of `tune.py`: `python -m engine.models.tuner MODEL LIMITS THREADS SECONDS`, confined as the worker is.

What reads the model's file is imported after that, so that it holds for all of its threads.
"""

import os
import sys
from pathlib import Path

import msgspec

from engine.children import be_nice, die_with_parent
from engine.models.confine import confine
from engine.models.protocol import Limits
from engine.models.tuning import Trial, cores


def main() -> None:
    """Tell of each trial on a line of its own, the best one last."""
    # What a library prints goes to the log.
    lines = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    be_nice()
    path, limits, threads, seconds = sys.argv[1:]
    confine(msgspec.json.decode(limits, type=Limits))
    die_with_parent()
    from engine.models.measuring import Runner, Search

    def tell(trial: Trial) -> None:
        lines.write(msgspec.json.encode(trial) + b"\n")

    tell(Search(Runner(Path(path)), float(seconds), tell).best(cores(), int(threads)))


if __name__ == "__main__":
    main()
