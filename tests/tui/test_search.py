"""The search over all specs: words with every key, meaning later, a filter, and the way out."""

import asyncio

import pytest
from textual.widgets import Input, OptionList

import tui.app.screens.search
from engine import LibraryError
from tests.tui.conftest import Clock, opened, screen_text, shows, until
from tests.tui.fake_engine import ISSUES
from tests.tui.searching import BOTH, LOCK, SearchingEngine, hit
from tui.app.app import SpecdeckApp
from tui.app.screens.search import SearchScreen
from tui.app.widgets.hits import Hits
from tui.app.widgets.prompt import Prompt

SIZE = (80, 24)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    """Search by meaning as soon as the loop has nothing else to do."""
    monkeypatch.setattr(tui.app.screens.search, "PAUSE_S", 0.0)


@pytest.fixture
def engine() -> SearchingEngine:
    """An engine with GitHub's operations."""
    return SearchingEngine()


@pytest.fixture
def app(engine) -> SpecdeckApp:
    """The app around it."""
    return SpecdeckApp(engine, clock=Clock())


async def find(pilot, text: str = "") -> Hits:
    """Open the search, type, and return the list of hits."""
    await opened(pilot)
    await pilot.press("ctrl+f", *text)
    await until(pilot, lambda: isinstance(pilot.app.screen, SearchScreen) and pilot.app.screen._specs)
    return pilot.app.screen.query_one(Hits)


async def by_meaning(pilot) -> None:
    """Wait until meaning had its part."""
    await shows(pilot, "words and meaning")


# Finding -----------------------------------------------------------------------------------------------------------


async def test_hits_come_with_every_key_and_meaning_when_the_keys_rest(app, engine):
    """Each key is a search by words; only what stands at the end is searched by meaning, and is told with its time."""
    engine.meant = [LOCK]
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+f", *"issues/cr")
        await shows(
            pilot, "PUT     /repos/{owner}/{repo}/issues/{issue_number}/lock", "2 hits · words and meaning · 22 ms"
        )
        typed = [query for query, *_, meaning in engine.searches if not meaning]
        assert typed == ["issues/cr"[: end + 1] for end in range(len("issues/cr"))]
        assert engine.searches[-1] == ("issues/cr", "", None, True)


async def test_what_is_typed_while_the_dialog_opens_is_kept(app, engine):
    """Keys that come before the library has answered for the first time are all there afterwards."""
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        engine.busy = asyncio.Event()
        await pilot.press("ctrl+f", *"lock")
        engine.busy.set()
        await pilot.press(*" put")
        await shows(pilot, "1 hit · words and meaning")
        assert app.screen.query_one("#query", Input).value == "lock put"


async def test_the_library_need_not_be_open_yet(app, engine):
    """The dialog can be opened and typed into before the library is; the hits come when it is."""
    engine.gate = asyncio.Event()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+f", *"lock")
        await shows(pilot, "lock", "Opening the library")
        engine.gate.set()
        await shows(pilot, "2 hits · words and meaning")


async def test_a_stale_answer_is_dropped(app, engine):
    """What was found for an earlier text never replaces what was found for the later one."""
    engine.late = asyncio.Event()
    async with app.run_test(size=SIZE) as pilot:
        await find(pilot, "lock")
        await until(pilot, lambda: engine.searches[-1:] == [("lock", "", None, True)])
        engine.meant = [hit("GET /stale", "Stale")]
        await pilot.press(*" put")
        await shows(pilot, "1 hit · words · 8 ms")
        engine.meant = []
        engine.late.set()
        await shows(pilot, "1 hit · words and meaning")
        assert "Stale" not in screen_text(pilot)


async def test_the_best_hit_is_under_the_cursor_until_it_is_moved(app, engine):
    """When meaning puts another hit first, the cursor of a user who has not moved it is on that one."""
    engine.meant, engine.late = [LOCK], asyncio.Event()
    async with app.run_test(size=SIZE) as pilot:
        hits = await find(pilot, "create")
        await shows(pilot, "· words · 8 ms")
        assert hits.hit.operation == f"POST {ISSUES}"
        engine.late.set()
        await by_meaning(pilot)
        assert hits.hit == LOCK


