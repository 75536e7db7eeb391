"""What a person reads who asks: is the right operation first, is what was asked on the screen, and how long is it.

The questions are those of tests/questions/answers. SPECDECK_CORPUS and SPECDECK_OTHERS name the folders of the
documents; tests/questions/README.md says where they come from. The part that checks is looked at rarely, and each look
is written down there.
"""

import argparse
import asyncio
import tempfile
from contextlib import nullcontext
from pathlib import Path

from engine import folders
from scripts.bench.asked.cases import PARTS, RARE, Case, cases, document, files, known_as
from scripts.bench.asked.scores import ask, by_intent, over_apis
from scripts.bench.retrieval.report import say, show
from scripts.bench.retrieval.systems import fill, opened


async def bench(arguments: argparse.Namespace, home: Path) -> None:
    """Print the tables."""
    named = [file for file in files(arguments.part) if not arguments.only or file.stem in arguments.only]
    asked = [case for file in named for case in cases(file) if _is_wanted(case, arguments.intents)]
    documents = {known_as(spec): document(spec) for case in asked for spec in case.specs}
    async with opened(home / arguments.part, folders().models) as engine:
        await fill(engine, documents)
        replies = [await ask(engine, case) for case in asked]
    if arguments.misses and arguments.part not in RARE:
        for reply in replies:
            if not reply.right or reply.missing:
                first = "" if reply.right else f" · first {reply.shown[0] if reply.shown else 'nothing'}"
                missing = f" · missing {', '.join(reply.missing)}" if reply.missing else ""
                say(f"{reply.case.intent}: {reply.case.question}{first}{missing}")
    show(by_intent(f"{len(replies)} questions of the part {arguments.part}", replies), as_json=arguments.json)
    if any(len(case.specs) > 1 for case in asked):
        show(over_apis(replies), as_json=arguments.json)


def _is_wanted(case: Case, intents: list[str]) -> bool:
    return (not intents or case.intent in intents) and all(document(spec).is_file() for spec in case.specs)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, default="build")
    parser.add_argument("--check", dest="part", action="store_const", const="check", help="the part `check`")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="files, by their names")
    parser.add_argument("--intents", nargs="+", default=[], metavar="INTENT")
    parser.add_argument(
        "--misses", action="store_true", help="also name the misses, on stderr; not of the parts that check"
    )
    parser.add_argument("--keep", type=Path, help="folder where the library stays for the next run")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each table")
    arguments = parser.parse_args()
    if arguments.part in RARE:
        say(f"this is a look at {arguments.part}, a part that checks: write it down in tests/questions/README.md")
    with nullcontext(arguments.keep) if arguments.keep else tempfile.TemporaryDirectory() as keep:
        asyncio.run(bench(arguments, Path(keep)))


main()
