import msgspec
import pytest

from engine import (
    BreakerHealth,
    BreakerState,
    FactsReady,
    KeyRefusedError,
    Message,
    Notice,
    Offer,
    Outgoing,
    Prose,
    SettingsError,
)
from tests.tui.conftest import ask, opened, screen_text, shows, told, until
from tests.tui.fake_engine import FACTS, OUTGOING, QUESTION, SEGMENTS, done, full_script
from tui.app.screens.consent import ConsentScreen
from tui.app.widgets.prompt import Prompt

ASKED = "Send this to a remote model?"
SENDING = [FactsReady(facts=FACTS), OUTGOING, Prose(segments=SEGMENTS[:2]), done(segments=SEGMENTS[:2])]


def up(pilot) -> bool:
    """Tell whether the dialog is up."""
    return isinstance(pilot.app.screen, ConsentScreen)


async def answered(pilot, engine, count: int) -> None:
    """Wait until so many answers have ended."""
    await until(pilot, lambda: engine.closed == count and not up(pilot))


# The keys ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("key", "rung"), [("enter", None), ("ctrl+r", "remote"), ("ctrl+g", "local")])
async def test_a_typed_question_is_put_to_whom_the_key_names(make, key, rung):
    """Enter leaves it to the settings; the two others name who is to write, and the up arrow brings the question."""
    app, engine = make(script=full_script())
    async with app.run_test() as pilot:
        await opened(pilot)
        app.query_one(Prompt).fill("How do I?")
        await pilot.press(key)
        await until(pilot, lambda: engine.closed == 1)
        assert (engine.asked, engine.rungs, app.query_one(Prompt).text) == (["How do I?"], [rung], "")
        await pilot.press("up")
        assert app.query_one(Prompt).text == "How do I?"


async def test_the_last_question_is_asked_again_by_another(make):
    """With nothing typed the last question is meant, or the one that has the focus; it follows what it followed."""
    app, engine = make(script=full_script())
    async with app.run_test(size=(120, 60)) as pilot:
        await ask(pilot, "first")
        await until(pilot, lambda: engine.closed == 1)
        await ask(pilot, "second")
        await until(pilot, lambda: engine.closed == 2)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: engine.closed == 3)
        assert engine.previous == (FACTS,)
        app.query("OperationCard").first().focus()
        await pilot.press("ctrl+g")
        await until(pilot, lambda: engine.closed == 4)
        assert engine.previous == ()
    assert engine.asked == ["first", "second", "second", "first"]
    assert engine.rungs == [None, None, "remote", "local"]


async def test_with_nothing_asked_the_keys_do_nothing(make):
    """Before the first question there is none to ask again."""
    app, engine = make()
    async with app.run_test() as pilot:
        await opened(pilot)
        await pilot.press("ctrl+r", "ctrl+g")
        await pilot.pause()
        assert engine.asked == []
        assert "Remote" in screen_text(pilot).splitlines()[-1]


async def test_who_could_write_instead_is_offered(make):
    """Prose that breaks off stays, with the reason, and the key that asks the other."""
    broke = Notice(text="It broke off [red]here[/]; what it wrote until then is kept", hint="Ask again")
    app, _ = make(script=[FactsReady(facts=FACTS), Prose(segments=SEGMENTS[:2]), broke, Offer("local"), done()])
    async with app.run_test(size=(120, 60)) as pilot:
        await ask(pilot)
        await shows(pilot, "To create an issue", "! It broke off [red]here[/]; what", "Ctrl+G asks the local model")


async def test_facts_that_are_the_answer_say_how_to_get_prose(make):
    """One dim line names the key that has the facts put into words."""
    app, _ = make(script=[FactsReady(facts=FACTS), Offer("local", usual=True), done(segments=())])
    async with app.run_test(size=(120, 60)) as pilot:
        await ask(pilot)
        await shows(pilot, "Facts only", "Ctrl+G asks the local model to put this into words")


