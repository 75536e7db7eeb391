"""The files that a `.proto` file imports, where they came along.

An import is written from a root that the file does not name, so it is looked for beside the file and then in each
folder above it; what is read lies in the folder that the user named.
"""

from engine.errors import InputError, OutsideError
from engine.specs.bundle import Neighbour
from engine.specs.decode import text_of
from engine.specs.limits import Budget, exceeded
from engine.specs.problems import Problems
from engine.specs.protobuf import syntax
from engine.specs.protobuf.declarations import File
from engine.text import clean

_MAX_UP = 20
"""Folders above a file that are looked into."""


def imported(file: File, known: frozenset[str], neighbour: Neighbour | None, budget: Budget) -> dict[str, File]:
    """Return path → file for all that a file imports, and that those import, as far as they can be read.

    Args:
        file: The file.
        known: Paths that need not be read.
        neighbour: Opens the files around it.
        budget: What is left of the limits.

    Raises:
        SpecError: They are more than the limits allow.
    """
    if neighbour is None:
        return {}
    found: dict[str, File] = {}
    size = 0
    pending = [*file.imports]
    tried = set(known)
    while pending:
        path = pending.pop()
        if path in tried:
            continue
        tried.add(path)
        if (data := _opened(path, neighbour)) is None:
            continue
        size += len(data)
        if size > budget.limits.max_document_mb * 1024 * 1024:
            message = f"The files that are imported are larger than {budget.limits.max_document_mb} MB together"
            raise exceeded(message, "max_document_mb")
        budget.check_time()
        try:
            found[path] = syntax.parse(clean(text_of(data, Problems())), budget)
        except InputError:  # also one that breaks the grammar: it is told when it is added itself
            budget.spend()
            continue
        pending += found[path].imports
    return found


def _opened(path: str, neighbour: Neighbour) -> bytes | None:
    if path.startswith("/") or ".." in path.split("/"):
        return None
    outside = 0
    for up in range(_MAX_UP):
        try:
            return neighbour("../" * up + path)
        except OutsideError:  # yet the path may lead in again: `google/api/http.proto`, where `google/api` was named
            outside += 1
            if outside >= path.count("/"):
                return None
        except InputError:
            continue
    return None
