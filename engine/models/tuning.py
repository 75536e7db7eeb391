"""How the chat model is run, and what `specdeck models tune` found to be the fastest on this machine.

What was found is kept in a file of the state folder, by machine and model: another CPU, another number of cores or
another file of weights begins anew. A setting that the user gave wins over it.
"""

import logging
import os
import platform
import sys
from pathlib import Path
from typing import Literal

import msgspec

from engine.settings import replace_file

log = logging.getLogger(__name__)

BATCH_TOKENS = 256
"""Tokens of a prompt that one call into llama.cpp reads, where nothing was measured: larger ones are hardly faster."""

Memory = Literal["f16", "f16 flash", "q8_0 flash"]
"""How keys and values of what was read are kept, and whether flash attention reads them. 8 bits need it."""


Step = Literal["threads", "memory", "batch", "best"]
"""What is being chosen; `best` for what was."""


class Tuning(msgspec.Struct, frozen=True, kw_only=True):
    """How the chat model is run."""

    threads: int
    """Threads that write."""
    read_threads: int
    """Threads that read the prompt."""
    batch_tokens: int = BATCH_TOKENS
    """Tokens of the prompt that one call into llama.cpp reads."""
    memory: Memory = "f16 flash"
    """As llama.cpp has it by itself."""

    @property
    def words(self) -> str:
        """It in words."""
        return (
            f"threads {self.threads} to write and {self.read_threads} to read,"
            f" {self.batch_tokens} tokens at a time, memory {self.memory}"
        )


def plain(threads: int) -> Tuning:
    """Return how a model is run of which nothing was measured."""
    return Tuning(threads=threads, read_threads=threads)


class Speed(msgspec.Struct, frozen=True):
    """Tokens a second."""

    read: float
    write: float


class Trial(msgspec.Struct, frozen=True):
    """One way to run a model was tried."""

    step: Step
    tuning: Tuning
    speed: Speed


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What was found for one model on one machine."""

    machine: str
    model: str
    tuning: Tuning
    speed: Speed


_decoder = msgspec.json.Decoder(list[Measured])


class Tunings:
    """The file in which it is kept.

    Args:
        file: Where; it need not exist.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(self, model: Path) -> Measured | None:
        """Return what was found for this model on this machine, or None. A file that cannot be read counts as none."""
        wanted = machine(), identity(model)
        return next((one for one in self._all() if (one.machine, one.model) == wanted), None)

    def keep(self, measured: Measured) -> None:
        """Keep what was found in place of what was known of this model and machine.

        Raises:
            OSError: It cannot be written.
        """
        same = measured.machine, measured.model
        others = [one for one in self._all() if (one.machine, one.model) != same]
        replace_file(self._file, msgspec.json.format(msgspec.json.encode([*others, measured])))

    def _all(self) -> list[Measured]:
        try:
            return _decoder.decode(self._file.read_bytes())
        except FileNotFoundError:
            return []
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("%s is not used: %s", self._file, error)
            return []


def identity(model: Path) -> str:
    """Return what tells one file of weights from another: its name, size and time. Hashing it would take seconds."""
    try:
        status = model.stat()
    except FileNotFoundError:
        return model.name
    return f"{model.name} {status.st_size} {status.st_mtime_ns}"


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine() -> str:
    """Return what tells one machine from another: the CPU's name, and how many cores there are for us."""
    return f"{_cpu()}, {cores()} cores"


def _cpu() -> str:
    if sys.platform == "linux":
        try:
            lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            lines = []
        for line in lines:
            name, _, value = line.partition(":")
            if name.strip() in {"model name", "Model", "Hardware"}:
                return value.strip()
    return platform.processor() or platform.machine()


def chosen(tunings: Tunings, threads: int, model: Path) -> Measured | None:
    """Return what was found for a model, with the user's own setting in it.

    Args:
        tunings: What was measured.
        threads: The user's setting, which wins; 0 for none.
        model: The model's file.
    """
    measured = tunings.of(model)
    if measured is None or not threads:
        return measured
    tuning = msgspec.structs.replace(measured.tuning, threads=threads, read_threads=threads)
    return msgspec.structs.replace(measured, tuning=tuning)
