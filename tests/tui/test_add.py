"""The dialog that adds documents."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from textual.widgets import Input

from engine import Added, InputError, LibraryError, Listed, Problem, Refused, Skipped, SpecError
from tests.tui.conftest import opened, screen_text, shows, told, until
from tests.tui.documents import GUIDE, PAY, SHOP
from tests.tui.fake_engine import GITHUB, LIBRARY
from tui.app.views.adding import REASONS, Outcome
from tui.app.widgets.add_form import AddForm

BROKEN = Refused("/specs/broken[1].yaml", SpecError("The YAML is broken at line 3", hint="Correct it"))


def added(info, **fields) -> Added:
    """Return a step that added a spec."""
    return Added(info=info, **{"changed": True, **fields})


async def give(pilot, text: str) -> None:
    """Open the dialog and give it a source."""
    await opened(pilot)
    await pilot.press("ctrl+o")
    await shows(pilot, "Add specifications or guides")
    pilot.app.screen.query_one("#add-path", Input).value = text
    await pilot.press("enter")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_folder_is_read_with_its_progress_in_sight(make, size):
    """How many of how many, the newest name and the refused ones are told while a folder is read."""
    app, engine = make()
    gate = asyncio.Event()
    engine.adding = [Listed(2639), added(LIBRARY), Skipped("/specs/parts/a.yaml"), BROKEN, gate, added(GUIDE)]
    async with app.run_test(size=size) as pilot:
        await give(pilot, "/specs")
        await until(pilot, lambda: "3 of 2,639" in screen_text(pilot))
        await shows(pilot, "Reading specs · 3 of 2,639 · 1 refused", "broken[1].yaml", "Esc stops after the document")
        assert engine.added == [Path("/specs")]


async def test_escape_stops_after_the_document_and_keeps_what_was_added(make):
    """The first Escape ends the reading after the document that is being read; what was added is in the library."""
    app, engine = make()
    gate = asyncio.Event()
    engine.adding = [Listed(3), gate, added(LIBRARY), asyncio.Event(), added(GUIDE)]
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await give(pilot, "/specs")
        await shows(pilot, "0 of 3")
        await pilot.press("escape")
        await shows(pilot, "Stopping after the document that is being read")
        gate.set()
        await until(pilot, lambda: "Stopped after 1 of 3; added 1 spec: 2 operations" in told(pilot))
        await until(pilot, lambda: len(app.screen_stack) == 1)
        assert [info.name for info in engine.infos] == ["github", "library"]


async def test_what_was_refused_stays_readable_in_the_dialog(make):
    """At the end the dialog says in a line what was added, and the first reasons of what was refused."""
    app, engine = make()
    more = [Refused(f"/specs/{number}.md", SpecError("The document is empty")) for number in range(REASONS)]
    engine.adding = [Listed(REASONS + 3), added(SHOP), BROKEN, *more, added(GUIDE)]
    engine.rows |= {"shop": [], "guide": []}
    async with app.run_test(size=(80, 24)) as pilot:
        await give(pilot, "/specs")
        await shows(pilot, f"Added 2 specs: 4 operations · 4 passages; {REASONS + 1} refused")
        await shows(
            pilot, "! broken[1].yaml  The YAML is broken at line 3", "! 0.md  The document is empty", "and 1 more"
        )
        await until(pilot, lambda: app._browser._spec == "shop")
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_an_address_is_given_to_the_engine_as_it_is(make):
    """An address is no path; that the network is off is said in the engine's own words, and the dialog stays."""
    app, engine = make()
    off = InputError("https://x.example/a is an address, and the network is off", hint="Allow it")
    engine.adding = [Refused("https://x.example/a", off), Listed(0)]
    async with app.run_test(size=(80, 24)) as pilot:
        await give(pilot, "https://x.example/a")
        await shows(pilot, "! https://x.example/a is an address, and the network is off", "Allow it")
        assert engine.added == ["https://x.example/a"]
        assert len(app.screen_stack) == 2


