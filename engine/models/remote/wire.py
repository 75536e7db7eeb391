"""What is sent to a remote model, and what it answers: bytes to pieces of text. Does no input or output.

The fields are those of OpenAI's chat completions (https://platform.openai.com/docs/api-reference/chat). Groq, vLLM,
llama-server, Ollama and LM Studio take them too, each without some.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from engine.decoding import decode_json
from engine.errors import RemoteError, RemoteFailedError
from engine.models.protocol import Finish, Message, Usage
from engine.models.remote.sse import Events
from engine.models.thoughts import Thoughts
from engine.secrets.redact import redact_text
from engine.secrets.secret import SHOWN, Secret
from engine.text import clean, clean_line

CHARS_PER_TOKEN = 4
"""Of English and JSON, as OpenAI's rule of thumb goes; only for what no service has counted."""
_LONGEST_TOKEN = 16
"""Characters of a token, on average over an answer, that are more than any model writes: a service that sends more
than the answer's tokens can be has left out the limit that it was given."""
_MAX_SENTENCE = 300
"""Characters that are shown of a service's own sentence."""
_DONE = "[DONE]"
_NAMED_AS = {
    "max_tokens": ("max_tokens", "max_completion_tokens"),
    "reasoning_effort": ("reasoning_effort", "reasoningEffort", "does not support thinking", "think value"),
    "stream_options": ("stream_options",),
    "temperature": ("temperature",),
}
"""What services call a field that they do not take: xAI writes it in its own way, Ollama says what it would do."""
_FINISHES: dict[str, Finish] = {"length": "length", "content_filter": "filtered"}


class Dialect(msgspec.Struct, frozen=True):
    """What a service does not take."""

    refused: frozenset[str] = frozenset()
    """Fields that it refused."""

    def without(self, sentence: str) -> "Dialect | None":
        """Return how to speak to a service that refused a request with this sentence.

        Returns:
            None where the sentence names no field that can be left out.
        """
        for field, names in _NAMED_AS.items():
            if field not in self.refused and any(name in sentence for name in names):
                return Dialect(self.refused | {field})
        return None


def body(model: str, messages: Sequence[Message], *, max_tokens: int, effort: str, dialect: Dialect) -> bytes:
    """Return a request for a streamed answer, as JSON.

    The length of the answer has its older name, which all services know and only the newest of OpenAI's models refuse;
    Ollama would overlook the newer one and write without end.
    """
    fields: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0,
        "max_tokens": max_tokens,
        "max_completion_tokens": max_tokens,
        "reasoning_effort": effort,
    }
    left_out = dialect.refused | {"max_completion_tokens" if "max_tokens" not in dialect.refused else "max_tokens"}
    return msgspec.json.encode({name: value for name, value in fields.items() if name not in left_out and value != ""})


def estimated_tokens(messages: Sequence[Message]) -> int:
    """Return about how many tokens messages are."""
    return sum(len(message.content) for message in messages) // CHARS_PER_TOKEN + 1


def sentence(error: Any, key: Secret) -> str:
    """Return what a service says is wrong, cleaned and shortened; empty where it says nothing.

    Args:
        error: A decoded body, or what it has under `error`: each service has a form of its own.
        key: What the service was sent, and may repeat.
    """
    match error:
        case str():
            text = redact_text(clean_line(error.replace(key.reveal(), SHOWN) if key else error))
            return text if len(text) <= _MAX_SENTENCE else f"{text[:_MAX_SENTENCE]}…"
        case {"error": inner} | {"message": str(inner)} | {"detail": inner}:
            return sentence(inner, key)
        case [{"msg": str(inner)}, *_]:
            return sentence(inner, key)
    return ""


