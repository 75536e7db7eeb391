"""How soon the first word of a follow-up comes, against that of the first question: what is known is not read again.

Each round begins with a model that has just read something else, and with nothing of it kept on disk. The times run
from the question to the first word, as the app has them; no answer is one that was written before. Beside them, the
first question where what each prompt begins with was kept on disk, and where the app has read it ahead.
"""

import argparse
import asyncio
import shutil
import statistics
import tempfile
from pathlib import Path

import msgspec

from engine import SAMPLE, Done, Engine, folders, load_settings
from scripts.bench.retrieval.report import Row, Table, machine, show

FIRST = "How do I borrow a book?"
OTHER = "How do I register a member?"
SAME = "Why does borrowing a book fail?"
LIMIT = 0.4
ANSWER_TOKENS = 8
"""The first word is what counts."""


async def first_word_ms(engine: Engine, question: str) -> float:
    """Return the milliseconds to the first word."""
    async for event in engine.questions.ask(question, anew=True, prose=True):
        if isinstance(event, Done):
            return event.answer.timings_ms["first_token"]
    raise RuntimeError("The answer has no end")


async def measure(rounds: int) -> Table:
    """Ask in rounds."""
    where = folders()
    rows = []
    with tempfile.TemporaryDirectory() as home:
        aside = msgspec.structs.replace(where, data=Path(home, "data"), state=Path(home, "state"))
        settings = msgspec.structs.replace(load_settings(where.config), answer_tokens=ANSWER_TOKENS)
        async with Engine(aside, settings) as engine:
            await engine.library.add(SAMPLE)
            await engine.library.embed()
            await engine.models.warm()
            for number in range(rounds):
                await engine.models.try_chat("Say hello.")
                shutil.rmtree(aside.prefixes)
                times = [await first_word_ms(engine, question) for question in (FIRST, SAME, OTHER)]
                await engine.models.try_chat("Say hello.")
                times.append(await first_word_ms(engine, FIRST))
                await engine.models.try_chat("Say hello.")
                await engine.models.warm()
                times.append(await first_word_ms(engine, FIRST))
                rows.append(Row(f"round {number + 1}", tuple(times)))
    columns = list(zip(*(row.values for row in rows), strict=True))
    ratios = [
        statistics.median(time / first for time, first in zip(column, columns[0], strict=True)) for column in columns
    ]
    return Table(
        title="Milliseconds from a question to its first word",
        columns=("first", "the same", "another", "from disk", "read ahead"),
        rows=(
            *rows,
            Row("median", tuple(map(statistics.median, columns))),
            Row(f"ratio to the first (at most {LIMIT})", tuple(ratios)),
        ),
        notes=(machine(),),
        digits=2,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    arguments = parser.parse_args()
    show(asyncio.run(measure(arguments.rounds)), as_json=arguments.json)


main()
