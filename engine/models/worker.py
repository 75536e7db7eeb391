"""The model worker: `python -m engine.models.worker OPTIONS`. It runs the weights, so that the screen need not.

Four threads. The main one reads requests, and ends the process when the parent is gone, whatever native code is doing.
One owns llama.cpp, one the embedding model and one the reranker, so that a question can be embedded while an answer is
written or a reranker is loaded.
Frames go out on a private descriptor; what any library prints goes to stderr, which the parent points at a log.
"""

import faulthandler
import os
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from engine.children import be_nice, die_with_parent, private_channel
from engine.errors import ModelError, WorkerError
from engine.models.confine import confine
from engine.models.prefixes import Prefixes
from engine.models.protocol import (
    Cancel,
    Decoder,
    Done,
    Embed,
    Failed,
    Generate,
    LoadChat,
    Loaded,
    Logits,
    Options,
    Ping,
    Pong,
    Ready,
    Reply,
    Request,
    Rerank,
    Text,
    Usage,
    Vectors,
    encode,
)
from engine.models.stop import StopFlag
from engine.models.tuning import plain

if TYPE_CHECKING:
    from engine.models.chat import Chat
    from engine.models.embed import Encode
    from engine.models.rerank import Score

READ_BYTES = 1 << 16
"""As much as a pipe of Linux holds."""

SendReply = Callable[[Reply], None]
R = TypeVar("R", LoadChat | Generate, Embed, Rerank)


class _Owner(ABC, Generic[R]):
    """A thread that owns one model and serves its requests one after another."""

    def __init__(self, reply: SendReply, threads: int) -> None:
        self.requests: SimpleQueue[R] = SimpleQueue()
        self.reply = reply
        self.threads = threads
        threading.Thread(target=self._run, name=type(self).__name__, daemon=True).start()

    def _run(self) -> None:
        while True:
            request = self.requests.get()
            try:
                self.serve(request)
            except ModelError as error:
                self.reply(Failed.of(request.id, error))
            # The edge of the process: anything else that a library raises is told to the parent, and the thread lives.
            except Exception as error:  # noqa: BLE001
                sys.excepthook(type(error), error, error.__traceback__)
                self.reply(Failed(id=request.id, kind="run", message=f"The model failed: {error!r}"))

    @abstractmethod
    def serve(self, request: R) -> None:
        """Carry out one request."""


class ChatOwner(_Owner[LoadChat | Generate]):
    """Owns the chat model."""

    def __init__(self, reply: SendReply, options: Options) -> None:
        self.memory_mb = options.limits.memory_mb
        self._prefixes = Prefixes(Path(options.prefixes)) if options.prefixes else None
        self._stop = StopFlag()
        self._lock = threading.Lock()
        self._cancelled: set[int] = set()
        self._current = 0
        self._chat: Chat | None = None
        super().__init__(reply, options.threads)

    def serve(self, request: LoadChat | Generate) -> None:
        """Load the model, or write an answer with it."""
        if isinstance(request, LoadChat):
            self.reply(Loaded(id=request.id, context_tokens=self._load(request).context_tokens))
            return
        # Another client may have had another one loaded.
        chat = self._load(request)
        self.reply(Loaded(id=request.id, context_tokens=chat.context_tokens))
        self._begin(request.id)
        for part in chat.generate(request.messages, request.max_tokens):
            if isinstance(part, Usage):
                self.reply(Done(id=request.id, usage=part))
            else:
                self.reply(Text(id=request.id, text=part))
        self._begin(0)

    def cancel(self, request_id: int) -> None:
        """Stop a request, whatever it is doing, or let it end at once when its turn comes. Any thread may say so."""
        with self._lock:
            if request_id == self._current:
                self._stop.set()
            else:
                self._cancelled.add(request_id)

    def _begin(self, request_id: int) -> None:
        """From here on it is this request that can be stopped."""
        with self._lock:
            self._current = request_id
            self._stop.clear()
            if request_id in self._cancelled:
                self._cancelled.discard(request_id)
                self._stop.set()

    def _load(self, request: LoadChat | Generate) -> "Chat":
        from engine.models.chat import Chat
        from engine.models.memory import require
        from engine.models.preflight import check

        path = Path(request.path)
        chat = self._chat
        tuning = request.tuning or plain(self.threads)
        if chat is None or (chat.path, chat.asked_tokens, chat.tuning) != (path, request.context_tokens, tuning):
            if chat is not None:  # Freed before the next one is loaded: two may not fit.
                self._chat = None
                chat.close()
            # Once more: another program may have asked, or the file be another one by now.
            require(check(path), request.context_tokens, tuning, memory_mb=self.memory_mb)
            self._chat = chat = Chat(path, request.context_tokens, tuning, self._stop, self._prefixes)
        return chat


