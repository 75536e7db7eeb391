"""Whole requests as their documents mean them: from a document to the command, kind by kind."""

import json
from typing import Any

import msgspec
import pytest

from engine.calls.compose import call_of
from engine.calls.inputs import inputs
from engine.calls.languages.curl import curl
from engine.calls.records import Call, FieldFact
from engine.calls.source import Source
from engine.specs.model import Schema
from engine.specs.read import read
from tests.calls.test_curl import options, words

JSON = dict[str, Any]
HEAD = {"info": {"title": "T", "version": "1"}}
TEXT = {"type": "string"}


def source(operation: JSON, path: str = "/t", version: str = "3.0.3", **more: JSON) -> Source:
    """Return the one operation of a document of OpenAPI."""
    document = {"openapi": version, **HEAD, "servers": [{"url": "https://t.test"}], **more}
    return _read({**document, "paths": {path: {"post": {"responses": {}, **operation}}}})


def swagger(operation: JSON, **more: JSON) -> Source:
    """Return the one operation of a document of Swagger 2.0."""
    document = {"swagger": "2.0", **HEAD, "host": "t.test", "schemes": ["https"], **more}
    return _read({**document, "paths": {"/t": {"post": {"responses": {}, **operation}}}})


def _read(document: JSON) -> Source:
    spec = read(json.dumps(document).encode())
    return Source(
        spec="t",
        about=spec.about,
        operation=spec.operations[0],
        resolve=lambda pointer: spec.schemas.get(pointer, Schema()),
        example=spec.examples.__getitem__,
    )


def body(schema: JSON, kind: str = "application/json", **more: Any) -> JSON:
    """Return an operation with a body."""
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema, **more}}}}


def parameter(name: str, schema: JSON, place: str = "query", **more: Any) -> JSON:
    """Return a required parameter."""
    return {"name": name, "in": place, "required": True, "schema": schema, **more}


def named(one: Source) -> dict[str, FieldFact]:
    """Return the inputs of an operation by name."""
    return {fact.name: fact for fact in inputs(one)}


def test_an_object_in_the_query_is_sent_and_listed_by_its_fields() -> None:
    """`deepObject` has brackets; each field is told with type, limits and the name under which it is sent."""
    fields = {"grove": {"type": "string", "example": "north", "maxLength": 9}, "ripe": {"type": "boolean"}}
    schema = {"type": "object", "required": ["grove", "ripe"], "properties": {**fields, "kilo": {"type": "integer"}}}
    one = source({"parameters": [parameter("where", schema, style="deepObject")]})
    call = call_of(one)
    assert call.url == "https://t.test/t?where%5Bgrove%5D=north&where%5Bripe%5D=true"
    assert call.query == {"where[grove]": "north", "where[ripe]": "true"}
    assert call.sources == {"where.grove": "example", "where.ripe": "type"}
    facts = named(one)
    assert list(facts) == ["where", "where.grove", "where.ripe", "where.kilo"]
    assert (facts["where.grove"].wire, facts["where.grove"].bounds) == ("where[grove]", "at most 9 characters")
    assert (facts["where.kilo"].type, facts["where.kilo"].required) == ("integer", False)
    exploded = source({"parameters": [parameter("where", schema)]})
    assert (call_of(exploded).url, named(exploded)["where.grove"].wire) == (
        "https://t.test/t?grove=north&ripe=true",
        "grove",
    )


def test_lists_are_sent_by_their_style_with_what_the_document_gives() -> None:
    """Examples, defaults and the enum of the items are used; a repeated name keeps all its values."""
    listed = {"type": "array", "items": TEXT}
    given = [
        parameter("id", {"type": "array", "items": {"type": "integer"}}, example=[4, 8]),
        parameter("grain", {**listed, "example": ["rye", "spelt"]}, explode=False),
        parameter("shelf", {**listed, "default": ["a", "b"]}, style="pipeDelimited", explode=False),
        parameter("tag", {"type": "array", "items": {"enum": ["warm", "cold"]}}),
        parameter("as-text", listed, example="x,y"),
        parameter("X-Trace", listed, "header", example=["t1", "t2"]),
    ]
    call = call_of(source({"parameters": given}))
    assert call.url.partition("?")[2] == "id=4&id=8&grain=rye,spelt&shelf=a%7Cb&tag=warm&as-text=x&as-text=y"
    assert call.query["id"] == ("4", "8")
    assert call.headers == {"X-Trace": "t1,t2"}
    assert call.sources["tag"] == "enum"
    assert msgspec.json.decode(msgspec.json.encode(call), type=Call) == call


