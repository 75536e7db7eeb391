"""What answers are made with. Apart from `ask`, so that opening the library does not load what checks prose."""

from typing import Literal

import msgspec

from engine.answer.ladder import Rung
from engine.answer.remembered import Answers
from engine.library.store import Library
from engine.observe.metrics import Metrics
from engine.search.search import Searcher


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What answers are made with."""

    library: Library
    searcher: Searcher
    rungs: tuple[Rung, ...]
    """Who can write prose, in the order that the user prefers."""
    metrics: Metrics
    answers: Answers
    """What was written before."""
    prose: Literal["auto", "always", "never"]
    """As `Settings.prose` has it."""
