"""Copying says what it did, and never that it copied when it did not."""

import base64
import gc
import re
import stat
import sys
from pathlib import Path

import pytest

from tests.tui.conftest import ask, told, until
from tests.tui.fake_engine import FIRST, facts_script
from tui.app import clipboard
from tui.app.widgets.facts import OperationCard

TEXT = "curl 'https://api.example/版本'\n"
AROUND = ("TMUX", "STY", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION")


@pytest.fixture
def tools(monkeypatch, tmp_path):
    """Return a function that puts programs of these names, and no others, where programs are found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for name in AROUND:
        monkeypatch.delenv(name, raising=False)

    def put(name: str, body: str) -> Path:
        took = tmp_path / f"{name}.took"
        program = folder / name
        program.write_text(f"#!{sys.executable}\nimport sys, os, time\ntook = {str(took)!r}\n{body}\n")
        program.chmod(0o755)
        return took

    return put


KEEP = "open(took, 'ab').write(' '.join(sys.argv[1:]).encode() + b'|' + sys.stdin.buffer.read())"


async def copy(tmp_path: Path, text: str = TEXT) -> tuple[str, str]:
    """Copy, and return what is said and what the terminal was sent."""
    sent: list[str] = []
    said = await clipboard.copy(text, tmp_path / "state", sent.append)
    return said, "".join(sent)


def kept(tmp_path: Path) -> str:
    """Return what is in the file, which nobody else can read."""
    file = tmp_path / "state" / clipboard.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return file.read_text()


@pytest.mark.parametrize(
    ("variable", "name", "arguments"),
    [
        ("WAYLAND_DISPLAY", "wl-copy", ""),
        ("DISPLAY", "xclip", "-selection clipboard"),
        ("DISPLAY", "xsel", "--clipboard --input"),
        ("TMUX", "tmux", "load-buffer -w -"),
    ],
)
async def test_a_tool_that_is_there_gets_the_text(tools, monkeypatch, tmp_path, variable, name, arguments):
    """The text goes to the tool alone, and it is said that it was copied."""
    monkeypatch.setenv(variable, "x")
    took = tools(name, KEEP)
    said, sent = await copy(tmp_path)
    assert said.startswith(f"Copied {len(TEXT)} characters")
    assert took.read_bytes().decode() == f"{arguments}|{TEXT}"
    assert sent == ""


@pytest.mark.parametrize("body", ["sys.exit(1)", "time.sleep(60)"], ids=["fails", "hangs"])
async def test_a_tool_that_fails_is_not_believed(tools, monkeypatch, tmp_path, body):
    """When xclip finds no display, or waits for it, the text is sent to the terminal and kept in a file."""
    monkeypatch.setattr(clipboard, "LIMIT_S", 0.5)
    monkeypatch.setenv("DISPLAY", ":99")
    tools("xclip", body)
    said, sent = await copy(tmp_path)
    gc.collect()  # what was not waited for would be told of in a later test
    assert said.startswith("Sent to the terminal, which may or may not")
    assert str(tmp_path / "state" / clipboard.FILE) in said
    assert base64.b64decode(re.fullmatch("\x1b]52;c;(.*)\x07", sent)[1]).decode() == TEXT
    assert kept(tmp_path) == TEXT


async def test_a_tool_that_stays_in_the_background_is_not_waited_for(tools, monkeypatch, tmp_path):
    """Xclip leaves a child that keeps its output open; copying ends when xclip does."""
    monkeypatch.setenv("DISPLAY", ":0")
    tools("xclip", "sys.stdin.buffer.read()\nif os.fork() == 0:\n    time.sleep(30)")
    said, _ = await copy(tmp_path)
    assert said == f"Copied {len(TEXT)} characters"


async def test_an_old_tmux_keeps_it_in_its_buffer(tools, monkeypatch, tmp_path):
    """A tmux that does not know -w still takes the text, and nothing is said of a clipboard."""
    monkeypatch.setenv("TMUX", "x")
    tools("tmux", f"if '-w' in sys.argv: sys.exit(1)\n{KEEP}")
    said, _ = await copy(tmp_path)
    assert said == f"Copied {len(TEXT)} characters to tmux (prefix ] pastes)"


async def test_gnu_screen_passes_the_sequence_on_in_parts(tools, monkeypatch, tmp_path):
    """Each part is short enough for screen, and together they are the sequence."""
    monkeypatch.setenv("STY", "1.x")
    _, sent = await copy(tmp_path, TEXT * 40)
    parts = re.findall("\x1bP(.*?)\x1b\\\\", sent, re.DOTALL)
    assert "".join(f"\x1bP{part}\x1b\\" for part in parts) == sent
    assert max(map(len, parts)) <= clipboard.SCREEN_PART
    assert base64.b64decode("".join(parts)[7:-1]).decode() == TEXT * 40


@pytest.mark.parametrize(
    ("text", "term", "said"),
    [("x" * 60_000, "xterm", "Too long for the terminal's clipboard"), (TEXT, "linux", "This terminal has no")],
)
async def test_what_no_clipboard_takes_is_in_a_file(tools, monkeypatch, tmp_path, text, term, said):
    """A long text, and a terminal without a clipboard: nothing is sent, and the file is told."""
    monkeypatch.setenv("TERM", term)
    told_, sent = await copy(tmp_path, text)
    assert told_.startswith(said) and str(tmp_path / "state" / clipboard.FILE) in told_
    assert sent == ""
    assert kept(tmp_path) == text


async def test_a_folder_that_cannot_be_written_is_told(tools, monkeypatch, tmp_path):
    """Where not even a file can be written, that is what is said."""
    monkeypatch.setenv("TERM", "linux")
    (tmp_path / "state").write_text("a file")
    said, _ = await copy(tmp_path)
    assert said.startswith("This terminal has no clipboard: no file could be written (")


async def test_the_app_says_which_way_it_copied(tools, monkeypatch, make):
    """`c` on a card says that the request was sent to the terminal, and where it is kept."""
    app, engine = make(script=facts_script())
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await ask(pilot)
        await until(pilot, lambda: len(app.query(OperationCard)) == 2)
        app.query(OperationCard).first().focus()
        await pilot.press("c")
        await until(pilot, lambda: "Sent to the terminal, which may or may not" in told(pilot))
        assert (engine.folders.state / clipboard.FILE).read_text() == FIRST.request
