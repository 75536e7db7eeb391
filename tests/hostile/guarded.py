"""Runs commands of `specdeck` one after another, with little memory, and notes what files and addresses they ask for.

`python -m tests.hostile.guarded LOG` takes the commands as JSON from standard input. Between two commands it writes
`SEPARATOR` to both outputs; when all are done it appends to LOG a `Usage` as JSON.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

SEPARATOR = "\x1e\n"
MAX_MEMORY = 2 << 30
"""Bytes of address space, of the commands and of each process that they start."""
_EVENTS = frozenset(
    ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "subprocess.Popen")
)


class Usage(msgspec.Struct):
    """What the commands did."""

    codes: list[int]
    cpu_s: list[float]
    peak_mb: int
    opened: list[str]
    asked: list[str]
    """Addresses and processes."""


def main() -> None:
    """Run the commands."""
    commands: list[list[str]] = json.loads(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    usage = Usage([], [], 0, [], [])

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            usage.opened.append(str(arguments[0]))
        elif event in _EVENTS:
            usage.asked.append(f"{event} {arguments!r}")

    sys.addaudithook(watch)
    for number, command in enumerate(commands):
        if number:
            _separate()
        began = time.process_time()
        usage.codes.append(_run(command))
        usage.cpu_s.append(time.process_time() - began)
    usage.peak_mb = _peak_mb()
    Path(sys.argv[1]).write_bytes(msgspec.json.encode(usage))


def _run(command: list[str]) -> int:
    from tui.commands.cli import cli

    try:
        cli(command, prog_name="specdeck")
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _peak_mb() -> int:
    """Return the resident memory of this process, or of one that it started, at its highest."""
    # Of itself the system's number would count the process that started this one, too, on Linux.
    status = Path("/proc/self/status")
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    own = int(status.read_text().partition("VmHWM:")[2].split()[0]) if status.exists() else 0
    return max(own, children) // 1024


def _separate() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        stream.write(SEPARATOR)
        stream.flush()


if __name__ == "__main__":
    main()
