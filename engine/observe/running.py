"""What other programs are doing: each one that stays leaves word of its health in a file for `specdeck health`.

A process knows its own breakers, caches and worker only. The file (0600, in the state folder) has figures and our own
sentences, no question and no key; it goes with the program, and that of one that was killed is removed by who looks.
"""

import logging
import os
import platform
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from engine.decoding import decode_json
from engine.observe.health import Health
from engine.settings import replace_file

log = logging.getLogger(__name__)

EVERY_S = 5.0
"""Between two times that figures are written anew; a breaker's state is told at once."""
SAME_S = 1.0
"""How exactly a system tells when a process began: Linux counts from the boot in hundredths of a second, and adds the
time of the boot in whole ones."""


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A program that stays."""

    pid: int
    host: str
    """The machine: a home folder may be on several."""
    began_s: float
    """When its process began, in Unix seconds: a later one of this number began later."""
    at_s: float
    """When this was written, in Unix seconds."""
    health: Health


class Programs:
    """Those that are open on this machine. Its methods block; call them from a thread.

    Args:
        folder: Where they leave word.
        stays: This one does, too.
    """

    def __init__(self, folder: Path, *, stays: bool) -> None:
        self._folder = folder
        self._file = folder / f"{platform.node()}-{os.getpid()}.json"
        self._stays = stays
        self._told = Health()
        self._at_s = -EVERY_S
        self._lock = threading.Lock()

    def tell(self, health: Health) -> None:
        """Leave word of this one, where it stays and there is news."""
        news, now = _steady(health), time.monotonic()
        with self._lock:
            waits = now - self._at_s < EVERY_S and _states(news) == _states(self._told)
            # A clock that was set makes others take this program for a later one, and remove its file.
            known = news == self._told and self._file.exists()
            if not self._stays or waits or known:
                return
            self._told, self._at_s = news, now
            pid = os.getpid()
            word = Running(pid=pid, host=platform.node(), began_s=_began_s(pid), at_s=time.time(), health=health)
            try:
                replace_file(self._file, msgspec.json.encode(word))
            except OSError as error:  # It is missed by nobody here.
                log.info("others are not told of this program: %s", error)

    def leave(self) -> None:
        """Take it back: this one ends."""
        with self._lock:
            if self._stays:
                self._stays = False
                try:
                    self._file.unlink(missing_ok=True)
                except OSError as error:  # Who looks for it removes it.
                    log.info("what this program left word of stays: %s", error)

    def others(self) -> tuple[Running, ...]:
        """Return the others that stay, the oldest first, as they last left word; what is left of ended ones goes."""
        found = (one for one in _read(self._folder) if one.pid != os.getpid())
        return tuple(sorted(found, key=lambda one: one.began_s))


def _read(folder: Path) -> Iterator[Running]:
    for file in folder.glob("*.json"):
        try:
            one = decode_json(file.read_bytes(), Running)
        except (OSError, msgspec.DecodeError) as error:  # It ended just now, or is another specdeck.
            log.info("%s is not read: %s", file, error)
            continue
        if one.host != platform.node():
            continue
        if abs(_began_s(one.pid) - one.began_s) > SAME_S:
            file.unlink(missing_ok=True)
            continue
        age_s = max(0.0, time.time() - one.at_s)
        breakers = (replace(each, retry_s=max(0.0, each.retry_s - age_s)) for each in one.health.breakers)
        yield replace(one, health=replace(one.health, breakers=tuple(breakers)))


def _began_s(pid: int) -> float:
    """Return when a process began, in Unix seconds; 0 where there is none."""
    import psutil  # which few commands need, and each would wait for

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return 0.0


def _states(health: Health) -> list[object]:
    return [(one.name, one.state) for one in health.breakers]


def _steady(health: Health) -> Health:
    """Return it without what changes while nothing happens: memory, and times that pass."""
    return replace(
        health,
        worker=replace(health.worker, memory_mb=0.0),
        breakers=tuple(replace(one, retry_s=0.0) for one in health.breakers),
        remote=replace(health.remote, wait_s=0.0),
        caches=tuple(replace(one, oldest_s=0.0) for one in health.caches),
        memory_mb=0.0,
        at_s=0.0,
    )
