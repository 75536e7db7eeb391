"""The models in use: which they are by the settings, and what the engine lets them do in the worker."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from engine.errors import ModelError
from engine.models.client import WorkerClient
from engine.models.protocol import Message, Usage
from engine.models.shelf import ModelShelf
from engine.observe.health import ModelHealth
from engine.settings import Settings


class Language:
    """The embedding model and the chat model.

    Args:
        worker: Runs them.
        shelf: Where they are kept.
        settings: Which they are, and how they are run.
    """

    def __init__(self, worker: WorkerClient, shelf: ModelShelf, settings: Settings) -> None:
        self._worker = worker
        self._shelf = shelf
        self._settings = settings

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        """Return a vector for each text; see `WorkerClient.embed`."""
        return await self._worker.embed(self._shelf.path(self._settings.embedding_model), texts)

    async def embed_question(self, question: str) -> bytes:
        """Return the vector of one text."""
        return (await self.embed([question]))[0]

    def write(self, messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        """Let the chat model answer; see `WorkerClient.generate`."""
        return self._worker.generate(
            self._shelf.path(self._settings.chat_model),
            messages,
            context_tokens=self._settings.context_tokens,
            max_tokens=self._settings.answer_tokens,
            first_token_s=self._settings.first_token_s,
        )

    async def load_chat(self) -> None:
        """Load the chat model ahead of the first question; see `WorkerClient.load_chat`."""
        model = self._shelf.path(self._settings.chat_model)
        await self._worker.load_chat(model, context_tokens=self._settings.context_tokens)

    async def try_chat(self, task: str) -> Usage:
        """Let the chat model carry out a task and return what it took.

        Raises:
            ModelError: It cannot be done.
        """
        async with aclosing(self.write([Message("user", task)])) as pieces:
            return [piece async for piece in pieces if isinstance(piece, Usage)][-1]

    def health(self) -> tuple[ModelHealth, ...]:
        """Return how the models are."""
        loaded = set(self._worker.loaded)
        models = []
        roles = (("chat", self._settings.chat_model), ("embedding", self._settings.embedding_model))
        for role, name in roles:
            try:
                path = self._shelf.path(name)
            except ModelError as error:
                models.append(ModelHealth(name=name, role=role, installed=False, loaded=False, detail=str(error)))
            else:
                models.append(ModelHealth(name=name, role=role, installed=True, loaded=path in loaded))
        return tuple(models)
