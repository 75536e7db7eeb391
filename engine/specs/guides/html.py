"""HTML to passages of Markdown: headings, lists, tables and code, without what stands around them on the page.

The standard library's parser reports tags as they come, so that nesting costs nothing. Its `close` is never called: in
Python before 3.11.14, 3.12.12 and 3.13.6 that takes the square of the time for many unclosed comments.
"""

import re
from html.parser import HTMLParser

import msgspec

from engine.errors import SpecError
from engine.specs.guides.passages import Block, guide
from engine.specs.guides.tables import row, rule
from engine.specs.limits import Budget
from engine.specs.model import Spec
from engine.text import clean, clean_line

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LEFT_OUT = frozenset(
    "script style svg template noscript iframe object canvas nav header footer aside button select textarea".split()
)
_KEPT_IN_MAIN = frozenset(("header", "footer", "aside"))
"""In the main part these hold its title or a remark; around it they are the furniture of the page."""
_MAIN = frozenset(("main", "article"))
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form head header hgroup hr html legend li main menu ol option p pre section summary table tbody tfoot thead title"
    " ul".split()
)
"""Elements that end the paragraph before them, beside headings and cells."""
_CELLS = frozenset(("td", "th"))
_LISTS = frozenset(("ul", "ol", "menu"))
_CODE = frozenset(("code", "kbd", "samp", "tt"))
_DEEPEST_LIST = 6
"""Levels that a list is indented by; what is deeper stands with them."""
_BLANKS = re.compile(r"\s+")
_NO_REFERENCE = re.compile(r"&#(?=[0-9]{8})")
"""More digits than a character's number has; Python fails on thousands of them."""
_LANGUAGE = re.compile(r"\b(?:language|lang|highlight-source|highlight)-(?!default\b|none\b)([\w+#]+)")
_FENCES = re.compile(r"`{3,}")

_TAG = re.compile(r"<[A-Za-z][^>]*+")
_LONGEST_TAG = 1_000_000
"""Characters of a tag that may separate attributes. The parser remembers each, with 170 bytes."""
_SEPARATORS = " \t\n/='\""

_Attributes = list[tuple[str, str | None]]


def parse(content: str, file: str, budget: Budget) -> Spec:
    """Read a text as it came.

    Raises:
        SpecError: It holds no words, or is more than the limits allow.
    """
    content = clean(content)
    for tag in _TAG.finditer(content):
        if tag.end() - tag.start() > _LONGEST_TAG and sum(map(tag[0].count, _SEPARATORS)) > _LONGEST_TAG:
            raise SpecError(f"The HTML is broken: a tag has more than {_LONGEST_TAG:,} characters between attributes")
    reader = _Reader(budget)
    # In old versions the parser asserts what may follow `<![`. Browsers see a comment there, as after `<!`.
    reader.feed(_NO_REFERENCE.sub("&amp;#", content.replace("<![", "<! [")))
    reader.feed("<p>")  # the parser keeps the end of a text to itself until it sees the next tag
    reader.end_paragraph()
    first = next((block.title for block in reader.blocks if block.level == 1), "")
    return guide(reader.blocks, file, "html", budget, "starts", first or reader.title)


class _Table(msgspec.Struct):
    """A table that is being read."""

    place: int
    rows: list[list[str]] = []
    in_cell: bool = False


class _Code(msgspec.Struct):
    """A `<pre>` that is being read."""

    place: int
    language: str
    parts: list[str] = []

    def break_line(self) -> None:
        """Begin a new line, where one has been begun."""
        if self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")


