"""How two versions of named types differ: those of GraphQL and of protobuf, where a type is what its name says."""

from abc import ABC, abstractmethod
from typing import Any

from engine.review.diff.found import Found, Spot
from engine.review.diff.pairs import paired
from engine.review.diff.reach import members, reach
from engine.review.diff.values import exact, listed, said
from engine.specs.describe import type_name
from engine.specs.limits import Budget
from engine.specs.model import Operation, Parameter, Schema, Spec
from engine.specs.walk import references, schemas_of

_SCALARS = {"string": "String", "string (id)": "ID", "integer": "Int", "number": "Float", "boolean": "Boolean"}


class TypeComparer(ABC):
    """Compares the types of two specifications by their names.

    Args:
        old: The older specification.
        new: The newer one.
        found: Takes the differences.
        budget: What is left of the limits.
    """

    def __init__(self, old: Spec, new: Spec, found: Found, budget: Budget) -> None:
        self._old = old
        self._new = new
        self._found = found
        self._budget = budget

    def compare(self) -> None:
        """Compare all types.

        Raises:
            SpecError: It is more than the limits allow.
        """
        before, after = (_users(spec, self._budget) for spec in (self._old, self._new))
        kept = {operation.key for operation in self._new.operations}
        for old, new in paired(self._old.schemas.items(), self._new.schemas.items(), lambda item: item[0]):
            pointer = (new or old or ("",))[0]
            self._budget.spend()
            users = after.get(pointer, ()) if old is None else before.get(pointer, ())
            users = tuple(key for key in users if key in kept)
            name = type_name(Schema(ref=pointer))
            spot = Spot(users, name if len(users) == 1 else "", pointer, name)
            if old and new:
                self._type(old[1], new[1], spot)
            else:
                self._came_or_went(spot, bool(new))

    @abstractmethod
    def _came_or_went(self, spot: Spot, came: bool) -> None:
        """Report a type that is in one specification only."""

    @abstractmethod
    def _type(self, old: Schema, new: Schema, spot: Spot) -> None:
        """Compare two versions of a type."""

    def _enum(self, old: Schema, new: Schema, spot: Spot, gone: str, came: str) -> None:
        """Compare the values of an enum, by the rules given."""
        before, after = ({exact(value): value for value in schema.enum} for schema in (old, new))
        if values := [value for key, value in before.items() if key not in after]:
            self._found.add(gone, spot, listed(values), "")
        if values := [value for key, value in after.items() if key not in before]:
            self._found.add(came, spot, "", listed(values))

    def _deprecation(self, old: Schema | Parameter, new: Schema | Parameter, spot: Spot) -> None:
        if old.deprecated != new.deprecated:
            self._found.add("FIELD_DEPRECATED" if new.deprecated else "FIELD_REACTIVATED", spot)


