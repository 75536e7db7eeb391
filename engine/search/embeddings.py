"""The vectors of questions: from memory, else from the library, where an earlier process left them, else new."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

import msgspec

from engine.cache import Cache
from engine.errors import LibraryError
from engine.library import question_vectors
from engine.library.store import Library
from engine.observe.health import CacheHealth

log = logging.getLogger(__name__)

Text = str | tuple[str, int, int]
"""A text, or a part of one with where it begins and ends."""
Embed = Callable[[Sequence[Text]], Awaitable[list[bytes]]]
"""From texts to their vectors; raises ModelError."""
_ENTRIES = 1_000
"""Vectors in memory, 1.5 MB: those of some two hundred questions."""
_BYTES = 8 << 20
"""As many of the largest models, whose vectors take 8 KB."""
_KEY_BYTES = 100
"""What a key takes in memory beside its vector."""

_Key = tuple[bytes, bytes]
"""Which model, and a hash of the text."""


class Embeddings:
    """Makes vectors, and remembers them by the model and the text.

    The library is written behind the searches, and never waited for: what cannot be written is embedded again.

    Args:
        library: Keeps them from one process to the next.
        embed: Makes them.
        model: Tells which model it is, in 16 bytes; raises ModelError where there is none.
    """

    def __init__(self, library: Library, embed: Embed, model: Callable[[], bytes]) -> None:
        self.embed = embed
        self._library = library
        self._model = model
        self._memory = Cache[_Key, bytes](
            "embeddings", entries=_ENTRIES, bytes=_BYTES, sized=lambda _, vector: len(vector) + _KEY_BYTES
        )
        self._unwritten: dict[_Key, bytes] = {}
        self._writing: asyncio.Task[None] | None = None
        self._hits = self._misses = self._evictions = 0

    async def of(self, texts: Collection[Text]) -> dict[Text, bytes]:
        """Return the vector of each text.

        Raises:
            ModelError: The model is needed and cannot be had.
        """
        model = self._model()
        keys = {text: (model, _hash(text)) for text in texts}
        found = {text: vector for text, key in keys.items() if (vector := self._memory.get(key)) is not None}
        if missing := [text for text in texts if text not in found]:
            kept = await asyncio.to_thread(self._kept, model, [keys[text][1] for text in missing])
            found |= {text: kept[keys[text][1]] for text in missing if keys[text][1] in kept}
            if new := [text for text in missing if text not in found]:
                made = dict(zip(new, await self.embed(new), strict=True))
                found |= made
                self._write({keys[text]: vector for text, vector in made.items()})
            for text in missing:
                self._memory.put(keys[text], found[text])
        return found

    def health(self) -> tuple[CacheHealth, CacheHealth]:
        """Return the figures of the memory and of what the library keeps. Blocks; call it in a thread.

        Raises:
            LibraryError: The library cannot be read.
        """
        size = question_vectors.size(self._library)
        return self._memory.health(), CacheHealth(
            name="on disk",
            entries=size.entries,
            bytes=size.bytes,
            hits=self._hits,
            misses=self._misses,
            evictions=self._evictions,
            oldest_s=size.oldest_s,
        )

    async def close(self) -> None:
        """Wait for what is still to be written."""
        if self._writing is not None:
            await asyncio.wait({self._writing})

    def _kept(self, model: bytes, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        try:
            kept = question_vectors.known(self._library, model, hashes)
        except LibraryError as error:
            log.warning("vectors of questions cannot be read: %s", error)
            return {}
        self._hits += len(kept)
        self._misses += len(hashes) - len(kept)
        return kept

    def _write(self, vectors: Mapping[_Key, bytes]) -> None:
        """Have vectors written: at once, or in one go with all others that come while the last ones are written."""
        self._unwritten |= vectors
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        while self._unwritten:
            batch, self._unwritten = self._unwritten, {}
            await asyncio.to_thread(self._keep, batch)

    def _keep(self, batch: Mapping[_Key, bytes]) -> None:
        try:
            for model in {model for model, _ in batch}:
                vectors = {text: vector for (of, text), vector in batch.items() if of == model}
                self._evictions += question_vectors.keep(self._library, model, vectors)
        except LibraryError as error:
            log.info("vectors of questions are not kept: %s", error)


def _hash(text: Text) -> bytes:
    """Return 16 bytes of SHA-256, which do not tell the text."""
    return hashlib.sha256(msgspec.msgpack.encode(text)).digest()[:16]
