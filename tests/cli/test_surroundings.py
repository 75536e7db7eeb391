"""Pipes, signals, encodings, hostile text, broken files: what surrounds a command must not break it."""

import fcntl
import json
import os
import signal
import sqlite3
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from engine import SAMPLE
from engine.models.shelf import ModelShelf
from tests.cli.conftest import Specdeck, command

HOSTILE = "\x1b[31m\x1b]52;c;ZXZpbA==\x07\x9b2J\u202egnp\r\x08\x7f"


def wait_until(condition: Callable[[], bool], limit_s: float = 90.0) -> None:
    """Wait until `condition` holds; fail after `limit_s`."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a process that is about to end."""
    out, err = process.communicate(timeout=60)
    return process.returncode, out.decode(), err.decode()


def shell(specdeck: Specdeck, line: str) -> subprocess.CompletedProcess[str]:
    """What becomes of a line in bash."""
    return subprocess.run(
        ["bash", "-c", line], env=specdeck.environment, capture_output=True, text=True, timeout=60, check=False
    )


# Pipes ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_reader_that_has_seen_enough(stocked: Specdeck, tmp_path: Path, options: list[str]) -> None:
    """When the reader of a long output leaves, the command ends quietly, as under `| head -1`."""
    (tmp_path / "queries.txt").write_text("a book\n" * 300)
    with stocked.start("search", "--batch", str(tmp_path / "queries.txt"), *options) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read().decode()
    assert (process.returncode, "Traceback" in errors, "Exception" in errors) == (0, False, False)


@pytest.mark.parametrize("words", [("search", "book", "-n", "200"), ("ask", "--no-model", "book")])
def test_head(stocked: Specdeck, words: tuple[str, ...]) -> None:
    """In a shell's pipeline `head -1` gets its line and nothing complains, also in the middle of a search."""
    line = f"set -o pipefail; {' '.join(map(str, command(*words)))} | head -1"
    done = shell(stocked, line)
    assert (done.returncode, done.stdout.count("\n"), "Traceback" in done.stderr) == (0, 1, False)


@pytest.mark.parametrize(("closed", "words", "code"), [("<&-", "add -", 1), (">&-", "list", 0), ("2>&-", "list", 0)])
def test_closed_streams(stocked: Specdeck, closed: str, words: str, code: int) -> None:
    """A stream that the caller closed is no reason to crash."""
    line = f"{' '.join(map(str, command(*words.split())))} {closed}"
    done = shell(stocked, line)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)


# Signals -------------------------------------------------------------------------------------------------------------
def test_ctrl_c_while_embedding_keeps_the_words(specdeck: Specdeck, shelf: ModelShelf, tmp_path: Path) -> None:
    """Ctrl+C during the embedding ends it in order: a sentence, search by words, and what was embedded is kept."""
    paths = {
        f"/things{n}": {"get": {"summary": f"Fetch the thing that is number {n} of them all", "responses": {}}}
        for n in range(3000)
    }
    large = {"openapi": "3.0.3", "info": {"title": "Large", "version": "1"}, "paths": paths}
    (tmp_path / "large.json").write_text(json.dumps(large))
    specdeck.environment["SPECDECK_MODELS"] = str(shelf.folder)
    process = specdeck.start("add", "large.json", "--json")
    library = tmp_path / "data" / "library.db"

    def embedding() -> bool:
        if process.poll() is not None or not library.exists():
            return process.poll() is not None
        try:
            with sqlite3.connect(f"file:{library}?mode=ro", uri=True) as db:
                found = db.execute("SELECT count(*) FROM vectors").fetchone()[0] > 0
            db.close()
        except sqlite3.Error:  # It is being made just now.
            return False
        return found

    wait_until(embedding)
    process.send_signal(signal.SIGINT)
    code, out, err = ended(process)
    assert (code, "Traceback" in err) == (0, False)
    assert "Stopped; search works by words" in err
    document = json.loads(out)
    assert document["notice"].startswith("Stopped;")
    (spec,) = specdeck("list", "--json").document["specs"]
    assert 0 < spec["embedded"] < spec["operations"] == 3000


def test_ctrl_c_while_reading_standard_input(specdeck: Specdeck) -> None:
    """Ctrl+C ends a command that waits for a document, at once."""
    reader, writer = os.pipe()
    process = specdeck.start("add", "-", stdin=reader)
    os.write(writer, b"openapi: 3.0.3\n")
    wait_until(lambda: struct.unpack("i", fcntl.ioctl(reader, termios.FIONREAD, bytes(4)))[0] == 0)
    process.send_signal(signal.SIGINT)
    code, out, err = ended(process)
    os.close(reader)
    os.close(writer)
    assert (code, out, err.strip()) == (1, "", "Stopped.")


def test_ctrl_c_during_an_answer(equipped: Specdeck) -> None:
    """Ctrl+C during an answer leaves the facts, says that it stopped, and leaves no worker behind."""
    process = equipped.start("ask", "how do I borrow a book")
    assert process.stdout is not None
    assert process.stdout.readline() == b"[1] POST /loans\n"
    workers: list[psutil.Process] = []
    wait_until(lambda: bool(workers.extend(psutil.Process(process.pid).children()) or workers))
    process.send_signal(signal.SIGINT)
    code, _, err = ended(process)
    assert (code, err) == (1, "Stopped.\n")
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []


