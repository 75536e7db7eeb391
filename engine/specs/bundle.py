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
from engine.specs import dynamic
from engine.specs.files import OUTSIDE, Files
from engine.specs.identifiers import TELLING, Identifiers, beside
from engine.specs.limits import Budget
from engine.specs.model import Problem
from engine.specs.nodes import mapping
from engine.specs.problems import Problems
from engine.specs.refs import (
    DOCUMENTS,
    FILES,
    MAX_HOPS,
    NAMES,
    VALUES,
    anchors,
    escape,
    file_pointer,
    is_name,
    local_pointer,
    lookup,
    split_pointer,
    weight,
)
from engine.text import clean, clean_line

Neighbour = Callable[[str], bytes]
"""Opens another file of what the user named, by its path from the document with `/`: `pet.yaml`, `../common/pet.yaml`.
A path that ends in `/` is a folder, whose content is the paths from there of all files below it, one a line.

Raises OutsideError for what the user did not name, InputError for what cannot be read."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
"""Of an address; or the drive of a path on Windows."""
_REFERENCES = ("$ref", "$dynamicRef", "operationRef")
"""Keys whose value leads somewhere."""
_TREES = (".json", ".yaml", ".yml")


def bundled(
    tree: dict[str, Any], neighbour: Neighbour | None, budget: Budget
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Return the document with what it refers to in other files, and what could not be read of them.

    Args:
        tree: The decoded document, which is changed.
        neighbour: Opens the files; without it each is a problem.
        budget: What is left of the limits.

    Raises:
        SpecError: The files are more than the limits allow.
    """
    tree.pop(FILES, None)
    document = msgspec.json.encode(tree)
    if DOCUMENTS.isdisjoint(tree) or not _leads_out(document):
        return tree, ()
    bundle = _Bundle(tree, document, neighbour, budget)
    bundle.put_together()
    return tree, bundle.problem.kept


def _leads_out(document: bytes) -> bool:
    """Tell whether a document, as JSON without blanks, has names of its own, or a reference that begins with no `#`."""
    if document.count(b'"$ref":"') != document.count(b'"$ref":"#'):
        return True
    return any(b'"%s":' % key.encode() in document for key in (*TELLING, "externalValue"))


class _Node(msgspec.Struct, frozen=True):
    """A collection that is still to be looked at."""

    value: dict[str, Any] | list[Any]
    pointer: str
    """Where it stands in the whole."""
    file: str
    """The file that holds it; empty for the document itself."""
    base: str = ""
    """Address against which references in it are resolved; see `Identifiers`."""
    named: bool = False
    """Its keys are names, not keywords."""


