"""Leaving in good order when the system asks to: the terminal is restored, the exit code says why."""

import asyncio
import signal
from collections.abc import Callable

NAMES = ("SIGTERM", "SIGHUP")
"""What a closed terminal, a service manager and `kill` send. Windows has no SIGHUP and no handlers on the loop."""


def on_termination(leave: Callable[[int], None]) -> None:
    """Call `leave` with the exit code, 128 and the signal's number, when the process is asked to end."""
    loop = asyncio.get_running_loop()
    for name in NAMES:
        number = getattr(signal, name, None)
        if number is not None:
            try:
                loop.add_signal_handler(number, leave, 128 + number)
            except (NotImplementedError, RuntimeError):  # Windows; a loop outside the main thread
                return
