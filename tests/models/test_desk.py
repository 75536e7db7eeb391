"""Who is told what when the worker has to be ended: two clients at one desk, with a real worker."""

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from engine.errors import CrashError, ModelError, WorkerError
from engine.models import pulse
from engine.models.desk import Desk, Seat
from engine.models.process import STOP_S
from engine.models.protocol import (
    Begun,
    Cancel,
    Done,
    Embed,
    Failed,
    Generate,
    LoadChat,
    Loaded,
    Message,
    Options,
    Ping,
    Pong,
    Reply,
    Status,
    Text,
    Vectors,
)
from tests.models.conftest import until

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs SIGSTOP")
STORY = [Message("user", "Write a long story about a lighthouse.")]


class Client:
    """A client at the desk, and what it was told."""

    def __init__(self, desk: Desk) -> None:
        self.told: list[Reply] = []
        self.seat: Seat = desk.sit(self.told.append)

    @property
    def status(self) -> Status:
        """How the worker is."""
        return [reply for reply in self.told if isinstance(reply, Status)][-1]

    def heard(self, id_: int, *kinds: type[Reply]) -> list[Reply]:
        """What it was told of one request."""
        return [reply for reply in self.told if reply.id == id_ and isinstance(reply, kinds or Reply)]

    async def until(self, id_: int, *kinds: type[Reply]) -> Reply:
        """Wait for a reply of these kinds."""
        await until(lambda: bool(self.heard(id_, *kinds)))
        return self.heard(id_, *kinds)[-1]

    async def error(self, id_: int) -> ModelError:
        """Wait for a request to fail, and return how."""
        failed = await self.until(id_, Failed)
        assert isinstance(failed, Failed)
        return failed.error()


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk whose worker ends with the test."""
    desk = Desk(tmp_path / "state" / "worker.log", Options(threads=2))
    yield desk
    await desk.close()


def story(model: Path, id_: int) -> Generate:
    """A long answer."""
    return Generate(id=id_, path=str(model), context_tokens=2048, messages=STORY, max_tokens=1000)


async def test_a_request_past_its_time_costs_the_others_nothing_but_their_answer(
    desk: Desk, chat_model: Path, embedding_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is ended; who asked for too much counts a failure, the other one is told that it was not at fault."""
    monkeypatch.setattr(pulse, "STOPPED_BEATS", 1_000)
    hung, innocent = Client(desk), Client(desk)
    hung.seat.take(Embed(id=1, path=str(embedding_model), texts=["a"]))
    await hung.until(1, Vectors)
    innocent.seat.take(story(chat_model, 1))
    await innocent.until(1, Text)
    innocent.seat.take(story(chat_model, 2))
    os.kill(hung.status.pid, signal.SIGSTOP)
    hung.seat.take(Embed(id=2, path=str(embedding_model), texts=["b"], within_s=0.2))
    error, told = await hung.error(2), await innocent.error(1)
    assert isinstance(error, WorkerError)
    assert str(error) == "The model worker did not answer within 0.2 s and was ended" == str(told)
    assert not isinstance(told, WorkerError)
    assert "Ask again" in told.hint
    # What had only waited never knew.
    await innocent.until(2, Text)
    assert (innocent.status.restarts, innocent.status.ended) == (1, "")


async def test_a_worker_that_is_stopped_is_replaced(desk: Desk, chat_model: Path) -> None:
    """SIGSTOP in the middle of an answer, with all the time in the world: it is noticed, and the next one is served."""
    client = Client(desk)
    client.seat.take(story(chat_model, 1))
    await client.until(1, Text)
    os.kill(client.status.pid, signal.SIGSTOP)
    error = await client.error(1)
    assert isinstance(error, WorkerError)
    assert not isinstance(error, CrashError)
    assert "did not answer any more" in str(error)
    client.seat.take(story(chat_model, 2))
    await client.until(2, Text)


