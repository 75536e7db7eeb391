"""Keeps one model worker for all programs of a user: `python -m engine.models.keeper OPTIONS LOG SOCKET LISTENER LOCK`.

The first program that needs a worker starts it with a socket that listens already, and is its first client; others
connect. It holds the lock of the socket for as long as it lives. When the last client is gone, however that ended, it
ends the worker and itself at once; it runs no weights, so nothing keeps it from noticing.
"""

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import NamedTuple

import msgspec

from engine.errors import WorkerError
from engine.models.desk import Desk, Seat
from engine.models.protocol import Decoder, Options, Reply, Request, encode
from engine.net import local

READ_BYTES = 1 << 16
"""As much as a socket of Linux holds, more or less."""
SLOW_CLIENT_BYTES = 16 * 2**20
"""A client that lets so much lie unread is stopped or broken, and is let go: an answer has some kilobytes, the
vectors of a batch of texts a hundred."""
FIRST_CLIENT_S = 10.0
"""Who starts a keeper has connected before; should nobody be there after all, it does not stay."""

log = logging.getLogger(__name__)


class Arguments(NamedTuple):
    """What a keeper is started with."""

    options: Options
    log: Path
    """The worker's log."""
    socket: Path
    listener: int
    """Descriptor of the socket."""
    lock: int
    """Descriptor of its lock, which is only held."""

    def command(self) -> list[str]:
        """Return them as arguments of a command."""
        options, *others = self
        return [msgspec.json.encode(options).decode(), *map(str, others)]

    @classmethod
    def read(cls, arguments: list[str]) -> "Arguments":
        """Return them from the arguments of a command."""
        options, log, path, listener, lock = arguments
        return cls(msgspec.json.decode(options, type=Options), Path(log), Path(path), int(listener), int(lock))


class Keeper:
    """Lets clients in until the last one has gone.

    Args:
        desk: Serves them.
        path: Where the socket lies.
    """

    def __init__(self, desk: Desk, path: Path) -> None:
        self._desk = desk
        self._path = path
        self._came = asyncio.Event()
        self._closing = False
        self._over = asyncio.Event()

    async def keep(self, listener: int) -> None:
        """Serve those who connect to the socket with this descriptor, until everybody has gone."""
        server = await local.serve(listener, self._serve)
        try:
            async with asyncio.timeout(FIRST_CLIENT_S):
                await self._came.wait()
            await self._over.wait()
        except TimeoutError:
            local.remove(self._path)
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client. The last one is let go after the worker has ended, so that it knows that it has."""
        if self._closing:
            writer.close()
            return
        self._came.set()
        seat = self._desk.sit(lambda reply: _tell(writer, reply))
        try:
            await _take(seat, reader)
        finally:
            seat.leave()
            if not self._desk.seats:
                self._closing = True
                # Before the worker, so that who comes now starts another keeper.
                local.remove(self._path)
                try:
                    await self._desk.close()
                finally:
                    # Whatever went wrong, this process does not stay; and with it the system ends the worker.
                    self._over.set()
            writer.close()


async def _take(seat: Seat, reader: asyncio.StreamReader) -> None:
    """Take the requests of a client until it goes, or says what is none."""
    decoder: Decoder[Request] = Decoder(Request)
    try:
        while data := await reader.read(READ_BYTES):
            for request in decoder.feed(data):
                seat.take(request)
    except (WorkerError, OSError) as error:
        log.warning("a client is let go: %s", error)


def _tell(writer: asyncio.StreamWriter, reply: Reply) -> None:
    if writer.is_closing():
        return
    if writer.transport.get_write_buffer_size() > SLOW_CLIENT_BYTES:
        writer.transport.abort()
    else:
        writer.write(encode(reply))


async def _main(arguments: Arguments) -> None:
    desk = Desk(arguments.log, arguments.options, keeper=os.getpid())
    await Keeper(desk, arguments.socket).keep(arguments.listener)


if __name__ == "__main__":
    asyncio.run(_main(Arguments.read(sys.argv[1:])))
