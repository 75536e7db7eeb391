"""Python's collector of cyclic garbage, paused while much is made that is no garbage.

It looks at all objects whenever many more were made, with the interpreter's lock: while GitHub's document was read in a
thread, the event loop stood still for 0.2 to 0.4 s at a time, and reading took twice as long. What a document becomes
holds no cycles, so nothing is missed meanwhile.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_pauses = 0
"""How many want it paused just now."""


@contextmanager
def paused() -> Iterator[None]:
    """Keep the collector from running until all who paused it, in whatever thread, are done."""
    global _pauses  # noqa: PLW0603 - the collector is one for the process, and so is how often it was paused
    with _lock:
        _pauses += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _pauses -= 1
            if not _pauses:
                gc.enable()
