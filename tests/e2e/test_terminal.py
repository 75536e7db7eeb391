"""The app as a user meets it: a real terminal, the real models, keys in and a screen out."""

import base64
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.timeout(240)
SIZES = [(80, 24), (160, 48)]
READY = r"Ask how to do something"
QUESTION = "How do I place a hold on a book?"
WROTE = r"total \d"
"""Part of the line under a finished answer."""
NATIVE_NOISE = re.compile(r"llama_|ggml|gguf|load_tensors|onnxruntime|Traceback", re.IGNORECASE)

Open = Callable[..., Terminal]


@pytest.mark.parametrize("size", SIZES)
def test_ask_read_follow_filter_quit(open_app: Open, filled_home: Path, size: tuple[int, int]) -> None:
    """A question brings facts and checked prose, a citation opens the operation, the tree filters, ctrl+q leaves."""
    app = open_app(filled_home, size)
    app.wait(READY)
    app.line(QUESTION)
    app.wait(r"POST /\S*holds")
    app.read_on(WROTE)
    app.keys("BTab")
    app.wait_gone("⏎ Ask")  # each key is given time to move the focus, as a person does
    app.keys("1")
    app.wait(r"Responses +\d")
    app.keys("F3")
    app.wait(r"a Ask")
    app.keys("/")
    app.wait_gone(r"a Ask")
    app.line("branch")
    app.wait(r"/branches")
    app.keys("C-q")
    app.wait(r"EXIT=0")
    assert not NATIVE_NOISE.search(app.raw.read_text(errors="replace"))


@pytest.mark.parametrize("size", SIZES)
def test_find_narrow_open(open_app: Open, filled_home: Path, size: tuple[int, int]) -> None:
    """Ctrl+F finds by words and meaning, a filter narrows or says what is wrong with it, Enter opens the operation."""
    app = open_app(filled_home, size)
    app.wait(READY)
    app.keys("C-f")
    app.wait(r"Esc closes")
    app.type("reserve a book that is out")
    app.wait(r"hits · words and meaning · \d+ ms")
    app.keys("Tab")
    app.wait(r"Tab hits")
    app.type("method = ")
    app.wait(r"! The filter is wrong at column 9")
    app.type("POST")
    app.wait_gone(r"wrong at column|GET +/")
    app.wait(r"POST +/holds")
    app.keys("Escape")
    app.wait(READY)
    app.keys("C-f")
    app.wait(r"POST +/holds")
    app.keys("Enter")
    app.wait(r"Responses +\d")


@pytest.mark.parametrize("size", SIZES)
def test_escape_stops_the_prose(open_app: Open, filled_home: Path, size: tuple[int, int]) -> None:
    """Escape ends an answer, says so, and the next question is answered."""
    app = open_app(filled_home, size)
    app.wait(READY)
    app.line(QUESTION)
    app.wait(r"loading the model|reading the prompt|writing")
    app.keys("Escape")
    app.wait_gone(r"loading the model|reading the prompt|writing")
    app.line("How do I renew a loan?")
    app.wait(r"renew")
    app.read_on(WROTE)


def test_a_killed_worker_is_told_and_replaced(open_app: Open, filled_home: Path) -> None:
    """SIGKILL of the worker in mid-answer leaves the app alive; it says what happened and answers the next question."""
    app = open_app(filled_home, (120, 40))
    app.wait(READY)
    app.line(QUESTION)
    app.wait("writing")
    [keeper] = app.process().children()
    [worker] = keeper.children()
    worker.kill()
    app.wait(r"worker was killed")
    app.line("How do I renew a loan?")
    app.read_on(WROTE)
    app.keys("C-q")
    app.wait("EXIT=0")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_give_the_terminal_back(open_app: Open, filled_home: Path, number: signal.Signals) -> None:
    """A signal ends the app with its exit code, the terminal out of the alternate screen, and no worker left over."""
    app = open_app(filled_home, (80, 24))
    app.wait(READY)
    app.process().send_signal(number)
    app.wait(rf"EXIT={128 + number}")
    assert app.raw.read_text(errors="replace").rindex("\x1b[?1049l") > 0


