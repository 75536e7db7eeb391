"""How many matches of a search have which value: chosen, a value narrows the search."""

from collections.abc import Sequence

from textual import on
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from engine import Facet, clean_line
from tui.app.text import MUTED_BELOW_CURSOR, plain
from tui.app.widgets.options import Options

FIELDS = ("method", "tag", "spec")
VALUES = 5
"""Values that are listed of each field; three fields of them fit into the smallest terminal that shows them."""
WIDTH = 30
"""Cells; app.tcss makes the list as wide."""


class Counts(Options):
    """Lists the most frequent values of some fields."""

    class Chosen(Message):
        """The user wants what has this value, or everything again."""

        def __init__(self, field: str, value: str) -> None:
            super().__init__()
            self.field = field
            self.value = value

    def __init__(self) -> None:
        super().__init__(id="search-counts", markup=False, compact=True)
        self._rows: list[tuple[str, str]] = []

    def show(self, facets: Sequence[Facet]) -> None:
        """Replace the counts; a field that has no values, and a spec that is the only one, take no room."""
        wanted = sorted(
            (facet for facet in facets if facet.field in FIELDS), key=lambda facet: FIELDS.index(facet.field)
        )
        held = None if self.highlighted is None else self._rows[self.highlighted]
        options, self._rows = [], []
        for facet in wanted:
            if len(facet.values) < (2 if facet.field == "spec" else 1):
                continue
            options.append(Option(plain(facet.field, "bold"), disabled=True))
            self._rows.append((facet.field, ""))
            for one in facet.values[:VALUES]:
                count = f"{one.count:,}"
                name = plain(clean_line(one.value)).truncate(WIDTH - len(count) - 3, ellipsis=True, pad=True)
                options.append(Option(plain("  ") + name + plain(f" {count}", MUTED_BELOW_CURSOR)))
                self._rows.append((facet.field, one.value))
        self.set_options(options)
        if held and options:
            self.highlighted = self._rows.index(held) if held in self._rows else 1

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen(*self._rows[event.option_index]))
