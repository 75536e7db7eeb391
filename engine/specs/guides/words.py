"""Markdown, plain text, tables in text (CSV, TSV) and pieces of HTML to passages, whichever it is by its content."""

import re
from collections.abc import Iterator

from engine.specs.guides import html, markdown, tables
from engine.specs.guides.passages import PASSAGE_CHARS, Block, guide
from engine.specs.limits import Budget
from engine.specs.model import Spec
from engine.text import clean_line

MARKDOWN_LINES = 100_000
"""A text of more lines is read as plain text, for the time that Markdown takes: 7 µs for a line of prose, and 50 µs for
one that is nothing but marks. 5 MB of documentation are some 80,000 lines."""

_MARKDOWN = re.compile(
    r"^ {0,3}(?:#{1,6}[ \t]+\S|```)|(?:\A|(?<=\n\n))~~~|\A(?:---|\+\+\+)[ \t]*\n",  # `~~~` underlines titles elsewhere
    re.MULTILINE,
)
_SOME_MARKDOWN = re.compile(r"\]\([^\s)]|^\|?[ \t]*:?-{3,}:?[ \t]*\||\*\*\w|^> ", re.MULTILINE)
_RESTRUCTURED = re.compile(r"^\.\. (?:[\w-]+::|_[^:\n]+:)", re.MULTILINE)
"""Of reStructuredText, which has bold words too."""
_FRAGMENT = re.compile(
    r"\s*<(?:body|head|meta|title|h[1-6]|p|div|section|article|main|header|nav|table|ul|ol|dl|pre|style|script)\b",
    re.IGNORECASE,
)
"""A page of HTML without its first tags, or a Markdown document that begins with a centred picture."""

_PARAGRAPH = re.compile(r"^.*\S.*(?:\n.*\S.*)*+", re.MULTILINE)
_SIGNS = r"(([^\w\s])\{}{{2,200}})[ \t]*"
_TITLE = re.compile(rf"(?:{_SIGNS.format(2)}\n)?([ \t]{{0,20}}\S.{{0,200}})\n{_SIGNS.format(5)}(?:\n|\Z)")
"""A title with a line of signs under it, and perhaps above."""
_CODE_FOLLOWS = re.compile(r"::(?:[ \t]+\S+)?[ \t]*(?:\n[ \t]+:[\w-]+:.*)*\Z")
"""How the paragraph before a code block ends in reStructuredText."""


def parse(content: str, file: str, budget: Budget) -> Spec:
    """Read a cleaned text.

    Raises:
        SpecError: It holds no words, or is more than the limits allow.
    """
    if (table := tables.parse(content, file, budget)) is not None:
        return table
    marked = _MARKDOWN.search(content) is not None
    if not marked and _FRAGMENT.match(content) and content.rstrip().endswith(">"):
        return html.parse(content, file, budget)
    some = _SOME_MARKDOWN.search(content) is not None and _RESTRUCTURED.search(content) is None
    if (marked or some) and content.count("\n") < MARKDOWN_LINES:
        return markdown.parse(content, file, budget)
    return guide(_text(content), file, "text", budget)


def _text(content: str) -> Iterator[Block]:
    """Yield the paragraphs of a plain text, its underlined titles, and as a whole the code that `::` announces."""
    levels: dict[str, int] = {}
    line, counted = 1, 0
    announced: int | None = None
    """Blanks before the paragraph that announced code."""
    code: list[re.Match[str]] = []
    code_line = 0
    for match in _PARAGRAPH.finditer(content):
        line, counted = line + content.count("\n", counted, match.start()), match.start()
        indent = len(match[0]) - len(match[0].lstrip())
        if announced is not None and indent > announced:
            code_line = code_line if code else line
            code.append(match)
            continue
        if code:
            yield _code(content, code, code_line)
            code = []
        yield from _paragraph(match[0], line, levels)
        announced = indent if _CODE_FOLLOWS.search(match[0], max(0, len(match[0]) - PASSAGE_CHARS)) else None
    if code:
        yield _code(content, code, code_line)


def _code(content: str, paragraphs: list[re.Match[str]], line: int) -> Block:
    return Block(content[paragraphs[0].start() : paragraphs[-1].end()], line, whole=True)


def _paragraph(text: str, line: int, levels: dict[str, int]) -> Iterator[Block]:
    """Yield a paragraph, or the title that it begins with and the rest. Signs that come first are of a higher level."""
    match = _TITLE.match(text)
    if match is None or not _is_title(match):
        yield Block(text, line)
        return
    level = levels.setdefault(f"{match[2] or ''}{match[5]}", len(levels) + 1)
    yield Block(match[0].rstrip("\n"), line, clean_line(match[3]), level)
    if rest := text[match.end() :]:
        yield Block(rest, line + match[0].count("\n"), tight=True)


def _is_title(match: re.Match[str]) -> bool:
    _, over, title, under, sign = match.groups()
    return len(title.strip()) <= len(under) and (over == sign if over else not title[0].isspace())
