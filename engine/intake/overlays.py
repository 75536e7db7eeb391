"""The overlays that the user gave, and which document each of them changes."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from engine.errors import InputError
from engine.intake.collect import collect
from engine.library.records import STANDARD_INPUT
from engine.net.reach import Reach
from engine.specs.limits import Limits
from engine.specs.model import Problem

if TYPE_CHECKING:
    from engine.specs.overlay import Overlay


class Given(NamedTuple):
    """An overlay, and where it comes from."""

    overlay: "Overlay"
    source: str
    """Absolute path, address, or `-`."""
    sha256: bytes

    def key(self, number: int) -> str:
        """Return under what its hash is kept beside those of a document's files; `number` is its turn, from 1."""
        return f"overlay {number}: {self.source}"


def given(source: Path | bytes | str, limits: Limits, reach: Reach | None = None) -> Given:
    """Read an overlay.

    Args:
        source: A file; the content of standard input; or an address.
        limits: How much is read.
        reach: Which addresses may be fetched from; None where the user allows no network.

    Raises:
        InputError: It cannot be read, or is no overlay.
    """
    from engine.specs.overlay import parse  # and with it the reading of documents, which a question does not need

    documents = list(collect(source, limits, reach))
    if len(documents) != 1:
        hint = "Name one file; `--overlay` may be given several times"
        raise InputError(f"{source if isinstance(source, Path) else 'The overlay'} holds several documents", hint=hint)
    [document] = documents
    data = document.load()
    return Given(parse(data, document.source, limits), document.source, hashlib.sha256(data).digest())


def again(spec: str, source: str, limits: Limits, reach: Reach | None = None) -> Given:
    """Read an overlay that a spec was changed by before.

    Args:
        spec: Name of the spec.
        source: As `Given.source` was.
        limits: How much is read.
        reach: See `given`.

    Raises:
        InputError: It is not there any more, or is none any more.
    """
    try:
        return given(_place(source), limits, reach)
    except InputError as error:
        hint = f"Name the overlays anew with `--overlay`, or begin without any: `specdeck remove {spec}`"
        if reach is None and "://" in source:
            hint = error.hint
        raise InputError(f"{spec} was changed by an overlay that cannot be used now: {error}", hint=hint) from error


def _place(source: str) -> Path | str:
    if source == STANDARD_INPUT:
        raise InputError("It came from standard input, which is not kept")
    if "://" in source:
        return source
    archive = Path(source.partition("!/")[0])
    return archive if archive.is_file() else Path(source)


def suited(overlays: Sequence[Given], documents: Sequence[str]) -> dict[str, list[Given]]:
    """Return the overlays of each document that has any, in the order given.

    One document is changed by all of them. Of several, each overlay changes those that it `extends`.

    Args:
        overlays: The overlays.
        documents: Source of each document.

    Raises:
        InputError: It is not clear which of several documents an overlay changes.
    """
    found: dict[str, list[Given]] = {}
    for one in overlays:
        meant = [document for document in documents if len(documents) == 1 or _extends(one, document)]
        if not meant and documents:
            extends = one.overlay.extends
            said = f"none of them is {extends}, which it extends" if extends else "it does not say which it `extends`"
            hint = "Name the one document that it changes"
            raise InputError(f"{one.source} cannot change {len(documents):,} documents: {said}", hint=hint)
        for document in meant:
            found.setdefault(document, []).append(one)
    return found


def strangers(overlays: Sequence[Given], document: str) -> tuple[Problem, ...]:
    """Return what there is to say of overlays that are made for another document than the one they change."""
    if document == STANDARD_INPUT:
        return ()
    message = "the overlay says that it extends {}, which has another name than the document that it was applied to"
    return tuple(
        Problem(pointer="/extends", message=message.format(one.overlay.extends), file=one.source)
        for one in overlays
        if one.overlay.extends and not _extends(one, document)
    )


def _extends(one: Given, document: str) -> bool:
    """Tell whether an overlay says that it is made for a document: by its place, or else by the name of its file."""
    extends = one.overlay.extends
    if not extends:
        return False
    try:
        file = urlsplit(extends).path.rpartition("/")[2]
        named = bool(file) and document.rpartition("/")[2] == file
        return named or document in (extends, urljoin(one.source, extends))
    except ValueError:  # brackets that hold no IPv6 address
        return False
