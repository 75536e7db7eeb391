"""The UI process's door to the models: starts the worker on first use, watches it, and starts it anew when it dies."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from engine.errors import ModelError, WorkerError
from engine.models import preflight
from engine.models.deaths import Deaths
from engine.models.process import Answers, WorkerProcess, expect
from engine.models.protocol import (
    Cancel,
    Done,
    Embed,
    Failed,
    Generate,
    LoadChat,
    Loaded,
    Logits,
    Message,
    Reply,
    Rerank,
    Text,
    Usage,
    Vectors,
    Within,
)
from engine.observe.health import WorkerState

EMBED_TEXTS = 16
"""Texts in one request. Between two requests the worker takes what others ask for, such as a question's vector, so
this bounds their wait; more at once is not faster on a CPU."""
EMBED_CHARACTERS = 16_384
"""What of a text is sent: the model reads some hundreds of tokens, which end long before."""
RERANK_TEXTS = 4
"""Texts that the reranker gets at a time: when the time is up it finishes these, and the next question waits for it.
Hits are of one length, more or less: more at once, or sorted by length, was not faster."""
EMBED_S = 120.0
LOAD_S = 300.0
"""Longest time for one batch of texts, and for loading a model from a slow disk; then the worker counts as hung."""
OBEY_S = 2.0
"""How long a cancelled generation may go on before the worker is killed."""

QUICK_CRASH_S = 10.0
QUICK_CRASHES = 3
BACK_OFF_S = 30.0
"""After three lives in a row of less than ten seconds the worker is left alone for half a minute."""


class WorkerEvent(msgspec.Struct, frozen=True, kw_only=True):
    """The worker's state has changed."""

    state: WorkerState
    pid: int
    detail: str = ""
    """Why it stopped."""


