import asyncio

import msgspec

from engine import Attached, FactsReady, LibraryError, NotFoundError, SessionState
from tests.tui.conftest import ask, opened, screen_text, shows, told, until
from tests.tui.fake_engine import FACTS, FIRST, QUESTION, SECOND, done, facts_script
from tests.tui.fake_sessions import TRACE
from tui.app.panes.chat import ChatPane
from tui.app.widgets.exchange import Exchange
from tui.app.widgets.prompt import Prompt
from tui.app.widgets.transcript import Transcript
from tui.conversation import WINDOW

ANSWER = done().answer


async def test_the_last_session_goes_on(make):
    """What was said, the draft and what stays beside come back; the next question follows what was asked then."""
    app, engine = make(script=facts_script())
    engine.sessions.put("Old", [("Long ago?", None)])
    state = SessionState(draft="and how", pinned=(SECOND.ref,), attached=(Attached(name="notes.md", text="t"),))
    engine.sessions.put("Issues", [(QUESTION, ANSWER)], state)
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await shows(
            pilot, f"> {QUESTION}", "[1] POST /repos", "2026-01-31", "attached notes.md", "pinned   github:POST"
        )
        await until(pilot, lambda: app.query_one(Prompt).text == "and how")
        await pilot.press(*" do I delete it?", "enter")
        await until(pilot, lambda: engine.closed == 1)
        assert engine.context.previous == (ANSWER.facts,)
        assert engine.context.pinned == (SECOND.ref,)
        assert [one.name for one in engine.context.attached] == ["notes.md"]
        await until(pilot, lambda: len(engine.sessions.session("Issues").exchanges) == 2)


async def test_a_first_question_begins_a_session(make):
    """It is called after the question; what is asked then belongs to it."""
    app, engine = make(script=facts_script())
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        assert engine.sessions.kept == []
        for number in (1, 2):
            await ask(pilot, QUESTION)
            await until(pilot, lambda number=number: engine.closed == number)
        await until(pilot, lambda: [len(one.exchanges) for one in engine.sessions.kept] == [2])
        assert engine.sessions.kept[0].info.name == QUESTION


async def test_the_draft_is_kept_while_it_is_typed_and_at_the_end(make):
    """Whoever closes the app in the middle of a question finds it again."""
    app, engine = make(script=facts_script())
    engine.sessions.put("Issues", [(QUESTION, ANSWER)])
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await pilot.press("f2", *"half")
        pilot.app.query_one(ChatPane)._save()
        await until(pilot, lambda: engine.sessions.session("Issues").state.draft == "half")
        await pilot.press("x")
    assert engine.sessions.session("Issues").state.draft == "halfx"


async def test_a_draft_that_could_not_be_kept_is_kept_later(make):
    """What fails once is tried again, though nothing was typed meanwhile."""
    app, engine = make()
    engine.sessions.put("Issues", [(QUESTION, ANSWER)])
    engine.sessions.fails["leave"] = LibraryError("The library is being written")
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await pilot.press("f2", *"half")
        await app._chat.save()
        assert engine.sessions.session("Issues").state.draft == ""
        engine.sessions.fails.clear()
        await app._chat.save()
        assert engine.sessions.session("Issues").state.draft == "half"


async def test_what_comes_back_is_not_taken_away_meanwhile(make):
    """A session that is left while it is still being filled ends empty and without an error."""
    app, engine = make(script=facts_script())
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        transcript = app.query_one(Transcript)
        engine.sessions.put("Issues", [(QUESTION, ANSWER)] * 5)
        said = engine.sessions.session("Issues").exchanges
        await asyncio.gather(transcript.restore(said, 0), transcript.keep(0))
        assert transcript.exchanges == []


async def test_older_exchanges_come_on_demand(make):
    """The last ones are there at once; page up at the top brings those before them, each once and in order."""
    app, engine = make()
    count = 2 * WINDOW + 1
    engine.sessions.put("Long", [(f"Question {number}?", ANSWER) for number in range(count)])
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await until(pilot, lambda: len(app.query(Exchange)) == WINDOW)
        for shown in (2 * WINDOW, count):
            app._chat._transcript.scroll_home(animate=False, immediate=True)
            await shows(pilot, "earlier: PgUp at the top")
            await pilot.press("pageup")
            await until(pilot, lambda shown=shown: len(app.query(Exchange)) == shown)
        assert [one.question for one in app.query(Exchange)] == [f"Question {number}?" for number in range(count)]
        app._chat._transcript.scroll_home(animate=False, immediate=True)
        await until(pilot, lambda: "Question 0?" in screen_text(pilot) and "earlier" not in screen_text(pilot))


async def test_a_session_comes_back_where_it_was_read(make):
    """With another exchange than the last at the upper edge, that one is there again."""
    app, engine = make()
    said = [(f"Question {number}?", ANSWER) for number in range(4)]
    engine.sessions.put("Read", said, SessionState(top=3))
    async with app.run_test(size=(100, 24)) as pilot:
        await opened(pilot)
        await shows(pilot, "> Question 1?")
        assert app._chat._transcript.top == 3


