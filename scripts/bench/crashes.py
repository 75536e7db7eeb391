"""What becomes of a worker that crashes, hangs or is corrupted, and of an app that is killed: rounds of it, in figures.

Each round is a program of its own on a real pseudo-terminal, with the worker of the app: it asks, the worker is harmed
in the middle of the answer, and it asks again at once. Then the program itself is killed while the worker writes.

    message   from the harm until the program is told, in a sentence
    serving   from the harm until the first word of the next answer, the back-off of a second included
    orphans   from the end of the program until keeper and worker are gone
    noise     bytes that anything but the program wrote to its terminal
"""

import argparse
import asyncio
import json
import os
import pty
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import psutil

from engine import ModelShelf, SpecdeckError, folders, load_settings
from engine.models.client import WorkerClient, threads
from engine.models.protocol import Message, Options
from engine.models.sharing import Sharing

KINDS = ("SIGSEGV", "SIGABRT", "SIGKILL", "hang", "memory", "truncated", "mutated")
HEADER_BYTES = 1 << 16
"""Where a byte of a mutated file is changed: names, types and sizes, before the vocabulary."""
ROOM_BYTES = 4 * 2**20
"""What a worker that runs out of memory may still take."""
NEVER_S = 99.0
"""What is not seen within the time that a round may take."""
LIMITS_S = {"message": 1.0, "serving": 5.0, "orphans": 1.0}
STORY = (Message("user", "Write a long story about a lighthouse."),)
WINDOW = 4096
"""Of the chat model, in tokens; one of twice as many takes 100 MB more."""


