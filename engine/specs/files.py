"""The other files of a document: opened, counted and decoded, each that cannot be read a problem told once."""

from collections.abc import Callable
from typing import Any

from engine.errors import InputError, OutsideError
from engine.specs.decode import text_of, tree_of
from engine.specs.limits import Budget, exceeded
from engine.specs.problems import Problems
from engine.specs.refs import file_pointer
from engine.specs.yaml12 import Noted

OUTSIDE = "which is not read: references never leave the folder that was added or reach the network"
_ALONE = "which is not read: the document came without the files beside it"


class Files:
    """Reads the files of one document.

    Args:
        neighbour: Opens them, see `bundle.Neighbour`; without it each is a problem.
        budget: What is left of the limits.
        problem: Told of what cannot be read.
    """

    def __init__(self, neighbour: Callable[[str], bytes] | None, budget: Budget, problem: Problems) -> None:
        self._neighbour = neighbour
        self._budget = budget
        self._problem = problem
        self._bytes = 0
        self._quiet: dict[str, Any] = {}
        """Path of a file that was read quietly → its value."""
        self.missing: set[str] = set()
        """Files that cannot be read."""

    def text(self, name: str, pointer: str) -> str | None:
        """Return the text of a file that something at `pointer` refers to; None when it cannot be read.

        Raises:
            SpecError: The files are more than the limits allow.
        """
        if self._neighbour is None:
            self.miss(name, pointer, _ALONE)
            return None
        try:
            text = self._opened(self._neighbour, name, self._noted_in(name))
        except OutsideError:
            self.miss(name, pointer, OUTSIDE)
            return None
        except InputError as error:
            self.miss(name, pointer, f"which cannot be read: {error}")
            return None
        self._check()
        return text

    def parsed(self, text: str, name: str, pointer: str) -> Any:
        """Return the value of a file; None, with a problem noted, when it is no JSON and no YAML, or has none."""
        limits = self._budget.limits
        try:
            if (tree := tree_of(text, limits, self._noted_in(name)).value) is not None:
                return tree
            self.miss(name, pointer, "which is empty")
        except InputError as error:
            self.miss(name, pointer, f"which cannot be read: {error}")
        except RecursionError:
            self.miss(name, pointer, f"which is nested deeper than {limits.max_depth} levels")
        return None

    def quietly(self, name: str) -> Any:
        """Return the value of a file that nothing needs; None where there are no files.

        Raises:
            InputError: It cannot be read, or the files are more than the limits allow.
            RecursionError: It is nested too deep.
        """
        if self._neighbour is None:
            return None
        if name not in self._quiet:
            text = self._opened(self._neighbour, name, Problems())
            self._check()
            self._quiet[name] = tree_of(text, self._budget.limits, Problems()).value
        return self._quiet[name]

    def miss(self, name: str, pointer: str, reason: str) -> None:
        """Note once that a file is not read."""
        if name not in self.missing:
            self.missing.add(name)
            self._problem(pointer, f"refers to {name}, {reason}")

    def _opened(self, neighbour: Callable[[str], bytes], name: str, noted: Noted) -> str:
        data = neighbour(name)
        self._bytes += len(data)
        return text_of(data, noted)

    def _check(self) -> None:
        if self._bytes > self._budget.limits.max_document_mb * 1024 * 1024:
            message = f"The document's files are larger than {self._budget.limits.max_document_mb} MB together"
            raise exceeded(message, "max_document_mb")
        self._budget.check_time()

    def _noted_in(self, name: str) -> Noted:
        """Return what takes note of the problems of a file."""
        return lambda pointer, message, line: self._problem(file_pointer(name) + pointer, message, line)
