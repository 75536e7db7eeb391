import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from textual.widgets import Button, Input

from engine import SAMPLE, Facts, FactsReady, LibraryError, ModelFileError, Progress, Prose, Segment, SpecError
from tests.tui.conftest import ask, opened, screen_text, shows, told, until
from tests.tui.fake_engine import FACTS, FIRST, GITHUB, SEGMENTS, OutlineRow, done, full_script
from tui.app.app import SpecdeckApp
from tui.app.widgets.prompt import Prompt

ROOT = Path(__file__).parents[2]
HALF = msgspec.structs.replace(GITHUB, embedded=600)
HOSTILE = "\x1b]52;c;aGk=\x07 \x9b2J [/] [red] filter[name] [/v1/{id}] \u202e"


# Opening and closing ----------------------------------------------------------------------------------------------


async def test_the_first_frame_does_not_wait_for_the_library(make):
    """The panes are on the screen while the library is still being opened."""
    app, engine = make()
    engine.gate = asyncio.Event()
    async with app.run_test(size=(120, 40)) as pilot:
        await shows(pilot, "Specs", "Chat", "Health", "Opening the library")
        assert not engine.opened
        engine.gate.set()
        await shows(pilot, "GitHub v3 REST API  1,223 operations")
        assert engine.opened
        await until(pilot, lambda: engine.warmed)
    assert not engine.opened


async def test_a_library_that_cannot_be_opened_is_explained(make):
    """The error and its next step are shown, and the app can still be left."""
    app, engine = make()
    engine.fails["open"] = LibraryError("The library cannot be opened", hint="Restore a copy")
    async with app.run_test() as pilot:
        await shows(pilot, "! The library cannot be opened", "Restore a copy")
        await pilot.press("ctrl+q")
    assert app.return_code == 0


async def test_leaving_ends_all_work_before_the_engine_is_closed(make):
    """Quitting while an answer and the embedding run stops both, then closes the engine."""
    app, engine = make([HALF], [FactsReady(facts=FACTS), asyncio.Event()])
    engine.embed_gate = asyncio.Event()
    async with app.run_test() as pilot:
        await ask(pilot)
        await until(pilot, lambda: engine.asked and engine.embeds)
        await pilot.press("ctrl+q")
    assert sorted(engine.log[:2]) == ["answer closed", "embedding closed"]
    assert engine.log[2:] == ["engine closed"]


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((120, 40), 3),
        ((160, 48), 3),
        ((120, 30), 3),
        ((119, 40), 2),
        ((120, 29), 2),
        ((100, 24), 2),
        ((99, 40), 1),
        ((60, 20), 1),
    ],
)
async def test_panes_stand_side_by_side_where_there_is_room(make, size, shown):
    """Three panes from 120 columns and 30 rows, two from 100 columns, else one; with tabs where not all are there."""
    app, _ = make()
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        assert sum(pane.display for pane in app.query(".pane")) == shown
        assert app.query_one("#tabs").display is (shown < 3)
        widths = {pane.id: pane.size.width for pane in app.query(".pane") if pane.id != "health"}
        assert shown == 1 or widths["chat"] > widths["browser"]


async def test_function_keys_go_to_the_panes(make):
    """F2, F3 and F4 bring a pane up and the cursor into it."""
    app, _ = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        for key, pane, focused in (("f3", "browser", "outline"), ("f4", "health", "health"), ("f2", "chat", "prompt")):
            await pilot.press(key)
            assert [shown.id for shown in app.query(".pane") if shown.display] == [pane]
            assert app.focused.id == focused


# Adding and embedding ----------------------------------------------------------------------------------------------


async def test_a_first_run_offers_the_sample(make):
    """With an empty library Enter adds the sample, and the app is ready to be asked."""
    app, engine = make([])
    async with app.run_test(notifications=True) as pilot:
        await shows(pilot, "Welcome to specdeck", "Add the sample", "or type a file")
        assert isinstance(app.focused, Button)
        await pilot.press("enter")
        await shows(pilot, "Town Library  2 operations", "Ask in your own words")
        assert "Added Town Library as library: 2 operations" in told(pilot)
        assert engine.added == [SAMPLE]
        assert app.focused is app.query_one(Prompt)


async def test_a_document_that_cannot_be_read_is_explained(make, tmp_path):
    """A refused path leaves the form with one sentence and a hint."""
    app, engine = make([])
    engine.fails["add"] = SpecError("notes.txt is no API specification")
    async with app.run_test() as pilot:
        await shows(pilot, "Welcome")
        app.query_one("#add-path", Input).value = str(tmp_path / "notes.txt")
        app.query_one("#add-path").focus()
        await pilot.press("enter")
        await shows(pilot, "! notes.txt is no API specification", "specdeck add --help")


