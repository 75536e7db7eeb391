"""How well workflows are found, put in order and written down, by questions with known steps.

The folder has `apis.zip`, documents called after their APIs, and `workflows.jsonl`, one workflow a line: `api`,
`question`, `steps` (`METHOD /path` in calling order) and `feeds` (pairs [i, j]: step j takes an output of step i).
Half of the APIs, by chance, are to build by, the others to check by. With --schema each document of Arazzo is held
against a JSON Schema, and with --prism some are run, step by step, against Stoplight Prism (npm install
@stoplight/prism-cli in that folder), the values that they pass on taken from its answers.
"""

import argparse
import asyncio
import json
import os
import random
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from pathlib import Path
from statistics import mean
from typing import Any

import jsonschema_rs
import msgspec
import yaml

from engine import Done, Engine, Facts, NoWorkflowError, Planned, folders
from engine.specs.model import Spec
from engine.specs.read import read
from scripts.bench.composed.flow import Outcome, run
from scripts.bench.composed.prism import NotServedError, serving
from scripts.bench.retrieval.systems import fill, opened

FIRST = 10
"""Hits among which all steps should be."""
AIMS = "aims: .90 of the hits, .65 of the facts, .85 in order, edges F1 .70"
_SEED = 13
_PROGRAM = Path("node_modules", "@stoplight", "prism-cli", "dist", "index.js")


class Known(msgspec.Struct, frozen=True):
    """A workflow that is known."""

    api: str
    question: str
    steps: tuple[str, ...]
    feeds: tuple[tuple[int, int], ...] = ()


class Told(msgspec.Struct, frozen=True):
    """What specdeck tells of one."""

    known: Known
    hits: tuple[str, ...]
    facts: Facts
    planned: Planned | None

    @property
    def operations(self) -> list[str]:
        """All operations of the facts."""
        return [one.operation for one in self.facts.operations]

    @property
    def edges(self) -> set[tuple[str, str]]:
        """Which operation gives something to which."""
        names = self.operations
        return {(names[one.giver - 1], names[one.taker - 1]) for one in self.facts.passes}


async def told(engine: Engine, known: Known) -> Told:
    """Ask for one workflow in all three ways."""
    found = await engine.questions.search(known.question, n=FIRST, spec=known.api)
    answer = None
    async with aclosing(engine.questions.ask(known.question, spec=known.api, rung="facts")) as events:
        async for event in events:
            answer = event.answer if isinstance(event, Done) else answer
    if answer is None:
        raise SystemExit(f"No answer to {known.question}")
    try:
        planned = await engine.questions.workflow(known.question, spec=known.api)
    except NoWorkflowError:
        planned = None
    return Told(known, tuple(one.operation for one in found.hits), answer.facts, planned)


def report(name: str, asked: Sequence[Told]) -> None:
    """Print the figures of one part."""
    complete = [one for one in asked if set(one.known.steps) <= set(one.operations)]
    edges: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for one in asked:
        right = {(one.known.steps[first], one.known.steps[then]) for first, then in one.known.feeds}
        among = {(giver, taker) for giver, taker in one.edges if {giver, taker} <= set(one.known.steps)}
        for counts, given in ((edges, one.edges), (inside, among)):
            counts.update(right=len(given & right), given=len(given), known=len(right))
    print(
        f"{name:6} {len(asked)} workflows: all steps in {FIRST} hits"
        f" {mean(set(one.known.steps) <= set(one.hits) for one in asked):.3f}, in the facts"
        f" {len(complete) / len(asked):.3f}, as steps {mean(_as_steps(one) for one in asked):.3f}, in order"
        f" {mean(map(_in_order, complete)):.3f}; operations {mean(len(one.operations) for one in asked):.1f}, steps"
        f" {mean(one.facts.steps for one in asked):.1f}; edges F1 {_f1(edges):.3f}, of those between known steps"
        f" {_f1(inside):.3f}"
    )


def _as_steps(one: Told) -> bool:
    return set(one.known.steps) <= set(one.operations[: one.facts.steps])


def _in_order(one: Told) -> bool:
    steps = list(dict.fromkeys(one.known.steps))
    return [name for name in one.operations if name in steps] == steps


