"""The conversation line by line, in a terminal that cannot move its cursor."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal
from tests.e2e.test_terminal import NATIVE_NOISE, QUESTION, READY

pytestmark = pytest.mark.timeout(240)


def test_a_terminal_without_a_cursor_gets_lines(open_app: Callable[..., Terminal], filled_home: Path) -> None:
    """Ctrl+C stops the answer and asks on, Ctrl+D ends, and no byte moves a cursor or sets a colour."""
    app = open_app(filled_home, (110, 70), prefix="TERM=dumb")
    app.wait(READY)
    app.line(QUESTION)
    app.wait(r"\[1\] POST /holds[\s\S]*Also close")
    app.keys("C-c")
    app.wait(r"Stopped\.[\s\S]*You:")
    app.keys("C-c")
    app.wait(r"Ctrl\+D ends\.")
    app.line("")
    app.line("and how do I cancel it?")
    app.wait(r"Understood as: cancel a book hold[\s\S]*DELETE /holds/\{hold_id\}[\s\S]*You:")
    app.keys("C-d")
    app.wait("EXIT=0")
    _, talk = app.raw.read_text(errors="replace").split("line by line", 1)
    assert "\x1b" not in talk.split("EXIT=")[0]
    assert not NATIVE_NOISE.search(talk)
