"""Figures of this process: the last of each kind, for the health pane and `doctor`."""

from collections import deque

from engine.observe.health import BreakerChange

_KEPT = 60
"""Values that are kept of each kind: a sparkline's width."""


class Metrics:
    """What happened lately. Written and read on the event loop."""

    def __init__(self) -> None:
        self.tokens_per_s: deque[float] = deque(maxlen=_KEPT)
        self.first_token_ms: deque[float] = deque(maxlen=_KEPT)
        self.search_ms: deque[float] = deque(maxlen=_KEPT)
        self.changes: deque[BreakerChange] = deque(maxlen=_KEPT)
