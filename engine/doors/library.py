"""The door to what is kept: adding, showing, renaming, removing."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from engine.answer.records import OperationFacts
from engine.calls.records import Fields
from engine.doors.apart import Apart
from engine.doors.records import Added, Adding, OperationView, Overview, PassageView, Progress, Refused, SchemaView
from engine.doors.views import Views
from engine.errors import InputError
from engine.library.index import keep_only
from engine.library.records import OutlineRow, SchemaRow, SpecInfo
from engine.library.store import Library
from engine.models.roles import Language
from engine.settings import Settings
from engine.specs.describe import MAX_FIELDS
from engine.specs.model import Schema, Spec

if TYPE_CHECKING:
    from engine.doors.adding import Adder
    from engine.export.records import Exported
    from engine.search.finder import Narrowed

EMBED_BATCH = 16
"""Entries between two steps of the progress, each kept in the library at once: what an interrupt loses."""


class LibraryDoor:
    """What is in the library, and how it gets there.

    Args:
        library: The library.
        views: What is in it, as it is shown.
        language: Embeds what was added.
        settings: The settings.
        prepare: Makes the library ready for searches, after it has changed.
        apart: Reads documents where there is a screen that must not wait; without it they are read in this process.
    """

    def __init__(
        self,
        library: Library,
        views: Views,
        language: Language,
        settings: Settings,
        prepare: Callable[[], None],
        apart: Apart | None,
    ) -> None:
        self._library = library
        self._views = views
        self._language = language
        self._settings = settings
        self._prepare = prepare
        self._apart = apart

    @cached_property
    def _adder(self) -> "Adder":
        from engine.doors.adding import Adder  # and with it all that reads documents, which a question does not need

        return Adder(self._library, self._settings, self._views.info)

    # What goes in --------------------------------------------------------------------------------------------------
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
        self,
        sources: Sequence[Path | bytes | str],
        *,
        name: str | None = None,
        network: bool = False,
        overlays: Sequence[Path | bytes | str] = (),
    ) -> AsyncGenerator[Adding, None]:
        """Read documents into the library, and tell of each: `Listed` first, then one step a document.

        Args:
            sources: Files, folders, patterns and archives; the content of standard input; `https://` addresses as text.
            name: What to call it, where there is one document.
            network: Allow the network for this once.
            overlays: What changes the document before it is read, in this order; of several documents each overlay
                changes those that it `extends`.

        Raises:
            InputError: The name cannot be one, or is given for several documents; or an overlay cannot be used.
            LibraryError: The library cannot be written.
            ReaderError: The process that reads them cannot be started, or ended in the middle.
        """
        add = self._apart.add if self._apart else self._add_here
        changed = False
        async with aclosing(add(sources, name, network=network, overlays=overlays)) as steps:
            async for step in steps:
                changed = changed or (isinstance(step, Added) and step.changed)
                yield step
        if changed:
            await asyncio.to_thread(self._prepare)

    async def _add_here(
        self,
        sources: Sequence[Path | bytes | str],
        name: str | None,
        *,
        network: bool,
        overlays: Sequence[Path | bytes | str],
    ) -> AsyncGenerator[Adding, None]:
        steps = await asyncio.to_thread(lambda: self._adder.add(sources, name, network=network, overlays=overlays))
        while (step := await asyncio.to_thread(next, steps, None)) is not None:
            yield step

    async def embed(self, on_progress: Callable[[Progress], None] | None = None) -> int:
        """Give every operation that lacks one its vector. Those of another model are removed at the end.

        What is done is kept: cancel the task to stop, and call again to go on from there.

        Returns:
            How many texts were embedded.

        Raises:
            ModelError: The embedding model is missing or cannot be run.
        """
        from engine.search.vectors import merged

        model, library = self._language.vectors_name(), self._library

        def keep(batch: list[str], made: list[list[bytes]]) -> None:
            library.put_vectors(model, batch, [merged(each) for each in made])

        texts = await asyncio.to_thread(library.without_vector, model)
        started, done = time.monotonic(), 0
        characters, total = 0, sum(map(len, texts))
        for first in range(0, len(texts), EMBED_BATCH):
            batch = texts[first : first + EMBED_BATCH]
            views = [text.split("\n") for text in batch]
            vectors = iter(await self._language.embed([view for each in views for view in each]))
            made = [list(islice(vectors, len(each))) for each in views]
            await asyncio.to_thread(keep, batch, made)
            done += len(batch)
            characters += sum(map(len, batch))
            if on_progress is not None:
                # Short texts come first and are quick, so the time left follows the characters, not the texts.
                passed = time.monotonic() - started
                left = passed * (total - characters) / characters
                on_progress(Progress(done=done, total=len(texts), per_s=done / passed, left_s=left))
        await asyncio.to_thread(keep_only, library, model)
        if done:
            await asyncio.to_thread(self._prepare)
        return done

    async def rename(self, name: str, new_name: str) -> None:
        """Give a spec another name.

        Raises:
            NotFoundError: There is no spec of this name.
            InputError: The new name cannot be one, or is another spec's.
        """
        await asyncio.to_thread(self._views.rename, name, new_name)
        await asyncio.to_thread(self._prepare)

    async def remove(self, name: str) -> None:
        """Remove a spec.

        Raises:
            NotFoundError: There is none of this name.
        """
        await asyncio.to_thread(self._library.remove, name)
        await asyncio.to_thread(self._prepare)

    # What is there -------------------------------------------------------------------------------------------------
    async def specs(self) -> list[SpecInfo]:
        """Return all specs, by name."""
        return await asyncio.to_thread(self._views.specs)

    async def info(self, name: str) -> SpecInfo:
        """Return one spec as `specs` gives it.

        Raises:
            NotFoundError: There is none of this name.
        """
        return await asyncio.to_thread(self._views.info, name)

    async def overview(self, name: str) -> Overview:
        """Return a spec as a whole.

        Raises:
            NotFoundError: There is none of this name.
        """
        return await asyncio.to_thread(self._views.overview, name)

    async def show(self, ref: str, *, depth: int = 0) -> Overview | OperationView | SchemaView | PassageView:
        """Return what a reference names.

        Args:
            ref: A spec's name; or, with or without `SPEC:` before it, `METHOD /path`, an operationId, `Query.field`, a
                passage (`guide.md:12`), or the name or JSON pointer of a schema or type.
            depth: How often the references of a schema are followed.

        Raises:
            NotFoundError: There is no such thing, or several.
        """
        return await asyncio.to_thread(self._views.show, ref, depth)

    async def outline(self, spec: str) -> list[OutlineRow]:
        """Return all entries of a spec in the order of the document."""
        return await asyncio.to_thread(self._library.outline, spec)

    async def schemas(self, spec: str) -> list[SchemaRow]:
        """Return the shared schemas of a spec that have a name, by name."""
        return await asyncio.to_thread(self._views.schemas, spec)

    async def narrow(self, spec: str, query: str, n: int) -> "Narrowed":
        """Return the entries and schemas of a spec that have every word of a filter, the best first.

        Looked at are keys, operationIds, tags, summaries, and the names of inputs and schemas; a word that nothing has
        is taken for a misspelt one.

        Args:
            spec: Its name.
            query: Words or parts of words.
            n: Rows to return at most.
        """
        return await asyncio.to_thread(self._views.narrow, spec, query, n)

    async def standing_at(self, spec: str, pointer: str) -> str:
        """Return the reference of the entry or schema in which a place of the document is; empty where there is none.

        Args:
            spec: Its name.
            pointer: A JSON pointer, such as that of a `Problem`.
        """
        return await asyncio.to_thread(self._views.standing_at, spec, pointer)

    async def facts(
        self, view: OperationView, fields: Fields = "few", media_type: str = "", depth: int | None = None
    ) -> OperationFacts:
        """Return the facts of an operation, as a whole answer would give them.

        Args:
            view: The operation.
            fields: Which fields of a body its call sends.
            media_type: In which media type; empty for JSON before others.
            depth: How many levels of nested fields are told, with all that is on them; a few fields without it.

        Raises:
            NotFoundError: The body is not sent in that media type.
        """
        from engine.calls.nested import USUAL, Extent  # and with it all that composes, which adding does not need

        extent = USUAL if depth is None else Extent(depth + 1, MAX_FIELDS)
        return await asyncio.to_thread(self._views.facts, view, fields, media_type, extent)

    async def export(self, ref: str, *, tag: str = "", budget_tokens: int | None = None) -> "Exported":
        """Return what a reference names as compact Markdown: an operation, all of a tag, or a whole API.

        Args:
            ref: A spec's name, or an operation as `show` takes it.
            tag: Of a spec, only the operations with this tag.
            budget_tokens: Tokens that it may have at most: as much is told as fits. Without it all that there is to
                tell of an operation or a tag, and of a whole API a line for each operation.

        Raises:
            NotFoundError: There is no such thing, or several.
        """
        return await asyncio.to_thread(self._views.export, ref, tag, budget_tokens)

    async def schema(self, spec: str, pointer: str) -> Schema:
        """Return the schema that a `Schema.ref` points to.

        Raises:
            NotFoundError: There is none.
        """
        return await asyncio.to_thread(self._library.schema, spec, pointer)

    def read(self, side: str | Path) -> Spec:
        """Return a whole spec; it blocks.

        Args:
            side: A spec's name, `NAME@2` for an old version of it, or a file, which is read and not added.

        Raises:
            NotFoundError: There is no such spec.
            InputError: The file cannot be read.
        """
        return self._adder.read(side) if isinstance(side, Path) else self._views.whole(side)
