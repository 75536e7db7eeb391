"""The rung that asks a remote model."""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path

from engine.models.protocol import Message, Usage
from engine.models.remote.scrub import Outgoing
from engine.observe.health import RemoteHealth
from engine.settings import Settings


class Remote:
    """Asks a remote model, where the user allows it.

    Args:
        settings: Whom, for what, and how long it may take.
        config: The configuration folder, which may hold the key's file.
        clock: Monotonic seconds.
    """

    def __init__(self, settings: Settings, config: Path, clock: Callable[[], float] = time.monotonic) -> None:
        raise NotImplementedError

    async def load(self) -> None:
        """Look whether it may be asked and has what it needs. Nothing is sent.

        Raises:
            RemoteError: It is switched off, or a setting is wrong.
            KeyRefusedError: There is no key.
        """
        raise NotImplementedError

    async def key_mark(self) -> str:
        """Return what stands for the key in this process: the same for the same key; empty where there is none."""
        raise NotImplementedError

    def outgoing(self, messages: Sequence[Message]) -> Outgoing:
        """Return what `stream` would send for these messages, exactly, and to whom.

        Raises:
            RemoteError: A setting is wrong.
        """
        raise NotImplementedError

    def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        """Let the remote model answer; closing the generator closes the connection.

        Yields:
            Pieces of text, cleaned for a terminal, and at the end one `Usage`.

        Raises:
            KeyRefusedError: There is no key, or it is not accepted.
            RateLimitedError: The service, or the limit of requests, asks to wait.
            PromptTooLargeError: The prompt is more than the service takes.
            RemoteFailedError: It cannot be reached, fails, stalls or breaks off.
            RemoteError: It refuses the request otherwise, or may not be asked.
        """
        raise NotImplementedError

    async def health(self) -> RemoteHealth:
        """Return how it is, without asking it."""
        raise NotImplementedError
