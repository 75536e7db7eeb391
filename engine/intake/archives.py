"""Documents in a zip or tar archive. Nothing is written to the disk, and no more is unpacked than the limits allow."""

import bz2
import gzip
import io
import lzma
import posixpath
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING

from engine.errors import InputError, OutsideError
from engine.intake.records import Document, is_candidate
from engine.specs.beside import is_passed_over
from engine.specs.limits import Limits, exceeded
from engine.text import clean_line

if TYPE_CHECKING:
    from engine.specs.bundle import Neighbour

HEAD = 512
"""Bytes of a file that `may_be_archive` looks at."""
MAX_MEMBERS = 100_000
"""Files of one archive; the largest collection known has 5,000."""
_ZIP = b"PK\3\4"
_COMPRESSED: dict[bytes, Callable[[IO[bytes]], io.BufferedIOBase]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
}
_TAR, _TAR_AT = b"ustar", 257
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,  # packed in a way, or for a version, that `zipfile` does not know
    OSError,
    ValueError,
)
_PIECE = 1 << 20
"""Bytes that are unpacked between two looks at the limits."""


def may_be_archive(head: bytes) -> bool:
    """Tell from its first bytes whether a file is a zip, a tar, or compressed."""
    return head.startswith((_ZIP, *_COMPRESSED)) or head[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR


def unpacked(data: bytes, name: str, shown: str, source: str, limits: Limits) -> Iterator[Document]:
    """Return the documents in an archive; of a file that is compressed only, or a DOCX, itself.

    Args:
        data: The archive.
        name: Its name.
        shown: How it is called in messages.
        source: Where it is.
        limits: How much is unpacked.

    Raises:
        InputError: It is damaged or encrypted.
        SpecError: It holds more than the limits allow.
    """
    try:
        for magic, opened in _COMPRESSED.items():
            if data.startswith(magic):
                data, name = _decompressed(opened(io.BytesIO(data)), limits), name.rpartition(".")[0]
        if data.startswith(_ZIP):
            members = _zipped(data, limits)
        elif may_be_archive(data[:HEAD]):
            members = _tarred(data, limits)
        else:
            members = None
    except _BROKEN as error:
        raise InputError(f"The archive cannot be unpacked: {error}") from error
    except MemoryError as error:  # its header asks for as much as it likes
        raise InputError("The archive needs more memory to be unpacked than there is") from error
    if members is None:
        yield Document(name=name, shown=shown, source=source, load=lambda: data)
        return
    paths = [path for path in members if is_candidate(PurePosixPath(path))]
    if not paths:
        raise InputError("The archive holds no documents that can be read")
    for path in paths:
        member = clean_line(path)
        yield Document(
            name=member,
            shown=f"{shown}!/{member}",
            source=f"{source}!/{member}",
            load=members[path],
            neighbour=_beside(path, members),
            named=False,
        )


def _beside(path: str, members: dict[str, Callable[[], bytes]]) -> "Neighbour":
    folder = posixpath.dirname(path)

    def neighbour(relative: str) -> bytes:
        target = posixpath.normpath(posixpath.join(folder, relative))
        if target.startswith("../"):
            raise OutsideError("It is outside the archive")
        if relative.endswith("/"):
            below = "" if target == "." else f"{target}/"
            found = (name.removeprefix(below) for name in members if name.startswith(below))
            listed = (name for name in found if not any(map(is_passed_over, name.split("/"))))
            return "\n".join(listed).encode(errors="replace")
        if target not in members:
            raise InputError(f"There is no {clean_line(relative)} in the archive")
        return members[target]()

    return neighbour


def _decompressed(file: io.BufferedIOBase, limits: Limits) -> bytes:
    largest = limits.max_document_mb * 1024 * 1024
    data = bytearray()
    while piece := file.read(_PIECE):
        data += piece
        if len(data) > largest:
            raise _too_large(limits)
    return bytes(data)


def _zipped(data: bytes, limits: Limits) -> dict[str, Callable[[], bytes]] | None:
    """Return path → reader of each file; None for a DOCX."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    found = [member for member in archive.infolist() if not member.is_dir()]
    if any(member.filename == "word/document.xml" for member in found):
        return None
    # What is read of a member ends at the size that is declared for it.
    _check(len(found), sum(member.file_size for member in found), limits)

    def reader(member: zipfile.ZipInfo) -> Callable[[], bytes]:
        def load() -> bytes:
            try:
                return archive.read(member)
            except (*_BROKEN, RuntimeError) as error:  # the latter: encrypted
                raise InputError(f"It cannot be unpacked: {error}") from error

        return load

    return _by_path((member.filename, reader(member)) for member in found)


def _tarred(data: bytes, limits: Limits) -> dict[str, Callable[[], bytes]]:
    archive = tarfile.open(fileobj=io.BytesIO(data), mode="r:")  # noqa: SIM115 - its members are read later
    found, size = [], 0
    for member in archive:
        if member.isreg():  # links and devices may lead anywhere
            found.append(member)
            size += member.size  # of a sparse file, far more than the archive has
            _check(len(found), size, limits)

    def reader(member: tarfile.TarInfo) -> Callable[[], bytes]:
        def load() -> bytes:
            try:
                file = archive.extractfile(member)
                return file.read() if file else b""
            except _BROKEN as error:
                raise InputError(f"It cannot be unpacked: {error}") from error

        return load

    return _by_path((member.name, reader(member)) for member in found)


def _by_path(members: Iterator[tuple[str, Callable[[], bytes]]]) -> dict[str, Callable[[], bytes]]:
    """Return the members by normal path; one that leads out of the archive can be named, but not read."""
    found: dict[str, Callable[[], bytes]] = {}
    for name, load in members:
        path = posixpath.normpath(name.replace("\\", "/"))
        outside = path.startswith(("/", "../")) or path == ".." or path[1:2] == ":"
        found[path] = _refuse if outside else load
    return dict(sorted(found.items()))


def _refuse() -> bytes:
    raise InputError("Its path leads out of the archive", hint="Do not trust this archive")


def _check(members: int, size: int, limits: Limits) -> None:
    if size > limits.max_document_mb * 1024 * 1024:
        raise _too_large(limits)
    if members > MAX_MEMBERS:
        raise InputError(f"The archive has more than {MAX_MEMBERS:,} files", hint="Unpack it, and add a part of it")


def _too_large(limits: Limits) -> InputError:
    return exceeded(f"The archive holds more than {limits.max_document_mb} MB", "max_document_mb")