@pytest.mark.parametrize("lost", [False, True])
async def test_a_cursor_that_was_moved_stays_where_it_is(app, engine, lost):
    """Hits that come later move neither the cursor from its hit nor the hit on the screen, even where they lack it."""
    engine.meant, engine.late = [hit(f"GET /new/{number}", "New") for number in range(3)], asyncio.Event()
    async with app.run_test(size=SIZE) as pilot:
        hits = await find(pilot, "thing")
        await shows(pilot, "Best 50 hits · words · 8 ms")
        await pilot.press(*["down"] * 12)
        held, row = hits.hit, hits.highlighted * 2 - hits.scroll_offset.y
        if lost:
            engine.rows["github"].clear()
            engine._matching = lambda *_: []
        engine.late.set()
        await by_meaning(pilot)
        assert hits.hit == held
        assert lost or hits.highlighted * 2 - hits.scroll_offset.y == row
        await pilot.press(*"-1")
        await until(pilot, lambda: hits.highlighted in (0, None))


async def test_why_meaning_had_no_part_is_told(app, engine):
    """The note of the search stands in the line below."""
    engine.note = "The model all-minilm-l6-v2 is not installed"
    async with app.run_test(size=SIZE) as pilot:
        await find(pilot, "lock")
        await shows(pilot, "2 hits · words · 8 ms · The model all-minilm-l6-v2 is not installed")


async def test_nothing_found_and_nothing_asked(app):
    """Nothing found is said; without a text there is neither a hit nor a word of it."""
    async with app.run_test(size=SIZE) as pilot:
        hits = await find(pilot, "zzz")
        await shows(pilot, "Nothing found · words and meaning")
        await pilot.press("enter")
        assert isinstance(app.screen, SearchScreen)
        await pilot.press(*["backspace"] * 3)
        await until(pilot, lambda: "Nothing found" not in screen_text(pilot))
        assert hits.option_count == 0


async def test_an_empty_library_is_told():
    """With nothing to search the dialog says what to do."""
    app = SpecdeckApp(SearchingEngine(()), clock=Clock())
    async with app.run_test(size=SIZE) as pilot:
        await shows(pilot, "Welcome")
        await pilot.press("ctrl+f")
        await shows(pilot, "The library is empty. Esc closes this, Ctrl+O adds a specification.")


async def test_a_library_that_cannot_be_read_is_told(app, engine):
    """An error of the library is a line, not an end of the app."""
    engine.fails["search"] = LibraryError("The library is damaged")
    async with app.run_test(size=SIZE) as pilot:
        await find(pilot, "x")
        await shows(pilot, "! The library is damaged")


async def test_text_of_specs_is_neither_markup_nor_more_than_two_lines(app, engine):
    """Brackets, control characters, wide characters and endless summaries leave the list as it is."""
    hostile = "[/] [red]x[/v1/{id}]\n\x1b]52;c;aGk=\x07 版本 " + "long " * 200
    engine.meant = [hit(f"GET /{hostile}", hostile), LOCK]
    async with app.run_test(size=SIZE) as pilot:
        hits = await find(pilot, "lock")
        await by_meaning(pilot)
        await shows(pilot, "[/] [red]x[/v1/{id}]", "版本", "…", "Lock an issue")
        assert "\x1b]52" not in screen_text(pilot)
        await pilot.press("down")
        assert hits.hit == LOCK
        assert all(strip.cell_length == SIZE[0] for strip in app.screen._compositor.render_strips())


# Leaving -----------------------------------------------------------------------------------------------------------


async def test_enter_opens_the_operation(app):
    """Enter shows the hit under the cursor in the browser."""
    async with app.run_test(size=SIZE) as pilot:
        await find(pilot, "lock")
        await by_meaning(pilot)
        await pilot.press("down", "enter")
        await shows(pilot, "DELETE /repos/{owner}/{repo}/issues/{issue_number}/lock", "Unlock an issue")
        assert app.query_one("#browser").display


async def test_enter_right_after_typing_opens_what_was_typed(app, engine):
    """Enter pressed before the answer is there waits for it, and does not open the hit of an earlier text."""
    async with app.run_test(size=SIZE) as pilot:
        await find(pilot)
        await pilot.press(*"users/get-auth", "enter")
        await shows(pilot, "GET /user", "Get the authenticated user")
        assert not isinstance(app.screen, SearchScreen)


async def test_escape_leaves_everything_as_it_was(app):
    """Escape goes back to the pane, the cursor and the text that were there."""
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press(*"How do")
        before = screen_text(pilot)
        await pilot.press("ctrl+f", *"lock")
        await by_meaning(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: screen_text(pilot) == before)
        assert app.focused is app.query_one(Prompt)
        assert app.query_one(Prompt).text == "How do"


