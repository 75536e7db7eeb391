"""The choice among the specs of the library."""

from collections.abc import Sequence

from textual import on
from textual.containers import Container
from textual.message import Message
from textual.widgets import Select

from tui.app.text import label


class Specs(Container):
    """Offers specs by name, where there are several. The selector is mounted when there is something to select."""

    class Chosen(Message):
        """The user wants to see another spec."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__(id="specs")
        self._select: Select[str] | None = None

    @property
    def has_choice(self) -> bool:
        """Whether there are several."""
        return self._select is not None

    async def offer(self, names: Sequence[str], chosen: str) -> None:
        """Let the user choose among specs; `chosen` is the one that is shown."""
        if self._select and len(names) < 2:
            await self._select.remove()
            self._select = None
        elif self._select:
            with self.prevent(Select.Changed):
                self._select.set_options((label((name, "")), name) for name in names)
                self._select.value = chosen
        elif len(names) > 1:
            # Texts, not contents: in these a name is found that is typed.
            options = [(label((name, "")), name) for name in names]
            self._select = Select(options, id="spec", value=chosen, allow_blank=False, compact=True)
            with self.prevent(Select.Changed):
                await self.mount(self._select)

    def unfold(self) -> None:
        """Show the names."""
        if self._select:
            self._select.focus()
            self._select.action_show_overlay()

    @on(Select.Changed, "#spec")
    def _changed(self, event: Select.Changed) -> None:
        event.stop()
        if isinstance(event.value, str):
            self.post_message(self.Chosen(event.value))
