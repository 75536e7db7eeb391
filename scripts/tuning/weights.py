"""Choose the weights of the search (engine/search/ranking/weights.json) from questions with known answers.

SPECDECK_CORPUS names the folder of real specifications that the development questions (tests/questions) need,
SPECDECK_RESTBENCH the folder of RestBench. The weights are chosen by the questions of `choose` and of some of `train`,
and by every second question of RestBench. `check` and the rest of RestBench are printed when all is chosen.

It begins with the weights as they are, makes one after the other larger or smaller, and keeps what is better, until
nothing is or the time is up: first those of a search by meaning with all that both kinds of search share, then those of
a search by words alone. Then the relevance of each is fitted. The weights of the views are inside the stored vectors:
only a factor on all of them is chosen, and once it is written, libraries that were kept have to be made again.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

import msgspec

from engine import folders
from engine.search.ranking.weights import FILE, Weights, load
from scripts.bench.retrieval.inside import Cache, inside
from scripts.bench.retrieval.quality import KINDS, KS
from scripts.bench.retrieval.questions import Api, Question, part, questions_of, restbench
from scripts.bench.retrieval.report import Row, Table, say, show
from scripts.bench.retrieval.scores import recall
from scripts.bench.retrieval.systems import DEPTH, fill, opened, own_embedder
from scripts.tuning.objective import coordinate_search, worth
from scripts.tuning.point import Point, point_of, rounded, with_point
from scripts.tuning.prepared import Prepared, prepare
from scripts.tuning.relevance import EVERYDAY, fitted, rows

CHOOSE_SHARE, RESTBENCH_SHARE, TRAIN_SHARE = 1.0, 1.7, 0.35
"""What each library counts. RestBench has most questions of several steps; the lexicon was written with those of
`train` in sight, and there are three libraries of them."""
TRAIN_APIS, TRAIN_LIBRARIES = 12, 3
"""The APIs of `train` are shared out over libraries of about as many as the other parts have; so many are used."""


class Source(NamedTuple):
    """A library and the questions that it is asked."""

    name: str
    home: str
    """Folder of the library."""
    apis: tuple[Api, ...]
    questions: tuple[Question, ...]
    share: float


def sources(corpus: Path, bench: Path) -> list[Source]:
    """Return what the weights are chosen by."""
    train = part("train", corpus)
    random.Random(3).shuffle(train)  # noqa: S311  # no secret
    libraries = max(1, len(train) // TRAIN_APIS)
    shared = [train[number::libraries] for number in range(min(TRAIN_LIBRARIES, libraries))]
    return [
        _source("choose", "choose", part("choose", corpus), CHOOSE_SHARE),
        _source("RestBench, even", "restbench", restbench(bench), RESTBENCH_SHARE, ("even",)),
        *(_source(f"train {n}", f"train-{n}", apis, TRAIN_SHARE) for n, apis in enumerate(shared, 1)),
    ]


def held_out(corpus: Path, bench: Path) -> list[Source]:
    """Return what nothing is chosen by."""
    return [
        _source("check", "check", part("check", corpus), 0),
        _source("RestBench, odd", "restbench", restbench(bench), 0, ("odd",)),
    ]


def _source(
    name: str, home: str, apis: Sequence[Api], share: float, kinds: Sequence[str] = (*KINDS, "steps")
) -> Source:
    questions = [question for question in questions_of(apis) if question.kind in kinds]
    return Source(name, home, tuple(apis), tuple(questions), share)


class Bench:
    """Prepares questions.

    Args:
        keep: Where the libraries are.
        cache: Has the vectors of the parts of questions.
    """

    def __init__(self, keep: Path, cache: Cache) -> None:
        self._keep = keep
        self._cache = cache

    async def prepared(self, source: Source, questions: Iterable[Question], *, meaning: bool) -> list[Prepared]:
        """Return questions to the library of a source, which is made where it is not there."""
        say(f"preparing {source.name}, {'with meaning' if meaning else 'by words alone'}")
        async with opened(self._keep / source.home, folders().models) as engine:
            await fill(engine, {api.name: api.document for api in source.apis})
            with inside(engine.folders, engine.settings.embedding_model) as library:
                return await prepare(library, tuple(questions), self._cache, meaning=meaning)

    async def strangers(self, choosing: Sequence[Source], *, meaning: bool) -> list[Prepared]:
        """Return questions that the library which they are put to does not answer."""
        choose, rest = choosing[:2]
        everyday = [Question(text, "", (frozenset(),), KINDS[0]) for text in EVERYDAY]
        foreign = [question._replace(steps=(frozenset(),), kind=KINDS[0]) for question in rest.questions]
        single = [question for question in choose.questions if question.kind in KINDS]
        return [
            *await self.prepared(choose, [*everyday, *foreign], meaning=meaning),
            *await self.prepared(rest, [*everyday, *single], meaning=meaning),
        ]


def chosen(weights: Weights, sets: Sequence[tuple[float, list[Prepared]]], minutes: float, *, meaning: bool) -> Weights:
    """Return better weights.

    Args:
        weights: Where to begin.
        sets: Prepared questions, and what they count.
        minutes: Time for it.
        meaning: Whether those of a search by meaning, or by words alone.
    """

    def objective(point: Point) -> float:
        other = with_point(weights, point)
        return sum(share * worth([one.outcome(other) for one in prepared]) for share, prepared in sets)

    until, told = time.monotonic() + minutes * 60, -1.0

    def go_on(best: float) -> bool:
        nonlocal told
        if best > told:
            told = best
            say(f"{best:.4f}, {max(0.0, until - time.monotonic()):.0f} s left")
        return time.monotonic() < until

    return with_point(weights, coordinate_search(point_of(weights, meaning=meaning), objective, go_on))


async def tune(weights: Weights, choosing: Sequence[Source], bench: Bench, minutes: float) -> Weights:
    """Return better weights, with the relevance that goes with them."""
    for meaning in (True, False):
        sets = [(one.share, await bench.prepared(one, one.questions, meaning=meaning)) for one in choosing]
        weights = rounded(chosen(weights, sets, minutes, meaning=meaning))
        seen = [*(one for _, prepared in sets for one in prepared), *await bench.strangers(choosing, meaning=meaning)]
        fit = weights.with_meaning if meaning else weights.by_words
        fit = msgspec.structs.replace(fit, relevance=fitted(rows(seen, weights), fit.relevance[-1]))
        weights = msgspec.structs.replace(weights, **{"with_meaning" if meaning else "by_words": fit})
    return rounded(weights)


async def table(some: Sequence[Source], bench: Bench, each: dict[str, Weights], *, meaning: bool) -> Table:
    """Return how well questions are answered with several weights."""
    found: list[Row] = []
    for source in some:
        prepared = await bench.prepared(source, source.questions, meaning=meaning)
        for name, weights in each.items():
            outcomes = [one.outcome(weights) for one in prepared]
            single = [outcome for outcome in outcomes if outcome.question.kind in KINDS]
            several = [outcome for outcome in outcomes if outcome.question.kind not in KINDS]
            figures = (
                *(recall(single, k) if single else None for k in (1, 5, DEPTH)),
                *(recall(several, k) if several else None for k in KS),
            )
            found.append(Row(f"{source.name}: {name}", figures))
    title = "Searching whole libraries, " + ("with meaning" if meaning else "by words alone")
    columns = ("first", *(f"in {k}" for k in (5, DEPTH)), *(f"steps@{k}" for k in KS))
    return Table(title=title, columns=columns, rows=tuple(found), notes=("check and odd: nothing is chosen by them.",))


async def run(arguments: argparse.Namespace, corpus: Path, bench: Path) -> None:
    """Choose, print the tables, and write the file where that is asked for."""
    choosing, before = sources(corpus, bench), load()
    with nullcontext(arguments.keep) if arguments.keep else tempfile.TemporaryDirectory() as keep:
        async with own_embedder() as embedder:
            tuning = Bench(Path(keep), Cache(embedder.embed))
            after = await tune(before, choosing, tuning, arguments.minutes)
            everything = [*choosing, *held_out(corpus, bench)]
            for meaning in (True, False):
                show(
                    await table(everything, tuning, {"before": before, "after": after}, meaning=meaning), as_json=False
                )
    if arguments.write:
        FILE.write_bytes(msgspec.json.format(msgspec.json.encode(after), indent=2) + b"\n")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=15, help="for each of the two searches")
    parser.add_argument("--keep", type=Path, help="folder where libraries stay, as that of scripts/bench/search")
    parser.add_argument("--write", action="store_true", help="write weights.json")
    arguments = parser.parse_args()
    corpus, bench = (os.environ.get(name, "") for name in ("SPECDECK_CORPUS", "SPECDECK_RESTBENCH"))
    if not (corpus and bench):
        sys.exit("SPECDECK_CORPUS and SPECDECK_RESTBENCH have to name the folders of the data; see --help.")
    asyncio.run(run(arguments, Path(corpus), Path(bench)))


main()
