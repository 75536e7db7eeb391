import base64
import json
import string
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from engine.errors import SpecError
from engine.secrets.redact import REDACTED
from engine.specs.limits import Budget, Limits
from engine.specs.model import (
    About,
    Body,
    Content,
    Grant,
    Operation,
    Parameter,
    Response,
    Schema,
    SecurityScheme,
    Server,
    ServerVariable,
    Spec,
    Tag,
)
from engine.specs.read import read
from engine.specs.recordings.postman import parse
from tests.specs.builders import FEW, JSON, only_operation, problems, read_json
from tests.test_text import TREES, is_safe, texts

SCHEMA = "https://schema.getpostman.com/json/collection/v{}.0/collection.json"


def collection(*requests: Any, version: str = "2.1", **parts: Any) -> JSON:
    """Return a collection of these items and top-level parts."""
    return {"info": {"name": "Test", "schema": SCHEMA.format(version)}, "item": list(requests), **parts}


def request(url: Any = "https://a.example/x", *, name: str = "One", responses: Any = (), **parts: Any) -> JSON:
    """Return an item with one request."""
    return {"name": name, "request": {"method": "GET", "url": url, **parts}, "response": list(responses)}


def operation(url: Any = "https://a.example/x", *, collection_parts: JSON | None = None, **parts: Any) -> Operation:
    """Return what a collection with a single request is read as."""
    return only_operation(collection(request(url, **parts), **(collection_parts or {})))


USERS = collection(
    {
        "name": "Users",
        "description": {"content": "All about users", "type": "text/markdown"},
        "item": [
            request(
                {
                    "raw": "{{baseUrl}}/users/:id?expand=posts&page=1",
                    "host": ["{{baseUrl}}"],
                    "path": ["users", ":id"],
                    "query": [
                        {"key": "expand", "value": "posts", "description": "What to add"},
                        {"key": "page", "value": "1", "disabled": True},
                    ],
                    "variable": [{"key": "id", "value": "7", "description": {"content": "Number of the user"}}],
                },
                name="Show a user",
                description="Shows one.",
                header=[{"key": "X-Trace", "value": "{{trace}}"}, {"key": "Accept", "value": "*/*"}],
                responses=[
                    {
                        "name": "Found",
                        "code": 200,
                        "status": "OK",
                        "header": [
                            {"key": "Content-Type", "value": "application/json; charset=utf-8"},
                            {"key": "X-RateLimit-Limit", "value": "60"},
                            {"key": "Set-Cookie", "value": "sid=1"},
                        ],
                        "body": '{"id": 7, "token": "abc"}',
                    },
                    {"name": "Not there", "code": 404, "_postman_previewlanguage": "text", "body": "no"},
                ],
            ),
            {
                "name": "Admin",
                "auth": {"type": "noauth"},
                "item": [
                    request(
                        "{{baseUrl}}/users",
                        name="Add",
                        method="POST",
                        body={"mode": "raw", "raw": '{"name": "a", "age": {{age}}}'},
                    )
                ],
            },
        ],
    },
    auth={"type": "bearer", "bearer": [{"key": "token", "value": "abc", "type": "string"}]},
    variable=[{"key": "baseUrl", "value": "https://{{host}}/v1/"}, {"key": "host", "value": "a.example"}],
)
"""Two requests in nested folders, with variables, auth and saved responses."""


def test_a_small_collection_is_read_whole() -> None:
    """Folders, requests, their inputs and saved responses come out in the same records as from OpenAPI."""
    spec = read_json(USERS)
    assert spec.problems == ()
    assert spec.about == About(
        title="Test",
        format="postman-2.1",
        servers=(Server(url="https://a.example/v1"),),
        tags=(Tag(name="Users", description="All about users"), Tag(name="Users / Admin")),
        security_schemes=(SecurityScheme(name="bearer", type="http", scheme="bearer"),),
    )
    show, add = spec.operations
    assert show == Operation(
        method="GET",
        path="/users/{id}",
        pointer="/item/0/item/0/request",
        summary="Show a user",
        description="Shows one.",
        tags=("Users",),
        parameters=(
            Parameter("id", "path", True, description="Number of the user", schema=Schema(type="integer", example=7)),
            Parameter(
                "expand", "query", True, description="What to add", schema=Schema(type="string", example="posts")
            ),
            Parameter("page", "query", schema=Schema(type="integer", example=1)),
            Parameter("X-Trace", "header", True, schema=Schema(type="string")),
        ),
        responses=(
            Response(
                status="200",
                description="Found",
                headers=(Parameter("X-RateLimit-Limit", "header", schema=Schema(type="integer", example=60)),),
                content=(
                    Content(
                        "application/json",
                        Schema(
                            type="object",
                            properties={"id": Schema(type="integer", example=7), "token": Schema(type="string")},
                            required=("id", "token"),
                        ),
                        {"id": 7, "token": REDACTED},
                    ),
                ),
            ),
            Response(
                status="404", description="Not there", content=(Content("text/plain", Schema(type="string"), "no"),)
            ),
        ),
        security=((Grant("bearer"),),),
    )
    assert (add.key, add.tags, add.security, add.servers) == ("POST /users", ("Users / Admin",), ((),), ())
    assert add.body == Body(
        required=True,
        content=(
            Content(
                "application/json",
                Schema(
                    type="object",
                    properties={"name": Schema(type="string", example="a"), "age": Schema(type="string")},
                    required=("name", "age"),
                ),
                {"name": "a", "age": "{{age}}"},
            ),
        ),
    )


