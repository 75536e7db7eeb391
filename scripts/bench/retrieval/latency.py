"""How long a search takes, in process and warm, as the library grows."""

import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median

from engine import Engine, Refused, folders
from scripts.bench.retrieval.report import Row, Table, machine, percentile, say
from scripts.bench.retrieval.systems import DEPTH, embed, opened, own_embedder

COLUMNS = ("median ms", "p95 ms", "max ms", "embedding alone: median", "p95")
_METHODS = frozenset("get put post delete options head patch trace".split())
_CLOSE = 0.98
"""A library of that much of the size that was asked for has it."""


class Asking:
    """The questions of a run.

    Args:
        questions: What is timed, each once: the vector of a repeated question would be at hand.
        warm_up: Asked before, so that nothing is loaded while it is timed.
    """

    def __init__(self, questions: Sequence[str], warm_up: Sequence[str]) -> None:
        self.questions = list(dict.fromkeys(questions))
        self._warm_up = [question for question in warm_up if question not in set(questions)]

    async def times_ms(self, ask: Callable[[str], Awaitable[object]]) -> list[float]:
        """Return how long each question took."""
        for question in self._warm_up:
            await ask(question)
        times = []
        for question in self.questions:
            started = time.perf_counter()
            await ask(question)
            times.append((time.perf_counter() - started) * 1000)
        return times


async def growth(folder: Path, keep: Path, sizes: Sequence[int | None], vectors_up_to: int, asking: Asking) -> Table:
    """Return the times of searches in libraries of several sizes.

    Args:
        folder: Documents to make them of.
        keep: Where the libraries are made.
        sizes: About how many operations; None for all there are.
        vectors_up_to: Larger libraries get no vectors, which take minutes, and are searched by words alone.
        asking: What is asked.
    """
    rows: list[Row] = []
    notes = [f"{len(asking.questions)} questions, none repeated; embedding alone: the same questions right after."]
    for size in sizes:
        async with opened(keep / f"size-{size or 'all'}", folders().models) as engine:
            await _fill(engine, choose(folder, size) if size else [folder])
            count = sum(info.operations for info in await engine.library.specs())
            if count <= vectors_up_to:
                await embed(engine)
                rows.append(await _row(engine, f"{count:,} operations, words and meaning", asking, meaning=True))
            rows.append(await _row(engine, f"{count:,} operations, words alone", asking, meaning=False))
        notes.append(f"After {count:,}: {machine()}")
    return Table(
        title="Latency of a search in process, warm", columns=COLUMNS, rows=tuple(rows), notes=tuple(notes), digits=1
    )


def choose(folder: Path, size: int) -> list[Path]:
    """Return documents that have together about `size` operations: always the same ones, from all over a folder."""
    chosen, left = [], size
    for file in sorted(folder.rglob("*.json"), key=lambda file: _shuffled(file.relative_to(folder))):
        count = _operations(file)
        if count <= left:
            chosen.append(file)
            left -= count
        if left <= size * (1 - _CLOSE):
            break
    return chosen


def _shuffled(path: Path) -> bytes:
    return hashlib.sha256(path.as_posix().encode()).digest()


def _operations(file: Path) -> int:
    paths = json.loads(file.read_bytes()).get("paths") or {}
    return sum(len(_METHODS & item.keys()) for item in paths.values() if isinstance(item, dict))


async def _fill(engine: Engine, documents: Sequence[Path]) -> None:
    done = 0
    async for step in engine.library.add_all(documents):
        done += 1
        if isinstance(step, Refused):
            say(f"{step.source} was refused: {step.error}")
        if done % 250 == 0:
            say(f"{done:,} documents are in the library")


async def _row(engine: Engine, label: str, asking: Asking, *, meaning: bool) -> Row:
    async def ask(question: str) -> None:
        await engine.questions.search(question, n=DEPTH, meaning=meaning)

    times = await asking.times_ms(ask)
    values: tuple[float | None, ...] = (median(times), percentile(times, 0.95), max(times))
    if meaning:
        # In a worker of its own, started after the engine's has nothing more to do.
        async with own_embedder() as embedder:
            alone = await asking.times_ms(lambda question: embedder.embed([question]))
        return Row(label, (*values, median(alone), percentile(alone, 0.95)))
    return Row(label, (*values, None, None))
