import asyncio

import msgspec
import pytest
from textual.widgets import Collapsible

import tui.app.panes.chat
from engine import Facts, FactsReady, Notice, Prose, Segment, SegmentKind, Stage, WorkerError
from tests.tui.conftest import Clock, ask, opened, screen_text, shows, until
from tests.tui.documents import GUIDE, LABELS, LIMITS, ONLY_QUOTES, PAY, QUOTES, SHOP, engine_of
from tests.tui.fake_engine import FACTS, FIRST, GITHUB, QUESTION, SECOND, SEGMENTS, done, facts_script, full_script
from tui.app.app import SpecdeckApp
from tui.app.panes.chat import KEPT
from tui.app.views.quote import MORE
from tui.app.views.start import LISTED
from tui.app.widgets.exchange import Exchange, ProseView
from tui.app.widgets.facts import OperationCard
from tui.app.widgets.prompt import Prompt
from tui.app.widgets.quote import PassageCard

WIDE = (120, 60)


def prompt(app) -> Prompt:
    """Return the lines that questions are typed into."""
    return app.query_one(Prompt)


async def test_facts_are_shown_before_any_prose(make):
    """The facts stand on the screen while the model has not written a word."""
    app, engine = make(script=[Stage(name="searching"), FactsReady(facts=FACTS), asyncio.Event()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, QUESTION)
        await shows(pilot, QUESTION, "[1] POST /repos/{owner}/{repo}/issues", "[2] POST", "filter[state]", "201  issue")
        await shows(pilot, "needs", "accepts", "auth", "returns", "errors", "curl -X POST")
    assert engine.asked == [QUESTION]


async def test_only_the_main_operation_is_shown_in_full_until_asked(make):
    """The operations after the first show what they are; space shows the rest."""
    app, _ = make(script=facts_script())
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "[2] POST")
        assert "200  array of label" not in screen_text(pilot)
        app.query(OperationCard).last().focus()
        await pilot.press("space")
        await shows(pilot, "200  array of label", "issues/1/labels", "OWNER/REPO/issues'")
        await pilot.press("space")
        await until(pilot, lambda: "issues/1/labels" not in screen_text(pilot))


async def test_the_stage_is_told_with_its_time(make, clock):
    """While nothing is written, a line says what goes on and since when."""
    gate = asyncio.Event()
    app, _ = make(script=[Stage(name="loading the model"), gate, Stage(name="reading the prompt"), asyncio.Event()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        clock.now += 3.21
        await shows(pilot, "loading the model · 3.2 s · Esc stops")
        gate.set()
        await shows(pilot, "reading the prompt · 3.2 s")


async def test_prose_streams_beneath_the_facts_and_says_who_wrote_it(make):
    """Prose appears while it is written; at the end its author and figures are named."""
    gate = asyncio.Event()
    app, _ = make(script=[FactsReady(facts=FACTS), Stage(name="writing"), Prose(segments=SEGMENTS[:2]), gate,
                          Prose(segments=SEGMENTS[2:]), done()])  # fmt: skip
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "being checked against the spec", "To create an issue, call POST")
        gate.set()
        await shows(pilot, "Prose by smollm2-135m-instruct, checked against the spec", "1. Create the issue.")
        await shows(pilot, "18.3 tokens/s", "found by words and meaning")
        assert "writing" not in screen_text(pilot)


async def test_an_unverified_name_is_marked_by_a_sign(make):
    """A name that is not in the spec is followed by [?], reversed, and a legend says what that means."""
    app, _ = make(script=full_script())
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "priority [?]", "[?] this name is not in the spec")
        line = next(line for line in app.query_one(ProseView).lines if "priority" in line.text.plain)
        assert any("reverse" in str(span.style) for span in line.text.spans)


async def test_a_draft_that_repeats_itself_says_so(make):
    """A draft that was stopped because it went round in a circle is folded for that reason."""
    end = done(folded=True)
    end = msgspec.structs.replace(end, answer=msgspec.structs.replace(end.answer, repeats=True))
    app, _ = make(script=[*full_script()[:-1], end])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "Draft folded away: it repeats itself")


async def test_a_folded_draft_is_one_line_that_opens(make):
    """A draft that is mostly doubtful is folded into a line that says so, and can be opened."""
    script = [*full_script()[:-1], done(folded=True)]
    app, _ = make(script=script)
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "Draft folded away: the spec does not have what it names")
        assert "To create an issue" not in screen_text(pilot)
        app.query_one(Collapsible).collapsed = False
        await shows(pilot, "To create an issue", "priority [?]")


