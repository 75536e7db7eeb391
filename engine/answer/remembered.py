"""What models wrote before, for the same question or for one that asks the same. In memory only.

What a model wrote is kept as it wrote it: the names in it are checked anew whenever it is shown. And it is kept under
the very prompt that it answers, which is made of the facts. So whatever decides an answer (what the specifications say
now, what was found in them, the kind of question, the filter, the model) is part of the key, and nothing has to be
thrown away when something changes.

A prompt does not hold the question. So for two questions with one prompt a model would write the same; yet an answer is
given for another question only where both ask the same by all that `engine.english.sense` tells, and where they are
near in meaning as well.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from engine.answer.records import Cached, RungName
from engine.cache import Cache
from engine.errors import ModelError
from engine.models.protocol import Message
from engine.observe.health import CacheHealth
from engine.search.embeddings import Embeddings
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.english.sense import Sense

_ENTRIES = 1_000
"""Answers that are kept for the same question: a month of a busy user's."""
_BYTES = 8 << 20
"""As many of the longest prose, 200 tokens and the prompt's hash; see `Settings.answer_tokens`."""
_KEY_BYTES = 200
"""What a key takes beside the text."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What decides the prose of an answer."""

    question: str
    spec: str | None
    """The only spec that was searched, where there was one."""
    rung: RungName
    model: str
    prompt: Sequence[Message]
    by_meaning: bool
    """Whether the question was searched by meaning, too: then the embedder has it, and is quick."""

    @property
    def scope(self) -> bytes:
        """A hash of all but the question."""
        decides = (self.spec, self.rung, self.model, self.prompt)
        return hashlib.sha256(msgspec.msgpack.encode(decides)).digest()


class Recalled(msgspec.Struct, frozen=True):
    """What a model wrote before."""

    text: str
    cached: Cached


class _Written(msgspec.Struct, frozen=True):
    question: str
    text: str
    vector: bytes
    """Of the question; none where it was not searched by meaning."""
    at_s: float


class Answers:
    """Remembers what was written.

    Args:
        embeddings: Tell how near two questions are.
        settings: How near they must be, and how many are kept for how long.
        clock: Seconds, monotonic.
    """

    def __init__(self, embeddings: Embeddings, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._embeddings = embeddings
        self._similarity = settings.cache_similarity
        self._clock = clock
        self._same = Cache[tuple[bytes, str], _Written](
            "answers", entries=_ENTRIES, bytes=_BYTES, sized=lambda _, one: _size(one), clock=clock
        )
        self._alike: Cache[tuple[bytes, Sense], _Written] = Cache(
            "similar",
            entries=settings.cache_answers,
            bytes=_BYTES,
            sized=lambda _, one: _size(one),
            ttl_s=settings.cache_minutes * 60,
            clock=clock,
        )

    async def find(self, asked: Asked) -> Recalled | None:
        """Return what was written for this question, or for one that asks the same."""
        written = self._same.get((asked.scope, _normal(asked.question)))
        if written is None and (vector := await self._vector(asked)):
            written = self._alike.get(_meant(asked), lambda one: cosine(one.vector, vector) >= self._similarity)
        return Recalled(written.text, Cached(written.question, self._clock() - written.at_s)) if written else None

    async def keep(self, asked: Asked, text: str) -> None:
        """Remember what was written, to its end, for a question."""
        vector = await self._vector(asked)
        written = _Written(asked.question, text, vector, self._clock())
        self._same.put((asked.scope, _normal(asked.question)), written)
        if vector:
            self._alike.put(_meant(asked), written)

    def health(self) -> tuple[CacheHealth, CacheHealth]:
        """Return the figures of answers to the same question, and of those to one that asks the same."""
        return self._same.health(), self._alike.health()

    async def _vector(self, asked: Asked) -> bytes:
        """Return the vector of a question; none where the embedder is not at hand."""
        if not asked.by_meaning:
            return b""
        try:
            return (await self._embeddings.of([asked.question]))[asked.question]
        except ModelError:
            return b""


def cosine(first: bytes, second: bytes) -> float:
    """Return how near two vectors of length 1 are, 1 where they are the same."""
    import numpy as np

    return float(np.frombuffer(first, "<f4") @ np.frombuffer(second, "<f4"))


def _normal(question: str) -> str:
    return " ".join(question.split()).rstrip("?!. ")


def _size(written: _Written) -> int:
    return len(written.text.encode()) + len(written.question.encode()) + len(written.vector) + _KEY_BYTES


def _meant(asked: Asked) -> "tuple[bytes, Sense]":
    from engine.english.sense import sense  # and its patterns, which the facts do not wait for

    return asked.scope, sense(asked.question)
