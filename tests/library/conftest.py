from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.library.store import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    library = Library(tmp_path / "library.db")
    yield library
    library.close()
