"""The façade that the app and the commands use. Everything is async; what takes time runs in threads or the worker.

Importing it is cheap, so that the app can draw its first frame: the rooms behind it are imported when it is opened.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self

from engine.answer.records import Event, Facts, OperationFacts
from engine.errors import InputError, ModelError
from engine.library.records import OutlineRow, SpecInfo
from engine.observe.health import Health
from engine.records import Added, Adding, OperationView, Overview, PassageView, Progress, Refused, SchemaView
from engine.search.records import Found
from engine.settings import Folders, Settings
from engine.specs.model import Schema

if TYPE_CHECKING:
    from engine.adding import Adder
    from engine.models.protocol import Usage
    from engine.review.records import Diff
    from engine.search.filters import Facet
    from engine.wiring import Wired

EMBED_BATCH = 16
"""Entries between two steps of the progress, each kept in the library at once: what an interrupt loses."""


class Engine:
    """Everything without a screen. Use `async with Engine(folders, settings) as engine:`.

    Opening reads no model and starts no process; the worker starts with the first question, or with `warm`.

    Args:
        folders: Where things are kept.
        settings: The settings.
    """

    _wired: "Wired"

    def __init__(self, folders: Folders, settings: Settings) -> None:
        self.folders = folders
        self.settings = settings

    async def __aenter__(self) -> Self:
        """Open the library.

        Raises:
            LibraryError: It cannot be opened.
        """
        self._wired = await asyncio.to_thread(self._open)
        return self

    def _open(self) -> "Wired":
        from engine.wiring import wire

        return wire(self.folders, self.settings)

    @cached_property
    def _adder(self) -> "Adder":
        from engine.adding import Adder  # and with it all that reads documents, which a question does not need

        return Adder(self._wired.library, self.settings, self._wired.documents.info)

    async def __aexit__(self, *exc: object) -> None:
        """Stop the worker and close the library."""
        await self._wired.worker.close()
        await asyncio.to_thread(self._wired.library.close)

    # The library ---------------------------------------------------------------------------------------------------
    async def add(self, source: Path | bytes, *, name: str | None = None) -> Added:
        """Read one document into the library: parsed, stored and searchable by words.

        Args:
            source: A file, or the document itself.
            name: What to call it; otherwise its name is made from the file's or the document's.

        Raises:
            InputError: The file cannot be read, or holds several documents.
            SpecError: The document cannot be read; the library is as it was.
            LibraryError: The library cannot be written.
        """
        steps = [step async for step in self.add_all([source], name=name)]
        for step in steps:
            if isinstance(step, Refused):
                raise step.error
        added = [step for step in steps if isinstance(step, Added)]
        if len(added) != 1:
            raise InputError(f"{source if isinstance(source, Path) else 'It'} holds {len(added) or 'no'} documents")
        return added[0]

    async def add_all(
        self, sources: Sequence[Path | bytes | str], *, name: str | None = None, network: bool = False
    ) -> AsyncGenerator[Adding, None]:
        """Read documents into the library, and tell of each: `Listed` first, then one step a document.

        Args:
            sources: Files, folders, patterns and archives; the content of standard input; `https://` addresses as text.
            name: What to call it, where there is one document.
            network: Allow the network for this once.

        Raises:
            InputError: The name cannot be one, or is given for several documents.
            LibraryError: The library cannot be written.
        """
        steps = await asyncio.to_thread(lambda: self._adder.add(sources, name, network=network))
        while (step := await asyncio.to_thread(next, steps, None)) is not None:
            yield step

    async def embed(self, on_progress: Callable[[Progress], None] | None = None) -> int:
        """Give every operation that lacks one its vector.

        What is done is kept: cancel the task to stop, and call again to go on from there.

        Returns:
            How many texts were embedded.

        Raises:
            ModelError: The embedding model is missing or cannot be run.
        """
        from engine.search.vectors import merged

        model, library = self.settings.embedding_model, self._wired.library

        def keep(batch: list[str], made: list[list[bytes]]) -> None:
            library.put_vectors(model, batch, [merged(each) for each in made])

        texts = await asyncio.to_thread(library.without_vector, model)
        started, done = time.monotonic(), 0
        characters, total = 0, sum(map(len, texts))
        for first in range(0, len(texts), EMBED_BATCH):
            batch = texts[first : first + EMBED_BATCH]
            views = [text.split("\n") for text in batch]
            vectors = iter(await self._wired.language.embed([view for each in views for view in each]))
            made = [list(islice(vectors, len(each))) for each in views]
            await asyncio.to_thread(keep, batch, made)
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
        return await asyncio.to_thread(self._wired.documents.specs)

    async def info(self, name: str) -> SpecInfo:
        """Return one spec as `specs` gives it.

        Raises:
            NotFoundError: There is none of this name.
        """
        return await asyncio.to_thread(self._wired.documents.info, name)

    async def overview(self, name: str) -> Overview:
        """Return a spec as a whole.

        Raises:
            NotFoundError: There is none of this name.
        """
        return await asyncio.to_thread(self._wired.documents.overview, name)

    async def remove(self, name: str) -> None:
        """Remove a spec.

        Raises:
            NotFoundError: There is none of this name.
        """
        await asyncio.to_thread(self._wired.library.remove, name)

    async def rename(self, name: str, new_name: str) -> None:
        """Give a spec another name.

        Raises:
            NotFoundError: There is no spec of this name.
            InputError: The new name cannot be one, or is another spec's.
        """
        await asyncio.to_thread(self._wired.documents.rename, name, new_name)

    async def show(self, ref: str, *, depth: int = 0) -> Overview | OperationView | SchemaView | PassageView:
        """Return what a reference names.

        Args:
            ref: A spec's name; or, with or without `SPEC:` before it, `METHOD /path`, an operationId, `Query.field`, a
                passage (`guide.md:12`), or the name or JSON pointer of a schema or type.
            depth: How often the references of a schema are followed.

        Raises:
            NotFoundError: There is no such thing, or several.
        """
        return await asyncio.to_thread(self._wired.documents.show, ref, depth)

    async def diff(self, old: str | Path, new: str | Path) -> "Diff":
        """Return how one spec differs from another.

        Args:
            old: A spec's name, `NAME@2` for an old version of it, or a file.
            new: The same.

        Raises:
            NotFoundError: There is no such spec.
            InputError: A file cannot be read.
        """
        return await asyncio.to_thread(self._diff, old, new)

    def _diff(self, *sides: str | Path) -> "Diff":
        from engine.review.diff.compare import compare

        old, new = (
            self._adder.read(side) if isinstance(side, Path) else self._wired.documents.whole(side) for side in sides
        )
        return compare(old, new)

    async def outline(self, spec: str) -> list[OutlineRow]:
        """Return all entries of a spec in the order of the document."""
        return await asyncio.to_thread(self._wired.library.outline, spec)

    async def facts(self, view: OperationView) -> OperationFacts:
        """Return the facts of an operation, as an answer would give them."""
        return await asyncio.to_thread(self._wired.documents.facts, view)

    async def schema(self, spec: str, pointer: str) -> Schema:
        """Return the schema that a `Schema.ref` points to.

        Raises:
            NotFoundError: There is none.
        """
        return await asyncio.to_thread(self._wired.library.schema, spec, pointer)

    # Questions -----------------------------------------------------------------------------------------------------
    async def search(
        self, query: str, *, n: int = 10, spec: str | None = None, meaning: bool = True, where: str = ""
    ) -> Found:
        """Return the operations that fit a query.

        Args:
            query: Words, a question, an operationId or `METHOD /path`.
            n: How many.
            spec: Only in this spec.
            meaning: Also by meaning; when the embedder cannot, the hits are by words and `mode` says so.
            where: A filter; see `engine.search.where`.

        Raises:
            InputError: The filter cannot be read.
        """
        from engine.search.where import parse

        filtered = parse(where) if where else None
        return await self._wired.searcher.search(query, n=n, spec=spec, meaning=meaning, where=filtered)

    async def facets(self, query: str = "", *, spec: str | None = None, where: str = "") -> "tuple[Facet, ...]":
        """Return how often each value of what can be filtered by occurs among all matches of a query.

        Args:
            query: Words of which a match has at least one; every entry matches none.
            spec: Only in this spec.
            where: A filter; see `engine.search.where`.

        Raises:
            InputError: The filter cannot be read.
        """
        from engine.search.where import parse

        filtered = parse(where) if where else None
        return await self._wired.searcher.facets(query, spec=spec, where=filtered)

    def ask(
        self, question: str, *, spec: str | None = None, rung: str = "local", previous: Sequence[Facts] = ()
    ) -> AsyncGenerator[Event, None]:
        """Answer a question: `Stage`, `FactsReady`, then `Prose`, perhaps `Notice`, and always `Done` at the end.

        Closing the iterator, or cancelling the task, stops the model.

        Args:
            question: What the user wants to know.
            spec: Only from this spec.
            rung: `local` lets the local model write prose; `facts` does without.
            previous: The facts of the answers before in this conversation, oldest first. A follow-up is understood by
                them, and `Facts.understood` then tells as what.
        """
        from engine.answer.ask import ask

        return ask(self._wired.answering, question, spec, prose=rung != "facts", previous=previous)

    # State ---------------------------------------------------------------------------------------------------------
    async def warm(self) -> None:
        """Load what answers a question, start the worker and load the models, so that the first question does not wait.

        A model that cannot be loaded is passed over: the first question that needs it says what is wrong.
        """
        await asyncio.to_thread(import_module, "engine.answer.ask")
        language = self._wired.language
        for load in (self._wired.searcher.warm, language.load_reranker, language.load_chat):
            with suppress(ModelError):
                await load()

    async def try_embedding(self) -> int:
        """Embed a text and return how many numbers a vector has.

        Raises:
            ModelError: It cannot be done.
        """
        return len((await self._wired.language.embed(["test"]))[0]) // 4

    async def try_reranker(self) -> int:
        """Load the reranker and return how many hits, of the most that a search gives it, it reads in its time.

        Raises:
            ModelError: It cannot be done.
        """
        from engine.search.rerank import TEXT_CHARACTERS, TOP

        longest = ("It returns the items of a list. " * TEXT_CHARACTERS)[:TEXT_CHARACTERS]
        return await self._wired.language.try_reranker([longest] * TOP)

    async def try_chat(self, task: str) -> "Usage":
        """Let the chat model carry out a task and return what it took.

        Raises:
            ModelError: It cannot be done.
        """
        return await self._wired.language.try_chat(task)

    async def health(self) -> Health:
        """Return how everything is doing now."""
        import psutil

        worker, metrics, breaker = self._wired.worker, self._wired.metrics, self._wired.breaker
        stats, specs, models = await asyncio.gather(
            worker.stats(), self.specs(), asyncio.to_thread(self._wired.language.health)
        )
        return Health(
            worker=worker.state.value,
            worker_pid=worker.pid,
            worker_restarts=worker.restarts,
            models=models,
            tokens_per_s=tuple(metrics.tokens_per_s),
            first_token_ms=tuple(metrics.first_token_ms),
            search_ms=tuple(metrics.search_ms),
            cache_hits=metrics.cache_hits,
            cache_misses=metrics.cache_misses,
            breaker=breaker.state.value,
            breaker_retry_s=breaker.retry_in(time.monotonic()),
            memory_mb=psutil.Process().memory_info().rss / 2**20,
            worker_memory_mb=stats.rss_mb,
            specs=len(specs),
            operations=sum(info.entries for info in specs),
            embedded=sum(info.embedded for info in specs),
        )
