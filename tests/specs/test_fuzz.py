"""Broken documents of every format, some here and 10,000 a format with `SPECDECK_FUZZ=10000`."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.specs.fuzz import Report
from tests.specs.seeds import SEEDS

ROOT = Path(__file__).resolve().parents[2]
COUNT = int(os.environ.get("SPECDECK_FUZZ", "100"))
"""Documents of each format."""


@pytest.mark.slow
@pytest.mark.timeout(0 if COUNT > 1000 else 180)
@pytest.mark.parametrize("form", SEEDS)
def test_a_broken_document_is_read_or_refused(form: str) -> None:
    """Whatever is broken in a document, it gives a spec that can be kept and shown, or a refusal, within the limits."""
    command = [sys.executable, "-m", "tests.specs.fuzz", form, str(COUNT)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-5000:]
    report = msgspec.json.decode(done.stdout, type=Report)
    assert report.runs == COUNT
    again = f"python -m tests.specs.fuzz {form} 1"
    assert not report.failures, "\n".join(f"{again} {failure.number}\n{failure.what}" for failure in report.failures)
    assert 0 < report.refused < COUNT, "the documents are all broken alike"
