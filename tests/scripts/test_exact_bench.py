"""The bench of questions about whole APIs."""

import json
import subprocess
import sys
from pathlib import Path

from tests.answer.whole.builders import shop

ROOT = Path(__file__).resolve().parents[2]


def test_the_walk_and_the_answers_agree(tmp_path: Path) -> None:
    """Over a small document every question is answered exactly, versions included."""
    many = {
        f"/things/{number}": {"get": {"responses": {"200": {"description": "ok"}}, "deprecated": number % 3 == 0}}
        for number in range(14)
    }
    (tmp_path / "shop.json").write_text(json.dumps(shop(**many)))
    (tmp_path / "bank.json").write_text(json.dumps(shop(**many)))
    ran = subprocess.run(
        [sys.executable, "scripts/bench/exact.py", str(tmp_path), "--specs", "2", "--each", "6"],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
        capture_output=True, text=True, check=True, timeout=150,
    )  # fmt: skip
    assert "questions over 2 documents" in ran.stdout
    assert ("wrong" in ran.stdout, "usual" in ran.stdout) == (False, False), ran.stdout
