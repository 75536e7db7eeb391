from itertools import pairwise

import pytest

from engine.errors import SpecError
from engine.specs.model import (
    Content,
    EnumValue,
    Example,
    Grant,
    Link,
    Parameter,
    Schema,
    SecurityScheme,
    Serialization,
    Server,
    ServerVariable,
    Tag,
    Xml,
)
from engine.specs.problems import MAX_MESSAGE, MAX_PROBLEMS
from engine.specs.read import read
from tests.specs.builders import FEW, JSON, PETS, document, only_operation, operation_document, problems, read_json

TEXT = Schema(type="string")


def test_a_small_document_is_read_whole() -> None:
    """Operations come in the order of the document with everything that was said of them."""
    spec = read_json(PETS)
    assert [operation.key for operation in spec.operations] == [
        "GET /pets",
        "POST /pets",
        "GET /pets/{petId}",
        "DELETE /pets/{petId}",
    ]
    show, delete = spec.operations[2:]
    assert show.pointer == "/paths/~1pets~1{petId}/get"
    assert (
        show.parameters
        == delete.parameters
        == (Parameter(name="petId", location="path", required=True, schema=Schema(type="string")),)
    )
    assert delete.deprecated
    assert set(spec.schemas) == {"/components/schemas/Pet", "/components/schemas/Owner"}
    assert spec.problems == ()


def test_schemas_that_refer_to_each_other_stay_references() -> None:
    """A circle of schemas is ordinary: each is kept once, under its pointer."""
    schemas = read_json(PETS).schemas
    assert schemas["/components/schemas/Pet"].properties["owner"] == Schema(ref="/components/schemas/Owner")
    assert schemas["/components/schemas/Owner"].properties["pets"].items == Schema(ref="/components/schemas/Pet")


@pytest.mark.parametrize("ref", ["#", "#Pet", "#Pet/name"])
def test_references_into_nothing_are_named(ref: str) -> None:
    """A reference that is no pointer and no anchor becomes a problem, wherever it stands; the rest is read."""
    node = {"$ref": ref}
    tree = operation_document(
        {
            "parameters": [node],
            "requestBody": node,
            "responses": {
                "200": node,
                "201": {
                    "description": "ok",
                    "headers": {"X": node},
                    "links": {"l": node},
                    "content": {"text/plain": {"schema": node, "examples": {"e": node}}},
                },
            },
            "callbacks": {"c": node},
        },
        components={"schemas": {"A": {"properties": {"b": node}}}, "securitySchemes": {"s": node}},
    )
    tree["paths"]["/y"] = node
    spec = read_json(tree)
    assert {problem.pointer for problem in spec.problems} == {
        "/paths/~1x/get/parameters/0",
        "/paths/~1x/get/requestBody",
        "/paths/~1x/get/responses/200",
        "/paths/~1x/get/responses/201/headers/X",
        "/paths/~1x/get/responses/201/links/l",
        "/paths/~1x/get/responses/201/content/text~1plain/examples/e",
        "/paths/~1x/get/responses/201/content/text~1plain/schema",
        "/paths/~1x/get/callbacks/c",
        "/paths/~1y",
        "/components/schemas/A/properties/b",
        "/components/securitySchemes/s",
    }
    assert {problem.message for problem in spec.problems} == {f"refers to {ref}, which is not a part of the document"}


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        ("#/components/parameters/None", "refers to #/components/parameters/None, which does not exist"),
        ("#/paths/~1x/get/parameters/9", "refers to #/paths/~1x/get/parameters/9, which does not exist"),
        ("#/paths/~1x/get/parameters/-1", "refers to #/paths/~1x/get/parameters/-1, which does not exist"),
        ("#/info/title/0", "refers to #/info/title/0, which does not exist"),
        ("#/info/title", "is not a mapping"),
        ("#/components/parameters/Circle", "is a circle of references"),
        ("#/paths/~1x/get/parameters/0", "is a circle of references"),
    ],
)
def test_references_that_lead_nowhere_are_problems(ref: str, message: str) -> None:
    """A dangling reference, and one that leads back to itself, cost that part alone."""
    circle = {"Circle": {"$ref": "#/components/parameters/Ring"}, "Ring": {"$ref": "#/components/parameters/Circle"}}
    tree = operation_document({"parameters": [{"$ref": ref}]}, components={"parameters": circle})
    assert problems(tree) == [("/paths/~1x/get/parameters/0", message)]


def test_an_index_of_any_length_is_no_error() -> None:
    """A reference into a list with a number too long for Python's own limit leads nowhere."""
    [(_, message)] = problems(operation_document({"parameters": [{"$ref": f"#/l/{'9' * 5000}"}]}, l=[1]))
    assert message.startswith("refers to #/l/999")
    assert len(message) <= MAX_MESSAGE


def test_a_dangling_schema_is_named_once_with_its_place() -> None:
    """A schema that does not exist is a problem of the place that refers to it."""
    tree = operation_document(
        {"parameters": [{"name": "a", "in": "query", "schema": {"$ref": "#/components/schemas/Gone"}}]}
    )
    assert problems(tree) == [
        ("/paths/~1x/get/parameters/0/schema", "refers to #/components/schemas/Gone, which does not exist")
    ]


def test_schemas_that_are_only_references_in_a_circle_are_kept() -> None:
    """Two schemas that are nothing but references to each other are kept as such."""
    spec = read_json(
        document(
            components={"schemas": {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}}
        )
    )
    assert spec.schemas["/components/schemas/A"].ref == "/components/schemas/B"
    assert spec.problems == ()


