"""A walk over raw documents, which knows nothing of specdeck: what questions about whole APIs are checked against.

It reads OpenAPI 3 and Swagger 2.0 in JSON, by what these specifications say.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_DEEPEST = 12
"""References and compositions that are followed: no document of the corpus has longer chains on the first level."""


class Call(NamedTuple):
    """One operation, as the document says it."""

    method: str
    path: str
    deprecated: bool
    tags: frozenset[str]
    texts: frozenset[str]
    """Which of `summary`, `description` and `operationId` it has."""
    statuses: frozenset[str]
    parameters: frozenset[tuple[str, str]]
    """Place and name."""
    required: frozenset[str]
    """Names of required parameters, and of required fields of the body."""
    body: frozenset[str] | None
    """Fields of the body on the first level; None without a body."""
    returned: frozenset[str]
    """Fields of what comes back on success, on the first level; of a list, those of an item."""
    schemas: frozenset[str]
    """Names of the schemas that come back on success, alone, or in a list or choice."""
    produces: frozenset[str]
    consumes: frozenset[str]
    scopes: frozenset[str]
    secured: bool
    """No call is accepted without credentials."""

    @property
    def key(self) -> str:
        """`GET /pets`."""
        return f"{self.method} {self.path}"


class Walk:
    """One document.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.tree: dict[str, Any] = json.loads(path.read_bytes())
        self.is_old = "swagger" in self.tree
        self.calls = list(self._calls())

    @property
    def schemas(self) -> dict[str, Any]:
        """The schemas that stand under a name."""
        shared = self.tree.get("definitions") if self.is_old else self.tree.get("components", {}).get("schemas")
        return shared or {}

    def own_fields(self, schema: Any) -> frozenset[str]:
        """Return the fields that a schema has itself, in any of its forms; a list has none."""
        return frozenset() if "items" in self._follow(schema) else self._fields(schema, "")

    def _fields(self, schema: Any, side: str) -> frozenset[str]:
        """Return the fields of a body on its first level, but those that only the other side sets (`readOnly`, …)."""
        return frozenset(
            name for name, field in self._properties(schema, _DEEPEST) if not (side and self._follow(field).get(side))
        )

    def _follow(self, node: Any) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for _ in range(_DEEPEST):
            if not isinstance(node, dict):
                return {}
            if "$ref" not in node:
                return {**node, **said}
            said = {key: value for key, value in node.items() if key in ("readOnly", "writeOnly")} | said
            node = self._at(node["$ref"])
        return {}

    def _at(self, ref: Any) -> Any:
        node: Any = self.tree
        if not isinstance(ref, str) or not ref.startswith("#/"):
            return {}
        for part in ref[2:].split("/"):
            key = re.sub("%([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), part)
            key = key.replace("~1", "/").replace("~0", "~")
            node = node.get(key, {}) if isinstance(node, dict) else node[int(key)] if isinstance(node, list) else {}
        return node

    def _properties(self, schema: Any, deep: int) -> Iterator[tuple[str, Any]]:
        node = self._follow(schema)
        if not deep:
            return
        properties = node.get("properties")
        yield from (properties or {}).items()
        for word in ("allOf", "oneOf", "anyOf"):
            for part in node.get(word) or ():
                yield from self._properties(part, deep - 1)
        if not properties and isinstance(node.get("items"), dict):
            yield from self._properties(node["items"], deep - 1)

    def _demanded(self, schema: Any, deep: int = _DEEPEST) -> frozenset[str]:
        node = self._follow(schema)
        if not deep:
            return frozenset()
        found = frozenset(node.get("required") or ())
        for part in node.get("allOf") or ():
            found |= self._demanded(part, deep - 1)
        if not node.get("properties") and isinstance(node.get("items"), dict):
            found |= self._demanded(node["items"], deep - 1)
        forms = [*(node.get("oneOf") or ()), *(node.get("anyOf") or ())]
        if forms:
            found |= frozenset.intersection(*(self._demanded(form, deep - 1) for form in forms))
        return found

    def _names(self, schema: Any, deep: int = _DEEPEST) -> Iterator[str]:
        if not isinstance(schema, dict) or not deep:
            return
        if "$ref" in schema:
            if re.fullmatch("#/(components/schemas|definitions)/[^/]+", schema["$ref"]):
                yield schema["$ref"].rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        elif schema.get("title") and not schema.get("items"):
            yield schema["title"]
        node = self._follow(schema)
        for part in (node.get("items"), *(node.get("oneOf") or ()), *(node.get("anyOf") or ())):
            yield from self._names(part, deep - 1)

    def _calls(self) -> Iterator[Call]:
        for path, item in (self.tree.get("paths") or {}).items():
            node = self._follow(item)
            for method in METHODS:
                if path.startswith("/") and isinstance(node.get(method), dict):
                    yield self._call(method, path, node, node[method])

    def _call(self, method: str, path: str, item: dict[str, Any], node: dict[str, Any]) -> Call:
        given = {}
        for raw in [*(item.get("parameters") or ()), *(node.get("parameters") or ())]:
            one = self._follow(raw)
            given[one.get("in"), one.get("name")] = one
        inner = [one for (place, _), one in given.items() if place in ("body", "formData")]
        outer = {key: one for key, one in given.items() if key[0] not in ("body", "formData")}
        responses = {str(code): self._follow(one) for code, one in (node.get("responses") or {}).items()}
        responses = {code: one for code, one in responses.items() if not code.startswith("x-")}
        good = [one for code, one in responses.items() if code[0] == "2"]
        good = good or [responses[code] for code in ("default",) if code in responses]
        sent = self._sent(node, inner)
        received = [schema for one in good for schema in self._received(one)]
        security = node.get("security", self.tree.get("security")) or []
        body = None if sent is None else frozenset().union(*(self._fields(one, "readOnly") for one in sent))
        needed = {one["name"] for one in outer.values() if one.get("required")}
        if sent:
            needed |= frozenset.intersection(*(self._demanded(one) for one in sent)) & (body or frozenset())
        return Call(
            method.upper(), path, node.get("deprecated") is True,
            frozenset(tag for tag in node.get("tags") or () if tag),
            # A path's summary and description are meant for all its operations (OpenAPI 3.1, Path Item Object).
            frozenset(
                word for word in ("summary", "description", "operationId")
                if node.get(word) or (word != "operationId" and item.get(word))
            ),
            frozenset(responses), frozenset(outer), frozenset(needed), body,
            frozenset().union(*(self._fields(one, "writeOnly") for one in received)),
            frozenset(name for one in received for name in self._names(one)),
            self._types(node, responses, "produces"), self._types(node, responses, "consumes") if sent is not None else
            frozenset(),
            frozenset(scope for way in security for scopes in way.values() for scope in scopes),
            bool(security) and {} not in security,
        )  # fmt: skip

    def _sent(self, node: dict[str, Any], inner: list[dict[str, Any]]) -> list[Any] | None:
        """Return the schemas of the body, in each of its media types; None without a body."""
        if not self.is_old:
            body = self._follow(node.get("requestBody"))
            return [one.get("schema") or {} for one in (body.get("content") or {}).values()] if body else None
        if not inner:
            return None
        if inner[0]["in"] == "body":
            return [inner[0].get("schema") or {}]
        form = {one["name"]: one for one in inner}
        return [{"properties": form, "required": [name for name, one in form.items() if one.get("required")]}]

    def _received(self, response: dict[str, Any]) -> list[Any]:
        if self.is_old:
            return [response["schema"]] if "schema" in response else []
        return [one.get("schema") or {} for one in (response.get("content") or {}).values() if isinstance(one, dict)]

    def _types(self, node: dict[str, Any], responses: dict[str, Any], side: str) -> frozenset[str]:
        if self.is_old:
            return frozenset()  # where nothing is said, each reader has its own idea
        if side == "consumes":
            return frozenset(self._follow(node.get("requestBody")).get("content") or ())
        return frozenset(kind for one in responses.values() for kind in one.get("content") or ())
