import asyncio
import logging
import os
import traceback
from contextlib import aclosing
from pathlib import Path
from types import TracebackType

import h11
import pytest

from engine.errors import KeyRefusedError, RemoteError
from engine.models.protocol import Message
from engine.models.remote.remote import Remote
from tests.remote.conftest import Make
from tests.remote.serving import Groq

CANARY = "gsk_canary0123456789abcdef"
ASKED = [Message("user", "Hello")]
HERE = str(Path(__file__).parent)


def told(error: BaseException | None) -> str:
    """Return all that a crash report could say of an error: its text, and the variables of every frame but tests'."""
    parts = []
    while error is not None:
        parts += [repr(error), str(error), str(getattr(error, "hint", "")), *_variables(error.__traceback__)]
        error = error.__cause__ or error.__context__
    return "\n".join(parts)


def _variables(frames: TracebackType | None) -> list[str]:
    return [
        f"{frame.f_code.co_name}: {name} = {value!r}"
        for frame, _ in traceback.walk_tb(frames)
        if not frame.f_code.co_filename.startswith(HERE)
        for name, value in frame.f_locals.items()
    ]


@pytest.fixture(autouse=True)
def _every_log(caplog: pytest.LogCaptureFixture) -> None:
    """Every library logs all it can."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx2", "httpcore2", "asyncio", "stamina", "engine"):
        caplog.set_level(logging.DEBUG, name)


def with_key(make: Make, url: str, key: str = CANARY) -> Remote:
    """Return a rung that has the key."""
    return make(url, env={"MY_KEY": key}, remote_key_name="MY_KEY", first_token_s=1.5, remote_stall_s=1.5)


@pytest.mark.parametrize(
    "scene",
    ["no_key", "limited", "too_large", "fail", "unknown", "silent", "stall_inside", "cut", "invalid", "page", "short"],
)
async def test_no_failure_tells_the_key(
    scene: str, server: Groq, make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not its text, not the variables of its frames, no log and no file, even where the service repeats it."""
    url = server.url(scene)
    remote = with_key(make, url)
    with pytest.raises(RemoteError) as caught:
        async with aclosing(remote.stream(ASKED)) as stream:
            async for _ in stream:
                pass
    assert server.seen(url)[0]["headers"]["authorization"] == f"Bearer {CANARY}"
    assert CANARY not in told(caught.value)
    assert CANARY not in caplog.text
    assert CANARY not in repr(await remote.health())
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - in an async test a path may not be asked


async def test_a_fault_of_the_program_tells_no_key(
    server: Groq, make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An error that nobody foresaw, deep in the HTTP library with the headers at hand, keeps none of its frames."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(h11.Connection, "send", broken)
    with pytest.raises(RuntimeError) as caught:
        await anext(with_key(make, server.url("well")).stream(ASKED))
    assert CANARY not in told(caught.value)
    assert CANARY not in caplog.text


async def test_a_stop_tells_no_key(server: Groq, make: Make) -> None:
    """A question that is stopped while the service says nothing ends without the frames that held it."""
    url = server.url("silent")
    with pytest.raises(asyncio.CancelledError) as caught:
        await _cancelled_once(asyncio.ensure_future(anext(with_key(make, url).stream(ASKED))), server, url)
    assert CANARY not in told(caught.value)


async def _cancelled_once(task: asyncio.Future[object], server: Groq, url: str) -> None:
    """Cancel a question once the service has it."""
    while not await asyncio.to_thread(server.seen, url):
        pass
    task.cancel()
    await task


@pytest.mark.parametrize("key", [f"{CANARY} two", f"{CANARY}\nX-Other: 1"])
async def test_a_key_that_cannot_be_sent_is_not_told(key: str, server: Groq, make: Make) -> None:
    """Nor is the rest of the environment, which is no business of an error."""
    url = server.url("well")
    remote = make(url, env={"MY_KEY": key, "OTHER": CANARY}, remote_key_name="MY_KEY")
    for work in (remote.load(), remote.stream(ASKED).__anext__()):
        with pytest.raises(KeyRefusedError) as caught:
            await work
        assert CANARY not in told(caught.value)
    assert server.seen(url) == []


def test_a_rung_shows_no_key(make: Make) -> None:
    """Nor does anything it holds."""
    remote = with_key(make, "http://localhost/v1")
    assert CANARY not in repr(remote)
