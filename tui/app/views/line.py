"""One line of what is shown."""

from typing import NamedTuple

from textual.content import Content


class Line(NamedTuple):
    """One logical line."""

    text: Content
    lead: Content = Content()
    """Drawn before the first row. The rows that follow are indented by its width."""


BLANK = Line(Content())
