"""Programs that share a worker: real clients, a real keeper and a real worker behind a real socket."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from engine.errors import WorkerError
from engine.models.client import WorkerClient, WorkerState
from engine.models.process import child_environment
from engine.models.protocol import Message, Options, Usage
from engine.models.sharing import Sharing
from engine.net import local
from tests.models.conftest import Open, until

CAPITAL = (Message("user", "What is the capital of France? Answer in one word."),)
STORY = (Message("user", "Write a long story about a lighthouse."),)
pytestmark = pytest.mark.skipif(not local.supported(), reason="needs Unix sockets")


def story(client: WorkerClient, model: Path, tokens: int = 1000) -> AsyncIterator[str | Usage]:
    """A long answer."""
    return client.generate(model, STORY, context_tokens=2048, max_tokens=tokens, first_token_s=60)


async def capital(client: WorkerClient, model: Path) -> str:
    """A short answer."""
    pieces = client.generate(model, CAPITAL, context_tokens=2048, max_tokens=8, first_token_s=60)
    return "".join([piece async for piece in pieces if isinstance(piece, str)])


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended; who adopts an orphan may not have noticed yet."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def found(folder: Path, pattern: str) -> list[Path]:
    """The files below a folder."""
    return list(folder.rglob(pattern))


async def test_programs_opened_at_once_share_one_worker(programs: Open, embedding_model: Path, tmp_path: Path) -> None:
    """Four that start together get the same process, each its own vectors; the last to leave ends it all."""
    clients = [programs() for _ in range(4)]
    texts = [f"the text of program {n}" for n in range(4)]
    vectors = await asyncio.gather(
        *(client.embed(embedding_model, [text]) for client, text in zip(clients, texts, strict=True))
    )
    assert len({client.pid for client in clients}) == 1
    await until(lambda: all(client.status.clients == 4 for client in clients))
    expected = await clients[0].embed(embedding_model, texts)
    assert [vector for (vector,) in vectors] == expected
    worker, keeper = clients[0].pid, clients[0].status.keeper
    for left in (3, 2, 1):
        await clients[left].close()
        assert not is_gone(worker)
        await until(lambda left=left: clients[0].status.clients == left)
    assert await clients[0].embed(embedding_model, texts) == expected
    await clients[0].close()
    assert is_gone(worker)
    await until(lambda: is_gone(keeper))
    assert found(tmp_path, "*.sock") + found(tmp_path, "*.lock") == []


async def test_the_socket_is_private(programs: Open, embedding_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else can connect: mode 0600 in a folder of mode 0700."""
    with tempfile.TemporaryDirectory(dir="/tmp") as place:  # a short name
        monkeypatch.setenv("XDG_RUNTIME_DIR", place)
        client = programs()
        await client.embed(embedding_model, ["a"])
        [socket] = found(Path(place), "*.sock")
        assert socket.stat().st_mode & 0o777 == 0o600
        assert socket.parent.stat().st_mode & 0o777 == 0o700
        await client.close()


async def test_a_command_uses_the_worker_of_an_open_program(
    programs: Open, embedding_model: Path, tmp_path: Path
) -> None:
    """Where a program is open its worker serves, else one of the command's own; neither leaves anything behind."""
    command = WorkerClient(log=tmp_path / "state" / "worker.log", options=Options(threads=2), sharing=Sharing.JOIN)
    try:
        await command.embed(embedding_model, ["a"])
        assert (command.status.keeper, command.status.clients) == (0, 1)
        own = command.pid
        await command.close()
        assert is_gone(own)
        program = programs()
        await command.look()
        assert command.state is WorkerState.OFF
        await program.embed(embedding_model, ["a"])
        await command.look()
        assert (command.state, command.pid, command.loaded) == (WorkerState.READY, program.pid, program.loaded)
        await command.embed(embedding_model, ["a"])
        assert command.pid == program.pid != own
    finally:
        await command.close()
    assert len(await program.embed(embedding_model, ["b"])) == 1


async def test_one_waits_its_turn_and_not_for_all_that_another_wants(programs: Open, embedding_model: Path) -> None:
    """A question is embedded between two batches of a program that embeds a library."""
    busy, quick = programs(), programs()
    await quick.embed(embedding_model, ["warm"])
    library = asyncio.create_task(busy.embed(embedding_model, [f"operation {n} lists the items" for n in range(400)]))
    await until(lambda: busy.state is WorkerState.BUSY)
    await quick.embed(embedding_model, ["where are the items"])
    assert not library.done()
    assert len(await library) == 400


async def test_who_gives_up_stops_only_its_own_answer(programs: Open, chat_model: Path) -> None:
    """A second program's question waits for the first one's answer; given up while it waits, the first goes on."""
    first, second = programs(), programs()
    async with contextlib.aclosing(story(first, chat_model)) as writing:
        await anext(writing)
        waiting = asyncio.create_task(capital(second, chat_model))
        await until(lambda: second.state is WorkerState.BUSY)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert isinstance(await anext(writing), str)
        waiting = asyncio.create_task(capital(second, chat_model))
        await until(lambda: second.state is WorkerState.BUSY)
        assert isinstance(await anext(writing), str)
    assert "Paris" in await waiting
    assert first.restarts == 0


