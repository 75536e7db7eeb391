"""A module is a page or two that can be read from top to bottom."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAX_LINES = 400
MODULES = [str(path.relative_to(ROOT)) for folder in ("engine", "tui") for path in (ROOT / folder).rglob("*.py")]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_stays_short(module: str) -> None:
    """No module of the program is longer than 400 lines."""
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= MAX_LINES
