"""A conversation goes on where it was, after the app was killed or lost its line."""

import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.timeout(240)
READY = r"Ask how to do something"


def wait_kept(library: Path, draft: bytes) -> None:
    """Wait until a draft is kept, which it is within a second or two."""
    end = time.monotonic() + 60
    with closing(sqlite3.connect(f"file:{library}?mode=ro", uri=True)) as db:
        while not any(draft in state for (state,) in db.execute("SELECT state FROM sessions")):
            assert time.monotonic() < end
            time.sleep(0.05)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGHUP])
def test_a_conversation_goes_on_where_it_was(
    open_app: Callable[..., Terminal], filled_home: Path, tmp_path: Path, end: signal.Signals
) -> None:
    """Question, answer, draft and what was attached are there again, however the app ended; keys go on at once."""
    notes = tmp_path / "notes.txt"
    notes.write_text("token=sk-0123456789abcdefghij\nholds are placed at night\n", encoding="ascii")
    app = open_app(filled_home, (100, 40), models=tmp_path / "none")
    app.wait(READY)
    app.line(f"/attach {notes}")
    app.wait("attached notes.txt")
    app.line("how do I place a hold?")
    app.wait(r"notes.txt: holds are placed at night[\s\S]*POST /holds[\s\S]*is not installed")
    app.type("a draft")
    app.wait("> a draft")
    process = app.process()
    wait_kept(filled_home / "data" / "library.db", b"a draft")
    process.send_signal(end)
    psutil.wait_procs([process], timeout=30)
    again = open_app(filled_home, (100, 60), models=tmp_path / "none", fresh=False)
    again.wait(r"> how do I place a hold\?[\s\S]*POST /holds[\s\S]*attached notes.txt[\s\S]*> a draft")
    again.keys("C-u")
    again.line("and how do I delete it?")
    again.wait(r"> and how do I delete it\?[\s\S]*understood as: delete a hold")
    again.keys("F6")
    again.wait(r"Sessions[\s\S]*how do I place a hold\?[\s\S]*2 questions")
    again.keys("Escape")
    again.wait_gone("2 questions")
