"""How fast the chat model is as `specdeck models tune` would run it, against eight fixed ways to run it.

All are measured in turn in one process, round by round. The figure is how many typical follow-ups a second each gives;
a ratio is the median of the rounds' ratios of the tuned one to a fixed one.
"""

import argparse
import itertools
import os
import statistics
import tempfile
import time
from pathlib import Path

import msgspec

from engine import folders, tune
from engine.models.process import CHILD_ENVIRONMENT
from engine.models.shelf import ModelShelf
from engine.models.tune import SECONDS
from engine.models.tuning import Memory, Tuning, cores, plain
from scripts.bench.retrieval.report import Row, Table, machine, say, show

MODEL = "smollm2-135m-instruct"
LIMIT = 0.95
MEMORIES: tuple[Memory, ...] = ("f16", "q8_0 flash")
BATCHES = (128, 512)


def fixed() -> list[Tuning]:
    """Return eight ways: one thread or all cores, short or exact memory, small or large batches."""
    return [
        Tuning(threads=count, read_threads=count, memory=memory, batch_tokens=batch)
        for count, memory, batch in itertools.product((1, max(2, cores())), MEMORIES, BATCHES)
    ]


def measure(rounds: int, seconds: float) -> Table:
    """Tune, then compare."""
    where = folders()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as state:
        *_, best = tune(MODEL, msgspec.structs.replace(where, state=Path(state)), seconds=seconds)
    took = time.monotonic() - started
    say(f"tuned in {took:.0f} s: {best.tuning.words}")

    # Before a native library reads it.
    os.environ.update(CHILD_ENVIRONMENT)
    from engine.children import be_nice
    from engine.models.measuring import Runner, answers_per_s

    be_nice()
    runner = Runner(ModelShelf(where.models).path(MODEL))
    runner.calibrate(plain(cores()))
    ways = {f"{tuning.threads} threads, {tuning.batch_tokens}, {tuning.memory}": tuning for tuning in fixed()}
    rates: dict[str, list[float]] = {label: [] for label in (*ways, "tuned")}
    for _ in range(rounds):
        for label, measured in rates.items():
            measured.append(answers_per_s(runner.speed(ways.get(label, best.tuning))))
    rows = [
        Row(
            label,
            (
                statistics.median(measured),
                statistics.median(ours / one for ours, one in zip(rates["tuned"], measured, strict=True)),
            ),
        )
        for label, measured in rates.items()
    ]
    worst = min(row.values[1] or 0.0 for row in rows)
    return Table(
        title=f"Follow-ups a second of {MODEL}",
        columns=("a second", "tuned is"),
        rows=tuple(rows),
        notes=(
            f"tuned in {took:.0f} s: {best.tuning.words}",
            f"{worst:.2f} of the best of the eight (at least {LIMIT})",
            machine(),
        ),
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for tuning")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    arguments = parser.parse_args()
    show(measure(arguments.rounds, arguments.seconds), as_json=arguments.json)


main()