class _Bundle:
    """Puts one document together."""

    def __init__(self, tree: dict[str, Any], document: bytes, neighbour: Neighbour | None, budget: Budget) -> None:
        self._tree = tree
        self._budget = budget
        self._values = VALUES | {"examples"} if "swagger" in tree else VALUES
        self._document = document
        """Tells whether a file is the document itself, whose own name is not known here."""
        self._same: set[str] = set()
        """Names under which files refer to the document."""
        self._trees: dict[str, Any] = {}
        """Path of a file → its value."""
        self._anchors: dict[str, dict[str, str]] = {}
        self._identifiers = Identifiers()
        self._dynamic: dict[str, str] = {}
        self._completing: list[tuple[dict[str, Any], str]] = []
        """For `dynamic.bind`."""
        self._pending: list[_Node] = []
        self._met: set[int] = set()
        """Collections that were looked at; an alias of YAML is one value in many places."""
        self.problem = Problems()
        self._files = Files(neighbour, budget, self.problem)

    def put_together(self) -> None:
        """Read all files and make every reference a local one."""
        self._identifiers.add(self._tree, "", "")
        self._pending.append(_Node(self._tree, "", "", self._identifiers.base("", "")))
        self._take_in(self._tree, "", "")
        while self._pending:
            node = self._pending.pop()
            if id(node.value) not in self._met:
                self._met.add(id(node.value))
                self._rewrite(node)
                self._pending += reversed([*self._children(node)])
        self._tree[FILES] = self._trees
        if self._dynamic:
            dynamic.bind(self._tree, self._completing, self._dynamic, self._budget)

    def _take_in(self, holder: dict[str, Any], pointer: str, file: str) -> None:
        """Put main parts of the document where it refers to them: OpenAPI allows no references there, but all use them.

        What is taken in is looked at as part of its own file, which was put on top of `_pending`, so before the rest
        of the document. It is never the document itself: nothing comes to contain itself.
        """
        for key, value in list(holder.items()):
            if isinstance(value, dict) and (pointer or key in NAMES or not key.startswith("x-")):
                where = f"{pointer}/{escape(key)}"
                holder[key], origin = self._followed(value, where, file, key in NAMES)
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
            base = self._identifiers.base(file_pointer(origin) if origin else "", origin)
            target = local_pointer(self._local(ref, _Node({}, pointer, origin, base, named)))
            origin, inner = split_pointer(target or "")
            if not origin:
                return value, file
            if origin in self._files.missing:
                return {}, file
            try:
                found = lookup(self._trees[origin], inner)
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
        if isinstance(value.get("$ref"), str) and ("$dynamicAnchor" in value or "$defs" in value):
            self._completing.append((value, node.pointer))
        if isinstance(ref := value.get("$dynamicRef"), str):
            self._dynamic[node.pointer] = ref.rpartition("#")[2]
        for key in ("$ref",) if node.named else _REFERENCES:
            if isinstance(ref := value.get(key), str):
                value[key] = self._local(ref, node)
        if node.named:
            return
        self._take_values(value, node)
        choices = mapping(value.get("discriminator")).get("mapping")
        if isinstance(choices, dict) and id(choices) not in self._met:
            self._met.add(id(choices))
            for name, choice in choices.items():
                if isinstance(choice, str) and not is_name(choice):
                    where = f"{node.pointer}/discriminator/mapping/{escape(name)}"
                    choices[name] = self._local(choice, _Node({}, where, node.file, node.base))

    def _take_values(self, value: dict[str, Any], node: _Node) -> None:
        """Put what other files say where it belongs that is no part of the document by itself."""
        if isinstance(path := value.get("externalValue"), str):
            self._take_example(value, path, node)
        ref = mapping(value.get("description")).get("$ref")
        if isinstance(ref, str):
            self._take_description(value, ref, node)
        for key in value:
            if key.startswith("x-") and key != "x-webhooks":
                self._take_extension(value, key, node)
        example = mapping(value.get("example")) if "schema" in value else {}  # that of a schema is a value
        ref = example.get("$ref") if len(example) == 1 else None
        if isinstance(ref, str) and ref.partition("#")[0].endswith(_TREES) and not _SCHEME.match(ref):
            example["$ref"] = self._local(ref, node)

    def _children(self, node: _Node) -> Iterator[_Node]:
        """Yield the collections inside another one in which the document may have references."""
        if isinstance(node.value, list):
            for index, child in enumerate(node.value):
                if isinstance(child, dict | list):
                    yield self._child(node, child, str(index))
            return
        for key, child in node.value.items():
            if isinstance(child, dict | list) and (node.named or self._has_references(key, child)):
                yield self._child(node, child, key, named=not node.named and key in NAMES and isinstance(child, dict))

    def _child(self, node: _Node, value: dict[str, Any] | list[Any], key: str, *, named: bool = False) -> _Node:
        pointer = f"{node.pointer}/{escape(key)}"
        return _Node(value, pointer, node.file, self._identifiers.base(pointer, node.base), named)

    def _has_references(self, key: str, value: dict[str, Any] | list[Any]) -> bool:
        if key in self._values or (key == "examples" and isinstance(value, list)):
            return False
        return key == "x-webhooks" or not key.startswith("x-")

    def _local(self, ref: str, node: _Node) -> str:
        """Return a reference of a file as one of the whole document, once what it leads to is read.

        Args:
            ref: The reference.
            node: Where it stands.
        """
        self._budget.spend()
        file = node.file
        found = self._identifiers.pointer(ref, node.base, file_pointer(file) if file else "", self._exists)
        if found is not None:
            return f"#{_encoded(found)}"
        path, _, fragment = ref.partition("#")
        if not path and not file:
            return ref
        name = relative(beside(path, node.base), file) if path else file
        if name is None:
            name = clean_line(path)
            self._files.miss(name, node.pointer, OUTSIDE)
        else:
            self._load(name, node.pointer, node.named and not fragment)
            found = self._identifiers.pointer(ref, node.base, "", self._exists) if path else None
            if found is not None:  # a name in the file that was just read
                return f"#{_encoded(found)}"
        if name in self._same:
            return f"#{fragment}"
        if fragment and not fragment.startswith("/"):
            fragment = self._anchor(name, fragment)
        return f"#{_encoded(file_pointer(name))}{fragment}"

    def _anchor(self, name: str, anchor: str) -> str:
        if name not in self._anchors:
            self._anchors[name] = anchors(self._trees.get(name))
        return _encoded(self._anchors[name].get(unquote(anchor), f"/{anchor}"))

    def _load(self, name: str, pointer: str, named: bool) -> None:
        """Read a file that something at `pointer` refers to, if it was not read before."""
        if name in self._trees or name in self._files.missing or name in self._same:
            return
        if (text := self._files.text(name, pointer)) is None or (
            tree := self._files.parsed(text, name, pointer)
        ) is None:
            return
        if isinstance(tree, dict) and not DOCUMENTS.isdisjoint(tree) and msgspec.json.encode(tree) == self._document:
            self._same.add(name)
            return
        self._trees[name] = tree
        place = file_pointer(name)
        if any(sign in text for sign in TELLING):
            self._identifiers.add(tree, place, name)
        if isinstance(tree, dict | list):
            base = self._identifiers.base(place, name)
            self._pending.append(_Node(tree, place, name, base, named and isinstance(tree, dict)))

    def _exists(self, pointer: str) -> bool:
        file, inner = split_pointer(pointer)
        try:
            lookup(self._trees.get(file) if file else self._tree, inner)
        except LookupError:
            return False
        return True

    def _take_example(self, example: dict[str, Any], path: str, node: _Node) -> None:
        """Put the value of an example where it refers to a file; an address is left for the user to open."""
        name = relative(path, node.file)
        if name is None or name in self._files.missing or (text := self._files.text(name, node.pointer)) is None:
            return
        value = self._files.parsed(text, name, node.pointer) if name.endswith(_TREES) else clean(text)
        if value is not None:
            del example["externalValue"]
            example["value"] = value

    def _take_description(self, holder: dict[str, Any], ref: str, node: _Node) -> None:
        """Put a text where a description refers to it, as documents do that keep their prose in files of its own."""
        path, _, fragment = ref.partition("#")
        name = relative(path, node.file) if path else None
        if name is None or name in self._files.missing:
            return
        if name.endswith(".md"):
            holder["description"] = clean(self._files.text(name, node.pointer) or "")
        elif name.endswith(_TREES):
            self._load(name, node.pointer, named=True)
            try:
                found = lookup(self._trees.get(name), local_pointer(f"#{fragment}") or "")
            except LookupError:
                return
            if isinstance(found, str):
                holder["description"] = found

    def _take_extension(self, holder: dict[str, Any], key: str, node: _Node) -> None:
        """Put what other files say where an extension refers to it; what leads nowhere may be somebody's value."""
        pending: list[tuple[Any, Any]] = [(holder, key)]
        met: set[int] = set()
        while pending:
            around, at = pending.pop()
            value = around[at]
            if not isinstance(value, dict | list) or id(value) in met:
                continue
            self._budget.spend()
            ref = value.get("$ref") if isinstance(value, dict) and len(value) == 1 else None
            if isinstance(ref, str):
                found = self._said_at(ref, node)
                around[at] = value if found is None else found
            else:
                met.add(id(value))
                pending += [(value, inner) for inner in (value if isinstance(value, dict) else range(len(value)))]

    def _said_at(self, ref: str, node: _Node) -> Any:
        """Return what stands where a reference leads in another file; None where that cannot be told."""
        path, _, fragment = ref.partition("#")
        name = relative(path, node.file) if path else None
        if name is None or name in self._files.missing or not name.endswith(_TREES):
            return None
        try:
            found = lookup(self._files.quietly(name), local_pointer(f"#{fragment}") or "")
        except (InputError, RecursionError, LookupError):
            return None
        self._budget.spend(weight(found))
        return found


def relative(path: str, file: str) -> str | None:
    """Return the path, seen from the document, of a file to which another one refers; None for an address.

    Args:
        path: The reference without its fragment.
        file: Path of the file that holds it; empty for the document itself.
    """
    path = clean(unquote(path)).replace("\\", "/")
    if _SCHEME.match(path) or path.startswith("/"):
        return None
    name = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
    return None if posixpath.basename(name) in (".", "..") else name


def _encoded(pointer: str) -> str:
    """Return a JSON pointer as the fragment of a reference, whose percent signs are read as an encoding."""
    return pointer.replace("%", "%25")
