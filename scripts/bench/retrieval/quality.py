"""The tables of how well operations are found."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from engine import folders
from scripts.bench.retrieval.inside import inside
from scripts.bench.retrieval.others import others
from scripts.bench.retrieval.parts import without_parts
from scripts.bench.retrieval.questions import Api, part, questions_of, restbench
from scripts.bench.retrieval.report import Row, Table, say
from scripts.bench.retrieval.scores import Outcome, ask, complete, recall
from scripts.bench.retrieval.systems import DEPTH, fill, opened, own_embedder, variants

KS = (5, 10, DEPTH)
KINDS = ("short", "sloppy", "typo", "error", "url", "foreign")
"""Kinds of questions with one step; those of several are of the kind `steps`."""
PUBLISHED = (
    Row("published: bge-small, best chunking", (0.537, 0.700, 0.843, None, None, None)),
    Row("published: best of any model", (0.582, 0.756, 0.877, None, None, None)),
)
"""arXiv 2505.19310: all questions, labels as they are, the best chunking at each k; the second is the best of NV-Embed
(7B) and OpenAI's text-embedding-3-large."""


class Result(NamedTuple):
    """What a system found."""

    system: str
    outcomes: list[Outcome]


async def restbench_tables(folder: Path, keep: Path) -> list[Table]:
    """Return recall and the rate of complete sets on RestBench, all its APIs in one library.

    Args:
        folder: See `restbench`.
        keep: Where the library is made.
    """
    apis = restbench(folder)
    [results] = await _ask_all(apis, keep / "restbench", (False,))
    mended = questions_of(restbench(folder, repaired=True))
    repaired = [
        Result(name, [Outcome(question, old.refs) for question, old in zip(mended, outcomes, strict=True)])
        for name, outcomes in results
    ]
    columns = (*(f"recall@{k}" for k in KS), *(f"complete@{k}" for k in KS))

    def table(title: str, some: Sequence[Result], more: Sequence[Row] = ()) -> Table:
        rows = tuple(Row(name, _sets(outcomes)) for name, outcomes in some)
        return Table(title=f"RestBench, {title}: {len(some[0].outcomes)}", columns=columns, rows=(*rows, *more))

    return [
        table("all questions, labels as they are", results, PUBLISHED),
        table("all questions, labels repaired", repaired),
        table("even questions (weights may be chosen by these), labels as they are", _of_kinds(results, ("even",))),
        table("odd questions (these check), labels as they are", _of_kinds(results, ("odd",))),
    ]


async def part_tables(name: str, corpus: Path, keep: Path) -> list[Table]:
    """Return how well the questions of one part of the development set are answered.

    Args:
        name: See `part`.
        corpus: The folder that SPECDECK_CORPUS names.
        keep: Where the library is made.
    """
    apis = part(name, corpus)
    anywhere, inside = await _ask_all(apis, keep / name, (False, True))
    scopes = {f"searching all its {len(apis)} APIs": anywhere, "searching the right API only": inside}
    return [
        table for scope, results in scopes.items() for table in _part_tables(f"Questions: {name}, {scope}", results)
    ]


def _part_tables(title: str, results: Sequence[Result]) -> list[Table]:
    single = _of_kinds(results, KINDS)
    steps = _of_kinds(results, ("steps",))
    columns = ("first", *(f"in {k}" for k in (5, DEPTH)), *(f"steps@{k}" for k in KS), f"complete@{DEPTH}")
    rows = tuple(
        Row(
            one.system,
            (
                *(recall(one.outcomes, k) for k in (1, 5, DEPTH)),
                *(recall(more.outcomes, k) for k in KS),
                complete(more.outcomes, DEPTH),
            ),
        )
        for one, more in zip(single, steps, strict=True)
    )
    counts = f"{len(single[0].outcomes)} of one step, {len(steps[0].outcomes)} of several"
    return [
        Table(title=f"{title}: {counts}", columns=columns, rows=rows),
        *(
            Table(title=f"{title}, by kind, {words}", columns=KINDS, rows=_by_kind(results, k))
            for words, k in (("a right operation first", 1), ("one among the first five", 5))
        ),
    ]


def _by_kind(results: Sequence[Result], k: int) -> tuple[Row, ...]:
    return tuple(
        Row(result.system, tuple(recall(_of_kinds([result], (kind,))[0].outcomes, k) for kind in KINDS))
        for result in results
    )


def _of_kinds(results: Sequence[Result], kinds: Sequence[str]) -> list[Result]:
    return [
        Result(system, [outcome for outcome in outcomes if outcome.question.kind in kinds])
        for system, outcomes in results
    ]


def _sets(outcomes: Sequence[Outcome]) -> tuple[float, ...]:
    return (*(recall(outcomes, k) for k in KS), *(complete(outcomes, k) for k in KS))


async def _ask_all(apis: Sequence[Api], home: Path, scopes: Sequence[bool]) -> list[list[Result]]:
    """Ask all systems all questions about some APIs, which are in one library.

    Args:
        apis: Documents and questions.
        home: Where the library is, or is made.
        scopes: Whether only the API that the question is about is searched; perhaps both.

    Returns:
        For each scope what each system found.
    """
    questions = questions_of(apis)
    results = []
    async with opened(home, folders().models) as engine, own_embedder() as embedder:
        await fill(engine, {api.name: api.document for api in apis})
        with inside(engine.folders, engine.settings.embedding_model) as opened_library:
            parts = without_parts(opened_library, embedder.embed)
            systems = [*variants(engine), *parts, *await others(apis, embedder.embed, home)]
            for own_spec in scopes:
                say(f"{len(questions)} questions for {', '.join(system.name.strip() for system in systems)}")
                found = [Result(system.name, await ask(system, questions, own_spec=own_spec)) for system in systems]
                results.append(found)
    return results
