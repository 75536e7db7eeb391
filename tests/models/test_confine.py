"""What the worker is kept from, looked at from inside and from outside a real one."""

import asyncio
import os
import platform
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import ModelError
from engine.models.client import WorkerClient
from engine.models.confine import (
    FIRST_ARGUMENT,
    JUMP_AT_LEAST,
    JUMP_EQUAL,
    LOAD,
    MACHINES,
    NO_CORE_DUMPS,
    NO_NETWORK,
    RET_ALLOW,
    RETURN,
    Calls,
    socket_filter,
)
from engine.models.process import child_environment
from engine.models.protocol import Decoder, Embed, Failed, Limits, Options, Ready, Reply, encode
from tests.models.conftest import until

LINUX = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in MACHINES,
    reason="sockets are refused on Linux, x86_64 and AArch64",
)

REACHING = """
import os, socket, subprocess, sys, threading
from engine.errors import ModelError
from engine.models import worker

def outcome(reach):
    try:
        reach()
    except OSError as error:
        return error.strerror
    return "done"

def connected(kind, address):
    with socket.socket(kind) as connection:
        connection.connect(address)

class ReachingOwner(worker.EmbedOwner):
    def serve(self, request):
        port, path = int(request.texts[0]), request.texts[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}))"
        child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        raise ModelError(", ".join([
            outcome(lambda: connected(socket.AF_INET, ("127.0.0.1", port))),
            outcome(lambda: connected(socket.AF_INET6, ("::1", port))),
            child.stderr.strip().rpartition("] ")[2] or "done",
            outcome(lambda: connected(socket.AF_UNIX, path)),
        ]))

worker.EmbedOwner = ReachingOwner
worker.main()
"""


@LINUX
def test_a_worker_reaches_nothing_but_unix_sockets(tmp_path: Path) -> None:
    """In a real worker, on the thread of a model, no server of this machine can be reached, nor by a child of it."""
    path = str(tmp_path / "socket")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as beside:
        beside.bind(path)
        beside.listen()
        port = server.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-c", REACHING, '{"threads": 1}'],
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        with process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(encode(Embed(id=1, path="/", texts=[str(port), path])))
            process.stdin.flush()
            frames: list[Reply] = []
            decoder: Decoder[Reply] = Decoder(Reply)
            while not any(isinstance(frame, Failed) for frame in frames):
                data = process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
                assert data, "it ended"
                frames += decoder.feed(data)
            process.stdin.close()
    ready = next(frame for frame in frames if isinstance(frame, Ready))
    failed = next(frame for frame in frames if isinstance(frame, Failed))
    assert ready.limits == [NO_NETWORK, NO_CORE_DUMPS]
    assert failed.message == "Permission denied, Permission denied, Permission denied, done"


@LINUX
async def test_limits_hold_and_are_told(embedding_model: Path, tmp_path: Path) -> None:
    """Cores, memory and core dumps are limited as the settings say; the client is told, the system says the same."""
    client = WorkerClient(
        log=tmp_path / "state" / "worker.log", options=Options(threads=1, limits=Limits(memory_mb=2000, cores=1))
    )
    try:
        await client.embed(embedding_model, ["a"])
        await until(lambda: client.status.ready)
        assert client.status.limits == [NO_NETWORK, NO_CORE_DUMPS, "2000 MB of memory", "1 cores"]
        limits = await asyncio.to_thread(Path(f"/proc/{client.pid}/limits").read_text)
        assert re.search(r"Max core file size +0 +0 ", limits)
        assert re.search(r"Max data size +4000000000 ", limits)
        assert len(os.sched_getaffinity(client.pid)) == 1
    finally:
        await client.close()


async def test_a_model_that_may_not_have_its_memory_is_not_loaded(
    chat_model: Path, embedding_model: Path, tmp_path: Path
) -> None:
    """The refusal has the numbers and a next step, no native code has run, and the worker serves on."""
    client = WorkerClient(
        log=tmp_path / "state" / "worker.log", options=Options(threads=1, limits=Limits(memory_mb=330))
    )
    try:
        await client.embed(embedding_model, ["a"])
        pid = client.pid
        with pytest.raises(ModelError, match=r"takes \d+ MB of memory .* \d+ MB of the 330 MB") as caught:
            await client.load_chat(chat_model, context_tokens=8192)
        assert caught.value.hint
        assert await client.embed(embedding_model, ["a"])
        assert client.pid == pid
    finally:
        await client.close()


def run(program: list[tuple[int, int, int, int]], architecture: int, number: int, argument: int) -> int:
    """Carry out a program of classic BPF on a call, as the kernel does."""
    data = {0: number, 4: architecture, FIRST_ARGUMENT: argument}
    place = loaded = 0
    while True:
        code, if_true, if_false, operand = program[place]
        place += 1
        if code == LOAD:
            loaded = data[operand]
        elif code == RETURN:
            return operand
        else:
            assert code in (JUMP_EQUAL, JUMP_AT_LEAST)
            holds = loaded == operand if code == JUMP_EQUAL else loaded >= operand
            place += if_true if holds else if_false


@pytest.mark.parametrize("calls", MACHINES.values(), ids=MACHINES)
def test_the_filter_lets_all_through_but_sockets_of_the_network(calls: Calls) -> None:
    """On each machine: any call, and sockets of this machine; not other sockets, rings, or calls by another way in."""
    program = socket_filter(calls)

    def allowed(number: int, argument: int = 0, architecture: int = calls.architecture) -> bool:
        return run(program, architecture, number, argument) == RET_ALLOW

    assert all(allowed(number) for number in range(424) if number != calls.socket)
    assert allowed(calls.socket, socket.AF_UNIX)
    assert not any(allowed(calls.socket, kind) for kind in range(50) if kind != socket.AF_UNIX)
    assert not allowed(425)
    assert not allowed(0x40000000 + calls.socket)
    assert not allowed(1, architecture=0x40000003)
