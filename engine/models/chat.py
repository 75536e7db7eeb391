"""A chat model in llama.cpp. Runs in the worker only, on one thread: a llama.cpp context is not thread-safe."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import llama_cpp

from engine.errors import ModelError, ModelFileError, WorkerError
from engine.models.protocol import Finish, Message, Usage
from engine.text import clean

BATCH_TOKENS = 256
"""Tokens of the prompt that one call into llama.cpp reads."""
REPEAT_PENALTY = 1.1
"""Keeps small models from going round in circles; the default of llama-cpp-python's chat door."""


class _Llama(llama_cpp.Llama):  # type: ignore[misc]
    """`Llama` that counts: its streams carry no usage."""

    prompt_tokens = 0
    read_tokens = 0
    sampled = 0
    first_sample = 0.0
    last_sample = 0.0

    def create_completion(self, prompt: Any, *args: Any, **options: Any) -> Any:
        """Note the length of the rendered prompt, and refuse one that is too long."""
        self.prompt_tokens, self.read_tokens, self.sampled = len(prompt), 0, 0
        if len(prompt) >= self.n_ctx():
            raise ModelError(
                f"The prompt has {len(prompt)} tokens and the model's window holds {self.n_ctx()}",
                hint="Raise `context_tokens` in the settings",
            )
        return super().create_completion(prompt, *args, **options)

    def eval(self, tokens: Any) -> None:
        """Count the tokens of the prompt that are read."""
        if self.sampled == 0:
            self.read_tokens += len(tokens)
        super().eval(tokens)

    def sample(self, *args: Any, **options: Any) -> Any:
        """Count a token."""
        token = super().sample(*args, **options)
        self.last_sample = time.monotonic()
        if self.sampled == 0:
            self.first_sample = self.last_sample
        self.sampled += 1
        return token


class Chat:
    """A loaded chat model.

    Args:
        path: A GGUF file that `preflight.check` has passed.
        context_tokens: Window, prompt and answer together; cut to what the model was trained on.
        threads: Threads for prompt and answer.
        cancelled: Asked all the time while the model works, from its thread: whether to stop.

    Raises:
        ModelFileError: llama.cpp does not take the file, or it has no chat template.
    """

    def __init__(self, path: Path, context_tokens: int, threads: int, cancelled: Callable[[], bool]) -> None:
        self.path = path
        self.asked_tokens = context_tokens
        self._cancelled = cancelled
        try:
            self._llama = _Llama(
                model_path=str(path),
                n_ctx=context_tokens,
                n_batch=BATCH_TOKENS,
                n_ubatch=BATCH_TOKENS,
                n_threads=threads,
                n_threads_batch=threads,
                verbose=False,
            )
        except (ValueError, OSError, RuntimeError) as error:
            raise ModelFileError(f"llama.cpp cannot load {path.name}: {error}") from error
        if "tokenizer.chat_template" not in self._llama.metadata:
            self.close()
            raise ModelFileError(
                f"{path.name} has no chat template, so it is not an instruct model",
                hint="Import an instruct (chat) model; see `specdeck models list`",
            )
        self._control = _control_texts(self._llama)
        # llama.cpp asks this after every node of its graph; without it one call reads a whole batch of the prompt.
        # The reference must live as long as the context.
        self._abort = llama_cpp.ggml_abort_callback(lambda _: cancelled())
        llama_cpp.llama_set_abort_callback(self._llama.ctx, self._abort, None)

    @property
    def context_tokens(self) -> int:
        """The window in tokens."""
        return int(self._llama.n_ctx())

    def close(self) -> None:
        """Free the model's memory."""
        self._llama.close()

    def _quoted(self, content: str) -> str:
        """Break up what the tokeniser would read as the model's control language, such as the end of a turn.

        Content holds text from specs; only the chat template may speak that language.
        """
        return self._control.sub(lambda match: f"{match[0][0]} {match[0][1:]}", content)

    def generate(self, messages: list[Message], max_tokens: int) -> Iterator[str | Usage]:
        """Yield the answer in pieces, cleaned for a terminal, and at the end the usage. Greedy, so repeatable.

        Raises:
            ModelError: The prompt is longer than the window.
            WorkerError: llama.cpp failed.
        """
        llama = self._llama
        started = time.monotonic()
        finish: Finish = "length"
        held = ""
        try:
            stream = llama.create_chat_completion(
                messages=[{"role": message.role, "content": self._quoted(message.content)} for message in messages],
                max_tokens=max_tokens,
                temperature=0.0,
                repeat_penalty=REPEAT_PENALTY,
                stream=True,
            )
            for chunk in stream:
                if self._cancelled():
                    break
                choice = chunk["choices"][0]
                finish = choice["finish_reason"] or finish
                # A CR at the end waits for its LF, which `clean` takes as one.
                piece = held + (choice["delta"].get("content") or "")
                held = "\r" if piece.endswith("\r") else ""
                if piece := piece.removesuffix("\r"):
                    yield clean(piece)
        except RuntimeError as error:
            # An aborted llama_decode. The context stays good: the next call drops what was not finished.
            if not self._cancelled():
                raise WorkerError(f"llama.cpp failed: {error}") from error
        if self._cancelled():
            finish = "cancelled"
        first = llama.first_sample if llama.sampled else time.monotonic()
        writing_s = llama.last_sample - first
        yield Usage(
            prompt_tokens=llama.prompt_tokens,
            read_tokens=llama.read_tokens,
            tokens=max(0, llama.sampled - (finish == "stop")),
            prefill_ms=(first - started) * 1000,
            tokens_per_s=(llama.sampled - 1) / writing_s if llama.sampled > 1 and writing_s > 0 else 0.0,
            finish=finish,
        )


def _control_texts(llama: _Llama) -> re.Pattern[str]:
    """Return a pattern for the spellings of the vocabulary's control tokens."""
    vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
    spellings = (
        llama_cpp.llama_vocab_get_text(vocabulary, token).decode("utf-8", errors="replace")
        for token in range(llama.n_vocab())
        if llama_cpp.llama_vocab_is_control(vocabulary, token)
    )
    # A pattern without alternatives would match everywhere; this one nowhere.
    return re.compile("|".join(re.escape(spelling) for spelling in spellings if len(spelling) > 1) or r"(?!)")
