"""A chat model in llama.cpp. Runs in the worker only, on one thread: a llama.cpp context is not thread-safe."""

import codecs
import ctypes
import re
import time
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import takewhile
from pathlib import Path

import jinja2
import llama_cpp

from engine.errors import ModelError, ModelFileError
from engine.models.identity import identity as files_identity
from engine.models.loop import AHEAD_TOKENS, MEMORIES, Loop, StoppedError, shared
from engine.models.prefixes import Prefixes
from engine.models.protocol import Finish, Message, Usage
from engine.models.stop import StopFlag
from engine.models.template import ChatTemplate
from engine.models.tuning import Tuning, identity
from engine.text import clean

PIECE_BYTES = 64
"""Room for what a token stands for; llama.cpp says how much the few longer ones need."""


class Chat:
    """A loaded chat model.

    Args:
        path: A GGUF file that `preflight.check` has passed.
        context_tokens: Window, prompt and answer together; cut to what the model was trained on.
        tuning: How it is run.
        stop: Stops it, also inside a prompt; whoever sets it clears it.
        prefixes: Keeps what it has read of the beginning of every prompt.

    Raises:
        ModelFileError: llama.cpp does not take the file, or it has no chat template.
    """

    def __init__(
        self, path: Path, context_tokens: int, tuning: Tuning, stop: StopFlag, prefixes: Prefixes | None = None
    ) -> None:
        self.path = path
        self.asked_tokens = context_tokens
        self.tuning = tuning
        kind, flash = MEMORIES[tuning.memory]
        self._prefixes = prefixes
        self._identity = identity(path)
        try:
            self._llama = llama_cpp.Llama(
                model_path=str(path),
                n_ctx=context_tokens,
                n_batch=tuning.batch_tokens,
                n_ubatch=tuning.batch_tokens,
                n_threads=tuning.threads,
                n_threads_batch=tuning.read_threads,
                type_k=kind,
                type_v=kind,
                flash_attn=flash,
                verbose=False,
            )
        # The binding reads every template of the file, those that are not used too.
        except (ValueError, OSError, RuntimeError, jinja2.TemplateError) as error:
            raise ModelFileError(f"llama.cpp cannot load {path.name}: {error}") from error
        template = self._llama.metadata.get("tokenizer.chat_template")
        if template is None:
            self.close()
            raise ModelFileError(
                f"{path.name} has no chat template, so it is not an instruct model",
                hint="Import an instruct (chat) model; see `specdeck models list`",
            )
        self._vocabulary = llama_cpp.llama_model_get_vocab(self._llama.model)
        self._template = ChatTemplate(
            template, bos=self._spelling(self._llama.token_bos()), eos=self._spelling(self._llama.token_eos())
        )
        self._control = self._control_texts()
        self._loop = Loop(self._llama.model, self._llama.ctx, tuning.batch_tokens, stop)

    @property
    def context_tokens(self) -> int:
        """The window in tokens."""
        return int(self._llama.n_ctx())

    def close(self) -> None:
        """Free the model's memory."""
        self._llama.close()

    def generate(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str | Usage]:
        """Yield the answer in pieces, cleaned for a terminal, and at the end the usage. Greedy, so repeatable.

        Args:
            messages: The conversation; for no tokens the beginning of conversations, which is read ahead.
            max_tokens: Longest answer.

        Raises:
            ModelError: The prompt is longer than the window.
            WorkerError: llama.cpp failed.
        """
        started = time.monotonic()
        answers = max_tokens > 0
        prompt = self._rendered(messages, answer=answers)
        step = 0 if answers else AHEAD_TOKENS
        room = self.context_tokens - len(prompt)
        if room <= 0:
            raise ModelError(
                f"The prompt has {len(prompt)} tokens and the model's window holds {self.context_tokens}",
                hint="Raise `context_tokens` in the settings",
            )
        text = _Text()
        tokens = read = 0
        first = last = 0.0
        finish: Finish = "stop"
        try:
            read = self._begin(self._beginning(messages, prompt), step)
            read += self._loop.read(prompt, for_more=answers, step=step)
            for token in self._loop.write(min(max_tokens, room)):
                last = time.monotonic()
                first = first or last
                tokens += 1
                if piece := text.add(self._piece(token)):
                    yield piece
            if tokens == min(max_tokens, room):
                finish = "length"
        except StoppedError:
            finish = "cancelled"
        yield Usage(
            prompt_tokens=len(prompt),
            read_tokens=read,
            tokens=tokens,
            prefill_ms=((first or time.monotonic()) - started) * 1000,
            tokens_per_s=(tokens - 1) / (last - first) if tokens > 1 and last > first else 0.0,
            finish=finish,
        )

    def _beginning(self, messages: Sequence[Message], prompt: Sequence[int]) -> list[int]:
        """Return the tokens that this prompt shares with all that begin with the same fixed messages."""
        fixed = list(takewhile(lambda message: message.fixed, messages))
        return list(prompt[: shared(self._rendered(fixed, answer=False), prompt)]) if fixed else []

    def _begin(self, tokens: Sequence[int], step: int) -> int:
        """Know the beginning of a prompt, as it was kept or by reading it; return how many tokens were read."""
        if self._prefixes is None or not tokens or self._loop.knows(tokens):
            return 0
        name = self._name(tokens)
        state = self._prefixes.take(name)
        if state is not None and self._loop.restore(tokens, state):
            self._prefixes.put_back(name)
            return 0
        read = self._loop.read(tokens, for_more=False, step=step)
        self._prefixes.keep(name, self._loop.state())
        return read

    def _name(self, tokens: Sequence[int]) -> str:
        """Return what names the state after these tokens: all that it depends on, llama.cpp's own files too."""
        library = files_identity(Path(llama_cpp.__file__).with_name("lib")).hex()
        parts = (library, self._identity, self.context_tokens, self.tuning.memory, list(tokens))
        return blake2b(repr(parts).encode(), digest_size=16).hexdigest()

    def _rendered(self, messages: Sequence[Message], *, answer: bool) -> list[int]:
        """Return the tokens of a conversation, up to where the answer begins."""
        quoted = [{"role": message.role, "content": self._quoted(message.content)} for message in messages]
        text = self._template.render(quoted, answer=answer)
        return list(self._llama.tokenize(text.encode(), add_bos=False, special=True))

    def _quoted(self, content: str) -> str:
        """Break up what the tokeniser would read as the model's control language, such as the end of a turn.

        Content holds text from specs; only the chat template may speak that language.
        """
        return self._control.sub(lambda match: f"{match[0][0]} {match[0][1:]}", content)

    def _control_texts(self) -> re.Pattern[str]:
        """Return a pattern for the spellings of the vocabulary's control tokens."""
        spellings = (
            self._spelling(token)
            for token in range(self._llama.n_vocab())
            if llama_cpp.llama_vocab_is_control(self._vocabulary, token)
        )
        # A pattern without alternatives would match everywhere; this one nowhere.
        return re.compile("|".join(re.escape(spelling) for spelling in spellings if len(spelling) > 1) or r"(?!)")

    def _spelling(self, token: int) -> str:
        text = llama_cpp.llama_vocab_get_text(self._vocabulary, token) if token >= 0 else b""
        return bytes(text).decode(errors="replace")

    def _piece(self, token: int) -> bytes:
        """Return what a token stands for: a piece of UTF-8, not always of whole characters."""
        size = PIECE_BYTES
        while True:
            buffer = ctypes.create_string_buffer(size)
            length = llama_cpp.llama_token_to_piece(self._vocabulary, token, buffer, size, 0, False)
            if length >= 0:
                return buffer.raw[:length]
            size = -length


class _Text:
    """Makes text for a terminal of pieces of UTF-8."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""

    def add(self, piece: bytes) -> str:
        """Return what is complete. What never gets so is no text."""
        text = self._held + self._decoder.decode(piece)
        # A CR at the end waits for its LF, which `clean` takes as one.
        self._held = "\r" if text.endswith("\r") else ""
        return clean(text.removesuffix("\r"))
