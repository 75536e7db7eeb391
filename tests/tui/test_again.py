"""Answers that were written before, and questions that hold a key."""

import msgspec
import pytest

from engine import Cached, FactsReady, Prose
from tests.tui.conftest import ask, opened, screen_text, shows, until
from tests.tui.fake_engine import FACTS, QUESTION, SEGMENTS, Step, done, full_script
from tui.app.widgets.prompt import Prompt

KEY = "sk-4242424242424242abcd"


def remembered(question: str) -> list[Step]:
    """Return the events of an answer that was written for a question before."""
    answer = done().answer
    cached = msgspec.structs.replace(answer, usage=None, cached=Cached(question, 95.0))
    return [FactsReady(facts=FACTS), Prose(segments=SEGMENTS), msgspec.structs.replace(done(), answer=cached)]


async def test_old_prose_says_so_and_a_key_asks_anew(make):
    """It tells its age; Ctrl+L has the model write, after the same questions as before, and the age is gone."""
    app, engine = make(script=remembered(QUESTION))
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await ask(pilot, "First?")
        await shows(pilot, "Written 1 min 35 s ago · Ctrl+L asks anew")
        await ask(pilot, QUESTION)
        await until(pilot, lambda: engine.closed == 2)
        before = engine.previous
        engine.script = full_script()
        await pilot.press("ctrl+l")
        await shows(pilot, "tokens/s")
        assert engine.asked == ["First?", QUESTION, QUESTION]
        assert engine.anew == [False, False, True]
        assert (len(engine.previous), engine.previous) == (1, before)


async def test_before_the_first_question_there_is_nothing_to_ask_anew(make):
    """The key does nothing then."""
    app, engine = make()
    async with app.run_test() as pilot:
        await opened(pilot)
        await pilot.press("ctrl+l")
        await pilot.pause()
        assert engine.asked == []


async def test_prose_of_another_question_names_it(make):
    """It was written for a question that asks the same; which one is said."""
    app, _ = make(script=remembered("Can I create issues?"))
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await ask(pilot, QUESTION)
        await shows(pilot, "Written for “Can I create issues?”", "Written 1 min 35 s ago · Ctrl+L asks anew")


@pytest.mark.parametrize("pasted", [True, False])
async def test_a_key_in_a_question_is_shown_nowhere(make, pasted):
    """Neither pasted nor typed: not in the echo, not to the engine, and not when the question is brought back."""
    app, _ = make(script=full_script())
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        prompt = app.query_one(Prompt)
        if pasted:
            prompt.insert(f"why 401 with Authorization: Bearer {KEY}")
            assert KEY not in screen_text(pilot)
        else:
            for letter in f"why 401 with Authorization: Bearer {KEY}":
                prompt.insert(letter)
        await pilot.press("enter")
        await shows(pilot, "> why 401 with Authorization: Bearer REDACTED")
        await pilot.press("up")
        assert prompt.text == "why 401 with Authorization: Bearer REDACTED"
        assert KEY not in screen_text(pilot)
