"""What is typed or pasted is a question, wherever the cursor is; only the focused widget's own keys are commands."""

import asyncio

import pytest
from textual import events

from tests.tui.conftest import ask, opened, screen_text, shows, until
from tests.tui.fake_engine import GITHUB, facts_script
from tui.app.widgets.exchange import Exchange
from tui.app.widgets.facts import OperationCard
from tui.app.widgets.outline import Outline
from tui.app.widgets.prompt import LONGEST, Prompt

QUESTION = "how do I open a pull request?"
FROM_THE_TREE = "How do I open a pull request?"
"""Small letters are keys there: `h` goes up a level, as vim's does."""
LINES = 'How do I send this?\n\n{\n    "title": "It crashes"\n}'


def send(pilot, *messages: events.Event) -> None:
    """Let the terminal deliver events in one read."""
    for message in messages:
        message.set_sender(pilot.app)
        pilot.app._driver.send_message(message)


def keys(text: str) -> list[events.Key]:
    """Return the keys of a text."""
    names = {" ": "space", "?": "question_mark"}
    return [events.Key(names.get(letter, letter), letter) for letter in text]


async def in_prompt(pilot, text: str) -> None:
    """Wait until the prompt has the cursor and just this text, with nothing else open."""
    await until(pilot, lambda: pilot.app.query_one(Prompt).text == text)
    assert pilot.app.focused is pilot.app.query_one(Prompt)
    assert len(pilot.app.screen_stack) == 1
    await shows(pilot, text)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("where", ["start", "first run", "answer", "tree", "health"])
async def test_a_question_typed_anywhere_lands_in_the_prompt(make, size, where):
    """Every letter arrives, the first too, in one read: right after start, on the first run, in each pane."""
    app, _ = make([] if where == "first run" else [GITHUB], facts_script())
    async with app.run_test(size=size) as pilot:
        if where != "start":
            await (shows(pilot, "Welcome") if where == "first run" else opened(pilot))
        if where == "answer":
            await ask(pilot)
            await until(pilot, lambda: len(app.query(OperationCard)) == 2)
            app.query(OperationCard).first().focus()
            await pilot.pause()
        if where in ("tree", "health"):
            await pilot.press("f3" if where == "tree" else "f4")
        question = FROM_THE_TREE if where == "tree" else QUESTION
        send(pilot, *keys(question))
        await in_prompt(pilot, question)


async def test_a_question_typed_while_an_empty_library_opens_is_kept(make):
    """The first run's form does not take the cursor from who is typing: Enter asks, and adds nothing."""
    app, engine = make([])
    engine.gate = asyncio.Event()
    async with app.run_test() as pilot:
        send(pilot, *keys("hello"))
        await in_prompt(pilot, "hello")
        engine.gate.set()
        await shows(pilot, "Welcome")
        await pilot.press("enter")
        await until(pilot, lambda: engine.asked == ["hello"])
        assert engine.added == []


async def test_a_widget_keeps_the_keys_that_it_declares(make):
    """In the tree `a` asks about the line and `/` filters; on a card `c` copies: none of them is typed."""
    app, _ = make(script=facts_script())
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("f3", "slash")
        assert app.focused is app.query_one("#filter")
        await pilot.press("escape", "j")
        assert app.focused is app.query_one(Outline)
        await ask(pilot)
        await until(pilot, lambda: len(app.query(OperationCard)) == 2)
        app.query(OperationCard).first().focus()
        await pilot.press("c")
        assert app.query_one(Prompt).text == ""


async def test_a_paste_of_several_lines_keeps_them_all(make):
    """All lines are in the prompt, seen and asked, also as a terminal sends them, with carriage returns."""
    app, engine = make(script=facts_script())
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        send(pilot, events.Paste(LINES.replace("\n", "\r")))
        await shows(pilot, *LINES.split("\n"))
        assert app.query_one(Prompt).text == LINES
        await pilot.press("enter")
        await until(pilot, lambda: engine.asked == [LINES])
        await shows(pilot, '      "title": "It crashes"')
        assert app.query_one(Prompt).size.height == 1


