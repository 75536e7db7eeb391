"""What responses hold: users, each with an `id`, under `data[]`."""

from collections.abc import Iterator, Mapping, Set as AbstractSet
from typing import NamedTuple

from engine.indexing.links.nouns import noun, noun_of_name, noun_of_schema, parts, split_name, squashed
from engine.indexing.links.shapes import Shape, Shapes
from engine.specs.model import Operation, Schema

_MAX_OBJECTS = 60
"""Objects of one response that are looked at, outer ones first."""
_LEVELS = 2
"""Levels of objects that are looked at below the thing itself: an author of a book of a loan."""
_PLAIN = ("string", "integer", "number", "scalar")
"""Types of fields that may be keys."""
_ENVELOPES = frozenset(
    "body collection content contents data datas documents edges elements embedded entities entries entry hits items"
    " list node nodes object objects output page payload record records response result results rows source value"
    " values".split()
)
"""Fields that hold the thing itself."""
_ENVELOPES_OF_ONE = frozenset("data entity node".split())
"""Those of one thing in a list."""
_MAX_WRAPPED = 12
"""Objects of a response that may be envelopes, or be beside what is in one."""
_SUBFIELDS = frozenset(("attributes", "metadata", "sys"))
"""Fields that hold fields of the thing itself: Kubernetes, JSON:API, Contentful."""

_KEYS = frozenset(("id", "key", "name", "slug", "uid", "uuid"))
"""Those of them that count."""

_KIND = frozenset("entitytype itemtype kind mediatype object objecttype resourcetype resulttype type".split())
"""Fields whose values say what an object is; those of `source_type` are of something else."""
_IDS = frozenset(("id", "gid", "key", "uid", "uuid"))
"""An object that has one is a thing, and no envelope of one."""


class Key(NamedTuple):
    """A field with a plain value."""

    path: str
    """Dotted, from the object that it is a field of."""
    type: str


class Held(NamedTuple):
    """An object in a response, or a reference to one by its key."""

    path: str
    """Dotted path from the response: `items[]`; empty for the response itself."""
    itself: bool
    """Whether it is what the operation is about, and no part of that."""
    nouns: tuple[str, ...]
    """What it is by the name of its field and of its schema."""
    level: int
    """How many objects it is inside of."""
    keys: Mapping[str, Key]
    """Its plain fields by their name as `squashed` gives it."""
    reference: bool = False
    """True for a field such as `customer_id`, which is one of an order."""
    also: frozenset[str] = frozenset()
    """What it is by the last word of its field: a company where that is `production_companies`."""
    kinds: frozenset[str] = frozenset()
    """What its `type` says that it may be."""
    described: bool = True
    """False for a response of which the specification does not say what is in it; `path` may then name a header."""


class _Fields(NamedTuple):
    """The fields of an object."""

    keys: dict[str, Key]
    objects: dict[str, Schema]
    references: tuple[tuple[str, str], ...]
    """Noun, and which of `keys` refers to such a thing."""
    kinds: frozenset[str]
    """Nouns that are values of a field that tells its kind."""


class _Spot(NamedTuple):
    """An object inside a response; see `Held`."""

    path: str
    shape: Shape
    itself: bool
    field: str
    """The field that it is in, where that names it."""
    level: int
    fields: _Fields


class Thing(NamedTuple):
    """What an operation is about, or what comes beside that."""

    held: Held
    parts: tuple[Held, ...]
    """What is inside of it, with paths and levels counted from it."""


