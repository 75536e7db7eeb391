"""Markdown to passages, which keep their Markdown. CommonMark with tables tells what is a heading and what is code."""

import re
from collections.abc import Iterator
from itertools import chain

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

from engine.specs.guides.passages import HEADING_CHARS, Block, guide
from engine.specs.limits import Budget
from engine.specs.model import Spec
from engine.text import clean_line

SEGMENT_LINES = 5_000
"""Lines that are parsed at once: one line may become forty tokens, and those of a long text would fill the memory."""
_LONGEST = 2 * HEADING_CHARS
"""Characters of a heading as it is written; a longer one is text, as its marks take the square of the time."""

_FRONT_MATTER = re.compile(r"\A(-{3}|\+{3})[ \t]*\n((?:#|[\w\"'-]+[ \t]*[:=]).*?\n)\1[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title[ \t]*[:=][ \t]*(\S.*)$", re.MULTILINE)
_HTML_HEADING = re.compile(
    r"^[ \t]*<h([1-6])\b[^>\n]{0,200}>((?:(?!</?h[1-6]).){0,1000}+)</h\1>[ \t]*$",
    re.MULTILINE | re.IGNORECASE | re.DOTALL,
)
"""A heading in HTML with lines of its own."""
_TAG = re.compile(r"<[^>]*>")
_ANCHOR = re.compile(r"\{#[^}\s]*\}$")

_BLOCKS = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
_INLINE = MarkdownIt("commonmark")
_STARTS = frozenset(("paragraph_open", "heading_open", "list_item_open", "blockquote_open", "html_block", "hr"))
_WHOLE = frozenset(("fence", "code_block", "table_open"))


def parse(content: str, file: str, budget: Budget) -> Spec:
    """Read a cleaned text. The front matter is left out.

    Raises:
        SpecError: It holds no words, or is more than the limits allow.
    """
    front = _FRONT_MATTER.match(content)
    skipped = content.count("\n", 0, front.end()) if front else 0
    found = _FRONT_TITLE.search(front[2]) if front else None
    title = clean_line(found[1]).strip("\"'") if found else ""
    return guide(_blocks(content.split("\n"), skipped, budget), file, "markdown", budget, title=title)


def _words(markdown: str) -> str:
    """Return the words of a line of Markdown, without its marks and pictures; none of a very long one."""
    if len(markdown) > _LONGEST:
        return ""
    [line] = _INLINE.parseInline(_ANCHOR.sub("", markdown))
    return clean_line(
        "".join(
            token.content if token.type in ("text", "code_inline") else " " if token.type.endswith("break") else ""
            for token in line.children or ()
        )
    )


class _Mark(msgspec.Struct, frozen=True):
    """A line on which a block begins."""

    line: int
    title: str = ""
    level: int = 0
    whole: bool = False


def _blocks(lines: list[str], start: int, budget: Budget) -> Iterator[Block]:
    """Yield every line from the given one (from 0) on, in blocks."""
    here = _Mark(start)
    for mark in chain(_marks(lines, start, budget), (_Mark(len(lines)),)):
        if mark.line > here.line and (block := _block(lines, here, mark.line)):
            yield block
        if mark.line >= here.line:
            here = mark


def _block(lines: list[str], mark: _Mark, end: int) -> Block | None:
    start = mark.line
    while start < end and not lines[start].strip():
        start += 1
    if start == end:
        return None
    text = "\n".join(lines[start:end]).rstrip()
    tight = start > 0 and bool(lines[start - 1].strip())
    return Block(text, start + 1, mark.title, mark.level, mark.whole, tight)


def _marks(lines: list[str], start: int, budget: Budget) -> Iterator[_Mark]:
    for first, tokens in _segments(lines, start, budget):
        for number, token in enumerate(tokens):
            if token.map is None:
                continue
            begin, end = first + token.map[0], first + token.map[1]
            if token.type == "heading_open" and token.level == 0:
                yield _Mark(begin, _words(tokens[number + 1].content), int(token.tag[1:]))
                yield _Mark(end)
            elif token.type in _WHOLE or (token.type == "html_block" and token.content[:4].lower() == "<pre"):
                yield _Mark(begin, whole=True)
                yield _Mark(end)
            elif token.type in _STARTS:
                yield _Mark(begin)
                if token.type == "html_block":
                    yield from _html_headings(token.content, begin)


def _html_headings(html: str, begin: int) -> Iterator[_Mark]:
    """Yield the headings of a block of HTML, such as the centred title of a project."""
    line, counted = begin, 0
    for found in _HTML_HEADING.finditer(html):
        line, counted = line + html.count("\n", counted, found.start()), found.start()
        yield _Mark(line, _words(_TAG.sub(" ", found[2])), int(found[1]))
        yield _Mark(line + found[0].count("\n") + 1)


def _segments(lines: list[str], start: int, budget: Budget) -> Iterator[tuple[int, list[Token]]]:
    """Yield the tokens of some lines at a time, with the number of the first line.

    The last block of a segment may go on after it and is read again with what follows; the only one, with twice as many
    lines.
    """
    size = SEGMENT_LINES
    while start < len(lines):
        budget.check_time()
        tokens, done = _BLOCKS.parse("\n".join(lines[start : start + size])), size
        if start + size < len(lines):
            outer = (number for number in reversed(range(len(tokens))) if tokens[number].level == 0)
            last = next((number for number in outer if tokens[number].map), 0)
            done = (tokens[last].map or [0])[0] if tokens else 0
            if not done:
                size *= 2
                continue
            tokens = tokens[:last]
        yield start, tokens
        start, size = start + done, SEGMENT_LINES