def test_shared_parts_are_followed() -> None:
    """Parameters, bodies, responses, headers and path items may all be references, several steps long."""
    operation = only_operation(
        document(
            {"/x": {"$ref": "#/components/pathItems/X"}},
            openapi="3.1.0",
            components={
                "pathItems": {
                    "X": {
                        "summary": "Of the path",
                        "get": {
                            "parameters": [{"$ref": "#/components/parameters/Page"}],
                            "requestBody": {"$ref": "#/components/requestBodies/Any"},
                            "responses": {"default": {"$ref": "#/components/responses/Error"}},
                        },
                    }
                },
                "parameters": {
                    "Page": {"$ref": "#/components/parameters/RealPage"},
                    "RealPage": {
                        "name": "page",
                        "in": "query",
                        "deprecated": True,
                        "examples": {"first": {"$ref": "#/components/examples/One"}},
                    },
                },
                "requestBodies": {"Any": {"required": True, "content": {"text/plain": {}}}},
                "responses": {
                    "Error": {"description": "Oh", "headers": {"X-Left": {"$ref": "#/components/headers/Left"}}}
                },
                "headers": {"Left": {"description": "Calls left", "schema": {"type": "integer"}}},
                "examples": {"One": {"value": 1}},
            },
        )
    )
    assert operation.summary == "Of the path"
    assert operation.parameters == (Parameter(name="page", location="query", deprecated=True, example=1),)
    assert operation.body is not None
    assert (operation.body.required, operation.body.content[0].media_type) == (True, "text/plain")
    [response] = operation.responses
    assert (response.status, response.description) == ("default", "Oh")
    assert response.headers == (
        Parameter(name="X-Left", location="header", description="Calls left", schema=Schema(type="integer")),
    )


def test_references_may_be_escaped() -> None:
    """`~1`, `~0` and percent-encoding in a reference lead to the key that they stand for."""
    spec = read_json(
        operation_document(
            {
                "parameters": [
                    {"$ref": "#/components/parameters/a~1b~0c%20d"},
                    {"$ref": "#/components/parameters/%7Be%7D"},
                ]
            },
            components={
                "parameters": {"a/b~c d": {"name": "one", "in": "query"}, "{e}": {"name": "two", "in": "query"}}
            },
        )
    )
    assert [parameter.name for parameter in spec.operations[0].parameters] == ["one", "two"]


def test_an_operation_overrides_the_parameters_of_its_path() -> None:
    """Name and place decide: the operation's own one wins, in the place of the path's; others stay."""
    tree = document(
        {
            "/x/{id}": {
                "parameters": [{"name": "id", "in": "path", "description": "path's"}, {"name": "id", "in": "header"}],
                "get": {
                    "parameters": [{"name": "id", "in": "path", "description": "own"}, {"name": "n", "in": "query"}]
                },
            }
        }
    )
    assert [(p.name, p.location, p.description, p.required) for p in only_operation(tree).parameters] == [
        ("id", "path", "own", True),
        ("id", "header", "", False),
        ("n", "query", "", False),
    ]


def test_broken_parts_cost_only_themselves() -> None:
    """What is of the wrong type is named with its pointer, and the other parts are read."""
    tree = document(
        {
            "/a": [],
            "/b": {
                "get": 1,
                "put": {
                    "parameters": [1, {"in": "query"}, {"name": "x", "in": "body"}],
                    "requestBody": [],
                    "responses": {"200": 2, "201": {"content": {"a/b": 3}}},
                },
            },
            "/c": {
                "get": {
                    "parameters": {"name": "x"},
                    "responses": [],
                    "tags": "x",
                    "security": {},
                    "summary": ["x"],
                    "description": {"x": 1},
                    "deprecated": "yes",
                }
            },
        }
    )
    assert problems(tree) == [
        ("/paths/~1a", "is not a mapping"),
        ("/paths/~1b/get", "is not a mapping"),
        ("/paths/~1b/put/parameters/0", "is not a mapping"),
        ("/paths/~1b/put/parameters/1", "is no parameter: it lacks a name or a known place"),
        ("/paths/~1b/put/parameters/2", "is no parameter: it lacks a name or a known place"),
        ("/paths/~1b/put/requestBody", "is not a mapping"),
        ("/paths/~1b/put/responses/200", "is not a mapping"),
        ("/paths/~1b/put/responses/201/content/a~1b", "is not a mapping"),
    ]
    last = read_json(tree).operations[-1]
    assert (last.key, last.summary, last.description, last.tags, last.deprecated) == ("GET /c", "", "", (), False)


def test_problems_are_limited() -> None:
    """A document that is broken in one way many times is not listed without end."""
    assert len(problems(document({f"/{number}": 1 for number in range(MAX_PROBLEMS + 50)}))) == MAX_PROBLEMS


def test_extensions_are_no_operations() -> None:
    """What begins with `x-` is passed over without a problem: beside paths, methods and status codes."""
    tree = document(
        {"x-note": 1, "/x": {"x-get": {}, "get": {"x-y": 1, "responses": {"x-z": 1, "200": {}}}}}, **{"x-top": []}
    )
    spec = read_json(tree)
    assert spec.problems == ()
    assert [response.status for response in spec.operations[0].responses] == ["200"]


