"""What a client, the desk and the model worker say to each other, and how it is framed.

A frame is a length (four bytes, big-endian) and that many bytes of MessagePack. This module does no input or output:
it turns records into bytes and bytes, cut anywhere, back into records.

Every request has an `id`, and every reply carries the `id` of its request:

    LoadChat  → Loaded | Failed
    Embed     → Vectors | Failed
    Rerank    → Logits | Failed
    Generate  → Loaded, Text* then Done | Failed
    (each of these after `Begun`, once its turn has come)
    Cancel    → nothing of its own; the request with that id ends: a `Generate` with `Done`, another with `Failed` if
                it was still waiting, else with its reply
    Ping      → Pong

The worker says `Ready` once, and the desk tells each client its `Status` whenever that changes, both with the id 0.
"""

from typing import Any, Generic, Literal, TypeVar

import msgspec

from engine.errors import CrashError, ModelError, ModelFileError, WorkerError
from engine.models.tuning import Tuning

MAX_FRAME_BYTES = 64 * 2**20
"""Larger frames are refused on both sides: a length that is out of step must not fill the memory."""

HEADER_BYTES = 4
"""The length of a frame, as an unsigned 32-bit number."""


REQUEST_S = 300.0
"""Longest time for a request that names none: loading a model from a slow disk; then the worker counts as hung."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker may take; 0 for no limit."""

    memory_mb: int = 0
    """Memory in MB."""
    cores: int = 0
    """Cores that all its threads together may keep busy."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How a worker runs. Clients that differ in this do not share one."""

    threads: int
    """Threads for each model."""
    limits: Limits = Limits()
    prefixes: str = ""
    """Folder for what chat models have read of the beginning of every prompt; none is kept where empty."""


class _Frame(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    id: int


class _Work(_Frame, frozen=True, kw_only=True):
    path: str
    """The model: absolute."""
    within_s: float = REQUEST_S
    """Seconds from its turn after which a worker that has not carried it out is ended; of a `Generate` those for
    loading the model."""


class Message(msgspec.Struct, frozen=True):
    """One turn of a conversation with a chat model."""

    role: Literal["system", "user", "assistant"]
    content: str
    fixed: bool = False
    """The program's own words, with which every prompt begins: what a model made of them may be kept on disk."""


Finish = Literal["stop", "length", "cancelled", "filtered"]
"""The model ended, the allowance was used up, the caller cancelled, or a remote service held back the rest."""


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What one generation took."""

    prompt_tokens: int
    """Tokens of the rendered prompt, whether read again or still known from the one before."""
    read_tokens: int = 0
    """Those of them that were read; 0 where nobody counted."""
    tokens: int
    """Tokens written."""
    prefill_ms: float
    """From the request to the first token."""
    tokens_per_s: float
    """Speed after the first token; 0 when there were fewer than two."""
    finish: Finish
    estimated: bool = False
    """A remote service told no counts of tokens: these are by pieces and characters."""


class LoadChat(_Work, frozen=True):
    """Load a GGUF file, unless it is loaded already with this window and tuning."""

    context_tokens: int
    tuning: Tuning | None = None
    """How it is run, where it was measured."""


Within = tuple[str, int, int]
"""A part of a text as it is meant there: the text, and where the part begins and ends in it."""


class Embed(_Work, frozen=True):
    """Turn texts into vectors with the model in the folder `path`."""

    texts: list[str | Within]
    prompt: str = ""
    """What the model reads before each."""


class Rerank(_Work, frozen=True):
    """Tell how well each text answers the question, with the cross-encoder in the folder `path`. No text: load it."""

    question: str
    texts: list[str]


class Generate(_Work, frozen=True):
    """Write an answer with a chat model, which is loaded first where another client has had another one loaded."""

    context_tokens: int
    messages: list[Message]
    max_tokens: int
    """0 to read ahead what later prompts begin with."""
    tuning: Tuning | None = None
    """How it is run, where it was measured."""


class Cancel(_Frame, frozen=True):
    """Nobody waits for the request with this id: stop it, if it can be stopped."""


class Ping(_Frame, frozen=True):
    """Are you there?"""


class Pong(_Frame, frozen=True):
    """Yes."""


class Ready(_Frame, frozen=True):
    """The worker listens. Sent once, with id 0."""

    limits: list[str] = []
    """What it is kept from, for the health pane."""


class Status(_Frame, frozen=True):
    """How the worker is. The desk tells this to each client, with id 0."""

    pid: int = 0
    """0 when it is not running."""
    ready: bool = False
    restarts: int = 0
    clients: int = 0
    """Programs that share it; 0 where nobody has asked for it yet."""
    loaded: list[str] = []
    """The models that it has in memory."""
    limits: list[str] = []
    ended: str = ""
    """Why it ended, if it has and no other was started."""
    keeper: int = 0
    """The process that keeps it for several programs; 0 when it is the client's own."""


class Begun(_Frame, frozen=True):
    """The worker has the request now. Until then it waited for others, or for the worker to start."""


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
    """The request could not be carried out."""

    kind: Literal["file", "request", "run", "crash"]
    """The model's file is no good, the request does not fit the model or ended through no fault of its own, running it
    failed, or the worker died of it."""
    message: str
    hint: str = ""
    twice: bool = False
    rebuild: bool = False
    """Of a crash; see `CrashError`."""

    @classmethod
    def of(cls, id_: int, error: ModelError) -> "Failed":
        """Return the frame that tells a client of an error."""
        kinds = (kind for kind, failure in FAILURES.items() if isinstance(error, failure))
        failed = cls(id=id_, kind=next(kinds), message=str(error), hint=error.hint)
        if isinstance(error, CrashError):
            return msgspec.structs.replace(failed, twice=error.twice, rebuild=error.rebuild)
        return failed

    def error(self) -> ModelError:
        """Return the error to raise in the UI process."""
        if self.kind == "crash":
            return CrashError(self.message, hint=self.hint or None, twice=self.twice, rebuild=self.rebuild)
        return FAILURES[self.kind](self.message, hint=self.hint or None)


Work = LoadChat | Embed | Rerank | Generate
"""What a model carries out."""
Request = Work | Cancel | Ping
Reply = Ready | Status | Pong | Begun | Loaded | Vectors | Logits | Text | Done | Failed

FAILURES: dict[Literal["file", "request", "run", "crash"], type[ModelError]] = {
    "file": ModelFileError,
    "crash": CrashError,
    "run": WorkerError,
    "request": ModelError,
}
"""The most special first."""


def is_last(request: Work, reply: Reply) -> bool:
    """Tell whether nothing comes after this reply to a request."""
    if isinstance(reply, Loaded):
        return isinstance(request, LoadChat)
    return not isinstance(reply, Begun | Text)


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