async def test_a_spec_can_be_added_at_any_time(make, tmp_path):
    """ctrl+o opens the form; a path is completed, read, and shown in the browser."""
    (tmp_path / "town.yaml").write_text("openapi: 3.1.0")
    app, engine = make()
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+o")
        await shows(pilot, "Add specifications or guides")
        field = app.screen.query_one("#add-path", Input)
        field.value = f"{tmp_path}/to"
        await until(pilot, lambda: field._suggestion.endswith("town.yaml"))
        await pilot.press("end", "right", "enter")
        await shows(pilot, "Added Town Library", "▸ books")
        assert engine.added == [tmp_path / "town.yaml"]


async def test_a_home_of_nobody_is_a_path_like_others(make):
    """`~name` of a user that is not there is neither completed nor a crash: the engine says that there is no file."""
    app, engine = make()
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+o")
        await shows(pilot, "Add specifications or guides")
        await pilot.press(*"~noone/x", "enter")
        await until(pilot, lambda: engine.added == [Path("~noone/x")])


async def test_escape_leaves_the_form(make):
    """Escape closes the form without adding."""
    app, engine = make()
    async with app.run_test() as pilot:
        await opened(pilot)
        await pilot.press("f3", "ctrl+o")
        await shows(pilot, "Add specifications or guides")
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        assert engine.added == []


async def test_missing_vectors_are_made_in_the_background(make):
    """Operations without vectors are embedded at once, with a line that tells how far."""
    app, engine = make([HALF])
    engine.progress = [Progress(done=700, total=1223, per_s=85.0, left_s=6.2)]
    engine.embed_gate = asyncio.Event()
    async with app.run_test(size=(120, 40)) as pilot:
        await shows(pilot, "700 of 1,223 (57%) · 85/s · 6.2 s left")
        await ask(pilot, "meanwhile")
        await shows(pilot, "> meanwhile")
        engine.embed_gate.set()
        await until(pilot, lambda: not app.query_one("#status").display)


async def test_a_key_stops_the_embedding_and_goes_on_with_it(make):
    """F9 stops it, with its line and a word; pressed again it begins where it was stopped."""
    app, engine = make([HALF])
    engine.progress = [Progress(done=700, total=1223, per_s=85.0, left_s=6.2)]
    engine.embed_gate = asyncio.Event()
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await shows(pilot, "6.2 s left · F9 stops")
        await pilot.press("f9")
        await until(pilot, lambda: engine.log == ["embedding closed"] and not app.query_one("#status").display)
        assert "Stopped learning to find by meaning. F9 goes on from there" in told(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: engine.embeds == 2)
        await shows(pilot, "700 of 1,223")
        engine.embed_gate.set()
        await until(pilot, lambda: not app.query_one("#status").display)


async def test_nothing_is_embedded_twice(make):
    """A library with all its vectors starts no embedding."""
    app, engine = make()
    async with app.run_test() as pilot:
        await opened(pilot)
        await until(pilot, lambda: engine.warmed)
    assert engine.embeds == 0


async def test_a_missing_embedding_model_is_told(make):
    """Without the embedding model a message says that search goes by words."""
    app, engine = make([HALF])
    engine.fails["embed"] = ModelFileError("The model all-minilm-l6-v2 is missing")
    async with app.run_test(notifications=True) as pilot:
        await until(pilot, lambda: "Search goes by words only" in told(pilot))
        assert "The model all-minilm-l6-v2 is missing\nFetch it again with `specdeck models pull`" in told(pilot)


# Keys --------------------------------------------------------------------------------------------------------------


async def test_ctrl_c_stops_the_answer_and_never_quits_at_once(make):
    """ctrl+c stops a running answer; without one it asks to be pressed again."""
    app, engine = make(script=[FactsReady(facts=FACTS), Prose(segments=SEGMENTS[:1]), asyncio.Event()])
    async with app.run_test(notifications=True) as pilot:
        await ask(pilot)
        await until(pilot, lambda: app._chat._exchange.has_prose)
        await pilot.press("ctrl+c")
        await until(pilot, lambda: engine.closed == 1)
        assert app.is_running
        await pilot.press("ctrl+c")
        await shows(pilot, "Press ctrl+c again to quit")
        assert app.is_running
        await pilot.press("ctrl+c")
    assert app.return_code == 0


async def test_ctrl_c_twice_with_a_pause_does_not_quit(make, clock):
    """The second ctrl+c counts only shortly after the first."""
    app, _ = make()
    async with app.run_test() as pilot:
        await opened(pilot)
        await pilot.press("ctrl+c")
        clock.now += 60
        await pilot.press("ctrl+c")
        assert app.is_running and not app._exit


