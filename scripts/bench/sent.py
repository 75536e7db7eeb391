"""What a server says to the requests that are composed: curl sends them to Stoplight Prism, which serves the document.

Needs node and a folder in which `npm install @stoplight/prism-cli` was run. Documents and operations are chosen by what
they have (styles, kinds of bodies, security schemes) and by a seed, never by what passes. Placeholders are filled in by
type, as a caller would.
"""

import argparse
import asyncio
import os
import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from scripts.bench.composed.chosen import Candidate, candidates, chosen, filled_in
from scripts.bench.composed.own import excuse
from scripts.bench.composed.prism import NotServedError, Verdict, sent, serving

AIM = 98.0
"""Percent of the requests that Prism's validator looked at that it must accept."""
_PROGRAM = Path("node_modules", "@stoplight", "prism-cli", "dist", "index.js")


async def verdicts(program: Path, requests: list[Candidate]) -> list[tuple[Candidate, Verdict]]:
    """Return what Prism says to the requests of one document."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "FILE").write_text("file\n")
        try:
            async with serving(program, requests[0].path) as address:
                return [(one, await sent(filled_in(one, address), folder)) for one in requests]
        except NotServedError as error:
            return [(one, Verdict("not served", str(error), "", [])) for one in requests]


async def bench(arguments: argparse.Namespace) -> None:
    """Send everything and print what came of it."""
    program = arguments.prism / _PROGRAM
    if shutil.which("node") is None or not program.is_file():
        raise SystemExit(f"There is no {program}, or no node to run it; see --help")
    if arguments.corpus is None:
        raise SystemExit("--corpus or SPECDECK_CORPUS has to name the folder of real specifications.")
    chance = random.Random(arguments.seed)  # noqa: S311 - no secret
    paths = sorted(path for path in arguments.corpus.rglob("*.json") if path.stat().st_size <= arguments.largest)
    read = [candidates(path) for path in chance.sample(paths, min(len(paths), arguments.read))]
    kinds: Counter[str] = Counter()
    traits: Counter[tuple[str, bool]] = Counter()
    for requests in chosen(read, arguments.specs, arguments.requests, arguments.seed):
        for one, verdict in await verdicts(program, requests):
            own = excuse(one, verdict.complaints) if verdict.kind == "refused" else ""
            kind = "refused by a limit of Prism" if own else verdict.kind
            kinds[kind] += 1
            traits.update((trait, kind == "accepted") for trait in one.traits)
            if kind != "accepted":
                print(f"{kind}: {one.path.name} {one.operation.key}\n  {own or verdict.why}", flush=True)
                if arguments.verbose and not own:
                    print(verdict.command, flush=True)
    print("Accepted, and not:")
    for trait in sorted({trait for trait, _ in traits}):
        print(f"{traits[trait, True]:>5} {traits[trait, False]:>5}  {trait}")
    looked_at = kinds["accepted"] + kinds["refused"]
    print(", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    print(f"accepted: {100 * kinds['accepted'] / max(1, looked_at):.1f} % (at least {AIM})")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prism", type=Path, help="the folder in which Prism is installed")
    parser.add_argument(
        "--corpus", type=Path, default=os.environ.get("SPECDECK_CORPUS"), help="SPECDECK_CORPUS without"
    )
    parser.add_argument("--specs", type=int, default=64, help="documents that are served")
    parser.add_argument("--requests", type=int, default=320, help="requests that are sent")
    parser.add_argument("--read", type=int, default=600, help="documents among which those are chosen")
    parser.add_argument(
        "--largest", type=int, default=1_500_000, help="bytes of a document that Prism can load in time"
    )
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--verbose", action="store_true", help="print the commands that were not accepted")
    asyncio.run(bench(parser.parse_args()))


main()
