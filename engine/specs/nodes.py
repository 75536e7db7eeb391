"""Values of a decoded JSON or YAML document, taken as what they should be. Wrong ones count as missing."""

from typing import Any

from engine.text import clean_line


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
