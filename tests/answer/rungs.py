"""Rungs that do what a test tells them, and a clock that stands still."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

import msgspec

from engine.answer.ladder import Rung
from engine.answer.records import RungName
from engine.models.breaker import Breaker, Tolerance
from engine.models.protocol import Message, Usage

USAGE = Usage(prompt_tokens=5, tokens=2, prefill_ms=1.0, tokens_per_s=9.0, finish="stop")
FAILURES, RESET_S, ROOM = 2, 60.0, 700
BEARS = Tolerance(failures=FAILURES, calls=20, share=0.5, window_s=120.0, reset_s=RESET_S)


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Writer:
    """Writes what it is told to, then raises what it is told to; knows what it was asked, and how often it ended."""

    def __init__(self, *pieces: str | Usage, error: BaseException | None = None) -> None:
        self.pieces = pieces
        self.error = error
        self.prompts: list[Sequence[Message]] = []
        self.closed = 0

    @property
    def asked(self) -> int:
        """How often."""
        return len(self.prompts)

    async def __call__(self, messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        self.prompts.append(messages)
        try:
            for piece in self.pieces:
                yield piece
            if self.error:
                raise self.error
        finally:
            self.closed += 1


Stream = Callable[[Sequence[Message]], AsyncGenerator[str | Usage, None]]


def rung(
    stream: Stream, name: RungName = "local", *, load: Callable[[], Awaitable[None]] | None = None, on: bool = True
) -> Rung:
    """A rung with a breaker of its own, whose model is ready unless it is told how to load."""
    return Rung(
        name=name,
        model=f"{name}-model",
        breaker=Breaker(name, BEARS),
        load=load or ready,
        stream=stream,
        prompt_tokens=lambda: ROOM,
        is_on=lambda: on,
    )


async def ready() -> None:
    """Load nothing."""


def with_key(one: Rung, keys: list[str]) -> Rung:
    """The rung, asked with the last of these keys."""

    async def mark() -> str:
        return keys[-1]

    return msgspec.structs.replace(one, key_mark=mark)
