import importlib
import json
import os
import pkgutil
import signal
import sys

import msgspec
import pytest
from textual.dom import DOMNode

import tui.app.panes
import tui.app.screens
import tui.app.widgets
from engine import Body, Content, Done, FactsReady, Fitting, Operation, OperationView, Schema, Settings
from tests.tui.conftest import ask, opened, screen_text, shows, told, until
from tests.tui.documents import SHOP_PROBLEMS
from tests.tui.fake_engine import ABOUT, FACTS, GITHUB, LIBRARY, OUTGOING, done, full_script
from tests.tui.fake_sessions import TRACE
from tests.tui.searching import LOCK, SearchingEngine
from tests.tui.test_app import ROOT
from tui.actions import complaints, remapped
from tui.app.actions import KEYED, actions, declared
from tui.app.app import SpecdeckApp
from tui.app.panes.browser import BrowserPane
from tui.app.panes.chat import ChatPane
from tui.app.screens.add import AddScreen
from tui.app.screens.commands import CommandsScreen
from tui.app.screens.consent import ConsentScreen
from tui.app.screens.problems import ProblemsScreen
from tui.app.screens.search import SearchScreen
from tui.app.screens.sessions import SessionsScreen
from tui.app.screens.trace import TraceScreen
from tui.app.widgets.choices import Choices
from tui.app.widgets.citing import Citing
from tui.app.widgets.exchange import Exchange
from tui.app.widgets.facts import OperationCard
from tui.app.widgets.field import Field
from tui.app.widgets.hits import Hits
from tui.app.widgets.leaves import Leaves
from tui.app.widgets.offers import Offers
from tui.app.widgets.operation import OperationDetail
from tui.app.widgets.options import Options
from tui.app.widgets.prompt import Prompt

SEVERAL = msgspec.structs.replace(
    FACTS, choices=(Fitting("github", "GET /users", ""), Fitting("library", "GET /x", ""))
)
ANSWERED = [FactsReady(facts=SEVERAL), Done(answer=msgspec.structs.replace(done().answer, trace=TRACE))]


def listed(pilot) -> list[str]:
    """Return what the list of commands shows, whatever of it fits the screen."""
    options = pilot.app.screen.query_one(Options).options
    return [str(option.prompt) for option in options if not option.disabled]


async def chosen(pilot, words: str) -> None:
    """Type into the list and press Enter."""
    pilot.app.screen.query_one(Field).value = words
    await pilot.pause()
    await pilot.press("enter")


# The registry --------------------------------------------------------------------------------------------------------
def test_every_action_has_an_id_a_name_and_a_sentence():
    """Keys can be remapped by id and explained by a sentence, and no id stands for two things."""
    found = actions()
    assert [one for one in found if not (one.id and one.name and one.what and one.where)] == []
    assert len({one.id for one in found}) == len(found)
    assert [one.id for one in found if one.what.endswith(".")] == []


def test_every_class_with_bindings_is_in_the_registry():
    """A class of this program that declares keys has its actions in the registry."""
    found = set()
    for package in (tui.app.panes, tui.app.screens, tui.app.widgets):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for thing in vars(importlib.import_module(module.name)).values():
                if isinstance(thing, type) and thing.__module__.startswith("tui.") and "BINDINGS" in vars(thing):
                    found.add(thing)
    assert found == set(KEYED)


def test_no_key_does_two_things_in_one_place():
    """What a class declares for a key it declares once."""
    at = [(one.where, key) for one in actions() for key in one.keys]
    assert len(set(at)) == len(at)


async def test_the_footer_says_what_the_registry_says(make):
    """Each key that the footer names is an action by that name, and the way to all others is among them."""
    app, _ = make()
    known = {(key, one.name) for one in actions() for key in one.keys}
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        foot = screen_text(pilot).splitlines()[-1]
        shown = {key: active.binding for key, active in app.screen.active_bindings.items() if active.binding.show}
        assert {(key, binding.description) for key, binding in shown.items()} <= known
        assert "^p Commands" in foot
        assert "F1 Keys" in foot


async def test_the_help_lists_every_action(make):
    """F1 lists all of them with their keys, under the place where they work; Escape closes."""
    app, _ = make()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("f3", "f1")
        assert isinstance(app.screen, CommandsScreen)
        shown = "\n".join(listed(pilot))
        assert [one.id for one in actions() if one.what not in shown] == []
        assert "/attach FILE" in shown
        headings = [str(each.prompt) for each in app.screen.query_one(Options).options if each.disabled]
        assert headings == list(dict.fromkeys(one.where for one in actions()))
        await pilot.press("escape", "f1")
        assert isinstance(app.screen, CommandsScreen)


WAY: list[tuple[list[str], set[type[DOMNode] | None]]] = [
    ([], {None, Offers}),
    (["f2", *"how", "enter"], {ChatPane, Prompt, Exchange, Choices, OperationCard, Citing}),
    (["f7"], {TraceScreen}),
    (["escape", "ctrl+o"], {AddScreen}),
    (["escape", "f6"], {SessionsScreen}),
    (["escape", "ctrl+f", *"lock"], {SearchScreen, Hits}),
    (["escape", "escape", "f3", "p"], {ProblemsScreen}),
    (["escape", "slash", *"lock", "down", "enter"], {BrowserPane, Leaves, OperationDetail}),
]
"""Keys, and the classes whose actions can be done after them. The list itself tells its keys, and what is to be sent
has a test of its own."""


