"""The model's words as lines: a small Markdown, with doubtful names and citations marked in every colour mode.

Every flush draws the whole text again. That costs less than Textual's `Markdown` widget, which makes a widget of each
block: an answer stays one widget while it streams and after, and a name inside code can be marked like any other.
"""

import re
from collections.abc import Iterable, Set as AbstractSet
from functools import cache
from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style

from engine import Segment, SegmentKind, clean
from tui.app.views.line import BLANK, Line

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

DOUBTFUL = " [?]"
"""Follows a doubtful name, as in `Segment.marked`."""
LEGEND = "[?] this name is not in the spec"

# Private-use characters carry the marks through the Markdown parser; they are removed from the model's own text first.
_DOUBT, _END = "\ue000", "\ue001"
_MARKED = re.compile(f"{_DOUBT}([^{_END}]*){_END}")
_CITED = re.compile(r"\[(\d{1,2})\]")

_INLINE_STYLES = {"strong": "bold", "em": "italic", "s": "strike", "link": "underline"}
_CODE = "$text-primary"


def prose_lines(segments: Iterable[Segment], known: AbstractSet[int]) -> list[Line]:
    """Return the text of `segments` as lines.

    Args:
        segments: What the model has written so far.
        known: Numbers of the operations in the facts; `[n]` with such a number becomes a link.
    """
    lines = markdown_lines("".join(map(_marked, segments)))
    return [Line(_link(_doubt(line.text), known), line.lead) for line in lines]


def markdown_lines(text: str) -> list[Line]:
    """Return a Markdown text, such as a description, as lines."""
    return _Blocks().walk(_parser().parse(clean(text)))


def _marked(segment: Segment) -> str:
    text = _MARKS.sub("", clean(segment.marked))
    if segment.kind is SegmentKind.UNVERIFIED:
        return f"{_DOUBT}{text.removesuffix(DOUBTFUL)}{_END}"
    return text


_MARKS = re.compile(f"[{_DOUBT}{_END}]")


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # after the first frame: it takes tens of milliseconds

    return MarkdownIt("commonmark", {"html": False})


def _doubt(content: Content) -> Content:
    if _DOUBT not in content.plain:
        return content
    parts, at = [], 0
    for match in _MARKED.finditer(content.plain):
        name = content[match.start(1) : match.end(1)].stylize("reverse")
        parts += [content[at : match.start()], name, Content.styled(DOUBTFUL, "bold $text-warning")]
        at = match.end()
    return Content("").join([*parts, content[at:]])


def _link(content: Content, known: AbstractSet[int]) -> Content:
    for match in _CITED.finditer(content.plain):
        if int(match[1]) in known:
            link = Style(bold=True, underline=True) + Style.from_meta({"@click": f"open_citation({int(match[1])})"})
            content = content.stylize(link, match.start(), match.end())
    return content


class _Blocks:
    """Walks Markdown's tokens and keeps the indentation that lists and quotes add."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._indent: list[str] = []
        self._numbers: list[int | None] = []
        self._bullet = ""

    def walk(self, tokens: "Iterable[Token]") -> list[Line]:
        heading = False
        for token in tokens:
            match token.type.rpartition("_"):
                case ("", "", "inline"):
                    self._add(_inline(token.children or [], "bold" if heading else ""))
                case ("", "", "fence") | ("code", "_", "block"):
                    self._gap()
                    for code in token.content.rstrip("\n").split("\n"):
                        self._add(Content.styled(code, _CODE), "  ")
                case ("", "", "hr"):
                    self._add(Content.styled("───", "dim"))
                case (block, _, edge):
                    heading = block == "heading" and edge == "open"
                    self._enter(block, token) if edge == "open" else self._leave(block)
        return self._lines

    def _enter(self, block: str, token: "Token") -> None:
        if block in ("heading", "paragraph", "bullet_list", "ordered_list"):
            self._gap()
        if block == "blockquote":
            self._indent.append("│ ")
        elif block == "ordered_list":
            self._numbers.append(int(token.attrs.get("start", 1)))
        elif block == "bullet_list":
            self._numbers.append(None)
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

    def _gap(self) -> None:
        """Leave a line free before a block, except inside lists, where a small model's many items would drift apart."""
        if self._lines and not self._numbers:
            self._lines.append(BLANK)

    def _add(self, text: Content, extra: str = "") -> None:
        lead = "".join(self._indent)
        if self._bullet:
            lead = lead[: -len(self._bullet)] + self._bullet
            self._bullet = ""
        self._lines.append(Line(text, Content(lead + extra)))


def _inline(tokens: "Iterable[Token]", style: str) -> Content:
    parts: list[Content] = []
    open_styles = [style] if style else []
    for token in tokens:
        kind, _, edge = token.type.rpartition("_")
        if edge == "open" and kind in _INLINE_STYLES:
            open_styles.append(_INLINE_STYLES[kind])
        elif edge == "close" and kind in _INLINE_STYLES:
            open_styles.pop()
        elif token.type == "softbreak":
            parts.append(Content(" "))
        elif token.type == "hardbreak":
            parts.append(Content("\n"))
        else:
            styles = [*open_styles, _CODE] if token.type == "code_inline" else open_styles
            parts.append(Content.styled(token.content, " ".join(styles)))
    return Content("").join(parts)
