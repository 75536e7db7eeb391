"""The order of an answer over real documents, which `SPECDECK_CORPUS` names; see `tests/search/test_quality.py`."""

import os
from pathlib import Path

import pytest

from engine import Engine, Facts, FactsReady
from scripts.bench.retrieval.questions import DOCUMENTS, part, questions_of
from scripts.bench.retrieval.systems import fill, opened

APIS = ("gcalendar", "slack", "zoom")
FEW = 0.1
"""Share of questions with a right first hit that may be taken for a workflow, or for nothing of the library."""


@pytest.fixture
def corpus() -> Path:
    """The folder of real documents."""
    corpus = os.environ.get("SPECDECK_CORPUS")
    if not corpus or not (Path(corpus) / DOCUMENTS).is_dir():
        pytest.skip(f"SPECDECK_CORPUS does not name a folder with {DOCUMENTS}")
    return Path(corpus)


async def facts_of(engine: Engine, question: str, spec: str) -> Facts:
    """The facts of an answer."""
    events = [event async for event in engine.questions.ask(question, spec=spec, rung="facts")]
    return [event.facts for event in events if isinstance(event, FactsReady)][-1]


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_the_first_operation_is_that_of_the_search(corpus: Path, tmp_path: Path) -> None:
    """By words alone, an answer has the search's order, but for steps, and for a value or a field that it tells first.

    And it has no fewer right first ones, of which few come later.
    """
    apis = [api for api in part("choose", corpus) if api.name in APIS]
    right = first = lost = 0
    async with opened(tmp_path, tmp_path / "no-models") as engine:
        await fill(engine, {api.name: api.document for api in apis}, vectors=False)
        for question in questions_of(apis):
            facts = await facts_of(engine, question.text, question.spec)
            hits = (await engine.questions.search(question.text, spec=question.spec)).hits
            shown = [one.ref for one in facts.operations]
            found = [hit.ref for hit in hits if hit.kind != "passage"]
            if not (facts.steps or facts.told or any(one.call.given for one in facts.operations)):
                assert shown == found[: len(shown)], question.text
            if len(question.steps) == 1:
                right += found[0] in question.steps[0]
                first += bool(shown) and shown[0] in question.steps[0]
                lost += found[0] in question.steps[0] and shown[:1] != found[:1]
    assert first >= right
    assert lost <= FEW * right
