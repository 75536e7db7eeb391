"""What could not be read of a document: each thing once, and no more than somebody would look through."""

from collections.abc import Callable, Iterable

from engine.specs.model import Problem
from engine.text import clean_line

MAX_PROBLEMS = 200
"""Problems that are listed; a document with more is broken in one way many times."""
MAX_MESSAGE = 300
"""Characters of what is said of a problem, which may quote a reference of any length."""


class Problems:
    """Collects problems: call it with each.

    Args:
        before: Problems of the same document that were found already.
    """

    def __init__(self, before: Iterable[Problem] = ()) -> None:
        self._kept = dict.fromkeys(before)

    def __call__(self, pointer: str, message: str, line: int = 0) -> None:
        """Keep what is wrong with the part at `pointer`, once and up to `MAX_PROBLEMS`."""
        if len(self._kept) < MAX_PROBLEMS:
            self._kept[Problem(pointer=pointer, message=clean_line(message)[:MAX_MESSAGE], line=line)] = None

    def tell(self, noted: Callable[[str, str, int], None]) -> None:
        """Hand all that was kept to another collector."""
        for problem in self._kept:
            noted(problem.pointer, problem.message, problem.line)

    @property
    def kept(self) -> tuple[Problem, ...]:
        """All that was kept, in the order in which it was found."""
        return tuple(self._kept)
