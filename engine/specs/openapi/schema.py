"""JSON Schema nodes, as OpenAPI 3 and Swagger 2.0 use them, to `Schema` records. References stay references.

Keywords of JSON Schema 2020-12 that no field stands for (`not`, `if`, `contains`, …) are kept among the limits as they
are written, and the schemas in them are read: nothing that restricts a value is left out silently.
"""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, get_args

from engine.specs.limits import Budget
from engine.specs.model import Schema, Xml, XmlNode
from engine.specs.nodes import line, mapping
from engine.specs.openapi.children import with_children
from engine.specs.openapi.enums import described_choices, enum_values
from engine.specs.refs import (
    MAX_HOPS,
    PART_BYTES,
    anchors,
    escape,
    is_name,
    leads_to_missing_file,
    local_pointer,
    lookup,
    weight,
)

_LIMITS = frozenset(
    "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern minItems maxItems "
    "uniqueItems minProperties maxProperties "
    "minContains maxContains dependentRequired unevaluatedItems unevaluatedProperties contentSchema "
    "collectionFormat".split()  # Swagger 2.0: how the items of a parameter are written one after another
)
_FIELDS = {
    "allOf": "all_of",
    "oneOf": "one_of",
    "anyOf": "any_of",
    "readOnly": "read_only",
    "writeOnly": "write_only",
    "additionalProperties": "additional",
    "prefixItems": "items",
    "patternProperties": "additional",
    "x-nullable": "nullable",  # what Swagger 2.0 documents write
}
"""Keywords whose field has another name."""
_NOTHING = Schema(limits={"not": {}})
"""What `false` means as a schema: no value fits it."""
_NODES: dict[str, XmlNode] = {node: node for node in get_args(XmlNode)}
_BESIDE_REFERENCES = frozenset(
    "title description deprecated default example examples nullable readOnly writeOnly xml".split()
)
"""Keywords that say something of one use of a schema, and count beside a reference in every version."""
_TEXT = frozenset((str,))