@pytest.mark.parametrize(
    ("how", "example", "expected"),
    [
        ({"style": "matrix", "explode": True}, [3, 4], ";p=3;p=4"),
        ({"style": "label"}, "granite", ".granite"),
        ({}, [1, 2], "1,2"),
        ({"content": {"application/json": {"example": {"a": 1}}}}, None, "%7B%22a%22%3A1%7D"),
    ],
)
def test_the_path_has_its_own_styles(how: JSON, example: Any, expected: str) -> None:
    """Matrix, label and simple, and what is written in a media type."""
    one = {"name": "p", "in": "path", "required": True, **how}
    one |= {} if "content" in how else {"schema": {}, "example": example}
    assert call_of(source({"parameters": [one]}, "/t/{p}")).url == f"https://t.test/t/{expected}"


def test_the_parts_of_a_multipart_body_have_their_types() -> None:
    """An object is JSON, a list one part for each item, a file has the first of its types; so since 3.1 too."""
    fields: JSON = {
        "meta": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "example": "a;b"}}},
        "photo": {"type": "string", "format": "binary"},
        "labels": {"type": "array", "items": TEXT, "example": ["old", "blue"]},
        "pages": {"type": "array", "items": {"type": "string", "format": "binary"}},
    }
    schema = {"type": "object", "required": list(fields), "properties": fields}
    encoding = {"photo": {"contentType": "image/png, image/jpeg"}}
    argv = words(curl(call_of(source(body(schema, "multipart/form-data", encoding=encoding)))))
    assert options(argv, "-F") == [
        'meta="{\\"name\\":\\"a;b\\"}";type=application/json',
        "photo=@FILE;type=image/png",
        "pages=@FILE",
    ]
    assert options(argv, "--form-string") == ["labels=old", "labels=blue"]
    fields = {"a": {"contentMediaType": "image/png"}, "b": {}, "c": {"type": "string", "contentEncoding": "base64"}}
    schema = {"type": "object", "required": list(fields), "properties": fields}
    argv = words(curl(call_of(source(body(schema, "multipart/form-data"), version="3.1.0"))))
    assert options(argv, "-F") == ["a=@FILE;type=image/png", "b=@FILE"]


def test_a_part_cannot_name_a_file_to_send() -> None:
    """Whatever a media type or a value holds, curl reads nothing but the caller's FILE."""
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "object", "example": {"k": "@/etc"}}}}
    for kind in ("image/png;headers=@/etc/passwd", "application/json", '"'):
        encoding = {"a": {"contentType": kind}}
        argv = words(curl(call_of(source(body(schema, "multipart/form-data", encoding=encoding)))))
        assert not any("@/etc/passwd" in value or "=@" in value for value in options(argv, "-F"))


def test_a_form_is_encoded_field_by_field() -> None:
    """Brackets only where the document says `deepObject`, a list by its style, an object else as JSON."""
    fields = {
        "card": {"type": "object", "example": {"no": "42"}},
        "tags": {"type": "array", "items": TEXT, "example": ["a", "b"]},
        "list": {"type": "array", "items": TEXT, "example": ["x", "y"]},
        "more": {"type": "object", "example": {"k": "v"}},
    }
    schema = {"type": "object", "required": list(fields), "properties": fields}
    encoding = {"card": {"style": "deepObject", "explode": True}, "list": {"style": "form", "explode": False}}
    call = call_of(source(body(schema, "application/x-www-form-urlencoded", encoding=encoding)))
    assert options(words(curl(call)), "-d") == ["card%5Bno%5D=42&tags=a&tags=b&list=x,y&more=%7B%22k%22%3A%22v%22%7D"]


