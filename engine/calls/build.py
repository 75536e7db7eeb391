"""Values for a schema as JSON Schema means it, and otherwise where a validator refuses; see `fitting`.

An object gets its required fields, and where that would say nothing a few more. Each value has several ways to be made,
the most telling first: what the document gives, then what keeps to type and limits; each choice of a schema has its
branches. What the validator says against a value moves on the way that made it.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from engine.calls.flat import Flat, flat
from engine.calls.judge import Fault
from engine.calls.parts import count_of, first_items, is_plain, item, keys, kind_of, needed
from engine.calls.records import Fields, Origin
from engine.calls.said import NOTHING_SAID, said_at
from engine.calls.sample import Sample, given, told
from engine.calls.scalars import numbers, texts
from engine.english.words import words
from engine.specs.describe import Resolve, merged
from engine.specs.model import Schema

MAX_DEPTH = 12
"""Levels of one value: a schema that requires itself would have no end, and no real body goes so deep."""
MAX_VALUES = 2_000
"""Values in one sample: GitHub's webhooks require some 1,200; a schema whose required fields require each other would
have millions."""
_FEW = 3
"""Optional fields that are shown of an object that requires none: enough to see what it is about."""
_FEW_DEPTH = 3
"""Levels to which an object that requires nothing gets fields all the same; further in, an empty one says enough."""
_WAYS = 10
"""Ways to make one value."""
EMPTY: tuple[Any, ...] = ("", [], {})
"""Bodies that say nothing."""

_WAY = -1
"""Number of the choice at a place that is how its value is made; those of a schema count from 0."""
_NO_SEED = object()
"""Stands for no part of an example."""

Path = tuple[str, ...]
State = tuple[dict[tuple[Path, int], int], dict[Path, int]]
"""How a builder makes a sample: branches and ways that are taken, and how many ways are known."""


class _Place(NamedTuple):
    """Where a value stands."""

    path: Path
    """Steps from the root, `[]` for the items of a list, `[0]` for one that has a schema of its own."""
    name: str
    """Its dotted name."""
    open: frozenset[str]
    """References that it is within."""

    def below(self, step: str) -> "_Place":
        name = f"{self.name}{step}" if step[:1] == "[" else f"{self.name}.{step}" if self.name else step
        return _Place((*self.path, step), name, self.open)

    def within(self, shape: Flat) -> "_Place":
        return self._replace(open=self.open | shape.refs) if shape.refs else self


class Builder:
    """Builds values; remembers which way each was made, and takes the next one where it was refused.

    Args:
        resolve: Gives the schema at a JSON pointer.
        hints: A text whose words tell which optional fields matter.
        incoming: True where the API sends the value.
        fields: Which fields objects get.
        said: Values that the user has for fields.
    """

    def __init__(
        self,
        resolve: Resolve,
        *,
        hints: str = "",
        incoming: bool = False,
        fields: Fields = "few",
        said: Mapping[str, Any] = NOTHING_SAID,
    ) -> None:
        self._wanted = fields
        self._given = said
        self._resolve = resolve
        self._hints = hints
        self._unsent = "write_only" if incoming else "read_only"
        self._taken: dict[tuple[Path, int], int] = {}
        """Place and number of a choice there → branch or way that is taken."""
        self._ways: dict[tuple[Path, int], int] = {}
        """The same → how many there are, as far as they were met."""
        self._last: dict[Path, int] = {}
        """Place → how many ways there are to make its value, where they have all been taken."""
        self._whole: dict[Path, int] = {}
        """Place of an object or list → how many of its ways take it whole from the document."""
        self._sources: dict[str, Origin] = {}
        self._left = 0
        self.built = 0
        """Values that were made."""
        self._turn = 0
        self._turned: set[Path] = set()
        """Places where another way was taken after the last sample."""
        self._spare: set[Path] = set()
        """Optional fields of the last sample."""
        self._left_out: set[Path] = set()
        """Optional fields that samples have no more."""

    def sample(self, schema: Schema) -> Sample:
        """Return a value, made the ways that are left."""
        self._sources = {}
        self._ways = {}
        self._spare = set()
        self._left = MAX_VALUES
        value = self._value(schema, _Place((), "", frozenset()), _NO_SEED)
        return Sample(value, self._sources)

    @property
    def cut(self) -> bool:
        """Whether the last sample ended at `MAX_VALUES`."""
        return self._left <= 0

    @property
    def state(self) -> State:
        """Which ways the next sample is made."""
        return dict(self._taken), dict(self._last)

    def back_to(self, state: State) -> None:
        """Make the next sample the ways that one was made before."""
        self._taken, self._last = state
        self._left_out = set()
        self.built = 0

    def leave_out(self, found: Sequence[Fault]) -> bool:
        """Leave out the optional fields in which the last sample was refused; return whether there was one."""
        fields = set[Path]().union(*map(self._superfluous, found))
        self._left_out |= fields
        return bool(fields)

    def _superfluous(self, fault: Fault) -> set[Path]:
        """Return the optional fields without which there is no fault: the innermost ones."""
        path = self._path(fault)
        inner = next(filter(None, map(self._superfluous, self._inside(fault, path))), None)
        closest = ({path[:length]} for length in range(len(path), 0, -1) if path[:length] in self._spare)
        return inner or self._spare.intersection((*path, name) for name in fault.unexpected) or next(closest, set())

    def otherwise(self, found: Sequence[Fault]) -> bool:
        """Take another way where a value was refused, one at each place; return whether there was one."""
        self._turned = set()
        return max([self._blamed(fault) for fault in found])

    def _blamed(self, fault: Fault) -> bool:
        path = self._path(fault)
        inside = max([self._blamed(one) for one in self._inside(fault, path)], default=False)
        return inside or any(self._moved(path[:length]) for length in range(len(path), -1, -1))

    def _path(self, fault: Fault) -> Path:
        path: Path = ()
        for step in fault.path:
            own = (*path, f"[{step}]")  # of an item with a schema of its own
            path = own if isinstance(step, int) and (own, _WAY) in self._ways else (*path, _step(step))
        return path

    def _inside(self, fault: Fault, path: Path) -> list[Fault]:
        """Return what the branches that are taken say of parts of the value."""
        taken = {self._taken.get(key, 0) for key in self._ways if key[0] == path and key[1] >= 0}
        return [one for one in fault.inside if one.path != fault.path and one.choice in taken]

    def _moved(self, path: Path) -> bool:
        """Take the next way at a place, or the next branch; return whether there was one."""
        if path in self._turned:  # Several faults of one value, and of several items, are cured together.
            return True
        numbers = sorted((number for place, number in self._ways if place == path), reverse=True)
        for number in sorted(numbers, key=lambda number: number >= 0):
            key = (path, number)
            way = self._taken.get(key, 0) + 1
            if way < self._ways[key]:
                kept = {one: at for one, at in self._taken.items() if one[0][: len(path)] != path}
                before = range(number if number >= 0 else len(numbers))  # The way belongs to the branches as they are.
                stay = {one: at for one, at in self._taken.items() if one[0] == path and one[1] in before}
                self._taken = kept | stay | {key: way}
                self._turned.add(path)
                self._last = {one: at for one, at in self._last.items() if one[: len(path)] != path or one == path}
                if number >= 0:
                    self._last.pop(path, None)
                    self._taken[path, _WAY] = self._whole.get(path, 0)
                return True
        return False

    def _value(self, schema: Schema, place: _Place, seed: Any) -> Any:
        self._left -= 1
        self.built += 1
        shape = self._flat(schema, place.path)
        key = (place.path, _WAY)
        wanted = self._taken.get(key, 0)
        met = list(islice(self._made(shape, place, seed), wanted + 1))
        if len(met) > wanted or self._turn:  # An item that is to differ has fewer ways than the first one.
            self._ways[key] = self._last.get(place.path, _WAYS)
        else:  # There were no more, so that the last one is made again.
            self._ways[key] = self._last[place.path] = len(met)
            self._taken[key] = len(met) - 1
        value, origin = met[-1]
        if isinstance(value, dict) and origin is not None:
            self._sources |= told(place.name, value, origin)
        elif origin is not None:
            self._sources[place.name] = origin
        return value() if callable(value) else value

    def _flat(self, schema: Schema, path: Path) -> Flat:
        asked = 0

        def choose(count: int) -> int:
            nonlocal asked
            key = (path, asked)
            asked += 1
            self._ways[key] = count
            return min(self._taken.get(key, 0), count - 1)

        return flat(schema, self._resolve, choose)

    def _made(self, shape: Flat, place: _Place, seed: Any) -> Iterator[tuple[Any, Origin | None]]:
        """Yield the ways to make a value, each with its origin; what is built of parts tells theirs itself."""
        node = shape.node
        said = said_at(self._given, place.path)
        kind = "object" if isinstance(said, dict) else kind_of(node)
        whole = 0
        if said is not None and not isinstance(said, dict):
            yield said, "question"
            return
        own: list[tuple[Any, Origin]] = [] if seed is _NO_SEED else [(seed, "example")]
        for value, origin in (*own, *given(node, turn=self._turn)):
            if kind not in ("object", "array") or (value not in EMPTY and self._wanted == "few"):
                whole += 1
                yield value, origin
        if kind in ("object", "array"):
            self._whole[place.path] = whole
            seed = node.example if seed is _NO_SEED and node.example is not None else seed
        if kind == "object":
            for wide in (self._wanted == "all", self._wanted != "all"):
                yield lambda wide=wide: self._object(shape, place, seed, wide=wide), None
        elif kind == "array":
            yield lambda: self._array(node, place.within(shape), seed), None
        else:
            for value in self._scalars(node, kind):
                yield value, "type"

    def _scalars(self, node: Schema, kind: str) -> Iterator[Any]:
        """Yield values without parts that keep to the limits of a schema."""
        match kind:
            case "integer" | "number":
                step = node.limits.get("multipleOf", 1)
                for number in dict.fromkeys(numbers(node, whole=kind == "integer")):
                    yield number + self._turn * step if self._turn else number
            case "boolean":
                yield from (self._turn % 2 == 0, False)
            case "null":
                yield None
            case _:
                kept = -1 if node.format else None  # An id keeps its length.
                yield from (f"{text[:kept]}{self._turn + 1}" if self._turn else text for text in texts(node))

    def _object(self, shape: Flat, place: _Place, seed: Any, *, wide: bool) -> dict[str, Any]:
        node = shape.node
        value: dict[str, Any] = {}
        seeds = seed if isinstance(seed, dict) else {}
        inner = place.within(shape)
        fields = [] if self._ends(place) else self._fields(shape, place, seeds, wide=wide)
        if more := [node.applied[where] for one in fields if (where := f"dependentSchemas/{one}") in node.applied]:
            shape = shape.with_parts(more, self._resolve)
            node, fields = shape.node, list(dict.fromkeys([*fields, *self._fields(shape, place, seeds, wide=wide)]))
        for field in fields:
            if self._ends(place):
                break
            schema = node.properties.get(field) or node.additional or Schema()
            below = inner.below(field)
            if field not in node.required:
                if below.path in self._left_out:
                    continue
                self._spare.add(below.path)
            if field in shape.pinned and not self._refuses(schema, shape.pinned[field]):
                value[field] = shape.pinned[field]
                self._sources[below.name] = "enum"
            else:
                value[field] = self._value(schema, below, seeds.get(field, _NO_SEED))
        if not value and place.name:
            self._sources[place.name] = "type"
        return value

    def _refuses(self, schema: Schema, value: Any) -> bool:
        allowed = merged(schema, self._resolve).enum
        return bool(allowed) and value not in allowed

    def _ends(self, place: _Place) -> bool:
        return len(place.path) >= MAX_DEPTH or self._left <= 0

    def _fields(self, shape: Flat, place: _Place, seeds: dict[str, Any], *, wide: bool) -> list[str]:
        """Return the names of the fields that an object gets."""
        node = shape.node
        seeds = {} if self._wanted == "required" else seeds
        given = said_at(self._given, place.path) or {}
        asked = {*node.required, *seeds, *shape.pinned, *given}
        sent = [field for field in node.properties if field in asked and not self._is_unsent(node.properties[field])]
        required = [field for field in sent if field in node.required]
        required += [field for field in dict.fromkeys(node.required) if field not in node.properties]
        required += [one for one in needed(node, (*required, *seeds)) if one not in required]
        required += [field for field in (*sent, *given) if field not in required]
        fewest = least = count_of(node.limits.get("minProperties")) or 0
        shown = len(place.path) < _FEW_DEPTH and not shape.refs & place.open
        if not required and shown and self._wanted == "few":
            least = max(least, _FEW)
        more = len(node.properties) if wide and (shown or self._wanted != "all") else max(0, least - len(required))
        chosen = list(islice(self._telling(node, {*asked, *required}, place.within(shape)), more)) if more else []
        named = list(dict.fromkeys([*required, *chosen, *needed(node, chosen)]))
        if not named and least and node.additional is not None:
            fewest = max(1, fewest)
        return [*named, *keys(node, fewest - len(named), self._resolve)]

    def _telling(self, node: Schema, taken: Container[str], place: _Place) -> Iterator[str]:
        """Yield optional fields, those first that say most: of the summary, then the first plain ones."""
        optional = [
            field for field, child in node.properties.items() if field not in taken and child.ref not in place.open
        ]
        hints = frozenset(words(self._hints))
        named = [field for field in optional if hints and not hints.isdisjoint(words(field))]
        later: list[str] = []
        for field in dict.fromkeys([*named, *optional]):
            child = node.properties[field]
            if self._is_unsent(child):
                continue
            kind = merged(child, self._resolve)
            if not kind.deprecated and (field in named or is_plain(kind)):
                yield field
            else:
                later.append(field)
        yield from later

    def _is_unsent(self, schema: Schema) -> bool:
        if not (schema.ref or schema.all_of):
            return bool(getattr(schema, self._unsent))
        return bool(getattr(schema, self._unsent) or getattr(merged(schema, self._resolve), self._unsent))

    def _array(self, node: Schema, place: _Place, seed: Any) -> list[Any]:
        least, most = (count_of(node.limits.get(word)) for word in ("minItems", "maxItems"))
        differ = node.limits.get("uniqueItems") is True
        seeds = seed[:_FEW] if isinstance(seed, list) else []
        if differ:
            seeds = [one for number, one in enumerate(seeds) if one not in seeds[:number]]
        circle = node.items is not None and node.items.ref in place.open
        first = [*first_items(node)]
        if most == 0 or self._ends(place) or ((circle or node.items is None) and not least and not first):
            self._sources[place.name] = "type"
            return []
        count, turn = max(1, len(seeds), len(first), min(least or 1, max(1, self._left))), self._turn
        items = []
        for number in range(count if most is None else min(count, max(1, most))):
            if count > 1 and differ:
                self._turn = number
            seed = seeds[number] if number < len(seeds) else _NO_SEED
            step, schema = first[number] if number < len(first) else ("[]", item(node) or Schema())
            items.append(self._value(schema, place.below(step), seed))
        self._turn = turn
        return items


def _step(step: str | int) -> str:
    return "[]" if isinstance(step, int) else step
