"""A list of options whose content changes while the user is at it."""

from textual.events import Click
from textual.widgets import OptionList


class Options(OptionList):
    """A list in which a click on an option that has gone meanwhile does nothing; Textual's ends the app."""

    async def _on_click(self, event: Click) -> None:
        if event.style.meta.get("option", 0) >= self.option_count:
            event.prevent_default()