def test_the_collection_formats_of_swagger() -> None:
    """`multi` repeats the name, the others join; of a form too."""
    listed = {"type": "array", "items": TEXT, "required": True, "default": ["p", "q"]}
    formats = ("multi", "csv", "ssv", "tsv", "pipes")
    query = [{"name": name, "in": "query", "collectionFormat": name, **listed} for name in formats]
    form = [{"name": name, "in": "formData", "collectionFormat": name, **listed} for name in ("multi", "pipes")]
    call = call_of(swagger({"parameters": [*query, *form]}))
    joined = "multi=p&multi=q&csv=p,q&ssv=p%20q&tsv=p%09q&pipes=p%7Cq"
    assert call.url == f"https://t.test/t?{joined}"
    assert [(part.name, part.value) for part in call.parts] == [("multi", "p"), ("multi", "q"), ("pipes", "p|q")]


def test_headers_that_are_no_parameters_are_ignored() -> None:
    """Media types and security decide `Accept`, `Content-Type` and `Authorization`; Swagger 2.0 has no such rule."""
    names = ("Accept", "content-type", "Authorization", "X-Own")
    one = source({"parameters": [parameter(name, TEXT, "header") for name in names]})
    assert (list(call_of(one).headers), list(named(one))) == (["X-Own"], ["X-Own"])
    old = swagger({"parameters": [{"name": name, "in": "header", "required": True, **TEXT} for name in names]})
    assert list(call_of(old).headers) == list(names)


def test_what_a_path_or_a_schema_asks_for_without_describing_it_is_told() -> None:
    """A part of the path that is not declared, and a required name without a property, are inputs and are sent."""
    schema = {"type": "object", "required": ["extra"], "properties": {"known": TEXT}}
    one = source(body(schema), "/t/{from}-{to}")
    facts = named(one)
    assert [(name, fact.location) for name, fact in facts.items() if fact.required] == [
        ("from", "path"),
        ("to", "path"),
        ("extra", "body"),
    ]
    assert (call_of(one).url, call_of(one).body) == ("https://t.test/t/FROM-TO", {"extra": "string"})


@pytest.mark.parametrize(
    ("content", "kind", "value"),
    [
        ({"application/json": {}}, "json", {}),
        ({"application/json": {"schema": {"$ref": "#/components/schemas/Gone"}}}, "json", {}),
        ({"text/plain": {"schema": {"type": "object"}, "example": {"a": 1}}}, "text", '{"a":1}'),
        ({"application/json": {"schema": {"type": "object"}, "example": "{'a"}}, "json", {}),
        ({"application/x-ndjson": {"schema": {"type": "array", "example": [{"a": 1}, 2]}}}, "lines", [{"a": 1}, 2]),
        ({"application/octet-stream": {}, "application/json": {"schema": TEXT}}, "json", "string"),
        ({"text/csv": {}, "application/vnd.t+json": {"schema": TEXT}}, "json", "string"),
        ({"image/png": {}}, "file", "FILE"),
    ],
)
def test_each_body_is_sent_as_its_media_type_asks(content: JSON, kind: str, value: Any) -> None:
    """JSON before others, all on offer; no invented text under a JSON type, lines as lines, a text as it is."""
    call = call_of(source({"requestBody": {"required": True, "content": content}}))
    assert (call.body_kind, call.body, call.media_types) == (kind, value, tuple(content))


def test_a_body_that_the_document_leaves_open_is_a_sketch() -> None:
    """It is told among the needs, and the call says why a server may refuse it."""
    one = source({"requestBody": {"required": True, "content": {"application/json": {}}}})
    assert call_of(one).sketch == named(one)["body"].description == "The document does not say what the body holds"
    lines = source(body({"type": "object", "example": {"a": 1}}, "application/x-ndjson"))
    assert options(words(curl(call_of(lines))), "--data-binary") == ['{"a":1}\n']


