"""Documents that are split over files, put together into one tree."""

from collections.abc import Callable
from typing import Any

from engine.specs.limits import Budget
from engine.specs.model import Problem

Neighbour = Callable[[str], bytes]
"""Opens a file beside the document, by its relative path with `/`; raises InputError when it may not or cannot."""


def bundled(tree: dict[str, Any], neighbour: Neighbour | None, budget: Budget) -> tuple[dict[str, Any], list[Problem]]:
    """Return the document with what it refers to in other files."""
    return tree, []