class WorkerStats(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the worker process."""

    rss_mb: float = 0.0
    """Resident memory in MiB, weights that are mapped from the file included."""


def _cut(text: str | Within) -> str | Within:
    return text[:EMBED_CHARACTERS] if isinstance(text, str) else (text[0][:EMBED_CHARACTERS], *text[1:])


def threads(setting: int) -> int:
    """Return how many threads the models get: `setting`, or for 0 all cores, from four cores up all but one."""
    if setting > 0:
        return setting
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores if cores < 4 else cores - 1


class WorkerClient:
    """Runs models in the worker. One event loop uses it.

    Args:
        log: File for what the worker and its native libraries print (created with mode 0600).
        threads: Threads for each model; see `threads`.
        on_event: Told of every change of state, on the event loop.
    """

    def __init__(self, *, log: Path, threads: int, on_event: Callable[[WorkerEvent], None] | None = None) -> None:
        self._log = log
        self._deaths = Deaths(log)
        self._threads = threads
        self._on_event = on_event
        self._worker: WorkerProcess | None = None
        self._starting = asyncio.Lock()
        self._generating = asyncio.Lock()
        self._started_at = 0.0
        self._starts = 0
        self._quick_crashes = 0
        self._chat: tuple[Path, int] | None = None
        self._embedding: Path | None = None
        self._reranker: Path | None = None
        self._reranking = asyncio.Lock()
        self._owed: Answers | None = None
        """Where the reranker's answer comes that nobody waited for."""
        self._last = WorkerState.OFF

    # What it is ----------------------------------------------------------------------------------------------------
    @property
    def state(self) -> WorkerState:
        """What the worker is doing."""
        worker = self._worker
        if worker is None:
            return WorkerState.OFF
        if worker.ended is not None:
            return WorkerState.STOPPED
        if not worker.ready:
            return WorkerState.STARTING
        return WorkerState.BUSY if worker.busy else WorkerState.READY

    @property
    def pid(self) -> int:
        """Process id of the worker, or 0."""
        worker = self._worker
        return worker.pid if worker is not None and worker.ended is None else 0

    @property
    def restarts(self) -> int:
        """How often the worker was started again."""
        return max(0, self._starts - 1)

    @property
    def loaded(self) -> tuple[Path, ...]:
        """The models that the worker has in memory, as they were given."""
        if not self.pid:
            return ()
        chat = None if self._chat is None else self._chat[0]
        return tuple(path for path in (chat, self._embedding, self._reranker) if path is not None)

    async def stats(self) -> WorkerStats:
        """Return the worker's figures; zeros when it is not running."""
        import psutil  # which no command needs, and each would wait for

        try:
            return WorkerStats(rss_mb=psutil.Process(self.pid).memory_info().rss / 2**20) if self.pid else WorkerStats()
        except psutil.Error:  # It ended just now.
            return WorkerStats()

    # What it does --------------------------------------------------------------------------------------------------
    async def embed(self, model: Path, texts: Sequence[str | Within]) -> list[bytes]:
        """Turn texts into vectors.

        Args:
            model: A sentence-transformers folder.
            texts: What to embed: texts, or parts of some. Several calls at once share the worker fairly.

        Returns:
            For each text its L2-normalised vector: float32, little-endian, 4 bytes a dimension.

        Raises:
            ModelFileError: The folder is missing or damaged.
            WorkerError: The worker died or hangs.
        """
        vectors: list[bytes] = []
        for start in range(0, len(texts), EMBED_TEXTS):
            worker = await self._running()
            batch = [_cut(text) for text in texts[start : start + EMBED_TEXTS]]
            reply = await worker.ask(Embed(id=worker.next_id(), path=str(model), texts=batch), Vectors, EMBED_S)
            self._embedding = model
            size = 4 * reply.dims
            vectors += (reply.data[place : place + size] for place in range(0, size * len(batch), size))
        return vectors

    async def load_reranker(self, model: Path) -> None:
        """Load a cross-encoder, unless it is loaded already.

        Args:
            model: A sentence-transformers CrossEncoder folder.

        Raises:
            ModelFileError: The folder is missing, damaged or not such a folder.
            WorkerError: The worker died or hangs.
        """
        worker = await self._running()
        request = Rerank(id=worker.next_id(), path=str(model), question="", texts=[])
        await worker.ask(request, Logits, LOAD_S)
        self._reranker = model

    async def rerank(self, model: Path, question: str, texts: Sequence[str], *, budget_s: float) -> list[float | None]:
        """Tell how well texts answer a question, as many as can be read in the time. One call at a time.

        Args:
            model: A sentence-transformers CrossEncoder folder; loaded first where it is not, within the time.
            question: The question.
            texts: What to score, what matters most first.
            budget_s: Seconds.

        Returns:
            For each text its logit, or None where the time was up before.

        Raises:
            ModelFileError: The folder is missing, damaged or not such a folder.
            WorkerError: The worker died.
        """
        logits: list[float | None] = [None] * len(texts)
        worker = await self._running()
        with suppress(TimeoutError):
            async with asyncio.timeout(budget_s), self._reranking:
                if self._owed is not None:
                    await self._owed.get()
                    self._owed = None
                for start in range(0, len(texts), RERANK_TEXTS):
                    batch = list(texts[start : start + RERANK_TEXTS])
                    request = Rerank(id=worker.next_id(), path=str(model), question=question, texts=batch)
                    self._owed = worker.open(request)
                    answer = await self._owed.get()
                    self._owed = None
                    logits[start : start + len(batch)] = expect(answer, Logits).values
                    self._reranker = model
        return logits

    async def load_chat(self, model: Path, *, context_tokens: int) -> None:
        """Load a chat model, unless it is loaded already.

        Args:
            model: A GGUF file; its header is checked here first, so that native code never sees a damaged one.
            context_tokens: Window in tokens, prompt and answer together.

        Raises:
            ModelFileError: The file is missing, damaged or no chat model.
            WorkerError: The worker died or hangs.
        """
        async with self._generating:
            await self._load(model, context_tokens)

    async def generate(
        self, model: Path, messages: Sequence[Message], *, context_tokens: int, max_tokens: int, first_token_s: float
    ) -> AsyncGenerator[str | Usage, None]:
        """Write an answer. One at a time: a second call waits for the first.

        Closing the iterator or cancelling the task stops the model at once, also while it reads the prompt.

        Args:
            model: A GGUF file; loaded first where it is not.
            messages: The conversation, system message first.
            context_tokens: Window in tokens, prompt and answer together.
            max_tokens: Longest answer in tokens.
            first_token_s: Seconds for the first token, and then for each next one, before this counts as failed.

        Yields:
            Pieces of text, cleaned for a terminal, and at the end one `Usage`.

        Raises:
            ModelFileError: The file is missing, damaged or no chat model.
            ModelError: The prompt is longer than the window.
            WorkerError: The worker died or hangs, or the first token did not come in time.
        """
        async with self._generating:
            worker = await self._load(model, context_tokens)
            request = Generate(id=worker.next_id(), messages=list(messages), max_tokens=max_tokens)
            answers = worker.open(request)
            ended = False
            try:
                while not ended:
                    async with asyncio.timeout(first_token_s):
                        answer = await answers.get()
                    ended = _is_last(answer)
                    if isinstance(answer, Text):
                        yield answer.text
                    else:
                        yield expect(answer, Done).usage
            except TimeoutError as error:
                raise WorkerError(
                    f"The model wrote nothing for {first_token_s:.0f} s",
                    hint="Use a smaller model, or raise `first_token_s` in the settings",
                ) from error
            finally:
                if not ended:
                    worker.send(Cancel(id=request.id))
                    await asyncio.shield(asyncio.create_task(_obeys(worker, answers)))

    async def close(self) -> None:
        """Stop the worker: ask, then terminate, then kill. A later request would start a new one."""
        worker, self._worker = self._worker, None
        self._changed()
        if worker is not None:
            await worker.stop()

    # How -----------------------------------------------------------------------------------------------------------
    async def _load(self, model: Path, context_tokens: int) -> WorkerProcess:
        worker = await self._running()
        if self._chat != (model, context_tokens):
            await asyncio.to_thread(preflight.check, model)
            self._chat = None
            request = LoadChat(id=worker.next_id(), path=str(model), context_tokens=context_tokens)
            await worker.ask(request, Loaded, LOAD_S)
            self._chat = (model, context_tokens)
        return worker

    async def _running(self) -> WorkerProcess:
        async with self._starting:
            if self._worker is not None and self._worker.ended is None:
                return self._worker
            self._check_back_off()
            self._chat = self._embedding = self._reranker = self._owed = None
            self._started_at = time.monotonic()
            self._worker = await WorkerProcess.start(self._log, self._threads, self._changed, self._deaths)
            self._starts += 1
            self._changed()
            return self._worker

    def _check_back_off(self) -> None:
        if self._quick_crashes < QUICK_CRASHES:
            return
        left_s = self._started_at + QUICK_CRASH_S + BACK_OFF_S - time.monotonic()
        if left_s > 0:
            raise WorkerError(
                f"The model worker crashed {self._quick_crashes} times in a row; the next try is in {left_s:.0f} s",
                hint=f"See what it printed in {self._log}",
            )

    def _changed(self) -> None:
        state = self.state
        if state is self._last:
            return
        self._last = state
        detail = ""
        if state is WorkerState.STOPPED and self._worker is not None and self._worker.ended is not None:
            detail = self._worker.ended
            quick = time.monotonic() - self._started_at < QUICK_CRASH_S
            self._quick_crashes = self._quick_crashes + 1 if quick else 0
        if self._on_event is not None:
            self._on_event(WorkerEvent(state=state, pid=self.pid, detail=detail))


def _is_last(answer: Reply | ModelError) -> bool:
    return isinstance(answer, Done | Failed | WorkerError)


async def _obeys(worker: WorkerProcess, answers: Answers) -> None:
    """Wait for the end of a cancelled generation; kill a worker that does not come to it."""
    try:
        async with asyncio.timeout(OBEY_S):
            while not _is_last(await answers.get()):
                pass
    except TimeoutError:
        worker.kill("The model worker did not stop when asked and was ended")
