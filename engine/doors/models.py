"""The door to the models: loading them ahead, and trying them."""

import asyncio
from contextlib import suppress
from functools import partial
from importlib import import_module

from engine.collector import settle
from engine.errors import ModelError
from engine.models.protocol import Usage
from engine.models.remote.use import RemoteInUse
from engine.models.roles import Language
from engine.models.tuning import Tuning
from engine.search.search import Searcher


class ModelsDoor:
    """The models in use.

    Args:
        language: Runs those of this machine.
        searcher: Searches, by meaning too.
        elsewhere: Asks the one elsewhere.
    """

    def __init__(self, language: Language, searcher: Searcher, elsewhere: RemoteInUse) -> None:
        self._language = language
        self._searcher = searcher
        self._elsewhere = elsewhere

    async def warm(self) -> None:
        """Load what answers a question, start the worker and load the models, so that the first question does not wait.

        The chat model reads ahead what each prompt begins with, until a question is asked. A model that cannot be
        loaded is passed over: the first question that needs it says what is wrong.
        """
        prompt = await asyncio.to_thread(import_module, "engine.answer.prompt")
        await asyncio.to_thread(import_module, "engine.answer.ask")
        for load in (
            self._searcher.warm,
            self._language.load_reranker,
            partial(self._language.read_ahead, prompt.prefix()),
        ):
            with suppress(ModelError):
                await load()
        settle()

    def tuning(self) -> Tuning | None:
        """Return how the chat model is run, where that was measured.

        Raises:
            ModelError: The model is missing.
        """
        return self._language.tuning()

    async def try_embedding(self) -> int:
        """Embed a text and return how many numbers a vector has.

        Raises:
            ModelError: It cannot be done.
        """
        return len((await self._language.embed(["test"]))[0]) // 4

    async def try_reranker(self) -> int:
        """Load the reranker and return how many hits, of the most that a search gives it, it reads in its time.

        Raises:
            ModelError: It cannot be done.
        """
        from engine.search.ranking.rerank import TEXT_CHARACTERS, TOP

        longest = ("It returns the items of a list. " * TEXT_CHARACTERS)[:TEXT_CHARACTERS]
        return await self._language.try_reranker([longest] * TOP)

    async def try_chat(self, task: str) -> Usage:
        """Let the chat model carry out a task and return what it took.

        Raises:
            ModelError: It cannot be done.
        """
        return await self._language.try_chat(task)

    async def check_remote(self) -> None:
        """Look whether the remote model has what it needs to be asked. Nothing is sent.

        Raises:
            RemoteError: A setting is wrong, or its key is missing.
        """
        await self._elsewhere.remote.load()

    async def allow_remote(self, *, allowed: bool) -> None:
        """Ask the remote model too, from now on, where nobody says who is to write; or no longer.

        Raises:
            SettingsError: That cannot be kept in the configuration file; nothing has changed.
        """
        await asyncio.to_thread(self._elsewhere.turn, on=allowed)