def test_titles_and_summaries_are_lines() -> None:
    """YAML's folded texts end in a line break; names that stand in lists do not keep it."""
    tree = operation_document(
        {"summary": "Do\n it\n", "operationId": " x\n", "tags": ["a\n", "", 1], "description": "two\nlines\n"},
        tags=[{"name": "a\n"}, {"name": ""}, 3],
    )
    tree["info"] = {"title": "The\n API\n", "version": 2}
    spec = read_json(tree)
    [operation] = spec.operations
    assert (spec.about.title, spec.about.version, spec.about.tags) == ("The API", "2", (Tag(name="a"),))
    assert (operation.summary, operation.operation_id, operation.tags) == ("Do it", "x", ("a", "1"))
    assert operation.description == "two\nlines\n"


def test_a_document_without_a_title_has_one() -> None:
    """A document that says nothing of itself is named so."""
    assert read_json({"openapi": "3.0.0", "paths": {}}).about.title == "Untitled API"


@pytest.mark.parametrize(
    ("version", "form"),
    [("3.0.0", "openapi-3.0"), ("3.1.1", "openapi-3.1"), (3.1, "openapi-3.1"), ("3.2.0", "openapi-3.2")],
)
def test_the_form_is_named(version: object, form: str) -> None:
    """The version may be a text or, as careless YAML has it, a number."""
    assert read_json({"openapi": version, "paths": {}}).about.format == form


@pytest.mark.parametrize("paths", [{}, {"paths": None}, {"paths": {}}])
def test_a_document_may_have_no_paths(paths: JSON) -> None:
    """Since OpenAPI 3.1 a document may have webhooks or components alone; it is read, and has no operations."""
    head = {"openapi": "3.1.0", "info": {"title": "Hooks"}, **paths}
    spec = read_json({**head, "webhooks": {"w": {"post": {}}}})
    assert (spec.operations, [hook.key for hook in spec.webhooks]) == ((), ["POST w"])
    spec = read_json({**head, "components": {"schemas": {"A": {"type": "string"}}}})
    assert (spec.operations, spec.webhooks, list(spec.schemas)) == ((), (), ["/components/schemas/A"])


@pytest.mark.parametrize(("version", "key"), [("3.0.3", "x-webhooks"), ("3.1.0", "webhooks"), ("3.2.0", "webhooks")])
def test_webhooks_are_calls_to_the_client(version: str, key: str) -> None:
    """A webhook is read as an operation is, under its name and apart from what can be called."""
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Event"}}}}
    hooks = {"new-pet": {"post": {"summary": "A pet came", "requestBody": body}}, "old": {"$ref": "#/paths/~1x"}}
    tree = document(
        {"/x": {"get": {}}},
        openapi=version,
        security=[{"key": []}],
        components={"schemas": {"Event": {}}},
        **{key: hooks},
    )
    spec = read_json(tree)
    assert spec.problems == ()
    assert [operation.key for operation in spec.operations] == ["GET /x"]
    post, get = spec.webhooks
    assert (post.key, post.pointer, post.incoming) == ("POST new-pet", f"/{key}/new-pet/post", True)
    assert (get.key, get.incoming, get.security) == ("GET old", True, ())
    assert post.body is not None
    assert post.body.content[0].schema == Schema(ref="/components/schemas/Event")
    assert spec.about.extensions == {}


def test_broken_webhooks_are_problems() -> None:
    """Webhooks that are no mapping, or one that is none, cost only themselves."""
    assert problems(document(openapi="3.1.0", webhooks=[1], **{"x-webhooks": {"w": 1}})) == [
        ("/webhooks", "is not a mapping"),
        ("/x-webhooks/w", "is not a mapping"),
    ]


def test_keys_are_unique_in_a_document() -> None:
    """A webhook that is called as a path is, and a callback with the address of another one, get a number."""
    address = "{$request.body#/url}"
    callbacks = {name: {address: {"post": {"summary": name}}, "x-note": 1} for name in "abc"}
    tree = document({"/x": {"post": {"callbacks": callbacks}}}, openapi="3.1.0", webhooks={"/x": {"post": {}}})
    spec = read_json(tree)
    assert [hook.key for hook in spec.webhooks] == ["POST /x#2"]
    assert [(call.key, call.summary) for call in spec.operations[0].callbacks] == [
        (f"POST {address}", "a"),
        (f"POST {address}#2", "b"),
        (f"POST {address}#3", "c"),
    ]


def test_callbacks_are_calls_to_the_client() -> None:
    """A callback is an incoming operation whose path is the expression of its address; those inside it are left out."""
    paid = {"{$request.query.url}/paid": {"put": {"operationId": "paid", "callbacks": {"deeper": {"x": {"get": {}}}}}}}
    tree = operation_document(
        {"callbacks": {"paid": {"$ref": "#/components/callbacks/Paid"}, "x-note": 1}},
        components={"callbacks": {"Paid": paid}},
        security=[{"key": []}],
    )
    [call] = only_operation(tree).callbacks
    assert (call.key, call.incoming, call.security) == ("PUT {$request.query.url}/paid", True, ())
    assert call.pointer == "/components/callbacks/Paid/{$request.query.url}~1paid/put"
    assert (call.operation_id, call.callbacks) == ("paid", ())
    assert read_json(tree).problems == ()


