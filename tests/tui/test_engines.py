"""The fake engine against the real one, and every pane with the real one: what the fake promises holds."""

import asyncio
import inspect
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable
from numbers import Number
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from engine import SAMPLE, Engine, Event, Settings, folders
from engine.doors.health import HealthDoor
from engine.doors.library import LibraryDoor
from engine.doors.models import ModelsDoor
from engine.doors.questions import QuestionsDoor
from engine.doors.sessions import SessionsDoor
from tests.remote.serving import groq
from tests.tui.conftest import Clock, ask, screen_text, until
from tests.tui.fake_engine import CREATE_ISSUE, GITHUB, QUESTION, FakeEngine, full_script
from tests.tui.fake_sessions import FakeSessions
from tests.tui.searching import SearchingEngine
from tui.app.app import SpecdeckApp
from tui.app.widgets.facts import OperationCard
from tui.app.widgets.prompt import Prompt

TUI = Path(__file__).parents[2] / "tui"
CALLERS = (*TUI.glob("*.py"), *TUI.glob("app/**/*.py"))
"""The app, and what it shares with the conversation line by line."""
PATIENCE = 1_000
"""Rounds of the loop that a real library is given; a fake one needs 300 at most."""
SPEC = "town"
HOLD = f"{SPEC}:POST /holds"


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    """A home with the sample in its library."""
    home = tmp_path_factory.mktemp("real")

    async def fill() -> None:
        async with Engine(folders({"SPECDECK_HOME": str(home)}), Settings()) as engine:
            await engine.library.add(SAMPLE, name=SPEC)

    asyncio.run(fill())
    return home


@pytest.fixture
def home(filled, tmp_path, monkeypatch) -> Path:
    """A copy of it, and no models."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("SPECDECK_MODELS", str(tmp_path / "no-models"))
    return tmp_path


@pytest.fixture
async def real(home) -> AsyncIterator[Engine]:
    """A real engine on the sample."""
    async with Engine(folders(), Settings()) as engine:
        yield engine


@pytest.fixture
def app(home) -> SpecdeckApp:
    """The app around a real engine on the sample."""
    return SpecdeckApp(Engine(folders(), Settings()), clock=Clock())


def public(owner: type) -> dict[str, Callable[..., Any]]:
    """Return the public methods that a class defines itself, and those that open and close it."""
    return {
        name: method
        for name, method in vars(owner).items()
        if inspect.isfunction(method) and (not name.startswith("_") or name in ("__aenter__", "__aexit__"))
    }


# One against the other ---------------------------------------------------------------------------------------------

DOORS = {
    "library": LibraryDoor, "questions": QuestionsDoor, "sessions": SessionsDoor, "models": ModelsDoor,
    "health": HealthDoor,
}  # fmt: skip
REAL = {
    name: method
    for owner in (Engine, *DOORS.values())
    if owner is not SessionsDoor
    for name, method in public(owner).items()
}


@pytest.mark.parametrize("fake", [FakeEngine, SearchingEngine])
def test_the_fake_has_only_methods_of_the_real_engine_with_their_arguments(fake):
    """No public method is the fake's own, and each takes what the real one takes, in order, with the same defaults."""
    for name, method in public(fake).items():
        real_method = REAL[name]
        theirs = inspect.signature(real_method).parameters.values()
        ours = inspect.signature(method).parameters.values()
        assert [(one.name, one.kind, one.default) for one in ours] == [
            (one.name, one.kind, one.default) for one in theirs
        ], name
        assert inspect.iscoroutinefunction(method) == inspect.iscoroutinefunction(real_method), name


def test_the_fake_has_every_method_that_the_app_calls():
    """What the app asks of the engine is either a field or a method that the fake stands for."""
    asked = set(re.findall(r"_engine\.(\w+)\.(\w+)\(", "".join(map(Path.read_text, CALLERS))))
    assert ("questions", "ask") in asked
    fakes = {"sessions": FakeSessions}
    assert [one for one in asked if one[1] not in public(fakes.get(one[0], FakeEngine))] == []
    assert [(door, name) for door, name in asked if name not in public(DOORS[door])] == []


