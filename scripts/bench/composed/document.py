"""One document: every request that is composed for it, and what the document itself says of that."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs

from engine.calls.compose import call_of
from engine.calls.records import Call
from engine.calls.source import Source
from engine.errors import SpecError
from engine.specs.decode import text_of, tree_of
from engine.specs.describe import Resolve, merged
from engine.specs.limits import Limits
from engine.specs.model import Content, Operation, Parameter, Schema, Spec
from engine.specs.problems import Problems
from engine.specs.read import read
from scripts.bench.composed.dialect import Dialect, at, uri

_HOME = "urn:document"
_EMPTY: tuple[Any, ...] = ({}, [], "", None)


class Refused(NamedTuple):
    """A body that the document's own schema refuses, or a thing of a request that says less than it could."""

    kind: str
    """Keyword of JSON Schema, or what it is in words."""
    operation: str
    why: str


class Counts(Counter[str]):
    """Figures of one document, or of many."""


def judged(path: Path) -> tuple[Counts, list[Refused]]:
    """Return the figures of a document, and what is to be listed; nothing for what cannot be read."""
    data = path.read_bytes()
    try:
        started = time.perf_counter()
        spec = read(data, name=path.name)
        passed = time.perf_counter() - started
    except SpecError:
        return Counts(unread=1), []
    counts, refused = Counts(documents=1, read_us=round(passed * 1e6)), []
    try:
        noted = Problems()
        tree = tree_of(text_of(data, noted), Limits(), noted).value
    except (SpecError, RecursionError):
        tree = None
    judge = _Judge(spec, tree) if isinstance(tree, dict) and ("openapi" in tree or "swagger" in tree) else None
    for operation in (*spec.operations, *spec.webhooks):
        one = source_of(spec, operation)
        started = time.perf_counter()
        call = call_of(one)
        counts["compose_us"] += round((time.perf_counter() - started) * 1e6)
        counts["operations"] += 1
        for found in (*_inputs(one, call, counts), *(judge.body(one, call, counts) if judge else ())):
            counts[found.kind] += 1
            refused.append(found)
    return counts, refused


def source_of(spec: Spec, operation: Operation) -> Source:
    """Return an operation with what it refers to in its document."""

    def resolve(pointer: str) -> Schema:
        return spec.schemas.get(pointer, Schema())

    return Source(spec="s", about=spec.about, operation=operation, resolve=resolve, example=spec.examples.__getitem__)


def _inputs(source: Source, call: Call, counts: Counts) -> Iterator[Refused]:
    """Yield each required parameter that is a placeholder although the document gives a value for it."""
    for one in source.operation.parameters:
        if not one.required or one.location not in ("path", "query", "header", "cookie"):
            continue
        counts["required parameters"] += 1
        origin = call.sources.get(f"{one.location}.{one.name}", call.sources.get(one.name))
        if origin == "placeholder":
            counts["placeholders"] += 1
            if _given(one, source.resolve):
                yield Refused("placeholder for what has a value", source.operation.key, one.name)


def _given(one: Parameter, resolve: Resolve) -> bool:
    node = merged(one.schema, resolve)
    item = merged(node.items, resolve) if node.items is not None else Schema()
    given = (one.example, node.example, node.default, item.example, item.default)
    told = [value for value in given if value not in _EMPTY and not str(value).startswith("{{")]
    return bool(node.enum or item.enum or told)


