from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from engine.answer.ask import Writing, ask
from engine.answer.context import Context
from engine.answer.records import Answer
from engine.errors import ModelFileError
from tests.answer.test_ask import QUESTION, House, answer_of


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The library with the small spec."""
    made = House(tmp_path)
    yield made
    made.library.close()


async def unable(_texts: Sequence[str]) -> list[bytes]:
    """Embed nothing."""
    raise ModelFileError("There is no model here")


async def answered(house: House, question: str, *previous: Answer, spec: str | None = None) -> Answer:
    """Ask a question after others, as the chat does, and return its answer."""
    context = Context(previous=tuple(answer.facts for answer in previous))
    events = ask(house.parts(unable), question, spec, writing=Writing(rung="facts"), context=context)
    return answer_of([event async for event in events])


@pytest.mark.parametrize(
    ("question", "understood", "first", "intent"),
    [
        ("and how do I replace it?", "replace a parcel", "PUT /parcels/{parcel_id}", "do"),
        ("which scope does that need?", "POST /parcels", "POST /parcels", "auth"),
        ("show me the curl", "POST /parcels", "POST /parcels", "do"),
        ("and list parcels", "list parcels", "GET /parcels", "do"),
        ("list parcels", "", "GET /parcels", "do"),
    ],
)
async def test_a_follow_up_is_answered_by_the_conversation(
    house: House, question: str, understood: str, first: str, intent: str
) -> None:
    """The facts of the answers before say what is meant; the new facts tell what was understood, and what is asked."""
    facts = (await answered(house, question, await answered(house, QUESTION))).facts
    assert (facts.question, facts.understood, facts.intent) == (question, understood, intent)
    assert facts.operations[0].operation == first


async def test_what_was_only_near_is_no_topic(house: House) -> None:
    """After a question that nothing fits, a follow-up is about the one before."""
    previous = [await answered(house, QUESTION), await answered(house, "qwertz")]
    answer = await answered(house, "and which scope does it need?", *previous)
    assert answer.facts.understood == "POST /parcels"


async def test_a_follow_up_stays_in_the_chosen_spec(house: House) -> None:
    """What an answer showed of other specs is no topic where one spec was chosen."""
    answer = await answered(house, "delete it", await answered(house, QUESTION), spec="other")
    assert (answer.facts.understood, answer.facts.operations) == ("", ())


async def test_a_follow_up_on_a_spec_that_was_removed_finds_nothing(house: House) -> None:
    """A conversation may outlive what it was about."""
    before = await answered(house, QUESTION)
    house.library.remove("depot")
    assert (await answered(house, "delete it", before)).facts.operations == ()