def test_links_lead_from_a_response_to_an_operation() -> None:
    """A link names the operation, or points to it, and says which value goes into which parameter."""
    links = {
        "get": {"operationId": "getPet", "parameters": {"id": "$response.body#/id", "n": 1}, "description": "It"},
        "list": {"operationRef": "#/paths/~1x/get"},
        "far": {"operationRef": "https://e/api.json#/paths/~1y/get"},
        "shared": {"$ref": "#/components/links/Shared"},
    }
    tree = operation_document(
        {"responses": {"200": {"links": links}}}, components={"links": {"Shared": {"operationId": "s"}}}
    )
    [response] = only_operation(tree).responses
    assert response.links == (
        Link(
            name="get",
            operation="getPet",
            parameters={"id": "$response.body#/id", "n": "1"},
            description="It",
        ),
        Link(name="list", operation="/paths/~1x/get"),
        Link(name="far", operation="https://e/api.json#/paths/~1y/get"),
        Link(name="shared", operation="s"),
    )


def test_extensions_are_kept() -> None:
    """What begins with `x-` is kept with the part that has it, as it is written."""
    note: JSON = {"x-note": {"a": [1]}}
    tree = operation_document(
        {
            **note,
            "parameters": [{"name": "p", "in": "query", "schema": {"type": "string", **note}, **note}],
            "responses": {"200": {**note, "headers": {"X": {**note}}}},
        },
        tags=[{"name": "t", **note}],
        components={
            "securitySchemes": {"s": {"type": "http", **note}},
            "schemas": {"A": {"$ref": "#/components/schemas/B", **note}, "B": {}},
        },
        **{"x-top": 1, "x-webhooks": {}},
    )
    tree["info"] |= note
    spec = read_json(tree)
    [operation] = spec.operations
    [parameter], [response] = operation.parameters, operation.responses
    for part in (
        operation,
        parameter,
        parameter.schema,
        response,
        response.headers[0],
        spec.about.tags[0],
        spec.about.security_schemes[0],
        spec.schemas["/components/schemas/A"],
    ):
        assert part.extensions == note
    assert spec.about.extensions == {**note, "x-top": 1}


def test_what_stands_beside_a_reference() -> None:
    """A reference may describe what it refers to, and a path item may add to it; the first reference counts."""
    tree = document(
        {
            "/x": {
                "$ref": "#/components/pathItems/X",
                "summary": "Own",
                "post": {
                    "summary": "More",
                    "responses": {"200": {"$ref": "#/components/responses/A", "description": "1"}},
                },
            }
        },
        openapi="3.1.0",
        components={
            "pathItems": {"X": {"summary": "Theirs", "get": {"operationId": "g"}}},
            "responses": {
                "A": {"$ref": "#/components/responses/B", "description": "2"},
                "B": {"description": "3", "headers": {"H": {}}},
            },
        },
    )
    get, post = read_json(tree).operations
    assert (get.summary, get.operation_id, post.summary) == ("Own", "g", "More")
    [response] = post.responses
    assert (response.description, [header.name for header in response.headers]) == ("1", ["H"])


def test_a_problem_of_a_shared_part_is_told_once() -> None:
    """What is wrong in a shared part is a problem of that part, however many refer to it."""
    shared = {"$ref": "#/components/responses/Bad"}
    tree = document(
        {f"/{number}": {"get": {"responses": {"200": shared}}} for number in range(3)},
        components={"responses": {"Bad": {"headers": {"X": 1}}}},
    )
    assert problems(tree) == [("/components/responses/Bad/headers/X", "is not a mapping")]


def test_methods_of_openapi_3_2() -> None:
    """QUERY is a method like others, and further ones stand under `additionalOperations` as they are sent."""
    more = {"LINK": {"summary": "Link"}, "M-SEARCH": {}, "POST": {}, "get": {}, "a;b": {}, "-x": {}, "COPY": 1}
    item = {"parameters": [1], "query": {"requestBody": {"content": {"a/b": {}}}}, "additionalOperations": more}
    spec = read_json(document({"/x": item}, openapi="3.2.0"))
    found = [(operation.key, operation.pointer) for operation in spec.operations]
    assert found == [
        ("QUERY /x", "/paths/~1x/query"),
        ("LINK /x", "/paths/~1x/additionalOperations/LINK"),
        ("M-SEARCH /x", "/paths/~1x/additionalOperations/M-SEARCH"),
    ]
    assert spec.operations[0].body is not None
    where = "/paths/~1x/additionalOperations"
    assert set(problems(document({"/x": item}, openapi="3.2.0"))) == {
        ("/paths/~1x/parameters/0", "is not a mapping"),
        (f"{where}/POST", "has its own place in the path item"),
        (f"{where}/get", "has its own place in the path item"),
        (f"{where}/a;b", "is no method"),
        (f"{where}/-x", "is no method"),
        (f"{where}/COPY", "is not a mapping"),
    }


