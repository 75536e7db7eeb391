"""What stands in the chat before the first question."""

import asyncio
from collections.abc import Callable, Sequence

from textual.containers import Container
from textual.content import Content

from engine import Engine, SpecdeckError, SpecInfo
from tui.app.text import MUTED, plain
from tui.app.views.line import Line
from tui.app.views.start import WELCOME, hint_lines, more_lines
from tui.app.widgets.add_form import AddForm
from tui.app.widgets.lines import Lines
from tui.app.widgets.offers import Offers

OFFERED = 3
"""Questions, and conversations, that are offered: as many as are read at a glance."""


class Start(Container):
    """Says what is in the library and offers what can be begun with; on a first run, to add something.

    Args:
        engine: Knows.
        clock: Seconds, monotonic.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float]) -> None:
        super().__init__(Lines([Line(plain("Opening the library", MUTED))]), id="start")
        self._engine = engine
        self._clock = clock
        self._changing = asyncio.Lock()

    async def show(self, specs: Sequence[SpecInfo]) -> None:
        """Show what there is.

        Raises:
            LibraryError: The library cannot be read.
        """
        questions = await self._engine.questions.examples(OFFERED) if specs else ()
        sessions = [one.name for one in await self._engine.sessions.all()][:OFFERED] if specs else ()
        async with self._changing:
            await self.remove_children()
            if not specs:
                await self.mount(AddForm(self._engine, self._clock, WELCOME))
                return
            offers = [Offers(questions, sessions)] if questions or sessions else []
            some = bool(offers)
            await self.mount(Lines(hint_lines(specs, offers=some)), *offers, Lines(more_lines(offers=some)))

    async def show_failure(self, error: SpecdeckError) -> None:
        """Say why the library cannot be opened."""
        await self.remove_children()
        await self.mount(Lines([
            Line(plain(error), plain("! ", "bold $text-error")),
            Line(plain(error.hint, MUTED), Content("  ")),
        ]))  # fmt: skip

    @property
    def offers(self) -> Offers | None:
        """What is offered, where anything is."""
        return next((one for one in self.query(Offers) if self.display and one.option_count), None)
