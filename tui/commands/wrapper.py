"""Prose as it streams, wrapped at words."""

from engine import Segment
from tui.commands.output import text

WIDTH = 100
"""Columns that prose is wrapped to: comfortable to read, and narrower than most terminals."""


class Wrapper:
    """Writes prose as it streams, wrapped at words, doubtful names and false words marked."""

    def __init__(self) -> None:
        self._column = 0
        self._word = ""
        self._begun = False

    def write(self, segment: Segment) -> None:
        """Write more."""
        if not self._begun:
            self._begun = True
            text()
        for character in segment.marked:
            if character.isspace():
                self._flush()
                if character == "\n":
                    text()
                    self._column = 0
            else:
                self._word += character

    def end(self) -> None:
        """Write what is left and end the line."""
        self._flush()
        if self._column:
            text()
            self._column = 0

    def _flush(self) -> None:
        if not self._word:
            return
        if self._column and self._column + 1 + len(self._word) > WIDTH:
            text()
            self._column = 0
        text((" " if self._column else "") + self._word, end="")
        self._column += bool(self._column) + len(self._word)
        self._word = ""
