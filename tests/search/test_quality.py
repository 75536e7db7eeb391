"""How well operations are found, pinned: questions as developers type them, over real documents.

`SPECDECK_CORPUS` names the folder of the documents, as for `tests/specs/test_corpus.py`; `scripts/bench/search` prints
the figures of all questions beside what others reach.
"""

import os
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.models.shelf import ModelShelf
from scripts.bench.retrieval.questions import DOCUMENTS, part, questions_of
from scripts.bench.retrieval.scores import Outcome, ask, recall
from scripts.bench.retrieval.systems import fill, opened, variants

APIS = ("bitbucket", "linode", "plaid", "trello")
"""Of the part that checks: nothing was chosen by these questions."""


class Floor(NamedTuple):
    """The least that must be reached."""

    first: float
    """Share of the questions with one step that have a right operation first."""
    in_five: float
    """The same, among the first five."""
    steps_in_20: float
    """Share of the steps of questions with several that are among the first 20."""


ANYWHERE = Floor(first=0.49, in_five=0.73, steps_in_20=0.86)
INSIDE = Floor(first=0.52, in_five=0.78, steps_in_20=0.86)
"""What was reached when these were set, less three questions of 64 (0.05), and 0.05 for steps: searching all four APIs,
and only the one that the question is about."""


@pytest.fixture
def corpus() -> Path:
    """The folder of real documents."""
    corpus = os.environ.get("SPECDECK_CORPUS")
    if not corpus or not (Path(corpus) / DOCUMENTS).is_dir():
        pytest.skip(f"SPECDECK_CORPUS does not name a folder with {DOCUMENTS}")
    return Path(corpus)


@pytest.mark.slow
@pytest.mark.timeout(900)  # 1,200 operations are embedded, by a machine that may do other things too
async def test_questions_are_answered_as_well_as_before(corpus: Path, shelf: ModelShelf, tmp_path: Path) -> None:
    """Questions about APIs that nothing was fitted to find their operations no less often than when this was set."""
    apis = [api for api in part("check", corpus) if api.name in APIS]
    async with opened(tmp_path, shelf.folder) as engine:
        await fill(engine, {api.name: api.document for api in apis})
        specdeck = variants(engine)[0]
        reached = {
            own_spec: floor_of(await ask(specdeck, questions_of(apis), own_spec=own_spec)) for own_spec in (False, True)
        }
    assert not below(reached[False], ANYWHERE), reached[False]
    assert not below(reached[True], INSIDE), reached[True]


def floor_of(outcomes: list[Outcome]) -> Floor:
    """Return what was reached."""
    single = [outcome for outcome in outcomes if outcome.question.kind != "steps"]
    steps = [outcome for outcome in outcomes if outcome.question.kind == "steps"]
    return Floor(recall(single, 1), recall(single, 5), recall(steps, 20))


def below(reached: Floor, floor: Floor) -> list[str]:
    """Return in what the floor was not reached."""
    return [name for name, got, least in zip(Floor._fields, reached, floor, strict=True) if got < least]
