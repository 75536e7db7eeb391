"""A question that is asked again."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from engine.answer.ask import Writing, ask
from engine.answer.ladder import Rung
from engine.answer.parts import Parts
from engine.answer.records import Answer, Done, Event, Prose, Stage
from engine.doors.adding import Adder
from engine.doors.views import Views
from engine.errors import WorkerError
from engine.models.protocol import Message, Usage
from engine.settings import Settings
from tests.answer.rungs import rung
from tests.answer.spec import DOCUMENT
from tests.answer.test_ask import USAGE, House, embedder, patient

__all__ = ["patient"]
QUESTION = "hand in a parcel"
PIECES = "Call POST /parcels with the ", "weight of the parcel."


class Writer:
    """A rung that writes, and counts how often it was asked."""

    def __init__(self, *pieces: str, error: Exception | None = None) -> None:
        self.asked = 0
        self.pieces = pieces
        self.error = error

    async def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        self.asked += 1
        for piece in self.pieces:
            yield piece
        if self.error:
            raise self.error
        yield USAGE

    @property
    def rung(self) -> Rung:
        """The rung that it is."""
        return rung(self.stream)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The library with the small spec."""
    made = House(tmp_path)
    yield made
    made.library.close()


async def events_of(parts: Parts, question: str = QUESTION, *, anew: bool = False) -> tuple[list[Event], Answer]:
    """Return the events of an answer, and the answer."""
    events = [event async for event in ask(parts, question, None, writing=Writing(anew=anew))]
    assert isinstance(events[-1], Done)
    return events, events[-1].answer


async def test_the_same_question_needs_no_model(house: House) -> None:
    """The second answer has words, checks and citations of the first, and says for what they were written."""
    writer = Writer(*PIECES)
    parts = house.parts(embedder(house.near("Hand in")), writer.rung)
    _, first = await events_of(parts)
    events, second = await events_of(parts, "  hand in  a parcel? ")
    assert (writer.asked, first.cached) == (1, None)
    assert second.cached is not None
    assert (second.cached.question, second.cached.age_s >= 0) == (QUESTION, True)
    assert (second.prose, second.citations, second.unverified) == (first.prose, first.citations, first.unverified)
    assert (second.rung, second.model, second.usage, second.notice) == ("local", "local-model", None, "")
    assert "".join(segment.text for event in events if isinstance(event, Prose) for segment in event.segments) == (
        "".join(PIECES)
    )
    assert Stage("loading the model") not in events
    assert [cache.hits for cache in parts.answers.health()] == [1, 0]


async def test_one_that_asks_the_same_needs_none_and_another_does(house: House) -> None:
    """Other words for the same are answered with what was written, and with the question it was written for."""
    writer = Writer(*PIECES)
    parts = house.parts(embedder(house.near("Hand in")), writer.rung)
    await events_of(parts)
    _, same = await events_of(parts, "How can I hand in parcels?")
    assert same.cached is not None
    assert (same.question, same.cached.question, writer.asked) == ("How can I hand in parcels?", QUESTION, 1)
    _, other = await events_of(parts, "how can I not hand in a parcel?")
    assert (other.cached, writer.asked) == (None, 2)


async def test_asked_anew_the_model_writes(house: House) -> None:
    """Whoever wants other words gets them, and from then on these are the ones that are remembered."""
    writer = Writer(*PIECES)
    parts = house.parts(embedder(house.near("Hand in")), writer.rung)
    await events_of(parts)
    writer.pieces = ("Other words.",)
    _, anew = await events_of(parts, anew=True)
    assert (anew.cached, anew.prose, writer.asked) == (None, "Other words.", 2)
    _, again = await events_of(parts)
    assert (again.prose, writer.asked) == ("Other words.", 2)


@pytest.mark.parametrize(
    ("pieces", "error"),
    [(PIECES, WorkerError("The worker died")), (("Call POST /ships and DELETE /ships and PUT /ships.",), None)],
    ids=["broken", "doubtful"],
)
async def test_what_is_not_whole_or_not_true_is_not_kept(
    house: House, pieces: tuple[str, ...], error: Exception | None
) -> None:
    """A stream that broke, and a draft that is folded away, are written again the next time."""
    writer = Writer(*pieces, error=error)
    parts = house.parts(embedder(house.near("Hand in")), writer.rung)
    await events_of(parts)
    _, again = await events_of(parts)
    assert (again.cached, writer.asked) == (None, 2)


async def test_what_was_stopped_is_not_kept(house: House) -> None:
    """A user who leaves after the first words has the model write them again."""
    writer = Writer(*PIECES)
    parts = house.parts(embedder(house.near("Hand in")), writer.rung)
    async with aclosing(ask(parts, QUESTION, None)) as events:
        async for event in events:
            if isinstance(event, Prose):
                break
    _, again = await events_of(parts)
    assert (again.cached, writer.asked) == (None, 2)


async def test_another_version_of_the_specification_is_another_question(house: House) -> None:
    """Once the operation takes something else nothing that was written of it before is given."""
    writer = Writer(*PIECES)
    parts = house.parts(embedder(house.near("Hand in")), writer.rung)
    _, first = await events_of(parts)
    settings = Settings()
    changed = DOCUMENT.replace("required: [id, to, size]", "required: [id, to]").encode()
    list(
        Adder(house.library, settings, Views(house.library, settings.embedding_model).info).add(
            [changed], "depot", network=False
        )
    )
    _, second = await events_of(parts)
    assert first.facts.operations[0].ref == second.facts.operations[0].ref
    assert first.facts.operations[0].needs != second.facts.operations[0].needs
    assert (second.cached, writer.asked) == (None, 2)
