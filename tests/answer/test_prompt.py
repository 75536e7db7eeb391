import pytest
from hypothesis import given, strategies as st

from engine.answer.facts import compose
from engine.answer.prompt import messages, prefix
from engine.models.pace import estimated_tokens
from engine.models.protocol import Message
from tests.answer.spec import source

ROOM = 2000
"""Tokens that any prompt of these tests fits in."""
QUESTIONS = ["hand in a parcel", "why does it fail", "which scopes do I need"]
OPERATIONS = ["createParcel", "listParcels", "getParcel", "replaceParcel"]


def prompt(question: str, operation_id: str = "createParcel", room: int = ROOM) -> list[tuple[str, str]]:
    """The prompt for one operation."""
    facts = compose(question, [source(operation_id)], search="words")
    return [(one.role, one.content) for one in messages(facts, room)]


def test_the_prompt_holds_what_the_answer_must_say() -> None:
    """The last message names the call, the inputs by place, what is optional and what comes back."""
    assert prompt("hand in a parcel")[-1] == (
        "user",
        "Hand in a parcel: call POST /parcels. It needs Idempotency-Key in the header; to and size in the body."
        " It also accepts dry_run, fragile, labels, sender. On success it returns 201 with Parcel.",
    )


def test_the_prompt_follows_the_intent() -> None:
    """Errors and ways to sign in are in the notes when the question is about them, and else not."""
    assert "409 means It is there already" in prompt("why does it fail")[-1][1]
    assert "OAuth 2.0 token" in prompt("which scopes")[-1][1]
    assert "OAuth" not in prompt("hand in a parcel")[-1][1]
    assert prompt("get it", "getParcel")[-1][1].startswith("The operation: call GET /parcels/{parcel_id}.")


def test_all_before_the_notes_is_the_same_each_time() -> None:
    """Only the last message depends on the question, so the model keeps the rest in its cache."""
    one, other = prompt("hand in a parcel"), prompt("which scopes", "listParcels")
    assert one[:-1] == other[:-1] == [(message.role, message.content) for message in prefix()]
    assert [role for role, _ in one] == ["system", *["user", "assistant"] * ((len(one) - 2) // 2), "user"]


@pytest.mark.parametrize("question", QUESTIONS[1:])
def test_notes_of_one_operation_begin_alike(question: str) -> None:
    """What only some questions ask for stands last, so a follow-up about an operation reads little."""
    notes = prompt(question)[-1][1]
    assert notes.startswith(prompt(QUESTIONS[0])[-1][1])
    assert notes != prompt(QUESTIONS[0])[-1][1]


# The budget ----------------------------------------------------------------------------------------------------------
def test_what_matters_least_is_left_out_first() -> None:
    """With less room optional inputs go first, then errors, then the examples, then needs; the call stays."""
    whole = prompt("why does it fail")
    sizes = range(estimated_tokens([Message(*one) for one in whole]), 0, -1)
    kept = [
        (
            "accepts" in notes,
            "Errors" in notes,
            len(before) > 1,
            "needs" in notes,
            "returns" in notes,
        )
        for *before, (_, notes) in (prompt("why does it fail", room=room) for room in sizes)
    ]
    assert list(dict.fromkeys(kept)) == [
        (True, True, True, True, True),
        (False, True, True, True, True),
        (False, False, True, True, True),
        (False, False, False, True, True),
        (False, False, False, False, True),
        (False, False, False, False, False),
    ]
    assert prompt("why does it fail", room=0) == [whole[0], ("user", "The operation: call POST /parcels.")]


@given(room=st.integers(0, ROOM), question=st.sampled_from(QUESTIONS), operation_id=st.sampled_from(OPERATIONS))
def test_a_prompt_fits_its_budget(room: int, question: str, operation_id: str) -> None:
    """A prompt has no more tokens than it may, unless nothing is left to leave out, and always says what to call."""
    facts = compose(question, [source(operation_id)], search="words")
    packed = messages(facts, room)
    assert estimated_tokens(packed) <= room or packed == messages(facts, 0)
    assert f"call {facts.operations[0].operation}." in packed[-1].content