class Resources:
    """Looks into the responses of one specification.

    Args:
        shapes: Its schemas.
        wanted: The nouns that anything in it needs; parts of others are left out.
        known: The nouns of its paths.
    """

    def __init__(self, shapes: Shapes, wanted: frozenset[str], known: AbstractSet[str]) -> None:
        self._shapes = shapes
        self._wanted = wanted
        self._known = wanted | known
        self._parts: dict[str, tuple[Held, ...]] = {}
        self._fields: dict[str, _Fields] = {}
        self._referring: dict[str, str] = {}

    def of(self, operation: Operation, about: tuple[str, ...]) -> Iterator[Thing]:
        """Return what the response of an operation holds; nothing where it does not say.

        Args:
            operation: The operation.
            about: Nouns of what the operation is about.
        """
        schema = returned(operation)
        if schema is None:
            return
        pending = [self._spot("", schema, True, "", 0)]
        for _ in range(_MAX_WRAPPED):
            if not pending:
                return
            spot = pending.pop(0)
            same = _same(spot, about, self._wanted)
            if same:  # It only holds the thing itself, and what comes beside that.
                pending += [self._inner(spot, name, same=True) for name in same]
                pending += [self._inner(spot, name, same=False) for name in spot.fields.objects if name not in same]
            elif spot.shape.properties:
                yield Thing(self._held(spot), self._parts_of(spot))

    def _parts_of(self, outer: _Spot) -> tuple[Held, ...]:
        pointer = outer.shape.pointer
        if pointer in self._parts:
            return self._parts[pointer]
        found = tuple(self._walk(outer._replace(path="", level=0, itself=False, field="")))
        if pointer:
            self._parts[pointer] = found
        return found

    def _walk(self, outer: _Spot) -> Iterator[Held]:
        """Return what is inside an object, breadth first."""
        spots = [outer]
        met: set[tuple[str, str]] = set()
        for spot in spots:
            if len(spots) > _MAX_OBJECTS or (spot.shape.pointer and (spot.shape.pointer, spot.field) in met):
                continue
            met.add((spot.shape.pointer, spot.field))
            same = _same(spot, (), self._wanted)
            if not same:
                held = self._held(spot)
                if spot is not outer and held.keys and not self._wanted.isdisjoint((*held.nouns, *held.also)):
                    yield held
                for noun, key in spot.fields.references:
                    keys = {key: spot.fields.keys[key]}
                    yield Held(spot.path, False, (noun,), spot.level + 1, keys, reference=True)
            if same or spot.level < _LEVELS:
                spots += [self._inner(spot, name, same=name in same) for name in same or spot.fields.objects]

    def _held(self, spot: _Spot) -> Held:
        named = (noun_of_name(spot.field), *map(noun_of_schema, spot.shape.names))
        nouns = tuple(dict.fromkeys(filter(None, named)))
        also = frozenset[str]()
        if self._known.isdisjoint(nouns) and not _IDS.isdisjoint(spot.fields.keys):
            also = self._wanted & {noun(parts(spot.field)[-1:])}
        return Held(spot.path, spot.itself, nouns, spot.level, spot.fields.keys, also=also, kinds=spot.fields.kinds)

    def _inner(self, outer: _Spot, name: str, *, same: bool) -> _Spot:
        path = f"{outer.path}.{name}" if outer.path else name
        schema = outer.fields.objects[name]
        if same:
            return self._spot(path, schema, outer.itself, outer.field, outer.level)
        return self._spot(path, schema, False, name, outer.level + 1)

    def _spot(self, path: str, schema: Schema, itself: bool, field: str, level: int) -> _Spot:
        arrays, shape = self._shapes.inside(schema)
        return _Spot(path + arrays, shape, itself, field, level, self._fields_of(shape))

    def _fields_of(self, shape: Shape) -> _Fields:
        if shape.pointer in self._fields:
            return self._fields[shape.pointer]
        keys: dict[str, Key] = {}
        choices: set[str] = set()
        kinds: set[str] = set()
        objects: dict[str, Schema] = {}
        for name, child in shape.properties.items():
            field = self._shapes.of(child)
            if field.enum:
                choices.add(squashed(name))
                kinds.update(noun_of_name(str(value)) for value in field.enum if squashed(name) in _KIND)
            if field.type.startswith(_PLAIN) or not (field.type or field.properties or field.items):
                keys[squashed(name)] = Key(name, field.type)
            elif name in _SUBFIELDS:
                for inner in sorted(_KEYS.intersection(field.properties)):
                    keys.setdefault(inner, Key(f"{name}.{inner}", self._shapes.of(field.properties[inner]).type))
            elif self._shapes.inside(child)[1].properties:
                objects[name] = child
        found = _Fields(keys, objects, tuple(self._references(keys, choices)), self._wanted & kinds)
        if shape.pointer:
            self._fields[shape.pointer] = found
        return found

    def _references(self, keys: dict[str, Key], choices: set[str]) -> Iterator[tuple[str, str]]:
        for key, field in keys.items():
            written = field.path.rpartition(".")[2]
            noun = self._referring.get(written)
            if noun is None:
                noun = self._referring[written] = self._refers_to(written)
            if noun and key not in choices:
                yield noun, key

    def _refers_to(self, written: str) -> str:
        """Return the noun of what a field refers to by its name; empty where that is nothing that anyone needs."""
        name = split_name(written, self._wanted)
        return name.noun if name.noun in self._wanted and ("id" in name.keys or not name.keys) else ""


def _same(spot: _Spot, about: tuple[str, ...], wanted: frozenset[str]) -> list[str]:
    """Return the fields that hold the thing itself, of which an object only is the envelope."""
    fields, listed = spot.fields, "[]" in spot.path
    told = not _IDS.isdisjoint(fields.keys)
    allowed = _ENVELOPES_OF_ONE if listed else _ENVELOPES
    same = [
        name
        for name, child in fields.objects.items()
        if (squashed(name) in allowed or (not listed and noun_of_name(name) in about))
        and not (told and child.items is None)
    ]
    if same or listed or not about or _KEYS.intersection(fields.keys) or len(fields.objects) != 1:
        return same
    return [name for name, child in fields.objects.items() if child.items and noun_of_name(name) not in wanted]


def returned(operation: Operation) -> Schema | None:
    """Return the schema of what an operation gives when it succeeds; None where it does not say."""
    for response in operation.responses:
        if response.status.startswith("2") or not response.status:
            for content in response.content:
                if content.schema != Schema():
                    return content.schema
    return None