# Consent -------------------------------------------------------------------------------------------------------------
async def test_what_would_be_sent_is_shown_before(make):
    """Host, model, each message as it goes out, and what was taken out; nothing that is typed agrees, Enter neither."""
    app, engine = make(script=SENDING)
    async with app.run_test(size=(98, 60)) as pilot:
        await ask(pilot)
        await shows(pilot, ASKED, "api.groq.com", "openai/gpt-oss-20b", "1 secret or private name taken out")
        await shows(pilot, "You put notes about an API", "[token=REDACTED]", "system", "user")
        await pilot.press(*"yes", "enter", "space", "down")
        assert up(pilot)
        assert not app._chat._exchange.has_prose
        await pilot.press("tab", "enter")
        await answered(pilot, engine, 1)
        await shows(pilot, "To create an issue")


async def test_a_yes_holds_for_the_session(make):
    """The second question that goes to the same model goes at once; another model is asked about anew."""
    app, engine = make(script=SENDING)
    async with app.run_test(size=(100, 40)) as pilot:
        await ask(pilot)
        await shows(pilot, ASKED)
        await pilot.press("tab", "enter")
        await answered(pilot, engine, 1)
        for count, key in enumerate(("enter", "ctrl+r"), 2):
            app.query_one(Prompt).fill("again")
            await pilot.press(key)
            await answered(pilot, engine, count)
        engine.script[1] = msgspec.structs.replace(OUTGOING, model="another")
        await ask(pilot)
        await shows(pilot, ASKED, "another")


@pytest.mark.parametrize("keys", [["escape"], ["tab", "tab", "enter"]])
async def test_a_no_sends_nothing_until_it_is_asked_for(make, keys):
    """The answer goes on without; later ones do not ask again, but the key of the remote model does."""
    app, engine = make(script=SENDING)
    async with app.run_test(size=(100, 40)) as pilot:
        await ask(pilot)
        await shows(pilot, ASKED)
        await pilot.press(*keys)
        await answered(pilot, engine, 1)
        await shows(pilot, "! Nothing was sent to api.groq.com", "Facts only, because")
        await ask(pilot)
        await answered(pilot, engine, 2)
        await pilot.press("ctrl+r")
        await shows(pilot, ASKED)


async def test_a_question_that_is_stopped_takes_its_dialog_along(make):
    """Ctrl+C stops the answer that waits for a yes, and nothing is left to press."""
    app, engine = make(script=SENDING)
    async with app.run_test(size=(100, 40)) as pilot:
        await ask(pilot, QUESTION)
        await shows(pilot, ASKED)
        await pilot.press("ctrl+c")
        await answered(pilot, engine, 1)
        await shows(pilot, "stopped after")
        assert app.query_one(Prompt).text == QUESTION


async def test_a_stopped_question_takes_its_dialog_along_from_below_another(make):
    """A dialog that lay under the list of commands is gone once that is closed."""
    app, engine = make(script=SENDING)
    async with app.run_test(size=(100, 40)) as pilot:
        await ask(pilot)
        await shows(pilot, ASKED)
        await pilot.press("ctrl+p")
        await shows(pilot, "A word of what you want to do")
        app._chat.stop()
        await until(pilot, lambda: engine.closed == 1)
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_the_app_can_be_left_while_it_asks(make):
    """Ctrl+Q, pressed twice because an answer is running, ends the app, the answer with it, and nothing was sent."""
    app, engine = make(script=SENDING)
    async with app.run_test(size=(100, 40)) as pilot:
        await ask(pilot)
        await shows(pilot, ASKED)
        await pilot.press("ctrl+q", "ctrl+q")
    assert (engine.closed, engine.opened) == (1, False)


