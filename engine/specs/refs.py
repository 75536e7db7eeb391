"""JSON pointers (RFC 6901) and local references."""

import re
from typing import Any
from urllib.parse import unquote

from engine.text import clean

_INDEX = re.compile("[0-9]{1,9}")


def escape(key: str) -> str:
    """Return `key` as one part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def local_pointer(ref: str) -> str | None:
    """Return the JSON pointer of a `$ref` into the same document, or None when it points elsewhere.

    Percent-encoding may hide what was cleaned out of the document, so the pointer is cleaned again.
    """
    return clean(unquote(ref[1:])) if ref.startswith("#/") else None


def lookup(tree: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer.

    Raises:
        LookupError: There is none.
    """
    value = tree
    for escaped in pointer.split("/")[1:]:
        part = escaped.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value[part]
        elif isinstance(value, list) and _INDEX.fullmatch(part):
            value = value[int(part)]
        else:
            raise LookupError(part)
    return value
