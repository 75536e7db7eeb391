"""Documents into the library: collected, read, stored. All of it blocks; call it from a thread."""

import hashlib
import posixpath
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from engine.collector import paused
from engine.doors.records import Added, Adding, Listed, Refused, Skipped
from engine.errors import InputError, SpecError
from engine.indexing.index import index
from engine.intake.collect import collect
from engine.intake.overlays import Given, again, given, strangers, suited
from engine.intake.records import SUFFIXES, Document
from engine.library.overlays import overlays_of
from engine.library.records import STANDARD_INPUT, NewSpec, SpecInfo, check_name
from engine.library.store import Library
from engine.net.address import without_secrets
from engine.net.reach import Reach
from engine.settings import Settings
from engine.specs import READER
from engine.specs.limits import Limits
from engine.specs.model import Spec
from engine.text import clean_line

if TYPE_CHECKING:
    from engine.specs.bundle import Neighbour

_GENERIC_NAMES = frozenset(
    "api asyncapi bruno collection definition index introspection model openapi opencollection readme schema schemas"
    " spec swagger".split()
)
"""File names that say nothing, so that the document's title is the better name."""
_PARTS = frozenset(("bru", "json", "yaml", "markdown", "text"))
"""What is read as a sample of data, as words or as one request may, in a folder, be a part of another document."""


class _Order(NamedTuple):
    """What the user gave beside the documents, and what is learnt while they are added."""

    name: str | None
    reach: Reach | None
    overlays: dict[str, list[Given]]
    """Source of each document that the user named overlays for."""
    parts: set[str]
    """Sources of what is a part of a document, or an overlay of one."""


class Adder:
    """Adds documents to the library.

    Args:
        library: The library.
        settings: The settings: limits, and whether the network may be reached.
        info: Tells of a spec in the library.
    """

    def __init__(self, library: Library, settings: Settings, info: Callable[[str], SpecInfo]) -> None:
        self._library = library
        self._settings = settings
        self._info = info
        self._limits = msgspec.convert(settings, Limits, from_attributes=True)

    def add(
        self,
        sources: Sequence[Path | bytes | str],
        name: str | None,
        *,
        network: bool,
        overlays: Sequence[Path | bytes | str] = (),
    ) -> Iterator[Adding]:
        """Read documents into the library; see `LibraryDoor.add_all`."""
        if name is not None:
            check_name(name)
        documents: list[Document] = []
        reach = _reach(self._settings) if network or self._settings.network else None
        laid = [given(overlay, self._limits, reach) for overlay in overlays]
        for source in sources:
            try:
                documents += collect(source, self._limits, reach)
            except InputError as error:
                yield Refused(_shown(source), error)
        if name is not None and len(documents) > 1:
            raise InputError(f"{len(documents):,} documents cannot all be named {name!r}", hint="Leave --name out")
        parts = {overlay.source for overlay in laid}
        over = suited(laid, [document.source for document in documents if document.source not in parts])
        order = _Order(name, reach, over, parts)
        yield Listed(len(documents))
        undecided: list[Document] = []
        for document in documents:
            step = self._try(document, order, may_be_part=not document.named)
            if step is None:
                undecided.append(document)
            else:
                yield step
        decided = {document.source for document in documents} - {document.source for document in undecided}
        folders = set(map(posixpath.dirname, parts)) - set(map(posixpath.dirname, decided))
        for document in undecided:  # What others refer to is known by now, and no document of its own.
            if document.source in parts or _is_among(document, folders):
                yield Skipped(document.shown)
            elif step := self._try(document, order, may_be_part=False):
                yield step

    def read(self, path: Path) -> Spec:
        """Return what a file holds, without adding it.

        Raises:
            InputError: It cannot be read, or is an archive of several documents.
            SpecError: It is no specification.
        """
        documents = list(collect(path, self._limits))
        if len(documents) != 1:
            raise InputError(f"{path} holds {len(documents) or 'no'} documents", hint="Name one file")
        [document] = documents
        return self._parse(document, document.load(), document.neighbour)

    def _try(self, document: Document, order: _Order, *, may_be_part: bool) -> Adding | None:
        """Add a document; None where it may be a part of another one, and is nothing else by its own."""
        try:
            over = order.overlays.get(document.source) or self._as_before(document, order)
        except InputError as error:  # What was changed by an overlay before is no part of another document.
            return Refused(document.shown, error)
        try:
            with paused():
                return self._add(document, order, over, may_be_part=may_be_part)
        except InputError as error:
            return None if may_be_part else Refused(document.shown, error)
        except MemoryError:
            hint = "Close other programs, or split the document"
            return Refused(document.shown, SpecError("It needs more memory to be read than there is", hint=hint))

    def _add(self, document: Document, order: _Order, over: Sequence[Given], *, may_be_part: bool) -> Added | None:
        name, parts = order.name, order.parts
        data = document.load()
        sha256 = hashlib.sha256(data).digest()
        hashes = {overlay.key(number): overlay.sha256 for number, overlay in enumerate(over, 1)}
        for known, files in self._library.with_content(sha256, name, document.source, READER):
            if _unchanged(document, files, hashes):
                parts.update(_source_of(document, file) for file in files.keys() - hashes.keys())
                return Added(info=self._info(known), changed=False)
        files = {}
        spec = self._parse(document, data, _recorded(document, files), over)
        if may_be_part and (spec.about.format in _PARTS or not (spec.operations or spec.webhooks or spec.passages)):
            return None
        parts.update(_source_of(document, file) for file in files)
        stem = _stem(document.name)
        new = NewSpec(
            spec=spec,
            source=document.source,
            sha256=sha256,
            bytes=len(data),
            name=name,
            suggestion=spec.about.title if stem.lower() in _GENERIC_NAMES or not stem else stem,
            reader=READER,
            files=files | hashes,
        )
        added = self._library.add(new, index(spec))
        return Added(info=self._info(added), changed=True, problems=spec.problems)

    def _as_before(self, document: Document, order: _Order) -> list[Given]:
        """Return the overlays that a document was changed by when it was added before, as they are now.

        Raises:
            InputError: One of them cannot be used any more.
        """
        spec, sources = overlays_of(self._library, order.name, document.source)
        order.parts.update(sources)
        return [again(spec, source, self._limits, order.reach) for source in sources]

    def _parse(
        self, document: Document, data: bytes, neighbour: "Neighbour | None", over: Sequence[Given] = ()
    ) -> Spec:
        from engine.specs.read import read  # which an unchanged document does not need

        overlays = [one.overlay for one in over]
        spec = read(data, self._limits, name=document.name, neighbour=neighbour, overlays=overlays)
        remarks = strangers(over, document.source)
        return msgspec.structs.replace(spec, problems=(*remarks, *spec.problems)) if remarks else spec


