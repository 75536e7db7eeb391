"""Shapes of Smithy as schemas, by the names and formats that a protocol has for them."""

from collections.abc import Callable
from typing import Any

import msgspec

from engine.specs.limits import Budget
from engine.specs.model import EnumValue, Schema, written
from engine.specs.nodes import items, line, mapping, text
from engine.specs.refs import escape
from engine.specs.smithy.shapes import API, Member, Shapes

_SIMPLE = {
    "blob": Schema(type="string", format="byte"),
    "boolean": Schema(type="boolean"),
    "string": Schema(type="string"),
    "byte": Schema(type="integer", format="int8"),
    "short": Schema(type="integer", format="int16"),
    "integer": Schema(type="integer", format="int32"),
    "long": Schema(type="integer", format="int64"),
    "float": Schema(type="number", format="float"),
    "double": Schema(type="number", format="double"),
    "bigInteger": Schema(type="integer"),
    "bigDecimal": Schema(type="number"),
    "document": Schema(),
    "enum": Schema(type="string"),
    "intEnum": Schema(type="integer"),
}
_TIMESTAMPS = {
    "date-time": Schema(type="string", format="date-time"),
    "http-date": Schema(type="string", format="http-date", example="Tue, 29 Apr 2014 18:30:38 GMT"),
    "epoch-seconds": Schema(type="number", format="epoch-seconds", example=1398796238),
}
"""How a timestamp is written; the examples are those of https://smithy.io/2.0/spec/protocol-traits.html."""
_PRELUDE = {
    "PrimitiveBoolean": "boolean",
    "PrimitiveByte": "byte",
    "PrimitiveShort": "short",
    "PrimitiveInteger": "integer",
    "PrimitiveLong": "long",
    "PrimitiveFloat": "float",
    "PrimitiveDouble": "double",
}
"""Shapes of the prelude that are called otherwise than their type."""
_NAMED = ("structure", "union", "enum", "intEnum")
"""Types that are kept under their names."""
_MAX_DEPTH = 12
"""Lists and maps in lists and maps."""
_LENGTHS = {
    "list": ("minItems", "maxItems"),
    "set": ("minItems", "maxItems"),
    "map": ("minProperties", "maxProperties"),
}

WireName = Callable[[Member], str]
"""How a protocol calls a member."""


class Schemas:
    """Makes schemas of shapes, and keeps those that others refer to.

    Args:
        shapes: The model.
        wire_name: How the protocol calls a member.
        timestamps: How the protocol writes a timestamp where the model says nothing.
        budget: Spent for each part.
    """

    def __init__(self, shapes: Shapes, wire_name: WireName, timestamps: str, budget: Budget) -> None:
        self._shapes = shapes
        self._wire_name = wire_name
        self._timestamps = timestamps
        self._budget = budget
        self._pending: list[str] = []
        self.kept: dict[str, Schema] = {}

    def finish(self) -> None:
        """Make the schemas that those made so far refer to."""
        while self._pending:
            shape_id = self._pending.pop()
            self.kept[self._pointer(shape_id)] = self.whole(shape_id)

    def reference(self, shape_id: str) -> Schema:
        """Return a reference to a shape, which is kept."""
        pointer = self._pointer(shape_id)
        if pointer not in self.kept:
            self.kept[pointer] = Schema()
            self._pending.append(shape_id)
        return Schema(ref=pointer)

    def _pointer(self, shape_id: str) -> str:
        return f"/shapes/{escape(self._shapes.name(shape_id))}"

    def of_member(self, member: Member, timestamps: str = "", depth: int = 0) -> Schema:
        """Return the schema of a member.

        Args:
            member: The member.
            timestamps: How timestamps are written where it goes, if not as in a body.
            depth: Lists and maps around it.
        """
        self._budget.spend()
        schema = self._of_target(member.target, member.traits, timestamps, depth)
        return _with_traits(schema, member.traits)

    def _of_target(self, target: str, traits: dict[str, Any], timestamps: str, depth: int) -> Schema:
        kind = self._kind(target)
        if kind in _NAMED:
            return self.reference(target)
        if kind == "timestamp":
            own = traits.get(f"{API}timestampFormat") or self._shapes.trait(target, "timestampFormat")
            return _TIMESTAMPS.get(text(own) or timestamps or self._timestamps, _TIMESTAMPS["date-time"])
        return self.whole(target, timestamps, depth)

    def _kind(self, shape_id: str) -> str:
        if shape_id.startswith(API):
            name = shape_id.removeprefix(API)
            return _PRELUDE.get(name, name[:1].lower() + name[1:])
        return text(self._shapes.node(shape_id).get("type"))

    def whole(self, shape_id: str, timestamps: str = "", depth: int = 0) -> Schema:
        """Return the schema of a shape itself."""
        self._budget.spend()
        kind, traits = self._kind(shape_id), self._shapes.traits(shape_id)
        members = self._shapes.members(shape_id)
        if kind in ("structure", "union"):
            return self.of_members(members, traits, is_union=kind == "union")
        if kind in ("list", "set", "map") and depth < _MAX_DEPTH:
            return self._collection(kind, members, traits, timestamps, depth)
        schema = _SIMPLE.get(kind, Schema())
        if kind in ("enum", "intEnum"):
            return _with_traits(_with_values(schema, members), traits)
        return _with_traits(_with_old_enum(schema, traits), traits)

    def of_members(self, members: list[Member], traits: dict[str, Any], *, is_union: bool = False) -> Schema:
        """Return an object with these members. A union has one of them."""
        properties, required = {}, []
        for member in members:
            name = self._wire_name(member)
            properties[name] = self.of_member(member)
            if member.trait("required") is not None:
                required.append(name)
        limits = {"minProperties": 1, "maxProperties": 1} if is_union else {}
        schema = Schema(type="object", properties=properties, required=tuple(required), limits=limits)
        return _with_traits(schema, traits)

    def _collection(
        self, kind: str, members: list[Member], traits: dict[str, Any], timestamps: str, depth: int
    ) -> Schema:
        inside = next((each for each in members if each.name == ("value" if kind == "map" else "member")), None)
        part = self.of_member(inside, timestamps, depth + 1) if inside else Schema()
        least, most = _LENGTHS[kind]
        length = mapping(traits.get(f"{API}length"))
        limits = {key: length[bound] for key, bound in ((least, "min"), (most, "max")) if bound in length}
        if kind == "map":
            schema = Schema(type="object", additional=part, limits=limits)
        else:
            is_set = kind == "set" or f"{API}uniqueItems" in traits
            schema = Schema(type="array", items=part, limits=limits | ({"uniqueItems": True} if is_set else {}))
        return _with_traits(schema, {name: value for name, value in traits.items() if name != f"{API}length"})


