"""The benches of the chat model's speed, each in its shortest form."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine import SAMPLE
from engine.models.shelf import ModelShelf

BENCH = Path(__file__).resolve().parents[2] / "scripts" / "bench"
RUNS = [
    (["throughput.py", "--rounds", "1", "--tokens", "5"], ["round 1", "median (the ratio at least 0.95)"]),
    (["followup.py", "--rounds", "1"], ["round 1", "median", "ratio to the first (at most 0.4)"]),
    (["latency.py", "--only", "generate", "document", "--keys", "2", "--settle", "0.1"], ["generate", "document"]),
]


@pytest.mark.slow
@pytest.mark.parametrize(("command", "labels"), RUNS, ids=[command[0] for command, _ in RUNS])
def test_a_bench_gives_its_table(command: list[str], labels: list[str], shelf: ModelShelf, tmp_path: Path) -> None:
    """Each prints one table as JSON: the rows it promises, with numbers above zero, and how busy the machine was."""
    document = tmp_path / "github-rest" / "generated" / "api.github.com.json"
    document.parent.mkdir(parents=True)
    shutil.copyfile(SAMPLE, document)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPECDECK_")}
    done = subprocess.run(
        [sys.executable, BENCH / command[0], *command[1:], "--json"],
        env=kept | {"SPECDECK_MODELS": str(shelf.folder), "SPECDECK_CORPUS": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    table = json.loads(done.stdout)
    assert [row["label"] for row in table["rows"]] == labels
    assert all(len(row["values"]) == len(table["columns"]) for row in table["rows"])
    assert all(value > 0 for row in table["rows"] for value in row["values"])
    assert "cores, load" in table["notes"][-1]
