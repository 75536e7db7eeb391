"""JSON Schema nodes, as OpenAPI 3 and Swagger 2.0 use them, to `Schema` records. References stay references."""

from collections.abc import Callable
from typing import Any, ClassVar

from engine.specs.limits import Budget
from engine.specs.model import Schema
from engine.specs.refs import escape, local_pointer, lookup

_LIMITS = frozenset(
    "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern minItems maxItems "
    "uniqueItems minProperties maxProperties "
    "collectionFormat".split()  # Swagger 2.0: how the items of a parameter are written one after another
)
_FIELDS = {
    "allOf": "all_of",
    "oneOf": "one_of",
    "anyOf": "any_of",
    "readOnly": "read_only",
    "writeOnly": "write_only",
    "additionalProperties": "additional",
    "x-nullable": "nullable",  # what Swagger 2.0 documents write
}
"""Keywords whose field has another name."""


class SchemaReader:
    """Reads schemas of one document and remembers which others they refer to.

    Args:
        tree: The whole document, in which references are looked up.
        shared: JSON pointer of the mapping of its shared schemas.
        problem: Called with a pointer and a message for each part that cannot be read.
        budget: What is left of the limits.
    """

    def __init__(self, tree: dict[str, Any], shared: str, problem: Callable[[str, str], None], budget: Budget) -> None:
        self._tree = tree
        self._shared = shared
        self._problem = problem
        self._budget = budget
        self._wanted: dict[str, str] = {}
        self.count = 0
        """Schemas that were read."""

    def read(self, node: Any, pointer: str) -> Schema:
        """Return the schema at `pointer`, whose decoded value is `node`.

        Raises:
            SpecError: It is one more than the limits allow.
        """
        self.count += 1
        self._budget.spend()
        if not isinstance(node, dict):
            if not isinstance(node, bool):  # JSON Schema 2020-12: true allows anything, false nothing
                self._problem(pointer, "is no schema")
            return Schema()
        ref = node.get("$ref")
        if isinstance(ref, str):
            return self._reference(node, ref, pointer)
        fields: dict[str, Any] = {}
        for key, value in node.items():
            if reader := self._readers.get(key):
                reader(self, fields, key, value, pointer)
            elif key in _LIMITS:
                fields.setdefault("limits", {})[key] = value
        return Schema(**fields)

    def finish(self) -> dict[str, Schema]:
        """Return every shared schema, and every other one that something refers to, by JSON pointer."""
        try:
            shared = lookup(self._tree, self._shared)
        except LookupError:
            shared = None
        found: dict[str, Schema] = {}
        if isinstance(shared, dict):
            for name, node in shared.items():
                pointer = f"{self._shared}/{escape(name)}"
                found[pointer] = self.read(node, pointer)
        while self._wanted:
            pointer, origin = self._wanted.popitem()
            if pointer in found:
                continue
            try:
                node = lookup(self._tree, pointer)
            except LookupError:
                self._problem(origin, f"refers to #{pointer}, which does not exist")
                continue
            found[pointer] = self.read(node, pointer)
        return found

    def _reference(self, node: dict[str, Any], ref: str, pointer: str) -> Schema:
        target = local_pointer(ref)
        if target is None:
            self._problem(pointer, f"refers to another document ({ref}), which is not read")
            return Schema(title=ref.rpartition("/")[2])
        self._wanted[target] = pointer
        description = node.get("description")  # OpenAPI 3.1 lets a reference carry its own description
        return Schema(ref=target, description=description if isinstance(description, str) else "")

    # One method a kind of keyword: each puts what it reads into `fields`, and leaves out what has the wrong type.
    def _text(self, fields: dict[str, Any], key: str, value: Any, _pointer: str) -> None:
        if isinstance(value, str):
            fields[key] = value

    def _flag(self, fields: dict[str, Any], key: str, value: Any, _pointer: str) -> None:
        if value is True:
            fields[_FIELDS.get(key, key)] = True

    def _value(self, fields: dict[str, Any], key: str, value: Any, _pointer: str) -> None:
        fields[key] = value

    def _type(self, fields: dict[str, Any], _key: str, value: Any, _pointer: str) -> None:
        types = [kind for kind in (value if isinstance(value, list) else [value]) if isinstance(kind, str)]
        if "null" in types and len(types) > 1:
            fields["nullable"] = True
            types.remove("null")
        if types == ["file"]:  # Swagger 2.0
            types = ["string"]
            fields.setdefault("format", "binary")
        fields["type"] = " | ".join(types)

    def _properties(self, fields: dict[str, Any], key: str, value: Any, pointer: str) -> None:
        if isinstance(value, dict):
            where = f"{pointer}/properties/"
            fields[key] = {name: self.read(schema, where + escape(name)) for name, schema in value.items()}

    def _required(self, fields: dict[str, Any], key: str, value: Any, _pointer: str) -> None:
        if isinstance(value, list):
            fields[key] = tuple(name for name in value if isinstance(name, str))

    def _enum(self, fields: dict[str, Any], key: str, value: Any, _pointer: str) -> None:
        if isinstance(value, list):
            fields[key] = tuple(value)

    def _const(self, fields: dict[str, Any], _key: str, value: Any, _pointer: str) -> None:
        fields["enum"] = (value,)

    def _examples(self, fields: dict[str, Any], _key: str, value: Any, _pointer: str) -> None:
        if isinstance(value, list) and value:
            fields.setdefault("example", value[0])

    def _schema(self, fields: dict[str, Any], key: str, value: Any, pointer: str) -> None:
        if isinstance(value, dict):
            fields[_FIELDS.get(key, key)] = self.read(value, f"{pointer}/{key}")

    def _schemas(self, fields: dict[str, Any], key: str, value: Any, pointer: str) -> None:
        if isinstance(value, list):
            fields[_FIELDS[key]] = tuple(
                self.read(schema, f"{pointer}/{key}/{index}") for index, schema in enumerate(value)
            )

    def _discriminator(self, fields: dict[str, Any], key: str, value: Any, _pointer: str) -> None:
        if isinstance(value, dict):
            fields[key] = str(value.get("propertyName", ""))
        elif isinstance(value, str):  # Swagger 2.0
            fields[key] = value

    _readers: ClassVar[dict[str, Callable[..., None]]] = {
        **dict.fromkeys(("format", "title", "description"), _text),
        **dict.fromkeys(("nullable", "x-nullable", "deprecated", "readOnly", "writeOnly"), _flag),
        **dict.fromkeys(("default", "example"), _value),
        **dict.fromkeys(("items", "additionalProperties"), _schema),
        **dict.fromkeys(("allOf", "oneOf", "anyOf"), _schemas),
        "type": _type,
        "properties": _properties,
        "required": _required,
        "enum": _enum,
        "const": _const,
        "examples": _examples,
        "discriminator": _discriminator,
    }
