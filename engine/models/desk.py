"""The desk in front of the model worker: takes requests of one or more clients, keeps a worker running, gives answers.

It stands in the client's own process, or in a keeper's (`keeper.py`) that several programs share. Each kind of model
has a line, and the worker gets one request of each line at a time, so that no client waits for all that another one
has asked for, and what is cancelled while it waits costs nothing.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from engine.errors import CrashError, ModelError, WorkerError
from engine.models.deaths import Deaths
from engine.models.exchange import Answers
from engine.models.line import Line
from engine.models.process import WorkerProcess
from engine.models.protocol import (
    Begun,
    Cancel,
    Done,
    Embed,
    Failed,
    Generate,
    LoadChat,
    Loaded,
    Options,
    Ping,
    Pong,
    Reply,
    Request,
    Rerank,
    Status,
    Usage,
    Work,
    is_last,
)
from engine.models.restarts import CRASHES, Restarts

log = logging.getLogger(__name__)

OBEY_S = 2.0
"""How long a cancelled generation may go on before the worker is ended."""
LINES: dict[type[Work], str] = {LoadChat: "chat", Generate: "chat", Embed: "embedding", Rerank: "rerank"}
"""Which model carries out which request; see `worker.py`, where each has a thread."""
UNREAD = Usage(prompt_tokens=0, tokens=0, prefill_ms=0.0, tokens_per_s=0.0, finish="cancelled")


def reads_ahead(request: Work) -> bool:
    """Tell whether a request only reads what later prompts begin with."""
    return isinstance(request, Generate) and request.max_tokens == 0


class Job:
    """One request on its way.

    Args:
        seat: Whose it is.
        request: As the client sent it.
    """

    def __init__(self, seat: "Seat", request: Work) -> None:
        self.seat = seat
        self.request = request
        self.cancelled = self.loaded = False
        self.sent: tuple[WorkerProcess, Work] | None = None
        """The worker that has it, and the request as it was sent there."""
        self.limit: asyncio.Timeout | None = None

    @property
    def open(self) -> bool:
        """Whether the client waits for more."""
        return self.seat.jobs.get(self.request.id) is self

    def allow(self, seconds: float | None) -> None:
        """Give the worker this long from now, or all the time it wants."""
        if self.limit is not None and not self.limit.expired():
            self.limit.reschedule(None if seconds is None else asyncio.get_running_loop().time() + seconds)

    def tell(self, reply: Reply) -> None:
        """Give the client a reply, if it still waits for one."""
        if not self.open:
            return
        if is_last(self.request, reply):
            del self.seat.jobs[self.request.id]
        self.seat.tell(msgspec.structs.replace(reply, id=self.request.id))


class Seat:
    """A client at the desk.

    Args:
        desk: Where it sits.
        tell: Takes what is meant for it; must not raise.
    """

    def __init__(self, desk: "Desk", tell: Callable[[Reply], None]) -> None:
        self._desk = desk
        self.tell = tell
        self.jobs: dict[int, Job] = {}

    def take(self, request: Request) -> None:
        """Take what the client asks for."""
        match request:
            case Ping():
                self.tell(Pong(id=request.id))
            case Cancel():
                if job := self.jobs.get(request.id):
                    self._desk.cancel(job)
            case _:
                job = self.jobs[request.id] = Job(self, request)
                self._desk.add(job)

    def leave(self) -> None:
        """Cancel what is open: nobody waits for it any more."""
        self.tell = lambda _reply: None
        for job in list(self.jobs.values()):
            self._desk.cancel(job)
        self._desk.seats.discard(self)
        self._desk.changed()


class Desk:
    """Serves the clients that sit at it. One event loop uses it.

    Args:
        log: File for what the worker and its native libraries print (created with mode 0600).
        options: How the worker runs.
        keeper: The process that keeps it for several programs, or 0.
    """

    def __init__(self, log: Path, options: Options, keeper: int = 0) -> None:
        self._log = log
        self._options = options
        self._keeper = keeper
        self._deaths = Deaths(log)
        self._restarts = Restarts()
        self._starting = asyncio.Lock()
        self._started_at = 0.0
        self._starts = 0
        self._worker: WorkerProcess | None = None
        self._noted: WorkerProcess | None = None
        self._told = Status(id=0)
        self._lines: dict[str, Line[Seat, Job]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.seats: set[Seat] = set()
        """Who is there."""

    def sit(self, tell: Callable[[Reply], None]) -> Seat:
        """Let a client in, and tell it how the worker is."""
        seat = Seat(self, tell)
        self.seats.add(seat)
        tell(self._status())
        self.changed()
        return seat

    def add(self, job: Job) -> None:
        """Put a job into its line. What somebody reads ahead gives way to any other work of the chat model."""
        name = LINES[type(job.request)]
        if name == "chat" and not reads_ahead(job.request):
            for other in [one for seat in self.seats for one in seat.jobs.values() if reads_ahead(one.request)]:
                self.cancel(other)
        if name not in self._lines:
            self._lines[name] = Line()
            self._tasks.append(asyncio.create_task(self._serve(self._lines[name])))
        self._lines[name].add(job.seat, job)

    def cancel(self, job: Job) -> None:
        """Stop a job: at once while it waits, as soon as the worker obeys where it can."""
        generating = isinstance(job.request, Generate)
        if job.sent is None:
            self._lines[LINES[type(job.request)]].drop(job.seat, job)
            error = ModelError("The request was cancelled")
            job.tell(Done(id=0, usage=UNREAD) if generating else Failed.of(0, error))
        elif generating and not job.cancelled:
            job.cancelled = True
            worker, request = job.sent
            worker.cancel(request)
            if job.loaded:
                job.allow(OBEY_S)
            else:  # A model that is being loaded is used by the next question.
                job.tell(Done(id=0, usage=UNREAD))

    def changed(self) -> None:
        """Tell everybody how the worker is, if that is news."""
        worker = self._worker
        if worker is not None and worker.ended is not None and worker is not self._noted:
            self._noted = worker
            if not worker.stopped:
                self._restarts.crashed(self._started_at, time.monotonic())
        status = self._status()
        if status != self._told:
            self._told = status
            for seat in self.seats:
                seat.tell(status)

    async def close(self) -> None:
        """End the worker and all that waits for it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._lines.clear()
        if self._worker is not None:
            await self._worker.stop()

    # How -----------------------------------------------------------------------------------------------------------
    def _status(self) -> Status:
        worker, restarts = self._worker, max(0, self._starts - 1)
        status = Status(id=0, restarts=restarts, clients=len(self.seats), keeper=self._keeper)
        if worker is None:
            return status
        if worker.ended is not None:
            return msgspec.structs.replace(status, ended=worker.ended)
        return msgspec.structs.replace(
            status, pid=worker.pid, ready=worker.ready, loaded=worker.loaded, limits=worker.limits
        )

    async def _serve(self, line: Line[Seat, Job]) -> None:
        while True:
            job = await line.next()
            try:
                worker = await self._running()
            except WorkerError as error:
                job.tell(Failed.of(0, error))
                continue
            if not job.open:
                continue
            try:
                await self._carry_out(job, worker)
            # The edge of a request: an error that nobody foresaw is told to who asked, and the others are served.
            except Exception as error:
                log.exception("a request failed")
                job.tell(Failed.of(0, WorkerError(f"The request failed: {error!r}")))

    async def _carry_out(self, job: Job, worker: WorkerProcess) -> None:
        request = msgspec.structs.replace(job.request, id=worker.next_id())
        answers = worker.open(request)
        job.sent = worker, request
        job.tell(Begun(id=0))
        try:
            async with asyncio.timeout(request.within_s) as job.limit:
                await self._pass_on(job, answers)
        except TimeoutError:
            if job.cancelled:
                why = "The model worker did not stop when asked and was ended"
            else:
                why = f"The model worker did not answer within {request.within_s:g} s and was ended"
            worker.kill(why, request)
            job.limit = None
            await self._pass_on(job, answers)

    async def _pass_on(self, job: Job, answers: Answers) -> None:
        """Pass replies on until the last one."""
        while True:
            answer = await answers.get()
            reply = Failed.of(0, answer) if isinstance(answer, ModelError) else answer
            job.tell(reply)
            if is_last(job.request, reply):
                return
            if isinstance(reply, Loaded):
                job.loaded = True
                # How long an answer may take is for who reads it to say.
                job.allow(OBEY_S if job.cancelled else None)

    async def _running(self) -> WorkerProcess:
        async with self._starting:
            if self._worker is not None and self._worker.ended is None:
                return self._worker
            wait_s = self._restarts.wait_s(time.monotonic())
            if wait_s > 0 and self._restarts.stopped and self._worker is not None:
                raise self._given_up(self._worker, wait_s)
            await asyncio.sleep(wait_s)
            self._started_at = time.monotonic()
            self._worker = await WorkerProcess.start(self._log, self._options, self.changed, self._deaths)
            self._starts += 1
            self.changed()
            return self._worker

    def _given_up(self, worker: WorkerProcess, wait_s: float) -> WorkerError:
        """Return the error for a request in the time in which no worker is started."""
        again = f"; the next try is in {wait_s:.0f} s"
        if worker.killed:
            return WorkerError(f"The model worker had to be ended {CRASHES} times within a minute{again}")
        suspect = worker.doing(worker.suspects[0]) if worker.suspects else None
        what = f"The model worker crashed {CRASHES} times within a minute"
        error = self._deaths.explain(what, suspect, worker.status, worker.printed)
        return CrashError(f"{error}{again}", hint=error.hint, twice=True, rebuild=error.rebuild)
