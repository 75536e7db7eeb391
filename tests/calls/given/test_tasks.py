"""What strangers say, over real documents: tests/questions/calls, the right operation handed over."""

import os
from pathlib import Path

import pytest

from scripts.bench.calls import scored, sources, tasks

CORPUS = os.environ.get("SPECDECK_CORPUS", "")


@pytest.mark.skipif(not CORPUS, reason="SPECDECK_CORPUS names no folder of real specifications")
@pytest.mark.parametrize(("part", "apis", "least"), [("build", ("hetzner", "slack"), 0.8), ("check", ("gitlab",), 0.7)])
def test_most_requests_are_exact_and_none_is_illegal(part: str, apis: tuple[str, ...], least: float) -> None:
    """Below what was measured, so that it tells when something breaks; nothing illegal is ever sent."""
    scores = []
    for some in (tasks(part)[api] for api in apis):
        operations = sources(Path(CORPUS), some[0].spec)
        scores += [scored(one, operations[one.operation]) for one in some]
    assert [one.illegal for one in scores if one.illegal] == []
    assert sum(one.exact for one in scores) / len(scores) >= least
