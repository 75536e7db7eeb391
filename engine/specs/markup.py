"""Descriptions as they are meant to be read: the Markdown and HTML of documents as rows of text.

HTML becomes Markdown first, so that one reader sees both. Its tags are found by a pattern: what stands in angle
brackets without being a tag of HTML (`Bearer <token>`) is a writer's placeholder and stays, and the time grows with
the length of the text whatever is in it, which `html.parser` promises only in the newest versions of Python.
"""

import html
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from engine.text import clean, clean_line

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LONGEST = 40_000
"""Characters of a text whose marks are read: some ten pages. What is longer stands as it was written."""

_DEEPEST = 30
"""Elements around elements that count; what lies deeper loses its marks."""
_DEEPEST_LIST = 6
"""Levels that a list is indented by; what is deeper stands with them."""
_CODE = re.compile(
    r"^ {0,3}(?P<fence>```++|~~~++).*?(?:^ {0,3}(?P=fence)|\Z)|(?<!`)(?P<ticks>`++).+?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)
_COMMENT = re.compile(r"<!--(?:(?!-->|<!--).)*+-->", re.DOTALL)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<rest>(?:[\s/][^<>]*)?)>")
_ATTRIBUTE = re.compile(
    r"""\b(?P<name>href|alt)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'>]+))""", re.IGNORECASE
)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ADMONITION = re.compile(r"^([ \t]*>[ \t]*)\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*$", re.MULTILINE)
_INDENTED = re.compile(r"\n[ \t]+")
_TICKS = re.compile("`+")
_MARK = re.compile(r"([\\`*_\[\]<>|~#&])")

_AROUND = {"b": "**", "strong": "**", "i": "*", "em": "*", "del": "~~", "s": "~~",
           "code": "`", "tt": "`", "kbd": "`", "samp": "`"}  # fmt: skip
_BLOCKS = frozenset(
    "address article aside body center dd details div dl dt figcaption figure footer form header html main nav ol"
    " p section summary table tbody tfoot thead ul".split()
)
_INLINE = frozenset(
    "abbr acronym big cite dfn font ins label mark q small span strike sub sup time u var wbr a img".split()
)
_OTHERS = frozenset("blockquote br h1 h2 h3 h4 h5 h6 hr li pre td th tr".split())
_TAGS = _BLOCKS | _INLINE | _OTHERS | frozenset(_AROUND)


class Span(NamedTuple):
    """A piece of a row."""

    text: str
    marks: tuple[str, ...] = ()
    """Of `strong`, `em`, `strike`, `code`, `link`, `heading`, `rule`."""


class TextRow(NamedTuple):
    """One logical line."""

    spans: tuple[Span, ...]
    lead: str = ""
    """What stands before it: a bullet, the bar of a quote, the indentation of a list or of code."""
    verbatim: bool = False
    """It is a line of code, or a part of a text too long to be read: not to be wrapped."""


def text_rows(text: str) -> list[TextRow]:
    """Return a description, in Markdown or HTML, as rows. An address stands behind the words that link to it."""
    head, rest = text[:LONGEST], text[LONGEST:]
    more = [TextRow((Span(line),), verbatim=True) for line in rest.split("\n")] if rest else []
    return markdown_rows(as_markdown(head), addresses=True) + more


def markdown_rows(text: str, *, addresses: bool = False) -> list[TextRow]:
    """Return Markdown without HTML, such as a model writes, as rows.

    Args:
        text: May be unfinished: what it begins counts as ended.
        addresses: Show where links lead.
    """
    return _Rows(addresses).walk(_parser().parse(clean(text)))


def escaped(text: str) -> str:
    """Return a text of one line as Markdown that reads as this text: nothing in it is a mark."""
    return _MARK.sub(r"\\\1", text)


def code(text: str) -> str:
    """Return a text on one line as code, whatever backticks it has (CommonMark 0.31, 6.1)."""
    line = clean_line(text)
    fence = "`" * (1 + _longest_ticks(line))
    return f"{fence}{line}{fence}" if len(fence) == 1 else f"{fence} {line} {fence}"


def fenced(text: str, language: str) -> str:
    """Return a text as a block of code, in a fence that is longer than any in it."""
    fence = "`" * max(3, 1 + _longest_ticks(text))
    return f"{fence}{language}\n{clean(text)}\n{fence}"


def _longest_ticks(text: str) -> int:
    return max(map(len, _TICKS.findall(text)), default=0)


def prose(text: str) -> str:
    """Return words from outside on one line, which are read as words and not as marks."""
    return escaped(clean_line(text))


def untagged(text: str) -> str:
    """Return Markdown whose HTML is read as words; code stays as it is."""
    parts, at = [], 0
    for block in _CODE.finditer(text):
        parts += [text[at : block.start()].replace("<", "&lt;"), block[0]]
        at = block.end()
    return "".join([*parts, text[at:].replace("<", "&lt;")])