async def test_escape_stops_the_model_and_keeps_what_was_written(make, clock):
    """Escape closes the stream; the partial answer stays, marked as stopped."""
    app, engine = make(script=[FactsReady(facts=FACTS), Prose(segments=SEGMENTS[:2]), asyncio.Event()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "To create an issue")
        clock.now += 2
        await pilot.press("escape")
        await shows(pilot, "stopped after 2.0 s", "To create an issue", "Unfinished prose")
        assert engine.closed == 1
        assert prompt(app).text == ""


async def test_escape_before_the_first_word_gives_the_question_back(make):
    """A question that is stopped before the model wrote anything is in the line again."""
    app, engine = make(script=[Stage(name="searching"), asyncio.Event()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "How do I?")
        await until(pilot, lambda: engine.asked)
        await pilot.press("escape")
        await until(pilot, lambda: engine.closed == 1)
        assert prompt(app).text == "How do I?"
        await shows(pilot, "stopped after")


async def test_later_facts_take_the_place_of_earlier_ones(make):
    """The second FactsReady changes the cards in place, and the focus stays."""
    gate = asyncio.Event()
    better = Facts(question="q", intent="do", operations=(FIRST, SECOND), search="words and meaning")
    first = Facts(question="q", intent="do", operations=(SECOND,), search="words")
    app, _ = make(script=[FactsReady(facts=first), gate, FactsReady(facts=better), asyncio.Event()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "[2] POST")
        await pilot.press("shift+tab")
        card = app.query_one(OperationCard)
        assert app.focused is card
        gate.set()
        await shows(pilot, "[1] POST", "[2] POST")
        assert app.focused is card
        assert card.facts == FIRST


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("key", ["1", "enter"])
async def test_a_citation_opens_its_operation(make, size, key):
    """A digit or Enter on the facts opens the operation in the browser, switching panes where only one fits."""
    app, _ = make(script=facts_script())
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        await ask(pilot)
        await until(pilot, lambda: len(app.query(OperationCard)) == 2)
        app.query(OperationCard).first().focus()
        await pilot.press(key)
        await until(pilot, lambda: app.query("#browser.-open #detail"))
        await shows(pilot, "Create an issue", "Parameters", "filter[state]")
        assert app.query_one("#browser").display


async def test_a_citation_in_the_prose_opens_its_operation(make):
    """A digit on the prose opens the operation with that number, also one that is not among the facts."""
    beyond = Segment(text="GET /user", kind=SegmentKind.VERIFIED, citation=3, ref="github:GET /user")
    app, _ = make(script=[FactsReady(facts=FACTS), Prose(segments=(beyond,)), done(segments=(beyond,))])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "GET /user [3]")
        app.query_one(ProseView).focus()
        await pilot.press("3")
        await shows(pilot, "Get the authenticated user")


async def test_copying_takes_the_exact_request_and_the_answer_with_its_sources(make):
    """`c` on facts copies the request without borders or wraps; `y` on prose copies the answer and what it cites."""
    app, _ = make(script=full_script())
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ask(pilot)
        await until(pilot, lambda: app.query_one(ProseView).copied.endswith(f"[2] {SECOND.ref}"))
        app.query(OperationCard).first().focus()
        await pilot.press("c")
        assert app.clipboard == FIRST.request
        app.query_one(ProseView).focus()
        await pilot.press("y")
        assert "`priority` [?] field" in app.clipboard


async def test_a_new_question_stops_the_old_one(make):
    """Asking while an answer runs closes that stream first."""
    app, engine = make(script=[FactsReady(facts=FACTS), asyncio.Event()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "first")
        await shows(pilot, "[1] POST")
        engine.script = facts_script()
        await ask(pilot, "second")
        await shows(pilot, "> second", "Facts only")
        assert engine.asked == ["first", "second"]
        assert engine.closed == 2
        assert "stopped after" in app.query(Exchange).first()._state.text


async def test_facts_without_prose_say_nothing_of_models(make):
    """An answer that asked no model says “Facts only”, and why where there is a reason, not that there is no model."""
    app, engine = make(script=[FactsReady(facts=FACTS), done(segments=())])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "Facts only")
        assert "No model" not in screen_text(pilot)
        engine.script = facts_script()
        await ask(pilot, "again")
        await shows(pilot, "Facts only, because", "! There is no chat model")


async def test_the_up_arrow_brings_earlier_questions_back(make):
    """Up and down walk through what was asked; the unfinished line is not lost."""
    app, engine = make(script=facts_script())
    async with app.run_test() as pilot:
        await ask(pilot, "first")
        await ask(pilot, "second")
        await until(pilot, lambda: engine.closed == 2)
        prompt(app).fill("draft")
        seen = []
        for key in ("up", "up", "up", "down", "down"):
            await pilot.press(key)
            seen.append(prompt(app).text)
        assert seen == ["second", "first", "first", "second", "draft"]


async def test_typing_goes_on_while_an_answer_streams(make):
    """Keys reach the line while prose is being written."""
    app, _ = make(script=[FactsReady(facts=FACTS), *(Prose(segments=(Segment(text="word "),)) for _ in range(50)),
                          asyncio.Event()])  # fmt: skip
    async with app.run_test() as pilot:
        await ask(pilot)
        await pilot.press(*"next question?")
        assert prompt(app).text == "next question?"


async def test_a_worker_crash_is_told_and_the_next_question_works(make):
    """A notice is shown with its hint, the answer ends, and the app goes on."""
    crash = Notice(text="The model worker died", hint="Ask again: it restarts by itself")
    app, engine = make(script=[FactsReady(facts=FACTS), Prose(segments=SEGMENTS[:1]), crash, done()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "! The model worker died", "Ask again: it restarts by itself")
        engine.script = facts_script()
        await ask(pilot, "again")
        await shows(pilot, "> again", "Facts only", "Get one with `specdeck models pull`")


async def test_an_error_of_the_engine_is_one_sentence_and_a_hint(make):
    """An error while answering is shown in the answer, not as a traceback."""
    app, _ = make(script=[WorkerError("The library is locked", hint="Close the other program")])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "! The library is locked", "Close the other program", "failed")


async def test_a_question_may_be_asked_before_the_library_is_open(make):
    """A question typed at once waits for the library and is answered then."""
    app, engine = make(script=facts_script())
    engine.gate = asyncio.Event()
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "early")
        await shows(pilot, "> early", "searching")
        assert engine.asked == []
        engine.gate.set()
        await shows(pilot, "[1] POST")


async def test_old_answers_leave_the_screen(make):
    """Only the newest answers stay mounted."""
    app, _ = make(script=[])
    async with app.run_test() as pilot:
        for number in range(KEPT + 3):
            app._chat.ask(f"question {number}")
        await until(
            pilot, lambda: app.query(Exchange) and app.query(Exchange).last().question == f"question {KEPT + 2}"
        )
        assert len(app.query(Exchange)) <= KEPT


@pytest.mark.parametrize(("connection", "pace"), [("", 0.1), ("10.0.0.1 5 10.0.0.2 22", 0.2)])
def test_prose_is_drawn_at_half_the_pace_over_ssh(make, monkeypatch, connection, pace):
    """Over SSH the prose is flushed half as often."""
    monkeypatch.setenv("SSH_CONNECTION", connection)
    app, _ = make()
    assert app._chat._flush_s == pace


async def test_nothing_found_is_said(make):
    """Facts without operations show their note."""
    empty = Facts(question="q", intent="do", operations=(), search="words", note="Nothing in the library fits")
    app, _ = make(script=[FactsReady(facts=empty), done(facts=empty, segments=())])
    async with app.run_test() as pilot:
        await ask(pilot)
        await shows(pilot, "Nothing in the library fits")


# Guides ------------------------------------------------------------------------------------------------------------


def quoting(*events) -> SpecdeckApp:
    """Return an app whose answer quotes a guide."""
    return SpecdeckApp(engine_of(GUIDE, GITHUB, script=events), clock=Clock())


async def test_guides_are_quoted_under_the_operations(make):
    """A passage has its number, place and heading; its words and code stand as written; a long one says it goes on."""
    app = quoting(FactsReady(facts=QUOTES), done(facts=QUOTES, segments=()))
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "[1] POST", "[2] guide.md:42  Working with issues > Labels > Adding one", "│ ```sh")
        await shows(pilot, '│     -d \'{"labels": ["bug"]}\'', MORE, "[3] guide.md:81  Limits", "At most 100 labels")
        assert "not case sensitive" not in screen_text(pilot)
        assert screen_text(pilot).count(MORE) == 1


