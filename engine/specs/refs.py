"""JSON pointers (RFC 6901), and the references of a document into itself."""

import re
from typing import Any
from urllib.parse import unquote

import msgspec

from engine.text import clean

FILES = "$files"
"""Key of the root under which the other files of a document are, by their path; see `bundle`."""
DOCUMENTS = frozenset(("openapi", "swagger", "asyncapi", "arazzo"))
"""Keys of the formats that have references, by which a document is known as one of them."""
VALUES = frozenset("example default enum const value dataValue".split())
"""Keys whose values belong to those who call the API: a `$ref` in them is not the document's."""
NAMES = frozenset(
    "paths webhooks x-webhooks pathItems callbacks schemas definitions $defs properties patternProperties "
    "dependentSchemas parameters headers requestBodies responses links securitySchemes securityDefinitions content "
    "mediaTypes encoding examples channels messages operations".split()
)
"""Keys of mappings whose own keys are names: a response may be called `default`, and a property `example`."""
MAX_HOPS = 32
"""References that may follow one another before they are taken for a circle."""
PART_BYTES = 64
"""Of a text that is repeated, such as a long name in the pointer of each part below it: they count as one part."""
_INDEX = re.compile("[0-9]{1,9}")


def escape(key: str) -> str:
    """Return `key` as one part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def unescape(part: str) -> str:
    """Return the key that one part of a JSON pointer stands for."""
    return part.replace("~1", "/").replace("~0", "~")


def local_pointer(ref: str) -> str | None:
    """Return the JSON pointer of a `$ref` into the same document, or None when it points elsewhere.

    Percent-encoding may hide what was cleaned out of the document, so the pointer is cleaned again.
    """
    if not ref.startswith("#/"):
        return None
    return clean(unquote(ref[1:])) if "%" in ref else ref[1:]


def is_name(ref: str) -> bool:
    """Return whether what a discriminator's value stands for is the name of a shared schema, not a reference."""
    return not ("#" in ref or "/" in ref or ref.endswith((".json", ".yaml", ".yml")))


def lookup(tree: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer.

    Raises:
        LookupError: There is none.
    """
    value = tree
    for escaped in pointer.split("/")[1:]:
        part = unescape(escaped)
        if isinstance(value, dict):
            value = value[part]
        elif isinstance(value, list) and _INDEX.fullmatch(part):
            value = value[int(part)]
        else:
            raise LookupError(part)
    return value


def file_pointer(name: str) -> str:
    """Return the JSON pointer under which another file of the document is kept."""
    return f"/{FILES}/{escape(name)}"


def split_pointer(pointer: str) -> tuple[str, str]:
    """Return the file into which a JSON pointer leads, and the pointer inside it; no file for the document itself."""
    if not pointer.startswith(f"/{FILES}/"):
        return "", pointer
    name, mark, rest = pointer.removeprefix(f"/{FILES}/").partition("/")
    return unescape(name), mark + rest


def leads_to_missing_file(tree: dict[str, Any], pointer: str) -> bool:
    """Return whether a JSON pointer leads into a file that could not be read, which is a problem told already."""
    name, _ = split_pointer(pointer)
    return bool(name) and FILES in tree and name not in tree[FILES]


def anchors(tree: Any, root: str = "") -> dict[str, str]:
    """Return the JSON pointers of what JSON Schema 2020-12 gives a name with `$anchor` or `$dynamicAnchor`.

    Args:
        tree: A decoded document.
        root: JSON pointer of that document.
    """
    found: dict[str, str] = {}
    pending = [(tree, root)]
    met: set[int] = set()  # an alias of YAML is one value in many places
    while pending:
        value, pointer = pending.pop()
        if not isinstance(value, dict | list) or id(value) in met:
            continue
        met.add(id(value))
        if isinstance(value, dict):
            for key in ("$anchor", "$dynamicAnchor"):
                if isinstance(name := value.get(key), str):
                    found.setdefault(name, pointer)
        children = value.items() if isinstance(value, dict) else enumerate(value)
        pending += reversed([(child, f"{pointer}/{escape(str(key))}") for key, child in children])
    return found


def weight(value: Any) -> int:
    """Return for how many parts of the limits a shared value counts beside those that are read in it.

    It is kept once for each reference to it, so its size counts: one part for `PART_BYTES` of JSON. The 5,000,000 parts
    of `Limits.max_parts` are then 320 MB.
    """
    return len(msgspec.json.encode(value)) // PART_BYTES