def test_version_2_0_and_the_wrapping_of_postmans_api_are_read_the_same() -> None:
    """2.0 keeps settings of auth as a mapping and a URL as a text."""
    auth = {"type": "apikey", "apikey": {"key": "X-Mine", "value": "abc", "in": "header"}}
    spec = read_json(collection({"name": "x", "request": "{{u}}/x"}, version="2.0", auth=auth))
    assert (spec.about.format, spec.operations[0].key) == ("postman-2.0", "GET /x")
    assert spec.about.security_schemes == (SecurityScheme("X-Mine", "apiKey", location="header", parameter="X-Mine"),)
    wrapped = read_json({"collection": USERS})
    assert wrapped.operations[0].pointer == "/collection/item/0/item/0/request"


@pytest.mark.parametrize(
    "tree",
    [
        {**collection(), "info": {"name": "x"}},
        {**collection(), "info": {"schema": SCHEMA.format("1.0")}},
        {**collection(), "item": {}},
        {"id": "1", "name": "x", "order": [], "requests": []},
        {"name": "x", "values": [], "_postman_variable_scope": "environment"},
        {"collection": {"name": "x"}},
    ],
)
def test_other_versions_are_refused_with_the_way_out(tree: JSON) -> None:
    """A collection of version 1, or of none, is to be exported anew; an environment is no collection."""
    with pytest.raises(SpecError) as refused:
        parse(tree, Budget())
    assert "Collection v2.1" in refused.value.hint


@pytest.mark.parametrize(
    ("url", "variables", "server", "path"),
    [
        ("https://a.example/v1/x?q=1#f", {}, Server("https://a.example"), "/v1/x"),
        ("https://me:pw@a.example:8/x", {}, Server("https://a.example:8"), "/x"),
        ("a.example/x", {}, Server("http://a.example"), "/x"),
        ("{{u}}/x", {"u": "https://a.example/v1"}, Server("https://a.example/v1"), "/x"),
        ("{{u}}/x", {"u": "a.example"}, Server("http://a.example"), "/x"),
        (
            "{{u}}/x",
            {},
            Server("https://HOST", template="{u}", variables={"u": ServerVariable("https://HOST")}),
            "/x",
        ),
        (
            "https://{{region}}.a.example/{{version}}/x",
            {"version": "v2"},
            Server(
                "https://REGION.a.example",
                template="https://{region}.a.example",
                variables={"region": ServerVariable("REGION")},
            ),
            "/{version}/x",
        ),
        (
            {"protocol": "http", "host": ["a", "example"], "port": "80", "path": "x/:y"},
            {},
            Server("http://a.example:80"),
            "/x/{y}",
        ),
        (
            {"host": "{{u}}", "path": ["x", {"type": "string", "value": "y"}]},
            {"u": "https://a.example"},
            Server("https://a.example"),
            "/x/y",
        ),
        (
            "{{u}}",
            {"u": "{{v}}", "v": "{{u}}"},
            Server("https://HOST", template="{u}", variables={"u": ServerVariable("https://HOST")}),
            "/",
        ),
        ("/x", {}, None, "/x"),
        ("https://[a/x", {}, None, "/x"),
    ],
)
def test_an_address_is_a_server_and_a_path(url: Any, variables: dict[str, str], server: Server, path: str) -> None:
    """Variables that hold an address are resolved; others stay variables of the server or inputs of the path."""
    listed = [{"key": key, "value": value} for key, value in variables.items()]
    spec = read_json(collection(request(url), variable=listed))
    assert spec.about.servers == ((server,) if server else ())
    assert spec.operations[0].path == path


