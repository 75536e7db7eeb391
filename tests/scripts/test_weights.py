"""The pure parts of `scripts/weights`: what is made large, how, and what is learned about the first hit."""

import math
import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from engine.search.ranking.weights import load
from scripts.bench.retrieval.questions import Question
from scripts.bench.retrieval.scores import Outcome
from scripts.tuning.objective import coordinate_search, worth
from scripts.tuning.point import VIEWS, point_of, rounded, with_point
from scripts.tuning.relevance import Row, fitted

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "tuning" / "weights.py"
TARGET = {("large",): 4.0, ("small",): -0.5, ("zero",): 0.6}
START = {("large",): 1.0, ("small",): -2.0, ("zero",): 0.0}


def outcome(kind: str, place: int, steps: int = 1) -> Outcome:
    """A question of which the first step is found in one place, from 1, and the others are not."""
    wanted = tuple(frozenset([f"wanted {number}"]) for number in range(steps))
    refs = [f"other {number}" for number in range(20)]
    refs[place - 1] = "wanted 0"
    return Outcome(Question("?", "api", wanted, kind), tuple(refs))


def distance(point: dict[tuple[str | int, ...], float]) -> float:
    """How near a point is to the target: at most 0."""
    return -sum((point[path] - value) ** 2 for path, value in TARGET.items())


def test_single_questions_count_by_place() -> None:
    """A right operation first is worth most, then one among five, then one among twenty, then one that is missing."""
    places = [worth([outcome("short", place)]) for place in (1, 2, 6, 20)]
    missing = worth([Outcome(outcome("short", 1).question, ())])
    assert places == sorted(places, reverse=True)
    assert places[0] == pytest.approx(1 + 1 + 1 + 0.3)
    assert missing == 0


def test_steps_count_by_recall_and_less_beside_single_questions() -> None:
    """One step of two found within five is half of the recall at 5, 10 and 20; single questions make it count less."""
    alone, single = [outcome("even", 3, steps=2)], [outcome("short", 1)]
    assert worth(alone) == pytest.approx(0.8 * 1.5)
    assert worth([*single, *alone]) == pytest.approx(worth(single) + 0.6 * worth(alone))


def test_pasted_requests_have_no_part_in_it() -> None:
    """A pasted request that is not found takes nothing away: no weight has to do with it."""
    assert worth([outcome("short", 1), outcome("url", 19)]) == worth([outcome("short", 1)])


def test_the_search_ends_where_no_step_is_better() -> None:
    """Weights are brought close to the best ones, over zero too, and the place does not depend on the start's order."""
    found = coordinate_search(START, distance, lambda _best: True)
    assert distance(found) > distance(START) / 20
    assert found[("zero",)] == pytest.approx(0.6, abs=0.1)


def test_the_search_stops_when_told() -> None:
    """When the time is up, the best so far is what comes of it, and the start is left as it was."""
    calls = count()
    before = dict(START)
    found = coordinate_search(START, distance, lambda _best: next(calls) < 3)
    assert next(calls) == 4
    assert distance(found) >= distance(START)
    assert before == START


@pytest.mark.parametrize("meaning", [True, False])
def test_weights_are_the_same_as_their_point(meaning: bool) -> None:
    """Taking the numbers out and putting them back changes nothing."""
    weights = load()
    assert with_point(weights, point_of(weights, meaning=meaning)) == weights


def test_a_factor_is_on_all_views_and_one_weight_is_by_itself() -> None:
    """The views grow together; another weight changes alone; what is set by hand is no part of the point."""
    weights = load()
    changed = with_point(weights, {VIEWS: 2.0, ("forms", 1, "route"): 0.123456})
    assert changed.views == tuple(2 * view for view in weights.views)
    assert rounded(changed).forms[1].route == 0.1235
    assert changed.forms[2:] == weights.forms[2:]
    assert not any("deprecated" in path for path in point_of(weights, meaning=True))


def test_relevance_is_the_share_of_right_answers() -> None:
    """Of hits with one fit and no nearness, as many are said to be right as are, of however many they are."""
    rows = [Row(fit, 0.0, 100, number < right) for fit, right in ((0.0, 2), (1.0, 8)) for number in range(10)]
    constant, of_fit, _, of_many = fitted(rows, -0.25)
    constant += of_many * math.log(100)
    assert 1 / (1 + math.exp(-constant)) == pytest.approx(0.2, abs=1e-3)
    assert 1 / (1 + math.exp(-constant - of_fit)) == pytest.approx(0.8, abs=1e-3)


def test_what_is_missing_is_said() -> None:
    """Without the folders of data it ends with a sentence that names them, and nothing is written."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPECDECK_")}
    ran = subprocess.run(
        [sys.executable, SCRIPT, "--write"], env=kept, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 1
    assert "SPECDECK_CORPUS and SPECDECK_RESTBENCH" in ran.stderr
