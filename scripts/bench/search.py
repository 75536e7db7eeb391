"""How well and how fast specdeck finds operations, beside its own parts and beside what one would use instead.

SPECDECK_CORPUS names the folder of real specifications that the development questions (tests/questions) and the latency
need, SPECDECK_RESTBENCH the folder of RestBench (NAME.json and NAME_oas.json for each of its APIs). What has no folder
is left out.
"""

import argparse
import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator
from contextlib import nullcontext
from pathlib import Path

from scripts.bench.retrieval.latency import Asking, growth
from scripts.bench.retrieval.quality import part_tables, restbench_tables
from scripts.bench.retrieval.questions import DOCUMENTS, part, questions_of
from scripts.bench.retrieval.report import Table, say, show

WARM_UP = 20
"""Questions of the part that the others are not from."""


async def tables(arguments: argparse.Namespace, keep: Path) -> AsyncGenerator[Table]:
    """Yield what the arguments ask for, as soon as it is there."""
    corpus, bench = (os.environ.get(name, "") for name in ("SPECDECK_CORPUS", "SPECDECK_RESTBENCH"))
    if "restbench" in arguments.only:
        if bench:
            for table in await restbench_tables(Path(bench), keep):
                yield table
        else:
            say("SPECDECK_RESTBENCH names no folder: RestBench is left out")
    if not corpus:
        say("SPECDECK_CORPUS names no folder: the development questions and the latency are left out")
        return
    if "questions" in arguments.only:
        for name in arguments.parts:
            for table in await part_tables(name, Path(corpus), keep):
                yield table
    if "latency" in arguments.only:
        timed = [api for name in ("choose", "check") for api in part(name, Path(corpus))]
        warm_up = questions_of(part("train", Path(corpus)))[:WARM_UP]
        asking = Asking(*([question.text for question in some] for some in (questions_of(timed), warm_up)))
        sizes = [*arguments.sizes, *([None] if arguments.all else [])]
        yield await growth(Path(corpus) / DOCUMENTS, keep, sizes, arguments.vectors_up_to, asking)


async def bench(arguments: argparse.Namespace) -> None:
    """Print the tables."""
    with nullcontext(arguments.keep) if arguments.keep else tempfile.TemporaryDirectory() as keep:
        async for table in tables(arguments, Path(keep)):
            show(table, as_json=arguments.json)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    choices = ("restbench", "questions", "latency")
    parser.add_argument("--only", nargs="+", choices=choices, default=choices)
    parser.add_argument("--parts", nargs="+", choices=("choose", "check", "train"), default=("choose", "check"))
    parser.add_argument("--sizes", nargs="*", type=int, default=(1_000, 10_000), help="operations, for the latency")
    parser.add_argument("--all", action="store_true", help="also all operations of the corpus, for the latency")
    parser.add_argument(
        "--vectors-up-to", type=int, default=10_000, help="operations of the largest library with vectors"
    )
    parser.add_argument(
        "--keep", type=Path, help="folder where libraries stay for the next run, until what is indexed changes"
    )
    parser.add_argument("--json", action="store_true", help="one line of JSON for each table")
    asyncio.run(bench(parser.parse_args()))


main()
