"""PDF to passages of plain text, page by page, under the headings of its outline.

A PDF may take any time and memory to read, so that a process of its own does it (`pdf_text`), within limits.
"""

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import msgspec

from engine.errors import SpecError
from engine.specs.guides.passages import TITLE_CHARS, Block, guide
from engine.specs.limits import Budget, exceeded
from engine.specs.model import Problem, Spec

MEMORY_MB = 2048
"""Memory that reading a PDF may take, where the system can limit it."""
_INHERITED = ("LD_LIBRARY_PATH", "SYSTEMROOT")
"""What Python itself may need of the environment: on some Linux systems, and on Windows."""
_NUMBER_CHARS = 12
"""A title of the outline may lack the number that it has on the page: `10.11.12.`"""


class Entry(msgspec.Struct, frozen=True):
    """An entry of the outline."""

    title: str
    level: int
    """From 1."""
    page: int
    """From 1."""


class Extract(msgspec.Struct, frozen=True):
    """What a PDF holds, cleaned; what the child process answers."""

    title: str = ""
    pages: tuple[str, ...] = ()
    outline: tuple[Entry, ...] = ()
    unread: dict[int, str] = {}
    """Page, from 1 → why it could not be read."""
    refused: str = ""
    """Why nothing could be read: the rest of a sentence that begins `The PDF file`."""
    limit: str = ""
    """Setting whose limit that was, if it was one."""


def parse(content: bytes, file: str, budget: Budget) -> Spec:
    """Read a whole file.

    Raises:
        SpecError: It is broken, encrypted or without words, or is more than the limits allow.
    """
    extract = _extract(content, budget)
    if not any(map(str.strip, extract.pages)):
        raise SpecError(
            "The PDF file holds no text; its pages may be pictures",
            hint="Make its text readable with a program for text recognition (OCR) first",
        )
    problems = (
        Problem(pointer="", message=f"page {page} could not be read: {why}", file=file)
        for page, why in extract.unread.items()
    )
    first = next(filter(None, map(str.strip, extract.pages))).partition("\n")[0]
    title = extract.title or (first if len(first) <= TITLE_CHARS else "")
    spec = guide(_blocks(extract, budget), file, "pdf", budget, "pages", title)
    return msgspec.structs.replace(spec, problems=tuple(problems))


def _extract(content: bytes, budget: Budget) -> Extract:
    """Return what the child process finds."""
    root = str(Path(__file__).resolve().parents[3])
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ} | {"PYTHONPATH": root}
    limits = (budget.limits.max_document_mb, MEMORY_MB, int(budget.seconds_left) + 1)
    try:
        done = subprocess.run(  # noqa: S603  (a command of ours, and no shell)
            [sys.executable, "-P", "-m", "engine.specs.guides.pdf_text", *map(str, limits)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=budget.seconds_left,
            check=False,
        )
        extract = msgspec.msgpack.decode(done.stdout, type=Extract)
    except subprocess.TimeoutExpired as error:
        raise exceeded(f"Reading the PDF takes longer than {budget.limits.max_seconds:g} s", "max_seconds") from error
    except OSError as error:
        raise SpecError(f"The PDF file cannot be read: no process can be started: {error}") from error
    except msgspec.DecodeError as error:  # it died, having said nothing or only a part
        raise SpecError("The PDF file is broken: it cannot be read") from error
    if extract.limit:
        raise exceeded(f"The PDF file {extract.refused}", extract.limit)
    if extract.refused:
        raise SpecError(f"The PDF file {extract.refused}")
    return extract


def _blocks(extract: Extract, budget: Budget) -> Iterator[Block]:
    """Yield the text of each page, cut where a heading of the outline stands in it."""
    outline = defaultdict(list)
    for entry in extract.outline:
        outline[entry.page].append(entry)
    for page, text in enumerate(extract.pages, 1):
        lines, start = text.split("\n"), 0
        letters = [_letters(line) for line in lines] if page in outline else []
        before: list[str] = []
        titles = 0
        for entry in outline[page]:
            budget.spend(1 + len(lines) // 16)
            found = _find(letters, start, _letters(entry.title))
            if found >= 0:
                is_head = sum(map(bool, letters[start:found])) <= (0 if titles else 1)  # a page's number, or its title
                before, start, titles = before + lines[start:found], found + 1, titles + 1
                if not is_head:
                    yield from _text(before, page)
                    before = []
            yield Block(entry.title, page, entry.title, entry.level)
        yield from _text(before + lines[start:], page)


def _text(lines: list[str], page: int) -> Iterator[Block]:
    if text := "\n".join(lines).strip():
        yield Block(text, page)


def _letters(line: str) -> str:
    """Return what is left of a line without spaces and case: PDF often has its own idea of where spaces are."""
    return "".join(line.split()).casefold()


def _find(lines: list[str], start: int, title: str) -> int:
    """Return the number of the line that holds a title, perhaps with its number before it; -1 where none does."""
    for number in range(start, len(lines)):
        line = lines[number]
        if title and line.endswith(title) and len(line) - len(title) <= _NUMBER_CHARS:
            return number
    return -1
