import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from engine.errors import SpecError
from engine.specs.model import (
    About,
    Body,
    Content,
    EnumValue,
    Grant,
    Parameter,
    Response,
    Schema,
    SecurityScheme,
    Serialization,
    Server,
    Spec,
    Tag,
)
from engine.specs.read import read
from tests.specs.builders import FEW, JSON, only_operation, problems, read_json
from tests.test_text import is_safe, texts


def swagger(paths: JSON | None = None, **parts: Any) -> JSON:
    """Return a Swagger document with these paths and top-level parts."""
    return {"swagger": "2.0", "info": {"title": "Test", "version": "1.0"}, "paths": paths or {}, **parts}


def swagger_operation(operation: JSON, **parts: Any) -> JSON:
    """Return a Swagger document whose only operation is `POST /x`."""
    return swagger({"/x": {"post": operation}}, **parts)


PETS = swagger(
    {
        "/pets/{petId}": {
            "parameters": [{"$ref": "#/parameters/PetId"}],
            "get": {
                "operationId": "showPet",
                "summary": "Show\n a pet",
                "tags": ["pets"],
                "responses": {
                    "200": {"description": "It", "schema": {"$ref": "#/definitions/Pet"}},
                    "404": {"$ref": "#/responses/NotFound"},
                },
            },
            "put": {
                "deprecated": True,
                "parameters": [
                    {"name": "pet", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Pet"}}
                ],
                "responses": {"204": {"description": "Kept"}},
            },
        },
    },
    host="pets.example.com",
    basePath="/v1",
    schemes=["https"],
    consumes=["application/json"],
    produces=["application/json"],
    tags=[{"name": "pets", "description": "All of them"}],
    parameters={"PetId": {"name": "petId", "in": "path", "required": True, "type": "string"}},
    responses={"NotFound": {"description": "No such pet"}},
    definitions={
        "Pet": {
            "type": "object",
            "discriminator": "kind",
            "required": ["kind"],
            "properties": {
                "kind": {"type": "string"},
                "owner": {"$ref": "#/definitions/Owner"},
                "note": {"type": "string", "x-nullable": True},
            },
        },
        "Owner": {"type": "object", "properties": {"pets": {"type": "array", "items": {"$ref": "#/definitions/Pet"}}}},
    },
    security=[{"key": []}],
    securityDefinitions={"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
)
"""Two operations, two schemas that refer to each other, a shared parameter and a shared response."""


def test_a_small_document_is_read_whole() -> None:
    """All that was said comes out in the same records as from OpenAPI 3."""
    spec = read_json(PETS)
    assert spec.problems == ()
    assert spec.about == About(
        title="Test",
        format="swagger-2.0",
        version="1.0",
        servers=(Server(url="https://pets.example.com/v1"),),
        tags=(Tag(name="pets", description="All of them"),),
        security_schemes=(SecurityScheme(name="key", type="apiKey", location="header", parameter="X-Key"),),
    )
    show, put = spec.operations
    pet = Content(media_type="application/json", schema=Schema(ref="/definitions/Pet"))
    assert (show.key, show.pointer) == ("GET /pets/{petId}", "/paths/~1pets~1{petId}/get")
    assert (show.operation_id, show.summary, show.tags, show.deprecated) == ("showPet", "Show a pet", ("pets",), False)
    assert show.parameters == put.parameters
    assert show.parameters == (Parameter(name="petId", location="path", required=True, schema=Schema(type="string")),)
    assert show.responses == (
        Response(status="200", description="It", content=(pet,)),
        Response(status="404", description="No such pet"),
    )
    assert show.security == ((Grant(scheme="key"),),)
    assert put.deprecated
    assert put.body == Body(required=True, content=(pet,))


def test_definitions_are_kept_under_their_pointer() -> None:
    """Schemas that refer to each other stay references; a discriminator is a name and `x-nullable` counts."""
    schemas = read_json(PETS).schemas
    assert set(schemas) == {"/definitions/Pet", "/definitions/Owner"}
    pet = schemas["/definitions/Pet"]
    assert pet.discriminator == "kind"
    assert pet.properties["note"] == Schema(type="string", nullable=True)
    assert pet.properties["owner"] == Schema(ref="/definitions/Owner")
    assert schemas["/definitions/Owner"].properties["pets"].items == Schema(ref="/definitions/Pet")


@pytest.mark.parametrize("version", ["2.0", "2", 2, 2.0])
def test_the_version_may_be_a_text_or_a_number(version: object) -> None:
    """Careless YAML has a number in the place of the text that the format asks for."""
    assert read_json({"swagger": version, "paths": {}}).about.format == "swagger-2.0"


@pytest.mark.parametrize(
    ("parts", "urls"),
    [
        ({}, []),
        ({"host": "a.example"}, ["//a.example"]),
        ({"host": "a.example", "basePath": "/v1"}, ["//a.example/v1"]),
        ({"host": "a.example", "basePath": "v1", "schemes": ["http"]}, ["http://a.example/v1"]),
        ({"host": "a.example:8", "schemes": ["HTTPS", "ws", "https"]}, ["https://a.example:8", "ws://a.example:8"]),
        ({"host": "https://a.example", "basePath": "/"}, ["https://a.example/"]),
        ({"host": "https://a.example", "schemes": ["http"]}, ["http://a.example"]),
        ({"host": "javascript://a.example", "schemes": ["file", 1]}, ["//a.example"]),
        ({"basePath": "/v1", "schemes": ["https"]}, ["/v1"]),
        ({"host": [], "basePath": {}, "schemes": "https"}, []),
    ],
)
def test_host_base_path_and_schemes_are_servers(parts: JSON, urls: list[str]) -> None:
    """Each scheme is a server; without a host the address is relative, and without a scheme it has none."""
    assert [server.url for server in read_json(swagger(**parts)).about.servers] == urls


def test_schemes_of_an_operation_are_its_own_servers() -> None:
    """An operation that names its schemes has its own servers; others leave them to the document."""
    tree = swagger({"/x": {"get": {"schemes": ["wss"]}, "put": {}}}, host="a.example", schemes=["https"])
    found = [[server.url for server in operation.servers] for operation in read_json(tree).operations]
    assert found == [["wss://a.example"], []]


def test_an_address_without_end_is_left_out() -> None:
    """A host that each operation would repeat is named once and not taken."""
    spec = read_json(swagger({"/x": {"get": {"schemes": ["http"]}}}, host="a" * 3000, schemes=["https"]))
    assert (spec.about.servers, spec.operations[0].servers) == ((), ())
    assert [problem.pointer for problem in spec.problems] == ["/host"]


@pytest.mark.parametrize(
    ("node", "parameter"),
    [
        (
            {"name": "n", "in": "query", "type": "integer", "format": "int32", "default": 1, "maximum": 9},
            Parameter(
                name="n",
                location="query",
                schema=Schema(type="integer", format="int32", default=1, limits={"maximum": 9}),
            ),
        ),
        (
            {
                "name": "ids",
                "in": "header",
                "required": True,
                "description": "Some",
                "type": "array",
                "collectionFormat": "pipes",
                "items": {"type": "string", "enum": ["a", "b"]},
            },
            Parameter(
                name="ids",
                location="header",
                required=True,
                description="Some",
                schema=Schema(type="array", items=Schema(type="string", enum=("a", "b"))),
                serialization=Serialization(style="pipeDelimited", explode=False),
            ),
        ),
        (
            {"name": "p", "in": "path", "type": "string", "x-example": "e", "deprecated": True},
            Parameter(
                name="p",
                location="path",
                required=True,
                deprecated=True,
                schema=Schema(type="string"),
                example="e",
                extensions={"x-example": "e"},
            ),
        ),
        (
            {"name": "s", "in": "query", "schema": {"type": "string"}, "example": 0},
            Parameter(name="s", location="query", schema=Schema(type="string"), example=0),
        ),
    ],
)
def test_parameters_are_their_own_schemas(node: JSON, parameter: Parameter) -> None:
    """What a parameter says of its value becomes its schema."""
    assert only_operation(swagger_operation({"parameters": [node]})).parameters == (parameter,)


def test_an_operation_overrides_the_parameters_of_its_path() -> None:
    """Name and place decide among parameters; there is only one body."""
    tree = swagger(
        {
            "/x": {
                "parameters": [
                    {"name": "a", "in": "query", "type": "string"},
                    {"name": "b", "in": "body", "schema": {"type": "string"}},
                ],
                "post": {
                    "parameters": [
                        {"name": "a", "in": "query", "type": "integer"},
                        {"in": "body", "description": "own", "schema": {"type": "integer"}},
                    ]
                },
            }
        }
    )
    operation = only_operation(tree)
    assert operation.parameters == (Parameter(name="a", location="query", schema=Schema(type="integer")),)
    assert operation.body == Body(
        description="own", content=(Content(media_type="*/*", schema=Schema(type="integer")),)
    )


def media_types(operation: JSON, **parts: Any) -> tuple[list[str], list[str]]:
    """Return the media types of the body and of the one response."""
    parameters = [{"name": "b", "in": "body", "schema": {}}]
    tree = swagger_operation({"parameters": parameters, "responses": {"200": {"schema": {}}}, **operation}, **parts)
    read_ = only_operation(tree)
    assert read_.body is not None
    [response] = read_.responses
    return [content.media_type for content in read_.body.content], [content.media_type for content in response.content]


def test_media_types_of_the_document_and_of_an_operation() -> None:
    """An operation's own media types replace the document's; where none is named any may come."""
    assert media_types({}) == (["*/*"], ["*/*"])
    document_ = {"consumes": ["a/b", "a/b", ""], "produces": ["c/d", "e/f", 1]}
    assert media_types({}, **document_) == (["a/b"], ["c/d", "e/f", "1"])
    assert media_types({"consumes": ["x/y"], "produces": []}, **document_) == (["x/y"], ["*/*"])


def form(*fields: JSON, **operation: Any) -> Body | None:
    """Return the body that these form fields are read as."""
    parameters = [{"in": "formData", **field} for field in fields]
    return only_operation(swagger_operation({"parameters": parameters, **operation})).body


def test_form_fields_are_one_body() -> None:
    """Fields of a form are the properties of one object, with their descriptions."""
    assert form(
        {"name": "a", "type": "string", "required": True, "description": "First"}, {"name": "b", "type": "integer"}
    ) == Body(
        required=True,
        content=(
            Content(
                media_type="application/x-www-form-urlencoded",
                schema=Schema(
                    type="object",
                    properties={"a": Schema(type="string", description="First"), "b": Schema(type="integer")},
                    required=("a",),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("kind", "consumes", "expected"),
    [
        ("string", [], ["application/x-www-form-urlencoded"]),
        ("string", ["application/json"], ["application/x-www-form-urlencoded"]),
        ("string", ["multipart/form-data"], ["multipart/form-data"]),
        ("file", [], ["multipart/form-data"]),
        ("file", ["application/x-www-form-urlencoded", "multipart/form-data"], ["multipart/form-data"]),
    ],
)
def test_how_a_form_is_sent(kind: str, consumes: list[str], expected: list[str]) -> None:
    """A file needs a form of several parts; otherwise the document chooses among the two."""
    body = form({"name": "a", "type": kind}, consumes=consumes)
    assert body is not None
    assert [content.media_type for content in body.content] == expected


def test_files_are_binary_strings() -> None:
    """A file is a string of bytes, in a form and in a response."""
    body = form({"name": "a", "type": "file"})
    assert body is not None
    binary = Schema(type="string", format="binary")
    assert body.content[0].schema.properties == {"a": binary}
    operation = only_operation(swagger_operation({"responses": {"200": {"schema": {"type": "file"}}}}))
    assert operation.responses[0].content == (Content(media_type="*/*", schema=binary),)


def test_a_body_and_a_form_exclude_each_other() -> None:
    """Where both are declared the body is read, and the document's mistake is named."""
    parameters = [{"name": "f", "in": "formData", "type": "string"}, {"name": "b", "in": "body", "schema": {}}]
    spec = read_json(swagger_operation({"parameters": parameters}))
    assert spec.operations[0].body == Body(content=(Content(media_type="*/*"),))
    assert [problem.pointer for problem in spec.problems] == ["/paths/~1x/post"]


def test_responses_have_examples_and_headers() -> None:
    """An example belongs to its media type, also to one that is named nowhere else; headers are parameters."""
    response = {
        "description": "ok",
        "schema": {"type": "object"},
        "examples": {"application/json": {"a": 1}, "text/csv": "a", "x-note": 1, "wrong": 2},
        "headers": {"X-Left": {"type": "integer", "description": "Calls left"}, "Bad": 1},
    }
    spec = read_json(
        swagger_operation({"produces": ["application/xml", "application/json"], "responses": {"200": response}})
    )
    schema = Schema(type="object")
    assert spec.operations[0].responses == (
        Response(
            status="200",
            description="ok",
            content=(
                Content(media_type="application/xml", schema=schema),
                Content(media_type="application/json", schema=schema, example={"a": 1}),
                Content(media_type="text/csv", schema=schema, example="a"),
            ),
            headers=(
                Parameter(name="X-Left", location="header", description="Calls left", schema=Schema(type="integer")),
            ),
        ),
    )
    assert {(problem.pointer, problem.message) for problem in spec.problems} == {
        ("/paths/~1x/post/responses/200/headers/Bad", "is not a mapping"),
        ("/paths/~1x/post/responses/200/examples/wrong", "is no media type"),
    }


def test_large_examples_are_kept_once() -> None:
    """An example of more than a kilobyte in a shared response is kept under its own pointer."""
    large = ["x" * 2000]
    reference = {"$ref": "#/responses/Page"}
    tree = swagger_operation(
        {"responses": {"200": reference, "201": reference}}, responses={"Page": {"examples": {"a/b": large}}}
    )
    spec = read_json(tree)
    pointer = "/responses/Page/examples/a~1b"
    assert spec.examples == {pointer: large}
    for response in spec.operations[0].responses:
        assert response.content == (Content(media_type="a/b", example_ref=pointer),)


def test_extensions_of_a_parameter_are_not_those_of_its_schema() -> None:
    """Parameter and schema are one node, whose extensions go with the parameter; what is said of values is read."""
    node = {"name": "a", "in": "query", "type": "string", "enum": ["x"], "x-a": 1, "x-enum-varnames": ["X"]}
    [parameter] = only_operation(swagger_operation({"parameters": [node]})).parameters
    assert parameter.extensions == {"x-a": 1, "x-enum-varnames": ["X"]}
    assert parameter.schema == Schema(type="string", enum=("x",), enum_values={"x": EnumValue(description="X")})


def test_security_schemes_are_read_as_those_of_openapi() -> None:
    """Basic authentication is a kind of HTTP authentication, and the one flow of OAuth has scopes and addresses."""
    schemes = {
        "plain": {"type": "basic", "description": "Name and password"},
        "key": {"type": "apiKey", "in": "query", "name": "k"},
        "oauth": {
            "type": "oauth2",
            "flow": "accessCode",
            "tokenUrl": "https://e/token",
            "authorizationUrl": "https://e/auth",
            "scopes": {"read": "Look"},
        },
        "none": None,
    }
    spec = read_json(swagger(securityDefinitions=schemes))
    assert spec.about.security_schemes == (
        SecurityScheme(name="plain", type="http", scheme="basic", description="Name and password"),
        SecurityScheme(name="key", type="apiKey", location="query", parameter="k"),
        SecurityScheme(
            name="oauth",
            type="oauth2",
            scopes={"read": "Look"},
            token_url="https://e/token",  # noqa: S106 - an address
            authorization_url="https://e/auth",
        ),
    )
    assert [problem.pointer for problem in spec.problems] == ["/securityDefinitions/none"]


def test_security_of_the_document_and_of_an_operation() -> None:
    """An operation's own security replaces the document's; an empty list means that none is needed."""
    tree = swagger(
        {"/x": {"get": {}, "put": {"security": []}, "post": {"security": [{}, {"oauth": ["a", "b"]}]}}},
        security=[{"key": []}],
    )
    assert {operation.method: operation.security for operation in read_json(tree).operations} == {
        "GET": ((Grant(scheme="key"),),),
        "PUT": (),
        "POST": ((), (Grant(scheme="oauth", scopes=("a", "b")),)),
    }


def test_a_path_may_be_a_reference() -> None:
    """A path item that refers to another one has its operations."""
    tree = swagger({"/a": {"get": {"summary": "One"}}, "/b": {"$ref": "#/paths/~1a"}, "/c": {"$ref": "#/paths/~1d"}})
    assert [operation.key for operation in read_json(tree).operations] == ["GET /a", "GET /b"]
    assert problems(tree) == [("/paths/~1c", "refers to #/paths/~1d, which does not exist")]


def test_what_openapi_added_is_no_part_of_swagger() -> None:
    """Cookies and the method trace came with OpenAPI 3."""
    tree = swagger({"/x": {"trace": {}, "get": {"parameters": [{"name": "c", "in": "cookie"}]}}})
    assert [operation.key for operation in read_json(tree).operations] == ["GET /x"]
    assert problems(tree) == [
        ("/paths/~1x/get/parameters/0", "is no parameter: it lacks a name or a known place"),
    ]


@pytest.mark.parametrize(
    "operation",
    [
        {"parameters": [{"name": "f", "in": "formData", "type": "string"}]},
        {"parameters": [{"name": "b", "in": "body", "schema": {}}]},
        {"responses": {"200": {"schema": {}}}},
        {"responses": {"200": {"examples": {str(number): 1 for number in range(100)}}}},
        {"schemes": ["https"] * 100},
    ],
    ids=["form", "body", "response", "examples", "schemes"],
)
def test_lists_of_the_document_cannot_multiply(operation: JSON) -> None:
    """Media types or schemes that every path repeats are counted, and a document with millions is refused."""
    types = [f"a/{number}" for number in range(100)]
    paths: JSON = {f"/{number}": {"$ref": "#/paths/~10"} for number in range(1, 20)}
    with pytest.raises(SpecError, match="more than 1,000 parts once its references are followed"):
        read_json(swagger({"/0": {"get": operation}, **paths}, host="a.example", consumes=types, produces=types), FEW)


def test_a_schema_counts_for_each_media_type() -> None:
    """A large schema under many media types is kept as often, so that both together are bounded."""
    response = {"schema": {"allOf": [{}] * 50}}
    tree = swagger_operation({"produces": [f"a/{number}" for number in range(50)], "responses": {"200": response}})
    with pytest.raises(SpecError, match="more than 1,000 parts once its references are followed"):
        read_json(tree, FEW)


KEYS = st.sampled_from(
    "$ref schema type properties items allOf enum example examples parameters name in required responses headers get"
    " post description tags security host basePath schemes consumes produces default 200 x-y /a a/b discriminator"
    " securityDefinitions flow scopes collectionFormat".split()
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["#/definitions/A", "#/paths", "#/", "http://x/y", "file", "body", "formData", "query", "oauth2"])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=4)
)


@settings(max_examples=100, deadline=None)
@given(data=st.data(), edits=st.integers(1, 3))
def test_a_damaged_document_is_read_or_refused(data: st.DataObject, edits: int) -> None:
    """Whatever takes the place of a part, a spec that can be kept comes out, or SpecError."""
    tree = json.loads(json.dumps(PETS))
    for _ in range(edits):
        node, key = tree, data.draw(st.sampled_from(sorted(tree)))
        while node[key] and isinstance(node[key], dict | list) and data.draw(st.booleans() | st.just(True)):
            node = node[key]
            key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        node[key] = data.draw(VALUES)
    try:
        spec = read(json.dumps(tree).encode())
    except SpecError:
        return
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(spec), type=Spec) == spec
    assert all(map(is_safe, texts(msgspec.to_builtins(spec, str_keys=True))))
