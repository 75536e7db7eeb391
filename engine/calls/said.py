"""What the user said for the fields of a body, as a value has them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

NOTHING_SAID: Mapping[str, Any] = MappingProxyType({})
"""What is there where the user said nothing."""


def said_at(said: Mapping[str, Any], path: Sequence[str]) -> Any:
    """Return what the user said for a place: a value, or an object of what he said for its fields; None for nothing.

    Args:
        said: Field → value, or an object of those of its own fields.
        path: Names of the fields on the way.
    """
    found: Any = dict(said) or None
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return found