def test_streams_and_examples_of_openapi_3_2() -> None:
    """The items of a stream are those of an array; a media type may be shared, and an example is a `dataValue`."""
    components = {
        "mediaTypes": {"Lines": {"itemSchema": {"type": "integer"}, "examples": {"a": {"dataValue": [1]}}}},
        "examples": {"Two": {"dataValue": [2]}},
    }
    content = {
        "application/jsonl": {"$ref": "#/components/mediaTypes/Lines"},
        "text/event-stream": {
            "itemSchema": {"$ref": "#/components/schemas/A"},
            "examples": {"b": {"$ref": "#/components/examples/Two"}},
        },
        "a/b": {"schema": {"type": "string"}, "itemSchema": {}},
    }
    tree = operation_document(
        {"responses": {"200": {"summary": "Lines", "content": content}}}, openapi="3.2.0", components=components
    )
    spec = read_json(tree)
    [response] = spec.operations[0].responses
    assert response.description == "Lines"
    assert response.content == (
        Content(
            media_type="application/jsonl",
            schema=Schema(type="array", format="stream", items=Schema(type="integer")),
            example=[1],
        ),
        Content(
            media_type="text/event-stream",
            schema=Schema(type="array", format="stream", items=Schema(ref="/components/schemas/A")),
            example_ref="/components/examples/Two/dataValue",
        ),
        Content(media_type="a/b", schema=Schema(type="string")),
    )
    assert spec.examples == {"/components/examples/Two/dataValue": [2]}


def test_what_else_openapi_3_2_added_is_passed_over() -> None:
    """The document's own address, names of servers and the order of tags cost nothing."""
    spec = read_json(
        document(
            openapi="3.2.0",
            servers=[{"url": "https://e", "name": "main"}],
            tags=[{"name": "a", "summary": "A", "parent": "b", "kind": "nav"}],
            **{"$self": "https://e/openapi.json"},
        )
    )
    assert (spec.about.servers, spec.about.tags) == ((Server(url="https://e"),), (Tag(name="a"),))
    assert spec.problems == ()


def test_security_of_the_document_and_of_an_operation() -> None:
    """An operation's own security replaces the document's; an empty list or alternative means none is needed."""
    tree = document(
        {
            "/x": {
                "get": {},
                "put": {"security": [{}, {"key": [], "oauth": ["read", "write"]}]},
                "post": {"security": []},
                "patch": {"security": None},
                "delete": {"security": [1, {"key": "x"}]},
            }
        },
        security=[{"key": []}, {"oauth": ["read"]}],
    )
    found = {operation.method: operation.security for operation in read_json(tree).operations}
    assert found == {
        "GET": ((Grant(scheme="key"),), (Grant(scheme="oauth", scopes=("read",)),)),
        "PUT": ((), (Grant(scheme="key"), Grant(scheme="oauth", scopes=("read", "write")))),
        "POST": (),
        "PATCH": (),
        "DELETE": ((Grant(scheme="key"),),),
    }


def test_security_schemes_are_read() -> None:
    """Each kind of scheme keeps what a client needs, scopes of all flows together."""
    flows = {
        "clientCredentials": {"tokenUrl": "https://e/token", "scopes": {"read": "Look"}},
        "authorizationCode": {"authorizationUrl": "https://e/auth", "tokenUrl": "https://e/2", "scopes": {"write": 1}},
        "broken": 3,
    }
    schemes = {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "bearer": {"type": "http", "scheme": "bearer", "description": "A token"},
        "oauth": {"type": "oauth2", "flows": flows},
        "shared": {"$ref": "#/components/securitySchemes/key"},
        "none": None,
    }
    spec = read_json(document(components={"securitySchemes": schemes}))
    assert spec.about.security_schemes == (
        SecurityScheme(name="key", type="apiKey", location="header", parameter="X-Key"),
        SecurityScheme(name="bearer", type="http", scheme="bearer", description="A token"),
        SecurityScheme(
            name="oauth",
            type="oauth2",
            scopes={"read": "Look", "write": "1"},
            token_url="https://e/token",  # noqa: S106 - an address
            authorization_url="https://e/auth",
        ),
        SecurityScheme(name="shared", type="apiKey", location="header", parameter="X-Key"),
    )
    assert [problem.pointer for problem in spec.problems] == ["/components/securitySchemes/none"]


def servers(*nodes: object) -> tuple[Server, ...]:
    """Return how these servers are read."""
    return read_json(document(servers=list(nodes))).about.servers


def test_server_variables_are_replaced_once() -> None:
    """Defaults take the place of variables; what has none stays, and a default is not searched again."""
    variables = {
        "host": {"default": "{port}.example.com", "description": "Yours"},
        "port": {"default": 443, "enum": ["443", 8443]},
        "v": {},
        "bad": 1,
    }
    template = "https://{host}:{port}/{v}/{none}"
    assert servers(
        {"url": template, "description": "Main", "variables": variables},
        {"url": ""},
        {"url": 5},
        7,
        {"description": "no url"},
    ) == (
        Server(
            url="https://{port}.example.com:443//{none}",
            description="Main",
            template=template,
            variables={
                "host": ServerVariable(default="{port}.example.com", description="Yours"),
                "port": ServerVariable(default="443", values=("443", "8443")),
                "v": ServerVariable(default=""),
                "bad": ServerVariable(default=""),
            },
        ),
        Server(url="5"),
    )


def test_server_variables_cannot_multiply() -> None:
    """Variables that stand for one another, or long ones in a long address, do not make a text without end."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    chain = {one: {"default": f"{{{two}}}" * 10} for one, two in pairwise(letters)}
    assert len(servers({"url": "{a}", "variables": chain})[0].url) < 100
    url = "{a}" * 5000
    [server] = servers({"url": url, "variables": {"a": {"default": "x" * 5000}}})
    assert (server.url, server.template) == (url, "")


def test_servers_of_path_and_operation() -> None:
    """The operation's servers win over the path's; without any the document's count, which stand in `about`."""
    tree = document(
        {
            "/x": {"servers": [{"url": "https://path"}], "get": {"servers": [{"url": "https://own"}]}, "put": {}},
            "/y": {"get": {}},
        }
    )
    found = [[server.url for server in operation.servers] for operation in read_json(tree).operations]
    assert found == [["https://own"], ["https://path"], []]