async def test_ctrl_c_copies_a_selection(make):
    """With text selected, ctrl+c copies it and does nothing else."""
    app, _ = make()
    async with app.run_test() as pilot:
        await opened(pilot)
        field = app.query_one(Prompt)
        field.fill("select me")
        await pilot.press("home", "shift+end", "ctrl+c")
        assert app.clipboard == "select me"


# Colour and safety -------------------------------------------------------------------------------------------------


async def test_dark_and_light_change_with_a_key(make):
    """ctrl+t changes between the dark and the light theme."""
    app, _ = make()
    async with app.run_test() as pilot:
        assert app.theme == "textual-dark"
        await pilot.press("ctrl+t")
        assert app.theme == "textual-light"
        await pilot.press("ctrl+t")
        assert app.theme == "textual-dark"


def colours(app: SpecdeckApp) -> set[object]:
    """Return the colours of everything on the screen."""
    segments = [segment for strip in app.screen._compositor.render_strips() for segment in strip]
    styles = [segment.style for segment in segments if segment.style]
    for filter_ in app._filters:
        if filter_.enabled:
            styles = [
                s.style
                for s in filter_.apply(
                    [type(segments[0])("x", style) for style in styles], app.screen.background_colors[1]
                )
            ]
    return {color for style in styles for color in (style.color, style.bgcolor) if color and not color.is_default}


@pytest.mark.parametrize("value", ["1", "0", "yes"])
async def test_no_color_means_no_colour_at_all(make, monkeypatch, value):
    """With NO_COLOR set, to whatever, not one colour is drawn."""
    monkeypatch.setenv("NO_COLOR", value)
    app, _ = make(script=full_script())
    async with app.run_test(size=(120, 60)) as pilot:
        await ask(pilot)
        await shows(pilot, "priority [?]")
        assert colours(app) == set()
        await pilot.press("ctrl+t")
        assert colours(app) == set()


async def test_an_empty_no_color_means_colour(make, monkeypatch):
    """NO_COLOR counts only when it is not empty."""
    monkeypatch.setenv("NO_COLOR", "")
    app, _ = make()
    async with app.run_test() as pilot:
        await opened(pilot)
        assert colours(app) != set()


async def test_hostile_text_reaches_the_terminal_as_ordinary_signs(make):
    """Control sequences from a spec, a question, a model or an error are drawn as signs, and brackets stay."""
    facts = msgspec.structs.replace(FIRST, summary=HOSTILE, request=HOSTILE)
    script = [FactsReady(facts=Facts(question="q", intent="do", operations=(facts,), search="words", note=HOSTILE)),
              Prose(segments=(Segment(text=HOSTILE),)), done()]  # fmt: skip

    async def broken() -> None:
        raise RuntimeError(HOSTILE)

    info = msgspec.structs.replace(GITHUB, title=HOSTILE)
    app, engine = make([info], script)
    engine.rows["github"] = [
        OutlineRow(tag=HOSTILE, operation=f"GET /{HOSTILE}", operation_id=HOSTILE, summary=HOSTILE, deprecated=False)
    ]
    async with app.run_test(size=(160, 60), notifications=True) as pilot:
        await opened(pilot)
        await ask(pilot, HOSTILE)
        await shows(pilot, "checked against the spec")
        app.run_worker(broken(), group="x", exit_on_error=False)
        await shows(pilot, "Something went wrong")
        await pilot.press("f3", "down", "down", "enter")
        await shows(pilot, "Security", "filter[name]", "[/v1/{id}]")
        text = screen_text(pilot)
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)
        assert "␛]52;c;aGk=␇" in text


def test_a_termination_signal_restores_the_terminal():
    """SIGTERM and SIGHUP leave the alternate screen and end with 128 and the signal's number."""
    pexpect = pytest.importorskip("pexpect")
    program = (
        "import sys; from tests.tui.fake_engine import FakeEngine, GITHUB; from tui.app.app import SpecdeckApp; "
        "app = SpecdeckApp(FakeEngine([GITHUB])); app.run(); sys.exit(app.return_code)"
    )
    for number in (signal.SIGTERM, signal.SIGHUP):
        child = pexpect.spawn(sys.executable, ["-c", program], cwd=ROOT, dimensions=(40, 120), timeout=30,
                              env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
        child.expect_exact("1,223 operations")
        child.kill(number)
        rest = child.read()
        child.close()
        assert (child.exitstatus, child.signalstatus) == (128 + number, None)
        assert b"\x1b[?1049l" in rest


def test_the_app_imports_nothing_heavy():
    """The screen's process loads no library that runs weights, no index and no array library."""
    heavy = ("torch", "transformers", "sentence_transformers", "llama_cpp", "onnxruntime", "faiss", "numpy")
    program = f"import sys, tui.app.app; print([name for name in {heavy!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"