class SchemaReader:
    """Reads schemas of one document and remembers which others they refer to.

    Args:
        tree: The whole document, in which references are looked up.
        shared: JSON pointer of the mapping of its shared schemas.
        problem: Called with a pointer and a message for each part that cannot be read.
        budget: What is left of the limits.
        siblings: Whether all that stands beside a `$ref` counts, as since OpenAPI 3.1.
    """

    def __init__(
        self, tree: dict[str, Any], shared: str, problem: Callable[[str, str], None], budget: Budget, *, siblings: bool
    ) -> None:
        self._tree = tree
        self._shared = shared
        self._problem = problem
        self._budget = budget
        self._siblings = siblings
        self._wanted: dict[str, str] = {}
        self._plain: dict[tuple[tuple[str, str], ...], Schema] = {}
        """Schemas of which texts say all, such as `{"type": "string"}`: two of three, with few that are different."""
        self._anchors: dict[str, str] | None = None
        self.count = 0
        """Schemas that were read."""

    def read(self, node: Any, pointer: str) -> Schema:
        """Return the schema at `pointer`, whose decoded value is `node`.

        Raises:
            SpecError: It is one more than the limits allow.
        """
        self.count += 1
        self._budget.spend(1 + len(pointer) // PART_BYTES)
        if not isinstance(node, dict):
            if not isinstance(node, bool):  # JSON Schema 2020-12: true allows anything, false nothing
                self._problem(pointer, "is no schema")
            return _NOTHING if node is False else Schema()
        if "$ref" in node or "$dynamicRef" in node:
            ref = node.get("$ref", node.get("$dynamicRef"))
            if isinstance(ref, str):
                return self._reference(node, ref, pointer)
        if not _TEXT.issuperset(map(type, node.values())):
            return Schema(**self._read_fields(node, pointer))
        said = tuple(node.items())
        if (schema := self._plain.get(said)) is None:
            schema = self._plain[said] = Schema(**self._read_fields(node, pointer))
        return schema

    def _read_fields(self, node: dict[str, Any], pointer: str) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for key, value in node.items():
            if reader := self._readers.get(key):
                reader(self, fields, key, value, pointer)
            elif key in _LIMITS:
                fields.setdefault("limits", {})[key] = value
            elif key.startswith("x-"):
                fields.setdefault("extensions", {})[key] = value
        if "prefixItems" in node and isinstance(node.get("items"), dict):  # of the items after those
            fields.setdefault("applied", {})["items"] = self.read(node["items"], f"{pointer}/items")
        if "enum" in fields and "extensions" in fields:
            fields["enum_values"] = enum_values(fields["enum"], fields["extensions"])
        elif "one_of" in fields and (described := described_choices(fields["one_of"])):
            del fields["one_of"]
            fields["enum"], fields["enum_values"] = described
        return fields

    def whole(self, schema: Schema) -> Schema:
        """Return what a schema refers to, read by itself; the schema where it refers to nothing that is there."""
        for _ in range(MAX_HOPS):
            if not schema.ref:
                break
            try:
                node = lookup(self._tree, schema.ref)
            except LookupError:
                break
            self._budget.spend(weight(node))
            schema = self.read(node, schema.ref)
        return schema

    def finish(self) -> dict[str, Schema]:
        """Return every shared schema, and every other one that something refers to, by JSON pointer."""
        found = {pointer: self.read(node, pointer) for pointer, node in self._shared_nodes()}
        while self._wanted:
            pointer, origin = self._wanted.popitem()
            if pointer in found:
                continue
            try:
                node = lookup(self._tree, pointer)
            except LookupError:
                if not leads_to_missing_file(self._tree, pointer):
                    self._problem(origin, f"refers to #{pointer}, which does not exist")
                continue
            self._budget.spend(weight(node))
            found[pointer] = self.read(node, pointer)
        return with_children(found)

    def _shared_nodes(self) -> Iterator[tuple[str, Any]]:
        try:
            shared = lookup(self._tree, self._shared)
        except LookupError:
            return
        if isinstance(shared, dict):
            for name, node in shared.items():
                yield f"{self._shared}/{escape(name)}", node

    def _reference(self, node: dict[str, Any], ref: str, pointer: str) -> Schema:
        target = self._target(ref, pointer)
        if len(node) == 1:
            return target
        beside = {key: value for key, value in node.items() if key in _BESIDE_REFERENCES or key.startswith("x-")}
        if self._siblings and any(
            key not in beside and (key in _LIMITS or key in self._readers) and key != "type" for key in node
        ):
            rest = self._read_fields({key: value for key, value in node.items() if key != "$ref"}, pointer)
            return Schema(**{**rest, "all_of": (target, *rest.get("all_of", ()))})
        return Schema(**{**self._read_fields(beside, pointer), "ref": target.ref})

    def _target(self, ref: str, pointer: str) -> Schema:
        """Return the bare reference to a schema."""
        target = local_pointer(ref)
        if target is None and ref.startswith("#"):
            if self._anchors is None:
                self._anchors = anchors(self._tree)
            target = self._anchors.get(ref[1:])
        if target is None:
            self._problem(pointer, f"refers to {ref}, which is not a part of the document")
            return Schema(title=ref.rpartition("/")[2])
        self._wanted[target] = pointer
        return Schema(ref=target)

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
        if isinstance(value, str) and value != "file":
            fields["type"] = value
            return
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
            named, where = self._names(value, f"{pointer}/{key}")
            fields[key] = {name: self.read(schema, f"{where}/{escape(name)}") for name, schema in named.items()}

    def _names(self, value: dict[str, Any], pointer: str) -> tuple[dict[str, Any], str]:
        """Return a mapping of names to schemas, and where it stands; one that is referred to has no right to be."""
        if not isinstance(value.get("$ref"), str):
            return value, pointer
        own: dict[str, Any] = {}
        place = pointer
        for _ in range(MAX_HOPS):
            ref = value.get("$ref")
            own = {**{name: schema for name, schema in value.items() if name != "$ref"}, **own}
            if not isinstance(ref, str):
                return own, place
            self._problem(pointer, "has a reference in the place of names; what it leads to is read")
            place = local_pointer(ref) or ""
            try:
                found = lookup(self._tree, place) if place else None
            except LookupError:
                found = None
            if not isinstance(found, dict):
                if not leads_to_missing_file(self._tree, place):
                    self._problem(pointer, f"refers to {ref}, which does not exist")
                return own, pointer
            self._budget.spend(weight(found))
            value = found
        self._problem(pointer, "is a circle of references")
        return own, pointer

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
        if value is False:  # nothing more is allowed
            fields.setdefault("limits", {})[key] = False
        elif isinstance(value, dict):
            self._add(fields, _FIELDS.get(key, key), [self.read(value, f"{pointer}/{key}")])
        else:  # the items of a tuple, before JSON Schema 2020-12
            self._tuple(fields, key, value, pointer)

    def _tuple(self, fields: dict[str, Any], key: str, value: Any, pointer: str) -> None:
        if isinstance(value, list):
            schemas = [self.read(schema, f"{pointer}/{key}/{index}") for index, schema in enumerate(value)]
            self._add(fields, _FIELDS.get(key, key), schemas)
            applied = fields.setdefault("applied", {})
            applied |= {f"prefixItems/{index}": schema for index, schema in enumerate(schemas)}

    def _applied(self, fields: dict[str, Any], key: str, value: Any, pointer: str) -> None:
        fields.setdefault("limits", {})[key] = value
        if isinstance(value, dict):
            fields.setdefault("applied", {})[key] = self.read(value, f"{pointer}/{key}")

    def _dependent(self, fields: dict[str, Any], key: str, value: Any, pointer: str) -> None:
        fields.setdefault("limits", {})[key] = value
        for name, schema in value.items() if isinstance(value, dict) else ():
            read = self.read(schema, f"{pointer}/{key}/{escape(name)}")
            fields.setdefault("applied", {})[f"{key}/{name}"] = read

    def _patterns(self, fields: dict[str, Any], key: str, value: Any, pointer: str) -> None:
        if isinstance(value, dict):
            named, where = self._names(value, f"{pointer}/{key}")
            fields.setdefault("limits", {})[key] = list(named)
            schemas = [self.read(schema, f"{where}/{escape(name)}") for name, schema in named.items()]
            self._add(fields, _FIELDS[key], schemas)

    def _add(self, fields: dict[str, Any], name: str, schemas: list[Schema]) -> None:
        """Put into a field of one schema what keywords that share it allow: any of them, where they are several."""
        found = [fields[name], *schemas] if name in fields else schemas
        if found:
            alike = all(schema == found[0] for schema in found[1:])
            fields[name] = found[0] if alike else Schema(any_of=tuple(found))

    def _schemas(self, fields: dict[str, Any], key: str, value: Any, pointer: str) -> None:
        if isinstance(value, list):
            fields[_FIELDS[key]] = tuple(
                self.read(schema, f"{pointer}/{key}/{index}") for index, schema in enumerate(value)
            )

    def _content(self, fields: dict[str, Any], key: str, value: Any, _pointer: str) -> None:
        fields.setdefault("limits", {})[key] = value
        if value == "application/octet-stream":  # what OpenAPI 3.0 writes as the format `binary`
            fields.setdefault("format", "binary")

    def _xml(self, fields: dict[str, Any], key: str, value: Any, _pointer: str) -> None:
        said = mapping(value)
        node = _NODES.get(line(said.get("nodeType")))
        if said.get("attribute") is True:
            node = "attribute"
        elif said.get("wrapped") is True:
            node = "element"
        fields[key] = Xml(
            name=line(said.get("name")),
            namespace=line(said.get("namespace")),
            prefix=line(said.get("prefix")),
            node=node,
        )

    def _discriminator(self, fields: dict[str, Any], key: str, value: Any, pointer: str) -> None:
        if isinstance(value, str):  # Swagger 2.0
            fields[key] = value
        elif isinstance(value, dict):
            fields[key] = str(value.get("propertyName", ""))
            choices = value.get("mapping")
            if isinstance(choices, dict) and choices:
                where = f"{pointer}/{key}/mapping/"
                found = {name: self._choice(ref, where + escape(name)) for name, ref in choices.items()}
                fields["mapping"] = {name: target for name, target in found.items() if target}

    def _choice(self, ref: Any, pointer: str) -> str:
        """Return the JSON pointer of what a value of a discriminator stands for; empty where it leads nowhere."""
        if not isinstance(ref, str):
            self._problem(pointer, "is no reference")
            return ""
        if is_name(ref):
            ref = f"#{self._shared}/{escape(ref)}"
        return self._target(ref, pointer).ref

    _readers: ClassVar[dict[str, Callable[..., None]]] = {
        **dict.fromkeys(("format", "title", "description"), _text),
        **dict.fromkeys(("nullable", "x-nullable", "deprecated", "readOnly", "writeOnly"), _flag),
        **dict.fromkeys(("default", "example"), _value),
        **dict.fromkeys(("items", "additionalProperties"), _schema),
        **dict.fromkeys(("allOf", "oneOf", "anyOf"), _schemas),
        **dict.fromkeys(("contentMediaType", "contentEncoding"), _content),
        **dict.fromkeys(("not", "if", "then", "else", "contains", "propertyNames"), _applied),
        "dependentSchemas": _dependent,
        "type": _type,
        "properties": _properties,
        "patternProperties": _patterns,
        "prefixItems": _tuple,
        "required": _required,
        "enum": _enum,
        "const": _const,
        "examples": _examples,
        "discriminator": _discriminator,
        "xml": _xml,
    }
