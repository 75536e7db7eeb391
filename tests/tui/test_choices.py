import asyncio
import subprocess
import sys

import msgspec
import pytest

from engine import FactsReady, Fitting, Prose, Segment, SessionState, Stage
from tests.tui.conftest import ask, opened, screen_text, shows, told, until
from tests.tui.fake_engine import FACTS, FIRST, GITHUB, LIBRARY, SECOND, SEGMENTS, done, facts_script
from tests.tui.test_app import ROOT
from tui.app.widgets.choices import Choices
from tui.app.widgets.exchange import Exchange
from tui.app.widgets.facts import OperationCard
from tui.app.widgets.prompt import Prompt

CHOICES = (Fitting("github", "GET /users", "List users"), Fitting("library", "GET /members", "List members"))
SEVERAL = [FactsReady(facts=msgspec.structs.replace(FACTS, choices=CHOICES)), done(segments=())]
BOTH = (GITHUB, LIBRARY)


# Several APIs fit ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["key", "number", "click"])
async def test_of_several_apis_that_fit_one_is_chosen(make, how):
    """A digit where the line has the cursor, the number in place of a question, or a click asks that one alone."""
    app, engine = make(BOTH, SEVERAL)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await ask(pilot, "list users")
        await shows(pilot, "Several fit: 1 github  2 library")
        await until(pilot, lambda: engine.closed == 1)
        if how == "key":
            await pilot.press("tab", "k", "2")
        elif how == "number":
            await pilot.press("2", "enter")
        else:
            lines = screen_text(pilot).splitlines()
            row = next(number for number, line in enumerate(lines) if "Several fit" in line)
            await pilot.click(offset=(lines[row].index("library") + 1, row))
        await until(pilot, lambda: engine.scopes == [None, "library"])
        assert engine.asked == ["list users", "list users"]
        await shows(pilot, "library > list users")


@pytest.mark.parametrize("number", ["404", "3", "9" * 5000])
async def test_a_number_of_no_api_is_a_question(make, number):
    """What is typed is not swallowed, however long the number is."""
    app, engine = make(BOTH, SEVERAL)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await ask(pilot, "list users")
        await until(pilot, lambda: engine.closed == 1)
        app._chat.offer(number)
        await pilot.press("enter")
        await until(pilot, lambda: engine.asked == ["list users", number])


async def test_what_is_clear_offers_no_choice(make):
    """Without several APIs there is no line, and a number is a question like any other."""
    app, engine = make(BOTH, facts_script())
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await ask(pilot, "list users")
        await until(pilot, lambda: engine.closed == 1)
        assert not app.query_one(Choices).display
        await ask(pilot, "2")
        await until(pilot, lambda: engine.asked == ["list users", "2"])


# What is asked -------------------------------------------------------------------------------------------------------
async def test_the_prompt_says_what_is_asked_and_can_set_it(make):
    """/spec and a part of a name asks one alone until /spec all; asking again asks the same; the session keeps it."""
    app, engine = make(BOTH, facts_script())
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot)
        await shows(pilot, "> Ask how to do something with 2 APIs · /spec NAME asks one")
        await ask(pilot, "/spec Lib")
        await shows(pilot, "library > Ask how to do something with library · /spec all asks all")
        await ask(pilot, "list members")
        await until(pilot, lambda: engine.closed == 1)
        await ask(pilot, "/spec all")
        await until(pilot, lambda: "library > Ask how" not in screen_text(pilot))
        await pilot.press("ctrl+l")
        await until(pilot, lambda: engine.closed == 2)
        await ask(pilot, "list users")
        await until(pilot, lambda: engine.scopes == ["library", "library", None])
        await ask(pilot, "/spec nothing")
        await until(pilot, lambda: "names no specs" in told(pilot))
        assert "one of github, library" in told(pilot)


async def test_a_session_remembers_what_is_asked(make):
    """Who comes back asks the same spec."""
    app, engine = make(BOTH, facts_script())
    engine.sessions.put("Members", [("Q?", done().answer)], SessionState(spec="library"))
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await shows(pilot, "library > Ask how")
        await ask(pilot, "list members")
        await until(pilot, lambda: engine.scopes == ["library"])


# From the question to the answer -------------------------------------------------------------------------------------
async def test_tab_goes_from_the_question_to_the_newest_answer(make):
    """However many answers there are it is the newest one's first citation; elsewhere Tab goes on to the next part."""
    app, engine = make(script=facts_script())
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        for number in (1, 2):
            await ask(pilot, f"Q{number}")
            await until(pilot, lambda number=number: engine.closed == number)
        await pilot.press("tab")
        first, second = app.query(Exchange).last().query(OperationCard)
        assert app.focused is first
        await pilot.press("tab")
        assert app.focused is second


@pytest.mark.parametrize(("key", "shown"), [("alt+1", FIRST.operation), ("alt+2", SECOND.operation)])
async def test_alt_and_a_digit_open_a_citation_from_the_question(make, key, shown):
    """What is typed meanwhile stays."""
    app, engine = make(script=facts_script())
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await ask(pilot)
        await until(pilot, lambda: engine.closed == 1)
        opening: list[str] = []
        app._browser.open_entry = opening.append
        await pilot.press(*"and", key)
        await until(pilot, lambda: opening == [f"github:{shown}"])
        assert app.query_one(Prompt).text == "and"


def test_a_terminal_tells_alt_and_a_digit():
    """ESC and a digit, as terminals send it, are one key, also among others that come with it; a lone digit is not."""
    program = (
        "from textual._xterm_parser import XTermParser; from tui.app.keys import tell_alt_digits; tell_alt_digits(); "
        "print([(event.key, event.character) for event in XTermParser().feed('a\\x1b2\\x1b9' + '3')])"
    )
    shown = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout == "[('a', 'a'), ('alt+2', None), ('alt+9', None), ('3', '3')]\n"


# What is read stays in sight -----------------------------------------------------------------------------------------
async def test_the_facts_stay_in_sight_when_prose_starts(make):
    """The view stays at the beginning of the answer, and says that prose is below; who goes there sees it grow."""
    gates = [asyncio.Event() for _ in range(3)]
    more = [Prose(segments=(Segment(text=f"\n\nParagraph {number}."),)) for number in range(30)]
    app, engine = make(script=[FactsReady(facts=FACTS), Stage(name="writing"), gates[0], Prose(segments=SEGMENTS[:2]),
                               gates[1], *more, gates[2], done()])  # fmt: skip
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await ask(pilot, "How?")
        await shows(pilot, "> How?", "writing")
        gates[0].set()
        await shows(pilot, "> How?", "the prose is below")
        prose = app.query_one(Exchange).prose
        before = prose.text
        gates[1].set()
        await until(pilot, lambda: len(app.query_one(Exchange)._segments) > 30)
        app._chat._tick()
        assert "> How?" in screen_text(pilot)
        assert prose.text == before  # not drawn where nobody sees it
        app._chat._transcript.scroll_end(animate=False, immediate=True)
        await until(pilot, lambda: "the prose is below" not in screen_text(pilot))
        await shows(pilot, "Paragraph 29.")
        gates[2].set()
        await until(pilot, lambda: engine.closed == 1)
