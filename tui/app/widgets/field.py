"""A line of text typed by the user."""

from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input

from engine import clean


class Field(Input):
    """A text input that never holds a control character, whatever was pasted."""

    def __init__(self, placeholder: str, *, id: str) -> None:  # noqa: A002 (Textual's name)
        super().__init__(placeholder=placeholder, id=id, compact=True)

    def validate_value(self, value: str) -> str:
        """Return text fit for one line of the terminal."""
        return clean(value).replace("\n", " ").replace("\t", " ")

    async def _on_key(self, event: Key) -> None:
        await obey(self, event)


async def obey(widget: Widget, event: Key) -> None:
    """Carry out the key of a widget's own binding at once.

    Textual carries it out when the key has come up to the app, by then after the letters that were read together with
    it: `x`, backspace, `y` over a lagging line left the `x`.
    """
    bindings = widget._bindings.copy()  # noqa: SLF001 (no door shows them by key)
    bindings.apply_keymap(widget.app._keymap)  # noqa: SLF001 (nor the keys that the user wants)
    for binding in bindings.key_to_bindings.get(event.key, ()):
        if await widget.app.run_action(binding.action, widget):
            event.stop()
            event.prevent_default()
            return