async def test_the_palette_has_every_action_where_it_can_be_done(clock):
    """Ctrl+P lists it, also over a dialog, with its keys."""
    engine = SearchingEngine((GITHUB, LIBRARY))
    engine.problems, engine.script = SHOP_PROBLEMS, ANSWERED
    types = tuple(Content(media_type=f"application/{kind}", schema=Schema()) for kind in ("json", "xml"))
    lock = Operation(
        method="PUT", path=LOCK.operation.partition(" ")[2], pointer="", body=Body(required=True, content=types)
    )
    engine.shown[LOCK.ref] = OperationView(spec="github", about=ABOUT, operation=lock)
    app = SpecdeckApp(engine, clock=clock)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        for keys, owners in WAY:
            await pilot.press(*keys)
            await until(pilot, lambda owners=owners: all(is_up(app, owner) for owner in owners))
            await until(pilot, lambda: all(one.is_finished for one in app.workers if one.group == "answer"))
            await pilot.press("ctrl+p")
            shown = "\n".join(listed(pilot))
            own = [one.action for one in declared() if one.owner in owners and one.binding]
            assert [one.id for one in own if one.what not in shown] == []
            await pilot.press("escape")
    assert {CommandsScreen, ConsentScreen, *(owner for _, owners in WAY for owner in owners if owner)} == set(KEYED)


def is_up(app: SpecdeckApp, owner: type[DOMNode] | None) -> bool:
    """Tell whether a part is on the screen."""
    return owner is None or isinstance(app.screen, owner) or bool(app.screen.query(owner))


async def test_the_palette_comes_over_the_question_what_may_be_sent(make):
    """It lists how to say no."""
    app, _ = make(script=[FactsReady(facts=FACTS), OUTGOING])
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot)
        await until(pilot, lambda: isinstance(app.screen, ConsentScreen))
        await pilot.press("ctrl+p")
        assert "Send nothing" in "".join(listed(pilot))
        await chosen(pilot, "consent.no")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_the_palette_does_what_the_keys_do(make):
    """Every command of the app runs from the list."""
    app, _ = make()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        for one in declared():
            if one.owner is None and one.binding:
                await pilot.press("ctrl+p")
                await chosen(pilot, one.action.id)
                assert app._exit == (one.action.id == "app.quit")
                while len(app.screen_stack) > 1 and not app._exit:
                    await pilot.press("escape")
                    await pilot.pause()


async def test_the_palette_does_what_belongs_to_a_part_without_the_cursor(make):
    """From the chat, a command of the specs goes there and does it; one of the newest answer acts on that."""
    app, engine = make(script=full_script())
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+p")
        await chosen(pilot, "browser.filter")
        await until(pilot, lambda: app.focused and app.focused.id == "filter")
        await ask(pilot)
        await until(pilot, lambda: engine.closed == 1)
        await pilot.press("ctrl+p")
        await chosen(pilot, "facts.pin")
        await shows(pilot, "pinned   github:POST")


async def test_the_palette_works_by_mouse_alone(make):
    """A click on the footer opens it, a click on a line does it."""
    app, _ = make()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        lines = screen_text(pilot).splitlines()
        await pilot.click(offset=(lines[-1].index("Commands"), len(lines) - 1))
        await shows(pilot, "Go to the health figures")
        lines = screen_text(pilot).splitlines()
        row = next(number for number, line in enumerate(lines) if "Go to the health figures" in line)
        await pilot.click(offset=(lines[row].index("Go to the"), row))
        await until(pilot, lambda: app.focused and app.focused.id == "health")


# The help ------------------------------------------------------------------------------------------------------------
async def test_the_help_filters_by_action_and_by_key(make):
    """Words of what it does find it, and so does its key, as typed or as printed; Enter does it."""
    app, _ = make()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        for words in ("light dark", "ctrl+t", "^t"):
            await pilot.press("f1")
            app.screen.query_one(Field).value = words
            await pilot.pause()
            assert "Change between dark and light" in listed(pilot)[0]
            await shows(pilot, "Anywhere · app.theme")
            before = app.theme
            await pilot.press("enter")
            await until(pilot, lambda before=before: app.theme != before)


async def test_the_help_says_where_what_cannot_be_done_here_works(make):
    """Enter on it does nothing but say so; a command that is typed is put into the question."""
    app, _ = make()
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot)
        await pilot.press("f1")
        await chosen(pilot, "sessions.rename")
        await until(pilot, lambda: "works where the cursor is in: Sessions" in told(pilot))
        await pilot.press("f1")
        await chosen(pilot, "/attach")
        assert app.query_one(Prompt).text == "/attach "


