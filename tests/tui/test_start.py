import asyncio

import pytest

from engine.english.offering import asked_for
from tests.tui.conftest import opened, screen_text, shows, until
from tests.tui.fake_engine import EXAMPLES, GITHUB, LIBRARY, QUESTION, done, facts_script
from tui.app.widgets.exchange import Exchange
from tui.app.widgets.offers import Offers
from tui.app.widgets.prompt import Prompt
from tui.app.widgets.start import Start


async def test_questions_of_this_library_are_offered(make):
    """Tab goes to them from the empty chat, Enter asks the one under the cursor."""
    app, engine = make((GITHUB, LIBRARY), facts_script())
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await shows(pilot, *EXAMPLES)
        await pilot.press("tab", "j", "enter")
        await until(pilot, lambda: engine.asked == [EXAMPLES[1]])
        assert isinstance(app.focused, Prompt)


async def test_the_last_conversations_are_offered_to_a_new_one(make):
    """A click goes on with one."""
    app, engine = make((GITHUB, LIBRARY), facts_script())
    engine.sessions.put("Loans", [("Lend?", done().answer)])
    engine.sessions.put("Issues", [(QUESTION, done().answer)])
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("f6", "ctrl+n")
        await shows(pilot, "go on  Issues", "go on  Loans")
        await pilot.click(Offers, offset=(12, len(EXAMPLES) + 1))
        await until(pilot, lambda: [one.question for one in app.query(Exchange)] == ["Lend?"])


async def test_where_nothing_is_offered_nothing_says_so(make, monkeypatch):
    """A library whose summaries make no questions: no lines that lead to none."""
    app, engine = make([GITHUB])
    monkeypatch.setattr(engine, "examples", no_examples)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await shows(pilot, "F3 goes to the operations")
        assert "such as" not in screen_text(pilot)
        assert "Tab goes" not in screen_text(pilot)


async def test_what_stands_first_is_shown_once(make):
    """The library changes while it is shown: the later word counts, and none is there twice."""
    app, _ = make([GITHUB])
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        start = app.query_one(Start)
        await asyncio.gather(*(start.show([GITHUB]) for _ in range(3)))
        assert len(start.query(Offers)) == 1


async def no_examples(n: int) -> tuple[str, ...]:
    """Offer none."""
    return ()


@pytest.mark.parametrize(
    ("summary", "question"),
    [
        ("Create an issue", "How do I create an issue?"),
        ("List  pull\nrequests.", "How do I list pull requests?"),
        ("Delete a VPC", "How do I delete a VPC?"),
        ("Lists users", ""),
        ("Users", ""),
        ("Get", ""),
        ("The issue", ""),
        ("Create " + "a very long thing " * 9, ""),
    ],
)
def test_a_summary_becomes_a_question(summary, question):
    """Only one that begins with what is done, as one says it, and that is read at a glance."""
    assert asked_for(summary) == question


async def test_the_question_says_how_many_apis_there_are_now(make):
    """Also after something was added or removed."""
    app, _ = make((GITHUB,))
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await shows(pilot, "> Ask how to do something with an API")
        await app._chat.show_library([GITHUB, LIBRARY])
        await shows(pilot, "> Ask how to do something with 2 APIs")
