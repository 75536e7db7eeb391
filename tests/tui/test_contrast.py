"""What is on the screen can be read, and the focus be seen, in every theme; computed from what is drawn."""

from collections.abc import Iterator

import pytest
from textual.color import Color
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES

from tests.tui.conftest import Clock
from tests.tui.fake_engine import GITHUB, LIBRARY, FakeEngine, done, full_script
from tests.tui.searching import BOTH, SearchingEngine
from tests.tui.test_remote_snapshots import SCRIPTS, consent
from tests.tui.test_snapshots import Act, add, browser, chat, find, folded, health, tree
from tui.app.app import SpecdeckApp
from tui.app.contrast import contrast

TEXT, FOCUS = 4.5, 3.0
"""Least contrast by WCAG 2.2: 1.4.3 for text, 2.4.13 for what shows the focus."""
THEMES = [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi]
DRAWN = range(0x2500, 0x2800)
"""Lines, blocks and dots that are drawn, not read."""

Cell = tuple[str, Color, Color]


def cells(pilot: Pilot[None]) -> Iterator[tuple[int, int, Cell]]:
    """Yield place, sign, colour and ground of each cell of the screen, as it goes to the terminal."""
    dialog = pilot.app.screen.query(".dialog")  # what is behind one is dimmed, for it is out of use
    shown = dialog.first().region if dialog else pilot.app.screen.region
    for y, strip in enumerate(pilot.app.screen._compositor.render_strips()):
        x = 0
        for segment in strip:
            style = segment.style
            front, ground = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
            if style.reverse:
                front, ground = ground, front
            for sign in segment.text:
                if shown.contains(x, y):
                    yield x, y, (sign, front, ground)
                x += 1


def unreadable(pilot: Pilot[None]) -> list[str]:
    """Return the words that have too little contrast, with it."""
    found: dict[tuple[int, Color, Color], str] = {}
    for _, y, (sign, front, ground) in cells(pilot):
        if not sign.isspace() and ord(sign) not in DRAWN and contrast(front, ground) < TEXT:
            found[y, front, ground] = found.get((y, front, ground), "") + sign
    return [f"{text!r}: {contrast(front, ground):.2f}" for (_, front, ground), text in found.items()]


SCREENS = {
    chat: full_script(),
    folded: [*full_script()[:-1], done(folded=True)],
    browser: [],
    tree: [],
    health: [],
    add: [],
    find: [],
    consent: SCRIPTS["consent"],
}


def app_for(screen: Act, clock: Clock) -> SpecdeckApp:
    """Return an app whose engine can show this screen."""
    engine = SearchingEngine(BOTH) if screen is find else FakeEngine([GITHUB, LIBRARY], SCREENS[screen])
    return SpecdeckApp(engine, clock=clock)


@pytest.mark.parametrize("screen", SCREENS)
async def test_text_can_be_read_in_every_theme(clock, screen):
    """Whatever is written on a screen has 4.5:1 against its ground."""
    app = app_for(screen, clock)
    async with app.run_test(size=(120, 40)) as pilot:
        await screen(pilot)
        faults = {}
        for theme in THEMES:
            app.theme = theme
            await pilot.pause()
            if found := unreadable(pilot):
                faults[theme] = found
        assert faults == {}, faults


def looks(pilot: Pilot[None]) -> dict[tuple[int, int], Cell]:
    """Return each cell of the screen by its place."""
    return {(x, y): cell for x, y, cell in cells(pilot)}


def seen(before: Cell, after: Cell) -> float:
    """Return the contrast between a cell without and with the focus: of its ground, or of a sign that comes or goes."""
    grounds = contrast(before[2], after[2])
    drawn = [contrast(front, ground) for sign, front, ground in (before, after) if not sign.isspace()]
    return max(grounds, *drawn) if before[0] != after[0] else max(grounds, contrast(before[1], after[1]))


@pytest.mark.parametrize("screen", SCREENS)
async def test_the_focus_is_seen_in_every_theme(clock, screen):
    """What has the focus differs in a cell by 3:1 from itself without it, also where panes have no frames."""
    app = app_for(screen, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await screen(pilot)
        faults: dict[str, list[str]] = {}
        for theme in THEMES:
            app.theme = theme
            app.screen.set_focus(None)
            await pilot.pause()
            before = looks(pilot)
            for widget in app.screen.focus_chain:
                app.screen.set_focus(widget, scroll_visible=False)
                await pilot.pause()
                if max(seen(before[place], cell) for place, cell in looks(pilot).items()) < FOCUS:
                    faults.setdefault(str(widget), []).append(theme)
        assert faults == {}, faults
