"""How soon an answer stops: while the model reads a prompt of 2,000 tokens, and while it writes.

From the moment in which nobody reads the answer any more until the worker is free for the next one, in milliseconds;
and what of a core the worker still uses, 300 ms after that moment, for as long again.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import psutil

from engine import ModelShelf, folders, load_settings
from engine.models.client import WorkerClient, threads
from engine.models.protocol import Message, Options
from engine.models.sharing import Sharing

WINDOW = 4096
PROMPT_TOKENS = 2000
TOKENS_A_LINE = 12
"""Of the notes below, with SmolLM2's vocabulary."""
IDLE_S = 0.3


def prompt(seed: int) -> tuple[Message, ...]:
    """Return a prompt that begins unlike all others, so that nothing of it is known."""
    lines = (f"Operation {seed * 1000 + n} lists the items of a list.\n" for n in range(PROMPT_TOKENS // TOKENS_A_LINE))
    return (Message("user", f"{seed} notes. Rewrite them.\n{''.join(lines)}"),)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


class Bench:
    """Stops answers and takes the time.

    Args:
        client: Has a worker.
        model: What writes.
    """

    def __init__(self, client: WorkerClient, model: Path) -> None:
        self._client, self._model = client, model

    def _ask(self, messages: tuple[Message, ...]) -> AsyncIterator[object]:
        return self._client.generate(self._model, messages, context_tokens=WINDOW, max_tokens=2000, first_token_s=300.0)

    async def inside_prompt(self, seed: int) -> tuple[float, float]:
        """Stop while the prompt is read; return the milliseconds, and what of a core was used after."""
        answer = asyncio.create_task(anext(self._ask(prompt(seed))))  # type: ignore[arg-type]
        await asyncio.sleep(0.2 + random.random())  # noqa: S311 - no secret
        if answer.done():
            raise SystemExit("The prompt was read before it could be stopped")
        started = time.perf_counter()
        answer.cancel()
        await asyncio.wait([answer])
        return (time.perf_counter() - started) * 1000, await self._use(started)

    async def between_tokens(self) -> tuple[float, float, float]:
        """Stop while the answer is written; return the milliseconds, those of a token, and what was used after."""
        writing = self._ask((Message("user", "Write a long story about a lighthouse."),))
        await anext(writing)
        began = time.perf_counter()
        count = 10 + random.randrange(20)  # noqa: S311 - no secret
        for _ in range(count):
            await anext(writing)
        started = time.perf_counter()
        token_ms = (started - began) * 1000 / count
        await writing.aclose()  # type: ignore[attr-defined]
        return (time.perf_counter() - started) * 1000, token_ms, await self._use(started)

    async def _use(self, started: float) -> float:
        """Return what of a core the worker uses between 300 and 600 ms after the stop."""
        worker = psutil.Process(self._client.pid)
        await asyncio.sleep(max(0.0, started + IDLE_S - time.perf_counter()))
        before = sum(worker.cpu_times()[:2])
        await asyncio.sleep(IDLE_S)
        return (sum(worker.cpu_times()[:2]) - before) / IDLE_S


def tell(label: str, times: Sequence[float], use: Sequence[float]) -> None:
    """Print one line."""
    print(
        f"{label:<28} p50 {percentile(times, 0.5):6.1f} ms   p99 {percentile(times, 0.99):6.1f} ms   "
        f"used after 300 ms: median {statistics.median(use):.2f}, most {max(use):.2f} of a core"
    )


async def measure(stops: int) -> None:
    """Print the figures."""
    settings = load_settings(folders().config)
    with tempfile.TemporaryDirectory() as folder:
        client = WorkerClient(
            log=Path(folder, "state", "worker.log"),
            options=Options(threads=threads(settings.threads)),
            sharing=Sharing.HOST,
        )
        model = ModelShelf(folders().models).path(settings.chat_model)
        bench = Bench(client, model)
        try:
            await client.load_chat(model, context_tokens=WINDOW)
            inside = [await bench.inside_prompt(seed) for seed in range(stops)]
            between = [await bench.between_tokens() for _ in range(stops)]
        finally:
            await client.close()
    tell(f"inside a prompt ({stops} stops)", *zip(*inside, strict=True))
    times, tokens, use = zip(*between, strict=True)
    tell(f"between tokens ({stops} stops)", times, use)
    print(f"{'':<28} a token takes {statistics.median(tokens):.1f} ms")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stops", type=int, default=100)
    asyncio.run(measure(parser.parse_args().stops))


main()
