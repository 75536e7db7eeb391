"""Who writes the prose: the rungs in order, each behind its breaker; the facts need none of them."""

import math
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing

import msgspec

from engine.answer.records import Notice, RungName, Stage
from engine.errors import CrashError, ModelError, WorkerError
from engine.models.breaker import Breaker, Outcome
from engine.models.protocol import Message, Usage


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """One model that can write prose."""

    name: RungName
    breaker: Breaker
    load: Callable[[], Awaitable[None]]
    """Makes the model ready; raises ModelError."""
    stream: Callable[[Sequence[Message]], AsyncGenerator[str | Usage, None]]
    """Gives pieces of text, then one `Usage`; raises ModelError."""
    prompt_tokens: Callable[[], int]
    """How long its prompt may be just now; raises ModelError."""


class Began(msgspec.Struct, frozen=True):
    """A rung's first words are about to come."""

    rung: RungName


Heard = Stage | Began | str | Usage | Notice
"""What `climb` tells."""


async def climb(
    rungs: Sequence[Rung], prompt: Callable[[int], Sequence[Message]], clock: Callable[[], float] = time.monotonic
) -> AsyncGenerator[Heard, None]:
    """Let the first rung that can write the prose; each one that cannot says why.

    Args:
        rungs: The models, in the order in which they are asked.
        prompt: Gives the prompt within so many tokens.
        clock: Seconds, for the breakers.

    Closing the iterator stops the model; that counts neither as a success nor as a failure of the rung.
    """
    for rung in rungs:
        if not rung.breaker.allow(clock()):
            yield Notice(text=_resting(rung, clock()), hint=rung.breaker.remedy)
            continue
        began, outcome, remedy = False, Outcome.CANCELLED, ""
        try:
            yield Stage("loading the model")
            await rung.load()
            yield Stage("reading the prompt")
            async with aclosing(rung.stream(prompt(rung.prompt_tokens()))) as pieces:
                async for piece in pieces:
                    if not began and isinstance(piece, str):
                        began = True
                        yield Began(rung.name)
                    yield piece
            outcome = Outcome.SUCCESS
            if not began:
                yield Notice(text=f"The {rung.name} model wrote nothing")
        except ModelError as error:
            # Only a worker that fails may do better later; a missing file or a long prompt says nothing of its health.
            outcome = Outcome.FAILURE if isinstance(error, WorkerError) else Outcome.CANCELLED
            if isinstance(error, CrashError) and error.twice:
                outcome, remedy = Outcome.BROKEN, error.hint
            yield Notice(text=str(error), hint=error.hint)
        finally:
            rung.breaker.record(outcome, clock(), remedy)
        if began:
            return


def _resting(rung: Rung, now: float) -> str:
    wait = rung.breaker.retry_in(now)
    if rung.breaker.remedy and wait:
        return f"The {rung.name} model does not run; the next try is in {math.ceil(wait)} s"
    if wait:
        return f"The {rung.name} model failed too often and rests for another {math.ceil(wait)} s"
    return f"The {rung.name} model failed too often; another question is trying it again just now"
