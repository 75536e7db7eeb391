"""Keys that must turn up nowhere: in the environment, the keyring, a key's own file, and what is pasted as a question.

No keyring of the system can be had where there is no desktop, so the test has one of its own: a backend of the package
`keyring`, chosen as a user chooses one, in the very processes of the commands and the app.
"""

import json
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from engine import SAMPLE, ModelShelf
from tests.cli.conftest import Specdeck
from tests.e2e.terminal import Terminal
from tests.remote.serving import Groq, groq

MARK = "c4n4ry"
"""In every key of this test, and in nothing else."""
IN_ENVIRONMENT = f"gsk_{MARK}0Environment123456789"
IN_FILE = f"gsk_{MARK}0File123456789abcdef"
IN_KEYRING = f"gsk_{MARK}0Keyring123456789abc"
BEARER = f"why 401 when I renew a loan with Authorization: Bearer sk-{MARK}0Bearer123456789"
HEADER = f"how do I renew a loan? I sent curl -H 'X-Api-Key: {MARK}0Header123456789' https://me:{MARK}0pw@library.example/loans"
APP = """
import os, sys
from pathlib import Path
import engine.wiring
from tui.app.app import SpecdeckApp
from tui.__main__ import main

class Recording(engine.wiring.WorkerClient):
    def __getattribute__(self, name):
        if name in ("embed", "generate", "rerank"):
            def recorded(*args, method=super().__getattribute__(name), **kwargs):
                with Path(os.environ["SENT"]).open("a") as file:
                    print(name, args, kwargs, file=file)
                return method(*args, **kwargs)
            return recorded
        return super().__getattribute__(name)

def broken(app, everything):
    held = {"key": os.environ["GROQ_API_KEY"], "question": app._chat._prompt._asked}
    raise RuntimeError(f"X-Api-Key: {held['key']} was refused, and {held['question'][-1]}")

engine.wiring.WorkerClient = Recording
SpecdeckApp.action_list_actions = broken
sys.argv[1:] = []
main()
"""
"""The app, with a worker that notes what it is sent, and a key that ends it with an error that tells secrets."""


RING = """
from pathlib import Path
from keyring.backend import KeyringBackend

class Ring(KeyringBackend):
    priority = 1

    def get_password(self, service, username):
        file = Path(__file__).with_name(f"{service}-{username}")
        return file.read_text() if file.exists() else None

    def set_password(self, service, username, password):
        raise NotImplementedError

    def delete_password(self, service, username):
        raise NotImplementedError
"""
"""A keyring that holds its keys in the files of a folder, which is outside of any home."""


@pytest.fixture(scope="module")
def server() -> Iterator[Groq]:
    """The process that plays Groq."""
    with groq() as running:
        yield running


@pytest.fixture
def specdeck(tmp_path: Path, shelf: ModelShelf) -> Specdeck:
    """A home with a key in its file, one in the environment, and the remote model's in the keyring."""
    specdeck = Specdeck(tmp_path / "home", shelf.folder)
    ring = tmp_path / "ring"
    ring.mkdir()
    (ring / "ring_of_test.py").write_text(RING, encoding="ascii")
    (ring / "specdeck-LIBRARY_KEY").write_text(IN_KEYRING, encoding="ascii")
    specdeck.environment |= {
        "GROQ_API_KEY": IN_ENVIRONMENT,
        "PYTHONPATH": os.pathsep.join([specdeck.environment["PYTHONPATH"], str(ring)]),
        "PYTHON_KEYRING_BACKEND": "ring_of_test.Ring",
        "SPECDECK_REMOTE_KEY_NAME": "LIBRARY_KEY",
    }
    file = specdeck.home / "config" / "GROQ_API_KEY"
    file.parent.mkdir(parents=True)
    file.touch(0o600)
    file.write_text(IN_FILE, encoding="ascii")
    return specdeck


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Runs a command in a terminal, which ends with the test."""
    opened = []

    def open_(command: str, env: dict[str, str]) -> Terminal:
        opened.append(Terminal(command, (98, 99), env, tmp_path / "raw"))
        return opened[-1]

    yield open_
    for terminal in opened:
        terminal.close()


def holders(home: Path) -> list[str]:
    """Return the files below a home that hold a key, but for the key's own file."""
    files = [file for file in home.rglob("*") if file.is_file() and file != home / "config" / "GROQ_API_KEY"]
    assert len(files) > 3
    return [str(file.relative_to(home)) for file in files if MARK.encode() in file.read_bytes()]


