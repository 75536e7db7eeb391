"""How well what a person says goes into the call: tests/questions/calls, the right operation handed over.

Prints for each part and API: the share of exact requests (every value that was said is in the call, typed, and nothing
that was not said but what is required), precision and recall of values by place, what was said and not placed, illegal
parts (values that the schema of their input refuses), and the milliseconds that it takes. SPECDECK_CORPUS names the
folder of the documents.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from engine import Done, Engine, Facts
from engine.calls.compose import call_of
from engine.calls.given.given import given
from engine.calls.given.records import Given
from engine.calls.judge import faults
from engine.calls.records import Call
from engine.calls.source import Source
from engine.specs.model import written
from engine.specs.read import read
from scripts.bench.composed.document import source_of
from scripts.bench.retrieval.systems import opened

TASKS = Path(__file__).resolve().parents[2] / "tests" / "questions" / "calls"
PLACES = ("path", "query", "header", "body", "argument")


class Task(msgspec.Struct, frozen=True):
    """What a person says, and the call that it means."""

    question: str
    operation: str
    values: dict[str, Any]
    spec: str
    unplaced: tuple[str, ...] = ()


class Score(msgspec.Struct, frozen=True):
    """What became of one task."""

    task: Task
    taken: dict[str, Any]
    right: frozenset[str]
    unsaid: tuple[str, ...]
    """What was said, not placed, and not told."""
    besides: tuple[str, ...]
    """Inputs that are sent, neither said nor required."""
    illegal: tuple[str, ...]
    ms: float

    @property
    def exact(self) -> bool:
        """Whether the request is the one that was meant."""
        said = self.task.values.keys()
        return self.right == said == self.taken.keys() and not self.besides and not self.illegal


def tasks(part: str) -> dict[str, list[Task]]:
    """Return the tasks of a part by API."""
    decoder = msgspec.json.Decoder(Task)
    return {path.stem: decoder.decode_lines(path.read_bytes()) for path in sorted((TASKS / part).glob("*.jsonl"))}


def sources(corpus: Path, spec: str) -> dict[str, Source]:
    """Return the operations of a document by their keys."""
    path = corpus / spec
    document = read(path.read_bytes(), name=path.name)
    return {one.key: source_of(document, one) for one in document.operations}


def scored(task: Task, source: Source) -> Score:
    """Return what becomes of a task with the right operation."""
    started = time.process_time()
    found = given(task.question, source)
    ms = (time.process_time() - started) * 1000
    call = call_of(source, given=found)
    plain = call_of(source, fields="required")
    taken = {f"{one.place} {one.name}": one.value for one in found.taken}
    right = frozenset(
        name for name, value in task.values.items() if name in taken and written(taken[name]) == written(value)
    )
    besides = call.sources.keys() - plain.sources.keys() - {one.name for one in found.taken}
    told = " ".join(found.unplaced)
    return Score(
        task=task,
        taken=taken,
        right=right,
        unsaid=tuple(text for text in task.unplaced if text not in told),
        besides=tuple(sorted(name for name in besides if "." not in name)) if found.taken else (),
        illegal=(*_illegal(found, source), *_unsent(found, call)),
        ms=ms,
    )


def _illegal(found: Given, source: Source) -> Iterator[str]:
    """Yield values that the schema of their input refuses."""
    schemas = {one.name: one.schema for one in source.operation.parameters}
    for one in found.taken:
        if one.place in ("path", "query", "header", "cookie") and one.name in schemas:
            yield from (
                f"{one.name}: {fault.sentence}" for fault in faults(schemas[one.name], one.value, source.resolve)
            )


def _unsent(found: Given, call: Call) -> Iterator[str]:
    """Yield what says that a body is refused because of what was said."""
    if call.sketch and any(one.place == "body" for one in found.taken):
        yield f"body: {call.sketch}"


def report(name: str, scores: list[Score]) -> None:
    """Print the figures of an API or a part."""
    right, taken, said = Counter[str](), Counter[str](), Counter[str]()
    for one in scores:
        right.update(key.split(" ")[0] for key in one.right)
        taken.update(key.split(" ")[0] for key in one.taken)
        said.update(key.split(" ")[0] for key in one.task.values)
    unplaced = sum(len(one.task.unplaced) for one in scores)
    missed = sum(len(one.unsaid) for one in scores)
    exact = sum(one.exact for one in scores)
    times = sorted(one.ms for one in scores)
    illegal = sum(len(one.illegal) for one in scores)
    print(
        f"{name:18} {exact:3}/{len(scores):<3} exact {exact / len(scores):.2f}  illegal {illegal}"
        f"  unplaced told {unplaced - missed}/{unplaced}"
        f"  ms {times[len(times) // 2]:.2f} (p95 {times[len(times) * 95 // 100]:.2f})"
    )
    for place in PLACES:
        if said[place] or taken[place]:
            precision = right[place] / max(1, taken[place])
            recall = right[place] / max(1, said[place])
            print(f"    {place:9} precision {precision:.2f} recall {recall:.2f} of {said[place]}")


async def from_end_to_end(part: str, corpus: Path, home: Path) -> None:
    """Print how often the whole way gives the request: by words alone, each question limited to its API."""
    right = first = shown = count = 0
    async with opened(home, home / "models") as engine:
        for api, some in tasks(part).items():
            await engine.library.add(corpus / some[0].spec, name=api)
            for one in some:
                facts = await _facts(engine, one.question, api)
                keys = [each.operation for each in facts.operations]
                count += 1
                first += keys[:1] == [one.operation]
                shown += one.operation in keys
                said = {name.partition(" ")[2]: written(value) for name, value in one.values.items()}
                sent = {name: written(value) for name, value in facts.operations[0].call.given.items()} if keys else {}
                right += keys[:1] == [one.operation] and sent == said
    print(f"{part:18} end to end: first {first / count:.2f}, shown {shown / count:.2f}, exact {right / count:.2f}")


async def _facts(engine: Engine, question: str, api: str) -> Facts:
    answer = [
        event.answer
        async for event in engine.questions.ask(question, spec=api, rung="facts")
        if isinstance(event, Done)
    ]
    return answer[0].facts


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=("build", "check"), default=("build", "check"))
    parser.add_argument("--list", action="store_true", help="name what is not exact")
    parser.add_argument("--end", action="store_true", help="also from the question to the request, without a model")
    parser.add_argument("--each", action="store_true", help="figures of each API, too")
    arguments = parser.parse_args()
    corpus = Path(os.environ["SPECDECK_CORPUS"])
    for part in arguments.parts:
        total: list[Score] = []
        for api, some in tasks(part).items():
            operations = sources(corpus, some[0].spec)
            for one in some[:1]:  # what is read once is not timed
                given(one.question, operations[one.operation])
            scores = [scored(one, operations[one.operation]) for one in some]
            total += scores
            if arguments.each:
                report(api, scores)
            for one in scores if arguments.list else ():
                if not one.exact:
                    print(f"- {one.task.question}\n    {one.task.operation}\n    wanted {one.task.values}")
                    print(f"    taken  {one.taken} {one.besides or ''} {one.illegal or ''}")
        report(part, total)
        if arguments.end:
            with tempfile.TemporaryDirectory() as home:
                asyncio.run(from_end_to_end(part, corpus, Path(home)))


if __name__ == "__main__":
    main()
