"""Documents that are split over files, put together into one tree.

Each file that a reference leads to is kept under the root key `$files`, by its path relative to the document, and all
references become local ones: `schemas/pet.yaml#/Pet` is written as `#/$files/schemas~1pet.yaml/Pet`. Readers need to
know nothing of it. A file that cannot be read is one problem; references to it lead to nothing.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import msgspec

from engine.errors import InputError
from engine.specs.decode import text_of, tree_of
from engine.specs.limits import Budget, exceeded
from engine.specs.model import Problem
from engine.specs.nodes import mapping
from engine.specs.problems import Problems
from engine.specs.refs import (
    DOCUMENTS,
    FILES,
    MAX_HOPS,
    anchors,
    escape,
    file_pointer,
    is_name,
    local_pointer,
    lookup,
    split_pointer,
)
from engine.specs.yaml12 import Noted
from engine.text import clean, clean_line

Neighbour = Callable[[str], bytes]
"""Opens a file beside the document, by its relative path with `/`; raises InputError when it may not or cannot."""

_LEADS_OUT = re.compile(r"""\$ref["']?\s*+:\s*+(?!["']?\#)""")
"""A reference that does not begin with `#`, in JSON or YAML."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
"""Of an address; or the drive of a path on Windows."""
_TREES = (".json", ".yaml", ".yml")
_VALUES = frozenset("example default enum const value dataValue".split())
"""Keys whose values belong to those who call the API: a `$ref` in them is not the document's."""
_NAMED = frozenset(
    "paths webhooks x-webhooks pathItems callbacks schemas definitions $defs properties patternProperties "
    "dependentSchemas parameters headers requestBodies responses links securitySchemes securityDefinitions content "
    "mediaTypes encoding examples channels messages operations".split()
)
"""Keys of mappings whose own keys are names: a response may be called `default`, and a property `example`."""
_OUTSIDE = "which is not read: references never leave the document's folder or reach the network"
_ALONE = "which is not read: the document came without the files beside it"


def bundled(
    tree: dict[str, Any], text: str, neighbour: Neighbour | None, budget: Budget
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Return the document with what it refers to in other files, and what could not be read of them.

    Args:
        tree: The decoded document, which is changed.
        text: Its text, which tells sooner than the tree whether there is anything to do.
        neighbour: Opens the files; without it each is a problem.
        budget: What is left of the limits.

    Raises:
        SpecError: The files are more than the limits allow.
    """
    tree.pop(FILES, None)
    if DOCUMENTS.isdisjoint(tree) or not (_LEADS_OUT.search(text) or "externalValue" in text):
        return tree, ()
    bundle = _Bundle(tree, neighbour, budget)
    bundle.put_together()
    return tree, bundle.problem.kept


class _Node(msgspec.Struct, frozen=True):
    """A collection that is still to be looked at."""

    value: dict[str, Any] | list[Any]
    pointer: str
    """Where it stands in the whole."""
    file: str
    """The file that holds it; empty for the document itself."""
    named: bool = False
    """Its keys are names, not keywords."""


class _Bundle:
    """Puts one document together."""

    def __init__(self, tree: dict[str, Any], neighbour: Neighbour | None, budget: Budget) -> None:
        self._tree = tree
        self._neighbour = neighbour
        self._budget = budget
        self._values = _VALUES | {"examples"} if "swagger" in tree else _VALUES
        self._document = msgspec.json.encode(tree)
        """Tells whether a file is the document itself, whose own name is not known here."""
        self._same: set[str] = set()
        """Names under which files refer to the document."""
        self._files: dict[str, Any] = {}
        self._missing: set[str] = set()
        self._anchors: dict[str, dict[str, str]] = {}
        self._bytes = 0
        self._pending: list[_Node] = []
        self._met: set[int] = set()
        """Collections that were looked at; an alias of YAML is one value in many places."""
        self.problem = Problems()

    def put_together(self) -> None:
        """Read all files and make every reference a local one."""
        self._pending.append(_Node(self._tree, "", ""))
        self._take_in(self._tree, "", "")
        while self._pending:
            node = self._pending.pop()
            if id(node.value) not in self._met:
                self._met.add(id(node.value))
                self._rewrite(node)
                self._pending += reversed([*self._children(node)])
        self._tree[FILES] = self._files

    def _take_in(self, holder: dict[str, Any], pointer: str, file: str) -> None:
        """Put main parts of the document where it refers to them: OpenAPI allows no references there, but all use them.

        What is taken in is looked at as part of its own file, which was put on top of `_pending`, so before the rest
        of the document. It is never the document itself: nothing comes to contain itself.
        """
        for key, value in list(holder.items()):
            if isinstance(value, dict) and (pointer or key in _NAMED or not key.startswith("x-")):
                where = f"{pointer}/{escape(key)}"
                holder[key], origin = self._followed(value, where, file, key in _NAMED)
                if where == "/components":
                    self._take_in(mapping(holder[key]), where, origin)

    def _followed(self, value: dict[str, Any], pointer: str, file: str, named: bool) -> tuple[Any, str]:
        """Return what a value refers to in another file, and in which one; or the value itself, and `file`."""
        found: Any = value
        origin = file
        for _ in range(MAX_HOPS):
            ref = found.get("$ref") if isinstance(found, dict) else None
            if not isinstance(ref, str):
                return found, origin
            target = local_pointer(self._local(ref, pointer, origin, named))
            origin, inner = split_pointer(target or "")
            if not origin:
                return value, file
            if origin in self._missing:
                return {}, file
            try:
                found = lookup(self._files[origin], inner)
            except LookupError:
                self.problem(pointer, f"refers to {ref}, which does not exist")
                return {}, file
        self.problem(pointer, "is a circle of references")
        return {}, file

    def _rewrite(self, node: _Node) -> None:
        """Make the references of a mapping itself local ones."""
        value = node.value
        if not isinstance(value, dict):
            return
        if isinstance(ref := value.get("$ref"), str):
            value["$ref"] = self._local(ref, node.pointer, node.file, node.named)
        if node.named:
            return
        if isinstance(ref := value.get("operationRef"), str):
            value["operationRef"] = self._local(ref, node.pointer, node.file)
        if isinstance(path := value.get("externalValue"), str):
            self._take_example(value, path, node)
        path = mapping(value.get("description")).get("$ref")
        if isinstance(path, str) and path.endswith(".md"):
            self._take_description(value, path, node)
        choices = mapping(value.get("discriminator")).get("mapping")
        if isinstance(choices, dict) and id(choices) not in self._met:
            self._met.add(id(choices))
            for name, choice in choices.items():
                if isinstance(choice, str) and not is_name(choice):
                    where = f"{node.pointer}/discriminator/mapping/{escape(name)}"
                    choices[name] = self._local(choice, where, node.file)

    def _children(self, node: _Node) -> Iterator[_Node]:
        """Yield the collections inside another one in which the document may have references."""
        if isinstance(node.value, list):
            for index, child in enumerate(node.value):
                if isinstance(child, dict | list):
                    yield _Node(child, f"{node.pointer}/{index}", node.file)
            return
        for key, child in node.value.items():
            if isinstance(child, dict | list) and (node.named or self._has_references(key, child)):
                named = not node.named and key in _NAMED and isinstance(child, dict)
                yield _Node(child, f"{node.pointer}/{escape(key)}", node.file, named)

    def _has_references(self, key: str, value: dict[str, Any] | list[Any]) -> bool:
        if key in self._values or (key == "examples" and isinstance(value, list)):
            return False
        return key == "x-webhooks" or not key.startswith("x-")

    def _local(self, ref: str, pointer: str, file: str, named: bool = False) -> str:
        """Return a reference of a file as one of the whole document, once what it leads to is read.

        Args:
            ref: The reference.
            pointer: Where it stands.
            file: The file in which it stands.
            named: Whether it stands for a mapping whose keys are names.
        """
        self._budget.spend()
        path, _, fragment = ref.partition("#")
        if not path and not file:
            return ref
        name = relative(path, file) if path else file
        if name is None:
            name = clean_line(path)
            self._miss(name, pointer, _OUTSIDE)
        else:
            self._load(name, pointer, named and not fragment)
        if name in self._same:
            return f"#{fragment}"
        if fragment and not fragment.startswith("/"):
            fragment = self._anchor(name, fragment)
        return f"#{_encoded(file_pointer(name))}{fragment}"

    def _anchor(self, name: str, anchor: str) -> str:
        if name not in self._anchors:
            self._anchors[name] = anchors(self._files.get(name))
        return _encoded(self._anchors[name].get(unquote(anchor), f"/{anchor}"))

    def _load(self, name: str, pointer: str, named: bool) -> None:
        """Read a file that something at `pointer` refers to, if it was not read before."""
        if name in self._files or name in self._missing or name in self._same:
            return
        if (text := self._text(name, pointer)) is None or (tree := self._parsed(text, name, pointer)) is None:
            return
        if isinstance(tree, dict) and not DOCUMENTS.isdisjoint(tree) and msgspec.json.encode(tree) == self._document:
            self._same.add(name)
            return
        self._files[name] = tree
        place = file_pointer(name)
        if isinstance(tree, dict | list):
            self._pending.append(_Node(tree, place, name, named and isinstance(tree, dict)))

    def _take_example(self, example: dict[str, Any], path: str, node: _Node) -> None:
        """Put the value of an example where it refers to a file; an address is left for the user to open."""
        name = relative(path, node.file)
        if name is None or name in self._missing or (text := self._text(name, node.pointer)) is None:
            return
        value = self._parsed(text, name, node.pointer) if name.endswith(_TREES) else clean(text)
        if value is not None:
            del example["externalValue"]
            example["value"] = value

    def _take_description(self, holder: dict[str, Any], path: str, node: _Node) -> None:
        """Put a text where a description refers to it, as documents do that keep their prose in Markdown files."""
        name = relative(path, node.file)
        if name is not None and name not in self._missing:
            holder["description"] = clean(self._text(name, node.pointer) or "")

    def _text(self, name: str, pointer: str) -> str | None:
        """Return the text of a file; None, with a problem noted, when it cannot be read."""
        if self._neighbour is None:
            self._miss(name, pointer, _ALONE)
            return None
        try:
            data = self._neighbour(name)
            text = text_of(data, self._noted_in(name))
        except InputError as error:
            self._miss(name, pointer, f"which cannot be read: {error}")
            return None
        self._bytes += len(data)
        if self._bytes > self._budget.limits.max_document_mb * 1024 * 1024:
            message = f"The document's files are larger than {self._budget.limits.max_document_mb} MB together"
            raise exceeded(message, "max_document_mb")
        self._budget.check_time()
        return text

    def _parsed(self, text: str, name: str, pointer: str) -> Any:
        """Return the value of a file; None, with a problem noted, when it is no JSON and no YAML, or has none."""
        limits = self._budget.limits
        try:
            if (tree := tree_of(text, limits, self._noted_in(name)).value) is not None:
                return tree
            self._miss(name, pointer, "which is empty")
        except InputError as error:
            self._miss(name, pointer, f"which cannot be read: {error}")
        except RecursionError:
            self._miss(name, pointer, f"which is nested deeper than {limits.max_depth} levels")
        return None

    def _noted_in(self, name: str) -> Noted:
        """Return what takes note of the problems of a file."""
        return lambda pointer, message, line: self.problem(file_pointer(name) + pointer, message, line)

    def _miss(self, name: str, pointer: str, reason: str) -> None:
        if name not in self._missing:
            self._missing.add(name)
            self.problem(pointer, f"refers to {name}, {reason}")


def relative(path: str, file: str) -> str | None:
    """Return the path, seen from the document, of a file to which another one refers; None where it is outside.

    Args:
        path: The reference without its fragment.
        file: Path of the file that holds it; empty for the document itself.
    """
    path = clean(unquote(path)).replace("\\", "/")
    if _SCHEME.match(path) or path.startswith("/"):
        return None
    name = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
    return None if name in (".", "..") or name.startswith("../") else name


def _encoded(pointer: str) -> str:
    """Return a JSON pointer as the fragment of a reference, whose percent signs are read as an encoding."""
    return pointer.replace("%", "%25")
