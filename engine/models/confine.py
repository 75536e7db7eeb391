"""What a process that runs models is kept from: the network, all cores, more memory than it may have, core dumps.

A model's file, its chat template and the native code that reads both are not to be trusted with more than they need.
`confine` is called first thing in the worker, before there are threads: what it sets holds for all that begin later.

Linux on x86_64 and AArch64 refuses sockets other than Unix ones by a seccomp filter, which needs no rights (man 2
seccomp). Elsewhere the process can connect, and `confine` does not say otherwise.
"""

import ctypes
import os
import platform
import socket
import struct
import sys
from contextlib import suppress
from typing import NamedTuple

from engine.models.protocol import Limits

NO_NETWORK = "no network (seccomp)"
NO_CORE_DUMPS = "no core dumps"

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
SECCOMP_MODE_FILTER = 2
"""As <linux/prctl.h> and <linux/seccomp.h> have them."""
RET_ALLOW, RET_ERRNO = 0x7FFF0000, 0x00050000
EACCES = 13
"""What a refused call answers: as socket(2) has it where a socket of that kind may not be made."""
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
"""Instructions of classic BPF (<linux/bpf_common.h>): a 32-bit word at an offset, two jumps, an end."""
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
"""Offsets in `struct seccomp_data`; of the argument the lower half, both machines being little-endian."""
X32 = 0x40000000
"""Calls of x86_64's x32 ABI begin here; no other way in is left open."""
SPARE = 2
"""Memory that the system counts as allocated is more than what is in use: 1.3 times as much in a worker with the
starter models (447 MB of 349), for buffers are reserved whole and threads have heaps of their own. A bound at the very
setting would end native code, which does not ask whether it got what it wanted, long before; so it stands at twice, for
what runs away. What a model takes is looked at before it is loaded; see `engine.models.memory`."""
IO_URING_SETUP = 425
"""The same on all machines. A ring opens sockets without the call that is looked at."""


class Calls(NamedTuple):
    """What a machine's kernel calls are known by."""

    architecture: int
    """AUDIT_ARCH_… of <linux/audit.h>."""
    socket: int
    """Number of socket(2)."""


MACHINES = {"x86_64": Calls(0xC000003E, 41), "aarch64": Calls(0xC00000B7, 198)}
"""`platform.machine()` → its calls, from the tables of the kernel."""


def confine(limits: Limits) -> list[str]:
    """Confine this process, for good, and return what it is kept from."""
    kept = []
    if _refuse_sockets():
        kept.append(NO_NETWORK)
    if sys.platform != "win32":
        kept += _limit(limits.memory_mb)
    if limits.cores and hasattr(os, "sched_setaffinity"):
        # The last ones: what is not told where to run is found on the first more often.
        mine = sorted(os.sched_getaffinity(0))[-limits.cores :]
        os.sched_setaffinity(0, mine)
        kept.append(f"{len(mine)} cores")
    return kept


def _limit(memory_mb: int) -> list[str]:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not memory_mb:
        return [NO_CORE_DUMPS]
    # Not RLIMIT_AS, which counts the file that is mapped, and 64 MB of addresses for each thread's heap.
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    with suppress(ValueError):  # The user's own limit is lower.
        resource.setrlimit(resource.RLIMIT_DATA, (SPARE * memory_mb * 1_000_000, hard))
    return [NO_CORE_DUMPS, f"{memory_mb} MB of memory"]


def socket_filter(calls: Calls) -> list[tuple[int, int, int, int]]:
    """Return a program for seccomp: instruction, jump if true, jump if not, operand."""
    return [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_EQUAL, 0, 7, calls.architecture),
        (LOAD, 0, 0, NUMBER),
        (JUMP_AT_LEAST, 5, 0, X32),
        (JUMP_EQUAL, 4, 0, IO_URING_SETUP),
        (JUMP_EQUAL, 0, 2, calls.socket),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (JUMP_EQUAL, 0, 1, socket.AF_UNIX),
        (RETURN, 0, 0, RET_ALLOW),
        (RETURN, 0, 0, RET_ERRNO | EACCES),
    ]


def _refuse_sockets() -> bool:
    """Refuse this process sockets of the network; tell whether it holds."""
    calls = MACHINES.get(platform.machine())
    if sys.platform != "linux" or calls is None or sys.maxsize < 2**32:  # A 32-bit process has other calls.
        return False
    program = b"".join(struct.pack("=HBBI", *line) for line in socket_filter(calls))
    lines = ctypes.create_string_buffer(program, len(program))
    size = struct.calcsize("=HBBI")
    # struct sock_fprog: how many, and where they are.
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program) // size, ctypes.addressof(lines)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(header), 0, 0)
    return _is_refused()


def _is_refused() -> bool:
    """Tell whether this process is refused a socket of the network."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
    except PermissionError:
        return True
    return False
