"""The façade that the app and the commands use. Everything is async; what takes time runs in threads or the worker."""

import asyncio
import hashlib
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Self, TypeVar

import msgspec
import psutil

from engine.answer.ask import Parts, ask
from engine.answer.breaker import Breaker
from engine.answer.facts import operation_facts
from engine.answer.ladder import Rung
from engine.answer.records import Event, OperationFacts
from engine.answer.source import from_library
from engine.errors import InputError, ModelError, NotFoundError
from engine.library.records import NewSpec, OutlineRow, SpecInfo
from engine.library.store import Library
from engine.models.client import WorkerClient, threads
from engine.models.protocol import Message, Usage
from engine.models.shelf import ModelShelf
from engine.observe.health import Health, ModelHealth
from engine.observe.metrics import Metrics
from engine.search.index import search_text
from engine.search.records import Found
from engine.search.search import Searcher
from engine.search.vectors import VectorIndex
from engine.settings import Folders, Settings
from engine.specs.model import About, Operation, Problem, Schema
from engine.specs.read import Limits, read

_T = TypeVar("_T")
EMBED_BATCH = 64
"""Texts between two steps of the progress, each kept in the library at once: what an interrupt loses."""
_GENERIC_NAMES = frozenset("openapi swagger spec api index schema definition".split())


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What `Engine.add` did with one document."""

    info: SpecInfo
    changed: bool
    """False when the same document was there already."""
    problems: tuple[Problem, ...] = ()


class OperationView(msgspec.Struct, frozen=True, kw_only=True):
    """An operation with what is needed to show it."""

    spec: str
    about: About
    operation: Operation


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """A spec as a whole."""

    info: SpecInfo
    about: About
    operations: tuple[OutlineRow, ...]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a long work is."""

    done: int
    total: int
    per_s: float
    left_s: float


