"""A line of text typed by the user."""

from textual.widgets import Input

from engine import clean


class Field(Input):
    """A text input that never holds a control character, whatever was pasted."""

    def __init__(self, placeholder: str, *, id: str) -> None:  # noqa: A002 (Textual's name)
        super().__init__(placeholder=placeholder, id=id, compact=True)

    def validate_value(self, value: str) -> str:
        """Return text fit for one line of the terminal."""
        return clean(value).replace("\n", " ").replace("\t", " ")
