"""Text wrapped at words, prose as it streams too."""

import textwrap

from engine import Segment
from tui.commands.output import text

WIDTH = 100
"""Columns that prose is wrapped to: comfortable to read, and narrower than most terminals."""


def filled(line: str, width: int) -> str:
    """Return a line wrapped at words."""
    return textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)


def hanging(line: str, lead: str, beneath: str) -> str:
    """Return a line wrapped at words, with a lead before its first row and another before the rest."""
    room = max(WIDTH - len(lead), WIDTH // 2)
    return lead + filled(line, room).replace("\n", f"\n{beneath}") if line else lead.rstrip()


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
