"""The models in use: which they are by the settings, and what the engine lets them do in the worker."""

import hashlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import TypeVar

import msgspec

from engine.errors import ModelError, ModelFileError, WorkerError
from engine.models.breaker import Breaker, Outcome, Report, guarded, tolerance
from engine.models.client import WorkerClient
from engine.models.folders import Prompts
from engine.models.identity import identity
from engine.models.pace import Pace, estimated_tokens
from engine.models.protocol import Message, Usage, Within
from engine.models.shelf import ModelShelf
from engine.models.tuning import Tuning
from engine.observe.health import BreakerChange, BreakerHealth, ModelHealth, Role
from engine.settings import Settings

T = TypeVar("T")
PROMPT_DIGITS = 8
"""Hexadecimal digits that tell one prompt of a model from another, of which it has one at a time."""


class Language:
    """The embedding model, the chat model and, where the user has one, the reranker.

    Args:
        worker: Runs them.
        shelf: Where they are kept.
        settings: Which they are, and how they are run.
        on_change: Told of each change of state of a breaker.
    """

    def __init__(
        self,
        worker: WorkerClient,
        shelf: ModelShelf,
        settings: Settings,
        on_change: Callable[[BreakerChange], None] = lambda _change: None,
    ) -> None:
        self.worker = worker
        """Runs them."""
        self._shelf = shelf
        self._settings = settings
        bears = tolerance(settings)
        self.local = Breaker("local", bears, on_change)
        """Of the chat model as a rung of the ladder, which asks it."""
        # One failure is enough: a model that ends the worker takes the two others along.
        self._reranker = Breaker("reranker", msgspec.structs.replace(bears, failures=1), on_change)
        self._embedder = Breaker("embedding", bears, on_change)
        self._read_prompts: dict[str, Prompts] = {}
        self._pace: Pace | None = None
        self._ahead_tokens = 0

    def runs(self, model: str) -> bool:
        """Tell whether a model is installed."""
        try:
            self._shelf.path(model)
        except ModelError:
            return False
        return True

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        """Return a vector for each text that is to be found; see `WorkerClient.embed`.

        Raises:
            ModelError: The model is missing or damaged, or the worker died; after that happened twice in the same way
                the model is left alone for a while.
        """
        name = self._settings.embedding_model
        return await self._embed(name, texts, self._prompts(name).document)

    async def embed_questions(self, questions: Sequence[str | Within], vectors: str) -> list[bytes]:
        """Return a vector for each question, or part of one; see `embed`.

        Args:
            questions: What to embed.
            vectors: What they are to be compared with; see `vectors_name`.
        """
        name = model_of(vectors)
        return await self._embed(name, questions, self._prompts(name).query)

    def vectors_name(self) -> str:
        """Return the name under which the library keeps vectors: that of the embedding model, and of its prompt."""
        name = self._settings.embedding_model
        document = self._prompts(name).document if self.runs(name) else ""
        return f"{name}+{hashlib.sha256(document.encode()).hexdigest()[:PROMPT_DIGITS]}" if document else name

    def question_identity(self, vectors: str) -> bytes:
        """Return what tells vectors of questions from those of any other model, and of what it was before.

        Args:
            vectors: See `embed_questions`.

        Raises:
            ModelFileError: The model is not installed, or cannot be read.
        """
        name = model_of(vectors)
        path = self._shelf.path(name)
        try:
            files = identity(path)
        except OSError as error:
            raise ModelFileError(f"The embedding model in {path} cannot be read: {error}") from error
        return hashlib.sha256(files + self._prompts(name).query.encode()).digest()[: len(files)]

    async def _embed(self, model: str, texts: Sequence[str | Within], prompt: str) -> list[bytes]:
        path = self._shelf.path(model)
        return await _guarded(self._embedder, "embedding model", lambda: self.worker.embed(path, texts, prompt))

    def _prompts(self, model: str) -> Prompts:
        """Return the prompts of an embedding model. As with its weights, what was read once is used on.

        Raises:
            ModelFileError: It is not installed.
        """
        if model not in self._read_prompts:
            self._read_prompts[model] = self._shelf.prompts(model)
        return self._read_prompts[model]

    async def load_reranker(self) -> None:
        """Load the reranker, where one is set, ahead of the first search; see `WorkerClient.load_reranker`."""
        if self._settings.rerank_model:
            await self.worker.load_reranker(self._shelf.path(self._settings.rerank_model))

    async def rerank(self, question: str, texts: Sequence[str]) -> list[float | None]:
        """Tell how well texts answer a question, as many as `rerank_ms` allows; see `WorkerClient.rerank`.

        Raises:
            ModelError: The model is missing or damaged, or the worker died; after that the model is left alone for a
                while.
        """
        model = self._shelf.path(self._settings.rerank_model)
        budget_s = self._settings.rerank_ms / 1000
        return await _guarded(
            self._reranker, "reranker", lambda: self.worker.rerank(model, question, texts, budget_s=budget_s)
        )

    async def try_reranker(self, texts: Sequence[str]) -> int:
        """Load the reranker and return how many of these texts it reads in its time.

        Raises:
            ModelError: It cannot be done.
        """
        await self.load_reranker()
        return sum(logit is not None for logit in await self.rerank("how do I list the items", texts))

    def prompt_tokens(self) -> int:
        """Return how long a prompt of the chat model may be: what it reads within `first_word_s`, if that fits.

        Raises:
            ModelError: The model is missing.
        """
        settings = self._settings
        readable = self._chat_pace().tokens(settings.first_word_s)
        if self._shelf.path(settings.chat_model) in self.worker.loaded:
            readable += self._ahead_tokens
        return min(readable, max(0, settings.context_tokens - settings.answer_tokens))

    async def read_ahead(self, messages: Sequence[Message]) -> None:
        """Load the chat model and let it read what prompts begin with; see `WorkerClient.read_ahead`."""
        usage = await self.worker.read_ahead(
            self._shelf.path(self._settings.chat_model), messages, context_tokens=self._settings.context_tokens
        )
        self._chat_pace().measure(usage)
        if usage.finish != "cancelled":
            self._ahead_tokens = estimated_tokens(messages)

    async def write(self, messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        """Let the chat model answer; see `WorkerClient.generate`."""
        pieces = self.worker.generate(
            self._shelf.path(self._settings.chat_model),
            messages,
            context_tokens=self._settings.context_tokens,
            max_tokens=self._settings.answer_tokens,
            first_token_s=self._settings.first_token_s,
        )
        async with aclosing(pieces):
            async for piece in pieces:
                if isinstance(piece, Usage):
                    self._chat_pace().measure(piece)
                yield piece

    def _chat_pace(self) -> Pace:
        if self._pace is None:
            model = self._shelf.path(self._settings.chat_model)
            self._pace = Pace(model.stat().st_size, self.worker.measured(model))
        return self._pace

    async def load_chat(self) -> None:
        """Load the chat model ahead of the first question; see `WorkerClient.load_chat`."""
        model = self._shelf.path(self._settings.chat_model)
        await self.worker.load_chat(model, context_tokens=self._settings.context_tokens)

    async def try_chat(self, task: str) -> Usage:
        """Let the chat model carry out a task and return what it took.

        Raises:
            ModelError: It cannot be done.
        """
        async with aclosing(self.write([Message("user", task)])) as pieces:
            return [piece async for piece in pieces if isinstance(piece, Usage)][-1]

    def tuning(self) -> Tuning | None:
        """Return how the chat model is run, where that was measured; see `specdeck models tune`.

        Raises:
            ModelError: The model is missing.
        """
        measured = self.worker.measured(self._shelf.path(self._settings.chat_model))
        return None if measured is None else measured.tuning

    def health(self) -> tuple[ModelHealth, ...]:
        """Return how the models are."""
        loaded = set(self.worker.loaded)
        models = []
        roles: list[tuple[Role, str]] = [
            ("chat", self._settings.chat_model),
            ("embedding", self._settings.embedding_model),
        ]
        if self._settings.rerank_model:
            roles.append(("rerank", self._settings.rerank_model))
        for role, name in roles:
            try:
                path = self._shelf.path(name)
            except ModelError as error:
                models.append(ModelHealth(name=name, role=role, installed=False, loaded=False, detail=str(error)))
            else:
                models.append(ModelHealth(name=name, role=role, installed=True, loaded=path in loaded))
        return tuple(models)

    def breakers(self, now: float) -> tuple[BreakerHealth, ...]:
        """Return how the breakers stand at `now` (monotonic seconds); that of the reranker where there is one."""
        breakers = [self.local, self._embedder, *([self._reranker] if self._settings.rerank_model else [])]
        return tuple(breaker.health(now) for breaker in breakers)


def model_of(vectors: str) -> str:
    """Return the name of the model that made vectors; see `Language.vectors_name`."""
    return vectors.partition("+")[0]


async def _guarded(breaker: Breaker, what: str, work: Callable[[], Awaitable[T]]) -> T:
    """Run a model behind its breaker.

    Raises:
        ModelError: It failed, or is being left alone.
    """
    with guarded(breaker, time.monotonic) as call:
        if call is None:
            health = breaker.health(time.monotonic())
            raise WorkerError(
                f"The {what} failed; the next try is in {health.retry_s:.0f} s", hint=health.remedy or None
            )
        result = await work()
        call.report = Report(outcome=Outcome.SUCCESS)
    return result
