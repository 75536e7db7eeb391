"""How much is read of one document, and what is said when it is more."""

import time
from collections.abc import Callable

import msgspec

from engine.errors import SpecError

_CHECK_EVERY = 256
"""Parts between two looks at the clock."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is read; each has a setting of the same name."""

    max_document_mb: int = 256
    """Size of a document, and of all that an archive holds once it is unpacked."""
    max_depth: int = 200
    """Nesting."""
    max_parts: int = 5_000_000
    """Parameters, bodies, schemas and the like, shared ones as often as they are referred to. The largest document
    known (Microsoft Graph beta) has 870,000."""
    max_operations: int = 200_000
    """The largest document known has 22,361."""
    max_seconds: float = 300.0
    """Time for one document."""


class Budget:
    """What is left of the limits while one document is read. Every loop over something from outside spends of it.

    Args:
        limits: The limits.
        clock: Seconds that only grow.
    """

    def __init__(self, limits: Limits = Limits(), clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._clock = clock
        self._end = clock() + limits.max_seconds
        self._parts = 0
        self._operations = 0
        self._look_at = 0

    def spend(self, parts: int = 1) -> None:
        """Count parts that are read.

        Raises:
            SpecError: They are more than `max_parts`, or `max_seconds` have passed.
        """
        self._parts += parts
        if self._parts > self.limits.max_parts:
            what = f"more than {self.limits.max_parts:,} parts once its references are followed"
            raise exceeded(f"The document has {what}", "max_parts")
        if self._parts >= self._look_at:
            self._look_at = self._parts + _CHECK_EVERY
            self.check_time()

    def spend_operation(self) -> None:
        """Count an operation.

        Raises:
            SpecError: They are more than `max_operations`, or `max_seconds` have passed.
        """
        self._operations += 1
        if self._operations > self.limits.max_operations:
            raise exceeded(f"The document has more than {self.limits.max_operations:,} operations", "max_operations")
        self.spend()

    @property
    def seconds_left(self) -> float:
        """Time that is left, for work that another process does."""
        return max(0.0, self._end - self._clock())

    def check_time(self) -> None:
        """Look at the clock.

        Raises:
            SpecError: `max_seconds` have passed.
        """
        if self._clock() > self._end:
            raise exceeded(f"Reading the document takes longer than {self.limits.max_seconds:g} s", "max_seconds")


def exceeded(message: str, setting: str) -> SpecError:
    """Return the error for a limit that was passed, which names the setting that moves it."""
    return SpecError(message, hint=f"Raise the setting `{setting}` if you trust the document")