def as_markdown(text: str) -> str:
    """Return a description with its HTML as Markdown; code stays as it is."""
    if ">" not in text:
        return text
    text = _ADMONITION.sub(lambda match: f"{match[1]}**{match[2].capitalize()}:**", text)
    if not any(match["name"].lower() in _TAGS for match in _TAG.finditer(text)) and "<!--" not in text:
        return text
    writer, at = _Writer(text), 0
    for code in _CODE.finditer(text):
        writer.read(text[at : code.start()])
        writer.write(code[0])
        at = code.end()
    writer.read(text[at:])
    return writer.text()


def decoded(text: str) -> str:
    """Return text with references such as `&lt;` as the characters that they stand for."""
    return clean(_REFERENCE.sub(lambda match: html.unescape(match[0]), text)) if "&" in text else text


class _Writer:
    """Writes HTML as Markdown."""

    def __init__(self, whole: str) -> None:
        self._parts: list[str] = []
        self._opened: list[tuple[str, int, str]] = []
        """Name, place among the parts, and address of what has begun and not ended."""
        self._lists: list[int] = []
        """Number of the last item of each list that is open; -1 where items have none."""
        self._pre = False
        self._in_row = False
        """A cell has come in this row of a table."""
        self._laid_out = any(match["name"].lower() in _BLOCKS for match in _TAG.finditer(whole))
        """The text is HTML, in which indentation means nothing."""

    def text(self) -> str:
        """Return what was written."""
        return re.sub(r"\n{3,}", "\n\n", "".join(self._parts)).strip("\n")

    def write(self, text: str) -> None:
        """Write as it is."""
        self._parts.append(text)

    def read(self, text: str) -> None:
        """Write a piece of HTML."""
        text = _COMMENT.sub("", text)
        at = 0
        for tag in _TAG.finditer(text):
            name = tag["name"].lower()
            if name not in _TAGS:
                continue
            self._words(text[at : tag.start()])
            self._end(name) if tag["end"] else self._begin(name, tag["rest"])
            at = tag.end()
        self._words(text[at:])

    def _words(self, text: str) -> None:
        if self._pre or any(_AROUND.get(name) == "`" for name, _, _ in self._opened[-1:]):
            text = decoded(text)
        elif self._laid_out:
            text = _INDENTED.sub("\n", text)
            if self._lists:
                text = " ".join(text.split("\n")) if text.strip() else ""
        if text:
            self._parts.append(text)

    def _begin(self, name: str, rest: str) -> None:
        attributes = {found["name"].lower(): found["double"] or found["single"] or found["bare"] or ""
                      for found in _ATTRIBUTE.finditer(rest)}  # fmt: skip
        if name == "pre":
            self._pre = True
            self.write("\n\n```\n")
        elif self._pre:
            return
        elif name in _AROUND or name == "a":
            self._opened = self._opened[-_DEEPEST:]
            self._opened.append((name, len(self._parts), decoded(attributes.get("href", ""))))
        elif name in ("ul", "ol"):
            self._lists.append(0 if name == "ol" else -1)
            self.write("\n" if len(self._lists) > 1 else "\n\n")
        elif name == "li":
            self._item()
        elif name == "img":
            self.write(attributes.get("alt", ""))
        elif name in ("td", "th"):
            self.write(" │ " if self._in_row else "")
            self._in_row = True
        else:
            self.write(self._gap(name))

    def _end(self, name: str) -> None:
        if name == "pre":
            self._pre = False
            self.write("\n```\n\n")
        elif self._pre:
            return
        elif name in _AROUND or name == "a":
            self._close(name)
        elif name in ("ul", "ol"):
            self._lists = self._lists[:-1]
            self.write("" if self._lists else "\n\n")
        elif name in _BLOCKS or name in ("h1", "h2", "h3", "h4", "h5", "h6", "blockquote"):
            self.write(" " if self._lists else "\n\n")
        elif name == "tr":
            self.write("  \n")

    def _gap(self, name: str) -> str:
        """Return what begins an element."""
        self._in_row = False
        if name == "br":
            return " " if self._lists else "  \n"
        if name == "tr" or name in _INLINE:
            return ""
        if self._lists:
            return "" if self._parts[-1:] and self._parts[-1].endswith((". ", "- ")) else " "
        if name == "hr":
            return "\n\n---\n\n"
        if name == "blockquote":
            return "\n\n> "
        return f"\n\n{'#' * int(name[1])} " if name[1:].isdigit() else "\n\n"

    def _item(self) -> None:
        if not self._lists:
            self.write("\n- ")
            return
        self._lists[-1] += self._lists[-1] >= 0
        mark = f"{self._lists[-1]}. " if self._lists[-1] > 0 else "- "
        self.write("\n" + "   " * (min(len(self._lists), _DEEPEST_LIST) - 1) + mark)

    def _close(self, name: str) -> None:
        """End the innermost element of this name, with marks around what it holds."""
        place = next((at for at in reversed(range(len(self._opened))) if self._opened[at][0] == name), None)
        if place is None:
            return
        _, start, address = self._opened[place]
        del self._opened[place:]
        inside = "".join(self._parts[start:])
        words = inside.strip()
        del self._parts[start:]
        if not words:
            self._parts.append(inside)
            return
        before, after = inside[: inside.index(words)], inside[inside.index(words) + len(words) :]
        if name == "a":
            written = f"[{words}](<{address}>)" if address and "\n" not in address else words
        elif _AROUND[name] == "`":
            ticks = "``" if "`" in words else "`"
            written = words if "\n\n" in words or words.startswith("`") else f"{ticks}{words}{ticks}"
        else:
            written = words if "\n\n" in words else _AROUND[name] + words + _AROUND[name]
        self._parts.append(before + written + after)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # when something is drawn: it takes tens of milliseconds

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