class EmbedOwner(_Owner[Embed]):
    """Owns the embedding model."""

    def __init__(self, reply: SendReply, threads: int) -> None:
        self._path = ""
        self._encode: Encode | None = None
        super().__init__(reply, threads)

    def serve(self, request: Embed) -> None:
        """Turn texts into vectors, loading the model first where needed."""
        if self._encode is None or request.path != self._path:
            from engine.models.embed import load

            self._encode = load(Path(request.path), self.threads)
            self._path = request.path
        vectors = self._encode(request.texts, request.prompt).astype("<f4", copy=False)
        self.reply(Vectors(id=request.id, dims=vectors.shape[1], data=vectors.tobytes()))


class RerankOwner(_Owner[Rerank]):
    """Owns the cross-encoder."""

    def __init__(self, reply: SendReply, threads: int) -> None:
        self._path = ""
        self._score: Score | None = None
        super().__init__(reply, threads)

    def serve(self, request: Rerank) -> None:
        """Score texts, loading the model first where needed."""
        if self._score is None or request.path != self._path:
            from engine.models.rerank import load

            self._score = load(Path(request.path), self.threads)
            self._path = request.path
        pairs = [(request.question, text) for text in request.texts]
        self.reply(Logits(id=request.id, values=self._score(pairs).tolist() if pairs else []))


def main() -> None:
    """Serve until the parent closes the channel or is gone."""
    requests, replies = private_channel()
    faulthandler.enable()
    be_nice()
    options = msgspec.json.decode(sys.argv[1], type=Options)
    limits = confine(options.limits)
    die_with_parent()
    lock = threading.Lock()

    def reply(frame: Reply) -> None:
        data = memoryview(encode(frame))
        with lock:
            try:
                while data:
                    data = data[os.write(replies, data) :]
            except OSError:
                os._exit(0)

    chat = ChatOwner(reply, options)
    embedder = EmbedOwner(reply, options.threads)
    reranker = RerankOwner(reply, options.threads)
    reply(Ready(id=0, limits=limits))
    try:
        _dispatch(requests, reply, chat, embedder, reranker)
    except WorkerError as error:
        sys.excepthook(type(error), error, error.__traceback__)
        os._exit(1)
    # At once and without clean-up: another thread may be inside native code for seconds.
    os._exit(0)


def _dispatch(requests: int, reply: SendReply, chat: ChatOwner, embedder: EmbedOwner, reranker: RerankOwner) -> None:
    """Hand requests to their owners until the channel ends."""
    decoder: Decoder[Request] = Decoder(Request)
    while data := _read(requests):
        for request in decoder.feed(data):
            match request:
                case Ping():
                    reply(Pong(id=request.id))
                case Cancel():
                    chat.cancel(request.id)
                case Embed():
                    embedder.requests.put(request)
                case Rerank():
                    reranker.requests.put(request)
                case LoadChat() | Generate():
                    chat.requests.put(request)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, READ_BYTES)
    except OSError:
        return b""


if __name__ == "__main__":
    main()