CALLS: dict[str, tuple[Callable[[Engine], Any], Callable[[Engine], Any]]] = {
    "specs": (lambda fake: fake.specs(), lambda real: real.library.specs()),
    "overview": (lambda fake: fake.overview("github"), lambda real: real.library.overview(SPEC)),
    "show": (lambda fake: fake.show(f"github:{CREATE_ISSUE.key}"), lambda real: real.library.show(HOLD)),
    "schema": (
        lambda fake: fake.schema("github", "/components/schemas/issue"),
        lambda real: real.library.schema(SPEC, "/components/schemas/Hold"),
    ),
    "search": (lambda fake: fake.search("issue"), lambda real: real.questions.search("hold", meaning=False)),
    "facets": (lambda fake: fake.facets("issue"), lambda real: real.questions.facets("hold")),
    "health": (lambda fake: fake.now(), lambda real: real.health.now()),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
async def test_what_the_fake_returns_is_of_the_real_types(real, name):
    """On the sample the real engine gives records of the same types, field by field."""
    fake, call = SearchingEngine(), CALLS[name]
    compare(await call[0](fake), await call[1](real), name)


async def test_the_answers_of_the_fake_consist_of_real_events(real):
    """The real engine's answer and the scripted ones are the same kinds of events, and end with the same record."""
    theirs = [event async for event in real.questions.ask("How do I place a hold on a book?")]
    ours = [event async for event in FakeEngine([GITHUB], full_script()).ask(QUESTION)]
    assert {type(event) for event in [*ours, *theirs]} <= set(get_args(Event))
    kinds = {type(event): event for event in ours}
    for event in theirs:
        if type(event) in kinds:
            compare(kinds[type(event)], event, type(event).__name__)


async def test_adding_tells_the_same_steps(real, tmp_path):
    """`add_all` of both tells how many there are, then what became of each."""
    theirs = [step async for step in real.library.add_all([SAMPLE])]
    ours = [step async for step in FakeEngine().add_all([SAMPLE])]
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        compare(one, other, type(one).__name__)


def compare(fake: Any, real: Any, where: str) -> None:
    """Fail where two values, or what they consist of, are of different types. Nothing says nothing of a type."""
    if fake is None or real is None:
        return
    if isinstance(fake, Number) and isinstance(real, Number):
        assert isinstance(fake, bool) == isinstance(real, bool), where
        return
    assert type(fake) is type(real), f"{where}: {type(fake).__name__} is {type(real).__name__} really"
    if isinstance(fake, msgspec.Struct):
        for field in fake.__struct_fields__:
            compare(getattr(fake, field), getattr(real, field), f"{where}.{field}")
    elif isinstance(fake, list | tuple) and fake and real:
        compare(fake[0], real[0], f"{where}[0]")


# Every pane --------------------------------------------------------------------------------------------------------


async def shows(pilot, *texts: str) -> None:
    """Wait until the screen shows every text."""
    await until(pilot, lambda: all(text in screen_text(pilot) for text in texts), PATIENCE)


async def ready(pilot) -> None:
    """Wait until the library is open."""
    await shows(pilot, "Ask in your own words")


async def test_chat(app):
    """A question is answered from the sample, a follow-up too, and its first operation opens."""
    async with app.run_test(size=(120, 60)) as pilot:
        await ready(pilot)
        await ask(pilot, "How do I place a hold on a book?")
        await shows(pilot, "[1] POST /holds", "curl", "is not installed")
        app.query(OperationCard).first().focus()
        await pilot.press("enter")
        await shows(pilot, "Place a hold on a book", "Responses")


async def test_browser(app):
    """The tree has the sample's groups, the filter finds, and an operation opens down to a schema."""
    async with app.run_test(size=(80, 40)) as pilot:
        await ready(pilot)
        await pilot.press("f3", "slash", *"place a hold", "down")
        await shows(pilot, "POST   /holds", "Place a hold on a book")
        await pilot.press("enter")
        await shows(pilot, "Body", "book_id", "Security")


async def test_health(app):
    """The figures are those of the library."""
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        [info] = await app._engine.library.specs()
        await shows(pilot, "Library", f"entries    {info.entries:,}", "missing")


async def test_search(app):
    """Words find, a filter narrows, a wrong one is told, and Enter opens."""
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+f", *"hold")
        await shows(pilot, "hits · words", "/holds", "method")
        await pilot.press("tab", *"method = POST and")
        await shows(pilot, "! The filter is wrong at column")
        await pilot.press(*["backspace"] * 4)
        await until(pilot, lambda: "GET " not in screen_text(pilot).split("Find")[1].split("method")[0], PATIENCE)
        await pilot.press("enter")
        await shows(pilot, "Place a hold on a book", "Responses")


async def test_remote(home):
    """What is shown in the dialog is what the service gets, after a yes; its words are checked and it is named."""
    with groq() as server:
        url = server.saying("Call POST /holds with book_id and hold_colour.")
        app = SpecdeckApp(Engine(folders(), Settings(remote_url=url)), clock=Clock())
        async with app.run_test(size=(120, 60)) as pilot:
            await ready(pilot)
            app.query_one(Prompt).fill("How do I place a hold on a book?")
            await pilot.press("ctrl+r")
            await shows(pilot, "Send this to a remote model?", "openai/gpt-oss-20b", "Place a hold on a book: call")
            assert server.seen(url) == []
            await pilot.press("tab", "enter")
            await shows(pilot, "Remote prose by openai/gpt-oss-20b", "POST /holds [1]", "hold_colour [?]")
        assert "Place a hold on a book: call POST /holds" in server.seen(url)[0]["body"]


async def test_add_form(home):
    """On an empty library the sample is added with Enter; a folder without documents is refused in words."""
    shutil.rmtree(home / "data")
    (home / "empty").mkdir()
    app = SpecdeckApp(Engine(folders(), Settings()), clock=Clock())
    async with app.run_test(size=(120, 40)) as pilot:
        await shows(pilot, "Welcome to specdeck")
        await pilot.press("enter")
        await shows(pilot, "Town Library", "Ask in your own words")
        await pilot.press("ctrl+o")
        await shows(pilot, "Add specifications or guides")
        await pilot.press(*str(home / "empty"), "enter")
        await shows(pilot, "is a folder", "without documents that can be read")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a document that never ends: a named pipe")
async def test_quitting_in_the_middle_of_a_document_does_not_wait_for_it(home):
    """The app ends at once, and with it the process that reads the document."""
    document = home / "endless.json"
    os.mkfifo(document)
    app = SpecdeckApp(Engine(folders(), Settings(), stays=True), clock=Clock())
    async with app.run_test(size=(120, 40)) as pilot:
        await shows(pilot, "Town Library")
        await pilot.press("ctrl+o")
        await shows(pilot, "Add specifications or guides")
        await pilot.press(*str(document), "enter")
        await shows(pilot, "Reading endless.json")
        writer = await asyncio.to_thread(os.open, document, os.O_WRONLY)  # returns when somebody reads
        await pilot.press("ctrl+q")
    with pytest.raises(BrokenPipeError):
        os.write(writer, b"{")
    os.close(writer)
