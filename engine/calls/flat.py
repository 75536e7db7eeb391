"""One shape of a schema: references followed, each part of every `allOf` counted, one branch of each choice taken."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from engine.specs.describe import Resolve, schema_name
from engine.specs.model import Schema

Choose = Callable[[int], int]
"""Tells of how many branches which one is taken; asked for each choice in the order in which they are met."""
_FIRST_OF = ("format", "additional", "discriminator")
_LOWER = frozenset(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"))
_HIGHER = frozenset(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"))
_NO_REFS: frozenset[str] = frozenset()
_MAX_PARTS = 200
"""Parts of one schema that are put together: far above those of real ones, which have a dozen."""


class Flat(msgspec.Struct, frozen=True):
    """A schema without parts or choices of its own."""

    node: Schema
    """Its `properties` and `items` are as written; one that several parts describe is an `allOf` of them."""
    pinned: dict[str, Any]
    """Field → the value that tells which branch it is."""
    refs: frozenset[str]
    """What it was put together from."""

    def with_parts(self, parts: Sequence[Schema], resolve: Resolve) -> "Flat":
        """Return the shape of this one and parts that count besides, the first branch of each choice taken."""
        gathering = _Gathering(resolve, lambda _: 0)
        for part in (self.node, *parts):
            gathering.add(part, {})
        return Flat(_whole(gathering.parts, 1), self.pinned | gathering.pinned, self.refs | gathering.met)


def flat(schema: Schema, resolve: Resolve, choose: Choose) -> Flat:
    """Return the shape of a schema that the choices make."""
    if not (schema.ref or schema.all_of or schema.one_of or schema.any_of or schema.applied):  # as most are
        return Flat(schema, {}, _NO_REFS)
    gathering = _Gathering(resolve, choose)
    gathering.add(schema, {})
    return Flat(_whole(gathering.parts, gathering.own), gathering.pinned, frozenset(gathering.met))


class _Gathering:
    def __init__(self, resolve: Resolve, choose: Choose) -> None:
        self.parts: list[Schema] = []
        self.own = 0
        """How many of the first parts speak of the whole."""
        self.pinned: dict[str, Any] = {}
        self.met: set[str] = set()
        self._resolve = resolve
        self._choose = choose
        self._child = ""
        """The reference through which a base is reached."""

    def add(self, node: Schema, told: dict[str, Any]) -> None:
        """Take in a schema with all its parts; `told` is what a choice around it says of the discriminator."""
        self.pinned |= told
        while node.ref:
            if node.ref in self.met or len(self.parts) > _MAX_PARTS:
                return
            target = self._resolve(node.ref)
            base = _teller(target)
            if base.discriminator and not (base.one_of or base.any_of) and self._base(node.ref, base):
                return
            self.met.add(node.ref)
            self._child = self._child or node.ref
            use = msgspec.structs.replace(node, ref="")
            if use != Schema():
                self.parts.append(use)
            node = target
        self.parts.append(node)
        self.own = self.own or len(self.parts)
        for part in node.all_of:
            self.add(part, {})
        for branches in (node.one_of, node.any_of):
            if branches:
                self._branch(node, branches)
        self._condition(node.applied)

    def _condition(self, applied: dict[str, Schema]) -> None:
        """Take in what a value is that meets the condition, or what one is that does not."""
        if "then" in applied or "else" in applied:
            for word in (("if", "then"), ("else",))[self._choose(2)]:
                if word in applied:
                    self.add(applied[word], {})

    def _base(self, ref: str, base: Schema) -> bool:
        """Take in a child of a base in its place; return whether there was one to choose."""
        if base.discriminator in self.pinned:
            return False
        reached = self._child or ref
        own = next((value for value, pointer in base.mapping.items() if pointer == reached), "")
        children = [(value, pointer) for value, pointer in base.mapping.items() if pointer not in (ref, *self.met)]
        if (self._child and own) or not children:
            self.pinned[base.discriminator] = own or schema_name(reached)
            return False
        value, pointer = children[self._choose(len(children))]
        self.add(Schema(ref=pointer), {base.discriminator: value})
        if ref not in self.met:
            self.add(Schema(ref=ref), {})
        return True

    def _branch(self, node: Schema, branches: tuple[Schema, ...]) -> None:
        # Null says nothing, and what refers to what is open already has no end.
        telling = [one for one in branches if one.type != "null" and one.ref not in self.met] or list(branches)
        order = telling + [one for one in branches if one not in telling]
        branch = order[self._choose(len(order))]
        told: dict[str, Any] = {}
        if node.discriminator and branch.ref:
            values = [value for value, pointer in node.mapping.items() if pointer == branch.ref]
            told[node.discriminator] = values[0] if values else schema_name(branch.ref)
        self.add(branch, told)


def _teller(node: Schema) -> Schema:
    """Return what of a schema tells its children apart: itself, or a part of its own, as in Microsoft Graph."""
    if node.discriminator or not node.all_of:
        return node
    return next((part for part in node.all_of if part.discriminator and not part.ref), node)


def _whole(parts: list[Schema], own: int) -> Schema:
    if len(parts) == 1:
        return parts[0]
    fields: dict[str, Any] = {"title": parts[0].title}
    limits: dict[str, Any] = {}
    required: dict[str, None] = {}
    items: Schema | None = None
    for part in parts:
        if part.items is not None:
            items = _both(items, part.items)
        for word, value in part.limits.items():
            limits[word] = _tighter(word, limits[word], value) if word in limits else value
        required |= dict.fromkeys(part.required)
        for name in _FIRST_OF:
            if said := getattr(part, name):
                fields.setdefault(name, said)
        fields["type"] = _narrower(fields.get("type", ""), part.type)
        if part.enum:
            fields["enum"] = _common(fields.get("enum", ()), part.enum)
        fields["mapping"] = fields.get("mapping") or part.mapping
        fields["read_only"] = fields.get("read_only", False) or part.read_only
        fields["write_only"] = fields.get("write_only", False) or part.write_only
    fields["properties"] = _named([part.properties for part in parts])
    fields["applied"] = _named([part.applied for part in parts])
    # A part's own example lacks what the other parts ask for.
    speaking = parts[:own] if fields["properties"] else parts
    for name in ("example", "default"):
        fields[name] = next((said for part in speaking if (said := getattr(part, name)) is not None), None)
    return Schema(**fields, limits=limits, required=tuple(required), items=items)


def _named(parts: list[dict[str, Schema]]) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for part in parts:
        for name, schema in part.items():
            found[name] = _both(found.get(name), schema)
    return found


def _common(values: tuple[Any, ...], others: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value for value in values if value in others) or values or others


def _both(one: Schema | None, other: Schema) -> Schema:
    return other if one is None or one == other else Schema(all_of=(one, other))


def _tighter(word: str, one: Any, other: Any) -> Any:
    try:
        return min(one, other) if word in _LOWER else max(one, other) if word in _HIGHER else other
    except TypeError:
        return other


def _narrower(one: str, other: str) -> str:
    if not one or not other or one == other:
        return one or other
    kinds, others = one.split(" | "), other.split(" | ")
    both = [kind for kind in kinds if kind in others]
    if not both and "integer" in (*kinds, *others):
        both = ["integer"]
    return " | ".join(both) or one