async def test_overlays_are_given_beside_the_document(make, tmp_path):
    """Tab leads to them; the last of several is completed; Enter there adds, and goes back where there is no path."""
    (tmp_path / "fix.yaml").write_text("overlay: 1.0.0")
    app, engine = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+o")
        await shows(pilot, "Add specifications or guides", "overlays that change it, with commas")
        path, overlays = (app.screen.query_one(name, Input) for name in ("#add-path", "#add-overlays"))
        await pilot.press("tab", *"https://x/a.yaml, ", "enter")
        await until(pilot, lambda: path.has_focus)
        assert engine.added == []
        await pilot.press(*"a.yaml", "tab", "end", *f"{tmp_path}/f")
        await until(pilot, lambda: overlays._suggestion.endswith("fix.yaml"))
        await pilot.press("right", "enter")
        await until(pilot, lambda: engine.added)
        assert (engine.added, engine.overlays) == ([Path("a.yaml")], ["https://x/a.yaml", tmp_path / "fix.yaml"])


async def test_an_empty_folder_is_told(make):
    """A source without documents is no success."""
    app, engine = make()
    engine.adding = [Listed(0)]
    async with app.run_test(size=(80, 24)) as pilot:
        await give(pilot, "/specs")
        await shows(pilot, "There is nothing in specs that can be read")
        assert app.screen.query(AddForm)


async def test_an_end_before_its_time_keeps_what_was_added(make, monkeypatch):
    """When the library cannot be written any more, what was added is shown with the reason of the end."""
    app, engine = make()
    steps = engine.library.add_all

    async def failing(sources, **settings):
        async for step in steps(sources, **settings):
            yield step
        raise LibraryError("The disk is full")

    monkeypatch.setattr(engine, "add_all", failing)
    engine.adding = [Listed(3), added(LIBRARY)]
    async with app.run_test(size=(80, 24)) as pilot:
        await give(pilot, "/specs")
        await shows(pilot, "Stopped after 1 of 3; added 1 spec: 2 operations; 1 refused", "The disk is full")


async def test_reading_goes_on_when_the_dialog_is_closed(make):
    """A single document is read to its end behind the closed dialog, and a message says so, refusals too."""
    app, engine = make()
    gate = asyncio.Event()
    engine.adding = [Listed(1), gate, BROKEN]
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await give(pilot, "/specs/broken.yaml")
        await shows(pilot, "Reading broken.yaml")
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        gate.set()
        await until(pilot, lambda: "The YAML is broken at line 3" in told(pilot))


async def test_escape_stops_a_first_run_too(make):
    """The form of an empty library is stopped by the same key."""
    app, engine = make([])
    gate = asyncio.Event()
    engine.adding = [Listed(2), gate, added(LIBRARY), asyncio.Event()]
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await shows(pilot, "Welcome")
        app.query_one("#add-path", Input).value = "/specs"
        app.query_one("#add-path").focus()
        await pilot.press("enter")
        await shows(pilot, "0 of 2")
        await pilot.press("escape")
        gate.set()
        await until(pilot, lambda: "Stopped after 1 of 2" in told(pilot))
        await shows(pilot, "Town Library  2 operations")


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ([Listed(1), added(LIBRARY)], "Added Town Library as library: 2 operations"),
        ([Listed(1), added(LIBRARY, changed=False)], "Town Library is in the library already, as library"),
        (
            [Listed(1), added(PAY, problems=(Problem(pointer="", message="x"),))],
            "Added Pay as pay: 2 operations · 1 webhook; 1 part could not be read",
        ),
        (
            [Listed(3), added(GITHUB), added(GUIDE, changed=False), added(PAY, problems=(Problem("", "x"),))],
            "Added 2 specs: 1,225 operations · 1 webhook; 1 in the library already; 1 spec with parts that could not"
            " be read",
        ),
        ([Listed(2), BROKEN, BROKEN], "2 refused"),
    ],
)
def test_the_outcome_is_one_line(steps, text):
    """What adding did is told in one sentence."""
    outcome = Outcome("specs")
    for step in steps:
        outcome.take(step)
    assert outcome.summary == text


def test_hostile_names_and_reasons_are_shown_as_signs():
    """A file's name and a reason cannot act on the terminal."""
    outcome = Outcome("x")
    for step in (
        Listed(2),
        Refused("/s/\x1b]52;c;aGk=\x07[red]", SpecError("bad \x1b[2J")),
        added(msgspec.structs.replace(GUIDE, title="\x1b")),
    ):
        outcome.take(step)
    assert "\x1b" not in outcome.text
    assert "[red]" in outcome.text
