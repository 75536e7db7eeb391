"""Descriptions and the model's words as lines: Markdown, in which names and claims that are not so are marked.

Doubtful names, false words and citations are told apart in every colour mode.

Every flush draws the whole text again. That costs less than Textual's `Markdown` widget, which makes a widget of each
block: an answer stays one widget while it streams and after, and a name inside code can be marked like any other.
"""

import re
from collections.abc import Iterable, Set as AbstractSet

from textual.content import Content
from textual.style import Style

from engine import Segment, SegmentKind, TextRow, clean, markdown_rows, text_rows
from tui.app.text import plain
from tui.app.views.line import Line

DOUBTFUL = " [?]"
"""Follows a doubtful name, as in `Segment.marked`."""
LEGENDS = {
    SegmentKind.UNVERIFIED: "[?] this name is not in the spec",
    SegmentKind.FALSE: "struck: the spec says what stands beside it",
}
"""What the marks of a kind of segment mean."""

# Private-use characters carry the marks through the Markdown parser; they are removed from the model's own text first.
_DOUBT, _FALSE, _END, _INSTEAD = "\ue000", "\ue002", "\ue001", "\ue003"
_SHIFT, _ASCII = 0xE100, 0x80
"""Where signs of a correction stand among private-use characters, and how many there can be."""
_MARKED = re.compile(f"([{_DOUBT}{_FALSE}])([^{_END}]*){_END}([^{_DOUBT}{_FALSE}{_INSTEAD}]*{_INSTEAD})?")
_CITED = re.compile(r"\[(\d{1,2})\]")

_STYLES = {
    "strong": "bold",
    "heading": "bold",
    "em": "italic",
    "strike": "strike",
    "link": "underline",
    "code": "$text-primary",
    "rule": "dim",
}


def prose_lines(segments: Iterable[Segment], known: AbstractSet[int]) -> list[Line]:
    """Return the text of `segments` as lines.

    Args:
        segments: What the model has written so far.
        known: Numbers of the operations in the facts; `[n]` with such a number becomes a link.
    """
    lines = map(_line, markdown_rows("".join(map(_marked, segments))))
    return [Line(_link(_doubt(line.text), known), line.lead) for line in lines]


def text_lines(text: str) -> list[Line]:
    """Return a description, in Markdown or HTML, as lines."""
    return list(map(_line, text_rows(text)))


def _line(row: TextRow) -> Line:
    spans = (plain(span.text, " ".join(map(_STYLES.__getitem__, span.marks))) for span in row.spans)
    return Line(Content("").join(spans), Content(row.lead))


def _marked(segment: Segment) -> str:
    if segment.kind is SegmentKind.FALSE:
        words, instead = (_MARKS.sub("", clean(text)) for text in (segment.text, segment.correction))
        return f"{_FALSE}{words}{_END} (the spec says: {_literal(instead)}){_INSTEAD}"
    text = _MARKS.sub("", clean(segment.marked))
    if segment.kind is SegmentKind.UNVERIFIED:
        return f"{_DOUBT}{text.removesuffix(DOUBTFUL)}{_END}"
    return text


_MARKS = re.compile(f"[{_DOUBT}{_FALSE}{_END}{_INSTEAD}{chr(_SHIFT)}-{chr(_SHIFT + _ASCII)}]")


def _literal(text: str) -> str:
    """Return a text that Markdown leaves as it is, in code and out of it: its signs are private ones for a while."""
    return re.sub(r"[^\w\s]", lambda sign: chr(_SHIFT + ord(sign[0])) if sign[0].isascii() else sign[0], text)


def _plain_again(text: str) -> str:
    return "".join(chr(ord(sign) - _SHIFT) if _SHIFT < ord(sign) < _SHIFT + _ASCII else sign for sign in text)


def _doubt(content: Content) -> Content:
    parts, at = [], 0
    for match in _MARKED.finditer(content.plain):
        words = content[match.start(2) : match.end(2)]
        parts.append(content[at : match.start()])
        if match[1] == _DOUBT:
            parts += [words.stylize("reverse"), Content.styled(DOUBTFUL, "bold $text-warning")]
        else:
            instead = _plain_again((match[3] or "").rstrip(_INSTEAD))
            parts += [words.stylize("strike"), Content.styled(instead, "bold $text-warning")]
        at = match.end()
    return Content("").join([*parts, content[at:]]) if parts else content


def _link(content: Content, known: AbstractSet[int]) -> Content:
    for match in _CITED.finditer(content.plain):
        if int(match[1]) in known:
            link = Style(bold=True, underline=True) + Style.from_meta({"@click": f"open_citation({int(match[1])})"})
            content = content.stylize(link, match.start(), match.end())
    return content
