"""One life of the model worker, seen from the UI process: its pipes, its open requests, and why it ended."""

import asyncio
import itertools
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from engine.errors import WorkerError
from engine.models.deaths import Deaths, describe_exit
from engine.models.protocol import Decoder, Failed, Ready, Reply, Request, Text, encode
from engine.settings import private_folder

LOG_BYTES = 10 * 2**20
"""A larger log is emptied at the next start."""
READ_BYTES = 1 << 16
"""As much as a pipe of Linux holds."""
STOP_S = 2.0
"""How long the worker may take to end after its channel is closed, and again after SIGTERM."""

CHILD_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    # A failed assertion in ggml would fork a debugger.
    "GGML_NO_BACKTRACE": "1",
    # Threads that spin at OpenMP's barriers stall each other as soon as another process wants a core: with one busy
    # neighbour on two cores a small model wrote 2 tokens/s spinning and 30 tokens/s sleeping.
    "OMP_WAIT_POLICY": "passive",
}

Answers = asyncio.Queue[Reply | WorkerError]
T = TypeVar("T", bound=Reply)


def python_module(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module with this Python, without importing from the working directory."""
    return [sys.executable, "-P", "-m", module, *arguments]


def child_environment() -> dict[str, str]:
    """Return the environment of a child that runs models: offline, and with this very `engine` importable."""
    root = str(Path(__file__).resolve().parents[2])
    inherited = os.environ.get("PYTHONPATH")
    return os.environ | CHILD_ENVIRONMENT | {"PYTHONPATH": os.pathsep.join([root, inherited] if inherited else [root])}


class WorkerProcess:
    """A running worker. Everything happens on the event loop that started it.

    Args:
        on_change: Called whenever `ready`, `busy` or `ended` may have changed.
        deaths: Told what it did and of what it died.
    """

    def __init__(self, process: Process, on_change: Callable[[], None], deaths: Deaths) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("The worker is started with pipes")
        self._process = process
        self._stdin = process.stdin
        self._stdout = process.stdout
        self._on_change = on_change
        self._deaths = deaths
        self._ids = itertools.count(1)
        self._open: dict[int, tuple[Request, Answers]] = {}
        self._why_killed = ""
        self.pid = process.pid
        self.ready = False
        self.ended: str | None = None
        """Why it ended, once it has."""
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, log: Path, threads: int, on_change: Callable[[], None], deaths: Deaths) -> "WorkerProcess":
        """Start a worker; requests may be sent at once.

        Raises:
            WorkerError: The process or its log cannot be made.
        """
        try:
            private_folder(log.parent)
            descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                if os.fstat(descriptor).st_size > LOG_BYTES:
                    os.ftruncate(descriptor, 0)
                process = await asyncio.create_subprocess_exec(
                    *python_module("engine.models.worker", "--threads", str(threads)),
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
        return cls(process, on_change, deaths)

    @property
    def busy(self) -> bool:
        """Whether a request is not fully answered."""
        return bool(self._open)

    def next_id(self) -> int:
        """Return an id for a request."""
        return next(self._ids)

    def send(self, request: Request) -> None:
        """Send a request without looking for its answer. Does nothing once the worker has ended."""
        if self.ended is None:
            self._stdin.write(encode(request))

    def open(self, request: Request) -> Answers:
        """Send a request and return the queue that its replies, or a WorkerError, arrive on."""
        answers = Answers()
        if self.ended is not None:
            answers.put_nowait(WorkerError(self.ended))
            return answers
        self.send(request)
        self._open[request.id] = request, answers
        self._on_change()
        return answers

    async def ask(self, request: Request, reply: type[T], timeout_s: float) -> T:
        """Send a request that has one reply, and return it. A worker that lets `timeout_s` pass is killed.

        Raises:
            ModelError: The worker refused, ended or did not answer.
        """
        answers = self.open(request)
        try:
            async with asyncio.timeout(timeout_s):
                return expect(await answers.get(), reply)
        except TimeoutError:
            self.kill(f"The model worker did not answer within {timeout_s:.0f} s and was ended")
        return expect(await answers.get(), reply)

    def kill(self, why: str) -> None:
        """End the worker now; `why` is what its open requests are told."""
        if self.ended is None and self._process.returncode is None:
            self._why_killed = self._why_killed or why
            self._process.kill()

    async def stop(self) -> None:
        """End the worker: ask, then terminate, then kill."""
        self._why_killed = self._why_killed or "The model worker was stopped"
        self._stdin.close()
        for insist in (self._process.terminate, self._process.kill):
            try:
                async with asyncio.timeout(STOP_S):
                    await asyncio.shield(self._reader)
            except TimeoutError:
                insist()
        await self._reader

    async def _read(self) -> None:
        decoder: Decoder[Reply] = Decoder(Reply)
        try:
            while data := await self._stdout.read(READ_BYTES):
                for frame in decoder.feed(data):
                    self._route(frame)
        except WorkerError as error:
            self.kill(str(error))
        status = await self._process.wait()
        self._stdin.close()
        self.ended = self._why_killed or describe_exit(status)
        suspects = [] if self._why_killed else self._deaths.suspects(request for request, _ in self._open.values())
        for request, answers in self._open.values():
            crashed = request in suspects
            answers.put_nowait(self._deaths.died(request, status) if crashed else WorkerError(self.ended))
        self._open.clear()
        self._on_change()

    def _route(self, frame: Reply) -> None:
        if isinstance(frame, Ready):
            self.ready = True
        elif frame.id not in self._open:
            raise WorkerError("The channel to the model worker is out of step")
        elif isinstance(frame, Text):
            self._open[frame.id][1].put_nowait(frame)
        else:
            request, answers = self._open.pop(frame.id)
            self._deaths.survived(request, frame)
            answers.put_nowait(frame)
        self._on_change()


def expect(answer: Reply | WorkerError, kind: type[T]) -> T:
    """Return `answer` if it is of this kind, and raise what it stands for if it is not.

    Raises:
        ModelError: The worker refused or ended.
    """
    match answer:
        case Failed():
            raise answer.error()
        case WorkerError():
            raise answer
        case _ if isinstance(answer, kind):
            return answer
    raise WorkerError(f"The model worker answered {type(answer).__name__} out of turn")
