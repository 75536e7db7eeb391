"""`specdeck health` beside an app that is open: what that process has seen is told, as long as it is there."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.observe.health import Health
from engine.observe.running import Programs
from tests.cli.conftest import Specdeck
from tests.cli.test_remote import at
from tests.remote.serving import Groq, groq

PROGRAM = """
import asyncio, sys
from engine import Engine, folders, load_settings

async def main():
    where = folders()
    async with Engine(where, load_settings(where.config), stays=True) as engine:
        await engine.health.now()
        async for _ in engine.questions.ask("how do I borrow a book", rung="remote"):
            pass
        await engine.health.now()
        print("READY", flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""
"""A program that stays, looks at its health as the app does, and has asked a remote model."""


@pytest.fixture(scope="module")
def server() -> Iterator[Groq]:
    """The process that plays Groq."""
    with groq() as running:
        yield running


@contextmanager
def app(specdeck: Specdeck, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that has asked at an address and stays."""
    env = specdeck.environment | at(url, SPECDECK_BREAKER_FAILURES="1", SPECDECK_BREAKER_RESET_S="3600")
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            assert process.stdout.readline() == b"READY\n"
            yield process
        finally:
            process.stdin.close()
            process.wait()


def words(specdeck: Specdeck) -> list[Path]:
    """The files in which programs leave word."""
    return list((specdeck.home / "state" / "running").iterdir())


def test_health_tells_what_an_open_app_has_seen(stocked: Specdeck, server: Groq) -> None:
    """A breaker that is open there makes it degraded, with its cause; once the app has ended nothing is left of it."""
    with app(stocked, server.url("fail")) as process:
        document = stocked("health", "--json", code=1).document
        (other,) = document["running"]
        assert other["pid"] == process.pid
        (breaker,) = [one for one in other["health"]["breakers"] if one["name"] == "remote"]
        assert (breaker["state"], breaker["failures"]) == ("open", 1)
        assert 0 < breaker["retry_s"] <= 3600
        assert {one["state"] for one in document["health"]["breakers"]} == {"closed"}
        page = stocked("health", code=1).out
        assert f"app {process.pid}: breaker of remote" in page
        assert "next try in" in page
        (file,) = words(stocked)
        assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        assert b"canary" not in file.read_bytes()
        assert b"borrow" not in file.read_bytes()
    assert words(stocked) == []
    assert stocked("health", "--json", code=1).document["running"] == []


def test_an_app_that_was_killed_is_not_told(stocked: Specdeck, server: Groq) -> None:
    """Its file is removed by who looks; what is no such file is left alone."""
    with app(stocked, server.url("well")) as process:
        process.kill()
        process.wait()
        (file,) = words(stocked)
        other = file.with_name("other.json")
        other.write_text('{"pid": "of a later specdeck"}')
        assert stocked("health", "--json", code=1).document["running"] == []
        assert words(stocked) == [other]
        other.unlink()


def test_a_process_of_the_same_number_is_another(stocked: Specdeck, server: Groq) -> None:
    """A number that the system has given away again is told from the program that had it by when that began."""
    with app(stocked, server.url("well")) as process:
        (file,) = words(stocked)
        file.write_bytes(file.read_bytes().replace(b'"began_s":', b'"began_s":-'))
        assert stocked("health", "--json", code=1).document["running"] == []
        assert words(stocked) == []
        assert process.poll() is None


def test_a_folder_that_is_none_keeps_nobody_from_ending(tmp_path: Path) -> None:
    """What cannot be taken back is left, so that the worker and the library are still closed."""
    folder = tmp_path / "running"
    folder.write_text("")
    programs = Programs(folder, stays=True)
    programs.tell(Health())
    programs.leave()
    assert programs.others() == ()
