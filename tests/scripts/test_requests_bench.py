"""The bench that lets documents judge the requests that are composed for them."""

import json
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parents[2] / "scripts" / "bench"
TEXT = {"type": "string"}


def test_bodies_are_judged_by_their_document(tmp_path: Path) -> None:
    """What the document refuses is counted and told by its keyword; what it takes is counted too."""
    never = {"type": "object", "required": ["a"], "properties": {"a": {**TEXT, "not": TEXT}}}
    bodies = {
        "/never": {"application/json": {"schema": never}},
        "/ever": {"application/json": {"schema": {"type": "object", "required": ["b"], "properties": {"b": TEXT}}}},
    }
    paths = {path: {"post": {"requestBody": {"content": one}, "responses": {}}} for path, one in bodies.items()}
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    (tmp_path / "t.json").write_text(json.dumps(document))
    command = [sys.executable, BENCH / "requests.py", tmp_path, "--list", "5"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    assert "2  judged" in told
    assert "1  refused, told as a sketch" in told
    assert "refused: 50.00 % of the bodies" in told
    assert "refused: not: t.json POST /never" in told


def test_what_sends_them_says_what_it_needs(tmp_path: Path) -> None:
    """Without Prism there is nobody to send requests to."""
    command = [sys.executable, BENCH / "sent.py", tmp_path, "--corpus", tmp_path]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 1
    assert f"There is no {tmp_path}" in ran.stderr