def _f1(counts: Counter[str]) -> float:
    return 2 * counts["right"] / max(1, counts["given"] + counts["known"])


def refused(asked: Sequence[Told], schema: Path) -> Iterator[str]:
    """Yield what a JSON Schema has against the documents."""
    validator = jsonschema_rs.validator_for(yaml.safe_load(schema.read_text(encoding="utf-8")))
    for one in asked:
        if one.planned is not None and one.planned.arazzo is not None:
            for error in validator.iter_errors(one.planned.arazzo):
                yield f"{one.known.api}: {error.message} at {'/'.join(map(str, error.instance_path))}"


async def ran(asked: Sequence[Told], documents: Path, program: Path, most: int) -> Counter[str]:
    """Run some workflows, of as many APIs as there are, and count what became of their steps."""
    by_api: dict[str, Told] = {}
    for one in asked:
        if one.planned is not None and one.planned.arazzo is not None and one.facts.steps > 1:
            by_api.setdefault(one.known.api, one)
    counts: Counter[str] = Counter()
    for api, one in list(by_api.items())[:most]:
        document: dict[str, Any] = one.planned.arazzo if one.planned and one.planned.arazzo else {}
        try:
            async with serving(program, documents / f"{api}.json") as address:
                outcomes = [each async for each in run(document, _spec(documents / f"{api}.json"), address)]
        except NotServedError as error:
            counts["documents that Prism cannot serve"] += 1
            print(f"not served: {api}: {error}")
            continue
        counts["workflows"] += 1
        counts["workflows that ran"] += all(each.kind == "accepted" for each in outcomes)
        for each in outcomes:
            counts[f"steps {each.kind}"] += 1
            _complain(api, each)
    return counts


def _spec(file: Path) -> Spec:
    return read(file.read_bytes(), name=file.name)


def _complain(api: str, outcome: Outcome) -> None:
    if outcome.kind != "accepted":
        print(f"{outcome.kind}: {api} {outcome.step}: {outcome.why}", flush=True)


async def bench(arguments: argparse.Namespace) -> None:
    """Ask for everything and print what came of it."""
    lines = (arguments.folder / "workflows.jsonl").read_text(encoding="utf-8").splitlines()
    every = [msgspec.json.decode(line, type=Known) for line in lines]
    apis = sorted({one.api for one in every})
    random.Random(_SEED).shuffle(apis)  # noqa: S311 - no secret
    build = set(apis[: len(apis) // 2])
    parts = {
        "build": [one for one in every if one.api in build],
        "check": [one for one in every if one.api not in build],
    }
    models = Path(os.environ.get("SPECDECK_MODELS", "")) if os.environ.get("SPECDECK_MODELS") else folders().models
    with tempfile.TemporaryDirectory() as name:
        documents = Path(name, "documents")
        with zipfile.ZipFile(arguments.folder / "apis.zip") as archive:
            archive.extractall(documents)
        async with opened(arguments.home or Path(name, "home"), models) as engine:
            await fill(engine, {api: documents / f"{api}.json" for api in apis})
            asked: list[Told] = []
            for part in arguments.part or parts:
                answers = [await told(engine, known) for known in parts[part]]
                report(part, answers)
                asked += answers
        print(AIMS)
        written = sum(one.planned is not None and one.planned.arazzo is not None for one in asked)
        if arguments.schema:
            errors = list(refused(asked, arguments.schema))
            print(*errors[:20], sep="\n")
            print(f"{written} documents, {len(errors)} errors by {arguments.schema.name}")
        if arguments.prism:
            counts = await ran(asked, documents, arguments.prism / _PROGRAM, arguments.runs)
            print(json.dumps(counts))


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="apis.zip and workflows.jsonl")
    parser.add_argument("--part", choices=("build", "check"), action="append")
    parser.add_argument("--home", type=Path, help="a library to keep; without, a fresh one is made")
    parser.add_argument("--schema", type=Path, help="the JSON Schema of Arazzo 1.1")
    parser.add_argument("--prism", type=Path, help="the folder in which Prism is installed")
    parser.add_argument("--runs", type=int, default=50, help="workflows that are run")
    asyncio.run(bench(parser.parse_args()))


main()
