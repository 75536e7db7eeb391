"""How values are written into a request, so far as two versions of it can be told apart on the wire.

What is not said counts as what it means: `explode` is true for `style: form`, and no style changes a single value.
"""

from collections.abc import Callable

import msgspec

from engine.review.diff.values import types
from engine.specs.model import Location, Schema, Serialization

COMPOUND = frozenset(("array", "object"))
"""Types of values that are written in many ways."""
_STYLES: dict[Location, str] = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
"""Style of a parameter that has none of its own (OpenAPI 3.2.0, Parameter Object)."""
_EXPLODED = ("form", "cookie")
"""Styles whose `explode` is true where it is not said (OpenAPI 3.2.0, Parameter Object)."""
_MARKED = frozenset(("label", "matrix"))
"""Styles that change single values too: `.5`, `;id=5`."""
_DELIMITED = ("spaceDelimited", "pipeDelimited", "tabDelimited")
"""Styles that have nothing to delimit where each item is written by itself."""
_TEXT = "text"
"""How a single value is written."""
_FORM = "form, each by itself"
"""How a list is written in a form that says nothing of it."""


def effective(said: Serialization, location: Location, compound: frozenset[str]) -> str:
    """Return how a parameter is written, in words; alike for all ways that give the same text.

    Args:
        said: What the document says.
        location: Where it goes.
        compound: Which of `COMPOUND` it may be.
    """
    if said.media_type and (said.style, said.explode) == (None, None):
        return said.media_type
    style = said.style or _STYLES.get(location, "")
    if style == "deepObject":  # which has one way alone
        return style
    if not compound and style not in _MARKED:
        return _TEXT
    explode = said.explode if said.explode is not None else style in _EXPLODED
    if style in _DELIMITED and explode:
        style = "form"
    is_spread = explode and compound and not (style == "simple" and compound == {"array"})
    return f"{style}, {'each by itself' if is_spread else 'together'}"


def written_in_form(how: Serialization, schema: Schema, whole: Callable[[Schema], Schema]) -> str:
    """Return how a field of a form is written, in words.

    Args:
        how: What the document says.
        schema: The field.
        whole: Follows references.
    """
    node = whole(schema)
    if (how.style, how.explode) != (None, None):  # then a media type does not count (OpenAPI 3.2.0, Encoding Object)
        words = effective(msgspec.structs.replace(how, media_type=""), "query", types(node) & COMPOUND)
    elif node.items is not None:
        kind = how.media_type or _media_type(whole(node.items))
        words = _FORM if kind == "text/plain" else f"{kind}, each by itself"
    else:
        kind = how.media_type or _media_type(node)
        words = _TEXT if kind == "text/plain" else kind
    return f"{words}, reserved signs as they are" if how.allow_reserved else words


def _media_type(node: Schema) -> str:
    """Return the media type of a part of which the document says none (OpenAPI 3.2.0, Encoding Object)."""
    if node.format == "binary":
        return "application/octet-stream"
    kinds = types(node)
    return "application/json" if "object" in kinds else "text/plain" if kinds else "usual"
