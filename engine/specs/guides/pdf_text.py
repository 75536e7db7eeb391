"""The process that reads one PDF: the file comes on standard input, an `Extract` in msgpack goes to standard output.

Run as `python -m engine.specs.guides.pdf_text MAX_TEXT_MB MAX_MEMORY_MB MAX_SECONDS`.
"""

import logging
import struct
import sys
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import msgspec
from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from engine.specs.guides.pdf import Entry, Extract
from engine.text import clean, clean_line

_MAX_STEPS = 50_000
"""Entries and levels of the outline that are looked at; a book has some hundreds."""
_FAULTS = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pypdf raises for broken files: it trusts that each object is what its place asks for."""


def main() -> None:
    """Read the file and write what is in it."""
    max_text_mb, max_memory_mb, max_seconds = map(int, sys.argv[1:])
    _limit(max_memory_mb, max_seconds)
    logging.disable()
    try:
        extract = _extract(sys.stdin.buffer.read(), max_text_mb)
    except MemoryError:
        extract = Extract(refused=f"needs more than {max_memory_mb} MB of memory to be read")
    except (DependencyError, FileNotDecryptedError):
        extract = Extract(refused="is encrypted")
    except _FAULTS as error:
        extract = Extract(refused=f"is broken: {_said(error)}")
    sys.stdout.buffer.write(msgspec.msgpack.encode(extract))


def _limit(memory_mb: int, seconds: int) -> None:
    """Make the system end this process when it takes too much; Windows cannot."""
    try:
        import resource
    except ImportError:
        return
    for kind, limit in ((resource.RLIMIT_AS, memory_mb * 2**20), (resource.RLIMIT_CPU, seconds)):
        _, most = resource.getrlimit(kind)
        if most == resource.RLIM_INFINITY or limit < most:
            resource.setrlimit(kind, (limit, most))


def _said(error: BaseException) -> str:
    return clean_line(str(error))[:100] or type(error).__name__


def _extract(data: bytes, max_text_mb: int) -> Extract:
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        return Extract(refused="is encrypted with a password")
    pages: list[str] = []
    unread: dict[int, str] = {}
    size = 0
    for number in range(len(reader.pages)):
        try:
            text = clean(reader.pages[number].extract_text())
        except _FAULTS as error:
            text, unread[number + 1] = "", _said(error)
        size += len(text)
        if size > max_text_mb * 2**20:
            return Extract(refused=f"holds more than {max_text_mb} MB of text", limit="max_document_mb")
        pages.append(text)
    return Extract(_title(reader), tuple(pages), tuple(_outline(reader)), unread)


def _title(reader: PdfReader) -> str:
    try:
        return clean_line(str((reader.metadata and reader.metadata.title) or ""))
    except _FAULTS:
        return ""


def _outline(reader: PdfReader) -> list[Entry]:
    try:
        return list(_entries(reader))
    except _FAULTS:  # headings are a help, and the text is there without them
        return []


def _entries(reader: PdfReader) -> Iterator[Entry]:
    """Yield the outline, which is a list of entries, each followed by a list of those below it if it has any."""
    levels: list[Iterator[Any]] = [iter(reader.outline)]
    for _ in range(_MAX_STEPS):
        node = next(levels[-1], None)
        if isinstance(node, list):
            levels.append(iter(node))
        elif node is None:
            levels.pop()
            if not levels:
                return
        else:
            page = reader.get_destination_page_number(node)
            if page is not None and (title := clean_line(str(node.title))):
                yield Entry(title, len(levels), page + 1)


if __name__ == "__main__":
    main()
