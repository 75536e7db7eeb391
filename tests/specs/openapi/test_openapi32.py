"""What OpenAPI 3.2 brings, and what paths and security schemes say beside their fields."""

import pytest

from engine.calls.compose import call_of
from engine.calls.source import Source
from engine.specs.describe import type_name
from engine.specs.model import Schema
from tests.specs.builders import JSON, document, only_operation, operation_document, read_json


def asked(content: JSON, *, required: bool = True, **schemas: JSON) -> JSON:
    """Return a document whose operation has its whole query as one parameter."""
    whole = {"name": "whole", "in": "querystring", "required": required, "content": content}
    return operation_document({"parameters": [whole]}, openapi="3.2.0", components={"schemas": schemas})


FORM = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "description": "Words."}, "limit": {"type": "integer"}},
}


@pytest.mark.parametrize("schema", [FORM, {"$ref": "#/components/schemas/Form"}])
def test_a_query_as_a_whole_has_the_fields_of_its_form(schema: JSON) -> None:
    """Each is a query parameter of its own, required where the form and the query are."""
    content = {"application/x-www-form-urlencoded": {"schema": schema, "example": {"text": "reed"}}}
    operation = only_operation(asked(content, Form=FORM))
    assert [(each.name, each.location, each.required, each.example) for each in operation.parameters] == [
        ("text", "query", True, "reed"),
        ("limit", "query", False, None),
    ]
    assert operation.parameters[0].description == "Words."
    assert not only_operation(asked(content, required=False, Form=FORM)).parameters[0].required


def test_a_query_of_another_kind_is_one_input() -> None:
    """A JSON path is all that follows the question mark; nothing is a problem."""
    spec = read_json(asked({"application/jsonpath": {"schema": {"type": "string"}, "example": "$.a"}}))
    [parameter] = spec.operations[0].parameters
    assert (parameter.name, parameter.location, parameter.example) == ("whole", "querystring", "$.a")
    assert spec.problems == ()
    schemas, examples = spec.schemas.__getitem__, spec.examples.__getitem__
    [operation] = spec.operations
    source = Source(spec="test", operation=operation, about=spec.about, resolve=schemas, example=examples)
    assert call_of(source).url.endswith("?%24.a")


def test_items_of_a_stream_are_no_list() -> None:
    """`itemSchema` describes one item after the other."""
    content = {"application/jsonl": {"itemSchema": {"type": "object"}}, "a/b": {"schema": {"type": "array"}}}
    operation = only_operation(
        operation_document({"responses": {"200": {"description": "", "content": content}}}, openapi="3.2.0")
    )
    stream, array = (each.schema for each in operation.responses[0].content)
    assert (type_name(stream), type_name(array)) == ("stream of object", "array")
    assert type_name(Schema(type="array", format="stream")) == "stream"


def test_every_address_of_a_security_scheme_is_kept() -> None:
    """The device flow of OAuth, its metadata, and the discovery document of OpenID Connect."""
    flow = {
        "deviceAuthorizationUrl": "https://id.test/device",
        "tokenUrl": "https://id.test/token",
        "scopes": {"r": ""},
    }
    schemes = {
        "tv": {"type": "oauth2", "oauth2MetadataUrl": "https://id.test/meta", "flows": {"deviceAuthorization": flow}},
        "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://id.test/known"},
    }
    tv, oidc = read_json(document(components={"securitySchemes": schemes})).about.security_schemes
    assert (tv.device_url, tv.metadata_url, tv.token_url) == (
        "https://id.test/device",
        "https://id.test/meta",
        "https://id.test/token",
    )
    assert (tv.scopes, oidc.openid_url) == ({"r": ""}, "https://id.test/known")


@pytest.mark.parametrize("version", [{"openapi": "3.0.3"}, {"swagger": "2.0"}])
def test_an_input_of_a_path_that_is_not_declared_is_one(version: JSON) -> None:
    """It has to be filled; one that is declared, for the path or the operation, is not told twice."""
    declared = [{"name": "from", "in": "path", "required": True, "schema": {"type": "integer"}, "type": "integer"}]
    paths = {"/range/{from}-{to}.{format}": {"parameters": declared, "get": {"responses": {}}}}
    [operation] = read_json({**version, "info": {}, "paths": paths}).operations
    assert [(each.name, each.location, each.required) for each in operation.parameters] == [
        ("from", "path", True),
        ("to", "path", True),
        ("format", "path", True),
    ]


def test_an_expression_of_a_callback_is_no_input() -> None:
    """The address of a callback is what the API has put together."""
    called = {"{$request.body#/url}": {"post": {"responses": {}}}}
    operation = only_operation(operation_document({"responses": {}, "callbacks": {"done": called}}))
    assert operation.callbacks[0].parameters == ()
