"""The fields of a body of which a document shows an example only."""

from collections.abc import Iterable, Iterator
from typing import Any

from engine.calls.body import example_of
from engine.calls.source import Source
from engine.specs.model import Content

_MOST = 200
"""Fields of one example, as many as a page of things has at most; a recorded answer may have thousands."""


def shown(contents: Iterable[Content], source: Source, levels: int) -> list[str]:
    """Return the dotted names of the fields of the first example, in its order, with `[]` for the items of a list.

    Args:
        contents: The body in its media types.
        source: The operation that it is of.
        levels: How far inside it is looked.
    """
    values = (value for content in contents if (value := example_of(source, content)) is not None)
    found: dict[str, None] = {}
    for name in _fields(next(values, None), "", levels):
        found[name] = None
        if len(found) >= _MOST:
            break
    return list(found)


def _fields(value: Any, path: str, levels: int) -> Iterator[str]:
    if isinstance(value, list):
        yield from _fields(value[0] if value else None, f"{path}[]", levels)
    elif isinstance(value, dict) and levels:
        for key, inner in value.items():
            name = f"{path}.{key}" if path else str(key)
            yield name
            yield from _fields(inner, name, levels - 1)
