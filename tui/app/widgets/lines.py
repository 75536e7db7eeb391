"""Lines of text whose wrapped rows hang under their beginning, as one cheap widget."""

from collections.abc import Iterable

from textual.content import Content
from textual.css.styles import RulesMap
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widget import Widget

from tui.app.views.line import Line

NARROWEST = 8
"""Cells left for the text before a lead that is too wide gives way to an indentation of two."""


class _Hanging(Visual):
    """Draws lines. The layout for the last width is kept: Textual asks for the height, then for the rows."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        self.lines = lines
        self._width = -1
        self._content = Content()

    def at(self, width: int) -> Content:
        """Return all rows at this width, in cells, as one content."""
        if width != self._width:
            self._width = width
            self._content = Content("\n").join(row for line in self.lines for row in _rows(line, width))
        return self._content

    def rows(self, width: int) -> int:
        """Return the height at this width."""
        return self.at(width).plain.count("\n") + 1 if self.lines else 0

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        return self.at(width).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return max((line.lead.cell_length + line.text.cell_length for line in self.lines), default=0)

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self.rows(width)


def _rows(line: Line, width: int) -> Iterable[Content]:
    indent = line.lead.cell_length
    if width - indent < min(NARROWEST, line.text.cell_length):
        yield line.lead.rstrip()
        line, indent = Line(line.text, Content("  ")), 2
    for number, row in enumerate(line.text.wrap(max(width - indent, 1))):
        yield (line.lead if number == 0 else Content(" " * indent)) + row


class Lines(Widget):
    """Shows lines. Takes `Content` only, so markup in the text means nothing.

    Args:
        lines: What to show at first.
    """

    DEFAULT_CSS = """
    Lines { height: auto; text-wrap: nowrap; }
    """

    def __init__(self, lines: Iterable[Line] = (), *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 (Textual's name)
        super().__init__(id=id, classes=classes)
        self._visual = _Hanging(tuple(lines))

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._visual.lines

    @property
    def text(self) -> str:
        """What is shown, unwrapped, without the leads' padding."""
        return "\n".join((line.lead + line.text).plain.rstrip() for line in self.lines)

    def show(self, lines: Iterable[Line]) -> None:
        """Replace what is shown."""
        before, self._visual = self._visual, _Hanging(tuple(lines))
        width = self.content_size.width
        self.refresh(layout=not width or before.rows(width) != self._visual.rows(width))

    def render(self) -> Visual:
        return self._visual

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract(self._visual.at(self.content_size.width).plain), "\n"