async def test_a_worker_that_is_stuck_is_replaced(
    desk: Desk, chat_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that says nothing is ended after a while also where the system sees nothing wrong with it."""
    client = Client(desk)
    client.seat.take(story(chat_model, 1))
    await client.until(1, Text)
    monkeypatch.setattr(pulse, "_is_stopped", lambda _pid: False)
    monkeypatch.setattr("engine.models.process.HUNG_S", 1.0)
    os.kill(client.status.pid, signal.SIGSTOP)
    assert "did not answer any more" in str(await client.error(1))


async def test_of_two_that_were_served_at_a_crash_one_is_to_blame(
    desk: Desk, chat_model: Path, embedding_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has worked in this worker is not blamed where something else has not."""
    monkeypatch.setattr(pulse, "STOPPED_BEATS", 1_000)
    writer, other = Client(desk), Client(desk)
    other.seat.take(Embed(id=1, path=str(embedding_model), texts=["a"]))
    await other.until(1, Vectors)
    writer.seat.take(LoadChat(id=1, path=str(chat_model), context_tokens=2048))
    await writer.until(1, Loaded)
    os.kill(writer.status.pid, signal.SIGSTOP)
    writer.seat.take(story(chat_model, 2))
    other.seat.take(Embed(id=2, path=str(embedding_model), texts=["b"]))
    await writer.until(2, Begun)
    await other.until(2, Begun)
    os.kill(writer.status.pid, signal.SIGABRT)
    os.kill(writer.status.pid, signal.SIGCONT)
    blamed, spared = await writer.error(2), await other.error(2)
    assert isinstance(blamed, CrashError)
    assert str(blamed) == str(spared)
    assert not isinstance(spared, WorkerError)


async def test_what_waits_is_cancelled_at_once(desk: Desk, chat_model: Path) -> None:
    """A request behind another one ends when nobody wants it, and the one before it goes on; who leaves stops all."""
    writer, other = Client(desk), Client(desk)
    writer.seat.take(Ping(id=9))
    assert writer.heard(9, Pong)
    writer.seat.take(story(chat_model, 1))
    await writer.until(1, Text)
    other.seat.take(story(chat_model, 1))
    other.seat.take(Embed(id=2, path="/nowhere", texts=[]))
    other.seat.take(Cancel(id=1))
    (done,) = other.heard(1)
    assert isinstance(done, Done)
    assert (done.usage.finish, done.usage.tokens) == ("cancelled", 0)
    assert not writer.heard(1, Done)
    other.seat.take(story(chat_model, 3))
    writer.seat.leave()
    await other.until(3, Text)
    assert not writer.heard(1, Done)
    assert other.status.clients == 1


async def test_cancelling_while_the_model_is_loaded_keeps_the_worker(desk: Desk, chat_model: Path) -> None:
    """Who stops an answer before its model is there is free at once; the load is not in vain."""
    client = Client(desk)
    hear = client.seat.tell

    def stop_at_once(reply: Reply) -> None:
        hear(reply)
        if isinstance(reply, Begun) and reply.id == 1:
            client.seat.take(Cancel(id=1))

    client.seat.tell = stop_at_once
    client.seat.take(story(chat_model, 1))
    await client.until(1, Done)
    assert not client.heard(1, Loaded)
    client.seat.take(story(chat_model, 2))
    await client.until(2, Text)
    assert client.status.restarts == 0


async def test_loads_end_with_the_desk(desk: Desk, embedding_model: Path) -> None:
    """Closing in the middle of a start leaves no process and no task."""
    client = Client(desk)
    client.seat.take(Embed(id=1, path=str(embedding_model), texts=["a"]))
    await until(lambda: client.status.pid > 0)
    client.seat.leave()
    await desk.close()
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_closing_while_a_death_is_looked_into(
    desk: Desk, embedding_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is gone already, but not yet explained, is neither terminated nor killed again."""
    looked = threading.Event()

    def read_slowly(*_: object) -> bytes:
        looked.wait(30)
        return b""

    monkeypatch.setattr("engine.models.process._read_log", read_slowly)
    client = Client(desk)
    client.seat.take(Embed(id=1, path=str(embedding_model), texts=["a"]))
    await client.until(1, Vectors)
    worker = psutil.Process(client.status.pid)
    worker.kill()
    await until(lambda: not worker.is_running())
    asyncio.get_running_loop().call_later(4 * STOP_S, looked.set)
    await desk.close()
    assert looked.is_set()