class GraphqlComparer(TypeComparer):
    """Compares GraphQL types as `findSchemaChanges` of graphql-js does."""

    def compare(self) -> None:
        """Compare all types; fields of the root types are operations, which come and go as such."""
        self._operations = {operation.pointer: operation.key for operation in self._new.operations}
        self._roots = {operation.pointer.partition("/fields/")[0] for operation in self._new.operations}
        super().compare()

    def _came_or_went(self, spot: Spot, came: bool) -> None:
        what = "DIRECTIVE" if spot.pointer.startswith("/directives/") else "TYPE"
        self._found.add(f"{what}_{'ADDED' if came else 'REMOVED'}", spot)

    def _type(self, old: Schema, new: Schema, spot: Spot) -> None:
        if old.type != new.type:
            self._found.add("TYPE_CHANGED_KIND", spot, _kind(old), _kind(new))
            return
        if new.type == "directive":
            self._directive(old, new, spot)
            return
        self._enum(old, new, spot, "VALUE_REMOVED_FROM_ENUM", "VALUE_ADDED_TO_ENUM")
        self._names(
            [type_name(member) for member in old.one_of],
            [type_name(member) for member in new.one_of],
            spot,
            ("TYPE_REMOVED_FROM_UNION", "TYPE_ADDED_TO_UNION"),
        )
        self._names(
            [type_name(Schema(ref=interface)) for interface in old.implements],
            [type_name(Schema(ref=interface)) for interface in new.implements],
            spot,
            ("IMPLEMENTED_INTERFACE_REMOVED", "IMPLEMENTED_INTERFACE_ADDED"),
        )
        self._fields(old, new, spot)

    def _names(self, old: list[str], new: list[str], spot: Spot, rules: tuple[str, str]) -> None:
        for before, after in paired(old, new, str):
            if after is None:
                self._found.add(rules[0], spot, said(before), "")
            elif before is None:
                self._found.add(rules[1], spot, "", said(after))

    def _fields(self, old: Schema, new: Schema, spot: Spot) -> None:
        for before, after in paired(old.properties.items(), new.properties.items(), lambda item: item[0]):
            self._budget.spend()
            name = (after or before or ("",))[0]
            here = spot.within(said(name))
            if before and after:
                self._field(before[1], after[1], self._of_operation(here, name), new.type == "input")
            elif spot.pointer in self._roots:
                continue
            elif before:
                self._found.add("FIELD_REMOVED", here, _signature(before[1]), "")
            elif after and new.type == "input":
                rule = "REQUIRED_INPUT_FIELD_ADDED" if name in new.required else "OPTIONAL_INPUT_FIELD_ADDED"
                self._found.add(rule, here, "", _signature(after[1]))
            elif after:
                self._found.add("FIELD_ADDED", here, "", _signature(after[1]))

    def _of_operation(self, spot: Spot, name: str) -> Spot:
        """Return the place of a field; that of a root type is an operation."""
        pointer = f"{spot.pointer}/fields/{name}"
        key = self._operations.get(pointer)
        return Spot((key,), "", pointer) if key else spot

    def _field(self, old: Schema, new: Schema, spot: Spot, is_input: bool) -> None:
        before, after = _signature(old), _signature(new)
        if before != after:
            is_safe = _is_safe(old, new, is_sent=is_input)
            self._found.add("FIELD_CHANGED_KIND_SAFE" if is_safe else "FIELD_CHANGED_KIND", spot, before, after)
        self._default(old, new, "INPUT_FIELD_DEFAULT_VALUE_CHANGE", spot)
        self._deprecation(old, new, spot)
        self._arguments(old, new, spot)

    def _arguments(self, old: Schema, new: Schema, spot: Spot) -> None:
        for before, after in paired(old.arguments, new.arguments, lambda argument: argument.name):
            if before and after:
                self._argument(before, after, spot.within(f"argument {said(after.name)}"))
            elif after:
                rule = "REQUIRED_ARG_ADDED" if after.required else "OPTIONAL_ARG_ADDED"
                self._found.add(rule, spot.within(f"argument {said(after.name)}"), "", _signature(after.schema))
            elif before:
                here = spot.within(f"argument {said(before.name)}")
                self._found.add("ARG_REMOVED", here, _signature(before.schema), "")

    def _argument(self, old: Parameter, new: Parameter, spot: Spot) -> None:
        before, after = _signature(old.schema), _signature(new.schema)
        if before != after:
            is_safe = _is_safe(old.schema, new.schema, is_sent=True)
            self._found.add("ARG_CHANGED_KIND_SAFE" if is_safe else "ARG_CHANGED_KIND", spot, before, after)
        self._default(old.schema, new.schema, "ARG_DEFAULT_VALUE_CHANGE", spot)
        self._deprecation(old, new, spot)

    def _default(self, old: Schema, new: Schema, rule: str, spot: Spot) -> None:
        if exact(old.default) != exact(new.default):
            self._found.add(rule, spot, *("" if each.default is None else said(each.default) for each in (old, new)))

    def _directive(self, old: Schema, new: Schema, spot: Spot) -> None:
        for before, after in paired(old.arguments, new.arguments, lambda argument: argument.name):
            if before and after:
                self._argument(before, after, spot.within(f"argument {said(after.name)}"))
            elif after:
                rule = f"{'REQUIRED' if after.required else 'OPTIONAL'}_DIRECTIVE_ARG_ADDED"
                self._found.add(rule, spot.within(f"argument {said(after.name)}"), "", _signature(after.schema))
            elif before:
                here = spot.within(f"argument {said(before.name)}")
                self._found.add("DIRECTIVE_ARG_REMOVED", here, _signature(before.schema), "")
        if old.extensions.get("repeatable") and not new.extensions.get("repeatable"):
            self._found.add("DIRECTIVE_REPEATABLE_REMOVED", spot)
        for location in old.extensions.get("locations", ()):
            if location not in new.extensions.get("locations", ()):
                self._found.add("DIRECTIVE_LOCATION_REMOVED", spot, said(location), "")