# The program of one round ----------------------------------------------------------------------------------------
class Program:
    """Asks, harms its worker, asks again, and writes what it saw into a file.

    Args:
        home: Folder for this round.
        kind: How the worker is harmed.
    """

    def __init__(self, home: Path, kind: str) -> None:
        self._home, self._kind = home, kind
        settings = load_settings(folders().config)
        self._good = ModelShelf(folders().models).path(settings.chat_model)
        self._client = WorkerClient(
            log=home / "state" / "worker.log", options=Options(threads=threads(settings.threads)), sharing=Sharing.HOST
        )

    def _ask(self, model: Path, window: int = WINDOW) -> AsyncIterator[object]:
        return self._client.generate(model, STORY, context_tokens=window, max_tokens=WINDOW - 100, first_token_s=60)

    async def run(self) -> None:
        """Do it all, and write on until this is killed."""
        harmed, told = await self._harm()
        message = time.monotonic() - harmed
        if self._kind == "memory" and self._client.pid:
            resource.prlimit(self._client.pid, resource.RLIMIT_DATA, (resource.RLIM_INFINITY,) * 2)
        writing = self._ask(self._good)
        await anext(writing)
        seen = {
            "message": message,
            "serving": time.monotonic() - harmed,
            "told": told,
            "worker": self._client.pid,
            "keeper": self._client.status.keeper,
        }
        (self._home / "seen.part").write_text(json.dumps(seen))
        (self._home / "seen.part").rename(self._home / "seen")
        async for _ in writing:
            pass

    async def _harm(self) -> tuple[float, str]:
        """Harm the worker, and return when, and what was told."""
        model = self._good
        if self._kind in ("truncated", "mutated"):
            model = self._home / "model.gguf"
            shutil.copyfile(self._good, model)
        if self._kind == "mutated":
            with model.open("r+b") as file:
                file.seek(random.randrange(HEADER_BYTES))  # noqa: S311 - no secret
                file.write(random.randbytes(4))  # noqa: S311 - no secret
            harmed = time.monotonic()
            return harmed, await self._told(self._ask(model), most=3)
        writing = self._ask(model)
        await anext(writing)
        harmed = time.monotonic()
        if self._kind == "truncated":
            os.truncate(model, model.stat().st_size // 3)
        elif self._kind == "memory":
            await writing.aclose()  # type: ignore[attr-defined]
            _leave_no_memory(self._client.pid)
            died = asyncio.create_task(_died(self._client.pid))
            told = await self._told(self._ask(model, 2 * WINDOW))
            return await died, told
        else:
            os.kill(self._client.pid, signal.SIGSTOP if self._kind == "hang" else getattr(signal, self._kind))
        return harmed, await self._told(writing)

    async def _told(self, writing: AsyncIterator[object], most: int = 10_000) -> str:
        """Read on, and return the error's sentence; empty where there was none."""
        try:
            async for _ in writing:
                most -= 1
                if not most:
                    break
        except SpecdeckError as error:
            return f"{error}. {error.hint}."
        return ""


def _leave_no_memory(pid: int) -> None:
    """Leave a process no more memory than it has."""
    data = int(Path(f"/proc/{pid}/status").read_text().split("VmData:")[1].split()[0]) * 1024
    resource.prlimit(pid, resource.RLIMIT_DATA, (data + ROOM_BYTES, resource.RLIM_INFINITY))


async def _died(pid: int) -> float:
    """Wait for a process to end, and return when it did."""
    await asyncio.to_thread(_wait, lambda: not _lives(pid), 60)
    return time.monotonic()


# The rounds --------------------------------------------------------------------------------------------------------
def play(kind: str) -> dict[str, object]:
    """Play one round and return what was seen."""
    with tempfile.TemporaryDirectory() as home:
        ours, theirs = pty.openpty()
        noise = bytearray()
        command = [sys.executable, __file__, "--program", home, kind]
        program = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
        os.close(theirs)
        reader = threading.Thread(target=_listen, args=(ours, noise))
        reader.start()
        seen = Path(home, "seen")
        _wait(lambda: seen.exists() or program.poll() is not None, 60)
        found = json.loads(seen.read_text()) if seen.exists() else {"told": "the program ended"}
        program.kill()
        program.wait()
        killed = time.monotonic()
        left = [found[name] for name in ("worker", "keeper") if name in found]
        _wait(lambda: not any(_lives(pid) for pid in left), 10)
        found["orphans"] = time.monotonic() - killed
        reader.join()
        os.close(ours)
        return found | {"noise": bytes(noise)}


def _listen(terminal: int, noise: bytearray) -> None:
    try:
        while data := os.read(terminal, 4096):
            noise += data
    except OSError:  # Nobody has it any more.
        pass


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait(condition: Callable[[], bool], limit_s: float) -> None:
    end = time.monotonic() + limit_s
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30, help="of each kind")
    parser.add_argument("--program", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=KINDS)
    arguments = parser.parse_args()
    kinds: Sequence[str] = arguments.kinds
    if arguments.program:
        home, kind = arguments.program
        asyncio.run(Program(Path(home), kind).run())
        return
    figures: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    sentences: dict[str, Counter[str]] = defaultdict(Counter)
    noise = 0
    for _ in range(arguments.rounds):
        for kind in kinds:
            seen = play(kind)
            noise += len(seen["noise"])  # type: ignore[arg-type]
            sentences[kind][str(seen["told"])] += 1
            for name in LIMITS_S if seen["told"] else ("orphans",):  # A mutated file may do no harm.
                figures[kind][name].append(float(seen.get(name, NEVER_S)))  # type: ignore[arg-type]
    rounds = arguments.rounds * len(kinds)
    print(f"{rounds} rounds; seconds, median and worst; {noise} bytes of noise on the terminal")
    for kind in kinds:
        columns = "   ".join(
            f"{name} {statistics.median(times):5.2f} {max(times):5.2f}" for name, times in figures[kind].items()
        )
        print(f"{kind:<10} {columns}")
        for sentence, count in sentences[kind].most_common(3):
            print(f"{'':<10} {count} x {sentence or 'loaded harmlessly'}")
    for name, limit_s in LIMITS_S.items():
        late = sum(each > limit_s for kind in kinds for each in figures[kind][name])
        print(f"{name}: {late} of {rounds} rounds took more than {limit_s:g} s")


main()
