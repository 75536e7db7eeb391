"""The UI process's door to the models: comes to a desk on first use, and asks it for what the models can do."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from engine.errors import WorkerError
from engine.models import preflight
from engine.models.channel import Channel
from engine.models.exchange import Answers, expect, is_end
from engine.models.protocol import (
    Begun,
    Done,
    Embed,
    Generate,
    LoadChat,
    Loaded,
    Logits,
    Message,
    Options,
    Rerank,
    Status,
    Text,
    Usage,
    Vectors,
    Within,
)
from engine.models.sharing import Sharing
from engine.models.tuning import Measured, Tuning
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


def threads(setting: int, most: int = 0) -> int:
    """Return how many threads each model gets.

    Args:
        setting: So many, or for 0 all cores, from four cores up all but one.
        most: Cores that may be used; 0 for no limit.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    wanted = setting or (cores if cores < 4 else cores - 1)
    return min(wanted, most) if most else wanted


class WorkerClient:
    """Runs models in the worker. One event loop uses it.

    Args:
        log: File for what the worker and its native libraries print (created with mode 0600).
        options: How it runs; for its threads see `threads`.
        on_event: Told of every change of state, on the event loop.
        sharing: Whose worker it is.
        measured: Tells how a chat model is run best, where that was measured.
    """

    def __init__(
        self,
        *,
        log: Path,
        options: Options,
        on_event: Callable[[WorkerEvent], None] | None = None,
        sharing: Sharing = Sharing.OWN,
        measured: Callable[[Path], Measured | None] = lambda _model: None,
    ) -> None:
        self.measured = measured
        self.log = log
        """File for what the worker prints."""
        self._on_event = on_event
        self._channel = Channel(log, options, sharing, self._changed)
        self._generating = asyncio.Lock()
        self._reranking = asyncio.Lock()
        self._last = WorkerState.OFF

    # What it is ----------------------------------------------------------------------------------------------------
    @property
    def state(self) -> WorkerState:
        """What the worker is doing for this client."""
        status = self.status
        if status.ended:
            return WorkerState.STOPPED
        if not status.pid:
            return WorkerState.OFF
        if not status.ready:
            return WorkerState.STARTING
        return WorkerState.BUSY if self._channel.busy else WorkerState.READY

    @property
    def pid(self) -> int:
        """Process id of the worker, or 0."""
        return self.status.pid

    @property
    def restarts(self) -> int:
        """How often the worker was started again."""
        return self.status.restarts

    @property
    def loaded(self) -> tuple[Path, ...]:
        """The models that the worker has in memory."""
        return tuple(Path(path) for path in self.status.loaded)

    @property
    def status(self) -> Status:
        """All that is known of the worker, with those who share it."""
        return self._channel.status

    async def look(self) -> None:
        """Find out how the worker is that another program runs, if there is one that this one would use."""
        await self._channel.look()

    async def stats(self) -> WorkerStats:
        """Return the worker's figures; zeros when it is not running."""
        import psutil  # which no command needs, and each would wait for

        try:
            return WorkerStats(rss_mb=psutil.Process(self.pid).memory_info().rss / 2**20) if self.pid else WorkerStats()
        except psutil.Error:  # It ended just now.
            return WorkerStats()

    # What it does --------------------------------------------------------------------------------------------------
    async def embed(self, model: Path, texts: Sequence[str | Within], prompt: str = "") -> list[bytes]:
        """Turn texts into vectors.

        Args:
            model: A sentence-transformers folder.
            texts: What to embed: texts, or parts of some. Several calls at once share the worker fairly.
            prompt: What the model reads before each.

        Returns:
            For each text its L2-normalised vector: float32, little-endian, 4 bytes a dimension.

        Raises:
            ModelFileError: The folder is missing or damaged.
            WorkerError: The worker died or hangs.
        """
        vectors: list[bytes] = []
        for start in range(0, len(texts), EMBED_TEXTS):
            batch = [_cut(text) for text in texts[start : start + EMBED_TEXTS]]
            request = Embed(id=self._channel.next_id(), path=_name(model), texts=batch, prompt=prompt, within_s=EMBED_S)
            reply = await self._channel.ask(request, Vectors)
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
        await self._channel.ask(self._rerank_request(model, "", []), Logits)

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
        with suppress(TimeoutError):
            async with asyncio.timeout(budget_s), self._reranking:
                for start in range(0, len(texts), RERANK_TEXTS):
                    batch = list(texts[start : start + RERANK_TEXTS])
                    reply = await self._channel.ask(self._rerank_request(model, question, batch), Logits)
                    logits[start : start + len(batch)] = reply.values
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
        await self._check(model)
        request = LoadChat(
            id=self._channel.next_id(),
            path=_name(model),
            context_tokens=context_tokens,
            tuning=self._tuning(model),
            within_s=LOAD_S,
        )
        await self._channel.ask(request, Loaded)

    async def read_ahead(self, model: Path, messages: Sequence[Message], *, context_tokens: int) -> Usage:
        """Let the model read the beginning of conversations, which it then knows. A `generate` ends that at once.

        Args:
            model: A GGUF file; loaded first where it is not.
            messages: The beginning.
            context_tokens: Window in tokens, prompt and answer together.

        Raises:
            ModelFileError: The file is missing, damaged or no chat model.
            ModelError: The beginning is longer than the window.
            WorkerError: The worker died or hangs.
        """
        await self._check(model)
        request = self._generate_request(model, messages, context_tokens, max_tokens=0)
        answers = await self._channel.open(request)
        try:
            while not is_end(answer := await answers.get()):
                pass
            return expect(answer, Done).usage
        finally:
            self._channel.cancel(request)

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
            await self._check(model)
            request = self._generate_request(model, messages, context_tokens, max_tokens)
            answers = await self._channel.open(request)
            patience_s, ended = None, False
            try:
                while not ended:
                    async with asyncio.timeout(patience_s):
                        answer = await answers.get()
                    ended = is_end(answer)
                    match answer:
                        case Begun():
                            pass
                        case Loaded():
                            patience_s = first_token_s
                        case Text():
                            yield answer.text
                        case _:
                            yield expect(answer, Done).usage
            except TimeoutError as error:
                raise WorkerError(
                    f"The model wrote nothing for {first_token_s:.0f} s",
                    hint="Use a smaller model, or raise `first_token_s` in the settings",
                ) from error
            finally:
                if not ended:
                    self._channel.cancel(request)
                    await asyncio.shield(asyncio.create_task(_end(answers)))

    async def close(self) -> None:
        """Leave the worker; who leaves it last ends it. A later request would start a new one."""
        await self._channel.close()

    # How -----------------------------------------------------------------------------------------------------------
    async def _check(self, model: Path) -> None:
        """Look at the header of a file that nobody has loaded, so that native code never sees a damaged one."""
        if model not in self.loaded:
            await asyncio.to_thread(preflight.check, model)

    def _tuning(self, model: Path) -> Tuning | None:
        measured = self.measured(model)
        return None if measured is None else measured.tuning

    def _generate_request(
        self, model: Path, messages: Sequence[Message], context_tokens: int, max_tokens: int
    ) -> Generate:
        return Generate(
            id=self._channel.next_id(),
            path=_name(model),
            context_tokens=context_tokens,
            tuning=self._tuning(model),
            messages=list(messages),
            max_tokens=max_tokens,
            within_s=LOAD_S,
        )

    def _rerank_request(self, model: Path, question: str, texts: list[str]) -> Rerank:
        return Rerank(id=self._channel.next_id(), path=_name(model), question=question, texts=texts, within_s=LOAD_S)

    def _changed(self) -> None:
        state = self.state
        if state is self._last:
            return
        self._last = state
        if self._on_event is not None:
            self._on_event(WorkerEvent(state=state, pid=self.pid, detail=self.status.ended))


def _name(model: Path) -> str:
    return str(model.absolute())


async def _end(answers: Answers) -> None:
    """Wait for the end of a cancelled generation: the desk sees to it that it comes."""
    while not is_end(await answers.get()):
        pass
