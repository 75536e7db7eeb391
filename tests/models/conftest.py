"""A client on the real worker, and waiting for what a process does."""

import asyncio
import struct
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest_asyncio

from engine.models.client import WorkerClient
from engine.models.protocol import Options
from engine.models.sharing import Sharing


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[WorkerClient]:
    """A client with a worker of its own, which ends with the test."""
    client = WorkerClient(log=tmp_path / "state" / "worker.log", options=Options(threads=2))
    yield client
    await client.close()


Open = Callable[[], WorkerClient]


@pytest_asyncio.fixture
async def programs(tmp_path: Path) -> AsyncIterator[Open]:
    """Opens clients that share a worker, as programs that stay do; it ends with the test."""
    opened = []

    def open_() -> WorkerClient:
        opened.append(
            WorkerClient(log=tmp_path / "state" / "worker.log", options=Options(threads=2), sharing=Sharing.HOST)
        )
        return opened[-1]

    yield open_
    for one in opened:
        await one.close()


async def until(condition: Callable[[], bool], limit_s: float = 30.0) -> None:
    """Wait until `condition` holds; fail after `limit_s`."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        await asyncio.sleep(0.02)


def dot(one: bytes, other: bytes) -> float:
    """The cosine of two normalised vectors."""
    left, right = (struct.unpack(f"<{len(data) // 4}f", data) for data in (one, other))
    return sum(a * b for a, b in zip(left, right, strict=True))