class _Delta(msgspec.Struct):
    content: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Counts(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Groq(msgspec.Struct):
    usage: _Counts | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: _Counts | None = None
    x_groq: _Groq | None = None
    error: Any = None


class Answer:
    """Reads one answer.

    Args:
        host: Who gives it, as it may be shown.
        max_tokens: Its longest length.
        prompt_tokens: Of the prompt, estimated.
        asked_at: When it was asked for, monotonic seconds.
        key: What it was asked with.
    """

    def __init__(self, host: str, *, max_tokens: int, prompt_tokens: int, asked_at: float, key: Secret) -> None:
        self._host = host
        self._key = key
        self._max_tokens = max_tokens
        self._prompt_tokens = prompt_tokens
        self._asked_at = asked_at
        self._events = Events()
        self._counts: _Counts | None = None
        self._finish = ""
        self._thinking = Thoughts()
        self._held = ""
        self._written = self._characters = self._thoughts = 0
        self._first_at = self._last_at = asked_at
        self._heard = False
        self.complete = False
        """Nothing more is to come."""

    def feed(self, data: bytes, now: float) -> list[str]:
        """Take the next bytes and return the pieces of text in them, cleaned for a terminal.

        Raises:
            RemoteFailedError: They are no such answer, or the service says that it fails.
        """
        return self._read(self._events.feed(data), now)

    def end(self, now: float) -> list[str | Usage]:
        """Take that nothing more comes; return the last piece if there is one, and what the answer took.

        Raises:
            RemoteFailedError: The answer is not whole.
            RemoteError: The model has thought for all of its tokens and written nothing.
        """
        last = [*self._read(self._events.end(), now), self._shown(self._thinking.end(), now)]
        if not self._heard:
            hint = (
                "Check that `remote_url` is the base address of such a service; a prompt too long may be the cause too"
            )
            raise RemoteFailedError(f"{self._host} answers with no stream of words", hint=hint)
        if not (self.complete or self._finish):
            raise RemoteFailedError(f"{self._host} broke off in the middle of the answer", again=not self._written)
        if self._thoughts and not self._written and self._finish == "length":
            hint = "Raise `remote_answer_tokens`, or set `remote_effort` lower"
            raise RemoteError(f"{self._host} used all {self._max_tokens} tokens for thinking", hint=hint)
        return [*filter(None, last), self._usage()]

    def _read(self, events: list[str], now: float) -> list[str]:
        pieces = []
        for event in events:
            self._heard = True
            if self.complete or event == _DONE:
                self.complete = True
            elif piece := self._piece(event, now):
                pieces.append(piece)
        return pieces

    def _piece(self, event: str, now: float) -> str:
        try:
            chunk = decode_json(event, _Chunk)
        except (msgspec.DecodeError, RecursionError) as error:
            raise RemoteFailedError(f"{self._host} sends what is no answer of a model") from error
        if chunk.error:
            said = sentence(chunk.error, self._key) or "no reason is given"
            raise RemoteFailedError(f"{self._host} fails in the middle of the answer: {said}")
        counts = chunk.usage or (chunk.x_groq and chunk.x_groq.usage)
        if counts and (counts.prompt_tokens or counts.completion_tokens):
            self._counts = counts
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        self._finish = choice.finish_reason or self._finish
        return self._text(choice.delta or _Delta(), now)

    def _text(self, delta: _Delta, now: float) -> str:
        written = self._thinking.feed(delta.content or "")
        self._thoughts += bool(delta.reasoning or delta.reasoning_content or (delta.content and self._thinking.last))
        return self._shown(written, now)

    def _shown(self, written: str, now: float) -> str:
        # A CR at the end waits for its LF, which `clean` takes as one.
        text = self._held + written
        self._held = "\r" if text.endswith("\r") else ""
        if text := text.removesuffix("\r"):
            self._first_at, self._last_at = (self._first_at if self._written else now), now
            self._written += 1
            self._characters += len(text)
        if self._characters > self._max_tokens * _LONGEST_TOKEN:
            self._finish, self.complete = "length", True
        return clean(text)

    def _usage(self) -> Usage:
        counts = self._counts or _Counts(self._prompt_tokens, self._written + self._thoughts)
        writing_s = self._last_at - self._first_at
        tokens = counts.completion_tokens or 0
        told = self._written if self._thoughts else tokens
        return Usage(
            prompt_tokens=counts.prompt_tokens or self._prompt_tokens,
            tokens=tokens,
            prefill_ms=(self._first_at - self._asked_at) * 1000,
            tokens_per_s=(told - 1) / writing_s if told > 1 and writing_s > 0 else 0.0,
            finish=_FINISHES.get(self._finish, "stop"),
            estimated=self._counts is None,
        )