# Encodings and hostile text ------------------------------------------------------------------------------------------
def test_a_terminal_that_is_not_utf_8(specdeck: Specdeck, tmp_path: Path) -> None:
    """Where only ASCII can be shown the rest becomes question marks; JSON is UTF-8 everywhere."""
    (tmp_path / "u.yaml").write_text(
        "openapi: 3.0.3\ninfo: {title: Überblick 😀, version: '1'}\n"
        "paths: {/a: {get: {summary: Größe, responses: {}}}}\n"
    )
    ascii_only = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    assert "?berblick ? 1" in specdeck("add", "u.yaml", **ascii_only).out
    assert "GET /a  Gr??e" in specdeck("show", "u", **ascii_only).out
    assert specdeck("list", "--json", **ascii_only).document["specs"][0]["title"] == "Überblick 😀"
    latin = {"PYTHONIOENCODING": "latin-1"}
    assert specdeck("list", "--json", **latin).document["specs"][0]["title"] == "Überblick 😀"


def test_hostile_text_never_reaches_the_terminal(specdeck: Specdeck, tmp_path: Path) -> None:
    """Escape sequences, clipboard writes and text-direction tricks in a spec are shown as harmless signs."""
    document = {
        "openapi": "3.0.3",
        "info": {"title": f"T{HOSTILE}", "version": HOSTILE, "description": HOSTILE},
        "servers": [{"url": f"https://h.example/{HOSTILE}"}],
        "paths": {
            f"/p{HOSTILE}": {
                "post": {
                    "operationId": f"o{HOSTILE}",
                    "summary": f"Summary\nforged line {HOSTILE}",
                    "description": f"Description {HOSTILE}",
                    "tags": [f"g{HOSTILE}"],
                    "parameters": [{"name": f"n{HOSTILE}", "in": "header", "required": True, "example": HOSTILE}],
                    "security": [{f"s{HOSTILE}": [HOSTILE]}],
                    "requestBody": {"content": {f"m/{HOSTILE}": {"schema": {"enum": [HOSTILE]}, "example": HOSTILE}}},
                    "responses": {"200": {"description": HOSTILE}, "404": {"$ref": f"#/{HOSTILE}"}},
                }
            }
        },
    }
    (tmp_path / "hostile.json").write_text(json.dumps(document))
    for words in (["add", "hostile.json"], ["list"], ["show", "hostile"], ["search", "summary"], ["ask", "summary"]):
        plain = specdeck(*words)  # which looks for control characters
        assert specdeck(*words, "--json").document
        if words[0] in ("show", "search"):
            assert "\nforged line" not in plain.out
    assert "forged line" in specdeck("search", "summary").out


@pytest.mark.parametrize("argument", [HOSTILE.encode(), b"\xff\xfe", "caf\u00e9".encode("latin-1")])
def test_hostile_arguments(stocked: Specdeck, argument: bytes) -> None:
    """What was pasted or is no UTF-8 is cleaned where it comes in."""
    assert stocked("search", b"hold " + argument, "--json").document["hits"]
    assert stocked("ask", b"hold " + argument, "--json").document["facts"]["operations"]
    for words in (["show"], ["remove"], ["add"], ["add", "--json"], ["add", str(SAMPLE), "--name"], ["models", "use"]):
        assert stocked(*words, argument, code=1)


def test_a_file_name_that_is_no_utf_8(specdeck: Specdeck, tmp_path: Path) -> None:
    """A document is read whatever its file is called."""
    name = os.fsencode(tmp_path) + b"/caf\xe9\x1b[31m.yaml"
    try:
        Path(os.fsdecode(name)).write_bytes(SAMPLE.read_bytes())
    except OSError as error:
        pytest.skip(f"This file system has no such names: {error}")
    assert specdeck("add", name, "--json").document["added"][0]["info"]["operations"] == 14
    assert "unchanged" in specdeck("add", name).out


# Broken files --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("config", ["threads = 'many'\n", "colour = 'red'\n", "threads = = 1\n", "\udcff"])
def test_a_broken_configuration_is_one_sentence(specdeck: Specdeck, config: str) -> None:
    """A wrong value, an unknown key, broken TOML and broken text each name the file, in every command."""
    file = specdeck.home / "config" / "config.toml"
    file.parent.mkdir()
    file.write_text(config, errors="surrogateescape")
    for words in (["list"], ["models", "list"], []):
        ran = specdeck(*words, code=1)
        assert ran.out == ""
        assert str(file) in ran.err
        assert len(ran.err.splitlines()) == 2
    assert specdeck("list", "--json", code=1).document["kind"] == "input"


def test_a_wrong_variable_names_the_environment(specdeck: Specdeck) -> None:
    """A setting from the environment that makes no sense says where it comes from."""
    assert "the environment" in specdeck("list", code=1, SPECDECK_THREADS="many").err


def test_a_damaged_library_is_one_sentence(specdeck: Specdeck) -> None:
    """A library that is no database, and a home that is no folder, are told with a next step."""
    (specdeck.home / "data").mkdir()
    (specdeck.home / "data" / "library.db").write_bytes(b"no database" * 1000)
    ran = specdeck("list", code=1)
    assert "library.db" in ran.err
    assert len(ran.err.splitlines()) == 2
    assert specdeck("list", "--json", code=1).document["kind"] == "program"
    file = specdeck.home / "file"
    file.write_text("")
    assert specdeck("list", code=1, SPECDECK_HOME=str(file)).err
