"""Whether a process that has work still answers: one that is stopped, or stuck in a lock, never says so itself."""

import asyncio
from collections.abc import Callable

BEAT_S = 0.25
"""Time between two questions whether it is there, while it has work. An answer takes microseconds."""
STOPPED_BEATS = 2
"""Beats without an answer after which a process that the system holds stopped counts as hung: within a second of the
signal. Who stops a process and lets it go on at once has done nothing."""
HUNG_S = 10.0
"""Seconds without an answer after which any process counts as hung. A machine that is short of memory or cores may need
some for the next instruction."""


class Pulse:
    """Asks a process again and again whether it is there.

    Args:
        ask: Sends the question.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._answered = True
        self.working = asyncio.Event()
        """Set while it has work; nobody is asked otherwise."""

    def answered(self) -> None:
        """Note that it is there."""
        self._answered = True

    async def lost(self, pid: Callable[[], int], patience_s: Callable[[], float]) -> None:
        """Return once the process hangs.

        Args:
            pid: Which process it is.
            patience_s: How long it may be silent; asked anew each time. Only time in which this process ran counts.
        """
        missed = 0
        while True:
            await self.working.wait()
            await asyncio.sleep(BEAT_S)
            if self._answered:
                missed, self._answered = 0, False
                self._ask()
                continue
            missed += 1
            if missed >= STOPPED_BEATS and _is_stopped(pid()):
                return
            if missed * BEAT_S >= patience_s():
                return


def _is_stopped(pid: int) -> bool:
    import psutil  # which is not needed while all is well

    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    except psutil.Error:
        return False
