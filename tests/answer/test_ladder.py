from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

import pytest

from engine.answer.ladder import Began, Heard, Rung, climb
from engine.answer.records import Notice, Stage
from engine.errors import CrashError, ModelError, ModelFileError, WorkerError
from engine.models.breaker import Breaker, BreakerState
from engine.models.protocol import Message, Usage

NOTES = (Message("user", "Rewrite these notes."),)
USAGE = Usage(prompt_tokens=5, tokens=2, prefill_ms=1.0, tokens_per_s=9.0, finish="stop")
FAILURES, RESET_S = 2, 60.0


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Writer:
    """Writes what it is told to, then raises what it is told to; knows how often it was asked and stopped."""

    def __init__(self, *pieces: str | Usage, error: Exception | None = None) -> None:
        self.pieces = pieces
        self.error = error
        self.asked = 0
        self.closed = 0

    async def __call__(self, messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        self.asked += 1
        try:
            for piece in self.pieces:
                yield piece
            if self.error:
                raise self.error
        finally:
            self.closed += 1


def rung(stream: Callable[[Sequence[Message]], AsyncGenerator[str | Usage, None]], name: str = "local") -> Rung:
    """A rung with a breaker of its own, whose model is always ready."""
    return Rung(name=name, breaker=Breaker(FAILURES, RESET_S), load=ready, stream=stream, prompt_tokens=room)


async def ready() -> None:
    """Load nothing."""


def room() -> int:
    """Let a prompt have some tokens."""
    return 700


def prompt(tokens: int) -> Sequence[Message]:
    """A prompt that fits, whatever the room."""
    return NOTES


async def heard(events: AsyncGenerator[Heard, None]) -> Heard:
    """The next that is no stage."""
    while isinstance(event := await anext(events), Stage):
        pass
    return event


async def climbed(*rungs: Rung, clock: Callable[[], float] | None = None) -> list[Began | str | Usage | Notice]:
    """All that climbing gives but the stages."""
    events = climb(rungs, prompt, clock or Clock())
    return [event async for event in events if not isinstance(event, Stage)]


async def test_the_stages_of_a_rung_are_told() -> None:
    """Loading is told before it is done, and reading the prompt before the first word."""
    loaded = []

    async def load() -> None:
        loaded.append("loaded")

    one = Rung(
        name="local", breaker=Breaker(FAILURES, RESET_S), load=load, stream=Writer("a", USAGE), prompt_tokens=room
    )
    told = [event async for event in climb([one], prompt, Clock())]
    assert told == [Stage("loading the model"), Stage("reading the prompt"), Began("local"), "a", USAGE]
    assert loaded == ["loaded"]


async def test_a_model_that_cannot_be_loaded_hands_on() -> None:
    """The reason is told, and nothing is asked of it."""

    async def load() -> None:
        raise ModelFileError("It is damaged", hint="Fetch it again")

    writer = Writer("a")
    one = Rung(name="local", breaker=Breaker(FAILURES, RESET_S), load=load, stream=writer, prompt_tokens=room)
    assert await climbed(one) == [Notice(text="It is damaged", hint="Fetch it again")]
    assert writer.asked == 0


async def test_the_first_rung_that_writes_is_the_last() -> None:
    """A rung that writes is named before its words, and the next is not asked."""
    first, second = Writer("a", "b", USAGE), Writer("c")
    assert await climbed(rung(first), rung(second, "remote")) == [Began("local"), "a", "b", USAGE]
    assert (first.closed, second.asked) == (1, 0)


async def test_a_rung_that_fails_before_its_first_word_hands_on() -> None:
    """The reason is told, and the next rung writes."""
    first, second = Writer(error=WorkerError("It died", hint="Ask again")), Writer("c", USAGE)
    one = rung(first)
    assert await climbed(one, rung(second, "remote")) == [
        Notice(text="It died", hint="Ask again"),
        Began("remote"),
        "c",
        USAGE,
    ]


async def test_a_rung_that_fails_in_mid_stream_ends_the_prose() -> None:
    """What was written is kept, the reason is told, and no second rung starts over."""
    first, second = Writer("a", error=WorkerError("It died", hint="Ask again")), Writer("c")
    assert await climbed(rung(first), rung(second, "remote")) == [
        Began("local"),
        "a",
        Notice(text="It died", hint="Ask again"),
    ]
    assert second.asked == 0


async def test_a_rung_that_writes_nothing_hands_on() -> None:
    """An empty answer is no answer: it is said, and the next rung is asked."""
    assert await climbed(rung(Writer(USAGE)), rung(Writer("c"), "remote")) == [
        USAGE,
        Notice(text="The local model wrote nothing"),
        Began("remote"),
        "c",
    ]


async def test_no_rung_at_all_gives_nothing() -> None:
    """Without rungs there are no events."""
    assert await climbed() == []


async def test_a_model_that_failed_too_often_rests() -> None:
    """After its failures it is not asked, and the notice says for how many seconds; then it is tried once."""
    writer, clock = Writer(error=WorkerError("It died")), Clock()
    one = rung(writer)
    for _ in range(FAILURES):
        await climbed(one, clock=clock)
    clock.now += 20.5
    assert await climbed(one, clock=clock) == [
        Notice(text="The local model failed too often and rests for another 40 s")
    ]
    assert writer.asked == FAILURES
    clock.now += RESET_S
    one.breaker.allow(clock.now)
    assert await climbed(one, clock=clock) == [
        Notice(text="The local model failed too often; another question is trying it again just now")
    ]
    assert writer.asked == FAILURES


async def test_a_model_that_died_twice_rests_at_once_and_its_remedy_is_told() -> None:
    """After a crash that will come again it is not asked, and each notice has the command that helps."""
    writer, clock = Writer(error=CrashError("It died twice", hint="Run this", twice=True)), Clock()
    one = rung(writer)
    assert await climbed(one, clock=clock) == [Notice(text="It died twice", hint="Run this")]
    assert await climbed(one, clock=clock) == [
        Notice(text="The local model does not run; the next try is in 60 s", hint="Run this")
    ]
    assert writer.asked == 1


async def test_a_good_probe_closes_the_breaker() -> None:
    """Once the rest is over, one answer brings the model back."""
    writer, clock = Writer(error=WorkerError("It died")), Clock()
    one = rung(writer)
    for _ in range(FAILURES):
        await climbed(one, clock=clock)
    writer.pieces, writer.error = ("a", USAGE), None
    clock.now += RESET_S
    assert await climbed(one, clock=clock) == [Began("local"), "a", USAGE]
    assert one.breaker.state is BreakerState.CLOSED


@pytest.mark.parametrize("error", [ModelFileError("It is missing"), ModelError("The prompt is too long")])
async def test_what_says_nothing_of_its_health_does_not_count(error: ModelError) -> None:
    """A missing file or a long prompt is told each time and never opens the breaker."""
    one = rung(Writer(error=error))
    for _ in range(3 * FAILURES):
        assert await climbed(one) == [Notice(text=str(error), hint=error.hint)]
    assert one.breaker.state is BreakerState.CLOSED


async def test_an_error_before_the_stream_is_told_too() -> None:
    """A rung whose stream cannot even be made is treated like one that fails."""

    def broken(messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        raise ModelFileError("It is not installed", hint="Pull it")

    assert await climbed(rung(broken)) == [Notice(text="It is not installed", hint="Pull it")]


async def test_a_foreign_error_is_not_swallowed() -> None:
    """A mistake in the program comes through, and the probe that it ended is given back."""
    writer, clock = Writer("a", error=WorkerError("It died")), Clock()
    one = rung(writer)
    for _ in range(FAILURES):
        await climbed(one, clock=clock)
    writer.error = ZeroDivisionError()
    clock.now += RESET_S
    with pytest.raises(ZeroDivisionError):
        await climbed(one, clock=clock)
    assert one.breaker.allow(clock.now)


async def test_closing_stops_the_model_and_counts_as_nothing() -> None:
    """A reader that leaves in mid-stream ends the rung's stream; however often, the breaker stays closed."""
    writer = Writer("a", "b")
    one = rung(writer)
    for _ in range(3 * FAILURES):
        async with aclosing(climb((one,), prompt, Clock())) as events:
            assert [await heard(events), await heard(events)] == [Began("local"), "a"]
    assert writer.closed == 3 * FAILURES
    assert one.breaker.state is BreakerState.CLOSED


async def test_closing_gives_the_probe_back() -> None:
    """A probe that its reader leaves lets the next question try."""
    writer, clock = Writer("a", error=WorkerError("It died")), Clock()
    one = rung(writer)
    for _ in range(FAILURES):
        await climbed(one, clock=clock)
    clock.now += RESET_S
    async with aclosing(climb((one,), prompt, clock)) as events:
        await anext(events)
        assert one.breaker.state is BreakerState.HALF_OPEN
    assert one.breaker.allow(clock.now)


async def test_a_failure_counts_though_nobody_reads_on() -> None:
    """A reader that leaves at the notice does not undo the failure."""
    one = rung(Writer(error=WorkerError("It died")))
    for _ in range(FAILURES):
        async with aclosing(climb((one,), prompt, Clock())) as events:
            assert isinstance(await heard(events), Notice)
    assert one.breaker.state is BreakerState.OPEN