async def test_a_question_mark_opens_the_help_where_nothing_is_typed(make):
    """In the tree it does; in the question it is a letter."""
    app, _ = make()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("f3", "question_mark")
        await until(pilot, lambda: isinstance(app.screen, CommandsScreen))
        await pilot.press("escape", "f2", "question_mark")
        assert app.query_one(Prompt).text == "?"


async def test_nothing_found_in_the_help_is_no_dead_end(make):
    """A word that nothing has leaves an empty list, on which Enter does nothing."""
    app, _ = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("f1")
        await chosen(pilot, "zzz")
        assert isinstance(app.screen, CommandsScreen)
        assert listed(pilot) == []


# Other keys ----------------------------------------------------------------------------------------------------------
async def test_the_keys_can_be_changed(make):
    """A key of the settings counts, the usual one no longer, and help and footer say so; a field's keys too."""
    app, engine = make()
    engine.settings = Settings(keys={"app.browser": "f12", "prompt.ask": "ctrl+k", "app.list": "f1"})
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot)
        await until(pilot, lambda: "app.list, which is no action; did you mean" in told(pilot))
        await pilot.press("f3")
        assert isinstance(app.focused, Prompt)
        await pilot.press(*"how", "ctrl+k")
        await until(pilot, lambda: engine.asked == ["how"])
        await pilot.press("f12")
        assert not isinstance(app.focused, Prompt)
        await pilot.press("f1")
        app.screen.query_one(Field).value = "app.browser"
        await pilot.pause()
        assert listed(pilot)[0].split()[0] == "F12"


def test_clashes_of_keys_are_told():
    """A key for two things in one place is told in one sentence; one that is taken elsewhere only is fine."""
    found = actions()
    assert list(complaints(found, {})) == []
    assert list(complaints(found, {"browser.filter": "w"})) == []
    (clash,) = complaints(found, {"browser.filter": "s"})
    assert "browser.filter" in clash
    assert "browser.spec" in clash
    assert len(list(complaints(found, {"browser.filter": "f2"}))) == 1
    assert list(complaints(found, {"app.chat": "f3", "app.browser": "f2"})) == []


def test_a_keymap_replaces_keys():
    """Keys have commas between them; the other actions stay as they are."""
    found = remapped(actions(), {"app.help": "f12, ctrl+b"})
    assert {one.id: one.keys for one in found}["app.help"] == ("f12", "ctrl+b")
    assert found[1:] == actions()[1:]


# Leaving -------------------------------------------------------------------------------------------------------------
async def test_quitting_asks_while_something_is_written(make):
    """Ctrl+Q says what would be broken off, and quits when it is pressed again; else at once."""
    app, _ = make(script=[FactsReady(facts=FACTS), OUTGOING])
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await ask(pilot)
        await shows(pilot, "Send this to a remote model?")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "Press ctrl+q again" in told(pilot))
        assert not app._exit
        await pilot.press("ctrl+q")
        assert app._exit
    app, _ = make()
    async with app.run_test() as pilot:
        await opened(pilot)
        await pilot.press("ctrl+q")
        assert app._exit


def test_ctrl_z_gives_the_terminal_back_and_fg_comes_back():
    """The app leaves the alternate screen and stops; told to go on, it draws itself anew."""
    pexpect = pytest.importorskip("pexpect")
    program = (
        "from tests.tui.fake_engine import FakeEngine, GITHUB; from tui.app.app import SpecdeckApp; "
        "SpecdeckApp(FakeEngine([GITHUB])).run()"
    )
    child = pexpect.spawn(sys.executable, ["-c", program], cwd=ROOT, dimensions=(40, 120), timeout=60,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    try:
        child.expect_exact("1,223 operations")
        child.send("\x1a")
        child.expect_exact("\x1b[?1049l")
        os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)
        child.kill(signal.SIGCONT)
        child.expect_exact("\x1b[?1049h")
        child.send("\x11")
        child.expect(pexpect.EOF)
    finally:
        child.close(force=True)
    assert child.exitstatus == 0


# The command line ----------------------------------------------------------------------------------------------------
def test_the_command_line_lists_the_registry(tmp_path):
    """`specdeck actions --json` prints it, with the keys of the configuration, whose mistakes go to stderr."""
    import subprocess

    def run(*words):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "SPECDECK_HOME": str(tmp_path)}
        return subprocess.run([sys.executable, "-m", "tui", "actions", *words], cwd=ROOT, env=environment,
                              capture_output=True, text=True, check=True)  # fmt: skip

    plain = json.loads(run("--json").stdout)["actions"]
    assert msgspec.convert(plain, type=tuple[type(actions()[0]), ...]) == actions()
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('[keys]\n"app.chat" = "f10"\n"app.caht" = "f11"\n')
    changed = run("--json")
    keys = {one["id"]: one["keys"] for one in json.loads(changed.stdout)["actions"]}
    assert keys["app.chat"] == ["f10"]
    assert "app.caht, which is no action; did you mean app.chat?" in changed.stderr
    assert "f10" in next(line for line in run().stdout.splitlines() if line.startswith("app.chat "))
