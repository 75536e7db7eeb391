"""The crash drill, a round of what no other test does to a worker."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine import ModelShelf

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "scripts" / "bench" / "crashes.py"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory of another process, as Linux can")
def test_a_round_of_the_drill(shelf: ModelShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Aborted, short of memory or with its file cut off: each is told in a sentence and served again, without noise."""
    monkeypatch.setenv("SPECDECK_HOME", str(tmp_path))
    monkeypatch.setenv("SPECDECK_MODELS", str(shelf.folder))
    kinds = ("SIGABRT", "memory", "truncated")
    done = subprocess.run(
        [sys.executable, "-W", "error", BENCH, "--rounds", "1", "--kinds", *kinds],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("3 rounds;")
    assert lines[0].endswith(" 0 bytes of noise on the terminal")
    told = [line for line in lines if " x " in line]
    assert len(told) == len(kinds)
    assert "crashed (signal 6" in told[0]
    assert "harmlessly" not in told[1]
    assert "crashed" in told[2]
    assert "99.00" not in done.stdout  # which stands for never
