"""Word documents (DOCX) to passages of Markdown. The number of a paragraph takes the place of a line.

A DOCX file is a zip of XML files, and the standard library reads both. Expat is driven directly, since `xml.etree`
would build the whole tree; documents with a DTD, where the dangers of XML lie, are refused.
"""

import re
import struct
import zipfile
import zlib
from io import BytesIO
from typing import Protocol
from xml.parsers import expat

import msgspec

from engine.errors import SpecError
from engine.specs.guides.passages import Block, guide
from engine.specs.guides.tables import row, rule
from engine.specs.limits import Budget, exceeded
from engine.specs.model import Spec
from engine.text import clean, clean_line

_MAX_FILES = 10_000
"""Files in the zip. A long document with a picture on each page has some hundreds."""
_FILE_MARK = b"PK\1\2"
"""What each file's entry in the zip's directory begins with."""
_CHUNK = 1 << 20
"""Bytes of XML at a time. Old versions of Expat look at an unfinished tag again with each chunk."""
_MAX_BASES = 20
"""Styles that a style may stand on, one on the other."""
_HEADING = re.compile(r"heading ?([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"toc ?[1-9]", re.IGNORECASE)
_CODE = re.compile(r"code|source|listing|preformatted|verbatim|macro", re.IGNORECASE)
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_LEFT_OUT = frozenset(("Fallback", "moveFrom"))
"""Elements that say again what stands elsewhere."""
_TABLE = frozenset(("tbl", "tr", "tc"))

_BROKEN = (
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
)
"""What a broken file makes the libraries raise."""

_Attributes = dict[str, str]


class _Handler(Protocol):
    """Takes the elements of an XML file by their names without namespace."""

    def start(self, name: str, attributes: _Attributes) -> None: ...
    def end(self, name: str) -> None: ...
    def data(self, data: str) -> None: ...


def parse(content: bytes, file: str, budget: Budget) -> Spec:
    """Read a whole file.

    Raises:
        SpecError: It is broken, encrypted or without words, has a DTD, or is more than the limits allow.
    """
    if content.count(_FILE_MARK) > _MAX_FILES:
        raise SpecError(f"The DOCX file holds more than {_MAX_FILES:,} files")
    styles = _Styles()
    body = _Body(styles, budget)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _read(archive, "word/styles.xml", styles, budget)
            if not _read(archive, "word/document.xml", body, budget):
                raise SpecError("The DOCX file holds no `word/document.xml`")
    except _BROKEN as error:
        raise SpecError(f"The DOCX file is broken: {error}") from error
    return guide(body.blocks, file, "docx", budget, "starts", body.title)


def _read(archive: zipfile.ZipFile, name: str, handler: _Handler, budget: Budget) -> bool:
    """Read an XML file of the zip; return whether there is one."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return False
    if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SpecError("The DOCX file is encrypted or packed in a way that Word does not use")
    if info.file_size > budget.limits.max_document_mb * 1024 * 1024:  # `zipfile` never unpacks more than it says
        raise exceeded(f"The text of the document is larger than {budget.limits.max_document_mb} MB", "max_document_mb")
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.StartElementHandler = lambda element, attributes: handler.start(
        _local(element), {_local(key): value for key, value in attributes.items()}
    )
    parser.EndElementHandler = lambda element: handler.end(_local(element))
    parser.CharacterDataHandler = handler.data
    with archive.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return True


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_dtd(*_: object) -> None:
    raise SpecError("The DOCX file holds XML with a DTD, which Word never writes")


class _Style(msgspec.Struct):
    name: str = ""
    base: str = ""
    level: int = 0
    """Of a heading, from 1."""


class _Styles:
    """Reads the styles: what their names are, and which are headings."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._style = _Style()

    def start(self, name: str, attributes: _Attributes) -> None:
        value = attributes.get("val", "")
        if name == "style":
            self._style = self._styles.setdefault(attributes.get("styleId", ""), _Style())
        elif name == "name":
            self._style.name = value
        elif name == "basedOn":
            self._style.base = value
        elif name == "outlineLvl":
            self._style.level = _outline_level(value)

    def end(self, name: str) -> None:
        pass

    def data(self, data: str) -> None:
        pass

    def name(self, style: str) -> str:
        """Return the name of a style, which is English in every language of Word; its identifier is not."""
        return self._styles.get(style, _Style()).name or style

    def level(self, style: str) -> int:
        """Return the level of a heading in this style; 0 where it is no heading."""
        for _ in range(_MAX_BASES):
            if heading := _HEADING.match(self.name(style)):
                return int(heading[1])
            found = self._styles.get(style, _Style())
            if found.level or not found.base:
                return found.level
            style = found.base
        return 0


class _Paragraph(msgspec.Struct):
    parts: list[str] = []
    style: str = ""
    level: int = 0
    item: int = -1
    """Depth in a list, from 0; -1 in none."""
    in_text: bool = False
    in_properties: bool = False


class _Body:
    """Reads the text."""

    def __init__(self, styles: _Styles, budget: Budget) -> None:
        self.blocks: list[Block] = []
        self.title = ""
        """What stands in the style of that name."""
        self._styles = styles
        self._budget = budget
        self._number = 0
        """Paragraphs that have ended."""
        self._left_out = 0
        """How often an element that is left out is open."""
        self._paragraphs: list[_Paragraph] = []
        """The open ones: a picture in a paragraph may hold others."""
        self._tables = 0
        """How often a table is open. One in a table is text of its cell."""
        self._rows: list[list[list[Block]]] = []
        self._code: list[str] = []
        """Paragraphs of code so far, and the number of the first one."""
        self._code_place = 0

    def start(self, name: str, attributes: _Attributes) -> None:
        self._budget.spend()
        if self._left_out or name in _LEFT_OUT:
            self._left_out += name in _LEFT_OUT
        elif name == "p":
            self._paragraphs.append(_Paragraph())
        elif name in _TABLE:
            self._start_in_table(name)
        elif self._paragraphs:
            _start_in_paragraph(self._paragraphs[-1], name, attributes.get("val", ""))

    def end(self, name: str) -> None:
        if self._left_out:
            self._left_out -= name in _LEFT_OUT
        elif name == "p":
            self._number += 1
            self._end_paragraph(self._paragraphs.pop())
        elif name in _TABLE:
            self._end_in_table(name)
        elif name == "body":
            self._end_code()
        elif self._paragraphs and name == "t":
            self._paragraphs[-1].in_text = False
        elif self._paragraphs and name == "pPr":
            self._paragraphs[-1].in_properties = False

    def data(self, data: str) -> None:
        if self._paragraphs and self._paragraphs[-1].in_text and not self._left_out:
            self._paragraphs[-1].parts.append(data)

    def _end_paragraph(self, paragraph: _Paragraph) -> None:
        text, style = clean("".join(paragraph.parts)), self._styles.name(paragraph.style)
        if _CODE.search(style):
            self._code_place = self._code_place if self._code else self._number
            self._code.append(text)
            return
        self._end_code()
        text, level = text.strip(), paragraph.level or self._styles.level(paragraph.style)
        if not text or _CONTENTS.match(style):
            return
        if style.lower() == "title":
            self.title = self.title or clean_line(text)
        if level:
            title = clean_line(text)
            self._put(Block(f"{'#' * min(level, 6)} {title}", self._number, title, level))
        elif paragraph.item >= 0:
            self._put(Block(f"{'  ' * paragraph.item}- {text}", self._number, tight=True))
        else:
            self._put(Block(text, self._number))

    def _end_code(self) -> None:
        lines, self._code = "\n".join(self._code).strip("\n").rstrip(), []
        if lines:
            self._put(Block(f"```\n{lines}\n```", self._code_place, whole=True))

    def _put(self, block: Block) -> None:
        blocks = self._rows[-1][-1] if self._tables and self._rows and self._rows[-1] else self.blocks
        blocks.append(block)

    def _start_in_table(self, name: str) -> None:
        self._end_code()
        if name == "tbl":
            self._tables += 1
        elif self._tables == 1 and name == "tr":
            self._rows.append([])
        elif self._tables == 1 and self._rows:
            self._rows[-1].append([])

    def _end_in_table(self, name: str) -> None:
        self._end_code()
        if name != "tbl":
            return
        self._tables -= 1
        if self._tables:
            return
        rows, self._rows = [cells for cells in self._rows if any(cells)], []
        columns = max(map(len, rows), default=0)
        if columns == 1:
            self.blocks += (block for cells in rows for block in cells[0])
        elif rows:
            lines = [row(" ".join(block.text for block in cell) for cell in cells) for cells in rows]
            lines.insert(1, rule(columns))
            place = next(block.place for cell in rows[0] for block in cell)
            self.blocks.append(Block("\n".join(lines), place, whole=True))


def _start_in_paragraph(paragraph: _Paragraph, name: str, value: str) -> None:
    if name == "t":
        paragraph.in_text = True
    elif name == "pPr":
        paragraph.in_properties = True
    elif not paragraph.in_properties:
        paragraph.parts.append(_SIGNS.get(name, ""))
    elif name == "pStyle":
        paragraph.style = value
    elif name == "outlineLvl":
        paragraph.level = _outline_level(value)
    elif name == "ilvl" and value in tuple("012345678"):
        paragraph.item = int(value)


def _outline_level(value: str) -> int:
    """Return the level of a heading, from 1; 0 for Word's level 9, which is text."""
    return int(value) + 1 if value in tuple("012345678") else 0
