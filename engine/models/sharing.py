"""One worker for all programs of a user: finds the keeper that has it, or starts one.

Programs share a worker if everything agrees that could make it answer otherwise: the program's files, the Python that
runs it, the machine, the folder of the log and the options. A lock decides who starts it, so that two programs that
are opened at once start one. Where any of this cannot be had, a worker of one's own does as well.
"""

import asyncio
import enum
import hashlib
import logging
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.children import open_log, python_module
from engine.errors import WorkerError
from engine.models.desk import Desk
from engine.models.keeper import Arguments
from engine.models.links import JOIN_S, FarLink, Link, NearLink
from engine.models.process import child_environment
from engine.models.protocol import Options, Reply
from engine.net import local

if TYPE_CHECKING:
    from engine.net.local import Connection

RETRY_S = 0.02
"""Between two looks whether a keeper that is about to end has ended."""

log = logging.getLogger(__name__)


class Sharing(enum.Enum):
    """Whose worker a client uses."""

    OWN = "own"
    """One of its own, on pipes."""
    JOIN = "join"
    """That of another program which is open, else one of its own: for a command, which starts quicker alone."""
    HOST = "host"
    """A shared one, which it starts where there is none: for a program that stays."""


async def reach(
    log_file: Path,
    options: Options,
    sharing: Sharing,
    on_reply: Callable[[Reply], None],
    on_end: Callable[[], None],
) -> Link:
    """Return a link to a desk.

    Args:
        log_file: For what the worker prints.
        options: How it runs.
        sharing: Whose it may be.
        on_reply: Takes what the desk tells.
        on_end: Called when the desk is gone, which one of this process never is.
    """
    return await find(log_file, options, sharing, on_reply, on_end) or NearLink(Desk(log_file, options), on_reply)


async def find(
    log_file: Path, options: Options, sharing: Sharing, on_reply: Callable[[Reply], None], on_end: Callable[[], None]
) -> Link | None:
    """Return a link to a shared desk, where one may be used and there is one; see `reach`."""
    if sharing is Sharing.OWN or not local.supported():
        return None
    try:
        return await _join(log_file, options, sharing, on_reply, on_end)
    except (OSError, WorkerError) as error:
        log.warning("the worker is not shared: %s", error)
        return None


async def _join(
    log_file: Path, options: Options, sharing: Sharing, on_reply: Callable[[Reply], None], on_end: Callable[[], None]
) -> Link | None:
    """Return a link to the keeper, which is started where that is asked for; None where there is none.

    Raises:
        OSError: There is no private place for it, it cannot be started, or it does not answer.
    """
    give_up = time.monotonic() + JOIN_S
    while time.monotonic() < give_up:
        try:
            connection, keeper = await asyncio.to_thread(_connect, log_file, options, start=sharing is Sharing.HOST)
        except (FileNotFoundError, ConnectionRefusedError):
            if sharing is Sharing.JOIN:
                return None
        else:
            link = FarLink(*await local.streams(connection), on_reply, on_end, keeper)
            if await link.is_welcome():
                return link
            await link.close()
        await asyncio.sleep(RETRY_S)
    raise TimeoutError("its keeper does not answer")


def _identity(log_file: Path, options: Options) -> str:
    """Return what names the worker of the programs that agree in all of this."""
    folder = Path(__file__).parent
    files = [(path.name, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.py"))]
    parts = (str(folder), files, sys.executable, platform.node(), str(log_file.absolute()), options)
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]


Keeper = subprocess.Popen[bytes]


def _connect(log_file: Path, options: Options, *, start: bool) -> "tuple[Connection, Keeper | None]":
    """Return a connection to the keeper, and the process where it was started here.

    Raises:
        FileNotFoundError: There is none, or it is about to end.
        ConnectionRefusedError: It has just ended.
        OSError: It can be neither found nor started.
    """
    path = local.place(f"{_identity(log_file, options)}.sock", log_file.parent)
    try:
        return local.connect(path), None
    except (FileNotFoundError, ConnectionRefusedError):
        lock = local.lock(path) if start else None
        if lock is None:
            raise
    try:
        return _start(Arguments(options, log_file.absolute(), path, -1, lock))
    finally:
        os.close(lock)


def _start(arguments: Arguments) -> "tuple[Connection, Keeper]":
    """Start a keeper that listens already, and return the first connection to it. The caller holds the lock."""
    with local.listen(arguments.socket) as listener:
        connection = local.connect(arguments.socket)
        try:
            descriptor = open_log(arguments.log)
            try:
                keeper = subprocess.Popen(  # noqa: S603 - this program's own
                    python_module("engine.models.keeper", *arguments._replace(listener=listener.fileno()).command()),
                    stdin=subprocess.DEVNULL,
                    stdout=descriptor,
                    stderr=descriptor,
                    cwd="/",  # No folder is held that someone may want to unmount.
                    env=child_environment(),
                    pass_fds=(listener.fileno(), arguments.lock),
                    start_new_session=True,  # It stays when the terminal of the program that starts it goes.
                )
            finally:
                os.close(descriptor)
        except OSError:
            connection.close()
            local.remove(arguments.socket)
            raise
    # Somebody has to take note of its end, or it would stay in the table of processes.
    threading.Thread(target=keeper.wait, name="keeper", daemon=True).start()
    return connection, keeper
