"""How two versions of one schema node differ, apart from what is within it: type, null, enum, default and limits.

Each function yields a `Finding` for every difference. Places and levels are the business of others.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from engine.specs.describe import type_name
from engine.specs.model import Schema

MAX_SAID = 120
"""Characters of an old or new value in a sentence."""

_WIDER = {("integer", "number"), ("date", "date-time")}
"""Types and formats of which the second allows whatever the first does."""
_PLAIN = {"int64": "", "double": ""}
"""Formats that say of a number only what is so without them."""
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
_LIMITS = {
    "maximum": "max",
    "minimum": "min",
    "exclusiveMaximum": "exclusive-max",
    "exclusiveMinimum": "exclusive-min",
    "maxLength": "max-length",
    "minLength": "min-length",
    "maxItems": "max-items",
    "minItems": "min-items",
    "maxProperties": "max-properties",
    "minProperties": "min-properties",
    "uniqueItems": "unique-items",
    "multipleOf": "multiple-of",
    "collectionFormat": "collection-format",
}
"""Keyword → its name in the ids of rules. `pattern` has rules of its own."""
_OPEN = ("additionalProperties", "unevaluatedProperties")
"""Keywords that, where they are false, allow no other fields than those that are named."""
_EDGES = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}
"""Keyword → the one for the same end of the range without the value itself."""
_IDLE: dict[str, Any] = {
    **dict.fromkeys(("minLength", "minItems", "minProperties"), 0),
    "collectionFormat": "csv",
    "contentMediaType": "application/octet-stream",
}
"""Limits that say nothing when they have this value; of the last the format `binary` tells."""


class Finding(NamedTuple):
    """One difference within a schema."""

    kind: str
    """Key of `SCHEMA_RULES`."""
    path: str = ""
    """Where in the schema: `labels[].name`."""
    old: str = ""
    new: str = ""
    part: str = ""
    """Of limits: the keyword and what happened, as the id of the rule has it: `max-length-decreased`."""


def exact(value: Any) -> bytes:
    """Return a decoded value so that two are the same if they are equal, types included: in Python 1 is True."""
    return msgspec.json.encode(value, order="deterministic")


def said(value: Any) -> str:
    """Return a value on one line, `MAX_SAID` characters at most: texts as they are, the rest as JSON."""
    text = value if isinstance(value, str) else exact(value).decode()
    text = " ".join(text[: MAX_SAID * 4].split())
    return text if len(text) <= MAX_SAID else text[: MAX_SAID - 1] + "…"


def listed(values: list[Any]) -> str:
    """Return several values on one line."""
    return said(", ".join(said(value) for value in values[:MAX_SAID]))


def types(schema: Schema) -> frozenset[str]:
    """Return the types of values that a schema allows; none where it does not say."""
    if schema.type == "number" and schema.limits.get("multipleOf") == 1:
        return frozenset(("integer",))
    if schema.type:
        return frozenset(schema.type.split(" | "))
    if schema.format == "binary":
        return frozenset(("string",))
    if schema.properties:
        return frozenset(("object",))
    if schema.items:
        return frozenset(("array",))
    return frozenset(_TYPES.get(type(value), "null") for value in schema.enum)


def compare_types(old: Schema, new: Schema) -> Iterator[Finding]:
    """Yield what changed in type and format."""
    if old.enum and new.enum and not (old.type and new.type):
        return  # The values tell.
    before, after = types(old), types(new)
    formats = [_PLAIN.get(each.format, each.format) for each in (old, new)]
    if before == after and (formats[0] == formats[1] or "object" in after):
        return
    if before == after:
        wider, narrower = _is_wider(*formats), _is_wider(*reversed(formats))
    else:
        wider, narrower = _are_wider(before, after), _are_wider(after, before)
    kind = "type-generalized" if wider else "type-specialized" if narrower else "type-changed"
    yield Finding(kind, "", said(type_name(old)), said(type_name(new)))


def _is_wider(old: str, new: str) -> bool:
    return not new or (old, new) in _WIDER


def _are_wider(old: frozenset[str], new: frozenset[str]) -> bool:
    """Tell whether `new` has every type of `old`, or one that allows it."""
    return not new or (bool(old) and all(one in new or any((one, other) in _WIDER for other in new) for one in old))


def compare_values(old: Schema, new: Schema) -> Iterator[Finding]:
    """Yield what changed in deprecation, enum, default, example and limits."""
    if old.deprecated != new.deprecated:
        yield Finding("deprecated" if new.deprecated else "reactivated")
    yield from _compare_enums(old, new)
    yield from _compare_shown("default-value", old.default, new.default)
    yield from _compare_shown("example", old.example, new.example)
    yield from _compare_openness(old, new)
    for keyword in _EDGES:
        yield from _compare_edges(keyword, _edge(old, keyword), _edge(new, keyword))
    for keyword in dict.fromkeys((*old.limits, *new.limits)):
        if keyword in _COMPARED:
            continue
        before, after = _limit(old, keyword), _limit(new, keyword)
        if exact(before) != exact(after):
            yield _pattern(before, after) if keyword == "pattern" else _bound(keyword, before, after)


def _compare_enums(old: Schema, new: Schema) -> Iterator[Finding]:
    before, after = ({exact(value): value for value in schema.enum} for schema in (old, new))
    if before and after:
        if gone := [value for key, value in before.items() if key not in after]:
            yield Finding("enum-value-removed", "", listed(gone), "")
        if came := [value for key, value in after.items() if key not in before]:
            yield Finding("enum-value-added", "", "", listed(came))
    elif before or after:
        kind = "became-non-enum" if before else "became-enum"
        yield Finding(kind, "", listed(list(old.enum)), listed(list(new.enum)))


def _compare_shown(what: str, old: Any, new: Any) -> Iterator[Finding]:
    if exact(old) == exact(new):
        return
    happened = "added" if old is None else "removed" if new is None else "changed"
    yield Finding(f"{what}-{happened}", "", "" if old is None else said(old), "" if new is None else said(new))


def _compare_openness(old: Schema, new: Schema) -> Iterator[Finding]:
    """Yield what changed in the fields that are allowed beside those that are named."""
    before, after = _openness(old), _openness(new)
    if before != after:
        was, now = ("" if each is None else said(each) for each in (before, after))
        if after == _CLOSED:
            yield Finding("additional-properties-forbidden")
        elif before == _CLOSED:
            yield Finding("additional-properties-allowed", "", was, now or "anything")
        elif after is not None and before is None:
            yield Finding("additional-properties-limited", "", was, now)
        elif after is None:
            yield Finding("additional-properties-unlimited", "", was, now)


_CLOSED = "nothing"
_NEVER = object()
"""Is no limit's value."""
_COMPARED = frozenset((*_EDGES, *_EDGES.values(), *_OPEN))
"""Limits that have comparisons of their own."""


