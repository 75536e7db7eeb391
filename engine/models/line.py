"""Who is served next by one model: each client in turn, and of one client what came first."""

import asyncio
from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

C = TypeVar("C", bound=Hashable)
J = TypeVar("J")


class Line(Generic[C, J]):
    """Jobs of several clients that wait for one model."""

    def __init__(self) -> None:
        self._waiting: dict[C, deque[J]] = {}
        self._some = asyncio.Event()

    def add(self, client: C, job: J) -> None:
        """Put a job at the end of its client's jobs; a client that had none waits behind all others."""
        self._waiting.setdefault(client, deque()).append(job)
        self._some.set()

    def drop(self, client: C, job: J) -> None:
        """Take a job out, if it still waits."""
        jobs = self._waiting.get(client, deque())
        if job in jobs:
            jobs.remove(job)
        self._tidy(client)

    async def next(self) -> J:
        """Wait for a job and take it out; its client is last in turn now."""
        await self._some.wait()
        client = next(iter(self._waiting))
        jobs = self._waiting.pop(client)
        job = jobs.popleft()
        self._waiting[client] = jobs
        self._tidy(client)
        return job

    def _tidy(self, client: C) -> None:
        if not self._waiting.get(client):
            self._waiting.pop(client, None)
        if not self._waiting:
            self._some.clear()