def test_a_request_to_another_server_names_it() -> None:
    """The server of most requests is the collection's; the key tells requests to others apart by their name."""
    spec = read_json(
        collection(
            request("https://b.example/x", name="B"), request("https://a.example/x"), request("https://a.example/y")
        )
    )
    assert [server.url for server in spec.about.servers] == ["https://a.example", "https://b.example"]
    assert [[server.url for server in each.servers] for each in spec.operations] == [["https://b.example"], [], []]


def test_requests_of_one_path_are_told_apart() -> None:
    """The first keeps the path; others have their name, and a number where that is taken, too."""
    names = ["One", "Two {x}", "Two {x}", "", ""]
    spec = read_json(collection(*(request(name=name) for name in names)))
    assert [each.path for each in spec.operations] == ["/x", "/x#Two-x", "/x#Two-x-2", "/x#2", "/x#3"]


@pytest.mark.parametrize(
    ("auth", "scheme"),
    [
        ({"type": "basic", "basic": []}, SecurityScheme("basic", "http", "basic")),
        ({"type": "digest"}, SecurityScheme("digest", "http", "digest")),
        ({"type": "awsv4"}, SecurityScheme("awsv4", "http", "aws4-hmac-sha256")),
        ({"type": "jwt"}, SecurityScheme("jwt", "http", "bearer")),
        (
            {"type": "apikey", "apikey": [{"key": "key", "value": "k"}, {"key": "in", "value": "query"}]},
            SecurityScheme("k", "apiKey", location="query", parameter="k"),
        ),
        (
            {
                "type": "oauth2",
                "oauth2": [
                    {"key": "accessTokenUrl", "value": "https://a.example/token"},
                    {"key": "authUrl", "value": "https://a.example/authorize"},
                    {"key": "scope", "value": "read write"},
                    {"key": "clientSecret", "value": "abc"},
                ],
            },
            SecurityScheme(
                "oauth2",
                "oauth2",
                scopes={"read": "", "write": ""},
                token_url="https://a.example/token",  # noqa: S106 — an address
                authorization_url="https://a.example/authorize",
            ),
        ),
    ],
)
def test_auth_is_a_security_scheme(auth: JSON, scheme: SecurityScheme) -> None:
    """Each kind of auth becomes the scheme of OpenAPI that says the same."""
    spec = read_json(collection(request(auth=auth)))
    assert spec.about.security_schemes == (scheme,)
    assert spec.operations[0].security == ((Grant(scheme.name),),)


def test_auth_is_that_of_the_nearest_folder() -> None:
    """A request takes it from the folders around it unless it has its own, and `noauth` ends that."""
    spec = read_json(
        collection(
            {"name": "f", "auth": {"type": "basic"}, "item": [request(), request(auth={"type": "noauth"}, name="n")]},
            request(auth=None, name="c"),
            auth={"type": "bearer"},
        )
    )
    assert [each.security for each in spec.operations] == [((Grant("basic"),),), ((),), ((Grant("bearer"),),)]


