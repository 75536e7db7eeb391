"""Sockets of this machine that only their user can reach: where they lie, who may start one, who is at the other end.

A socket lies in a folder of mode 0700, has mode 0600 itself, and whoever connects or accepts looks at the user of the
other side: nobody else can listen in a user's name, whatever they put into a folder that is shared.
Not on Windows: `supported` tells.
"""

import asyncio
import os
import socket
import stat
import struct
import sys
import tempfile
from asyncio.trsock import TransportSocket
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from engine.settings import private_folder

MAX_PATH_BYTES = 103
"""Longest path of a socket: `sun_path` has 104 bytes on macOS and 108 on Linux, the closing zero included."""
CONNECT_S = 1.0
"""Longest wait for a place in the other side's queue; one that is alive takes a connection in microseconds."""
BACKLOG = 64
"""Connections that may wait while the other side starts."""

Connection = socket.socket


def supported() -> bool:
    """Tell whether this system has sockets that can be kept private, and locks to decide who listens."""
    return sys.platform != "win32" and hasattr(socket, "AF_UNIX")


def place(name: str, state: Path, env: Mapping[str, str] = os.environ) -> Path:
    """Return where the socket `name` lies: in the session's runtime folder, else in the state folder.

    Where neither is private, or the path would be longer than the system takes, it is a folder of the user's own among
    the temporary ones.

    Raises:
        OSError: None of them is the user's alone.
    """
    private_folder(state)
    runtime = env.get("XDG_RUNTIME_DIR")
    candidates = [Path(runtime, "specdeck")] if runtime and Path(runtime).is_absolute() else []
    candidates += [state, Path(tempfile.gettempdir(), f"specdeck-{os.getuid()}"), Path(f"/tmp/specdeck-{os.getuid()}")]  # noqa: S108 - looked at below
    for folder in candidates:
        path = folder / name
        if len(os.fsencode(path)) <= MAX_PATH_BYTES and _is_private(folder):
            return path
    raise PermissionError("There is no folder for a private socket")


def _is_private(folder: Path) -> bool:
    """Make the folder where only it is missing, and tell whether it is the user's alone."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def lock(path: Path) -> int | None:
    """Take the lock of a socket, and return its descriptor; None where another process has it.

    It is held until the descriptor, and each copy that a child has inherited, is closed.

    Raises:
        OSError: The file cannot be made.
    """
    import fcntl

    lock_path = path.with_suffix(".lock")
    descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Its last holder may have taken the file away between the two calls; then this is a lock that nobody sees.
        if os.fstat(descriptor).st_ino == lock_path.stat().st_ino:
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None


def listen(path: Path) -> socket.socket:
    """Return a socket that listens at `path`. The caller holds its lock, so what lies there is left over.

    Raises:
        OSError: It cannot be made.
    """
    # Under another name until it is private and listens: who connects between these steps would be turned away.
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(aside))
        aside.chmod(0o600)
        listener.listen(BACKLOG)
        aside.replace(path)
    except OSError:
        listener.close()
        aside.unlink(missing_ok=True)
        raise
    return listener


def remove(path: Path) -> None:
    """Take a socket and its lock away. The caller holds the lock and lets go of it next."""
    path.unlink(missing_ok=True)
    path.with_suffix(".lock").unlink(missing_ok=True)


def connect(path: Path) -> socket.socket:
    """Connect to the socket at `path`.

    Raises:
        PermissionError: It is not private, or another user listens.
        OSError: Nobody listens.
    """
    found = path.lstat()
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{path} is not this user's private socket")
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(CONNECT_S)
        connection.connect(str(path))
        if not _is_ours(connection):
            raise PermissionError(f"Another user listens at {path}")
    except OSError:
        connection.close()
        raise
    connection.setblocking(False)
    return connection


def _is_ours(connection: socket.socket | TransportSocket) -> bool:
    """Tell whether the process at the other end of a connection is of this user."""
    if sys.platform == "darwin":
        # <sys/un.h>: LOCAL_PEERCRED is 1 at the level 0; struct xucred begins with its version and the user.
        _, user = struct.unpack_from("=II", connection.getsockopt(0, 1, 128))
    else:
        _, user, _ = struct.unpack("=iII", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return bool(user == os.getuid())


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def serve(listener: int, serve_one: Serve) -> asyncio.Server:
    """Serve those of this user who connect to the socket with an inherited descriptor; others are turned away."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if _is_ours(writer.get_extra_info("socket")):
            await serve_one(reader, writer)
        else:
            writer.close()

    return await asyncio.start_unix_server(accept, sock=socket.socket(fileno=listener))


async def streams(connection: socket.socket) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a connected socket as asyncio's streams, which own it from now on."""
    return await asyncio.open_unix_connection(sock=connection)