async def test_a_paste_lands_in_the_prompt_wherever_the_cursor_is(make):
    """With the cursor in the tree a paste goes to the prompt, as typing does."""
    app, _ = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("f3")
        send(pilot, events.Paste("two\nlines"))
        await until(pilot, lambda: app.query_one(Prompt).text == "two\nlines")
        await shows(pilot, "two", "lines")


async def test_a_paste_is_cleaned_and_bounded(make):
    """Control characters become signs, tabs blanks, and a paste of megabytes is cut."""
    app, _ = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        send(pilot, events.Paste("\x1b]52;c;aGk=\x07\ta\r\nb\x9b2J"))
        await until(pilot, lambda: app.query_one(Prompt).text == "␛]52;c;aGk=␇    a\nb\ufffd2J")
        send(pilot, events.Paste("word " * 1_000_000))
        await until(pilot, lambda: len(app.query_one(Prompt).text) == LONGEST)


@pytest.mark.parametrize("key", ["ctrl+j", "shift+enter", "alt+enter"])
async def test_a_key_begins_a_new_line_and_enter_asks(make, key):
    """The prompt grows by a line; Enter asks both."""
    app, engine = make(script=facts_script())
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press(*"one", key, *"two")
        assert app.query_one(Prompt).size.height == 2
        await pilot.press("enter")
        await until(pilot, lambda: engine.asked == ["one\ntwo"])


async def test_enter_ends_the_question_also_when_more_keys_are_on_their_way(make):
    """Of two questions that arrive in one read each is asked, and nothing of the second is in the first."""
    app, engine = make(script=facts_script())
    async with app.run_test() as pilot:
        await opened(pilot)
        enter = events.Key("enter", "\r")
        send(pilot, *keys("first"), enter, *keys("second"), events.Key("enter", "\r"))
        await until(pilot, lambda: [one.question for one in app.query(Exchange)] == ["first", "second"])
        await until(pilot, lambda: engine.asked[-1] == "second")


@pytest.mark.parametrize("opened_by", ["f2", "ctrl+f"])
async def test_keys_that_are_read_together_keep_their_order(make, opened_by):
    """`x`, backspace, `y` leaves the `y`, in the prompt and in a field."""
    app, _ = make()
    async with app.run_test() as pilot:
        await opened(pilot)
        await pilot.press(opened_by)
        back = events.Key("backspace", "\x7f")
        field = app.focused
        send(pilot, *keys("abx"), back, *keys("c"), events.Key("home", None), *keys("d"))
        await until(pilot, lambda: (field.text if isinstance(field, Prompt) else field.value) == "dabc")


async def test_arrows_move_within_the_lines_and_recall_beyond_them(make):
    """Up goes through the lines, then to the question before; down the same way back to the unfinished one."""
    app, engine = make(script=facts_script())
    async with app.run_test() as pilot:
        await ask(pilot, "first\nof two")
        await until(pilot, lambda: engine.closed == 1)
        prompt = app.query_one(Prompt)
        prompt.fill("draft")
        seen = []
        for key in ("up", "up", "down", "down"):
            await pilot.press(key)
            seen.append((prompt.text, prompt.cursor_location[0]))
        assert seen == [("first\nof two", 1), ("first\nof two", 0), ("first\nof two", 1), ("draft", 0)]


async def test_paging_scrolls_the_answers_while_a_question_is_typed(make):
    """Page up and down are not the prompt's."""
    app, _ = make(script=facts_script())
    async with app.run_test(size=(80, 24)) as pilot:
        await ask(pilot)
        await shows(pilot, "> How?", "needs")
        await pilot.press("pagedown")
        await until(pilot, lambda: "> How?" not in screen_text(pilot))
        await pilot.press("pageup")
        await shows(pilot, "> How?")