class _Rows:
    """Walks Markdown's tokens and keeps the indentation that lists and quotes add."""

    def __init__(self, addresses: bool) -> None:
        self._addresses = addresses
        self._rows: list[TextRow] = []
        self._indent: list[str] = []
        self._numbers: list[int | None] = []
        self._bullet = ""
        self._cells: list[Span] | None = None

    def walk(self, tokens: "Iterable[Token]") -> list[TextRow]:
        """Return the rows of a document."""
        heading = False
        for token in tokens:
            match token.type.rpartition("_"):
                case ("", "", "inline"):
                    self._inline(token, ("heading",) if heading else ())
                case ("", "", "fence") | ("code", "_", "block"):
                    self._gap()
                    for code in token.content.rstrip("\n").split("\n"):
                        self._add((Span(code, ("code",)),), "  ", verbatim=True)
                case ("", "", "hr"):
                    self._add((Span("───", ("rule",)),))
                case (block, _, edge):
                    heading = block == "heading" and edge == "open"
                    self._enter(block, token) if edge == "open" else self._leave(block)
        return self._rows

    def _inline(self, token: "Token", marks: tuple[str, ...]) -> None:
        spans = tuple(_spans(token.children or [], marks, self._addresses))
        if self._cells is None:
            self._add(spans)
        else:
            self._cells += (Span(" │ "), *spans) if self._cells else spans

    def _enter(self, block: str, token: "Token") -> None:
        if block in ("heading", "paragraph", "bullet_list", "ordered_list", "table"):
            self._gap()
        if block == "blockquote":
            self._indent.append("│ ")
        elif block == "ordered_list":
            self._numbers.append(int(token.attrs.get("start", 1)))
        elif block == "bullet_list":
            self._numbers.append(None)
        elif block == "tr":
            self._cells = []
        elif block == "list_item":
            number = self._numbers[-1]
            self._numbers[-1] = None if number is None else number + 1
            self._bullet = "• " if number is None else f"{number}. "
            self._indent.append(" " * len(self._bullet))

    def _leave(self, block: str) -> None:
        if block in ("bullet_list", "ordered_list"):
            self._numbers.pop()
        elif block in ("list_item", "blockquote"):
            self._indent.pop()
            self._bullet = ""
        elif block == "tr" and self._cells is not None:
            self._add(tuple(self._cells))
            self._cells = None

    def _gap(self) -> None:
        """Leave a line free before a block, except inside lists, where a small model's many items would drift apart."""
        if self._rows and not self._numbers:
            self._rows.append(TextRow(()))

    def _add(self, spans: tuple[Span, ...], extra: str = "", *, verbatim: bool = False) -> None:
        lead = "".join(self._indent)
        if self._bullet:
            lead = lead[: -len(self._bullet)] + self._bullet
            self._bullet = ""
        self._rows.append(TextRow(spans, lead + extra, verbatim))


_MARKS = {"strong": "strong", "em": "em", "s": "strike", "link": "link"}


def _spans(tokens: "Iterable[Token]", marks: tuple[str, ...], addresses: bool) -> Iterator[Span]:
    opened = list(marks)
    address, linked = "", ""
    for token in tokens:
        kind, _, edge = token.type.rpartition("_")
        if edge == "open" and kind in _MARKS:
            opened.append(_MARKS[kind])
            address, linked = str(token.attrs.get("href", address)), "" if kind == "link" else linked
        elif edge == "close" and kind in _MARKS:
            opened.pop()
            if kind == "link" and addresses and address.partition("://")[2] and linked not in address:
                yield Span(f" ({clean(address)})", tuple(opened))
        elif token.type in ("softbreak", "hardbreak"):
            yield Span(" " if token.type == "softbreak" else "\n", tuple(opened))
        else:
            linked += token.content
            yield Span(clean(token.content), (*opened, "code") if token.type == "code_inline" else tuple(opened))