def asked_elsewhere(terminal: Terminal, question: str) -> list[str]:
    """Ask the remote model in the app, agree, and return the screens meanwhile."""
    terminal.paste(question)
    terminal.wait("REDACTED")
    terminal.keys("C-r")
    asked = terminal.wait("Send this to a remote model")
    terminal.keys("Tab", "Enter")  # No key that is typed agrees.
    return [asked, terminal.read_on(r"Remote prose by openai[\s\S]*POST /books[\s\S]*total \d")]


@pytest.mark.slow
def test_no_key_turns_up_anywhere(
    specdeck: Specdeck,
    server: Groq,
    tmp_path: Path,
    open_terminal: Callable[..., Terminal],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After commands, the app and crashes of both of its processes: in no file, no prompt and on no screen.

    The remote model is sent its own key, in the header where it belongs, and nothing else of all this.
    """
    url, refusing = server.url("well"), server.url("no_key")
    specdeck.environment["SPECDECK_REMOTE_URL"] = url
    specdeck("add", str(SAMPLE), "--name", "town")
    outputs = [
        specdeck("search", HEADER, "--json"),
        specdeck("ask", BEARER, "--json"),
        specdeck("ask", HEADER),
        specdeck("doctor", SPECDECK_REMOTE_ENABLED="true"),
        specdeck("list"),
        specdeck("ask", HEADER, "--rung", "remote"),
        specdeck("ask", BEARER, "--rung", "remote", SPECDECK_REMOTE_URL=refusing),
        specdeck("health", "--json", SPECDECK_REMOTE_ENABLED="true"),
    ]
    assert "with the key in the system's keyring" in outputs[3].out
    assert "a remote model" in outputs[5].out
    assert "401" in outputs[6].out + outputs[6].err
    assert json.loads(outputs[1].out)["rung"] == "local"
    assert [MARK in ran.out + ran.err for ran in outputs] == [False] * len(outputs)
    assert holders(specdeck.home) == []

    program, sent = tmp_path / "app.py", tmp_path / "sent"
    program.write_text(APP, encoding="utf-8")
    for name, value in specdeck.environment.items():  # Not on the command line, which the shell would show.
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SENT", str(sent))
    terminal = open_terminal(f"'{sys.executable}' '{program}'", {"TERM": "screen-256color"})
    screens = [terminal.wait("Ask in your own words")]
    pid = 0
    for question, echo in ((BEARER, "Bearer REDACTED"), (HEADER, "X-Api-Key: REDACTED")):
        terminal.paste(question)
        screens.append(terminal.wait(echo))
        terminal.keys("Enter")
        screens.append(terminal.read_on(rf"(?s)> [^\n]*{echo}.*total \d"))
        terminal.keys("F4")
        screens.append(terminal.wait(rf"process +(?!{pid}\b)\d"))
        pid = int(re.findall(r"process +(\d+)", screens[-1])[0])
        worker = psutil.Process(pid)
        worker.send_signal(signal.SIGSEGV)
        psutil.wait_procs([worker], timeout=30)
        terminal.keys("F2")
        terminal.wait("Ask how to do something")
        terminal.keys("Up")
        screens.append(terminal.wait(rf"(?s)total \d.*{echo}"))
        terminal.keys("C-u")
    screens += asked_elsewhere(terminal, BEARER)
    assert holders(specdeck.home) == []
    terminal.keys("F1")
    screens.append(terminal.wait("EXIT=1"))
    assert "RuntimeError: X-Api-Key: REDACTED was refused" in screens[-1]
    assert [MARK in screen for screen in screens] == [False] * len(screens)
    assert MARK.encode() not in terminal.raw.read_bytes()
    assert MARK not in sent.read_text(encoding="utf-8")
    assert "generate" in sent.read_text(encoding="utf-8")
    requests = [*server.seen(url), *server.seen(refusing)]
    assert [one["headers"].pop("authorization") for one in requests] == [f"Bearer {IN_KEYRING}"] * 3
    assert MARK not in json.dumps(requests)
    assert "the app ended" in (specdeck.home / "state" / "specdeck.log").read_text(encoding="utf-8")
    assert holders(specdeck.home) == []


def test_the_search_finds_a_key_that_is_there(specdeck: Specdeck) -> None:
    """What is looked for would be found: in a file of the home, and not in the file where it belongs."""
    for place in range(4):
        (specdeck.home / f"file-{place}").write_text("nothing", encoding="ascii")
    (specdeck.home / "log").write_text(f"key={os.environ.get('NONE', IN_FILE)}", encoding="ascii")
    assert holders(specdeck.home) == ["log"]
