"""How values are written into a request, so far as two versions of it can be told apart on the wire.

What is not said counts as what it means: `explode` is true for `style: form`, and no style changes a single value.
"""

from engine.specs.model import Content, Location, Serialization

_STYLES: dict[Location, str] = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
"""Style of a parameter that has none of its own (OpenAPI 3.2.0, Parameter Object)."""
_EXPLODED = ("form", "cookie")
"""Styles whose `explode` is true where it is not said (OpenAPI 3.2.0, Parameter Object)."""
_MARKED = frozenset(("label", "matrix"))
"""Styles that change single values too: `.5`, `;id=5`."""


def effective(said: Serialization, location: Location, is_compound: bool) -> str:
    """Return how a parameter is written, in words; alike for all ways that give the same text.

    Args:
        said: What the document says.
        location: Where it goes.
        is_compound: Whether it is a list or an object.
    """
    if said.media_type:
        return said.media_type
    style = said.style or _STYLES.get(location, "")
    if not is_compound and style not in _MARKED:
        return "text"
    explode = said.explode if said.explode is not None else style in _EXPLODED
    return f"{style}, {'each by itself' if explode and is_compound else 'together'}"


def written_in_form(content: Content, name: str) -> str:
    """Return how a field of a form is written; `usual` where the document does not say."""
    found = content.encoding.get(name)
    if found is None or found == Serialization():
        return "usual"
    words = [found.media_type, found.style or "", "" if found.explode is None else f"explode {found.explode}".lower()]
    return ", ".join(filter(None, [*words, "reserved signs as they are" if found.allow_reserved else ""]))
