"""Work that goes on beside the keys."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker, WorkerCancelled, WorkerFailed


def start(
    node: DOMNode, work: Callable[[], Coroutine[Any, Any, None]], group: str, *, exclusive: bool = False
) -> Worker[None]:
    """Start work of a widget or the app; what it raises is told, and does not end the app.

    Args:
        node: Whose work it is; it ends with it.
        work: A function and not its coroutine, which Python would complain of when it is cancelled before it begins.
        group: What kind of work it is.
        exclusive: Cancel the node's work of this kind that still goes on.
    """
    worker: Worker[None] = node.run_worker(work, group=group, exclusive=exclusive, exit_on_error=False)
    return worker


async def ended(worker: Worker[None] | None) -> None:
    """Cancel work, where there is any, and wait until it has ended."""
    if worker is not None:
        worker.cancel()
        with suppress(WorkerCancelled, WorkerFailed):
            await worker.wait()