async def test_a_prompt_is_never_markup(make):
    """What a specification brought into the prompt is shown as it is sent, and acts on nothing."""
    hostile = Outgoing(
        host="h", model="[b]m[/b]", messages=(Message("user", "[@click=app.quit]x[/] \x1b]0;t\x07"),), taken_out=0
    )
    app, _ = make(script=[hostile, done(segments=())])
    async with app.run_test(size=(100, 40)) as pilot:
        await ask(pilot)
        await shows(pilot, "[b]m[/b]", "[@click=app.quit]x[/] ␛]0;t␇")


# The switch ----------------------------------------------------------------------------------------------------------
async def test_the_switch_says_first_what_will_be_sent(make):
    """A no leaves everything as it is; a yes is kept, said and shown; the key turns it off again, at once."""
    app, engine = make()
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await opened(pilot)
        await pilot.press("f8")
        await shows(pilot, "Let a remote model write too?", "api.groq.com", "these are sent", "without secrets")
        await pilot.press("enter", "escape")
        await until(pilot, lambda: not up(pilot))
        assert not engine.figures.remote.enabled
        await pilot.press("f8")
        await until(pilot, lambda: up(pilot))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: "The remote model is on: api.groq.com" in told(pilot))
        assert engine.figures.remote.enabled
        await pilot.press("f8")
        await until(pilot, lambda: "The remote model is off" in told(pilot))
        assert not engine.figures.remote.enabled


async def test_the_switch_says_what_is_missing(make):
    """Without a key it can be turned on all the same, and the dialog says what to do."""
    app, engine = make()
    engine.fails["remote"] = KeyRefusedError("There is no key", hint="Put it into the variable KEY")
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        await pilot.press("f8")
        await shows(pilot, "! There is no key", "Put it into the variable KEY")


async def test_a_setting_that_cannot_be_kept_is_told(make):
    """The switch stays where it was."""
    app, engine = make()
    engine.fails["setting"] = SettingsError("config.toml cannot be changed", hint="Make it writable")
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await opened(pilot)
        await pilot.press("f8")
        await until(pilot, lambda: up(pilot))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: "config.toml cannot be changed" in told(pilot))
        assert not engine.figures.remote.enabled


# Rests and health ----------------------------------------------------------------------------------------------------
async def test_a_rest_is_counted_down(make):
    """While the remote model is to be left alone a line says for how long; it goes away with the rest."""
    app, engine = make()
    before = engine.figures

    def rests(retry_s: float) -> None:
        rest = BreakerHealth(name="remote", state=BreakerState.RESTING, retry_s=retry_s, cause="It says 429")
        engine.figures = msgspec.structs.replace(before, breakers=(rest,))

    rests(185.0)
    async with app.run_test(size=(100, 40)) as pilot:
        await shows(pilot, "The remote model rests for 3 min 5 s")
        rests(41.2)
        while "The remote model rests for 42 s" not in screen_text(pilot):
            await pilot.pause(0.05)
        engine.figures = before
        while "rests for" in screen_text(pilot):
            await pilot.pause(0.05)


async def test_the_health_pane_tells_of_both_rungs(make):
    """How each stands, why it is held back, when it is tried again and what helps."""
    app, engine = make()
    held = (
        BreakerHealth(name="local", state=BreakerState.OPEN, retry_s=42.0, cause="The model wrote nothing"),
        BreakerHealth(name="remote", state=BreakerState.REFUSED, cause="The key is refused", remedy="Set it anew"),
    )
    remote = msgspec.structs.replace(engine.figures.remote, enabled=True)
    engine.figures = msgspec.structs.replace(engine.figures, breakers=held, remote=remote)
    async with app.run_test(size=(160, 48)) as pilot:
        rungs = "#health-rungs .figures"
        await until(pilot, lambda: app.query(rungs) and "anew" in app.query_one(rungs).text)
        assert app.query_one(rungs).text == (
            "local   open, retry 42 s · The model wrote nothing\n"
            "remote  openai/gpt-oss-20b at api.groq.com · refused · The key is refused · Set it anew"
        )