def _recorded(document: Document, files: dict[str, bytes]) -> "Neighbour":
    """Return a neighbour that notes in `files` the hash of each file that is asked for, as `NewSpec.files` has it."""

    def opened(relative: str) -> bytes:
        files[relative] = b""
        data = _beside(document, relative)
        files[relative] = hashlib.sha256(data).digest()
        return data

    return opened


def _beside(document: Document, relative: str) -> bytes:
    if document.neighbour is None:
        raise InputError("The document came without the files beside it")
    return document.neighbour(relative)


def _unchanged(document: Document, files: dict[str, bytes], overlays: dict[str, bytes]) -> bool:
    """Tell whether the files that a document is split over are as they were, those that are missing included.

    So must be the overlays, which are told here by their keys and hashes.
    """
    now = dict(overlays)
    opened = _recorded(document, now)
    for file in files.keys() - overlays.keys():
        with suppress(InputError):
            opened(file)
    return now == files


def _is_among(document: Document, folders: set[str]) -> bool:
    """Tell whether a file lies where nothing but parts of others does: as a part that nothing refers to."""
    return posixpath.dirname(document.source) in folders and document.source.endswith((".json", ".yaml", ".yml"))


def _source_of(document: Document, relative: str) -> str:
    """Return the source of a file beside a document."""
    return clean_line(posixpath.normpath(posixpath.join(posixpath.dirname(document.source), relative)))


def _reach(settings: Settings) -> Reach:
    return Reach(private=settings.private_addresses, ca_bundle=settings.ca_bundle)


def _shown(source: Path | bytes | str) -> str:
    if isinstance(source, bytes):
        return STANDARD_INPUT
    if isinstance(source, Path):
        return clean_line(str(source))
    return without_secrets(source)


def _stem(name: str) -> str:
    """Return the file's name without the last suffix: `api.github.com.json` → `api.github.com`."""
    path = PurePosixPath(name)
    return path.stem if path.suffix.lower() in SUFFIXES else path.name