@pytest.mark.parametrize("size", [(80, 24), (120, 60)])
@pytest.mark.parametrize("key", ["enter", "2"])
async def test_a_quoted_passage_opens_as_a_whole(make, size, key):
    """Enter on a quote, or its number, opens the passage in the browser; `c` copies all of it."""
    app = quoting(FactsReady(facts=QUOTES), done(facts=QUOTES, segments=()))
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        await ask(pilot)
        await until(pilot, lambda: len(app.query(PassageCard)) == 2)
        app.query(PassageCard).first().focus()
        await pilot.press("c")
        assert app.clipboard == LABELS.text
        await pilot.press(key)
        await shows(pilot, "guide · guide.md:42", "one label.")
        assert app.query_one("#browser").display


async def test_the_line_that_cuts_a_passage_opens_it(make):
    """A click on the line that says that the passage goes on opens the whole."""
    app = quoting(FactsReady(facts=QUOTES), done(facts=QUOTES, segments=()))
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, MORE)
        row = next(row for row, text in enumerate(screen_text(pilot).split("\n")) if MORE in text)
        column = screen_text(pilot).split("\n")[row].index(MORE)
        await pilot.click(offset=(column + 2, row))
        await shows(pilot, "guide · guide.md:42", "one label.")


async def test_passages_alone_are_the_facts(make):
    """Where only a guide speaks of it, its passages are the answer, and its words can be cited."""
    cited = Segment(text="[2]", kind=SegmentKind.VERIFIED, citation=2, ref=f"guide:{LIMITS.key}")
    segments = (Segment(text="There is a limit "), cited)
    app = quoting(FactsReady(facts=ONLY_QUOTES), Prose(segments=segments), done(facts=ONLY_QUOTES, segments=segments))
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "[1] guide.md:42", "[2] guide.md:81", "found by words and meaning", "There is a limit [2]")
        app.query_one(ProseView).focus()
        await pilot.press("2")
        await shows(pilot, "guide · guide.md:81")


