"""Who writes the prose: the rungs in order, each behind its breaker; the facts need none of them."""

import math
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing

import msgspec

from engine.answer.records import Notice, Offer, RungName, Stage
from engine.errors import ModelError, PromptTooLargeError, RateLimitedError
from engine.models.breaker import Breaker, Outcome, Report, guarded
from engine.models.pace import estimated_tokens
from engine.models.protocol import Message, Usage
from engine.models.remote.scrub import Outgoing
from engine.observe.health import BreakerState

Prompt = Callable[[int], Sequence[Message]]
"""Gives the prompt within so many tokens."""
Agree = Callable[[Outgoing], Awaitable[bool]]
"""Asks the user whether something may be sent."""


async def _unkeyed() -> str:
    return ""


async def agreed(_outgoing: Outgoing) -> bool:
    """Take it that the user has agreed already: by a setting, or by the switch of a command."""
    return True


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """One model that can write prose."""

    name: RungName
    model: str
    """Its name."""
    breaker: Breaker
    load: Callable[[], Awaitable[None]]
    """Makes the model ready; raises ModelError."""
    stream: Callable[[Sequence[Message]], AsyncGenerator[str | Usage, None]]
    """Gives pieces of text, then one `Usage`; raises ModelError."""
    prompt_tokens: Callable[[], int]
    """How long its prompt may be just now; raises ModelError."""
    is_on: Callable[[], bool] = lambda: True
    """Whether it is asked where nobody says who is to write."""
    key_mark: Callable[[], Awaitable[str]] = _unkeyed
    """What stands for the key that it is asked with."""
    outgoing: Callable[[Sequence[Message]], Outgoing] | None = None
    """What would leave this machine for these messages, where it does; raises ModelError."""
    stages: tuple[str, str] = ("loading the model", "reading the prompt")
    """What is told while it loads, and until its first word."""


class Began(msgspec.Struct, frozen=True):
    """A rung's first words are about to come."""

    rung: RungName
    model: str


Heard = Stage | Began | str | Usage | Notice | Offer
"""What `climb` tells."""


def chosen(rungs: Sequence[Rung], name: RungName | None) -> tuple[Rung, ...]:
    """Return the rungs that are asked, in order.

    Args:
        rungs: All, in the order that the user prefers.
        name: The only one that is asked; without it all that are on.
    """
    return tuple(rung for rung in rungs if (rung.is_on() if name is None else rung.name == name))


async def climb(
    rungs: Sequence[Rung],
    prompt: Prompt,
    *,
    spare: Sequence[RungName] = (),
    agree: Agree = agreed,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[Heard, None]:
    """Let the first rung that can write the prose; each one that cannot says why.

    A rung that breaks off in the middle keeps what it wrote, and the next one is offered, not asked.

    Closing the iterator stops the model; that counts neither as a success nor as a failure of the rung.

    Args:
        rungs: The models, in the order in which they are asked.
        prompt: What they are asked.
        spare: Who else could write, for the user to ask.
        agree: Asked before anything leaves this machine.
        clock: Seconds, for the breakers.
    """
    others = list(spare)
    for number, rung in enumerate(rungs):
        began, failed = False, False
        try:
            async with aclosing(_tried(rung, prompt, agree, clock)) as events:
                async for event in events:
                    began = began or isinstance(event, Began)
                    yield event
        except ModelError as error:
            failed, hint = True, error.hint
            if isinstance(error, RateLimitedError):
                hint = f"It can be asked again in {_time(error.retry_s or rung.breaker.health(clock()).retry_s)}"
            yield Notice(text=f"{error}; what it wrote until then is kept" if began else str(error), hint=hint)
        if began and not failed:
            return
        if began:
            others = [*(one.name for one in rungs[number + 1 :]), *spare]
            break
    if others:
        yield Offer(others[0])


async def _tried(rung: Rung, prompt: Prompt, agree: Agree, clock: Callable[[], float]) -> AsyncGenerator[Heard, None]:
    """Let one rung write, unless its breaker holds it back or the user does not agree.

    Raises:
        ModelError: It cannot.
    """
    with guarded(rung.breaker, clock, await rung.key_mark()) as call:
        if call is None:
            yield _held(rung, clock())
            return
        yield Stage(rung.stages[0])
        await rung.load()
        messages = prompt(rung.prompt_tokens())
        if rung.outgoing and not await agree(outgoing := rung.outgoing(messages)):
            yield Notice(text=f"Nothing was sent to {outgoing.host}")
            return
        yield Stage(rung.stages[1])
        began = False
        async with aclosing(_fitting(rung, messages, prompt)) as pieces:
            async for piece in pieces:
                if not began and isinstance(piece, str):
                    began = True
                    yield Began(rung.name, rung.model)
                yield piece
        call.report = Report(outcome=Outcome.SUCCESS)
    if not began:
        yield Notice(text=f"The {rung.name} model wrote nothing")


async def _fitting(
    rung: Rung, messages: Sequence[Message], prompt: Prompt
) -> AsyncGenerator[str | Usage | Notice, None]:
    """Let a rung write; where the prompt is too large for it, once more with one of half the length.

    Raises:
        ModelError: It cannot.
    """
    try:
        async with aclosing(rung.stream(messages)) as pieces:
            async for piece in pieces:
                yield piece
    except PromptTooLargeError as error:
        shorter = prompt(estimated_tokens(messages) // 2)
        if estimated_tokens(shorter) >= estimated_tokens(messages):
            raise
        yield Notice(text=f"{error}; a shorter prompt was sent")
    else:
        return
    async with aclosing(rung.stream(shorter)) as pieces:
        async for piece in pieces:
            yield piece


def _held(rung: Rung, now: float) -> Notice:
    """Return why a rung is not asked just now."""
    health = rung.breaker.health(now)
    wait = _time(health.retry_s)
    if health.state is BreakerState.REFUSED:
        text = f"The {rung.name} model is not asked until its key changes: {health.cause}"
    elif health.state is BreakerState.RESTING:
        text = f"The {rung.name} model asked to wait; it can be asked again in {wait}"
    elif health.state is BreakerState.HALF_OPEN:
        text = f"The {rung.name} model is being tried by another question just now"
    elif health.remedy:
        text = f"The {rung.name} model does not run; the next try is in {wait}"
    else:
        text = f"The {rung.name} model failed too often and rests for another {wait}"
    return Notice(text=text, hint=health.remedy)


def _time(seconds: float) -> str:
    """Return a time to wait: `42 s`, `25 min`."""
    return f"{math.ceil(seconds)} s" if seconds <= 120 else f"{math.ceil(seconds / 60)} min"
