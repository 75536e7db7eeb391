"""A client's way to a desk: found when it is needed, and anew when it has ended. What was asked of it is told why."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from engine.errors import WorkerError
from engine.models.exchange import Answers, Exchange, expect
from engine.models.links import Link
from engine.models.protocol import Begun, Options, Ping, Pong, Reply, Request, Status, Work
from engine.models.pulse import HUNG_S, Pulse
from engine.models.sharing import Sharing, find, reach

R = TypeVar("R", bound=Reply)


class Channel:
    """Carries requests to a desk and replies back. One event loop uses it.

    Args:
        log: For what the worker prints.
        options: How it runs.
        sharing: Whose it may be.
        on_change: Called whenever `status` or `busy` may have changed.
    """

    def __init__(self, log: Path, options: Options, sharing: Sharing, on_change: Callable[[], None]) -> None:
        self._log = log
        self._options = options
        self._sharing = sharing
        self._on_change = on_change
        self._link: asyncio.Task[Link | None] | None = None
        self._exchange = Exchange(self._send, self._work_changed)
        self._pulse = Pulse(lambda: self._send(Ping(id=0)))
        self._watcher: asyncio.Task[None] | None = None
        self.status = Status(id=0)
        """How the worker is, by what the desk told last."""

    @property
    def busy(self) -> bool:
        """Whether a request is not fully answered."""
        return bool(self._exchange.requests)

    def next_id(self) -> int:
        """Return an id for a request."""
        return self._exchange.next_id()

    async def open(self, request: Work) -> Answers:
        """Send a request and return where its replies come.

        Raises:
            WorkerError: It is too large.
        """
        await self._linked()
        return self._exchange.open(request)

    def cancel(self, request: Work) -> None:
        """Tell the desk that nobody waits for a request any more. Its last reply still comes."""
        self._exchange.cancel(request)

    async def ask(self, request: Work, kind: type[R]) -> R:
        """Send a request that has one reply, and return it. Where this is cancelled, the request is too.

        Raises:
            ModelError: The worker refused, ended or did not answer.
        """
        answers = await self.open(request)
        try:
            answer = await answers.get()
            if isinstance(answer, Begun):
                answer = await answers.get()
            return expect(answer, kind)
        finally:
            self._exchange.cancel(request)

    async def look(self) -> None:
        """Come to the desk of a worker that another program runs, if there is one, to see how it is."""
        if self._link is None or (self._link.done() and self._sits_at() is None):
            sharing = Sharing.OWN if self._sharing is Sharing.OWN else Sharing.JOIN
            self._link = asyncio.create_task(find(self._log, self._options, sharing, self._take, self._gone))
            await asyncio.shield(self._link)

    async def close(self) -> None:
        """Leave the desk. A later request would look for one again."""
        reaching, self._link = self._link, None
        if reaching is not None and (link := await reaching) is not None:
            await link.close()
        self._end("The model worker was stopped")
        self.status = Status(id=0)
        self._on_change()

    async def _linked(self) -> None:
        """Come to a desk, unless this client sits at one."""
        while self._sits_at() is None:
            if self._link is None or self._link.done():
                self._link = asyncio.create_task(reach(self._log, self._options, self._sharing, self._take, self._gone))
            # Others may wait for it too, and a process may have been started already.
            await asyncio.shield(self._link)
        if self._watcher is None:
            self._watcher = asyncio.create_task(self._watch())

    def _sits_at(self) -> Link | None:
        """Return the link that can be used now, if any."""
        task = self._link
        link = task.result() if task is not None and task.done() and task.exception() is None else None
        return link if link is not None and not link.ended else None

    def _send(self, request: Request) -> None:
        if link := self._sits_at():
            link.send(request)

    def _take(self, reply: Reply) -> None:
        self._pulse.answered()
        match reply:
            case Status():
                self.status = reply
                self._on_change()
            case Pong():
                pass
            case _:
                self._exchange.route(reply)

    def _gone(self) -> None:
        """Tell everybody that the keeper has ended, and the worker with it."""
        link = self._link.result() if self._link is not None and self._link.done() else None
        if link is not None:
            self.status = msgspec.structs.replace(self.status, pid=0, ready=False, loaded=[], ended=link.ended)
            self._end(link.ended)
            self._on_change()

    def _end(self, why: str) -> None:
        """Let go of what was asked of a desk."""
        if self._watcher is not None:
            self._watcher.cancel()
            self._watcher = None
        self._exchange.end(lambda _: WorkerError(why))

    async def _watch(self) -> None:
        """End a keeper that hangs; a desk of this process does not."""
        await self._pulse.lost(lambda: self.status.keeper, lambda: HUNG_S)
        with suppress(ProcessLookupError):
            if self.status.keeper:
                os.kill(self.status.keeper, signal.SIGKILL)

    def _work_changed(self) -> None:
        if self.busy:
            self._pulse.working.set()
        else:
            self._pulse.working.clear()
        self._on_change()