def test_no_colour_sends_no_colour(open_app: Open, filled_home: Path) -> None:
    """With NO_COLOR the terminal is never told a colour."""
    app = open_app(filled_home, (120, 40), prefix="NO_COLOR=1")
    app.wait(READY)
    app.line(QUESTION)
    app.wait(r"POST /\S*holds")
    app.read_on(WROTE)
    app.keys("C-q")
    app.wait("EXIT=0")
    colours = re.findall(
        r"\x1b\[[\d;]*?(?:[34]8;[25]|\b[349][0-7]\b|10[0-7])[\d;]*m", app.raw.read_text(errors="replace")
    )
    assert colours == []


def test_copying_in_tmux_reaches_the_terminal_around_it(open_app: Open, filled_home: Path, tmp_path: Path) -> None:
    """With tmux as it comes, which ignores OSC 52 of what runs in it, `c` fills its buffer and the outer clipboard."""
    app = open_app(filled_home, (100, 30), models=tmp_path / "no-models")
    outer = app.attach()
    app.wait(READY)
    app.line(QUESTION)
    app.wait(r"curl -X POST")
    app.wait("is not installed")
    app.keys("BTab")
    app.wait_gone("⏎ Ask")
    app.keys("c")
    app.wait(r"Copied \d+ characters to tmux")
    assert app.buffer.startswith("curl ")
    outer.expect(rb"\x1b\]52;[cp]*;([A-Za-z0-9+/=]+)")
    assert base64.b64decode(outer.match[1]).decode() == app.buffer
    outer.close()


def test_lines_that_are_pasted_are_one_question(open_app: Open, filled_home: Path, tmp_path: Path) -> None:
    """What tmux pastes keeps its lines, with the cursor among the specs too; Enter asks them all."""
    app = open_app(filled_home, (80, 24), models=tmp_path / "no-models")
    app.wait(READY)
    app.keys("F3")
    app.wait(r"a Ask")
    app.paste("How do I place a hold\non a book?")
    app.wait(r"> How do I place a hold *\n *on a book\?")
    app.keys("C-j")
    app.line("Thanks")
    app.wait(r"> How do I place a hold *\n *on a book\? *\n *Thanks")
    app.wait(r"POST /\S*holds")


def test_first_run_offers_the_sample(open_app: Open, tmp_path: Path) -> None:
    """On an empty library the sample is one key away, and answers a question without any model."""
    app = open_app(tmp_path / "home", (80, 24), models=tmp_path / "no-models")
    app.wait("sample")
    app.keys("Enter")
    app.wait(READY)
    app.wait("Town Library")
    app.line(QUESTION)
    app.wait(r"POST /\S*holds")
    app.wait("not installed")


def test_the_app_never_loads_what_runs_weights(open_app: Open, filled_home: Path) -> None:
    """While the app answers, no native library of the models is mapped into its process."""
    app = open_app(filled_home, (120, 40))
    app.wait(READY)
    app.line(QUESTION)
    app.read_on(WROTE)
    mapped = {Path(region.path).name for region in app.process().memory_maps()}
    assert not [name for name in mapped if re.search(r"llama|ggml|onnx|torch", name)]


def test_a_folder_of_documents_is_added_quoted_and_opened(open_app: Open, tmp_path: Path) -> None:
    """A folder is added with a key, what is no document is told, and a guide is quoted and opened from its number."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "shop.graphql").write_text("type Query { product(id: ID!): Product }\ntype Product { id: ID! }\n")
    (folder / "guide.md").write_text("# Shelves\n\n## Dusting\n\nWipe the shelves with a dry cloth.\n")
    (folder / "broken.yaml").write_text("openapi: 3.0.0\ninfo: {title: x\n")
    app = open_app(tmp_path / "home", (80, 24), models=tmp_path / "no-models")
    app.wait("sample")
    app.keys("Enter")
    app.wait("Town Library")
    app.keys("C-o")
    app.wait("Add specifications or guides")
    app.line(str(folder))
    app.wait(r"Added 2 specs: 1 operation · 1 passage; 1 refused")
    app.wait(r"! broken.yaml")
    app.keys("Escape")
    app.wait_gone("Add specifications")
    app.line("How do I wipe the shelves with a dry cloth?")
    app.wait("found by words")
    app.wait(r"\[1\] guide.md:\d+  Shelves > Dusting")
    app.keys("BTab")
    app.wait_gone("⏎ Ask")
    app.keys("1")
    app.wait(r"guide · guide.md:\d+")
    app.wait("Shelves > Dusting")
