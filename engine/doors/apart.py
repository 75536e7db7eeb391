"""Documents are read in a process of their own, so that no key waits for it.

Reading takes the interpreter's lock for a tenth of a second at a time, decoding JSON for one; the screen needs it for
each key. The process does all of it: collecting, reading, indexing, writing into the library, and the files that
searches begin with. SQLite is shared between processes, and what is derived from it is made anew after any change.
"""

import asyncio
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from pathlib import Path

from engine.children import environment, open_log, python_module
from engine.decoding import decode
from engine.doors.records import Adding
from engine.doors.wire import GO, HEADER_BYTES, Frame, Order, framed
from engine.errors import ReaderError
from engine.settings import Folders, Settings


class Apart:
    """Adds documents to the library by a process of their own.

    Args:
        folders: Where things are kept.
        settings: The settings.
    """

    def __init__(self, folders: Folders, settings: Settings) -> None:
        self._folders = folders
        self._settings = settings

    async def add(
        self,
        sources: Sequence[Path | bytes | str],
        name: str | None,
        *,
        network: bool,
        overlays: Sequence[Path | bytes | str],
    ) -> AsyncGenerator[Adding, None]:
        """Read documents into the library; see `LibraryDoor.add_all`.

        The process is ended when this is closed or cancelled: what is just being read is not added then.

        Raises:
            SpecdeckError: What `LibraryDoor.add_all` raises.
            ReaderError: The process cannot be started, or ended in the middle.
        """
        order = Order.of(self._folders, self._settings, sources, name, network=network, overlays=overlays)
        process = await self._start()
        try:
            channel = _Channel(process, self._folders.reader_log)
            channel.send(framed(order))
            while (step := (await channel.next()).step()) is not None:
                yield step
        finally:
            with suppress(ProcessLookupError):  # It has ended just now.
                process.kill()
            await process.communicate()

    async def _start(self) -> Process:
        try:
            log = open_log(self._folders.reader_log)
            try:
                return await asyncio.create_subprocess_exec(
                    *python_module("engine.reader"),
                    stdin=PIPE,
                    stdout=PIPE,
                    stderr=log,
                    env=environment({}),
                    start_new_session=True,  # Ctrl+C in the terminal is for the app.
                )
            finally:
                os.close(log)
        except OSError as error:
            raise ReaderError(f"The process that reads documents cannot be started: {error}") from error


class _Channel:
    """The pipes of the process, and how far it has come.

    Args:
        process: With pipes.
        log: Where it prints.
    """

    def __init__(self, process: Process, log: Path) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("The process is started with pipes")
        self._process = process
        self._stdin = process.stdin
        self._stdout = process.stdout
        self._log = log
        self._total = 0
        self._done = 0

    def send(self, data: bytes) -> None:
        """Send bytes; that the process has ended shows when it is waited for."""
        self._stdin.write(data)

    async def next(self) -> Frame:
        """Let the process take the next step, and return what it tells.

        Raises:
            ReaderError: It ended.
        """
        self.send(GO)
        try:
            size = int.from_bytes(await self._stdout.readexactly(HEADER_BYTES), "big")
            frame = decode(await self._stdout.readexactly(size), Frame)
        except asyncio.IncompleteReadError as error:
            raise self._ended(await self._process.wait()) from error
        if frame.listed:
            self._total = frame.listed.documents
        else:
            self._done += 1
        return frame

    def _ended(self, status: int) -> ReaderError:
        how = f"signal {-status}" if status < 0 else f"exit status {status}"
        where = f" after {self._done:,} of {self._total:,}" if self._total > 1 else ""
        hint = f"What was read before is kept; see what the process printed in {self._log}"
        if status == -signal.SIGKILL:
            hint = "What was read before is kept; if memory ran out, add fewer or smaller documents at once"
        return ReaderError(f"The process that reads documents ended before its time ({how}){where}", hint=hint)
