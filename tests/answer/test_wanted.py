"""When prose is written, and when it is stopped."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path
from typing import Literal

import pytest

from engine.answer.ask import Writing, ask
from engine.answer.checking.loops import repeats
from engine.answer.records import Offer
from engine.models.protocol import Message, Usage
from tests.answer.rungs import USAGE, rung
from tests.answer.spec import DOCUMENT
from tests.answer.test_ask import QUESTION, House, answer_of, embedder, events_of, kinds, writer


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for search by meaning as long as it takes."""
    monkeypatch.setattr("engine.answer.ask.PATIENCE_S", 60.0)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The library with the small spec."""
    made = House(tmp_path)
    yield made
    made.library.close()


async def test_facts_that_are_the_answer_stand_alone(house: House) -> None:
    """With the setting `auto` nothing is written for a question that the call answers, and it is said who could."""
    parts = house.parts(embedder(house.near("Hand in")), writer("Call it."), prose="auto")
    events = await events_of(parts)
    assert kinds(events) == ["searching", "FactsReady", "Offer", "Done"]
    assert events[-2] == Offer("local", usual=True)
    assert answer_of(events).rung == "facts"


@pytest.mark.parametrize(("prose", "writing", "written"), [
    ("auto", Writing(prose=True), True), ("auto", Writing(rung="local"), True), ("never", Writing(prose=True), True),
    ("never", Writing(), False), ("always", Writing(), True), ("always", Writing(rung="facts"), False),
])  # fmt: skip
async def test_prose_is_written_where_it_is_wanted(
    house: House, prose: Literal["auto", "always", "never"], writing: Writing, written: bool
) -> None:
    """Whoever asks for prose gets it whatever is set, and nobody else where it is switched off."""
    parts = house.parts(embedder(house.near("Hand in")), writer("Call it."), prose=prose)
    events = [event async for event in ask(parts, QUESTION, None, writing=writing)]
    assert (answer_of(events).rung == "local") == written
    assert not any(isinstance(event, Offer) for event in events)


async def test_a_question_for_words_gets_some(tmp_path: Path) -> None:
    """With `auto` a question that asks for reasons gets prose, where the description has some for the prompt."""
    said = "Hand in a parcel. It must weigh at most 20 kg."
    document = DOCUMENT.replace("operationId: createParcel", f"operationId: createParcel\n      description: {said}")
    made, prompts = House(tmp_path, document), []

    async def stream(messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        prompts.append(messages[-1].content)
        yield "It must weigh at most 20 kg."

    parts = made.parts(embedder(made.near("Hand in")), rung(stream), prose="auto")
    answer = answer_of(await events_of(parts, "what should I watch out for when I hand in a parcel?"))
    assert answer.rung == "local"
    assert "Good to know: It must weigh at most 20 kg." in prompts[0]
    made.library.close()


async def test_a_model_that_repeats_itself_is_stopped(house: House) -> None:
    """A draft that goes round in a circle ends there, is folded, and is not remembered."""
    pieces = ["Call it. ", *["The code is broken down into a single line of code. "] * 50]
    taken: list[str] = []

    async def stream(messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        for piece in pieces:
            taken.append(piece)
            yield piece
        yield USAGE

    answer = answer_of(await events_of(house.parts(embedder(house.near("Hand in")), rung(stream))))
    assert (answer.folded, answer.repeats) == (True, True)
    assert len(taken) == 3


@pytest.mark.parametrize(
    ("text", "looped"),
    [
        ("a b c " * 9, True),
        ("/virtual-machines/1.2.2" * 4, True),
        ("Call it. Then call it again, and again.", False),
        ("- - - - - - - - - - - -", False),
        ("It needs a name in the body. It needs a name in the path.", False),
        ("192.168.0.1 192.168.0.1", False),
    ],
)
def test_loops(text: str, looped: bool) -> None:
    """A loop is a piece that stands right before itself: twice where it is a sentence, oftener where it is short."""
    assert repeats(text) == looped
