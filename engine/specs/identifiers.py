"""What schemas and documents are called: `$id`, `$anchor`, `$dynamicAnchor` (JSON Schema 2020-12), `$self` (OpenAPI).

A reference is resolved against the nearest `$id` around it, or the `$self` of its document (JSON Schema 2020-12 core,
8.2 and 9.1; OpenAPI 3.2, 4.1). Nothing is ever fetched from such an address: it is a name of what came along.
"""

import posixpath
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from engine.specs.refs import NAMES, VALUES, escape

TELLING = ("$self", "$id", "$dynamicAnchor")
"""Keys of a document that has such names; an `$anchor` alone needs no address."""
_ANCHORS = ("$anchor", "$dynamicAnchor")


class Identifiers:
    """The names in all files of a document, by JSON pointers of the whole."""

    def __init__(self) -> None:
        self._resources: dict[str, str] = {}
        """Address → JSON pointer."""
        self._anchors: dict[str, str] = {}
        """Address with `#` and name → JSON pointer."""
        self._bases: dict[str, str] = {}
        """JSON pointer → address of what begins there."""

    def add(self, tree: Any, root: str, file: str) -> None:
        """Take the names in one file.

        Args:
            tree: Its decoded value.
            root: JSON pointer at which it is kept.
            file: Its path, seen from the first document; empty for that one.
        """
        pending = [(tree, root, file, False)]
        met: set[int] = set()  # an alias of YAML is one value in many places
        while pending:
            value, pointer, base, named = pending.pop()
            if not isinstance(value, dict | list) or id(value) in met:
                continue
            met.add(id(value))
            if isinstance(value, list):
                pending += [(child, f"{pointer}/{index}", base, False) for index, child in enumerate(value)]
                continue
            if not named:
                base = self._address(value, pointer, base, is_root=pointer == root)
                for key in _ANCHORS:
                    if isinstance(name := value.get(key), str):
                        self._anchors.setdefault(f"{base}#{name}", pointer)
            pending += [
                (child, f"{pointer}/{escape(key)}", base, not named and key in NAMES)
                for key, child in value.items()
                if named or key not in VALUES
            ]

    def _address(self, value: dict[str, Any], pointer: str, base: str, *, is_root: bool) -> str:
        """Return the address that counts in a part, which is kept where the part has one of its own."""
        own = value.get("$self", value.get("$id")) if is_root else value.get("$id")
        if not isinstance(own, str) or own.startswith("#"):  # the latter an anchor of older drafts
            return base
        address = joined(base, own).partition("#")[0]
        self._resources.setdefault(address, pointer)
        self._bases[pointer] = address
        return address

    def base(self, pointer: str, around: str) -> str:
        """Return the address that counts in the part at a pointer: its own, or that of what is around it."""
        return self._bases.get(pointer, around)

    def pointer(self, ref: str, base: str, root: str, exists: Callable[[str], bool]) -> str | None:
        """Return the JSON pointer of what has the name that a reference says; None where nothing has it.

        Args:
            ref: The reference.
            base: Address against which it is resolved.
            root: JSON pointer of its file.
            exists: Tells whether there is something at a JSON pointer.
        """
        if not self._resources and not self._anchors:
            return None
        address, _, fragment = joined(base, ref).partition("#")
        resource = self._resources.get(address)
        fragment = unquote(fragment)
        if fragment and not fragment.startswith("/"):
            return self._anchors.get(f"{address}#{fragment}")
        if resource is None:
            return None
        # Careless documents mean their own root, whatever `$id` is around the reference.
        is_careless = ref.startswith("#") and not exists(resource + fragment) and exists(root + fragment)
        return root + fragment if is_careless else resource + fragment


def joined(base: str, ref: str) -> str:
    """Return a reference resolved against an address (RFC 3986, 5.2), a URN included."""
    if ref.startswith("#") or not ref:
        return base.partition("#")[0] + ref
    try:
        return urljoin(base, ref)
    except ValueError:  # brackets that are no address of a host
        return ref


def beside(ref: str, base: str) -> str:
    """Return the path of an address below the folder of another one, or the reference as it is where it has none."""
    try:
        there, here = urlsplit(ref), urlsplit(base)
    except ValueError:
        return ref
    if not there.netloc or (there.scheme, there.netloc) != (here.scheme, here.netloc):
        return ref
    return posixpath.relpath(there.path or "/", posixpath.dirname(here.path) or "/")
