from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from engine.answer.facts import compose
from engine.answer.prompt import messages
from engine.models.client import WorkerClient
from engine.models.pace import MEASURED_TOKENS, Pace, estimated_tokens
from engine.models.protocol import Usage
from tests.answer.spec import DOCUMENT, parse, source

MB = 10**6
ROOM = 2000
"""Tokens that any prompt of these tests fits in."""
HARD = DOCUMENT.replace("/parcels", "/v2026-11/Ünïcode/XQZ~9/parcels_by_UUID").replace(
    "Hand in a parcel", "小包を渡す №42"
)
"""Names that no tokenizer knows."""


def usage(read_tokens: int, prefill_ms: float) -> Usage:
    """An answer that has read so many tokens in this time."""
    return Usage(
        prompt_tokens=500,
        read_tokens=read_tokens,
        tokens=5,
        prefill_ms=prefill_ms,
        tokens_per_s=50.0,
        finish="stop",
    )


def test_a_larger_model_is_thought_slower_before_it_was_seen() -> None:
    """Without a measure the file's size tells: ten times the size, a tenth of the tokens."""
    assert Pace(100 * MB).tokens(6) == 10 * Pace(1000 * MB).tokens(6)
    assert Pace(100 * MB).tokens(6) >= 400
    assert Pace(0).tokens(6) > 0


def test_the_first_measure_counts_alone() -> None:
    """What was seen takes the place of what was thought."""
    pace = Pace(100 * MB)
    pace.measure(usage(200, 4000))
    assert pace.tokens(6) == 300


def test_a_change_shows_at_once_and_is_soon_whole() -> None:
    """Half of a change is known after one answer, nearly all of it after five."""
    pace = Pace(100 * MB)
    for _ in range(3):
        pace.measure(usage(200, 2000))
    pace.measure(usage(200, 4000))
    assert pace.tokens_per_s == pytest.approx(75)
    for _ in range(4):
        pace.measure(usage(200, 4000))
    assert pace.tokens_per_s == pytest.approx(50, rel=0.05)


def test_a_prompt_that_was_known_says_nothing() -> None:
    """An answer that read a few tokens, or of which nobody knows how many, changes nothing."""
    pace = Pace(100 * MB)
    before = pace.tokens_per_s
    for read in (0, 1, MEASURED_TOKENS - 1):
        pace.measure(usage(read, 50))
    pace.measure(usage(100, 0))
    assert pace.tokens_per_s == before


@given(st.lists(st.tuples(st.integers(0, 4000), st.floats(0, 1e6)), max_size=20))
def test_any_measures_leave_a_speed(measures: list[tuple[int, float]]) -> None:
    """The speed stays a number above zero, between the slowest and the fastest that was seen or thought."""
    pace = Pace(100 * MB)
    seen = [pace.tokens_per_s]
    for read, ms in measures:
        pace.measure(usage(read, ms))
        if ms >= 1:
            seen.append(read / ms * 1000)
    assert pace.tokens_per_s > 0
    assert min(seen) * 0.999 <= pace.tokens_per_s <= max(seen) * 1.001


async def test_the_estimate_holds_for_a_real_tokenizer(client: WorkerClient, chat_model: Path) -> None:
    """The model counts no more tokens than were estimated, and at least half of them."""
    for document in (DOCUMENT, HARD):
        for question, operation_id in (
            ("hand in", "createParcel"),
            ("why a 409", "createParcel"),
            ("auth", "getParcel"),
        ):
            facts = compose(question, [source(operation_id, parse(document))], search="words")
            packed = messages(facts, ROOM)
            pieces = client.generate(chat_model, packed, context_tokens=ROOM, max_tokens=1, first_token_s=60)
            (usage,) = [piece async for piece in pieces if isinstance(piece, Usage)]
            assert usage.prompt_tokens <= estimated_tokens(packed) <= 2 * usage.prompt_tokens