def _openness(schema: Schema) -> str | None:
    """Return the type of fields without a name, `_CLOSED` where there may be none; None where anything may be."""
    if any(schema.limits.get(keyword) is False for keyword in _OPEN):
        return _CLOSED
    return None if schema.additional is None or schema.additional == Schema() else type_name(schema.additional)


class _Edge(NamedTuple):
    """One end of the range of a number."""

    value: float
    is_open: bool
    """The value itself is not allowed."""

    def said(self, keyword: str) -> str:
        """Return it as a keyword of JSON Schema and its value."""
        return f"{_EDGES[keyword] if self.is_open else keyword} {said(self.value)}"


def _edge(schema: Schema, keyword: str) -> _Edge | None:
    """Return the lowest or highest value that counts, however it is written.

    `exclusiveMinimum` is a number since JSON Schema draft 6, and before, as in OpenAPI 3.0, true beside a `minimum`.
    """
    beyond = schema.limits.get(_EDGES[keyword])
    given = ((schema.limits.get(keyword), beyond is True), (beyond, True))
    edges = [
        _Edge(value, is_open) for value, is_open in given if isinstance(value, int | float) and _are_numbers(value)
    ]
    if not edges:
        return None
    edge = max(edges, key=lambda each: _tightness(keyword, each))
    if schema.type != "integer" or not math.isfinite(edge.value):
        return edge
    # Of whole numbers the nearest one that is allowed.
    low = math.floor(edge.value) + 1 if edge.is_open else math.ceil(edge.value)
    high = math.ceil(edge.value) - 1 if edge.is_open else math.floor(edge.value)
    return _Edge(low if keyword == "minimum" else high, False)


def _tightness(keyword: str, edge: _Edge) -> tuple[float, bool]:
    return (edge.value if keyword == "minimum" else -edge.value, edge.is_open)


def _compare_edges(keyword: str, old: _Edge | None, new: _Edge | None) -> Iterator[Finding]:
    if old == new:
        return
    is_tighter = old is None or (new is not None and _tightness(keyword, new) > _tightness(keyword, old))
    one = new or old
    name = _EDGES[keyword] if one is not None and one.is_open else keyword
    if old is None or new is None or old.value == new.value:
        verb = "set" if is_tighter else "unset"
        name = _EDGES[keyword] if old and new else name
    else:
        verb = "increased" if new.value > old.value else "decreased"
    before, after = (f"no {name}" if each is None else each.said(keyword) for each in (old, new))
    kind = "limit-tightened" if is_tighter else "limit-loosened"
    yield Finding(kind, "", before, after, f"{_LIMITS[name]}-{verb}")


def _limit(schema: Schema, keyword: str) -> Any:
    """Return a limit; None where there is none or it says nothing."""
    value = schema.limits.get(keyword)
    if (value is False and keyword != "items") or value == _IDLE.get(keyword, _NEVER):
        return None
    return None if keyword == "multipleOf" and value == 1 and "integer" in types(schema) else value


def _pattern(old: Any, new: Any) -> Finding:
    what = "added" if old is None else "removed" if new is None else "changed"
    return Finding(f"pattern-{what}", "", "" if old is None else said(old), "" if new is None else said(new))


def _bound(keyword: str, old: Any, new: Any) -> Finding:
    verb, tightened = _moved(keyword, old, new)
    kind = "limit-changed" if tightened is None else "limit-tightened" if tightened else "limit-loosened"
    before, after = (f"{keyword} {said(value)}" if value is not None else f"no {keyword}" for value in (old, new))
    return Finding(kind, "", before, after, f"{_LIMITS.get(keyword, keyword.lower())}-{verb}")


def _moved(keyword: str, old: Any, new: Any) -> tuple[str, bool | None]:
    """Return what happened to a limit, and whether it allows less now; None for what cannot be compared."""
    if old is None or new is None:
        return ("set", True) if old is None else ("unset", False)
    if not keyword.lower().startswith(("max", "min", "exclusivem")) or not _are_numbers(old, new):
        return "changed", None
    return "increased" if new > old else "decreased", (new < old) == ("max" in keyword.lower())


def _are_numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