async def test_the_search_is_as_it_was_left(app):
    """Opened again, it shows the hits of before, cursor included, and typing replaces the text."""
    async with app.run_test(size=SIZE) as pilot:
        hits = await find(pilot, "lock")
        await by_meaning(pilot)
        await pilot.press("down", "enter")
        await shows(pilot, "Unlock an issue")
        await pilot.press("f5")
        await shows(pilot, "2 hits")
        assert hits.hit.summary == "Unlock an issue"
        await pilot.press(*"labels")
        await shows(pilot, "Add labels to an issue")
        assert app.screen.query_one("#query", Input).value == "labels"


async def test_a_asks_about_the_hit(app):
    """In the list `a` puts a question about the hit into the chat's line."""
    async with app.run_test(size=SIZE) as pilot:
        hits = await find(pilot, "labels")
        await by_meaning(pilot)
        await pilot.press("tab", "tab")
        assert app.focused is hits
        await shows(pilot, "a asks")
        await pilot.press("a")
        await until(pilot, lambda: app.query_one(Prompt).text)
        assert app.query_one(Prompt).text == f"How do I use POST {ISSUES}/{{issue_number}}/labels?"
        assert app.focused is app.query_one(Prompt)


async def test_other_dialogs_keep_their_keys(app):
    """The key of the search does nothing over another dialog, and nothing twice."""
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("f1", "ctrl+f")
        assert len(app.screen_stack) == 2
        await pilot.press("escape", "ctrl+f", "ctrl+f", "f1")
        assert len(app.screen_stack) == 2


# Narrowing ---------------------------------------------------------------------------------------------------------


async def test_a_filter_narrows_the_hits(app):
    """The second field takes a filter, which holds from the key on that completes it."""
    async with app.run_test(size=SIZE) as pilot:
        await find(pilot, "issue")
        await by_meaning(pilot)
        await pilot.press("tab", *"method = PUT")
        await shows(pilot, "1 hit", "/lock")


async def test_a_filter_that_is_wrong_is_told_with_its_column(app):
    """The reason stands in one line below the filter, the hits of before stay, and a right one takes it away."""
    async with app.run_test(size=SIZE) as pilot:
        await find(pilot, "lock")
        await by_meaning(pilot)
        await pilot.press("tab", *"methd")
        await shows(
            pilot, "! The filter is wrong at column 1: there is no field 'methd'; did you mean", "Lock an issue"
        )
        await pilot.press("enter")
        assert isinstance(app.screen, SearchScreen)
        app.screen.query_one("#where", Input).value = "method = PUT"
        await until(pilot, lambda: "wrong at column" not in screen_text(pilot))
        await shows(pilot, "1 hit")


async def test_counts_narrow_the_search(app):
    """Where there is room the counts of all matches are a list; Enter asks for a value, and once more no longer."""
    async with app.run_test(size=(120, 40)) as pilot:
        await find(pilot, "issue")
        await shows(pilot, "method", "PUT ", "tag", "issues ")
        where = app.screen.query_one("#where", Input)
        counts = app.screen.query_one("#search-counts", OptionList)
        counts.focus()
        await pilot.press("down", "enter")
        await until(pilot, lambda: where.value)
        assert where.value == "method = GET"
        await until(pilot, lambda: all(one.operation.startswith("GET") for one in app.screen.query_one(Hits)._hits))
        await pilot.press("enter")
        await until(pilot, lambda: not where.value)


async def test_the_search_can_be_confined_to_the_spec_that_is_shown():
    """ctrl+s searches only what the browser shows, and all again."""
    engine = SearchingEngine(BOTH)
    app = SpecdeckApp(engine, clock=Clock())
    async with app.run_test(size=SIZE) as pilot:
        await find(pilot, "list")
        await shows(pilot, "Find in 2 specs", "library · List books", "github · List pull requests")
        await pilot.press("ctrl+s")
        await shows(pilot, "Find in github", "List pull requests")
        await until(pilot, lambda: "List books" not in screen_text(pilot))
        await pilot.press("ctrl+s")
        await shows(pilot, "library · List books")


@pytest.mark.parametrize("size", [(60, 20), (119, 40), (120, 40), (160, 48)])
async def test_counts_are_shown_where_there_is_room(app, size):
    """From 120 columns on; and a dialog that is open follows when the terminal changes."""
    async with app.run_test(size=SIZE) as pilot:
        await find(pilot, "lock")
        await by_meaning(pilot)
        await pilot.resize_terminal(*size)
        await until(pilot, lambda: app.screen.query_one("#search-counts").display is (size[0] >= 120))
        await shows(pilot, "Lock an issue", "2 hits")
