"""Collections of Bruno to `Spec`: a folder with a `bruno.json`, and all requests below it."""

import posixpath
from collections.abc import Iterator
from typing import Any

from engine.errors import InputError, OutsideError, SpecError
from engine.specs.bundle import Neighbour
from engine.specs.decode import text_of
from engine.specs.limits import Budget, exceeded
from engine.specs.model import Spec
from engine.specs.nodes import line
from engine.specs.problems import Problems
from engine.specs.recordings.bru import Blocks, blocks, folder_of, request_of, variables_of
from engine.specs.recordings.compose import spec
from engine.specs.recordings.requests import Folder, Pair, Places, Request, Sheet, folder_name, hidden
from engine.specs.refs import file_pointer
from engine.text import clean, clean_line

_COLLECTION = "bruno.json"
_ROOT = "collection.bru"
_FOLDER = "folder.bru"
_ENVIRONMENTS = "environments"
_HINT = "Add the folder that the collection is"


def parse(tree: dict[str, Any], budget: Budget, neighbour: Neighbour | None) -> Spec:
    """Read a collection.

    Args:
        tree: What its `bruno.json` says.
        budget: What is left of the limits.
        neighbour: Lists and opens the files around it.

    Raises:
        SpecError: It has no requests, or is more than the limits allow.
    """
    problem = Problems()
    files = {path: blocks(source, budget) for path, source in texts(".bru", _COLLECTION, neighbour, problem, budget)}
    sheet = _Collection(files, problem, budget).sheet(line(tree.get("name")) or "Untitled collection")
    return spec(hidden(sheet, budget), budget)


def texts(
    suffix: str, root: str, neighbour: Neighbour | None, problem: Problems, budget: Budget
) -> Iterator[tuple[str, str]]:
    """Yield path and text of each file of a collection.

    Args:
        suffix: How their names end.
        root: Name of the file that is read; a folder inside that has one of the same name is another collection.
        neighbour: Lists and opens them.
        problem: Told of those that cannot be read.
        budget: What is left of the limits.

    Raises:
        SpecError: They came not along, or are more than the limits allow.
    """
    if neighbour is None:
        raise SpecError("The collection came without the files of its requests", hint=_HINT)
    try:
        listed = text_of(neighbour("./"), Problems())
    except OutsideError as error:
        raise SpecError("The collection came without the files of its requests", hint=_HINT) from error
    except InputError as error:
        raise SpecError(f"The folder of the collection cannot be listed: {error}", hint=_HINT) from error
    size = 0
    paths = listed.split("\n")
    others = tuple(path.removesuffix(root) for path in paths if path.endswith(f"/{root}"))
    for path in paths:
        budget.spend(len(others) + 1)
        if not path.endswith(suffix) or path.startswith(others):
            continue
        try:
            data = neighbour(path)
            source = text_of(data, Problems())
        except InputError as error:
            problem(file_pointer(clean_line(path)), f"cannot be read: {error}")
            continue
        size += len(data)
        if size > budget.limits.max_document_mb * 1024 * 1024:
            message = f"The collection's files are larger than {budget.limits.max_document_mb} MB together"
            raise exceeded(message, "max_document_mb")
        budget.check_time()
        yield clean_line(path), clean(source)


class _Collection:
    def __init__(self, files: dict[str, Blocks], problem: Problems, budget: Budget) -> None:
        self._files = files
        self._problem = problem
        self._budget = budget
        root = folder_of(files.get(_ROOT, {}), "", -1)
        variables = (*self._environment(), *root.variables)
        self._places = Places(Folder("", root.description, variables, root.headers, root.access), self._folder)

    def sheet(self, title: str) -> Sheet:
        requests = tuple(self._requests())
        if not requests:
            raise SpecError("The collection of Bruno has no request over HTTP", hint=_HINT)
        return Sheet(title, "bruno", requests, tuple(self._places.folders), problems=self._problem.kept)

    def _environment(self) -> tuple[Pair, ...]:
        """Return the variables of the first environment."""
        of_environments = (path for path in sorted(self._files) if path.startswith(f"{_ENVIRONMENTS}/"))
        first = next(of_environments, None)
        return variables_of(self._files[first]) if first else ()

    def _requests(self) -> Iterator[Request]:
        for path in sorted(self._files, key=self._order):
            folder, name = posixpath.split(path)
            if name in (_ROOT, _FOLDER) or folder.partition("/")[0] == _ENVIRONMENTS:
                continue
            request = request_of(self._files[path], file_pointer(path), self._places.of(folder))
            if request is None:
                self._problem(file_pointer(path), "has no request over HTTP")
            else:
                yield request

    def _order(self, path: str) -> tuple[str, int, str]:
        """Return what a file is sorted by: its folder, then as Bruno shows the requests of one."""
        meta = self._files[path].get("meta")
        number = meta.value("seq") if meta else ""
        return posixpath.dirname(path), int(number) if number.isdecimal() and len(number) < _MAX_DIGITS else 0, path

    def _folder(self, path: str, outer: str, parent: int) -> Folder:
        found = self._files.get(f"{path}/{_FOLDER}", {})
        said = found["meta"].value("name") if "meta" in found else ""
        return folder_of(found, folder_name(outer, said or posixpath.basename(path), self._budget), parent)


_MAX_DIGITS = 10
"""Digits of the number by which a request is sorted."""
