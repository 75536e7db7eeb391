"""What the app and the process that reads documents for it say to each other.

The app sends one `Order`, then a byte for each step that it wants: the reader does nothing ahead, so whoever stops
after a step knows what was done. Each step comes as a `Frame`; the one with nothing in it is the last.

A frame is a length (four bytes, big-endian) and that many bytes of MessagePack.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from engine.doors.records import Added, Adding, Listed, Refused, Skipped
from engine.errors import (
    InputError,
    LibraryError,
    NotFoundError,
    OutsideError,
    ReaderError,
    SettingsError,
    SpecdeckError,
    SpecError,
    UnreachableError,
)
from engine.settings import Folders, Settings

GO = b"\n"
HEADER_BYTES = 4
"""The length of a frame, as an unsigned 32-bit number."""

_ERRORS: dict[str, type[SpecdeckError]] = {
    kind.__name__: kind
    for kind in (
        SpecdeckError, InputError, SpecError, OutsideError, NotFoundError, UnreachableError, SettingsError,
        LibraryError, ReaderError,
    )
}  # fmt: skip
"""Those that reading may end with, and what stands for any other."""


class Named(msgspec.Struct, frozen=True, tag=True):
    """A file, a folder or a pattern. Bytes, because the name of a file need not be text."""

    path: bytes


class Loaded(msgspec.Struct, frozen=True, tag=True):
    """A document itself."""

    data: bytes


Given = Named | Loaded | str
"""What is to be read; text is an address."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be read, and by which settings into which library."""

    folders: tuple[bytes, ...]
    settings: Settings
    sources: tuple[Given, ...]
    name: str | None
    network: bool
    overlays: tuple[Given, ...]

    @classmethod
    def of(
        cls,
        folders: Folders,
        settings: Settings,
        sources: Sequence[Path | bytes | str],
        name: str | None,
        *,
        network: bool,
        overlays: Sequence[Path | bytes | str],
    ) -> "Order":
        """Return the order for what `LibraryDoor.add_all` is given."""
        return cls(
            folders=tuple(map(os.fsencode, msgspec.structs.astuple(folders))),
            settings=settings,
            sources=tuple(map(_given, sources)),
            name=name,
            network=network,
            overlays=tuple(map(_given, overlays)),
        )

    @property
    def places(self) -> Folders:
        """Where things are kept."""
        return Folders(*(Path(os.fsdecode(each)) for each in self.folders))

    @property
    def given(self) -> list[Path | bytes | str]:
        """What is to be read, as `LibraryDoor.add_all` takes it."""
        return [_taken(each) for each in self.sources]

    @property
    def laid_over(self) -> list[Path | bytes | str]:
        """What changes it before it is read."""
        return [_taken(each) for each in self.overlays]


def _given(source: Path | bytes | str) -> Given:
    if isinstance(source, Path):
        return Named(os.fsencode(source))
    return Loaded(source) if isinstance(source, bytes) else source


def _taken(given: Given) -> Path | bytes | str:
    if isinstance(given, Named):
        return Path(os.fsdecode(given.path))
    return given.data if isinstance(given, Loaded) else given


class Failure(msgspec.Struct, frozen=True):
    """An error."""

    kind: str
    message: str
    hint: str

    @classmethod
    def of(cls, error: SpecdeckError) -> "Failure":
        """Return what tells of an error."""
        kind = next(each.__name__ for each in type(error).__mro__ if each.__name__ in _ERRORS)
        return cls(kind, str(error), error.hint)

    def error(self) -> SpecdeckError:
        """Return the error."""
        return _ERRORS[self.kind](self.message, hint=self.hint)


class Frame(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step, or an end: with a failure, or with nothing."""

    listed: Listed | None = None
    added: Added | None = None
    skipped: Skipped | None = None
    refused: tuple[str, Failure] | None = None
    """Source, and why."""
    failed: Failure | None = None

    @classmethod
    def of(cls, step: Adding) -> "Frame":
        """Return the frame that tells of a step."""
        match step:
            case Listed():
                return cls(listed=step)
            case Added():
                return cls(added=step)
            case Skipped():
                return cls(skipped=step)
            case Refused():
                return cls(refused=(step.source, Failure.of(step.error)))

    def step(self) -> Adding | None:
        """Return the step; None at the end.

        Raises:
            SpecdeckError: The one that it ended with.
        """
        if self.failed is not None:
            raise self.failed.error()
        if self.refused is not None:
            source, failure = self.refused
            return Refused(source, failure.error())
        return self.listed or self.added or self.skipped


def framed(record: Order | Frame) -> bytes:
    """Return a record as bytes for the channel."""
    body = msgspec.msgpack.encode(record)
    return len(body).to_bytes(HEADER_BYTES, "big") + body