class Engine:
    """Everything without a screen. Use `async with Engine(folders, settings) as engine:`.

    Opening reads no model and starts no process; the worker starts with the first question, or with `warm`.

    Args:
        folders: Where things are kept.
        settings: The settings.
    """

    def __init__(self, folders: Folders, settings: Settings) -> None:
        self.folders = folders
        self.settings = settings
        self.shelf = ModelShelf(folders.models)
        self._metrics = Metrics()
        self._breaker = Breaker(settings.breaker_failures, settings.breaker_reset_s)

    async def __aenter__(self) -> Self:
        """Open the library.

        Raises:
            LibraryError: It cannot be opened.
        """
        self._library = await asyncio.to_thread(Library, self.folders.library)
        self._worker = WorkerClient(log=self.folders.worker_log, threads=threads(self.settings.threads))
        index = VectorIndex(self._library, self.settings.embedding_model, self.folders.data)
        self._searcher = Searcher(self._library, index, self._embed_question, self._metrics)
        local = Rung(name="local", breaker=self._breaker, stream=self._write)
        self._parts = Parts(
            library=self._library,
            searcher=self._searcher,
            rungs=(local,),
            model=self.settings.chat_model,
            metrics=self._metrics,
        )
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Stop the worker and close the library."""
        await self._worker.close()
        await asyncio.to_thread(self._library.close)

    # The library ---------------------------------------------------------------------------------------------------
    async def add(self, source: Path | bytes, *, name: str | None = None) -> Added:
        """Read a document into the library: parsed, stored and searchable by words.

        Args:
            source: A file, or the document itself (from standard input).
            name: What to call it; otherwise its name is made from the file's or the document's.

        Raises:
            InputError: The file cannot be read.
            SpecError: The document cannot be read; the library is as it was.
            LibraryError: The library cannot be written.
        """
        return await asyncio.to_thread(self._add, source, name)

    def _add(self, source: Path | bytes, name: str | None) -> Added:
        data = source if isinstance(source, bytes) else _file(source)
        sha256 = hashlib.sha256(data).digest()
        if known := self._library.with_content(sha256, name):
            return Added(info=self._info(known), changed=False)
        limits = Limits(max_document_mb=self.settings.max_document_mb, max_depth=self.settings.max_depth)
        spec = read(data, limits)
        stem = "" if isinstance(source, bytes) else re.sub(r"\.(json|ya?ml)$", "", source.name, flags=re.IGNORECASE)
        new = NewSpec(
            spec=spec,
            source="-" if isinstance(source, bytes) else str(source.absolute()),
            sha256=sha256,
            bytes=len(data),
            name=name,
            suggestion=spec.about.title if stem.lower() in _GENERIC_NAMES or not stem else stem,
        )
        added = self._library.add(new, search_text)
        return Added(info=self._info(added), changed=True, problems=spec.problems)

    def _info(self, name: str) -> SpecInfo:
        return next(
            info for info in self._library.specs(self.settings.embedding_model) if info.name.lower() == name.lower()
        )

    async def embed(self, on_progress: Callable[[Progress], None] | None = None) -> int:
        """Give every operation that lacks one its vector.

        What is done is kept: cancel the task to stop, and call again to go on from there.

        Returns:
            How many texts were embedded.

        Raises:
            ModelError: The embedding model is missing or cannot be run.
        """
        name = self.settings.embedding_model
        texts = await asyncio.to_thread(self._library.without_vector, name)
        if not texts:
            return 0
        model = self.shelf.path(name)
        started, done = time.monotonic(), 0
        characters, total = 0, sum(map(len, texts))
        for first in range(0, len(texts), EMBED_BATCH):
            batch = texts[first : first + EMBED_BATCH]
            vectors = await self._worker.embed(model, batch)
            await asyncio.to_thread(self._library.put_vectors, name, batch, vectors)
            done += len(batch)
            characters += sum(map(len, batch))
            if on_progress is not None:
                # Short texts come first and are quick, so the time left follows the characters, not the texts.
                passed = time.monotonic() - started
                left = passed * (total - characters) / characters
                on_progress(Progress(done=done, total=len(texts), per_s=done / passed, left_s=left))
        return done

    async def specs(self) -> list[SpecInfo]:
        """Return all specs, by name."""
        return await asyncio.to_thread(self._library.specs, self.settings.embedding_model)

    async def check_spec(self, name: str | None) -> None:
        """Raise NotFoundError unless there is a spec of this name, or None is given."""
        if name is not None:
            await asyncio.to_thread(self._library.about, name)

    async def overview(self, name: str) -> Overview:
        """Return a spec as a whole.

        Raises:
            NotFoundError: There is none of this name.
        """
        about, operations = await asyncio.gather(asyncio.to_thread(self._library.about, name), self.outline(name))
        info = await asyncio.to_thread(self._info, name)
        return Overview(info=info, about=about, operations=tuple(operations))

    async def remove(self, name: str) -> None:
        """Remove a spec.

        Raises:
            NotFoundError: There is none of this name.
        """
        await asyncio.to_thread(self._library.remove, name)

    async def outline(self, spec: str) -> list[OutlineRow]:
        """Return all operations of a spec in the order of the document."""
        return await asyncio.to_thread(self._library.outline, spec)

    async def operation(self, ref: str) -> OperationView:
        """Return the operation that `SPEC:METHOD /path`, `METHOD /path` or an operationId names.

        Raises:
            NotFoundError: There is none, or several.
        """
        return await asyncio.to_thread(self._operation, ref)

    def _operation(self, ref: str) -> OperationView:
        spec, colon, rest = ref.strip().partition(":")
        names = {info.name.lower() for info in self._library.specs(self.settings.embedding_model)}
        chosen, key = (spec, rest.strip()) if colon and spec.lower() in names else (None, ref.strip())
        method, blank, path = key.partition(" ")
        if blank:
            rowids = self._library.matching(spec=chosen, key=f"{method.upper()} {path.strip()}")
        else:
            rowids = self._library.matching(spec=chosen, operation_id=key)
        if not rowids:
            raise NotFoundError(f"There is no operation {ref!r}", hint="Search for it with `specdeck search`")
        if len(rowids) > 1:
            found = [f"{item.spec}:{item.operation.key}" for item in self._library.operations(rowids[:5])]
            raise NotFoundError(f"{ref!r} names several operations", hint=f"Say which: {', '.join(found)}")
        stored = self._library.operations(rowids)[0]
        return OperationView(spec=stored.spec, about=self._library.about(stored.spec), operation=stored.operation)

    async def facts(self, view: OperationView) -> OperationFacts:
        """Return the facts of an operation, as an answer would give them."""
        source = await asyncio.to_thread(from_library, self._library, view.spec, view.operation)
        return await asyncio.to_thread(operation_facts, source, 1)

    async def schema(self, spec: str, pointer: str) -> Schema:
        """Return the schema that a `Schema.ref` points to.

        Raises:
            NotFoundError: There is none.
        """
        return await asyncio.to_thread(self._library.schema, spec, pointer)

    # Questions -----------------------------------------------------------------------------------------------------
    async def search(self, query: str, *, n: int = 10, spec: str | None = None, meaning: bool = True) -> Found:
        """Return the operations that fit a query.

        Args:
            query: Words, a question, an operationId or `METHOD /path`.
            n: How many.
            spec: Only in this spec.
            meaning: Also by meaning; when the embedder cannot, the hits are by words and `mode` says so.
        """
        return await self._searcher.search(query, n=n, spec=spec, meaning=meaning)

    def ask(self, question: str, *, spec: str | None = None, rung: str = "local") -> AsyncGenerator[Event, None]:
        """Answer a question: `Stage`, `FactsReady`, then `Prose`, perhaps `Notice`, and always `Done` at the end.

        Closing the iterator, or cancelling the task, stops the model.

        Args:
            question: What the user wants to know.
            spec: Only from this spec.
            rung: `local` lets the local model write prose; `facts` does without.
        """
        return ask(self._parts, question, spec, prose=rung != "facts")

    async def _embed_question(self, question: str) -> bytes:
        model = self.shelf.path(self.settings.embedding_model)
        return (await self._worker.embed(model, [question]))[0]

    def _write(self, messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        return self._worker.generate(
            self.shelf.path(self.settings.chat_model),
            messages,
            context_tokens=self.settings.context_tokens,
            max_tokens=self.settings.answer_tokens,
            first_token_s=self.settings.first_token_s,
        )

    # State ---------------------------------------------------------------------------------------------------------
    async def warm(self) -> None:
        """Start the worker and load the models, so that the first question does not wait. Never raises ModelError."""
        await asyncio.gather(
            _unless_model_error(self._searcher.warm()),
            _unless_model_error(self._load_chat()),
        )

    async def _load_chat(self) -> None:
        model = self.shelf.path(self.settings.chat_model)
        await self._worker.load_chat(model, context_tokens=self.settings.context_tokens)

    async def try_embedding(self) -> int:
        """Embed a text and return how many numbers a vector has.

        Raises:
            ModelError: It cannot be done.
        """
        return len(await self._embed_question("test")) // 4

    async def try_chat(self, task: str) -> Usage:
        """Let the chat model carry out a task and return what it took.

        Raises:
            ModelError: It cannot be done.
        """
        async with aclosing(self._write([Message("user", task)])) as pieces:
            return [piece async for piece in pieces if isinstance(piece, Usage)][-1]

    async def health(self) -> Health:
        """Return how everything is doing now."""
        stats, specs, models = await asyncio.gather(self._worker.stats(), self.specs(), asyncio.to_thread(self._models))
        metrics = self._metrics
        return Health(
            worker=self._worker.state.value,
            worker_pid=self._worker.pid,
            worker_restarts=self._worker.restarts,
            models=models,
            tokens_per_s=tuple(metrics.tokens_per_s),
            first_token_ms=tuple(metrics.first_token_ms),
            search_ms=tuple(metrics.search_ms),
            cache_hits=metrics.cache_hits,
            cache_misses=metrics.cache_misses,
            breaker=self._breaker.state.value,
            breaker_retry_s=self._breaker.retry_in(time.monotonic()),
            memory_mb=psutil.Process().memory_info().rss / 2**20,
            worker_memory_mb=stats.rss_mb,
            specs=len(specs),
            operations=sum(info.operations for info in specs),
            embedded=sum(info.embedded for info in specs),
        )

    def _models(self) -> tuple[ModelHealth, ...]:
        loaded = set(self._worker.loaded)
        models = []
        for role, name in (("chat", self.settings.chat_model), ("embedding", self.settings.embedding_model)):
            try:
                path = self.shelf.path(name)
            except ModelError as error:
                models.append(ModelHealth(name=name, role=role, installed=False, loaded=False, detail=str(error)))
            else:
                models.append(ModelHealth(name=name, role=role, installed=True, loaded=path in loaded))
        return tuple(models)


def _file(path: Path) -> bytes:
    """Read a file whole.

    Raises:
        InputError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}", hint="Check the path") from error
    except IsADirectoryError as error:
        raise InputError(f"{path} is a folder", hint="Name the specification in it") from error
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}", hint="Check the path and its permissions"
        ) from error


async def _unless_model_error(work: Awaitable[_T]) -> None:
    with suppress(ModelError):  # The first question that needs the model says what is wrong with it.
        await work