def test_parameters_with_content() -> None:
    """A parameter may have a media type in the place of a schema."""
    operation = only_operation(
        operation_document(
            {
                "parameters": [
                    {
                        "name": "filter",
                        "in": "query",
                        "content": {"application/json": {"schema": {"type": "object"}, "example": {"a": 1}}},
                    }
                ]
            }
        )
    )
    assert operation.parameters == (
        Parameter(
            name="filter",
            location="query",
            schema=Schema(type="object"),
            example={"a": 1},
            serialization=Serialization(media_type="application/json"),
        ),
    )


def examples(media: JSON, **components: JSON) -> tuple[object, str, JSON]:
    """Return example, reference and shared examples of a media type, as they are read."""
    spec = read_json(
        operation_document({"requestBody": {"content": {"application/json": media}}}, components=components)
    )
    body = spec.operations[0].body
    assert body is not None
    return body.content[0].example, body.content[0].example_ref, spec.examples


def test_examples_of_bodies() -> None:
    """The first example counts; a shared one is kept once, under the pointer of its value."""
    shared = {"A": {"value": {"a": 1}}, "External": {"externalValue": "http://e/x.json"}}
    assert examples({"example": {"b": 2}, "examples": {"x": {"value": 3}}}) == ({"b": 2}, "", {})
    assert examples({"examples": {"x": {"value": 3}, "y": {"value": 4}}}) == (3, "", {})
    pointer = "/components/examples/A/value"
    assert examples({"examples": {"x": {"$ref": "#/components/examples/A"}}}, examples=shared) == (
        None,
        pointer,
        {pointer: {"a": 1}},
    )
    assert examples({"examples": {"x": {"$ref": "#/components/examples/External"}}}, examples=shared) == (None, "", {})
    assert examples({"examples": {"x": {"$ref": "#/components/schemas/S"}}}, schemas={"S": {"type": "string"}}) == (
        None,
        "",
        {},
    )


def test_all_examples_with_names_are_read() -> None:
    """Where there are several; the first one is the example of the whole, and those that lead nowhere are none."""
    media = {
        "examples": {
            "none": {"summary": "No thing", "value": []},
            "one": {"value": ["a"]},
            "lost": {"$ref": "#/components/examples/Lost"},
            "shared": {"$ref": "#/components/examples/A"},
        }
    }
    shared = {"A": {"summary": "Two", "value": ["a", "b"]}}
    operation = {"responses": {"200": {"description": "", "content": {"application/json": media}}}}
    spec = read_json(operation_document(operation, components={"examples": shared}))
    [content] = spec.operations[0].responses[0].content
    assert content.example == []
    assert content.examples == (
        Example("none", "No thing"),
        Example("one", value=["a"]),
        Example("shared", "Two", ref="/components/examples/A/value"),
    )
    assert spec.examples == {"/components/examples/A/value": ["a", "b"]}


def test_large_examples_are_kept_once() -> None:
    """An example of more than a kilobyte is kept under its own pointer, which all that share it refer to."""
    large, small = ["x" * 2000], ["y"]
    shared = {
        "description": "",
        "content": {"a/b": {"example": large}, "c/d": {"examples": {"e": {"value": large}}}, "e/f": {"example": small}},
    }
    reference = {"$ref": "#/components/responses/Page"}
    tree = operation_document(
        {
            "responses": {"200": reference, "201": reference},
            "parameters": [{"name": "p", "in": "query", "content": {"a/b": {"example": large}}}],
        },
        components={"responses": {"Page": shared}},
    )
    spec = read_json(tree)
    [operation] = spec.operations
    place = "/components/responses/Page/content"
    for response in operation.responses:
        assert [(content.example, content.example_ref) for content in response.content] == [
            (None, f"{place}/a~1b/example"),
            (None, f"{place}/c~1d/examples/e/value"),
            (small, ""),
        ]
    assert spec.examples[f"{place}/a~1b/example"] == spec.examples[f"{place}/c~1d/examples/e/value"] == large
    assert operation.parameters[0].example == large


def schema_of(node: object, openapi: str = "3.1.0") -> Schema:
    """Return how a schema is read."""
    return read_json(document(openapi=openapi, components={"schemas": {"A": node}})).schemas["/components/schemas/A"]


