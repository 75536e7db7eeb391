"""The schemas of an OpenAPI document as JSON Schema 2020-12, for what a client sends: the document itself is the judge.

Nothing here knows how specdeck reads schemas. What OpenAPI 3.0 and Swagger 2.0 say in their own way is written as
2020-12 has it: `nullable`, exclusive limits that are booleans, references without siblings. A property that is
`readOnly` is not asked for (OpenAPI 3.0.4, Schema Object: "`required` will take effect on the response only").
"""

from functools import cache
from typing import Any
from urllib.parse import quote, unquote

import jsonschema_rs

_ONE = ("additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "items", "itemSchema")
_ONE += ("unevaluatedItems", "unevaluatedProperties")
_LISTED = ("allOf", "oneOf", "anyOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
_HOPS = 20
"""References and parts of `allOf` that are followed to find what is `readOnly`."""
_DATA = ("example", "examples", "default", "enum", "x-example")


class Dialect:
    """Writes the schemas of one document.

    Args:
        tree: The whole document.
    """

    def __init__(self, tree: dict[str, Any]) -> None:
        self.tree = tree
        self.old = "swagger" in tree or str(tree.get("openapi", "")).startswith("3.0")

    def follow(self, node: Any) -> Any:
        """Return what a node is or refers to; an empty mapping where that is not in the document."""
        for _ in range(_HOPS):
            if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
                break
            node = at(self.tree, node["$ref"].partition("#")[2])
        return node if isinstance(node, dict) else {}

    def whole(self, node: Any = None) -> Any:
        """Return the document, or a part of it, with its schemas rewritten where they stand."""
        node = self.tree if node is None else node
        if isinstance(node, list):
            return [self.whole(one) for one in node]
        if not isinstance(node, dict):
            return node
        made: dict[str, Any] = {}
        for key, value in node.items():
            if key in _DATA or (key.startswith("x-") and key != "x-webhooks"):
                continue
            if key in ("schema", "itemSchema") and isinstance(value, dict):
                made[key] = self.schema(value)
            elif key in ("schemas", "definitions") and isinstance(value, dict):
                made[key] = {name: self.schema(one) for name, one in value.items()}
            else:
                made[key] = self.whole(value) if value is not None else None
        return made

    def schema(self, node: Any, unsent: frozenset[str] = frozenset()) -> Any:
        """Return a schema; `unsent` are the fields that the whole around it has as `readOnly`."""
        if not isinstance(node, dict):
            return node if isinstance(node, bool) else {}
        if isinstance(node.get("$ref"), str) and self.old:
            return {"$ref": uri(node["$ref"])}
        unsent |= self._unsent(node, 0)
        skipped = ("discriminator", "xml", "externalDocs", "nullable", "x-nullable", *_DATA[:2])
        made = {
            key: self._word(key, value, unsent)
            for key, value in node.items()
            if key not in skipped and not key.startswith("x-")
        }
        if isinstance(node.get("discriminator"), dict):
            made |= self._discriminated(node["discriminator"], made)
        return self._modern(node, made)

    def _word(self, key: str, value: Any, unsent: frozenset[str]) -> Any:
        if key in _ONE:
            return [self.schema(one) for one in value] if isinstance(value, list) else self.schema(value)
        if key in _LISTED and isinstance(value, list):
            return [self.schema(one, unsent) for one in value]
        if key in _NAMED and isinstance(value, dict):
            return {name: self.schema(one) for name, one in value.items()}
        if key == "required":
            return [name for name in value if name not in unsent] if isinstance(value, list) else []
        if key == "pattern" and not _is_pattern(value):
            return ""
        return uri(value) if key == "$ref" and isinstance(value, str) else value

    def _discriminated(self, told: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
        """Return what holds the value of a discriminator to its mapping."""
        name, mapping = told.get("propertyName"), told.get("mapping")
        if not isinstance(name, str) or not isinstance(mapping, dict) or not mapping:
            return {}
        values = {*mapping, *(str(ref).rpartition("/")[2] for ref in mapping.values())}
        held = {"properties": {name: {"enum": sorted(values)}}}
        return {"dependentSchemas": {**made.get("dependentSchemas", {}), name: held}}

    def _modern(self, node: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
        if isinstance(made.get("items"), list):  # before 2020-12
            made["prefixItems"] = made.pop("items")
        for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(made.get(word), bool) and made.pop(word) and bound in made:
                made[word] = made.pop(bound)
        if made.get("type") == "file":
            made["type"] = "string"
        if node.get("nullable") is True or node.get("x-nullable") is True:
            if isinstance(made.get("type"), str):
                made["type"] = [made["type"], "null"]
            if isinstance(made.get("enum"), list) and None not in made["enum"]:
                made["enum"] = [*made["enum"], None]
        return made

    def _unsent(self, node: Any, hops: int) -> frozenset[str]:
        node = self.follow(node)
        named = node.get("properties")
        found = {name for name, one in named.items() if self._reads(one)} if isinstance(named, dict) else set()
        parts = node.get("allOf")
        if hops < _HOPS and isinstance(parts, list):
            found = found.union(*(self._unsent(part, hops + 1) for part in parts))
        return frozenset(found)

    def _reads(self, node: Any) -> bool:
        return (isinstance(node, dict) and node.get("readOnly") is True) or self.follow(node).get("readOnly") is True


@cache
def _is_pattern(value: Any) -> bool:
    """Tell whether a validator can judge by a pattern; one that names half a character is none."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": value})
    except ValueError:
        return False
    return True


def at(tree: Any, pointer: str) -> Any:
    """Return what stands at a JSON pointer; None where nothing does."""
    for escaped in unquote(pointer).split("/")[1:]:
        part = escaped.replace("~1", "/").replace("~0", "~")
        if isinstance(tree, dict):
            tree = tree.get(part)
        elif isinstance(tree, list) and part.isdigit() and int(part) < len(tree):
            tree = tree[int(part)]
        else:
            return None
    return tree


def uri(ref: str) -> str:
    """Return a reference as a URI may be written: the braces of a path in it are encoded."""
    return quote(ref, safe="#/%:?&=~!$'()*+,;@-._")
