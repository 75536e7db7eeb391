"""What the UI process and the model worker say to each other, and how it is framed.

A frame is a length (four bytes, big-endian) and that many bytes of MessagePack. This module does no input or output:
it turns records into bytes and bytes, cut anywhere, back into records.

Every request has an `id`, and every reply carries the `id` of its request:

    LoadChat  → Loaded | Failed
    Embed     → Vectors | Failed
    Rerank    → Logits | Failed
    Generate  → Text* then Done | Failed
    Cancel    → nothing of its own; the `Generate` with that id ends with `Done`
"""

from typing import Any, Generic, Literal, TypeVar

import msgspec

from engine.errors import ModelError, ModelFileError, WorkerError

MAX_FRAME_BYTES = 64 * 2**20
"""Larger frames are refused on both sides: a length that is out of step must not fill the memory."""

HEADER_BYTES = 4
"""The length of a frame, as an unsigned 32-bit number."""


class _Frame(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    id: int


class Message(msgspec.Struct, frozen=True):
    """One turn of a conversation with a chat model."""

    role: Literal["system", "user", "assistant"]
    content: str


Finish = Literal["stop", "length", "cancelled", "filtered"]
"""The model ended, the allowance was used up, the caller cancelled, or a remote service held back the rest."""


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What one generation took."""

    prompt_tokens: int
    """Tokens of the rendered prompt, whether read again or still known from the one before."""
    tokens: int
    """Tokens written."""
    prefill_ms: float
    """From the request to the first token."""
    tokens_per_s: float
    """Speed after the first token; 0 when there were fewer than two."""
    finish: Finish
    estimated: bool = False
    """A remote service told no counts of tokens: these are by pieces and characters."""


class LoadChat(_Frame, frozen=True):
    """Load a GGUF file, unless it is loaded already with this window."""

    path: str
    context_tokens: int


Within = tuple[str, int, int]
"""A part of a text as it is meant there: the text, and where the part begins and ends in it."""


class Embed(_Frame, frozen=True):
    """Turn texts into vectors with the model in the folder `path`."""

    path: str
    texts: list[str | Within]


class Rerank(_Frame, frozen=True):
    """Tell how well each text answers the question, with the cross-encoder in the folder `path`. No text: load it."""

    path: str
    question: str
    texts: list[str]


class Generate(_Frame, frozen=True):
    """Write an answer with the chat model that is loaded."""

    messages: list[Message]
    max_tokens: int


class Cancel(_Frame, frozen=True):
    """Stop the `Generate` with this id, whatever it is doing."""


class Ready(_Frame, frozen=True):
    """The worker listens. Sent once, with id 0."""


class Loaded(_Frame, frozen=True):
    """The chat model is in memory."""

    context_tokens: int
    """The window that it got: what was asked for, or what the model was trained on where that is less."""


class Vectors(_Frame, frozen=True):
    """One L2-normalised vector a text, in the order of the texts: float32, little-endian, one after another."""

    dims: int
    data: bytes


class Logits(_Frame, frozen=True):
    """One number a text, in the order of the texts; the sigmoid of it is a relevance."""

    values: list[float]


class Text(_Frame, frozen=True):
    """The next piece of an answer, cleaned for a terminal."""

    text: str


class Done(_Frame, frozen=True):
    """The answer is complete."""

    usage: Usage


class Failed(_Frame, frozen=True):
    """The request could not be carried out; the worker goes on."""

    kind: Literal["file", "request", "run"]
    """The model's file is no good, the request does not fit the model, or running it failed."""
    message: str
    hint: str = ""

    def error(self) -> ModelError:
        """Return the error to raise in the UI process."""
        return FAILURES[self.kind](self.message, hint=self.hint or None)


Request = LoadChat | Embed | Rerank | Generate | Cancel
Reply = Ready | Loaded | Vectors | Logits | Text | Done | Failed

FAILURES = {"file": ModelFileError, "request": ModelError, "run": WorkerError}

_encoder = msgspec.msgpack.Encoder()


def encode(frame: Request | Reply) -> bytes:
    """Return `frame` as bytes for the channel.

    Raises:
        WorkerError: It is larger than `MAX_FRAME_BYTES`.
    """
    body = _encoder.encode(frame)
    if len(body) > MAX_FRAME_BYTES:
        raise WorkerError(f"A message of {len(body) / 2**20:.0f} MiB is too large for the model worker")
    return len(body).to_bytes(HEADER_BYTES, "big") + body


F = TypeVar("F")


class Decoder(Generic[F]):
    """Turns bytes, cut anywhere, into frames of one direction.

    Args:
        kind: `Request` or `Reply`.
    """

    def __init__(self, kind: Any) -> None:
        self._buffer = bytearray()
        self._decoder: msgspec.msgpack.Decoder[F] = msgspec.msgpack.Decoder(kind)

    def feed(self, data: bytes) -> list[F]:
        """Take the next bytes and return the frames that they complete, in order.

        Raises:
            WorkerError: The bytes are not frames of this protocol. The channel is of no use after that.
        """
        self._buffer += data
        frames: list[F] = []
        while len(self._buffer) >= HEADER_BYTES:
            size = int.from_bytes(self._buffer[:HEADER_BYTES], "big")
            if size > MAX_FRAME_BYTES:
                raise WorkerError("The channel to the model worker is out of step")
            end = HEADER_BYTES + size
            if len(self._buffer) < end:
                break
            try:
                frames.append(self._decoder.decode(self._buffer[HEADER_BYTES:end]))
            except msgspec.DecodeError as error:
                raise WorkerError("The channel to the model worker is out of step") from error
            del self._buffer[:end]
        return frames