async def test_a_short_answer_stands_at_the_upper_edge(make):
    """An answer that fits is not pushed down, neither while it is looked for nor while prose is written."""
    gates = [asyncio.Event(), asyncio.Event()]
    words = Prose(segments=(Segment(text="A few words."),))
    app = quoting(gates[0], FactsReady(facts=ONLY_QUOTES), words, gates[1], done(facts=ONLY_QUOTES, segments=()))
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "Where?")
        for gate, text in zip(gates, ("searching", "A few words."), strict=True):
            await shows(pilot, text)
            assert "> Where?" in screen_text(pilot).split("\n")[1]
            gate.set()
        await shows(pilot, "found by words and meaning")
        assert "> Where?" in screen_text(pilot).split("\n")[1]


async def test_later_facts_change_the_passages_too(make):
    """Facts that come a second time leave no old passage, and operations stay above passages."""
    gate = asyncio.Event()
    app = quoting(FactsReady(facts=ONLY_QUOTES), gate, FactsReady(facts=QUOTES), asyncio.Event())
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "[1] guide.md:42", "[2] guide.md:81")
        gate.set()
        await shows(pilot, "[1] POST", "[2] guide.md:42", "[3] guide.md:81")
        text = screen_text(pilot)
        assert text.index("[1] POST") < text.index("[2] guide.md:42")
        assert "[1] guide.md" not in text


async def test_what_an_operation_causes_and_why_it_is_deprecated_are_facts(make):
    """Callbacks and the reason of a deprecation stand in the facts."""
    facts = msgspec.structs.replace(
        FIRST, deprecated=True, deprecation="Use v2", callbacks=("POST {$request.body#/url}: how it went",)
    )
    app, _ = make(script=[FactsReady(facts=msgspec.structs.replace(FACTS, operations=(facts,))), asyncio.Event()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot)
        await shows(pilot, "deprecated  Use v2", "calls back", "POST {$request.body#/url}: how it went")


async def test_a_full_library_is_summed_up(make):
    """Before the first question a few specs are named, with what they hold, and the others counted."""
    many = [msgspec.structs.replace(SHOP, name=f"shop-{number}") for number in range(LISTED - 2)]
    app = SpecdeckApp(engine_of(GUIDE, PAY, *many, SHOP, script=()), clock=Clock())
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await shows(pilot, "Working with issues  4 passages", "Pay  2 operations · 1 webhook")
        await shows(pilot, "and 1 more spec  4 operations")


async def test_questions_in_quick_succession_do_not_harm_what_leaves_the_screen(make, monkeypatch):
    """A question that cancels another one, while old answers are taken off the screen, leaves the app in order."""
    monkeypatch.setattr(tui.app.panes.chat, "KEPT", 1)
    app, _ = make(script=facts_script())
    async with app.run_test() as pilot:
        await opened(pilot)
        for number in range(60):
            app._chat.ask(f"question {number}")
            for _ in range(number):
                await asyncio.sleep(0)
        await until(pilot, lambda: [one.question for one in app.query(Exchange)] == ["question 59"])
        await shows(pilot, "> question 59")
