"""The inputs of an operation as places for values: by the words that people have for them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, get_args

from engine.calls.body import chosen
from engine.calls.given.records import Where
from engine.calls.inputs import held
from engine.calls.source import Source
from engine.calls.values import item_of
from engine.english.abbreviations import IN_FULL
from engine.english.inflection import singular
from engine.english.words import words
from engine.specs.describe import field_rows, merged
from engine.specs.model import Operation, Parameter, Schema

GENERIC = frozenset(
    "and any at code exposed gid id ids key login name names number on or path sid slug the uid uuid".split()
)
"""Words of names that people leave out where others tell the thing: `issue_number`, `issueIdOrKey`."""
_ORDERING = frozenset("dir direction order orderby ordering sort sortby sorting".split())
_LEVELS = 2
"""Levels of a body whose fields take what is said: a wrapper, and what is in it."""
_MOST = 120
"""Fields of a body that are looked at; those of upper levels come first."""
_PLACES = frozenset(get_args(Where))
_SEGMENT = re.compile(r"([^/{}]+)/\{([^{}]+)\}")
_CACHED = 16384
"""Names whose words are remembered: the same ones come back with each operation of an API."""


class Slot(NamedTuple):
    """An input that takes a value."""

    place: Where
    name: str
    keys: tuple[str, ...]
    schema: Schema
    """As written."""
    node: Schema
    """The same with references followed."""
    required: bool
    words: tuple[str, ...]
    """All words of its own name."""
    core: tuple[str, ...]
    """Those that tell it."""
    above: tuple[str, ...]
    """Words of what it belongs to: the segment of the path before it, the fields around it."""
    description: str

    @property
    def many(self) -> bool:
        """Whether it takes a list."""
        return self.node.items is not None or self.node.type.startswith("array")

    @property
    def orders(self) -> bool:
        """Whether it says what results are sorted by, or which way."""
        return not _ORDERING.isdisjoint(self.words) and "id" not in self.words

    @property
    def whole(self) -> str:
        """Its name as one word."""
        return "".join(self.words)


@lru_cache(_CACHED)
def _named(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return all words of a name, and those that tell a thing."""
    own = tuple(IN_FULL.get(word, word) for word in words(name))
    core = tuple(word for word in own if word not in GENERIC)
    return own, core


def slots(source: Source) -> list[Slot]:
    """Return the inputs of an operation that take values, in the order of the source."""
    operation = source.operation
    nouns = {name: noun for noun, name in _SEGMENT.findall(operation.path)}
    found: list[Slot] = []
    for one in operation.parameters:
        if one.location in _PLACES and not one.deprecated:
            found += _of_parameter(one, nouns.get(one.name, ""), source)
    found += _undeclared(operation, nouns)
    if operation.body is not None:
        found += _of_body(source)
    return found


def _of_parameter(one: Parameter, noun: str, source: Source) -> Iterator[Slot]:
    place: Where = one.location
    node = merged(one.schema, source.resolve)
    inner = merged(item_of(one.schema), source.resolve) if place == "argument" else node
    if place == "argument" and inner.type == "input" and node is inner:
        for name, child in inner.properties.items():
            required = one.required and name in inner.required
            yield _slot(place, (one.name, name), child, source, required=required, above="")
    elif not node.properties:
        above = " ".join(words(noun)[-1:])
        slot = _slot(place, (one.name,), one.schema, source, required=one.required, above=above)
        yield slot._replace(description=one.description or slot.description)


def _undeclared(operation: Operation, nouns: dict[str, str]) -> Iterator[Slot]:
    """Yield the parameters of a path that the document does not declare."""
    declared = {one.name for one in operation.parameters}
    for name, noun in nouns.items() if operation.protocol == "http" else ():
        if name not in declared:
            own, core = _named(name)
            text = Schema(type="string")
            above = tuple(map(singular, words(noun)[-1:]))
            yield Slot("path", name, (name,), text, text, True, own, core, above, "")


def _of_body(source: Source) -> Iterator[Slot]:
    operation = source.operation
    content = chosen(operation.body.content) if operation.body is not None else None
    schema = held(operation.body.content, operation.protocol) if operation.body is not None else None
    if content is None or schema is None:
        return
    rows = field_rows(schema, source.resolve, _LEVELS)
    if not rows and schema.type in ("string", ""):
        return
    upper = sorted(rows, key=lambda row: row.depth)[:_MOST]
    for row in upper:
        keys = tuple(row.name.split("."))
        if "[]" in row.name or "*" in keys or len(keys) != row.depth + 1:  # A name with a dot in it is no way.
            continue
        above = " ".join(keys[:-1])
        required = row.required and not row.depth
        slot = _slot("body", keys, row.schema, source, required=required, above=above)
        if not (slot.node.read_only or slot.node.deprecated or slot.node.properties):
            yield slot


def _slot(place: Where, keys: tuple[str, ...], schema: Schema, source: Source, *, required: bool, above: str) -> Slot:
    own, core = _named(keys[-1])
    node = merged(schema, source.resolve)
    nouns = tuple(singular(word) for word in words(above))
    return Slot(
        place, ".".join(keys), keys, schema, node, required, own, core, nouns, schema.description or node.description
    )
