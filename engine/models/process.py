"""One life of the model worker, seen from the desk: its pipes, its open requests, and why it ended."""

import asyncio
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec

from engine.children import environment, open_log, python_module
from engine.errors import ModelError, WorkerError
from engine.models.deaths import Deaths, describe_exit
from engine.models.exchange import Answers, Exchange
from engine.models.protocol import (
    REQUEST_S,
    Decoder,
    Failed,
    Generate,
    LoadChat,
    Options,
    Ping,
    Pong,
    Ready,
    Reply,
    Request,
    Work,
    encode,
)
from engine.models.pulse import HUNG_S, Pulse

READ_BYTES = 1 << 16
"""As much as a pipe of Linux holds."""
PRINTED_BYTES = 1 << 16
"""Of what a worker printed this much is looked at for the cause of its death; a stack of all threads has a tenth."""
STOP_S = 0.25
"""How long the worker may take to end after its channel is closed, and again after SIGTERM. It has nothing to save, and
a second after an app is killed nothing may be left."""

CHILD_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    # From 1.31 on ONNX Runtime reports what is run to its maker, on Linux too, and keeps a database for that.
    "ORT_DISABLE_TELEMETRY": "1",
    # A failed assertion in ggml would fork a debugger.
    "GGML_NO_BACKTRACE": "1",
    # Threads that spin at OpenMP's barriers stall each other as soon as another process wants a core: with one busy
    # neighbour on two cores a small model wrote 2 tokens/s spinning and 30 tokens/s sleeping.
    "OMP_WAIT_POLICY": "passive",
}
HUNG = "The model worker did not answer any more and was ended"


def child_environment() -> dict[str, str]:
    """Return the environment of a child that runs models: offline, and with this very `engine` importable."""
    return environment(CHILD_ENVIRONMENT)


def worker_command(options: Options) -> list[str]:
    """Return the command that runs a worker."""
    return python_module("engine.models.worker", msgspec.json.encode(options).decode())


def _read_log(log: Path, start: int) -> bytes:
    try:
        with log.open("rb") as file:
            file.seek(start)
            return file.read(PRINTED_BYTES)
    except OSError:  # Who takes the log away has its reasons.
        return b""


