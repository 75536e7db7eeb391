import pytest

from engine.errors import SpecError
from engine.secrets.redact import REDACTED
from engine.specs.model import SecurityScheme, Spec
from engine.specs.read import read

TESTS = """\
# Tests of the shop

# 1. Sign in
POST https://shop.example/v1/login # the door
Content-Type: application/json
[Options]
variable: region=north
{
  "user": "me",
  "password": "hunter22"
}
HTTP 200
Set-Cookie: sid=abc
X-Limit: 60
[Captures]
token: jsonpath "$.token"
order_id: jsonpath "$.orders[0].id"
[Asserts]
jsonpath "$.token" exists

# Show an order
GET https://shop.example/v1/orders/{{order_id}}
Authorization: Bearer {{token}}
X-Region: {{region}}
X-Hash: a\\#b # not this
[QueryStringParams]
page: 2
state: open
[Cookies]
theme: dark
HTTP/1.1 200
Content-Type: application/json
{"id": 7, "state": "open"}

# ------------------
GET https://shop.example/v1/orders/{{order_id}}
HTTP/* 404

POST https://shop.example/v1/form
[BasicAuth]
me: hunter22
[FormParams]
name: me
age: 7
HTTP *
[Asserts]
status == 201

POST https://shop.example/v1/files
[MultipartFormData]
about: a picture
file: file,a.png; image/png

POST https://shop.example/v1/graphql
```graphql
query Shop($id: ID!) {
  shop(id: $id) { name }
}
variables {
  "id": 7
}
```
HTTP 200

PUT https://shop.example/v1/picture
Content-Type: image/png
file,a.png;

PUT https://shop.example/v1/note
```
one
two```

PUT https://shop.example/v1/xml
<a>1</a>
HTTP 200
`done`
"""
"""Every section and every kind of body."""


def hurl(text: str, name: str = "shop.hurl") -> Spec:
    """Read a file of Hurl."""
    return read(text.encode(), name=name)


def test_a_file_is_read_whole() -> None:
    """Each request is an operation, with its name, its inputs, and the status that is expected."""
    spec = hurl(TESTS)
    assert (spec.about.format, spec.about.title, spec.problems) == ("hurl", "shop", ())
    assert [server.url for server in spec.about.servers] == ["https://shop.example"]
    assert [each.key for each in spec.operations] == [
        "POST /v1/login",
        "GET /v1/orders/{order_id}",
        "GET /v1/orders/{order_id}#2",
        "POST /v1/form",
        "POST /v1/files",
        "POST /v1/graphql",
        "PUT /v1/picture",
        "PUT /v1/note",
        "PUT /v1/xml",
    ]
    login, show, *_ = spec.operations
    assert (login.summary, show.summary) == ("Sign in", "Show an order")
    assert [[answer.status for answer in each.responses] for each in spec.operations] == [
        ["200"],
        ["200"],
        ["404"],
        ["201"],
        [],
        ["200"],
        [],
        [],
        ["200"],
    ]
    assert [(each.name, each.location, each.schema.example) for each in show.parameters] == [
        ("order_id", "path", None),
        ("page", "query", 2),
        ("state", "query", "open"),
        ("X-Region", "header", "north"),
        ("X-Hash", "header", "a#b"),
        ("theme", "cookie", "dark"),
    ]
    assert show.responses[0].content[0].example == {"id": 7, "state": "open"}
    assert [header.name for header in login.responses[0].headers] == ["X-Limit"]


def test_captures_say_what_feeds_what() -> None:
    """The request that gives a value says so, and so does the input that takes it."""
    login, show, *_ = hurl(TESTS).operations
    assert login.description == (
        'Keeps jsonpath "$.token" of the answer as {{token}}.\n'
        'Keeps jsonpath "$.orders[0].id" of the answer as {{order_id}}.'
    )
    assert show.parameters[0].description == 'jsonpath "$.orders[0].id" in the answer to Sign in'


def test_every_kind_of_body_is_read() -> None:
    """JSON, XML, forms of both kinds, GraphQL, text and files."""
    bodies = {each.path: each.body.content[0] for each in hurl(TESTS).operations if each.body}
    assert bodies["/v1/login"].example == {"user": "me", "password": REDACTED}
    assert bodies["/v1/form"].example == {"name": "me", "age": "7"}
    assert bodies["/v1/files"].schema.properties["file"].format == "binary"
    assert bodies["/v1/graphql"].example["variables"] == {"id": 7}
    assert (bodies["/v1/picture"].media_type, bodies["/v1/picture"].schema.format) == ("image/png", "binary")
    assert bodies["/v1/note"].example == "one\ntwo"
    assert (bodies["/v1/xml"].media_type, bodies["/v1/xml"].example) == ("application/xml", "<a>1</a>")


def test_credentials_are_security_and_secrets_go() -> None:
    """A section of its own, or a header."""
    spec = hurl(TESTS)
    assert spec.about.security_schemes == (
        SecurityScheme("bearer", "http", "bearer"),
        SecurityScheme("basic", "http", "basic"),
    )
    assert "hunter22" not in str(spec)


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        ("GET https://a.example/x\nHTTP 200\n", "", "hurl"),
        ("GET {{host}}/x\n[Query]\na: 1\n", "notes.md", "hurl"),
        ("GET https://a.example/x\n\nGET https://a.example/y\n", "two.hurl", "hurl"),
        ("GET https://a.example/x\nAccept: text/plain\n", "", "http"),
        ("# About\n\nGET https://a.example/x\n\nIt answers `HTTP 200`.\n", "notes.md", "markdown"),
    ],
)
def test_a_file_is_known_by_what_only_hurl_has(text: str, name: str, form: str) -> None:
    """An expected status or a section; a single request is one of any tool."""
    assert hurl(text, name).about.format == form


def test_a_file_without_a_request_is_refused() -> None:
    """What begins as Hurl does and goes on as nothing else."""
    with pytest.raises(SpecError) as refused:
        hurl("  GET https://a.example\nHTTP 200\n")
    assert "GET https://" in refused.value.hint
