from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

import msgspec
import pytest

from engine.answer.ladder import Agree, Began, Heard, Prompt, Rung, agreed, chosen, climb
from engine.answer.records import Notice, Offer, RungName, Stage
from engine.errors import (
    CrashError,
    KeyRefusedError,
    ModelError,
    ModelFileError,
    PromptTooLargeError,
    RateLimitedError,
    RemoteError,
    RemoteFailedError,
    WorkerError,
)
from engine.models.breaker import BreakerState
from engine.models.protocol import Message, Usage
from engine.models.remote.scrub import Outgoing
from tests.answer.rungs import FAILURES, RESET_S, ROOM, USAGE, Clock, Writer, rung, with_key

NOTES = (Message("user", "Rewrite these notes."),)
BY_LOCAL, BY_REMOTE = Began("local", "local-model"), Began("remote", "remote-model")
DOWN = RemoteFailedError("It is down", hint="Look at it")


def notes(_tokens: int) -> Sequence[Message]:
    """A prompt that fits, whatever the room."""
    return NOTES


async def heard(events: AsyncGenerator[Heard, None]) -> Heard:
    """The next that is no stage."""
    while isinstance(event := await anext(events), Stage):
        pass
    return event


async def climbed(
    *rungs: Rung,
    prompt: Prompt = notes,
    spare: Sequence[RungName] = (),
    agree: Agree = agreed,
    clock: Callable[[], float] | None = None,
) -> list[Heard]:
    """All that climbing gives but the stages."""
    events = climb(rungs, prompt, spare=spare, agree=agree, clock=clock or Clock())
    return [event async for event in events if not isinstance(event, Stage)]


def state(one: Rung, clock: Clock | None = None) -> BreakerState:
    """Where the breaker of a rung stands."""
    return one.breaker.health((clock or Clock()).now).state


# Who is asked --------------------------------------------------------------------------------------------------------
LOCAL, REMOTE, OFF = rung(Writer()), rung(Writer(), "remote"), rung(Writer(), "remote", on=False)


@pytest.mark.parametrize(
    ("rungs", "name", "asked"),
    [
        ((LOCAL, REMOTE), None, (LOCAL, REMOTE)),
        ((REMOTE, LOCAL), None, (REMOTE, LOCAL)),
        ((LOCAL, OFF), None, (LOCAL,)),
        ((LOCAL, OFF), "remote", (OFF,)),
        ((LOCAL, REMOTE), "local", (LOCAL,)),
        ((LOCAL, REMOTE), "facts", ()),
    ],
)
def test_who_is_asked(rungs: Sequence[Rung], name: RungName | None, asked: Sequence[Rung]) -> None:
    """All that are on in the order of the settings, or the one that the user names, also where it is off."""
    assert chosen(rungs, name) == asked


async def test_the_stages_of_a_rung_are_told() -> None:
    """Loading is told before it is done, and reading the prompt before the first word."""
    loaded = []

    async def load() -> None:
        loaded.append("loaded")

    one = rung(Writer("a", USAGE), load=load)
    told = [event async for event in climb([one], notes, clock=Clock())]
    assert told == [Stage("loading the model"), Stage("reading the prompt"), BY_LOCAL, "a", USAGE]
    assert loaded == ["loaded"]


async def test_a_model_that_cannot_be_loaded_hands_on() -> None:
    """The reason is told, and nothing is asked of it."""

    async def load() -> None:
        raise ModelFileError("It is damaged", hint="Fetch it again")

    writer = Writer("a")
    assert await climbed(rung(writer, load=load)) == [Notice(text="It is damaged", hint="Fetch it again")]
    assert writer.asked == 0


async def test_the_first_rung_that_writes_is_the_last() -> None:
    """A rung that writes is named before its words, and the next is not asked."""
    first, second = Writer("a", "b", USAGE), Writer("c")
    assert await climbed(rung(first), rung(second, "remote")) == [BY_LOCAL, "a", "b", USAGE]
    assert (first.closed, second.asked) == (1, 0)


async def test_a_rung_that_fails_before_its_first_word_hands_on() -> None:
    """The reason is told, and the next rung writes."""
    first, second = Writer(error=WorkerError("It died", hint="Ask again")), Writer("c", USAGE)
    assert await climbed(rung(first), rung(second, "remote")) == [
        Notice(text="It died", hint="Ask again"),
        BY_REMOTE,
        "c",
        USAGE,
    ]