class WorkerProcess:
    """A running worker. Everything happens on the event loop that started it.

    Args:
        process: With pipes.
        printed: Returns what it has printed.
        on_change: Called whenever `ready`, `loaded` or `ended` may have changed.
        deaths: Told what it did and of what it died.
    """

    def __init__(
        self, process: Process, printed: Callable[[], bytes], on_change: Callable[[], None], deaths: Deaths
    ) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("The worker is started with pipes")
        self._process = process
        self._printed = printed
        self._stdin = process.stdin
        self._stdout = process.stdout
        self._on_change = on_change
        self._deaths = deaths
        self._pulse = Pulse(lambda: self.send(Ping(id=0)))
        self._exchange = Exchange(self.send, self._work_changed)
        self._culprit: Work | None = None
        self._proven: set[tuple[type[Work], str]] = set()
        self._writing = 0
        self._loaded: dict[type[Work], str] = {}
        self.pid = process.pid
        self.ready = False
        self.limits: list[str] = []
        """What it is kept from, as it tells."""
        self.stopped = False
        """Whether it was asked to end."""
        self.status = 0
        """How it ended: the exit status, or the negative number of a signal."""
        self.printed = b""
        """What it printed, or the beginning of that, once it has ended."""
        self.killed = ""
        """Why it was ended by force, if it was."""
        self.suspects: list[Work] = []
        """What it may have ended of."""
        self.ended: str | None = None
        """Why it ended, once it has."""
        self._watcher = asyncio.create_task(self._watch())
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, log: Path, options: Options, on_change: Callable[[], None], deaths: Deaths) -> "WorkerProcess":
        """Start a worker; requests may be sent at once.

        Raises:
            WorkerError: The process or its log cannot be made.
        """
        try:
            descriptor = open_log(log)
            try:
                before = os.fstat(descriptor).st_size
                process = await asyncio.create_subprocess_exec(
                    *worker_command(options),
                    stdin=PIPE,
                    stdout=PIPE,
                    stderr=descriptor,
                    env=child_environment(),
                    start_new_session=True,  # Ctrl+C in the terminal is for the app, not for the worker.
                )
            finally:
                os.close(descriptor)
        except OSError as error:
            raise WorkerError(f"The model worker cannot be started: {error}") from error
        return cls(process, partial(_read_log, log, before), on_change, deaths)

    @property
    def loaded(self) -> list[str]:
        """The models that it has in memory."""
        return list(self._loaded.values())

    def next_id(self) -> int:
        """Return an id for a request."""
        return self._exchange.next_id()

    def send(self, request: Request) -> None:
        """Send a request without looking for its answer. Does nothing once the worker has ended."""
        if self.ended is None and not self._stdin.is_closing():
            self._stdin.write(encode(request))

    def open(self, request: Work) -> Answers:
        """Send a request and return the queue that its replies, or an error, arrive on."""
        answers = self._exchange.open(request)
        if self.ended is not None:
            self._exchange.end(self._error)
        return answers

    def cancel(self, request: Work) -> None:
        """Ask the worker to stop a request; its last reply still comes."""
        self._exchange.cancel(request)

    def kill(self, why: str, culprit: Work | None = None) -> None:
        """End the worker now.

        Args:
            why: What the request is told that it was ended for.
            culprit: That request; without it, any that is open may be it.
        """
        if self.ended is None and self._process.returncode is None:
            if not self.killed:
                self.killed, self._culprit = why, culprit
            self._process.kill()

    async def stop(self) -> None:
        """End the worker: ask, then terminate, then kill."""
        self.stopped = True
        self._stdin.close()
        for insist in (self._process.terminate, self._process.kill):
            try:
                async with asyncio.timeout(STOP_S):
                    await asyncio.shield(self._reader)
            except TimeoutError:
                with suppress(ProcessLookupError):  # It has ended just now.
                    insist()
        await self._reader

    async def _watch(self) -> None:
        await self._pulse.lost(lambda: self.pid, self._patience_s)
        self.kill(HUNG)

    def _patience_s(self) -> float:
        """Return how long it may be silent. A library may hold Python's lock for as long as it loads a model."""
        known = all((type(request), request.path) in self._proven for request in self._exchange.requests)
        return HUNG_S if self.ready and known else REQUEST_S

    async def _read(self) -> None:
        decoder: Decoder[Reply] = Decoder(Reply)
        try:
            while data := await self._stdout.read(READ_BYTES):
                for frame in decoder.feed(data):
                    self._route(frame)
        except WorkerError as error:
            self.kill(str(error))
        self.status = await self._process.wait()
        self.printed = await asyncio.to_thread(self._printed)
        self._watcher.cancel()
        self._stdin.close()
        self._end()

    def _route(self, frame: Reply) -> None:
        self._pulse.answered()
        if isinstance(frame, Ready):
            self.ready, self.limits = True, frame.limits
            self._on_change()
        elif not isinstance(frame, Pong):
            request, last = self._exchange.route(frame)
            if last:
                self._deaths.survived(request, frame)
            if not isinstance(frame, Failed):
                self._has_loaded(request)
            elif isinstance(request, LoadChat | Generate) and self._loaded.get(LoadChat) not in {None, request.path}:
                del self._loaded[LoadChat]  # It made room for one that cannot be loaded.
                self._on_change()

    def _has_loaded(self, request: Work) -> None:
        self._proven.add((type(request), request.path))
        kind = LoadChat if isinstance(request, Generate) else type(request)
        if isinstance(request, Generate):
            self._writing = request.id
        if self._loaded.get(kind) != request.path:
            self._loaded[kind] = request.path
            self._on_change()

    def doing(self, request: Work) -> Work:
        """Return what it does for a request: before it writes it loads the model."""
        if isinstance(request, Generate) and request.id != self._writing:
            return LoadChat(id=request.id, path=request.path, context_tokens=request.context_tokens)
        return request

    def _work_changed(self) -> None:
        if self._exchange.requests:
            self._pulse.working.set()
        else:
            self._pulse.working.clear()

    def _end(self) -> None:
        """Tell everybody why it ended."""
        if self.stopped:
            self.ended = "The model worker was stopped"
        else:
            self.ended = self.killed or describe_exit(self.status)
            requests = self._exchange.requests
            self.suspects = [self._culprit] if self._culprit else self._deaths.suspects(requests)
        self._on_change()
        self._exchange.end(self._error)

    def _error(self, request: Work) -> ModelError:
        """Return what a request is told that was open at the end, or came too late."""
        why = self.ended or ""
        if request not in self.suspects:
            # No fault of its model, which nobody should leave alone for it.
            return WorkerError(why) if self.stopped else ModelError(why, hint=WorkerError.hint)
        return WorkerError(why) if self.killed else self._deaths.died(self.doing(request), self.status, self.printed)