def test_the_children_of_a_base_are_named() -> None:
    """The field that tells which of them it is takes their names, in Swagger 2.0 too."""
    base = {"type": "object", "discriminator": "kind", "required": ["kind"], "properties": {"kind": TEXT}}
    cat = {"allOf": [{"$ref": "#/definitions/Base"}, {"required": ["lives"], "properties": {"lives": TEXT}}]}
    whole = {"name": "b", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Base"}}
    one = swagger({"parameters": [whole]}, definitions={"Base": base, "Cat": cat})
    assert named(one)["kind"].enum == ("Cat",)
    assert call_of(one).body == {"kind": "Cat", "lives": "string"}


def test_a_part_has_the_headers_that_it_must_have() -> None:
    """Those that are required, filled in as parameters are; its type is told by itself."""
    schema = {"type": "object", "required": ["a"], "properties": {"a": TEXT, "b": TEXT}, "minProperties": 2}
    headers = {
        "X-Page": {"required": True, "schema": TEXT, "example": 'no "1"; 2'},
        "X-Key": {"required": True, "schema": TEXT},
        "X-May": {"schema": TEXT},
        "Content-Type": {"required": True, "schema": TEXT},
    }
    encoding = {"a": {"headers": headers}, "b": {"headers": {}}}
    call = call_of(source(body(schema, "multipart/form-data", encoding=encoding)))
    assert call.parts[0].headers == {"X-Page": 'no "1"; 2', "X-Key": "X_KEY"}
    argv = words(curl(call))
    assert options(argv, "-F") == ['a=string;headers="X-Page: no \\"1\\"; 2";headers="X-Key: X_KEY"']
    assert options(argv, "--form-string") == ["b=string"]


def test_an_example_that_is_a_variable_is_none() -> None:
    """What is left of the tool that a document was made from stands for a value, and is no value."""
    call = call_of(source({"parameters": [parameter("id", {**TEXT, "example": "{{id}}"}, "path")]}, "/t/{id}"))
    assert (call.url, call.sources["id"]) == ("https://t.test/t/ID", "placeholder")


@pytest.mark.parametrize("kind", ["application/yaml", "text/x-yaml", "application/apply-patch+yaml"])
def test_yaml_is_written_as_json(kind: str) -> None:
    """JSON is YAML; an example that is a text is sent as it is."""
    schema = {"type": "object", "required": ["a"], "properties": {"a": TEXT}}
    argv = words(curl(call_of(source(body(schema, kind)))))
    assert (options(argv, "-H"), json.loads(options(argv, "-d")[0])) == ([f"Content-Type: {kind}"], {"a": "string"})
    assert options(words(curl(call_of(source(body(schema, kind, example="a: b"))))), "--data-raw") == ["a: b"]


def test_a_key_that_the_document_gives_by_default_is_sent() -> None:
    """`DEMO_KEY`, which the server takes; an example of a key is one of somebody else."""
    scheme = {"securitySchemes": {"k": {"type": "apiKey", "in": "query", "name": "key"}}}
    for said, expected in (({"default": "DEMO_KEY"}, "DEMO_KEY"), ({"example": "abc"}, "KEY")):
        operation = {"security": [{"k": []}], "parameters": [parameter("key", {**TEXT, **said})]}
        assert call_of(source(operation, components=scheme)).query == {"key": expected}


def test_a_parameter_in_json_is_a_value_of_its_schema() -> None:
    """What is written as JSON has numbers where numbers are asked for; items with schemas of their own are all sent."""
    fields = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 5}}}
    pair = {"type": "array", "prefixItems": [{"type": "number", "default": 1.5}, {"enum": ["km"]}]}
    content = {"name": "f", "in": "query", "required": True, "content": {"application/json": {"schema": fields}}}
    one = source({"parameters": [content, parameter("p", pair, explode=False)]}, version="3.1.0")
    call = call_of(one)
    assert call.query == {"f": '{"a":5}', "p": "1.5,km"}
    assert call.sources == {"f.a": "type", "p": "default"}


def test_a_choice_has_an_example_of_its_own() -> None:
    """What stands beside the branches counts for each of them."""
    schema = {"oneOf": [TEXT, {"type": "integer"}], "examples": ["abc"]}
    assert call_of(source({"parameters": [parameter("id", schema, "path")]}, "/t/{id}", "3.1.0")).path == {"id": "abc"}
