"""How a document says that a value is written: style, explode, media type; in Swagger 2.0 `collectionFormat`."""

from typing import Any, get_args

from engine.specs.model import Serialization, Style
from engine.specs.nodes import line, mapping

_STYLES: dict[str, Style] = {style: style for style in get_args(Style)}
_COLLECTIONS: dict[str, tuple[Style, bool]] = {
    "csv": ("form", False),
    "ssv": ("spaceDelimited", False),
    "tsv": ("tabDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}
"""`collectionFormat` (Swagger 2.0, Parameter Object) → style and explode."""
_PLAIN = Serialization()
_TELLING = frozenset(("style", "explode", "allowReserved", "contentType", "content"))
"""Keys that say how a value is written since OpenAPI 3.0."""


def serialization(node: dict[str, Any]) -> Serialization:
    """Return what a parameter, header or Encoding Object says of how it is written; what is no style is left out."""
    if "type" in node and "schema" not in node:
        return _of_swagger(node)
    if _TELLING.isdisjoint(node):
        return _PLAIN
    explode = node.get("explode")
    said = Serialization(
        style=_STYLES.get(line(node.get("style"))),
        explode=explode if isinstance(explode, bool) else None,
        allow_reserved=node.get("allowReserved") is True,
        media_type=_media_type(node),
    )
    return _PLAIN if said == _PLAIN else said


def encodings(node: dict[str, Any]) -> dict[str, Serialization]:
    """Return what a Media Type Object says of the fields of a form."""
    if "encoding" not in node:
        return {}
    found = {name: serialization(mapping(said)) for name, said in mapping(node["encoding"]).items()}
    return {name: said for name, said in found.items() if said != _PLAIN}


def _of_swagger(node: dict[str, Any]) -> Serialization:
    if node.get("type") != "array":
        return _PLAIN
    style, explode = _COLLECTIONS.get(line(node.get("collectionFormat")), _COLLECTIONS["csv"])
    if node.get("in") in ("path", "header"):
        return Serialization(style=None if style == "form" else style, explode=False)
    return Serialization(style=style, explode=explode)


def _media_type(node: dict[str, Any]) -> str:
    if "contentType" in node:
        return line(node["contentType"])
    return line(next(iter(mapping(node.get("content"))), "")) if "schema" not in node else ""
