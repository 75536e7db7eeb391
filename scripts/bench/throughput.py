"""How fast the chat model writes, from the worker to the reader of the pieces, against llama.cpp's own decode loop.

Both write the same number of tokens with the same settings, in a process of its own each, turn by turn, so that a noisy
machine is noisy for both. The figure is the median of the rounds' ratios.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.models.client import WorkerClient, threads
from engine.models.process import child_environment
from engine.models.protocol import Message, Options, Usage
from engine.models.shelf import ModelShelf
from engine.models.tuning import BATCH_TOKENS
from engine.settings import folders
from scripts.bench.retrieval.report import Row, Table, machine, show

BARE_LOOP = Path(__file__).parent / "writing" / "bare_loop.py"
LIMIT = 0.95
STORY = (Message("user", "Write a long story about a lighthouse."),)


@contextmanager
def bare_loop(model: Path, count: int) -> "Iterator[subprocess.Popen[str]]":
    """Start llama.cpp's own loop."""
    command = [sys.executable, BARE_LOOP, model, str(count), str(BATCH_TOKENS)]
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(
            command,
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        ) as loop,
    ):
        yield loop
        loop.communicate()


def bare_rate(loop: "subprocess.Popen[str]", tokens: int) -> float:
    """Return tokens a second of llama.cpp's own loop."""
    if loop.stdin is None or loop.stdout is None:
        raise ValueError("The loop is started with pipes")
    print(tokens, file=loop.stdin, flush=True)
    return (tokens - 1) / float(loop.stdout.readline())


async def our_rates(client: WorkerClient, model: Path, tokens: int) -> tuple[int, float, float]:
    """Return how many tokens came, and how many a second: from the first piece to the last, and inside the worker."""
    first = last = 0.0
    usage: Usage | None = None
    async for piece in client.generate(model, STORY, context_tokens=2048, max_tokens=tokens, first_token_s=60):
        if isinstance(piece, Usage):
            usage = piece
        else:
            last = time.perf_counter()
            first = first or last
    if usage is None or usage.tokens < 2:
        sys.exit("The model wrote nothing")
    return usage.tokens, (usage.tokens - 1) / (last - first), usage.tokens_per_s


async def measure(rounds: int, tokens: int) -> Table:
    """Let both write in turn."""
    where = folders()
    model = ModelShelf(where.models).path("smollm2-135m-instruct")
    count = threads(0)
    with tempfile.TemporaryDirectory() as state, bare_loop(model, count) as loop:
        client = WorkerClient(log=Path(state) / "worker.log", options=Options(threads=count))
        try:
            await our_rates(client, model, 2)
            bare_rate(loop, 2)
            rows = []
            for number in range(rounds):
                written, ours, worker = await our_rates(client, model, tokens)
                bare = await asyncio.to_thread(bare_rate, loop, written)
                rows.append(Row(f"round {number + 1}", (ours, worker, bare, ours / bare)))
        finally:
            await client.close()
    middle = tuple(statistics.median(column) for column in zip(*(row.values for row in rows), strict=True))
    return Table(
        title=f"Tokens a second of {model.stem}, {count} threads",
        columns=("specdeck", "its worker", "llama.cpp", "ratio"),
        rows=(*rows, Row(f"median (the ratio at least {LIMIT})", middle)),
        notes=(machine(),),
        digits=2,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--tokens", type=int, default=200, help="of an answer")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    arguments = parser.parse_args()
    show(asyncio.run(measure(arguments.rounds, arguments.tokens)), as_json=arguments.json)


main()
