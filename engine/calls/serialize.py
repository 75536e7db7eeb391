"""Typed values to the wire: one function for parameters and for the fields of forms.

The styles are those of OpenAPI (3.2.0, 4.12 and appendix C), which are RFC 6570 as far as that goes. What neither
defines is written as servers commonly read it: objects and lists within a list as JSON, and what is nested in a
`deepObject` with a bracket for each step, as in PHP, Rails and `qs`.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

import msgspec

from engine.specs.model import Serialization, Style, written

Place = Literal["path", "query", "header", "cookie", "form"]
"""Where a value goes; `form` is a body in `application/x-www-form-urlencoded`, or the parts of a multipart one."""

PLAIN = Serialization()
"""Of what a document says nothing."""
_DEFAULTS: dict[Place, Style] = {
    "path": "simple",
    "query": "form",
    "header": "simple",
    "cookie": "form",
    "form": "form",
}
"""The style where a document says none (OpenAPI 3.2.0, 4.12.2.2)."""
_DELIMITERS: dict[Style, str] = {"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}
_ALLOWED: dict[Place, tuple[Style, ...]] = {
    "path": ("simple", "label", "matrix", *_DELIMITERS),  # as in Swagger 2.0
    "query": ("form", "deepObject", *_DELIMITERS),
    "header": ("simple", *_DELIMITERS),
    "cookie": ("form", "cookie"),
    "form": ("form", "deepObject", *_DELIMITERS),
}
"""The styles that a place has; another one is the document's mistake, and the place's own is meant."""
_RESERVED = ":/?#[]@!$&'()*+,;="
"""RFC 3986, 2.2."""
_NEVER = {"query": "&#[]+", "form": "&#[]+=", "path": "/?#[]", "header": "", "cookie": "&;="}
"""Of those, what would end the value, or be read as something else, and is encoded all the same (OpenAPI 3.2.0,
4.12.5); brackets because curl reads them as ranges."""


class Pair(NamedTuple):
    """A name and a value as they go over the wire."""

    name: str
    """Not encoded; with brackets where the style has them: `where[grove]`."""
    value: str
    """Not encoded; of a list that is one value with its delimiters: `rye,spelt`."""
    text: str
    """Both, or in a path and a header the value alone, encoded as the place asks for."""


def serialize(name: str, value: Any, place: Place, how: Serialization = PLAIN) -> list[Pair]:
    """Return how a value is sent: in a path and a header as one pair; none where an empty list says nothing.

    Args:
        name: Name of the parameter or field.
        value: What JSON has: text, number, boolean, null, list or object.
        place: Where it goes.
        how: What the document says of it.
    """
    styled = (how.style, how.explode) != (None, None)
    if place == "form" and not styled:  # what OpenAPI 3.0.4 and 3.1.1 say of a field that no style is given for
        return [_pair(place, name, _text(item, how.media_type), how) for item in _items(value)]
    if how.media_type and not styled:
        return [_pair(place, name, _text(value, how.media_type), how)]
    style = how.style if how.style is not None and how.style in _ALLOWED[place] else _DEFAULTS[place]
    explode = how.explode if how.explode is not None else style in ("form", "cookie")
    if style in ("simple", "label", "matrix"):
        return [_segment(name, value, place, style, explode, how)]
    if style == "deepObject" and isinstance(value, dict):
        return [_pair(place, path, written(item), how) for path, item in _nested(name, value)]
    match value:
        case list():
            if explode:
                return [_pair(place, name, written(item), how) for item in value]
            return [_joined(place, name, value, style, how)] if value else []
        case dict():
            if explode:
                return [_pair(place, field, written(item), how) for field, item in value.items()]
            return [_joined(place, name, _flat(value), style, how)] if value else []
    return [_pair(place, name, written(value), how)]


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any, media_type: str) -> str:
    return msgspec.json.encode(value).decode() if "json" in media_type else written(value)


def encoded(text: str, place: Place, how: Serialization = PLAIN) -> str:
    """Return a name or a value as its place asks for: percent-encoded but in headers, and where a style forbids it."""
    if place == "header" or (place == "cookie" and how.style == "cookie"):  # OpenAPI 3.2.0, 4.12.2.2
        return text
    safe = "".join(mark for mark in _RESERVED if mark not in _NEVER[place]) if how.allow_reserved else ""
    return quote(text, safe=safe)


def _pair(place: Place, name: str, value: str, how: Serialization) -> Pair:
    text = encoded(value, place, how)
    return Pair(name, value, text if place in ("path", "header") else f"{encoded(name, place)}={text}")


def _joined(place: Place, name: str, values: list[Any], style: Style, how: Serialization) -> Pair:
    delimiter = _DELIMITERS.get(style, ",")
    shown = delimiter if place == "header" or delimiter == "," else quote(delimiter)
    texts = [written(value) for value in values]
    text = shown.join(one if place == "header" else encoded(one, place, how).replace(",", "%2C") for one in texts)
    return Pair(name, delimiter.join(texts), text if place in ("path", "header") else f"{encoded(name, place)}={text}")


def _segment(name: str, value: Any, place: Place, style: Style, explode: bool, how: Serialization) -> Pair:
    """Return a value of a path or header: `3,4`, `.granite`, `;ids=3;ids=4`."""
    mark = {"simple": "", "label": ".", "matrix": ";"}[style]
    plain = mark + _spread(name, value, style, explode, str)
    return Pair(name, plain, mark + _spread(name, value, style, explode, lambda text: encoded(text, place, how)))


def _spread(name: str, value: Any, style: Style, explode: bool, write: Callable[[str], str]) -> str:
    between = {"simple": ",", "label": ".", "matrix": ";"}[style] if explode else ","
    match value:
        case dict() if explode:
            return between.join(f"{write(field)}={write(written(item))}" for field, item in value.items())
        case list() if explode and style == "matrix":
            return between.join(f"{write(name)}={write(written(item))}" for item in value)
        case dict() | list():
            items = value if isinstance(value, list) else _flat(value)
            text = between.join(write(written(item)) for item in items)
        case _:
            text = write(written(value))
    return f"{write(name)}={text}" if style == "matrix" and text else write(name) if style == "matrix" else text


def _flat(value: dict[str, Any]) -> list[Any]:
    return [part for field in value.items() for part in field]


def _nested(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the scalars of a `deepObject` with their names: `where[grove]`, `items[0][price]`."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield path, value
        return
    for step, item in items:
        yield from _nested(f"{path}[{step}]", item)
