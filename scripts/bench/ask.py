"""How soon an answer is there: milliseconds from the question to the facts and to the first word of the prose.

Cold is the first question after the engine is open, warm the ones after it. The library is the user's own.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence

from engine import Engine, FactsReady, Prose, folders, load_settings


async def ask_ms(engine: Engine, question: str, rung: str) -> tuple[float, float]:
    """Return when the facts and the first prose came."""
    started = time.perf_counter()
    facts = prose = 0.0
    async for event in engine.questions.ask(question, rung=rung, prose=True):
        now = (time.perf_counter() - started) * 1000
        if isinstance(event, FactsReady):
            facts = facts or now
        elif isinstance(event, Prose):
            prose = prose or now
    return facts, prose


async def measure(questions: Sequence[str], rung: str) -> None:
    """Print the figures."""
    where = folders()
    async with Engine(where, load_settings(where.config)) as engine:
        cold = await ask_ms(engine, questions[0], rung)
        print(f"cold: facts {cold[0]:.0f} ms, first word {cold[1]:.0f} ms")
        warm = [await ask_ms(engine, question, rung) for question in questions]
        facts, prose = (statistics.median(column) for column in zip(*warm, strict=True))
        print(f"warm: facts {facts:.0f} ms, first word {prose:.0f} ms (medians of {len(warm)})")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", nargs="*", default=["How do I create an issue in a repository?"])
    parser.add_argument("--rung", choices=["facts", "local"], default="local")
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.questions, arguments.rung))


main()
