"""How a client reaches a desk: one of its own in the same process, or a keeper's over a socket.

This is the whole difference between a worker of one's own and one that is shared: a `Link` takes requests, and gives
replies to whoever made it.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from subprocess import Popen, TimeoutExpired
from typing import Protocol

from engine.errors import WorkerError
from engine.models.deaths import describe_exit
from engine.models.desk import Desk
from engine.models.process import READ_BYTES
from engine.models.protocol import Decoder, Reply, Request, encode

JOIN_S = 10.0
"""How long a keeper may take to answer a new client: it starts in a fraction of a second, and ends in another."""
LEAVE_S = 5.0
"""How long the keeper may take to end its worker when the last client leaves: it asks, terminates and kills."""
REAP_S = 0.5
"""How long a keeper that has closed its end may take to be gone: it does nothing after that."""

log = logging.getLogger(__name__)


class Link(Protocol):
    """Takes requests to a desk."""

    @property
    def ended(self) -> str:
        """Why it is of no use any more, if so."""

    def send(self, request: Request) -> None:
        """Send a request. Does nothing once the link has ended."""

    async def close(self) -> None:
        """Leave the desk; the last who leaves ends the worker, and waits for that."""


class NearLink:
    """A desk in this process.

    Args:
        desk: It.
        on_reply: Takes what the desk tells.
    """

    ended = ""

    def __init__(self, desk: Desk, on_reply: Callable[[Reply], None]) -> None:
        self._desk = desk
        self._seat = desk.sit(on_reply)

    def send(self, request: Request) -> None:
        """See `Link.send`."""
        encode(request)
        self._seat.take(request)

    async def close(self) -> None:
        """See `Link.close`."""
        self._seat.leave()
        await self._desk.close()


class FarLink:
    """A desk in a keeper's process.

    Args:
        reader: Replies.
        writer: Requests.
        on_reply: Takes what the desk tells.
        on_end: Called when the keeper is gone.
        keeper: The keeper's process, where it is a child of this one.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        on_reply: Callable[[Reply], None],
        on_end: Callable[[], None],
        keeper: "Popen[bytes] | None" = None,
    ) -> None:
        self._reader, self._writer = reader, writer
        self._on_reply, self._on_end = on_reply, on_end
        self._keeper = keeper
        self._heard = asyncio.Event()
        self._leaving = False
        self.ended = ""
        self._task = asyncio.create_task(self._read())

    async def is_welcome(self) -> bool:
        """Tell whether the keeper takes this client, once that is known: one that is about to end does not."""
        heard = asyncio.create_task(self._heard.wait())
        await asyncio.wait({heard, self._task}, timeout=JOIN_S, return_when=asyncio.FIRST_COMPLETED)
        heard.cancel()
        return self._heard.is_set()

    def send(self, request: Request) -> None:
        """See `Link.send`."""
        data = encode(request)
        if not self.ended and not self._writer.is_closing():
            self._writer.write(data)

    async def close(self) -> None:
        """See `Link.close`."""
        self._leaving = True
        with suppress(OSError):
            self._writer.write_eof()
        try:
            async with asyncio.timeout(LEAVE_S):
                await asyncio.shield(self._task)
        except TimeoutError:
            self._writer.transport.abort()
            await self._task

    async def _read(self) -> None:
        decoder: Decoder[Reply] = Decoder(Reply)
        try:
            while data := await self._reader.read(READ_BYTES):
                for reply in decoder.feed(data):
                    self._heard.set()
                    self._on_reply(reply)
        except (WorkerError, OSError) as error:
            log.warning("the keeper of the worker is left: %s", error)
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()
        self.ended = await self._why()
        self._on_end()

    async def _why(self) -> str:
        """Return why the keeper is gone; only its parent can know."""
        if self._keeper is not None and not self._leaving:
            with suppress(TimeoutExpired):
                return describe_exit(await asyncio.to_thread(self._keeper.wait, REAP_S))
        return "The model worker ended together with the process that kept it"
