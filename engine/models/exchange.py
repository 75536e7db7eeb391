"""Requests that were sent and are not fully answered yet. Knows nothing of what carries them."""

import asyncio
import itertools
from collections.abc import Callable
from typing import TypeVar

from engine.errors import ModelError, WorkerError
from engine.models.protocol import Cancel, Done, Failed, Reply, Request, Work, is_last

Answers = asyncio.Queue[Reply | ModelError]
"""The replies to one request as they come; an error in place of the last one where there is none to come."""
R = TypeVar("R", bound=Reply)


class Exchange:
    """Gives each request an id and its replies a queue.

    Args:
        send: Takes a request to the other side.
        on_change: Called when the first request was opened, or the last one answered.
    """

    def __init__(self, send: Callable[[Request], None], on_change: Callable[[], None]) -> None:
        self._send = send
        self._on_change = on_change
        self._ids = itertools.count(1)
        self._open: dict[int, tuple[Work, Answers]] = {}

    @property
    def requests(self) -> list[Work]:
        """What is not fully answered, oldest first."""
        return [request for request, _ in self._open.values()]

    def next_id(self) -> int:
        """Return an id for a request."""
        return next(self._ids)

    def open(self, request: Work) -> Answers:
        """Send a request and return where its replies come.

        Raises:
            WorkerError: It is too large.
        """
        answers = Answers()
        self._open[request.id] = request, answers
        try:
            self._send(request)
        except WorkerError:
            del self._open[request.id]
            raise
        self._on_change()
        return answers

    def cancel(self, request: Work) -> None:
        """Tell the other side that nobody waits for a request any more. Its last reply still comes."""
        if request.id in self._open:
            self._send(Cancel(id=request.id))

    def route(self, reply: Reply) -> tuple[Work, bool]:
        """Give a reply to whom it belongs, and return the request and whether this was its last reply.

        Raises:
            WorkerError: No such request is open.
        """
        if reply.id not in self._open:
            raise WorkerError("The channel to the model worker is out of step")
        request, answers = self._open[reply.id]
        last = is_last(request, reply)
        if last:
            del self._open[reply.id]
        answers.put_nowait(reply)
        if last:
            self._on_change()
        return request, last

    def end(self, error: Callable[[Work], ModelError]) -> None:
        """Give each open request the error that is meant for it: the other side is gone."""
        ended, self._open = self._open, {}
        for request, answers in ended.values():
            answers.put_nowait(error(request))
        self._on_change()


def expect(answer: Reply | ModelError, kind: type[R]) -> R:
    """Return `answer` if it is of this kind, and raise what it stands for if it is not.

    Raises:
        ModelError: The worker refused or ended.
    """
    match answer:
        case Failed():
            raise answer.error()
        case ModelError():
            raise answer
        case _ if isinstance(answer, kind):
            return answer
    raise WorkerError(f"The model worker answered {type(answer).__name__} out of turn")


def is_end(answer: Reply | ModelError) -> bool:
    """Tell whether an answer of the chat model is over."""
    return isinstance(answer, Done | Failed | ModelError)