class _Reader(HTMLParser):
    def __init__(self, budget: Budget) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.title = ""
        self._budget = budget
        self._left_out = ""
        """The element whose content is left out, and how often it is open."""
        self._left_depth = 0
        self._main = 0
        """How often the main part is open."""
        self._text: list[str] = []
        self._place = 0
        """Line on which that text begins; 0 before it does."""
        self._level = 0
        """Of the heading that is open."""
        self._in_title = False
        self._lists: list[int] = []
        """Of each open list, the number of its item; 0 and below where it has none."""
        self._mark = ""
        """What comes before the next item."""
        self._table: _Table | None = None
        self._code: _Code | None = None
        self._language = ""

    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:
        """Take a tag from the parser."""
        self._budget.spend()
        if self._left_out:
            self._left_depth += tag == self._left_out
        elif tag in _LEFT_OUT and not (self._main and tag in _KEPT_IN_MAIN):
            self._left_out, self._left_depth = tag, 1
        elif self._code is not None and tag not in _HEADINGS:
            self._start_in_code(self._code, tag, attrs)
        else:
            self._start(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Take a tag from the parser."""
        self._budget.spend()
        if self._left_out:
            self._left_depth -= tag == self._left_out
            if not self._left_depth:
                self._left_out = ""
        elif self._code is not None:
            if tag == "pre":
                self._end_code()
            elif tag in _BLOCKS:
                self._code.break_line()
        else:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        """Take a text from the parser, its entities replaced."""
        self._budget.spend()
        if self._left_out:
            return
        data = clean(data)
        if self._code is not None:
            self._code.parts.append(data)
            return
        if not self._place and (text := data.lstrip()):
            self._place = self.getpos()[0] + data.count("\n", 0, len(data) - len(text))
        self._text.append(_BLANKS.sub(" ", data))

    def end_paragraph(self) -> None:
        """Make what was read since the last block a block."""
        self._end_code()
        self._end_table()

    def _start(self, tag: str, attrs: _Attributes) -> None:
        if tag in _HEADINGS or tag == "pre":
            self.end_paragraph()
        elif tag in _BLOCKS:
            self._break()
        if tag in _CELLS or tag in ("table", "tr"):
            self._start_in_table(tag)
        elif tag in _LISTS or tag == "li":
            self._start_in_list(tag)
        elif tag == "br":
            self._text.append("\n")
        elif tag in _CODE:
            self._text.append("`")
        else:
            self._start_section(tag, attrs)

    def _start_section(self, tag: str, attrs: _Attributes) -> None:
        language = _language(attrs)
        if tag == "pre":
            self._code = _Code(self.getpos()[0], language or self._language)
            self._language = ""
        elif tag == "div":
            self._language = language or self._language
        elif tag in _MAIN:
            self._main += 1
        self._level = _HEADINGS.get(tag, self._level)
        self._in_title = tag == "title" and not self.title

    def _start_in_code(self, code: _Code, tag: str, attrs: _Attributes) -> None:
        code.language = code.language or _language(attrs)
        if tag == "br":
            code.parts.append("\n")
        elif tag in _BLOCKS:
            code.break_line()

    def _start_in_list(self, tag: str) -> None:
        if tag != "li":
            self._lists.append(1 if tag == "ol" else 0)
            return
        number = self._lists[-1] if self._lists else 0
        self._mark = "  " * (min(len(self._lists), _DEEPEST_LIST) - 1) + (f"{number}. " if number else "- ")
        if number:
            self._lists[-1] += 1

    def _start_in_table(self, tag: str) -> None:
        if tag == "table":
            self._end_table()
        elif tag == "tr" or self._table is not None:
            self._table = self._table or _Table(self.getpos()[0])
            self._end_cell()
            if tag == "tr" or not self._table.rows:
                self._table.rows.append([])
            self._table.in_cell = tag in _CELLS
        else:
            self._break()

    def _end(self, tag: str) -> None:
        if tag in _CELLS or tag == "tr":
            self._end_cell()
        elif tag == "table":
            self._end_table()
        elif tag in _HEADINGS or tag in _BLOCKS:
            self._break()
        elif tag in _CODE:
            self._text.append("`")
        self._end_section(tag)

    def _end_section(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._level = 0
        elif tag == "title":
            self._in_title = False
        elif tag == "li":
            self._mark = ""
        elif tag in _LISTS and self._lists:
            self._lists.pop()
        elif tag in _MAIN and self._main:
            self._main -= 1

    def _break(self) -> None:
        """End a paragraph; within a table, a word."""
        if self._table is not None:
            self._text.append(" ")
        else:
            self._end_text()

    def _take(self) -> tuple[str, int]:
        """Return the text that was read since the last time, and its line."""
        lines = "".join(self._text).split("\n")
        text, place = "\n".join(_BLANKS.sub(" ", line).strip() for line in lines).strip(), self._place
        self._text, self._place = [], 0
        return text, place

    def _end_text(self) -> None:
        text, place = self._take()
        if not any(map(str.isalnum, text)):
            return
        if self._in_title:
            self.title = text
        elif self._level:
            title = clean_line(text).removesuffix("¶").removesuffix(" #").rstrip()
            self.blocks.append(Block(f"{'#' * self._level} {title}", place, title, self._level))
        else:
            self.blocks.append(Block(self._mark + text, place, tight=bool(self._mark)))
            self._mark = ""

    def _end_cell(self) -> None:
        if self._table is not None and self._table.in_cell:
            self._table.in_cell = False
            self._table.rows[-1].append(self._take()[0])
        else:
            self._end_text()

    def _end_table(self) -> None:
        self._end_cell()
        table, self._table = self._table, None
        rows = [cells for cells in table.rows if any(cells)] if table else []
        if table is None or not rows:
            return
        columns = max(map(len, rows))
        if columns == 1:
            self.blocks += (Block(cells[0], table.place) for cells in rows)
            return
        lines = [row(cells) for cells in rows]
        lines.insert(1, rule(columns))
        self.blocks.append(Block("\n".join(lines), table.place, whole=True))

    def _end_code(self) -> None:
        code, self._code = self._code, None
        text = "".join(code.parts).strip("\n").rstrip() if code else ""
        if code is None or not text or text.replace("\n", "").replace(" ", "").isdigit():  # nothing but line numbers
            return
        fence = max(("```", *(f"{run}`" for run in _FENCES.findall(text))), key=len)
        self.blocks.append(Block(f"{fence}{code.language}\n{text}\n{fence}", code.place, whole=True))


def _language(attrs: _Attributes) -> str:
    """Return the language of code, where a class names it."""
    found = _LANGUAGE.search(next((value for name, value in attrs if name == "class" and value), ""))
    return found[1] if found else ""