def _with_traits(schema: Schema, traits: dict[str, Any]) -> Schema:
    """Return a schema with what traits say of it."""
    if not traits:
        return schema
    changes: dict[str, Any] = {}
    if said := text(traits.get(f"{API}documentation")):
        changes["description"] = said
    if traits.get(f"{API}default") is not None:
        changes["default"] = traits[f"{API}default"]
    if f"{API}idempotencyToken" in traits:
        changes["format"] = "uuid"
    if f"{API}deprecated" in traits:
        changes |= {"deprecated": True, "deprecation": deprecation(traits)}
    if title := line(traits.get(f"{API}title")):
        changes["title"] = title
    if limits := _limits(traits):
        changes["limits"] = schema.limits | limits
    return msgspec.structs.replace(schema, **changes) if changes else schema


def deprecation(traits: dict[str, Any]) -> str:
    """Return what is said of why something is deprecated."""
    return line(mapping(traits.get(f"{API}deprecated")).get("message"))


def _limits(traits: dict[str, Any]) -> dict[str, Any]:
    length, span = mapping(traits.get(f"{API}length")), mapping(traits.get(f"{API}range"))
    found = {key: length[bound] for key, bound in (("minLength", "min"), ("maxLength", "max")) if bound in length}
    found |= {key: span[bound] for key, bound in (("minimum", "min"), ("maximum", "max")) if bound in span}
    pattern = text(traits.get(f"{API}pattern"))
    return found | ({"pattern": pattern} if pattern else {})


def _with_values(schema: Schema, members: list[Member]) -> Schema:
    """Return the schema of an enum with its values."""
    values: list[Any] = []
    said: dict[str, EnumValue] = {}
    for member in members:
        value = member.trait("enumValue")
        value = member.name if value is None else value
        values.append(value)
        if entry := _said(member.traits):
            said[written(value)] = entry
    return msgspec.structs.replace(schema, enum=tuple(values), enum_values=said)


def _said(traits: dict[str, Any]) -> EnumValue | None:
    description, is_deprecated = text(traits.get(f"{API}documentation")), f"{API}deprecated" in traits
    return EnumValue(description, is_deprecated, deprecation(traits)) if description or is_deprecated else None


def _with_old_enum(schema: Schema, traits: dict[str, Any]) -> Schema:
    """Return the schema of a text with the values that Smithy 1.0 lists in a trait."""
    listed = [node for node in map(mapping, items(traits.get(f"{API}enum"))) if isinstance(node.get("value"), str)]
    if not listed:
        return schema
    said = {
        node["value"]: EnumValue(text(node.get("documentation")), node.get("deprecated") is True)
        for node in listed
        if node.get("documentation") or node.get("deprecated") is True
    }
    values = tuple(node["value"] for node in listed)
    return msgspec.structs.replace(schema, enum=values, enum_values=said)