class ProtobufComparer(TypeComparer):
    """Compares protobuf messages, enums and the types of methods as buf does."""

    def compare(self) -> None:
        """Compare all types and methods."""
        super().compare()
        for old, new in paired(self._old.operations, self._new.operations, lambda operation: operation.key):
            if old and new and new.protocol == "grpc":  # its routes over HTTP are compared as such
                spot = Spot((new.key,), "", new.pointer)
                for rule, before, after in zip(
                    ("RPC_SAME_REQUEST_TYPE", "RPC_SAME_RESPONSE_TYPE"), _messages(old), _messages(new), strict=True
                ):
                    if before != after:
                        self._found.add(rule, spot, before, after)

    def _came_or_went(self, spot: Spot, came: bool) -> None:
        what = "ENUM" if spot.pointer.startswith("/enums/") else "MESSAGE"
        self._found.add(f"{what}_{'ADDED' if came else 'NO_DELETE'}", spot)

    def _type(self, old: Schema, new: Schema, spot: Spot) -> None:
        self._enum(old, new, spot, "ENUM_VALUE_NO_DELETE", "ENUM_VALUE_ADDED")
        numbers = old.extensions.get("numbers", {}), new.extensions.get("numbers", {})
        for name, number in numbers[1].items():
            if numbers[0].get(name, number) != number:
                self._found.add("ENUM_VALUE_SAME_NUMBER", spot.within(name), said(numbers[0][name]), said(number))
        came = {_number(field): name for name, field in new.properties.items() if name not in old.properties}
        renamed = set()
        for name, field in old.properties.items():
            self._budget.spend()
            other = name if name in new.properties else came.get(_number(field))
            if other is None:
                self._found.add("FIELD_NO_DELETE", spot.within(name), _declared(field), "")
                continue
            if other != name:
                renamed.add(other)
                self._found.add("FIELD_SAME_NAME", spot.within(other), name, other)
            self._field(field, new.properties[other], spot.within(other))
            if (name in old.required) != (other in new.required):
                self._found.add("MESSAGE_SAME_REQUIRED_FIELDS", spot.within(other))
        for name in came.values():
            if name not in renamed:
                rule = "MESSAGE_SAME_REQUIRED_FIELDS" if name in new.required else "MESSAGE_FIELD_ADDED"
                self._found.add(rule, spot.within(name), "", _declared(new.properties[name]))

    def _field(self, old: Schema, new: Schema, spot: Spot) -> None:
        before, after = _declared(old), _declared(new)
        if before != after:
            self._found.add("FIELD_SAME_TYPE", spot, before, after)
        for rule, key in (("FIELD_SAME_NUMBER", "number"), ("FIELD_SAME_ONEOF", "oneof")):
            one, other = old.extensions.get(key, ""), new.extensions.get(key, "")
            if one != other:
                self._found.add(rule, spot, said(one), said(other))
        self._deprecation(old, new, spot)


TYPE_COMPARERS: dict[str, type[TypeComparer]] = {"graphql": GraphqlComparer, "protobuf": ProtobufComparer}
"""`About.format` → what compares its types."""


def _users(spec: Spec, budget: Budget) -> dict[str, tuple[str, ...]]:
    """Return for the pointer of each type the keys of the operations that lead to it."""
    keys = [operation.key for operation in spec.operations]
    roots: dict[str, int] = {}
    for index, operation in enumerate(spec.operations):
        for pointer in (pointer for schema in schemas_of(operation) for pointer in references(schema)):
            roots[pointer] = roots.get(pointer, 0) | 1 << index
    masks = reach(roots, lambda pointer: references(spec.schemas.get(pointer, Schema())), budget)
    lists = {mask: tuple(keys[index] for index in members(mask)) for mask in set(masks.values())}
    return {pointer: lists[mask] for pointer, mask in masks.items()}


def _kind(schema: Schema) -> str:
    return "enum" if schema.enum else schema.type


def _signature(schema: Schema) -> str:
    """Return a GraphQL type as it is written: `[Issue!]!`."""
    before = after = ""
    while schema.items is not None:
        before += "["
        after = f"]{'' if schema.nullable else '!'}{after}"
        schema = schema.items
    name = type_name(schema) if schema.ref else _SCALARS.get(type_name(schema), type_name(schema))
    return said(f"{before}{name}{'' if schema.nullable else '!'}{after}")


def _is_safe(old: Schema, new: Schema, *, is_sent: bool) -> bool:
    """Tell whether a type may be changed so: what is sent may come to allow null, what is received to forbid it."""
    while True:
        if old.nullable != new.nullable and old.nullable == is_sent:
            return False
        if old.items is None or new.items is None:
            return old.items is new.items and type_name(old) == type_name(new)
        old, new = old.items, new.items


def _declared(schema: Schema) -> str:
    """Return the type of a protobuf field: `repeated google.Issue`, `map<string, int32>`."""
    if schema.items is not None:
        return said(f"repeated {_declared(schema.items)}")
    if schema.additional is not None and "key" in schema.extensions:
        return said(f"map<{schema.extensions['key']}, {_declared(schema.additional)}>")
    return said(schema.format or schema.title or type_name(schema))


def _messages(operation: Operation) -> tuple[str, str]:
    """Return what a method takes and gives."""
    contents: list[Any] = [operation.body.content if operation.body else ()]
    contents.append(operation.responses[0].content if operation.responses else ())
    request, response = (_stream(content[0].schema) if content else "" for content in contents)
    return request, response


def _stream(schema: Schema) -> str:
    return f"stream of {_declared(schema.items)}" if schema.items is not None else _declared(schema)


def _number(field: Schema) -> Any:
    return field.extensions.get("number")