class _Judge:
    def __init__(self, spec: Spec, tree: dict[str, Any]) -> None:
        self._spec = spec
        self._dialect = Dialect(tree)
        whole = self._dialect.whole()
        self._registry = jsonschema_rs.Registry([(_HOME, whole)], draft=jsonschema_rs.Draft202012)

    def body(self, source: Source, call: Call, counts: Counts) -> Iterator[Refused]:
        """Yield what the schema of the body says against it."""
        operation = source.operation
        content = _content(operation, call)
        if content is None or call.body_kind == "none":
            return
        counts["with a body"] += 1
        if getattr(call, "sketch", ""):
            counts["sketches"] += 1
        value = call.body
        if value in _EMPTY and _writable(content.schema, source):
            yield Refused("empty where there are fields", operation.key, json.dumps(value))
        if call.body_kind == "text" and "json" in content.media_type:
            try:
                value = json.loads(value)
            except ValueError:
                yield Refused("not JSON", operation.key, str(value)[:80])
                return
        node = merged(content.schema, source.resolve)
        whole = call.body_kind == "multipart" and node.type in ("string", "array")  # one file that is all of it
        if call.body_kind in ("text", "file") or whole:
            return
        if call.body_kind == "lines" and node.items is None:  # whose schema is that of one line
            value = value[0]
        schema = self._schema(operation, content.media_type)
        if schema is None:
            return
        counts["judged"] += 1
        yield from self._against(schema, value, operation, bool(getattr(call, "sketch", "")), counts)

    def _against(self, schema: Any, value: Any, operation: Operation, told: bool, counts: Counts) -> Iterator[Refused]:
        try:
            validator = jsonschema_rs.Draft202012Validator(schema, registry=self._registry, validate_formats=True)
            error = next(iter(validator.iter_errors(value)), None)
        except (ValueError, jsonschema_rs.ReferencingError) as failure:
            yield Refused("not judged", operation.key, " ".join(str(failure).split())[:200])
            return
        if error is not None:
            counts["refused"] += 1
            counts["refused, told as a sketch" if told else "refused, not told"] += 1
            outside = "dependentSchemas" in map(str, error.schema_path)
            keyword = "discriminator outside its mapping" if outside else error.kind.name
            yield Refused(f"refused: {keyword}", operation.key, f"{error.message[:200]} @{error.instance_path}")

    def _schema(self, operation: Operation, media_type: str) -> Any:
        node = self._dialect.follow(at(self._dialect.tree, operation.pointer))
        if "swagger" in self._dialect.tree:
            return self._of_swagger(node, operation)
        body, place = node.get("requestBody"), f"{operation.pointer}/requestBody"
        while isinstance(body, dict) and isinstance(body.get("$ref"), str):
            place = body["$ref"].partition("#")[2]
            body = at(self._dialect.tree, place)
        raw = self._dialect.follow(body).get("content", {}).get(media_type)
        if not isinstance(raw, dict) or "$ref" in raw or not isinstance(raw.get("schema"), dict):
            return None
        inner = f"{place}/content/{_escaped(media_type)}/schema"
        return {"$ref": f"{_HOME}#{uri(inner.replace('#', '%23'))}"}

    def _of_swagger(self, node: dict[str, Any], operation: Operation) -> Any:
        outer = at(self._dialect.tree, operation.pointer.rpartition("/")[0])
        listed = [*(outer or {}).get("parameters", []), *node.get("parameters", [])]
        named = {(one.get("name"), one.get("in")): one for one in map(self._dialect.follow, listed)}
        for one in named.values():
            if one.get("in") == "body":
                schema = self._dialect.schema(one.get("schema", {}))
                return _based(schema)
        fields = [one for one in named.values() if one.get("in") == "formData"]
        return {
            "type": "object",
            "required": [one["name"] for one in fields if one.get("required") is True],
            "properties": {
                one["name"]: self._dialect.schema({key: item for key, item in one.items() if key != "required"})
                for one in fields
            },
        }


def _based(node: Any) -> Any:
    """Return a schema whose references say which document they are into."""
    if isinstance(node, dict):
        return {
            key: f"{_HOME}{one}" if key == "$ref" and isinstance(one, str) and one.startswith("#") else _based(one)
            for key, one in node.items()
        }
    return [_based(one) for one in node] if isinstance(node, list) else node


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _content(operation: Operation, call: Call) -> Content | None:
    contents = operation.body.content if operation.body else ()
    header = next((value for name, value in call.headers.items() if name.lower() == "content-type"), "")
    wanted = "multipart/form-data" if call.body_kind == "multipart" else header
    return next((one for one in contents if one.media_type == wanted), contents[0] if contents else None)


def _writable(schema: Schema, source: Source) -> bool:
    node = merged(schema, source.resolve)
    if node.type.startswith("array") and node.items is not None:
        return _writable(node.items, source)
    fields = (merged(child, source.resolve) for child in node.properties.values())
    unsent = "write_only" if source.operation.incoming else "read_only"
    return any(not getattr(field, unsent) for field in fields)