async def test_another_session_is_chosen(make):
    """F6 lists them, the last used first; Enter goes on with one, and what was there goes."""
    app, engine = make(script=facts_script())
    engine.sessions.put("Loans", [("Lend?", ANSWER)], SessionState(draft="to be sent"))
    engine.sessions.put("Issues", [(QUESTION, ANSWER)])
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await pilot.press("f6")
        await shows(pilot, "Sessions", "Issues", "Loans", "1 question", "2 sessions")
        await pilot.press("down", "enter")
        await until(pilot, lambda: [one.question for one in app.query(Exchange)] == ["Lend?"])
        await until(pilot, lambda: app.query_one(Prompt).text == "to be sent")
        assert engine.sessions.kept[0].info.name == "Loans"
        await pilot.press("f6")
        await shows(pilot, "2 sessions")
        await pilot.press("ctrl+n")
        await shows(pilot, "Ask in your own words")
        assert app.query_one(Prompt).text == ""
        await ask(pilot, "New?")
        await until(pilot, lambda: engine.sessions.kept[0].info.name == "New?" and engine.sessions.kept[0].exchanges)


async def test_a_draft_is_not_lost_while_a_session_comes_back(make):
    """What is noted of the empty question meanwhile, as it is every second, does not take the place of the draft."""
    app, engine = make()
    engine.sessions.put("Loans", [("Lend?", ANSWER)], SessionState(draft="to be sent"))
    restore = Transcript.restore

    async def slow(transcript: Transcript, *what: object) -> None:
        await restore(transcript, *what)
        app._chat._note_state()

    app._chat._transcript.restore = slow.__get__(app._chat._transcript)
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        assert app.query_one(Prompt).text == "to be sent"


async def test_a_session_that_is_gone_is_told(make):
    """What another program has deleted meanwhile cannot be gone on with; a new conversation begins."""
    app, engine = make(script=[asyncio.Event()])
    for name in ("Loans", "Issues"):
        engine.sessions.put(name, [(f"{name}?", ANSWER)])
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await ask(pilot, "Never answered?")
        await pilot.press("f6")
        await shows(pilot, "2 sessions")
        await engine.sessions.delete("Loans")
        await pilot.press("down", "enter")
        await until(pilot, lambda: "no session 'Loans'" in told(pilot))
        await shows(pilot, "Ask in your own words")
        assert engine.closed == 1


async def test_sessions_are_searched_renamed_and_deleted(make):
    """By words as they are typed; a name is changed in the field; deleting asks once more, and Esc leaves it."""
    app, engine = make()
    for name in ("Loans", "Issues"):
        engine.sessions.put(name, [(f"{name}?", ANSWER)])
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await pilot.press("f6")
        await shows(pilot, "2 sessions")
        await pilot.press(*"Loa")
        await shows(pilot, "1 session")
        await pilot.press("f2")
        await shows(pilot, "The new name of “Loans”")
        await pilot.press("escape")
        await shows(pilot, "2 sessions")
        await pilot.press("up", "f2", *" 2", "enter")
        await until(pilot, lambda: {one.info.name for one in engine.sessions.kept} == {"Loans", "Issues 2"})
        await shows(pilot, "2 sessions")
        await pilot.press("ctrl+d")
        await shows(pilot, "Ctrl+D again deletes “Issues 2” with 1 question")
        await pilot.press("down", "ctrl+d")
        await shows(pilot, "Ctrl+D again deletes “Loans”")
        await pilot.press("ctrl+d")
        await shows(pilot, "1 session")
        assert [one.info.name for one in engine.sessions.kept] == ["Issues 2"]
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_the_list_of_sessions_stays_where_the_user_is(make):
    """A name and the last question have a line each; one that is renamed stays chosen, then its neighbour."""
    app, engine = make()
    for name in "dcba":
        engine.sessions.put(name, [("word " * 60, ANSWER)])
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("f6")
        await shows(pilot, "4 sessions", "…")
        assert pilot.app.screen.query_one("#sessions").virtual_size.height == 8
        await pilot.press("down", "down", "f2", "x", "enter")
        await until(pilot, lambda: {one.info.name for one in engine.sessions.kept} == {"a", "b", "cx", "d"})
        await shows(pilot, "4 sessions")
        for goes, rest in (("cx", 3), ("d", 2), ("b", 1)):
            await pilot.press("ctrl+d")
            await shows(pilot, f"Ctrl+D again deletes “{goes}”")
            await pilot.press("ctrl+d")
            await shows(pilot, f"{rest} session")
        assert [one.info.name for one in engine.sessions.kept] == ["a"]


