"""The drill of planted lies, on specifications that a test can carry; `scripts/bench/claims` has the real ones."""

import random
from collections import Counter

import pytest

from engine import SAMPLE
from engine.specs.model import Spec
from engine.specs.read import read
from scripts.bench.lies.plant import check, plant, wording
from tests.answer.checking.test_claims import document

ROUNDS = 4


def test_no_sentence_is_in_both_parts() -> None:
    """Each kind has at least eight sentences to build by and eight to check by, and none is in both."""
    build, held_back = wording("build"), wording("check")
    assert build.keys() == held_back.keys()
    assert all(len(build[kind]) >= 8 and len(set(held_back[kind])) >= 8 for kind in build)
    assert not {one for ones in build.values() for one in ones} & {one for ones in held_back.values() for one in ones}


@pytest.mark.parametrize("part", ["build", "check", "strange", "stranger", "prose", "unheard", "last", "final"])
@pytest.mark.parametrize("name", ["library", "tickets"])
def test_lies_are_marked_and_true_sentences_are_not(name: str, part: str) -> None:
    """At least .97 of the false ones are marked, and at most .01 of the true ones."""
    spec: Spec = read(SAMPLE.read_bytes()) if name == "library" else document()
    chance, said = random.Random(7), wording(part)  # noqa: S311 - nothing secret
    marked: Counter[bool] = Counter()
    every: Counter[bool] = Counter()
    for operation in spec.operations:
        planted = [one for _ in range(ROUNDS) for one in plant(spec, operation, said, chance)]
        for one, mark in zip(planted, check(spec, operation, [one.text for one in planted]), strict=True):
            every[one.false] += 1
            marked[one.false] += mark
    assert every[True] > 50
    assert marked[True] / every[True] >= 0.97
    assert marked[False] / every[False] <= 0.01
