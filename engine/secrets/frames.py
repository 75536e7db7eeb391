"""What a crash report shows of an error besides its text: the variables of the frames that it passed through."""

from types import TracebackType


class Unframed:
    """Lets errors out without the frames they passed inside, whose variables hold a secret or what was sent with it."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        """Drop the frames of an error and of what led to it."""
        while error is not None:
            error.__traceback__ = None
            error = error.__cause__ or error.__context__
