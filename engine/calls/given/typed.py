"""What was said as a value of a schema: of its type, one of its enum, within its limits; or no value at all."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from engine.calls.judge import faults
from engine.english.mentions import Mention
from engine.english.words import words
from engine.specs.describe import Resolve, merged
from engine.specs.model import Schema, written

_SECONDS = ("unix-time", "timestamp", "unixtime", "epoch")
"""Formats of a moment as seconds since 1970."""
_MOMENT = re.compile(r"RFC ?-?3339|date-?time|T\d\d:\d\d:\d\d|THH:MM", re.IGNORECASE)
"""What is said of an input that takes a moment, where its format does not say so."""
_UNJUDGED = ("number", "integer", "string", "boolean")


def typed(said: Sequence[Mention], schema: Schema, resolve: Resolve, description: str = "") -> Any:
    """Return what was said as a value that a schema accepts; None where it accepts none.

    Args:
        said: One value, or several of a list.
        schema: The schema of the input.
        resolve: Gives the schema at a JSON pointer.
        description: What the document says of the input.
    """
    node = merged(schema, resolve)
    if not node.format and node.type == "string" and _MOMENT.search(description):
        node = msgspec.structs.replace(node, format="date-time")
    for value in _read(said, node, resolve):
        if not judged(node) or not faults(schema, value, resolve):
            return value
    return None


def judged(node: Schema) -> bool:
    """Tell whether a schema says more of a value than its type, so that a validator has to look."""
    return bool(node.limits or node.format or node.type not in _UNJUDGED or node.enum or node.applied)


def _read(said: Sequence[Mention], node: Schema, resolve: Resolve) -> Iterator[Any]:
    """Yield what a value may be of each type that there is."""
    for form in (*node.one_of, *node.any_of):
        yield from _read(said, merged(form, resolve), resolve)
    if node.items is not None or node.type.startswith("array"):
        item = merged(node.items, resolve) if node.items is not None else Schema()
        parts = [part for one in said for part in _parts(one)]
        items = [next(_read([part], item, resolve), None) for part in parts]
        if items and None not in items:
            yield items
        return
    if node.enum:
        found = [next((value for value in node.enum if same(written(value), one.text)), None) for one in said]
        if len(found) == 1 and found[0] is not None:
            yield found[0]
        return
    if len(said) > 1:
        if node.type in ("string", ""):
            yield ",".join(one.text for one in said)
        return
    for kind in node.type.split(" | "):
        yield from _scalar(said[0], kind, node)


def _parts(one: Mention) -> list[Mention]:
    return [one._replace(text=part) for part in one.text.split(",")] if one.kind == "list" else [one]


def _scalar(one: Mention, kind: str, node: Schema) -> Iterator[Any]:
    match kind:
        case "integer" | "number":
            if one.kind == "number" and (kind == "number" or "." not in one.text):
                yield int(one.text) if "." not in one.text else float(one.text)
            elif one.kind == "date" and (node.format in _SECONDS):
                yield from _seconds(one.text)
        case "boolean":
            if one.low in ("true", "false"):
                yield one.low == "true"
        case "string" | "" | "scalar":
            yield _text(one, node)
        case _:
            return


def _text(one: Mention, node: Schema) -> str:
    if one.kind != "date":
        return one.text
    if node.format in ("date-time", "datetime") or node.title in ("DateTime", "ISO8601DateTime"):
        return _moment(one.text)
    return one.text[:10] if node.format == "date" else one.text


def _moment(text: str) -> str:
    """Return a date as RFC 3339 has a moment: midnight, and UTC, where nothing else is said."""
    day, _, time = text.partition("T")
    if not time:
        return f"{day}T00:00:00Z"
    clock = time if time.count(":") > 1 or len(time) > len("10:00") else f"{time}:00"
    return f"{day}T{clock}" if clock.endswith("Z") or re.search(r"[+-]\d\d:?\d\d$", clock) else f"{day}T{clock}Z"


def _seconds(text: str) -> Iterator[int]:
    """Yield the seconds since 1970 of a date; nothing of one that there is not."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return
    yield round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def same(one: str, other: str) -> bool:
    """Tell whether two values are written with the same words: `NOT_PLANNED`, `not planned`."""
    return one == other or (words(one) == words(other) and bool(words(one)))
