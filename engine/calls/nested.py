"""Fields within fields, by dotted names: of what is sent, and of what comes back."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from engine.calls.inputs import field_fact, held
from engine.calls.records import FieldFact, Place
from engine.calls.source import Source
from engine.calls.values import item_of
from engine.specs.describe import FieldRow, field_rows, merged
from engine.specs.model import STREAM, Content, Protocol, Response, Schema


class Extent(NamedTuple):
    """How many fields are told of a body."""

    levels: int
    most: int
    """Those of upper levels come first."""


NONE = Extent(0, 0)
USUAL = Extent(2, 60)
"""What is read in two screens: of four in five of GitHub's operations these are all fields on two levels."""


class Nested(NamedTuple):
    """Fields of a body."""

    fields: tuple[FieldFact, ...] = ()
    more: int = 0
    """How many there are besides, on the levels that were looked at."""


class Placed(NamedTuple):
    """A field, and where it is."""

    place: Place
    row: FieldRow


def sent_rows(source: Source, levels: int) -> list[Placed]:
    """Return the fields of a body, and those of parameters and arguments that have some, with all nested ones."""
    operation, resolve = source.operation, source.resolve
    found: list[Placed] = []
    for one in operation.parameters:
        schema = one.schema
        if one.location == "argument" and merged(item_of(schema), resolve).type != "input":
            continue
        for row in field_rows(schema, resolve, levels):
            joint = "" if row.name.startswith("[]") else "."
            found.append(Placed(one.location, row._replace(name=f"{one.name}{joint}{row.name}")))
    if operation.body is not None and (body := _any_form(operation.body.content, operation.protocol)) is not None:
        found += (Placed("body", row) for row in field_rows(body, resolve, levels))
    return found


def returned_rows(response: Response, source: Source, levels: int) -> list[Placed]:
    """Return the fields of what comes back; of a stream those of each item."""
    schema = _any_form([_each(content) for content in response.content], source.operation.protocol)
    if schema is None:
        return []
    return [Placed("response", row) for row in field_rows(schema, source.resolve, levels)]


def _each(content: Content) -> Content:
    item = content.schema.items if content.schema.format == STREAM else None
    return content if item is None else msgspec.structs.replace(content, schema=item)


def _any_form(contents: Sequence[Content], protocol: Protocol) -> Schema | None:
    """Return what a body holds in any of its media types as one schema, that of the one that is sent or read first."""
    first = held(contents, protocol)
    if first is None or protocol != "http":
        return first
    forms = [first]
    for one in contents:
        if one.schema not in forms:
            forms.append(one.schema)
    return first if len(forms) == 1 else Schema(one_of=tuple(forms))


def told(rows: Iterable[Placed], source: Source, most: int, *, but: Collection[str] = ()) -> Nested:
    """Return at most so many fields, those of upper levels first, in the order of the source; none of some names."""
    shown = [one for one in _visible(rows, source) if one.row.name not in but]
    if len(shown) <= most:
        return Nested(tuple(told_of(one, source) for one in shown))
    upper = sorted(range(len(shown)), key=lambda at: shown[at].row.depth)[:most]
    return Nested(tuple(told_of(shown[at], source) for at in sorted(upper)), len(shown) - most)


def told_of(one: Placed, source: Source) -> FieldFact:
    """Return what is said of a field."""
    protocol = source.operation.protocol
    typed = protocol if protocol == "graphql" else "http"
    return field_fact(one.row, one.place, one.row.schema, source.resolve, typed)


def _visible(rows: Iterable[Placed], source: Source) -> Iterator[Placed]:
    """Yield what a client sends, or gets: what only the other side sets is left out, with all that is in it."""
    hidden: int | None = None
    for one in rows:
        if hidden is not None and one.row.depth > hidden:
            continue
        hidden = one.row.depth if is_hidden(one, source) else None
        if hidden is None:
            yield one


def is_hidden(one: Placed, source: Source) -> bool:
    """Tell whether a field is set by the other side alone."""
    node = merged(one.row.schema, source.resolve)
    is_sent = (one.place != "response") != source.operation.incoming
    return node.read_only if is_sent else node.write_only
