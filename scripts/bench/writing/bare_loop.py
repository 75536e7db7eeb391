"""llama.cpp's own decode loop and nothing around it: as fast as a model can write here.

`bare_loop.py MODEL THREADS BATCH` reads how many tokens to write, a line each, and answers each with a line: seconds
from the first token to the last. A child of its own, so that it has the conditions of the worker: its niceness, its
environment, its log instead of a terminal.
"""

import ctypes
import os
import sys
import time

import llama_cpp

PROMPT = b"Write a long story about a lighthouse."
WINDOW = 2048


class Loop:
    """A context, and the greedy sampler.

    Args:
        path: A GGUF file.
        threads: Threads for prompt and answer.
        batch: Tokens of the prompt that one call reads.
    """

    def __init__(self, path: str, threads: int, batch: int) -> None:
        llama_cpp.llama_backend_init()
        self._model = llama_cpp.llama_model_load_from_file(path.encode(), llama_cpp.llama_model_default_params())
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx, parameters.n_batch, parameters.n_ubatch = WINDOW, batch, batch
        parameters.n_threads = parameters.n_threads_batch = threads
        self._context = llama_cpp.llama_init_from_model(self._model, parameters)
        self._sampler = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
        llama_cpp.llama_sampler_chain_add(self._sampler, llama_cpp.llama_sampler_init_greedy())

    def write_s(self, tokens: int) -> float:
        """Return the seconds from the first of so many tokens to the last."""
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self._context), True)
        prompt = (llama_cpp.llama_token * len(PROMPT))()
        vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        length = llama_cpp.llama_tokenize(vocabulary, PROMPT, len(PROMPT), prompt, len(prompt), True, True)
        self._decode(prompt, length)
        token = (llama_cpp.llama_token * 1)(llama_cpp.llama_sampler_sample(self._sampler, self._context, -1))
        started = time.perf_counter()
        for _ in range(tokens - 1):
            self._decode(token, 1)
            token[0] = llama_cpp.llama_sampler_sample(self._sampler, self._context, -1)
        return time.perf_counter() - started

    def _decode(self, tokens: "ctypes.Array[ctypes.c_int32]", length: int) -> None:
        if llama_cpp.llama_decode(self._context, llama_cpp.llama_batch_get_one(tokens, length)):
            sys.exit("llama.cpp failed")


def main() -> None:
    """Serve until stdin ends."""
    path, threads, batch = sys.argv[1:]
    if hasattr(os, "nice"):
        os.nice(5)
    loop = Loop(path, int(threads), int(batch))
    for line in sys.stdin:
        print(loop.write_s(int(line)), flush=True)


main()
