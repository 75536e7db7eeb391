from collections.abc import Callable

import pytest

from engine.errors import InputError, SpecError
from engine.secrets.redact import REDACTED
from engine.specs.model import Operation, Spec
from engine.specs.read import read

SHOP = """\
# Requests of the shop
@host = https://shop.example/v1
@page=2

### ---- Orders ----

###
# @name login
// Signs a customer in.
# It needs an account.
POST {{host}}/login HTTP/1.1
Content-Type: application/json
X-Trace: {{$guid}}

< {% not a script, but a body %}

> {%
client.global.set("token", response.body.token);
%}

### 2. List orders
GET {{host}}/orders
    ?page={{page}}
    &state=open
Authorization: Bearer abcdefgh12345678
# a comment among the headers
X-Shop: north

<> 2026-01-01T100000.200.json

### Show an order
@order = {{login.response.body.$.orders[0].id}}
GET {{host}}/orders/{{order}}/{{login.response.headers.X-Cart}}
Authorization: Basic me secret

###
# ----------------

PUT {{host}}/orders/7
Content-Type: application/json

{
  "note": "quick", // with a comment
  "password": "hunter22",
  "count": {{page}}
}

# The end.

###
POST {{host}}/files
Content-Type: multipart/form-data; boundary=limit

--limit
Content-Disposition: form-data; name="about"

a picture
--limit
Content-Disposition: form-data; name="file"; filename="a.png"
Content-Type: image/png

< ./a.png
--limit--

###
POST {{host}}/form
Content-Type: application/x-www-form-urlencoded

name=me
&age=7

###
PUT {{host}}/picture
Content-Type: image/png

< ./a.png

###
GRAPHQL {{host}}/graphql

query Shop($id: ID!) {
  shop(id: $id) { name }
}

{"id": 7}

###
WEBSOCKET wss://shop.example/live

===

###
what is this
"""
"""Both dialects: names, variables, continued addresses, scripts, responses that were kept, and every kind of body."""


def lines(text: str, name: str = "shop.http", neighbour: Callable[[str], bytes] | None = None) -> Spec:
    """Read a file of requests."""
    return read(text.encode(), name=name, neighbour=neighbour)


def one(text: str) -> Operation:
    """Read a file with a single request."""
    [operation] = lines(text).operations
    return operation


def test_a_file_is_read_whole() -> None:
    """Each request is an operation, with its name, what is said of it, its inputs and its body."""
    spec = lines(SHOP)
    assert (spec.about.format, spec.about.title) == ("http", "shop")
    assert [server.url for server in spec.about.servers] == ["https://shop.example/v1"]
    assert [tag.name for tag in spec.about.tags] == ["Orders"]
    assert [each.key for each in spec.operations] == [
        "POST /login",
        "GET /orders",
        "GET /orders/{order}/{Cart}",
        "PUT /orders/7",
        "POST /files",
        "POST /form",
        "PUT /picture",
        "POST /graphql",
    ]
    assert [each.summary for each in spec.operations][:4] == [
        "Signs a customer in.",
        "List orders",
        "Show an order",
        "",
    ]
    login, orders, order, *_ = spec.operations
    assert (login.operation_id, login.description, login.tags) == ("login", "It needs an account.", ("Orders",))
    assert [(each.name, each.location) for each in login.parameters] == [("X-Trace", "header")]
    assert [(each.name, each.schema.example) for each in orders.parameters] == [
        ("page", 2),
        ("state", "open"),
        ("X-Shop", "north"),
    ]
    assert [each.description for each in order.parameters] == [
        "`$.orders[0].id` in the body of the answer to login",
        "`X-Cart` in the headers of the answer to login",
    ]
    assert [scheme.name for scheme in spec.about.security_schemes] == ["bearer", "basic"]


def test_every_kind_of_body_is_read() -> None:
    """JSON with comments and variables, forms of both kinds, a file, and GraphQL with its variables."""
    bodies = {each.path: each.body.content[0] for each in lines(SHOP).operations if each.body}
    assert bodies["/orders/7"].example == {"note": "quick", "password": REDACTED, "count": 2}
    assert bodies["/files"].media_type == "multipart/form-data"
    assert {name: each.format for name, each in bodies["/files"].schema.properties.items()} == {
        "about": "",
        "file": "binary",
    }
    assert bodies["/form"].example == {"name": "me", "age": "7"}
    assert (bodies["/picture"].media_type, bodies["/picture"].schema.format) == ("image/png", "binary")
    assert bodies["/graphql"].example["variables"] == {"id": 7}
    assert bodies["/graphql"].example["query"].startswith("query Shop")


