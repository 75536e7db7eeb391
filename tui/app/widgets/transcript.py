"""What was asked and answered, from top to bottom."""

import asyncio
from collections.abc import Callable, Sequence

from textual.containers import VerticalScroll
from textual.widget import Widget

from engine import Exchanged
from tui.app.views.beside import earlier_line
from tui.app.widgets.exchange import Exchange
from tui.app.widgets.lines import Lines


class Transcript(VerticalScroll, can_focus=False):
    """Scrolls over exchanges; older ones are put above them.

    Args:
        start: What is shown before the first question.
        clock: Seconds, monotonic, for the exchanges.
    """

    def __init__(self, start: Widget, clock: Callable[[], float]) -> None:
        self._start = start
        self._older = Lines(id="older")
        self._older.display = False
        self._clock = clock
        self._changing = asyncio.Lock()
        """Held while exchanges come back or go: none is filled that is being taken away."""
        self._from: float | None = None
        """Row at the upper edge from which the newest answer is read; None until its facts are there."""
        super().__init__(start, self._older, id="transcript")

    @property
    def exchanges(self) -> list[Exchange]:
        """All that are there, oldest first."""
        return list(self.query(Exchange))

    @property
    def top(self) -> int:
        """Which exchange is at the upper edge, counted from the last one, 1; 0 where the end is in sight."""
        if self.scroll_y >= self.max_scroll_y:
            return 0
        shown = self.exchanges
        below = (len(shown) - place for place, one in enumerate(shown) if one.virtual_region.bottom > self.scroll_y)
        return next(below, 0)

    def show_top(self, exchange: Exchange) -> None:
        """Bring the beginning of an exchange to the upper edge."""
        self.scroll_to_widget(exchange, top=True, animate=False, immediate=True)

    def begin(self) -> None:
        """Keep the end in sight until there is something to read of a new answer."""
        self._from = None
        if self.max_scroll_y:
            self.anchor()

    def read_from(self, exchange: Exchange) -> None:
        """Bring the beginning of an answer to the upper edge, unless the user has gone elsewhere in it meanwhile."""
        if self._from is None or self._from == self.scroll_y:
            self.anchor(False)
            self.call_after_refresh(self._show_beginning, exchange)

    def _show_beginning(self, exchange: Exchange) -> None:
        self.show_top(exchange)
        self._from = self.scroll_y

    def keep_up(self) -> None:
        """Keep the end in sight while it is written, where the user has gone there; else the facts are being read."""
        if self._from is not None and self._from < self.scroll_y >= self.max_scroll_y:
            self.anchor()

    def sees(self, widget: Widget) -> bool:
        """Tell whether any of a widget is in sight."""
        return widget.region.overlaps(self.region)

    def return_to(self, top: int) -> None:
        """Scroll to where `top` was that."""
        shown = self.exchanges
        if top and shown:
            self.show_top(shown[-min(top, len(shown))])
        else:
            self.scroll_end(animate=False, immediate=True)

    async def restore(self, exchanges: Sequence[Exchanged], earlier: int) -> None:
        """Show exchanges of another time above those that are there.

        Args:
            exchanges: Oldest first.
            earlier: How many there are before them.
        """
        made = [Exchange(one.question, self._clock) for one in exchanges]
        async with self._changing:
            await self.mount_all(made, before=next(iter(self.exchanges), None))
            for exchange, said in zip(made, exchanges, strict=True):
                await exchange.restore(said)
        if made:
            self._start.display = False
        self.tell_earlier(earlier)

    def tell_earlier(self, earlier: int) -> None:
        """Say how many exchanges there are before those that are shown."""
        self._older.display = earlier > 0
        self._older.show([earlier_line(earlier)])

    async def keep(self, last: int) -> bool:
        """Take away all exchanges but the last ones; return whether there were more."""
        async with self._changing:
            gone = self.exchanges[: -last or None]
            for old in gone:
                await asyncio.shield(old.remove())  # a new question may cancel this, not the end of the widget
        return bool(gone)