async def test_after_the_session_that_is_used_is_deleted_another_one_begins(make):
    """With the next question, which is kept in it, and so is what stays beside the questions."""
    app, engine = make(script=facts_script())
    engine.sessions.put("Issues", [(QUESTION, ANSWER)], SessionState(pinned=(SECOND.ref,)))
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await pilot.press("f6")
        await shows(pilot, "1 session")
        await pilot.press("ctrl+d", "ctrl+d")
        await shows(pilot, "Nothing was asked yet")
        await pilot.press("escape")
        for number in (1, 2):
            await ask(pilot, "And now?")
            await until(pilot, lambda number=number: engine.closed == number)
        await until(pilot, lambda: [len(one.exchanges) for one in engine.sessions.kept] == [2])
        assert engine.sessions.kept[0].info.name == "And now?"
    assert engine.sessions.kept[0].state.pinned == (SECOND.ref,)


async def test_an_operation_is_pinned_by_a_key(make):
    """It stays beside the questions, is shown, and comes with each; the same key takes it away."""
    app, engine = make(script=facts_script())
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await ask(pilot, QUESTION)
        await until(pilot, lambda: engine.closed == 1 and app.query("OperationCard"))
        app.query("OperationCard").first().focus()
        await pilot.press("p")
        await shows(pilot, "pinned   github:POST")
        await ask(pilot, "And?")
        await until(pilot, lambda: engine.context.pinned == (FIRST.ref,))
        app.query("OperationCard").first().focus()
        await pilot.press("p")
        await until(pilot, lambda: "pinned   " not in screen_text(pilot))


async def test_files_and_errors_stay_beside_the_questions(make, tmp_path):
    """A file comes with the next questions; an error asks for what it names; /clear takes all away."""
    app, engine = make(script=facts_script())
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await ask(pilot, "/attach ~/notes.md")
        await shows(pilot, "attached notes.md")
        await ask(pilot, "/error POST https://api.example/repos/o/r/issues\n422 Validation Failed")
        question = "why error 422 from POST /repos/o/r/issues: Validation Failed"
        await shows(pilot, f"> {question}", "attached notes.md, error")
        await until(pilot, lambda: engine.asked == [question])
        assert [one.kind for one in engine.context.attached] == ["file", "error"]
        await ask(pilot, "/error it broke")
        await until(pilot, lambda: "names no status" in told(pilot))
        await ask(pilot, "/clear")
        await until(pilot, lambda: "attached notes" not in screen_text(pilot))
        await ask(pilot, "/errors of POST /x")
        await until(pilot, lambda: engine.asked[1:] == ["/errors of POST /x"])


async def test_what_is_typed_before_the_library_is_open_waits_for_it(make):
    """A command that comes first is obeyed once there is something to obey with, and a session to obey in."""
    app, engine = make()
    engine.sessions.put("Issues", [(QUESTION, ANSWER)], SessionState(pinned=(SECOND.ref,)))
    engine.gate = asyncio.Event()
    async with app.run_test(size=(120, 60)) as pilot:
        await ask(pilot, "/attach ~/notes.md")
        await pilot.pause()
        engine.gate.set()
        await shows(pilot, "attached notes.md", "pinned   github:POST")


async def test_what_cannot_be_put_beside_is_said(make):
    """A file that is not there, and a reference that names nothing, are sentences."""
    app, engine = make()
    engine.sessions.fails["attach"] = NotFoundError("/x cannot be read", hint="Give the path of a text file")
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await ask(pilot, "/attach /x")
        await until(pilot, lambda: "/x cannot be read" in told(pilot))
        await ask(pilot, "/pin nothing:GET /x")
        await until(pilot, lambda: "'nothing' is not in the library" in told(pilot))
        for form in ("/attach FILE", "/pin SPEC:METHOD /path", "/error TEXT"):
            await ask(pilot, form.split()[0])
            await until(pilot, lambda form=form: form in told(pilot))
        assert "attached" not in screen_text(pilot)
        await ask(pilot, f"/pin {FIRST.ref}")
        await shows(pilot, "pinned   github:POST")


async def test_a_key_tells_how_an_answer_came_about(make):
    """F7 shows the path of the answer that has the focus; without one it says so."""
    app, engine = make(script=facts_script())
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await pilot.press("f2", "f7")
        await until(pilot, lambda: "no answer yet" in told(pilot))
        answer = msgspec.structs.replace(ANSWER, trace=TRACE)
        engine.script = [FactsReady(facts=FACTS), msgspec.structs.replace(done(), answer=answer)]
        await ask(pilot, QUESTION)
        await until(pilot, lambda: engine.closed == 1)
        await pilot.press("f7")
        await shows(
            pilot, "How this answer came about", "clauses", "score -0.30, 82% relevant, near 0.61", "0a1b2c3d4e5f"
        )
        await pilot.press("f7")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_a_library_whose_sessions_cannot_be_read_says_so(make):
    """The sentence stands where the conversation would be."""
    app, engine = make()
    engine.sessions.fails["resume"] = LibraryError("The library is damaged", hint="Restore a copy")
    async with app.run_test(size=(120, 60)) as pilot:
        await shows(pilot, "The library is damaged", "Restore a copy")
