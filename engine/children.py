"""Child processes of specdeck's own: how one is started, and what it does first to be no burden.

A child runs a module with this very Python. It speaks to its parent over its standard input and output; what any
library prints goes to a log. It ends with its parent, however that ends.
"""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from engine.settings import private_folder

LOG_BYTES = 10 * 2**20
"""A larger log is emptied at the next start."""
NICENESS = 10
"""A tenth of the screen's share of a core that both want: the kernel's weights are 110 and 1024. With 5 the slowest of
a hundred keys was painted after 10 to 47 ms while a model wrote, with 10 after 9 to 34 (three runs, and four)."""
PR_SET_PDEATHSIG = 1
"""<linux/prctl.h>."""


# The parent's side ---------------------------------------------------------------------------------------------------


def python_module(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module with this Python, without importing from the working directory."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with more in it, and with this very `engine` importable."""
    root = str(Path(__file__).resolve().parents[1])
    inherited = os.environ.get("PYTHONPATH")
    return os.environ | more | {"PYTHONPATH": os.pathsep.join([root, inherited] if inherited else [root])}


def open_log(log: Path) -> int:
    """Return a descriptor that appends to the log (mode 0600); one that has grown too large is emptied.

    Raises:
        OSError: It cannot be made.
    """
    private_folder(log.parent)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    if os.fstat(descriptor).st_size > LOG_BYTES:
        os.ftruncate(descriptor, 0)
    return descriptor


# The child's side ----------------------------------------------------------------------------------------------------


def private_channel() -> tuple[int, int]:
    """Keep the parent's pipes for frames only, and return (requests, replies).

    From here on descriptor 1 is the log, like 2, and descriptor 0 is empty, for whatever a library does with them.
    """
    requests, replies = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (requests, replies):
            msvcrt.setmode(descriptor, os.O_BINARY)
    return requests, replies


def be_nice() -> None:
    """Let the screen have the cores first."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def die_with_parent() -> None:
    """Let the system end this process together with its parent, also while native code has Python's lock (Linux)."""
    if sys.platform != "linux":
        return
    import ctypes

    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # It was quicker.
        os._exit(0)
