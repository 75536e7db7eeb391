"""Blocks of a guide to passages: cut at headings, and where a section is long at paragraphs, then at sentences.

Secrets in its words and its code are hidden, as in recordings.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Literal

import msgspec

from engine.errors import SpecError
from engine.secrets.redact import Redactor
from engine.specs.limits import Budget
from engine.specs.model import HEADING_MARK, About, Passage, Spec
from engine.text import clean_line

PASSAGE_CHARS = 1500
"""Longest passage that holds prose. The embedding model reads 256 word pieces, about 1,200 characters of English, and
search quotes a passage as it is: about one screen."""
WHOLE_CHARS = 20_000
"""Longest code block or table that is not cut; a listing of 500 lines. What is longer is cut at lines."""
LEAD_CHARS = 300
"""A text up to this long before a code block or a table stays with it: it says what the block is."""
HEADING_CHARS = 200
"""A longer heading is read as text: it is a paragraph in disguise, and would be repeated on each passage below it."""
TITLE_CHARS = 120
"""A longer first line is a sentence, not a title."""
Places = Literal["lines", "starts", "pages"]
"""What `Block.place` counts: lines that go on within the block, places of which only the first is known, pages."""

_BORDERS = tuple(
    map(
        re.compile,
        (r"\n[ \t]*\n\s*", r"[.!?\u3002\uff01\uff1f][\"'\u201d\u2019)\]]*\s+|[\u3002\uff01\uff1f]", r"\n", r"\s"),
    )
)
"""Where prose is cut, best first: paragraphs, sentences, lines, words."""
_WORD = re.compile(r"[^\W_]")
_BLANK = re.compile(r"\s*")


class Block(msgspec.Struct, frozen=True):
    """A piece of a guide as its reader found it: a heading, a paragraph, an item of a list, a table, code."""

    text: str
    place: int
    """Line, paragraph or page on which it begins, from 1."""
    title: str = ""
    """Of a heading: its words, on one line. Without any it is text."""
    level: int = 0
    """Of a heading, from 1."""
    whole: bool = False
    """Code or a table, which is not cut."""
    tight: bool = False
    """No blank line stands before it."""


class _Heading(msgspec.Struct, frozen=True):
    block: Block
    section: int
    """Number of what stands under it, from 1; 0 is what stands under none."""


def guide(
    blocks: Iterable[Block], file: str, kind: str, budget: Budget, places: Places = "lines", title: str = ""
) -> Spec:
    """Return the spec of a guide.

    Args:
        blocks: What is in it, in order.
        file: Its name, by which its passages are cited.
        kind: Its format, for `About.format`.
        budget: What is left of the limits.
        places: What the places of the blocks count.
        title: Its title, where it is known better than from its first heading.

    Raises:
        SpecError: It holds no words, or is more than the limits allow.
    """
    found = _Title()
    redactor = Redactor()
    shown = (found.see(_without_secrets(block, redactor)) for block in blocks)
    passages = tuple(
        msgspec.structs.replace(passage, text=redactor.without_met(passage.text))
        for passage in _cut(shown, file, budget, places)
    )
    if not passages:
        raise SpecError("The document holds no text", hint="Give a document with words in it")
    title = clean_line(title or found.best) or stem(file)
    return Spec(about=About(title=title[:HEADING_CHARS], format=kind), passages=passages)


def _without_secrets(block: Block, redactor: Redactor) -> Block:
    return msgspec.structs.replace(block, text=redactor.text(block.text), title=redactor.text(block.title))


def stem(file: str) -> str:
    """Return the name of a file without folder and extension: the title of a guide that has none."""
    return PurePath(file.replace("\\", "/")).stem or file


class _Title:
    """Looks for the title: the first heading of level 1, the first of any, or the first line if it is short."""

    def __init__(self) -> None:
        self._top = self._heading = ""
        self._line: str | None = None

    def see(self, block: Block) -> Block:
        """Look at a block that passes, and return it as it is."""
        if block.title:
            self._heading = self._heading or block.title
            self._top = self._top or (block.title if block.level == 1 else "")
        elif self._line is None:
            line = block.text.lstrip().partition("\n")[0]
            self._line = line if not block.whole and len(line) <= TITLE_CHARS and line[:1].isalnum() else ""
        return block

    @property
    def best(self) -> str:
        """The title; empty where there is none."""
        return self._top or self._heading or self._line or ""


def _cut(blocks: Iterable[Block], file: str, budget: Budget, places: Places) -> tuple[Passage, ...]:
    """Return the passages of a guide, in order; no word is lost, and none is empty.

    A heading is not repeated in the text below it. One that has nothing below it is text of the section around it.
    """
    cutter = _Cutter(file, budget, places)
    for block in blocks:
        budget.spend()
        cutter.add(block)
    return cutter.end()


class _Cutter:
    def __init__(self, file: str, budget: Budget, places: Places) -> None:
        self._file = file
        self._budget = budget
        self._places = places
        self._passages: list[Passage] = []
        self._headings: list[_Heading] = []
        self._bare = False
        """Nothing stands under the last heading yet."""
        self._sections = 0
        # The passage that is being filled
        self._section = 0
        self._heading = ""
        self._parts: list[str] = []
        self._size = 0
        self._place = 0

    def add(self, block: Block) -> None:
        if not 0 < len(block.title) <= HEADING_CHARS:
            self._bare = self._bare and not _WORD.search(block.text)
            self._put(block)
            return
        self._fold_bare(block.level)
        while self._headings and self._headings[-1].block.level >= block.level:
            self._headings.pop()
        self._sections += 1
        self._headings.append(_Heading(block, self._sections))
        self._bare = True

    def end(self) -> tuple[Passage, ...]:
        self._fold_bare(0)
        self._flush()
        return tuple(self._passages)

    def _fold_bare(self, level: int) -> None:
        """Make a heading that gets nothing below it a text of the section around it."""
        if self._bare and self._headings[-1].block.level >= level:
            self._put(self._headings.pop().block)
            self._bare = False

    def _put(self, block: Block) -> None:
        section = self._headings[-1].section if self._headings else 0
        if section != self._section or (self._places == "pages" and block.place != self._place):
            self._flush()
            self._section = section
        joint = "\n" if block.tight else "\n\n"
        leads = block.whole and self._size <= LEAD_CHARS
        if not leads and self._size + len(joint) + len(block.text) > PASSAGE_CHARS:
            self._flush()
        for number, (text, place) in enumerate(self._pieces(block)):
            if number:
                self._flush()
            if not self._parts:
                titles = (each.block.title.replace(HEADING_MARK, " / ") for each in self._headings)
                self._heading, self._place, joint = HEADING_MARK.join(titles), place, ""
            self._parts += (joint, text)
            self._size += len(joint) + len(text)

    def _pieces(self, block: Block) -> Iterator[tuple[str, int]]:
        longest = WHOLE_CHARS if block.whole else PASSAGE_CHARS
        text, place, start = block.text, block.place, 0
        while start < len(text):
            end = _cut_at(text, start, longest, block.whole)
            piece = text[start:end]
            yield piece.rstrip(), place
            if not block.whole and (blank := _BLANK.match(text, end)):
                end = blank.end()
            if self._places == "lines":
                place += text.count("\n", start, end)
            start = end
            self._budget.spend()

    def _flush(self) -> None:
        text = "".join(self._parts)
        self._parts.clear()
        self._size = 0
        if not _WORD.search(text):
            return
        self._budget.spend(1 + len(self._heading) // 64)  # a long heading costs memory on each passage below it
        paged = self._places == "pages"
        last = self._passages[-1] if self._passages else None
        follows = last is not None and (last.page if paged else last.line) == self._place
        self._passages.append(
            Passage(
                heading=self._heading,
                text=text,
                file=self._file,
                line=0 if paged else self._place,
                page=self._place if paged else 0,
                part=last.part + 1 if last is not None and follows else 1,
            )
        )


def _cut_at(text: str, start: int, longest: int, whole: bool) -> int:
    """Return where the piece of a text that begins at `start` ends."""
    limit = start + longest
    if limit >= len(text):
        return len(text)
    for border in _BORDERS[2:3] if whole else _BORDERS:
        # Not in the first quarter: a better border is not worth a passage of one line.
        if ends := [match.end() for match in border.finditer(text, start + longest // 4, limit)]:
            return ends[-1]
    return limit
