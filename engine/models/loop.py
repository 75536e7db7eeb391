"""The loop around llama.cpp: reads a prompt, as far as it is not known already, and writes token by token.

Python has little to do between two tokens, so that the model writes nearly as fast as in a loop of C: a penalty for the
tokens that were written lately, which are some dozens of a vocabulary of many thousands, and the largest number.
"""

import ctypes
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import llama_cpp
import numpy as np

from engine.errors import WorkerError
from engine.models.stop import StopFlag
from engine.models.tuning import Memory

REPEAT_PENALTY = 1.1
"""Keeps small models from going round in circles; the default of llama-cpp-python's chat door."""
REPEAT_TOKENS = 64
"""Tokens that it looks back; the default of llama.cpp."""
AHEAD_TOKENS = 64
"""Tokens that are read at a time when nobody waits: what a question interrupts is lost, so it must not be much."""
MEMORIES: dict[Memory, tuple[int, bool]] = {
    "f16": (llama_cpp.GGML_TYPE_F16, False),
    "f16 flash": (llama_cpp.GGML_TYPE_F16, True),
    "q8_0 flash": (llama_cpp.GGML_TYPE_Q8_0, True),
}
"""The type of keys and values, and whether flash attention reads them."""
ABORTED = 2
"""What `llama_decode` returns when it was stopped; see llama.h."""


class StoppedError(Exception):
    """It was stopped. What had been read before stays known."""


class Loop:
    """A context of llama.cpp. One thread uses it.

    Args:
        model: llama.cpp's model, which must outlive this.
        context: Its context, which must too.
        batch: Tokens of a prompt that one call into llama.cpp reads.
        stop: Stops it within a step of a graph.
    """

    def __init__(self, model: Any, context: Any, batch: int, stop: StopFlag) -> None:
        self._context = context
        self._vocabulary = llama_cpp.llama_model_get_vocab(model)
        self._row = ctypes.c_float * llama_cpp.llama_vocab_n_tokens(self._vocabulary)
        self._batch = batch
        self._stop = stop
        self._known: list[int] = []
        """The tokens in the context's memory."""
        # Both must live as long as the context.
        self._abort = llama_cpp.ggml_abort_callback(stop.function)
        llama_cpp.llama_set_abort_callback(self._context, self._abort, ctypes.c_void_p(stop.data))

    def read(self, tokens: Sequence[int], *, for_more: bool, step: int = 0) -> int:
        """Read a prompt; return how many of its tokens were not known yet.

        Args:
            tokens: All of it.
            for_more: What is written follows; False where only a beginning is read.
            step: Tokens that are read at a time, where that is not the batch.

        Raises:
            StoppedError: It was stopped.
            WorkerError: llama.cpp failed.
        """
        known = shared(self._known, tokens)
        if known == len(tokens):
            if not for_more:
                return 0
            known -= 1  # The last one tells what comes next.
        del self._known[known:]
        # Some models cannot forget a part: of their past they keep a sum.
        if not llama_cpp.llama_memory_seq_rm(llama_cpp.llama_get_memory(self._context), 0, known, -1):
            self.forget()
            known = 0
        step = min(step or self._batch, self._batch)
        for start in range(known, len(tokens), step):
            self._decode(tokens[start : start + step])
        return len(tokens) - known

    def knows(self, tokens: Sequence[int]) -> bool:
        """Tell whether what was read begins with these tokens."""
        return shared(self._known, tokens) == len(tokens)

    def state(self) -> bytes:
        """Return all that is known of what was read; see `restore`."""
        size = llama_cpp.llama_state_seq_get_size(self._context, 0)
        state = (ctypes.c_uint8 * size)()
        # A slice of the array itself would be a list of Python's numbers, ten times as large.
        return bytes(memoryview(state)[: llama_cpp.llama_state_seq_get_data(self._context, state, size, 0)])

    def restore(self, tokens: Sequence[int], state: bytes) -> bool:
        """Know these tokens by a state that a context of this kind had after them; tell whether llama.cpp takes it."""
        self.forget()
        data = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if not llama_cpp.llama_state_seq_set_data(self._context, data, len(state), 0):
            return False
        self._known[:] = tokens
        return True

    def forget(self) -> None:
        """Know nothing any more."""
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self._context), True)
        self._known.clear()

    def write(self, max_tokens: int) -> Iterator[int]:
        """Yield what follows, token by token, without the one that ends it. Greedy, so repeatable.

        Raises:
            StoppedError: It was stopped.
            WorkerError: llama.cpp failed.
        """
        lately: deque[int] = deque(maxlen=REPEAT_TOKENS)
        for number in range(max_tokens):
            if number:
                self._decode([lately[-1]])
            token = self._next(lately)
            if llama_cpp.llama_vocab_is_eog(self._vocabulary, token):
                return
            lately.append(token)
            yield token

    def _next(self, lately: Sequence[int]) -> int:
        pointer = llama_cpp.llama_get_logits_ith(self._context, -1)
        # Of a type that is made once: numpy makes one for each pointer, which takes longer than all else here.
        logits = np.frombuffer(self._row.from_address(ctypes.addressof(pointer.contents)), dtype=np.float32)
        if lately:
            again = list(set(lately))
            values = logits[again]
            logits[again] = np.where(values > 0, values / REPEAT_PENALTY, values * REPEAT_PENALTY)
        return int(logits.argmax())

    def _decode(self, tokens: Sequence[int]) -> None:
        if self._stop.is_set:
            raise StoppedError
        array = (llama_cpp.llama_token * len(tokens))(*tokens)
        status = llama_cpp.llama_decode(self._context, llama_cpp.llama_batch_get_one(array, len(tokens)))
        if status == ABORTED:
            raise StoppedError
        if status:
            raise WorkerError(f"llama.cpp failed: llama_decode returned {status}")
        self._known += tokens


def shared(some: Sequence[int], others: Sequence[int]) -> int:
    """Return how many tokens both begin with."""
    differ = (place for place, (one, other) in enumerate(zip(some, others, strict=False)) if one != other)
    return next(differ, min(len(some), len(others)))
