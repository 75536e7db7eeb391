"""`scripts/bench/search` on a benchmark of one small API."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.models.shelf import ModelShelf
from tests.specs.builders import document

BENCH = Path(__file__).resolve().parents[2] / "scripts" / "bench" / "search.py"
PATHS = {
    "/books": {"get": {"summary": "List the books"}, "post": {"summary": "Add a book"}},
    "/books/{id}/loan": {"post": {"summary": "Lend a book to a reader"}},
}
QUESTIONS = [
    {"query": "add a book", "solution": ["POST /books"]},
    {"query": "add a book and lend it", "solution": ["POST /books", "POST /book/{id}/loan"]},
]
"""The last label is wrong, as some of real benchmarks are: its path has no such operation."""
PARTS = ["by words alone", "by meaning alone", "without links", "without clauses", "without the lexicon"]


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the bench with no data but that which is named."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPECDECK_")}
    return subprocess.run(
        [sys.executable, BENCH, *arguments], env=kept | env, capture_output=True, text=True, check=True, timeout=120
    )


@pytest.mark.slow
def test_a_benchmark_is_scored(shelf: ModelShelf, tmp_path: Path) -> None:
    """Recall and complete sets are those of the labels, as they are and repaired, for all questions and each half.

    specdeck stands beside its own parts.
    """
    (tmp_path / "town_oas.json").write_text(json.dumps(document(PATHS)))
    (tmp_path / "town.json").write_text(json.dumps(QUESTIONS))
    env = {"SPECDECK_RESTBENCH": str(tmp_path), "SPECDECK_MODELS": str(shelf.folder)}
    tables = [json.loads(line) for line in run("--only", "restbench", "--json", **env).stdout.splitlines()]
    found = [(table["rows"][0]["label"], table["rows"][0]["values"]) for table in tables]
    assert found == [
        ("specdeck", [0.75, 0.75, 0.75, 0.5, 0.5, 0.5]),
        ("specdeck", [1, 1, 1, 1, 1, 1]),
        ("specdeck", [1, 1, 1, 1, 1, 1]),
        ("specdeck", [0.5, 0.5, 0.5, 0, 0, 0]),
    ]
    assert [row["label"].strip() for row in tables[0]["rows"]][1:6] == PARTS


def test_what_is_missing_is_said() -> None:
    """Without data the bench prints nothing, names what it lacks and is no failure."""
    ran = run()
    assert ran.stdout == ""
    assert "SPECDECK_RESTBENCH" in ran.stderr
    assert "SPECDECK_CORPUS" in ran.stderr
