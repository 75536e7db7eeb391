"""One line of tabs for terminals too small to show every pane at once."""

from collections.abc import Iterable
from typing import NamedTuple

from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from tui.app.text import MUTED


class Tab(NamedTuple):
    """One pane's tab."""

    pane: str
    key: str
    title: str


class Tabs(Widget):
    """Shows which pane is up and the keys of all; a click works too.

    Args:
        tabs: In order.
    """

    DEFAULT_CSS = """
    Tabs { height: 1; }
    """

    def __init__(self, tabs: Iterable[Tab]) -> None:
        super().__init__(id="tabs")
        self._tabs = tuple(tabs)
        self._active = self._tabs[0].pane

    def show(self, pane: str) -> None:
        """Mark a pane as the one that is up."""
        self._active = pane
        self.refresh()

    def render(self) -> Content:
        return Content(" ").join(
            Content.assemble(
                (f" {tab.key} ", "" if active else MUTED),
                (f"{tab.title} ", "bold" if active else ""),
            ).stylize(
                (Style(reverse=True) if active else Style())
                + Style.from_meta({"@click": f"app.show_pane('{tab.pane}')"})
            )
            for tab in self._tabs
            for active in [tab.pane == self._active]
        )
