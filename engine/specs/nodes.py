"""Values of a decoded JSON or YAML document, taken as what they should be. Wrong ones count as missing."""

from typing import Any

import msgspec

from engine.text import clean_line, clean_tree

_MAX_EMBEDDED_DEPTH = 60
"""Nesting of JSON that is itself a text of a document; far below what Python's stack holds beside the document's."""


def mapping(value: Any) -> dict[str, Any]:
    """Return a mapping; an empty one in the place of anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Return a list; an empty one in the place of anything else."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """Return a text; YAML reads `version: 1.0` as a number and `operationId: true` as a truth value."""
    return str(value) if isinstance(value, str | int | float) else ""


def line(value: Any) -> str:
    """Return a text on one line."""
    return clean_line(text(value))


def extensions(node: dict[str, Any]) -> dict[str, Any]:
    """Return the `x-…` keys of a node."""
    return {key: value for key, value in node.items() if key.startswith("x-")}


def embedded(value: str) -> Any:
    """Return the JSON that a text of a document holds, cleaned as the document was; None where it holds none."""
    try:
        return clean_tree(msgspec.json.decode(value), _MAX_EMBEDDED_DEPTH)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return None
