"""What the worker tells the parent when a request fails."""

from queue import SimpleQueue

import pytest

from engine.errors import ModelError, ModelFileError, WorkerError
from engine.models.protocol import Embed, Failed, Reply
from engine.models.worker import _Owner

WAYS = {
    "file": ModelFileError("It is damaged"),
    "request": ModelError("It is too long"),
    "run": WorkerError("It failed"),
    "foreign": ValueError("?"),
}


class Failing(_Owner[Embed]):
    """Fails each request in the way that its text names."""

    def serve(self, request: Embed) -> None:
        """Fail."""
        raise WAYS[request.texts[0]]


@pytest.mark.parametrize(
    ("way", "kind"), [("file", "file"), ("request", "request"), ("run", "run"), ("foreign", "run")]
)
def test_a_failure_is_told_by_whose_fault_it_is(way: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a run that failed counts against the model; its file and a request that does not fit do not."""
    monkeypatch.setattr("sys.excepthook", lambda *_: None)
    replies: SimpleQueue[Reply] = SimpleQueue()
    Failing(replies.put, threads=1).requests.put(Embed(id=7, path="", texts=[way]))
    reply = replies.get(timeout=10)
    assert isinstance(reply, Failed)
    assert (reply.id, reply.kind) == (7, kind)
    assert isinstance(reply.error(), WorkerError) is (kind == "run")