async def test_a_rung_that_writes_nothing_hands_on() -> None:
    """An empty answer is no answer: it is said, and the next rung is asked."""
    assert await climbed(rung(Writer(USAGE)), rung(Writer("c"), "remote")) == [
        USAGE,
        Notice(text="The local model wrote nothing"),
        BY_REMOTE,
        "c",
    ]


async def test_no_rung_at_all_gives_nothing() -> None:
    """Without rungs there are no events."""
    assert await climbed() == []


@pytest.mark.parametrize("error", [ModelFileError("It is missing"), ModelError("It is too long"), RemoteError("400")])
async def test_what_says_nothing_of_its_health_does_not_count(error: ModelError) -> None:
    """A missing file or a refused request is told each time and never opens the breaker."""
    one = rung(Writer(error=error))
    for _ in range(3 * FAILURES):
        assert await climbed(one) == [Notice(text=str(error), hint=error.hint)]
    assert state(one) is BreakerState.CLOSED


async def test_an_error_before_the_stream_is_told_too() -> None:
    """A rung whose stream cannot even be made is treated like one that fails."""

    def broken(messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        raise ModelFileError("It is not installed", hint="Pull it")

    assert await climbed(rung(broken)) == [Notice(text="It is not installed", hint="Pull it")]


# Broken off ----------------------------------------------------------------------------------------------------------
async def test_a_rung_that_fails_in_mid_stream_offers_the_next() -> None:
    """What was written is kept, which is said; the next rung is offered and does not start over by itself."""
    first, second = Writer("a", error=WorkerError("It died", hint="Ask again")), Writer("c")
    one = rung(first)
    assert await climbed(one, rung(second, "remote")) == [
        BY_LOCAL,
        "a",
        Notice(text="It died; what it wrote until then is kept", hint="Ask again"),
        Offer("remote"),
    ]
    assert second.asked == 0
    assert one.breaker.health(0.0).failures == 1


async def test_who_is_asked_alone_offers_the_others() -> None:
    """Where the one that was named cannot write, or breaks off, another that could is offered; where it can, not."""
    for writer in (Writer(error=DOWN), Writer("a", error=DOWN), Writer(USAGE)):
        assert (await climbed(rung(writer, "remote"), spare=["local"]))[-1] == Offer("local")
    assert await climbed(rung(Writer("a"), "remote"), spare=["local"]) == [BY_REMOTE, "a"]
    assert Offer not in map(type, await climbed(rung(Writer("a", error=DOWN), "remote")))


# Rests ---------------------------------------------------------------------------------------------------------------
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
    one.breaker.enter(clock.now)
    assert await climbed(one, clock=clock) == [
        Notice(text="The local model is being tried by another question just now")
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
    assert await climbed(one, clock=clock) == [BY_LOCAL, "a", USAGE]
    assert state(one, clock) is BreakerState.CLOSED


async def test_a_model_that_asks_to_wait_is_left_alone_for_that_time() -> None:
    """The next rung writes meanwhile, each notice says how long it is still, and afterwards it is asked again."""
    writer, clock = Writer(error=RateLimitedError("It asks to wait 30 s", retry_s=30.0)), Clock()
    one = rung(writer, "remote")
    assert await climbed(one, rung(Writer("c")), clock=clock) == [
        Notice(text="It asks to wait 30 s", hint="It can be asked again in 30 s"),
        BY_LOCAL,
        "c",
    ]
    assert state(one) is BreakerState.RESTING
    clock.now += 12.0
    assert await climbed(one, clock=clock) == [
        Notice(text="The remote model asked to wait; it can be asked again in 18 s")
    ]
    writer.pieces, writer.error = ("a",), None
    clock.now += 18.0
    assert await climbed(one, clock=clock) == [BY_REMOTE, "a"]
    writer.error = RateLimitedError("It asks to come back tomorrow", retry_s=86_400.0)
    [*_, last, offer] = await climbed(one, spare=["local"], clock=clock)
    assert (last.hint, offer) == ("It can be asked again in 1440 min", Offer("local"))
    assert writer.asked == 3


async def test_a_refused_key_closes_the_rung_until_it_is_another() -> None:
    """However much time passes nothing is sent with that key; another one is tried at once."""
    writer, clock, keys = Writer(error=KeyRefusedError("It says 401", hint="Set it anew")), Clock(), ["old"]
    one = with_key(rung(writer, "remote"), keys)
    await climbed(one, clock=clock)
    clock.now += 10 * RESET_S
    assert await climbed(one, clock=clock) == [
        Notice(text="The remote model is not asked until its key changes: It says 401", hint="Set it anew")
    ]
    keys.append("new")
    writer.pieces, writer.error = ("a",), None
    assert await climbed(one, clock=clock) == [BY_REMOTE, "a"]
    assert writer.asked == 2


# The prompt ----------------------------------------------------------------------------------------------------------
def words(tokens: int) -> Sequence[Message]:
    """A prompt as long as it may be: a word is a token."""
    return (Message("user", "word " * tokens),)


async def test_each_rung_gets_a_prompt_for_its_room() -> None:
    """The prompt is made for the rung that reads it."""
    first, second = Writer(error=DOWN), Writer("a")
    small = msgspec.structs.replace(rung(first, "remote"), prompt_tokens=lambda: 3)
    await climbed(small, rung(second), prompt=words)
    assert (first.prompts, second.prompts) == ([words(3)], [words(ROOM)])


async def test_a_prompt_that_is_too_large_is_shortened_once() -> None:
    """The rung is asked again with half of it, which is said; the second refusal is an error like others."""
    writer = Writer(error=PromptTooLargeError("It takes no more", hint="Take another"))
    one = rung(writer, "remote")
    assert await climbed(one, prompt=words) == [
        Notice(text="It takes no more; a shorter prompt was sent"),
        Notice(text="It takes no more", hint="Take another"),
    ]
    long, short = (len(prompt[0].content) for prompt in writer.prompts)
    assert 0.4 * long < short < 0.6 * long
    assert state(one) is BreakerState.CLOSED


async def test_a_prompt_that_cannot_be_shortened_is_not_sent_again() -> None:
    """What is as short as it can be is refused for good."""
    writer = Writer(error=PromptTooLargeError("It takes no more", hint="Take another"))
    assert await climbed(rung(writer, "remote")) == [Notice(text="It takes no more", hint="Take another")]
    assert writer.asked == 1


async def test_nothing_leaves_the_machine_before_the_user_agrees() -> None:
    """What would be sent, and to whom, is shown first; a no is told, sends nothing, and the next rung writes."""
    writer, shown, answers = Writer("a"), list[Outgoing](), [False, True]

    def outgoing(messages: Sequence[Message]) -> Outgoing:
        return Outgoing(host="api.test", model="m", messages=tuple(messages), taken_out=0)

    async def agree(sent: Outgoing) -> bool:
        shown.append(sent)
        return answers.pop(0)

    one = msgspec.structs.replace(rung(writer, "remote"), outgoing=outgoing)
    no = await climbed(one, rung(Writer("c")), agree=agree)
    assert (no, writer.asked) == ([Notice(text="Nothing was sent to api.test"), BY_LOCAL, "c"], 0)
    assert await climbed(one, agree=agree) == [BY_REMOTE, "a"]
    assert [(sent.host, sent.messages) for sent in shown] == [("api.test", NOTES)] * 2
    assert writer.prompts == [NOTES]


# Leaving -------------------------------------------------------------------------------------------------------------
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
    assert one.breaker.enter(clock.now)


async def test_closing_stops_the_model_and_counts_as_nothing() -> None:
    """A reader that leaves in mid-stream ends the rung's stream; however often, the breaker stays closed."""
    writer = Writer("a", "b")
    one = rung(writer)
    for _ in range(3 * FAILURES):
        async with aclosing(climb((one,), notes, clock=Clock())) as events:
            assert [await heard(events), await heard(events)] == [BY_LOCAL, "a"]
    assert writer.closed == 3 * FAILURES
    assert state(one) is BreakerState.CLOSED


async def test_closing_gives_the_probe_back() -> None:
    """A probe that its reader leaves lets the next question try."""
    writer, clock = Writer("a", error=WorkerError("It died")), Clock()
    one = rung(writer)
    for _ in range(FAILURES):
        await climbed(one, clock=clock)
    clock.now += RESET_S
    async with aclosing(climb((one,), notes, clock=clock)) as events:
        await anext(events)
        assert state(one, clock) is BreakerState.HALF_OPEN
    assert one.breaker.enter(clock.now)


async def test_a_failure_counts_though_nobody_reads_on() -> None:
    """A reader that leaves at the notice does not undo the failure."""
    one = rung(Writer(error=WorkerError("It died")))
    for _ in range(FAILURES):
        async with aclosing(climb((one,), notes, clock=Clock())) as events:
            assert isinstance(await heard(events), Notice)
    assert state(one) is BreakerState.OPEN