async def test_two_programs_may_want_two_models(programs: Open, chat_model: Path, tmp_path: Path) -> None:
    """The worker swaps the chat model for whose turn it is, and both get right answers."""
    other = tmp_path / "other.gguf"
    other.symlink_to(chat_model)
    one, two = programs(), programs()
    answers = await asyncio.gather(*(capital(one, chat_model), capital(two, other)) * 2)
    assert all("Paris" in answer for answer in answers)
    assert (one.pid, len(one.loaded)) == (two.pid, 1)


PROGRAM = """
import asyncio, sys
from pathlib import Path
from engine.models.client import WorkerClient
from engine.models.protocol import Message, Options
from engine.models.sharing import Sharing

async def main():
    client = WorkerClient(log=Path(sys.argv[2]), options=Options(threads=2), sharing=Sharing.HOST)
    messages = [Message("user", "Write a long story about a lighthouse.")]
    async for part in client.generate(
        Path(sys.argv[1]), messages, context_tokens=2048, max_tokens=1900, first_token_s=60
    ):
        print(client.pid, client.status.keeper, flush=True)

asyncio.run(main())
"""


@contextlib.asynccontextmanager
async def program(model: Path, tmp_path: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, int, int]]:
    """Another program that hosts a worker, which writes; with the worker's and the keeper's process ids."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, str(model), str(tmp_path / "state" / "worker.log")),
        env=child_environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        worker, keeper = map(int, (await process.stdout.readline()).split())
        yield process, worker, keeper
    finally:
        if process.returncode is None:
            process.kill()
        await process.stdout.read()
        await process.wait()


async def test_a_killed_program_takes_nothing_from_the_others(programs: Open, chat_model: Path, tmp_path: Path) -> None:
    """SIGKILL of the program that started the worker, in mid-answer: its answer is stopped, and the others go on."""
    async with program(chat_model, tmp_path) as (process, worker, _):
        client = programs()
        waiting = asyncio.create_task(capital(client, chat_model))
        await until(lambda: client.state is WorkerState.BUSY)
        process.kill()
        assert "Paris" in await waiting
        assert (client.pid, client.restarts) == (worker, 0)
        await until(lambda: client.status.clients == 1)


async def test_the_last_program_to_be_killed_leaves_no_process(chat_model: Path, tmp_path: Path) -> None:
    """SIGKILL of the only program: keeper and worker end, however busy."""
    async with program(chat_model, tmp_path) as (process, worker, keeper):
        process.kill()
        await until(lambda: is_gone(worker) and is_gone(keeper), limit_s=10)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_keeper_that_is_gone_or_hangs_is_replaced(
    programs: Open, chat_model: Path, number: signal.Signals
) -> None:
    """Whoever waits is told, no worker is left over, and the next question finds another keeper."""
    client = programs()
    writing = story(client, chat_model)
    await anext(writing)
    worker, keeper = client.pid, client.status.keeper
    os.kill(keeper, number)
    with pytest.raises(WorkerError, match="worker was killed"):
        async for _ in writing:
            pass
    assert client.state is WorkerState.STOPPED
    await until(lambda: is_gone(worker))
    assert "Paris" in await capital(client, chat_model)
    assert client.status.keeper not in {keeper, 0}


async def test_a_crash_is_told_to_all_who_share(programs: Open, chat_model: Path, embedding_model: Path) -> None:
    """The worker dies of one's question; the others see it, and are served by the next one."""
    one, other = programs(), programs()
    await other.embed(embedding_model, ["a"])
    writing = story(one, chat_model)
    await anext(writing)
    os.kill(one.pid, signal.SIGSEGV)
    with pytest.raises(WorkerError, match=r"crashed \(signal 11"):
        async for _ in writing:
            pass
    await until(lambda: other.state is WorkerState.STOPPED)
    assert len(await other.embed(embedding_model, ["a"])) == 1
    await until(lambda: one.pid == other.pid)
    assert (one.restarts, other.restarts) == (1, 1)


async def test_programs_that_differ_do_not_meet(programs: Open, embedding_model: Path, tmp_path: Path) -> None:
    """Another number of threads is another worker."""
    one = programs()
    other = WorkerClient(log=tmp_path / "state" / "worker.log", options=Options(threads=1), sharing=Sharing.HOST)
    try:
        await asyncio.gather(one.embed(embedding_model, ["a"]), other.embed(embedding_model, ["a"]))
        assert one.pid != other.pid
    finally:
        await other.close()


async def test_without_a_private_place_each_has_its_own(
    programs: Open, embedding_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no folder can be trusted the worker is not shared, and works."""

    def nowhere(*_: object) -> Path:
        raise PermissionError("no")

    monkeypatch.setattr(local, "place", nowhere)
    client = programs()
    assert len(await client.embed(embedding_model, ["a"])) == 1
    assert client.status.keeper == 0


async def test_a_keeper_that_cannot_run_is_told_from_one_that_ends(
    programs: Open, embedding_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that never answers is not waited for without end: the program then has a worker of its own."""
    true = shutil.which("true")
    assert true is not None
    monkeypatch.setattr("engine.models.sharing.python_module", lambda *_: [true])
    monkeypatch.setattr("engine.models.sharing.JOIN_S", 0.5)
    client = programs()
    assert len(await client.embed(embedding_model, ["a"])) == 1
    assert client.status.keeper == 0