def test_what_is_no_request_over_http_is_told() -> None:
    """A problem has the line of what could not be read."""
    assert [(each.line, each.message) for each in lines(SHOP).problems] == [
        (88, "is a request of WEBSOCKET, which is not read"),
        (93, "is no request that can be read"),
    ]


def test_no_secret_stays() -> None:
    """Neither those in headers nor those in bodies, nor where a variable holds one."""
    told = str(lines(f"@token = s3cretS3cretS3cret\n{SHOP}\n###\nGET https://a.example/?t=s3cretS3cretS3cret\n"))
    assert not [secret for secret in ("hunter22", "abcdefgh12345678", "me secret", "s3cretS3") if secret in told]


def test_variables_of_the_environment_beside_the_file_are_used() -> None:
    """Of JetBrains' file of environments the first one; that of secrets is not opened."""
    opened: list[str] = []

    def neighbour(name: str) -> bytes:
        opened.append(name)
        return b'{"dev": {"host": "https://dev.example"}, "prod": {"host": "https://prod.example"}}'

    spec = lines("GET {{host}}/x\n", neighbour=neighbour)
    assert [server.url for server in spec.about.servers] == ["https://dev.example"]
    assert opened == ["http-client.env.json"]

    def missing(name: str) -> bytes:
        raise InputError("There is no such file")

    assert lines("GET {{host}}/x\n", neighbour=missing).operations


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("https://a.example/x?y=1\n", "GET /x"),
        ("GET /x HTTP/1.1\nHost: a.example\n", "GET /x"),
        ("< {%\n  request.variables.set('a', 1)\n%}\nDELETE https://a.example/x\n", "DELETE /x"),
        ("import other.http\n\n###\nrun #login\nPATCH {{host}}/x\n", "PATCH /x"),
        ("# @name a\n\nGET a.example/x\n", "GET /x"),
    ],
)
def test_all_ways_to_begin_are_known(text: str, key: str) -> None:
    """An address alone, a path with its host, scripts, imports."""
    assert one(text).key == key


@pytest.mark.parametrize(
    "text",
    [
        "GET https://a.example/x\nAccept: text/plain\n",
        "POST {{host}}/x\n\na=1&b=2\n",
        "### One\nPOST /x HTTP/1.1\nHost: a.example\n\n{}\n### Two\nGET /y HTTP/1.1\n",
        "@a = 1\n\n# about\n\nGET {{host}}/x\n\n> {% client.log(1) %}\n",
    ],
)
def test_requests_are_known_by_their_content(text: str) -> None:
    """Whatever the file is called, or where it has no name."""
    assert read(text.encode()).about.format == "http"


@pytest.mark.parametrize(
    "text",
    [
        "GET started with the API\n\nIt is easy.\n",
        "# API\n\n### List users\n\nGET https://a.example/users\n\nReturns all users.\n",
        "### Users\n\nGET /users\n\nReturns all of them.\n",
        "# Users\n\n```http\nGET https://a.example/users\n```\n",
        "GET https://a.example/users\n\n```json\n{}\n```\n",
        "POST your letters early.\n",
        "# Notes\n\nDELETE is not safe: see https://a.example\n",
    ],
)
def test_guides_with_requests_stay_guides(text: str) -> None:
    """Notes about an API are no requests, even if they begin with one."""
    assert read(text.encode(), name="notes.md").passages


def test_a_file_without_a_request_is_refused() -> None:
    """It says how one is written."""
    with pytest.raises(SpecError) as refused:
        lines("GET nowhere at all\n")
    assert "GET https://" in refused.value.hint


@pytest.mark.parametrize("value", ["{{" + " " * 20_000 + "x", "{{x" + " " * 20_000, "{{" + "x " * 10_000])
def test_a_variable_that_does_not_end_is_a_text(value: str) -> None:
    """Looking for its end once kept the reader busy for hours."""
    spec = read(f"@long = {value}.\n\nGET https://api.example/{{{{long}}}}\n".encode(), name="a.http")
    assert [operation.path for operation in spec.operations] == ["/{long}"]
