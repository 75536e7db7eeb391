"""Pictures of every screen. State is asserted elsewhere; these are for layout, themes and the three access modes."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from engine import Added, Attached, FactsReady, LibraryError, Listed, Prose, Refused, SessionState, SpecError, Stage
from tests.tui.conftest import Clock, ask, opened, shows, until
from tests.tui.documents import GUIDE, LABELS, PAY, PRODUCT, QUOTES, SHOP, SHOP_PROBLEMS, engine_of
from tests.tui.fake_engine import (
    CREATE_ISSUE,
    FACTS,
    GITHUB,
    LIBRARY,
    QUESTION,
    SECOND,
    SEGMENTS,
    FakeEngine,
    done,
    facts_script,
    full_script,
)
from tests.tui.fake_sessions import TRACE
from tests.tui.searching import BOTH, OTHER_HITS, SearchingEngine
from tui.app.app import SpecdeckApp
from tui.app.widgets.outline import Outline

SIZES = [(80, 24), (120, 40), (160, 48)]
Act = Callable[[Pilot[None]], Awaitable[None]]


async def ready(pilot: Pilot[None]) -> None:
    """Wait until the app is open and nothing will push anything aside: figures that come make their pane taller."""
    await opened(pilot)
    await settled(pilot)


async def read_on(pilot: Pilot[None], *texts: str) -> None:
    """Go to where the prose is, which leaves the facts in sight, until texts are there."""
    await until(pilot, lambda: pilot.app._chat._exchange and pilot.app._chat._exchange.has_prose)
    pilot.app._chat._transcript.scroll_end(animate=False, immediate=True)
    await shows(pilot, *texts)


async def chat(pilot: Pilot[None]) -> None:
    """Show a whole answer."""
    await ready(pilot)
    await ask(pilot, QUESTION)
    await read_on(pilot, "18.3 tokens/s")


async def writing(pilot: Pilot[None]) -> None:
    """Show an answer while it is written."""
    await ready(pilot)
    await ask(pilot, QUESTION)
    await read_on(pilot, "being checked", "writing")


async def facts(pilot: Pilot[None]) -> None:
    """Show an answer without a model, the first facts focused."""
    await ready(pilot)
    await ask(pilot, QUESTION)
    await until(pilot, lambda: pilot.app._chat._exchange and not pilot.app._chat._exchange.stage)
    pilot.app.query("OperationCard").first().focus()


async def folded(pilot: Pilot[None]) -> None:
    """Show a folded draft."""
    await ready(pilot)
    await ask(pilot, QUESTION)
    await read_on(pilot, "Draft folded away")


async def browser(pilot: Pilot[None]) -> None:
    """Show an operation in full."""
    await ready(pilot)
    await pilot.press("f3")
    pilot.app._browser.open_entry(f"github:{CREATE_ISSUE.key}")
    await shows(pilot, "Parameters", "title  string  required")
    await settled(pilot)
    # How far it has been scrolled depends on how tall the list was in between.
    outline = pilot.app.query_one(Outline)
    outline.scroll_home(animate=False, immediate=True)
    outline.scroll_to_line(outline.cursor_line, animate=False)


async def tree(pilot: Pilot[None]) -> None:
    """Show the operations that a filter finds."""
    await ready(pilot)
    await pilot.press("f3", "slash")
    pilot.app.query_one("#filter", Input).value = "issue number"
    await shows(pilot, "5 found")
    await pilot.press("down", "down", "down")
    await shows(pilot, "/issues/{issue_number}", "Lock an issue")


async def health(pilot: Pilot[None]) -> None:
    """Show the figures."""
    await ready(pilot)
    await pilot.press("f4")
    await shows(pilot, "4312")


async def keys(pilot: Pilot[None]) -> None:
    """Show the list of keys."""
    await ready(pilot)
    await pilot.press("f1")
    await shows(pilot, "Anywhere")


async def welcome(pilot: Pilot[None]) -> None:
    """Show a first run."""
    await shows(pilot, "Welcome")


async def failure(pilot: Pilot[None]) -> None:
    """Show a library that cannot be opened."""
    await shows(pilot, "cannot be opened")


async def add(pilot: Pilot[None]) -> None:
    """Show the form for another specification."""
    await ready(pilot)
    await pilot.press("ctrl+o")
    await shows(pilot, "Add specifications")


async def find(pilot: Pilot[None]) -> None:
    """Show what a search finds, the second hit under the cursor."""
    await ready(pilot)
    await pilot.press("ctrl+f", *"issue")
    await shows(pilot, "words and meaning")
    await pilot.press("down")


async def graphql(pilot: Pilot[None]) -> None:
    """Show an operation of GraphQL, in a spec of which parts could not be read."""
    await ready(pilot)
    await pilot.press("f3")
    pilot.app._browser.open_entry(f"shop:{PRODUCT.key}")
    await shows(pilot, "Arguments", "price  number")


async def schema(pilot: Pilot[None]) -> None:
    """Show the operations of GraphQL that a filter finds."""
    await ready(pilot)
    await pilot.press("f3", "slash")
    pilot.app.query_one("#filter", Input).value = "pr"
    await shows(pilot, "found")
    await pilot.press("down")
    await shows(pilot, "Subscription priceChanged")


async def webhooks(pilot: Pilot[None]) -> None:
    """Show operations and webhooks in one tree."""
    await ready(pilot)
    await pilot.press("f3", "down", "enter", "down", "down", "down", "enter", "down")
    await shows(pilot, "← POST charge.paid", "the API makes this call")


async def guide(pilot: Pilot[None]) -> None:
    """Show a passage of a guide."""
    await ready(pilot)
    await pilot.press("f3")
    pilot.app._browser.open_entry(f"guide:{LABELS.key}")
    await shows(pilot, "guide · guide.md:42")


async def quotes(pilot: Pilot[None]) -> None:
    """Show an answer that quotes a guide, a quote focused."""
    await ready(pilot)
    await ask(pilot, QUESTION)
    await until(pilot, lambda: pilot.app._chat._exchange and not pilot.app._chat._exchange.stage)
    pilot.app.query("PassageCard").first().focus()


async def adding(pilot: Pilot[None]) -> None:
    """Show the dialog while a folder is read."""
    await ready(pilot)
    await pilot.press("ctrl+o")
    pilot.app.screen.query_one("#add-path", Input).value = "~/specs"
    await pilot.press("enter")
    await shows(pilot, "2 of 2,639")


async def refused(pilot: Pilot[None]) -> None:
    """Show the dialog when some documents of a folder could not be read."""
    await ready(pilot)
    await pilot.press("ctrl+o")
    pilot.app.screen.query_one("#add-path", Input).value = "~/specs"
    await pilot.press("enter")
    await shows(pilot, "1 refused")


async def problems(pilot: Pilot[None]) -> None:
    """Show what could not be read of a spec."""
    await ready(pilot)
    await pilot.press("f3", "p")
    await shows(pilot, "2 problems in shop")


async def resumed(pilot: Pilot[None]) -> None:
    """Show a conversation of another time, with what stays beside its questions."""
    await ready(pilot)
    await shows(pilot, "attached notes.md")
    pilot.app._chat._transcript.return_to(1)


async def sessions(pilot: Pilot[None]) -> None:
    """Show the list of sessions, the second under the cursor."""
    await ready(pilot)
    await pilot.press("f6")
    await shows(pilot, "2 sessions")
    await pilot.press("down")


async def trace(pilot: Pilot[None]) -> None:
    """Show how an answer came about."""
    await ready(pilot)
    await pilot.press("f7")
    await shows(pilot, "How this answer came about")


def engine_talked() -> FakeEngine:
    """Return an engine with two conversations that were had before."""
    engine = FakeEngine([GITHUB], full_script())
    answer = msgspec.structs.replace(done().answer, trace=TRACE)
    engine.sessions.put("Which loans are late?", [("Which loans are late?", None)])
    state = SessionState(draft="and how do I", pinned=(SECOND.ref,), attached=(Attached(name="notes.md", text="text"),))
    engine.sessions.put("Issues and labels", [(QUESTION, answer)], state)
    return engine


def engine_for(name: str) -> FakeEngine:
    """Return the engine that a screen needs."""
    if name in OTHERS:
        return engine_with(name)
    if name in TALKED:
        return engine_talked()
    if name == "find":
        engine = SearchingEngine(BOTH)
        engine.meant = OTHER_HITS
        return engine
    if name == "welcome":
        return FakeEngine()
    if name == "failure":
        engine = FakeEngine([GITHUB])
        hint = "Restore a copy, or move the file away to begin anew"
        engine.fails["open"] = LibraryError("The library cannot be opened: the file is damaged", hint=hint)
        return engine
    scripts = {
        "chat": full_script(),
        "writing": [FactsReady(facts=FACTS), Stage(name="writing"), Prose(segments=SEGMENTS[:7]), asyncio.Event()],
        "facts": facts_script(),
        "folded": [*full_script()[:-1], done(folded=True)],
    }
    return FakeEngine([GITHUB, LIBRARY] if name == "tree" else [GITHUB], scripts.get(name, []))


def engine_with(name: str) -> FakeEngine:
    """Return the engine with documents of other kinds that a screen needs."""
    infos = {"quotes": [GITHUB, GUIDE], "guide": [GUIDE], "webhooks": [PAY]}.get(name, [SHOP])
    engine = engine_of(*infos, script=[FactsReady(facts=QUOTES), done(facts=QUOTES, segments=())])
    if infos == [SHOP]:
        engine.problems = SHOP_PROBLEMS
    refusal = Refused("/specs/broken.yaml", SpecError("The YAML is broken at line 3, column 1: a `}` is missing"))
    engine.adding = [Listed(2), Added(info=PAY, changed=True), refusal]
    if name == "adding":
        engine.adding = [Listed(2639), refusal, Added(info=PAY, changed=True), asyncio.Event()]
    return engine


OTHERS: dict[str, Act] = {
    act.__name__: act for act in (graphql, schema, webhooks, guide, quotes, adding, refused, problems)
}
TALKED: dict[str, Act] = {act.__name__: act for act in (resumed, sessions, trace)}
ACTS: dict[str, Act] = (
    OTHERS
    | TALKED
    | {
        act.__name__: act
        for act in (chat, writing, facts, folded, browser, tree, health, keys, welcome, failure, add, find)
    }
)


def picture(snap_compare, name: str, size: tuple[int, int], theme: str = "") -> bool:
    """Compare one screen with its picture."""
    app = SpecdeckApp(engine_for(name), clock=Clock())
    if theme:
        app.theme = theme

    async def act(pilot: Pilot[None]) -> None:
        await ACTS[name](pilot)
        await settled(pilot)

    return snap_compare(app, terminal_size=size, run_before=act)


async def settled(pilot: Pilot[None]) -> None:
    """Wait until everything is drawn that is going to be."""
    if not pilot.app._engine.fails:
        await until(pilot, lambda: pilot.app._engine.polls)
        await until(pilot, lambda: pilot.app._engine.warmed)
    before = None
    while before != (before := str(pilot.app.screen._compositor.render_strips())):
        await pilot.pause(0.05)


SCREENS = ["chat", "browser", "health", "welcome", "keys", "failure", "add", "find"]
sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
outer_sizes = pytest.mark.parametrize("size", SIZES[::2], ids=lambda size: f"{size[0]}x{size[1]}")
screens = pytest.mark.parametrize("name", SCREENS)


@sizes
@screens
def test_a_screen_looks_as_before(snap_compare, name, size):
    """Every screen, dark, at the three sizes that the layout knows."""
    assert picture(snap_compare, name, size)


@pytest.mark.parametrize("name", ["writing", "facts", "folded", "tree"])
def test_a_state_looks_as_before(snap_compare, name):
    """What a screen may look like in between."""
    assert picture(snap_compare, name, (120, 40))


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", ["graphql", "guide", "quotes", "adding"])
def test_other_documents_look_as_before(snap_compare, name, size):
    """GraphQL, guides, quotes of them, and a folder while it is read."""
    assert picture(snap_compare, name, size)


@pytest.mark.parametrize("name", ["schema", "webhooks", "refused", "problems"])
def test_more_of_other_documents_looks_as_before(snap_compare, name):
    """Trees of other kinds, and what is told of what could not be read, where there is least room."""
    assert picture(snap_compare, name, (80, 24))


@sizes
@pytest.mark.parametrize("name", list(TALKED))
def test_a_conversation_looks_as_before(snap_compare, name, size):
    """A conversation that goes on, the list of all, and how an answer came about."""
    assert picture(snap_compare, name, size)


@outer_sizes
@screens
def test_a_screen_looks_as_before_in_light(snap_compare, name, size):
    """Every screen with the light theme."""
    assert picture(snap_compare, name, size, "textual-light")


@outer_sizes
@screens
def test_a_screen_looks_as_before_without_colour(snap_compare, monkeypatch, name, size):
    """Every screen with NO_COLOR."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert picture(snap_compare, name, size)


def test_the_smallest_terminal(snap_compare):
    """The chat at 60 by 20."""
    assert picture(snap_compare, "chat", (60, 20))