def test_credentials_in_headers_and_queries_are_security_too() -> None:
    """They are no parameters; the header of an inherited auth adds nothing."""
    found = operation(
        "https://a.example/x?api_key=abc&page_token=abc",
        header=[{"key": "Authorization", "value": "Bearer {{t}}"}, {"key": "X-CSRF-Token", "value": "abc"}],
    )
    assert found.security == ((Grant("api_key"), Grant("bearer")),)
    assert [each.name for each in found.parameters] == ["page_token", "X-CSRF-Token"]
    assert all(each.schema == Schema(type="string") for each in found.parameters)
    header = [{"key": "Authorization", "value": "Bearer {{t}}"}]
    inherited = operation(header=header, collection_parts={"auth": {"type": "oauth2"}})
    assert (inherited.security, inherited.parameters) == (((Grant("oauth2"),),), ())


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (
            {
                "mode": "urlencoded",
                "urlencoded": [{"key": "a", "value": "1"}, {"key": "pin", "value": "1", "disabled": True}],
            },
            Content(
                "application/x-www-form-urlencoded",
                Schema(
                    type="object",
                    properties={"a": Schema(type="integer", example=1), "pin": Schema(type="string")},
                    required=("a",),
                ),
                {"a": "1"},
            ),
        ),
        (
            {"mode": "formdata", "formdata": [{"key": "f", "type": "file", "src": "/home/me/x", "description": "It"}]},
            Content(
                "multipart/form-data",
                Schema(
                    type="object",
                    properties={"f": Schema(type="string", format="binary", description="It")},
                    required=("f",),
                ),
                {"f": ""},
            ),
        ),
        (
            {"mode": "file", "file": {"src": "/home/me/x"}},
            Content("application/octet-stream", Schema(type="string", format="binary")),
        ),
        (
            {"mode": "raw", "raw": "<a/>", "options": {"raw": {"language": "xml"}}},
            Content("application/xml", Schema(type="string"), "<a/>"),
        ),
        ({"mode": "raw", "raw": "{{all}}"}, Content("text/plain", Schema(type="string"), "{{all}}")),
        (
            {"mode": "graphql", "graphql": {"query": "query { a }", "variables": '{"n": 1}'}},
            Content(
                "application/json",
                Schema(
                    type="object",
                    properties={
                        "query": Schema(type="string", example="query { a }"),
                        "variables": Schema(
                            type="object", properties={"n": Schema(type="integer", example=1)}, required=("n",)
                        ),
                    },
                    required=("query", "variables"),
                ),
                {"query": "query { a }", "variables": {"n": 1}},
            ),
        ),
    ],
)
def test_every_kind_of_body_is_read(body: JSON, content: Content) -> None:
    """Forms are objects, files are binary, and JSON is described by what it holds."""
    assert operation(method="POST", body=body).body == Body(required=True, content=(content,))


@pytest.mark.parametrize("body", [None, {}, {"mode": "raw", "raw": ""}, {"mode": "x", "x": 1}, {"mode": "none"}])
def test_a_body_without_content_is_none(body: Any) -> None:
    """Postman keeps an empty one for many requests."""
    assert operation(body=body).body is None


def test_values_of_variables_stand_in_examples() -> None:
    """Secret variables, and those that nothing tells, stay in braces or give no example."""
    found = operation(
        "https://a.example/{{id}}?a={{id}}&b={{token}}&c={{d}}",
        method="POST",
        body={"mode": "raw", "raw": '{"i": {{id}}, "t": "{{token}}"}'},
        collection_parts={"variable": [{"key": "id", "value": 5}, {"key": "token", "value": "abc"}]},
    )
    assert [each.schema.example for each in found.parameters] == [5, 5, None, None]
    assert found.body is not None
    assert found.body.content[0].example == {"i": 5, "t": "{{token}}"}


def test_saved_responses_of_one_status_are_one() -> None:
    """Their bodies are samples of one schema; one without a code is the default."""
    saved = [{"code": 200, "name": name, "body": body} for name, body in (("a", '{"x": 1}'), ("b", '{"x": 2, "y": 3}'))]
    first, other = operation(responses=[*saved, {"name": "c", "header": "X-A: 1\nDate: now", "body": None}]).responses
    assert (first.status, first.description, first.content[0].schema.required) == ("200", "a", ("x",))
    assert (other.status, [header.name for header in other.headers]) == ("default", ["X-A"])


def test_broken_parts_cost_only_themselves() -> None:
    """They are listed by their pointer and the rest is read."""
    tree = collection(1, {"name": "x"}, request(""), request(method="G T"), request())
    assert len(read_json(tree).operations) == 1
    assert problems(tree) == [
        ("/item/0", "is not a mapping"),
        ("/item/1", "has no request"),
        ("/item/2/request", "has no address"),
        ("/item/3/request", "has no known method, but G T"),
    ]


def test_limits_hold() -> None:
    """A collection of too many parts or operations is refused."""
    with pytest.raises(SpecError, match="1,000 parts"):
        read_json(collection(*[request()] * 500), FEW)
    with pytest.raises(SpecError, match="more than 2 operations"):
        read_json(collection(*[request()] * 3), Limits(max_operations=2))


SECRETS = st.text(string.ascii_letters + string.digits + "_-", min_size=20, max_size=40).filter(
    lambda text: any(map(str.isdigit, text)) and any(map(str.isalpha, text))
)
SECRET_NAMES = st.sampled_from(
    "token secret password api_key apikey access_key client_secret signature session X-Api-Key Authorization".split()
)


def test_what_folders_repeat_of_the_names_around_them_counts() -> None:
    """A folder's name has those of all around it, so that many within one another would take much memory."""
    inner = [request()]
    for _ in range(80):
        inner = [{"name": "f" * 100, "item": inner}]
    with pytest.raises(SpecError, match="more than 3,000 parts"):
        read(json.dumps(collection(*inner)).encode(), Limits(max_parts=3000))