@pytest.mark.parametrize(
    ("node", "record"),
    [
        ({"type": ["string", "null"]}, Schema(type="string", nullable=True)),
        ({"type": ["string", "integer"]}, Schema(type="string | integer")),
        ({"type": "null"}, Schema(type="null")),
        ({"type": ["null"]}, Schema(type="null")),
        ({"type": []}, Schema()),
        ({"type": {"a": 1}}, Schema()),
        ({"type": "string", "nullable": True}, Schema(type="string", nullable=True)),
        ({"const": 0}, Schema(enum=(0,))),
        ({"const": None}, Schema(enum=(None,))),
        ({"enum": ["a", None, {"b": [1]}]}, Schema(enum=("a", None, {"b": [1]}))),
        ({"examples": [7, 8]}, Schema(example=7)),
        ({"examples": []}, Schema()),
        ({"example": 1, "examples": [2]}, Schema(example=1)),
        ({"items": True, "type": "array"}, Schema(type="array")),
        ({"additionalProperties": {"type": "string"}}, Schema(additional=Schema(type="string"))),
        ({"additionalProperties": False}, Schema(limits={"additionalProperties": False})),
        (
            {"minimum": 1, "pattern": "^a$", "uniqueItems": True},
            Schema(limits={"minimum": 1, "pattern": "^a$", "uniqueItems": True}),
        ),
        ({"readOnly": True, "writeOnly": "yes"}, Schema(read_only=True)),
        ({"discriminator": {"propertyName": "kind", "mapping": {}}}, Schema(discriminator="kind")),
        (
            {"discriminator": {"propertyName": "k", "mapping": {"a": "A", "b": "#/components/schemas/A", "c": 1}}},
            Schema(discriminator="k", mapping={"a": "/components/schemas/A", "b": "/components/schemas/A"}),
        ),
        (
            {"prefixItems": [{"type": "string"}, {"type": "string"}]},
            Schema(items=TEXT, applied={"prefixItems/0": TEXT, "prefixItems/1": TEXT}),
        ),
        (
            {"prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
            Schema(
                items=Schema(any_of=(TEXT, Schema(type="integer"))),
                applied={"prefixItems/0": TEXT, "items": Schema(type="integer")},
            ),
        ),
        (
            {"items": [{"type": "string"}, {"type": "string"}]},
            Schema(items=TEXT, applied={"prefixItems/0": TEXT, "prefixItems/1": TEXT}),
        ),
        ({"prefixItems": [], "items": False}, Schema(limits={"items": False})),
        ({"prefixItems": 1, "items": {}}, Schema(items=Schema(), applied={"items": Schema()})),
        (
            {"dependentSchemas": {"a/b": {"type": "string"}}},
            Schema(limits={"dependentSchemas": {"a/b": {"type": "string"}}}, applied={"dependentSchemas/a/b": TEXT}),
        ),
        ({"xml": {"name": "a", "wrapped": True, "prefix": 1}}, Schema(xml=Xml(name="a", prefix="1", node="element"))),
        ({"xml": {"attribute": True, "nodeType": "none"}}, Schema(xml=Xml(node="attribute"))),
        ({"xml": {"nodeType": "strange", "namespace": "n"}}, Schema(xml=Xml(namespace="n"))),
        ({"xml": []}, Schema()),
        (
            {"patternProperties": {"^x": {"type": "string"}}, "additionalProperties": {"type": "integer"}},
            Schema(
                additional=Schema(any_of=(Schema(type="string"), Schema(type="integer"))),
                limits={"patternProperties": ["^x"]},
            ),
        ),
        (
            {"not": {"type": "null"}, "if": {"a": 1}, "then": True, "else": {}, "contains": {"b": 2}},
            Schema(
                limits={"not": {"type": "null"}, "if": {"a": 1}, "then": True, "else": {}, "contains": {"b": 2}},
                applied={"not": Schema(type="null"), **dict.fromkeys(("if", "else", "contains"), Schema())},
            ),
        ),
        (
            {"contentMediaType": "application/octet-stream", "contentEncoding": "base64"},
            Schema(
                format="binary", limits={"contentMediaType": "application/octet-stream", "contentEncoding": "base64"}
            ),
        ),
        (
            {"type": "string", "deprecated": True, "x-a": 1},
            Schema(type="string", deprecated=True, extensions={"x-a": 1}),
        ),
        (
            {"oneOf": [{"const": 1, "title": "One"}, {"const": "b", "description": "B.", "deprecated": True}]},
            Schema(
                enum=(1, "b"),
                enum_values={"1": EnumValue(description="One"), "b": EnumValue(description="B.", deprecated=True)},
            ),
        ),
        ({"oneOf": [{"const": 1}, {"type": "string"}]}, Schema(one_of=(Schema(enum=(1,)), Schema(type="string")))),
        (
            {
                "$ref": "#/components/schemas/A",
                "type": "object",
                "deprecated": True,
                "default": 1,
                "readOnly": True,
                "x-a": 1,
            },
            Schema(ref="/components/schemas/A", deprecated=True, default=1, read_only=True, extensions={"x-a": 1}),
        ),
        (
            {"$ref": "#/components/schemas/A", "required": ["b"], "allOf": [{"title": "T"}]},
            Schema(all_of=(Schema(ref="/components/schemas/A"), Schema(title="T")), required=("b",)),
        ),
        (
            {"$anchor": "me", "items": {"$ref": "#me"}, "not": {"$dynamicRef": "#me"}},
            Schema(
                items=Schema(ref="/components/schemas/A"),
                limits={"not": {"$dynamicRef": "#me"}},
                applied={"not": Schema(ref="/components/schemas/A")},
            ),
        ),
        (
            {"$defs": {"a": {"type": "string"}}, "items": {"$dynamicRef": "#/components/schemas/A/$defs/a"}},
            Schema(items=Schema(ref="/components/schemas/A/$defs/a")),
        ),
        ({"required": ["a", 1, "b"]}, Schema(required=("a", "b"))),
        ({"required": True, "properties": [], "title": 1, "format": {}, "enum": "a", "allOf": {}}, Schema()),
        ({"anyOf": [{"type": "string"}, True]}, Schema(any_of=(Schema(type="string"), Schema()))),
        (
            {"$ref": "#/components/schemas/A", "description": "mine"},
            Schema(ref="/components/schemas/A", description="mine"),
        ),
        (True, Schema()),
        ({}, Schema()),
    ],
)
def test_schemas_are_read(node: object, record: Schema) -> None:
    """Each keyword of OpenAPI 3.0 and 3.1 lands in its field; what has the wrong type is left out."""
    assert schema_of(node) == record


def test_before_openapi_3_1_only_words_stand_beside_a_reference() -> None:
    """What would change the type is left out, as the format asks for; what describes its use is read."""
    node = {"$ref": "#/components/schemas/A", "required": ["b"], "description": "d", "nullable": True}
    expected = Schema(ref="/components/schemas/A", description="d", nullable=True)
    assert schema_of(node, "3.0.3") == expected


@pytest.mark.parametrize(
    ("node", "values", "extensions"),
    [
        (
            {"enum": [0, 1], "x-enum-varnames": ["Off", "On"], "x-enum-descriptions": ["Not running"]},
            {"0": EnumValue(description="Off: Not running"), "1": EnumValue(description="On")},
            {},
        ),
        ({"enum": ["a", "b"], "x-enumDescriptions": {"b": "B.", "c": "?"}}, {"b": EnumValue(description="B.")}, {}),
        (
            {"enum": ["a", "b"], "x-enumNames": ["a", "b"], "x-enumDeprecated": [False, True]},
            {"b": EnumValue(deprecated=True)},
            {},
        ),
        (
            {
                "enum": ["a"],
                "x-ms-enum": {"name": "Kind", "values": [{"value": "a", "name": "A", "description": "is"}, 1]},
            },
            {"a": EnumValue(description="A: is")},
            {"x-ms-enum": {"name": "Kind", "values": [{"value": "a", "name": "A", "description": "is"}, 1]}},
        ),
        ({"enum": ["a"], "x-enum-varnames": 5}, {}, {}),
        ({"type": "string", "x-enum-varnames": ["A"]}, {}, {"x-enum-varnames": ["A"]}),
    ],
)
def test_values_of_an_enum_are_described(node: JSON, values: dict[str, EnumValue], extensions: JSON) -> None:
    """What extensions say of single values, beside the list of them or by value, goes with the value."""
    schema = schema_of(node)
    assert (schema.enum_values, schema.extensions) == (values, extensions)


def test_a_discriminator_that_leads_nowhere_is_a_problem() -> None:
    """A value that stands for no schema is named with its place and left out."""
    tree = document(
        components={"schemas": {"A": {"discriminator": {"propertyName": "k", "mapping": {"a/b": "Gone", "c": "#"}}}}}
    )
    place = "/components/schemas/A/discriminator/mapping"
    assert set(problems(tree)) == {
        (f"{place}/a~1b", "refers to #/components/schemas/Gone, which does not exist"),
        (f"{place}/c", "refers to #, which is not a part of the document"),
    }


@pytest.mark.parametrize("node", [None, 1, "x", []])
def test_what_is_no_schema_is_a_problem(node: object) -> None:
    """A schema that is no mapping and no truth value is named."""
    assert problems(document(components={"schemas": {"A": node}})) == [("/components/schemas/A", "is no schema")]


def test_references_into_other_parts_are_kept() -> None:
    """A reference need not lead to a shared schema: its target is kept under its own pointer."""
    pointer = "/paths/~1x/get/responses/200/content/a/schema"
    spec = read_json(
        operation_document(
            {
                "responses": {
                    "200": {"content": {"a": {"schema": {"type": "string"}}, "b": {"schema": {"$ref": f"#{pointer}"}}}}
                }
            }
        )
    )
    assert spec.schemas == {pointer: Schema(type="string")}


def test_shared_parts_cannot_multiply() -> None:
    """A short document whose references stand for millions of parts or schemas is refused."""
    parameter = {"name": "a", "in": "query"}
    item = {"get": {"parameters": [{**parameter, "name": str(number)} for number in range(20)]}}
    paths = {f"/{number}": {"$ref": "#/components/pathItems/X"} for number in range(100)}
    with pytest.raises(SpecError, match="more than 1,000 parts once its references are followed"):
        read_json(document(paths, components={"pathItems": {"X": item}}), FEW)
    body = {"content": {"a": {"schema": {"oneOf": [{}] * 20}}}}
    paths = {f"/{number}": {"get": {"requestBody": {"$ref": "#/components/requestBodies/X"}}} for number in range(100)}
    with pytest.raises(SpecError, match="more than 1,000 parts once its references are followed"):
        read_json(document(paths, components={"requestBodies": {"X": body}}), FEW)


def test_size_counts_in_shared_parts() -> None:
    """A large text in a part that many operations share is refused before it is kept as often."""
    response = {"description": "x" * 100_000}
    paths = {f"/{number}": {"get": {"responses": {"200": {"$ref": "#/components/responses/X"}}}} for number in range(9)}
    with pytest.raises(SpecError, match="more than 1,000 parts once its references are followed"):
        read_json(document(paths, components={"responses": {"X": response}}), FEW)


def test_the_sample_has_no_problems() -> None:
    """The specification that comes with the program is read without a problem."""
    from engine import SAMPLE

    spec = read(SAMPLE.read_bytes())
    assert spec.operations
    assert spec.problems == ()
