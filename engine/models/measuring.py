"""Finds how a chat model runs fastest here. Runs in the child of `tune.py` only: its imports are heavy; see `tuner.py`.

Threads first, then how keys and values are kept, then how much is read at a time. What can be chosen for one of them is
measured in turn, round by round, beside what is used already, and the median of the rounds' ratios decides: a neighbour
that takes a core for a while takes it from all of them.
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import llama_cpp
from msgspec.structs import replace

from engine.models.loop import MEMORIES, Loop
from engine.models.stop import StopFlag
from engine.models.tuning import Memory, Speed, Step, Trial, Tuning, plain

TEXT = "Creates an issue in a repository. It needs owner and repo in the path and a title in the body. "
WINDOW = 1024
"""Holds what one measure reads and writes."""
ROUNDS = 7
"""Most measures of one way."""
SHARES: dict[Step, float] = {"threads": 0.45, "memory": 0.75, "batch": 1.0}
"""Until what share of the time a step begins another round."""
READ_S, WRITE_S = 0.8, 0.6
"""What one measure is to take."""
READ_TOKENS, WRITE_TOKENS = (16, 384), (4, 32)
"""Fewest and most that one measure reads and writes."""
ERROR = 4
"""GGML_LOG_LEVEL_ERROR of ggml.h; what is below tells of each step."""
BATCHES = (64, 128, 256, 512)
BETTER = 1.03
"""Less than this is noise: what is used already stays."""
ANSWER_READ, ANSWER_WRITTEN = 100, 60
"""Tokens of a typical follow-up, by which reading and writing are weighed."""


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _log(level: int, text: bytes, _data: object) -> None:
    if level == ERROR:
        sys.stderr.write(text.decode(errors="replace"))


class Runner:
    """A model, and a context for each way to run it.

    Args:
        path: A GGUF file that `preflight.check` has passed.
    """

    def __init__(self, path: Path) -> None:
        llama_cpp.llama_log_set(_log, None)
        self._model = llama_cpp.llama_model_load_from_file(str(path).encode(), llama_cpp.llama_model_default_params())
        if not self._model:
            sys.exit(f"llama.cpp cannot load {path.name}")
        self._contexts: dict[tuple[int, Memory], tuple[Any, Loop]] = {}
        vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        text = (TEXT * 40).encode()
        tokens = (llama_cpp.llama_token * len(text))()
        count = llama_cpp.llama_tokenize(vocabulary, text, len(text), tokens, len(text), True, False)
        self._tokens = tokens[:count]
        self.sizes = (READ_TOKENS[0], WRITE_TOKENS[0])

    def calibrate(self, tuning: Tuning) -> None:
        """Choose how much a measure reads and writes."""
        speed = self.speed(tuning)
        self.sizes = (
            min(max(int(speed.read * READ_S), READ_TOKENS[0]), READ_TOKENS[1]),
            min(max(int(speed.write * WRITE_S), WRITE_TOKENS[0]), WRITE_TOKENS[1]),
        )

    def speed(self, tuning: Tuning) -> Speed:
        """Measure one way to run it, once."""
        loop = self._loop(tuning)
        read, write = self.sizes
        loop.forget()
        started = time.perf_counter()
        loop.read(self._tokens[:read], for_more=True)
        middle = time.perf_counter()
        written = sum(1 for _ in loop.write(write + 1)) - 1
        ended = time.perf_counter()
        return Speed(read=read / (middle - started), write=max(written, 1) / (ended - middle))

    def _loop(self, tuning: Tuning) -> Loop:
        key = tuning.batch_tokens, tuning.memory
        if key not in self._contexts:
            kind, flash = MEMORIES[tuning.memory]
            parameters = llama_cpp.llama_context_default_params()
            parameters.n_ctx, parameters.n_batch, parameters.n_ubatch = WINDOW, tuning.batch_tokens, tuning.batch_tokens
            parameters.type_k = parameters.type_v = kind
            parameters.flash_attn_type = (
                llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED if flash else llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
            )
            context = llama_cpp.llama_init_from_model(self._model, parameters)
            self._contexts[key] = context, Loop(self._model, context, tuning.batch_tokens, StopFlag())
        context, loop = self._contexts[key]
        llama_cpp.llama_set_n_threads(context, tuning.threads, tuning.read_threads)
        return loop


class Search:
    """Looks for the best way to run a model, and tells of each that it tries.

    Args:
        runner: Measures.
        seconds: For how long it begins new rounds; each step has at least one.
        tell: Told what was measured.
    """

    def __init__(self, runner: Runner, seconds: float, tell: Callable[[Trial], None]) -> None:
        self._runner = runner
        self._began = time.monotonic()
        self._seconds = seconds
        self._tell = tell

    def best(self, cores: int, threads: int) -> Trial:
        """Return the best way, beginning with so many threads of so many cores."""
        used = plain(threads)
        self._runner.calibrate(used)
        counts = sorted({1, max(1, cores // 2), max(1, cores - 1), cores, threads})
        speeds = self._measure("threads", [replace(used, threads=count, read_threads=count) for count in counts], used)
        used = replace(
            used,
            threads=_best(speeds, used, lambda speed: speed.write).threads,
            read_threads=_best(speeds, used, lambda speed: speed.read).read_threads,
        )
        speeds = self._measure("memory", [replace(used, memory=memory) for memory in MEMORIES], used)
        used = _best(speeds, used, answers_per_s)
        # A larger one than half of what is read makes no difference.
        batches = [batch for batch in BATCHES if batch < 2 * self._runner.sizes[0]] or [used.batch_tokens]
        speeds = self._measure("batch", [replace(used, batch_tokens=batch) for batch in batches], used)
        used = _best(speeds, used, lambda speed: speed.read)
        return Trial(step="best", tuning=used, speed=_middle(speeds[used]))

    def _measure(self, step: Step, tunings: Sequence[Tuning], used: Tuning) -> dict[Tuning, list[Speed]]:
        """Measure in turn, what is used among them, as long as there is time: at least once each."""
        speeds: dict[Tuning, list[Speed]] = {tuning: [] for tuning in dict.fromkeys([*tunings, used])}
        for number in range(ROUNDS):
            if number and time.monotonic() > self._began + SHARES[step] * self._seconds:
                break
            for tuning, measured in speeds.items():
                measured.append(self._runner.speed(tuning))
        for tuning, measured in speeds.items():
            self._tell(Trial(step=step, tuning=tuning, speed=_middle(measured)))
        return speeds


def answers_per_s(speed: Speed) -> float:
    """Return how many typical follow-ups a second that would be."""
    return 1 / (ANSWER_READ / speed.read + ANSWER_WRITTEN / speed.write)


def _best(speeds: dict[Tuning, list[Speed]], used: Tuning, worth: Callable[[Speed], float]) -> Tuning:
    """Return what is best beside what is used, which stays where nothing is clearly better."""
    base = [worth(speed) for speed in speeds[used]]
    gains = {
        tuning: statistics.median(worth(speed) / one for speed, one in zip(measured, base, strict=True))
        for tuning, measured in speeds.items()
    }
    best = max(gains, key=lambda tuning: gains[tuning])
    return best if gains[best] > BETTER else used


def _middle(speeds: Sequence[Speed]) -> Speed:
    return Speed(
        read=statistics.median(speed.read for speed in speeds), write=statistics.median(speed.write for speed in speeds)
    )
