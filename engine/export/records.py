"""What an export is."""

from typing import Literal

import msgspec

Detail = Literal["whole", "brief", "line", "name"]
"""How much is told of each operation: all of it; inputs and statuses; its summary and required inputs; its name."""


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A specification, or a part of it, as Markdown."""

    markdown: str
    detail: Detail
    """The most that the budget allows, the same for each operation."""
    tokens: int
    """Tokens that it has at most; see `engine.models.pace.text_tokens`."""
    operations: int
    """How many are in it."""
    left_out: int = 0
    """How many are not: the budget has no room even for their names."""