def planted(secret: str, name: str) -> list[JSON]:
    """Return collections with a secret in each place that may hold one."""
    basic = base64.b64encode(f"user:{secret}".encode()).decode()
    pair = {"key": name, "value": secret}
    settings = {"token": secret, "password": secret, "username": secret, "value": secret, "clientSecret": secret}
    kinds = ("bearer", "basic", "apikey", "oauth2", "oauth1", "digest", "hawk", "awsv4", "ntlm", "jwt", "edgegrid")
    raw = [
        json.dumps({name: secret}),
        json.dumps({"a": [{name: {"b": secret}}]}),
        f'{{"{name}": "{secret}", "x": {{{{y}}}}}}',
        f"{name}={secret}",
        f"a=b&{name}={secret}",
        f"<{name}>{secret}</{name}>",
        f"Bearer {secret}",
        f"Authorization: Basic {basic}",
        f"a ghp_{secret} b",
        f"eyJ{secret}.eyJ{secret}.{secret}",
        f"-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----",
        f"curl -u me:{secret} https://a.example",
        f"https://me:{secret}@a.example/?{name}={secret}",
    ]
    return [
        *(collection(request(), auth={"type": kind, kind: settings}, version="2.0") for kind in kinds),
        *(
            collection(request(auth={"type": kind, kind: [{"key": k, "value": v} for k, v in settings.items()]}))
            for kind in kinds
        ),
        *(
            collection(request(header=header))
            for header in (
                [pair],
                f"{name}: {secret}",
                [{"key": "Authorization", "value": f"Basic {basic}"}],
                [{"key": "Cookie", "value": f"a=b; c={secret}"}],
                [{"key": "X-Other", "value": f"Bearer {secret}"}],
            )
        ),
        collection(request(responses=[{"code": 200, "header": [pair, {"key": "Set-Cookie", "value": f"a={secret}"}]}])),
        collection(request({"host": ["a"], "path": ["x"], "query": [pair]})),
        collection(request({"host": ["a"], "path": [":token"], "variable": [{"key": "token", "value": secret}]})),
        collection(request("{{u}}/{{mine}}"), variable=[{"key": "mine", "value": secret, "type": "secret"}, pair]),
        collection(request(f"https://a.example/x/{secret}", auth={"type": "bearer", "bearer": settings})),
        *(collection(request(method="POST", body={"mode": mode, mode: [pair]})) for mode in ("urlencoded", "formdata")),
        collection(
            request(body={"mode": "graphql", "graphql": {"query": "{a}", "variables": json.dumps({name: secret})}})
        ),
        *(
            collection(
                request(
                    f"https://me:{secret}@a.example/?{name}={secret}",
                    name=text,
                    description=text,
                    body={"mode": "raw", "raw": text},
                    responses=[{"code": 200, "name": text, "body": text}],
                ),
                {"name": text, "description": text, "item": []},
            )
            for text in raw
        ),
    ]


@settings(max_examples=25, deadline=None)
@given(SECRETS, SECRET_NAMES)
def test_no_planted_secret_is_kept(secret: str, name: str) -> None:
    """Wherever a collection may hold a secret, nothing of what is read has it, in base64 neither."""
    encoded = base64.b64encode(f"user:{secret}".encode()).decode()
    for tree in planted(secret, name):
        kept = msgspec.msgpack.encode(read_json(tree)).decode("utf-8", "replace")
        assert secret not in kept, tree
        assert encoded not in kept, tree


KEYS = st.sampled_from(
    "info item name request url raw host path query variable key value header body mode formdata urlencoded graphql"
    " response code auth type bearer basic description disabled schema".split()
)
ANY = st.recursive(
    TREES | st.sampled_from(["{{a}}", ":a", "https://a", "raw", "bearer", "{", "[1]"]),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(KEYS, children, max_size=5),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, ANY, max_size=6), st.dictionaries(KEYS, ANY, max_size=4))
def test_any_document_is_read_or_refused(item: JSON, parts: JSON) -> None:
    """Whatever a collection holds, the result is a `Spec` of safe text and unique keys, or a `SpecError`."""
    tree = {**parts, **collection({"name": "f", "item": [item]}, request(**item), item)}
    try:
        spec = read(json.dumps(tree).encode())
    except SpecError:
        return
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(spec), type=Spec) == spec
    assert len({operation.key for operation in spec.operations}) == len(spec.operations)
    assert all(map(is_safe, texts(msgspec.to_builtins(spec))))
