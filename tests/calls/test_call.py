import msgspec

from engine.calls.compose import call_of
from engine.calls.records import Call
from engine.specs.model import (
    About,
    Body,
    Content,
    Grant,
    Operation,
    Parameter,
    Schema,
    SecurityScheme,
    Server,
    ServerVariable,
)
from tests.answer.formats import source as format_source
from tests.answer.spec import alone, source


def test_a_call_holds_each_value_where_it_goes() -> None:
    """The address is whole, the parts beside it are as they are meant, and each has its source."""
    call = call_of(source("listParcels"))
    assert (call.method, call.url) == (
        "GET",
        "https://depot.example/v2/parcels?size=small&filter%5Bto%5D=a%20b%26c%3Dd",
    )
    assert (call.path, call.query) == ({}, {"size": "small", "filter[to]": "a b&c=d"})
    assert call.headers == {"Authorization": "Bearer TOKEN"}
    assert (call.body, call.body_kind) == (None, "none")
    assert call.sources == {"size": "enum", "filter[to]": "example", "Authorization": "placeholder"}


def test_a_call_can_be_kept_as_json() -> None:
    """What is written as JSON and read again is the same call, for every transport."""
    for one in (source("createParcel"), format_source("proto", "RPC /shop.v1.Shop/GetItem")):
        call = call_of(one)
        assert msgspec.json.decode(msgspec.json.encode(call), type=Call) == call


def test_names_that_several_places_have_are_told_apart() -> None:
    """The first keeps the plain name, the others say where they are; a body without fields is told as `body`."""
    ids = tuple(
        Parameter(name="id", location=place, required=True, example=place) for place in ("header", "path", "query")
    )
    schema = Schema(type="object", required=("id",), properties={"id": Schema(type="integer", default=4)})
    body = Body(content=(Content(media_type="application/json", schema=schema),))
    one = Operation(method="POST", path="/x/{id}/{other}", pointer="", parameters=ids, body=body)
    call = call_of(alone(one, About(title="", format="")))
    assert (call.path, call.query, call.headers["id"], call.body) == (
        {"id": "path", "other": "OTHER"},
        {"id": "query"},
        "header",
        {"id": 4},
    )
    assert call.sources == {
        "id": "example",
        "other": "placeholder",
        "query.id": "example",
        "header.id": "example",
        "body.id": "default",
    }
    text = Body(content=(Content(media_type="text/plain", example="hello"),))
    assert call_of(alone(msgspec.structs.replace(one, body=text), About(title="", format=""))).sources["body"] == (
        "example"
    )


def test_the_parts_of_the_server_and_cookies_have_sources_too() -> None:
    """A variable stands for its default, what the address leaves open is a placeholder, and each cookie is told."""
    server = Server(url="https://eu.{tenant}.example", variables={"region": ServerVariable(default="eu")})
    scheme = SecurityScheme(name="s", type="apiKey", location="cookie", parameter="sid")
    theme = Parameter(name="theme", location="cookie", required=True, schema=Schema(enum=("dark",)))
    stale = Parameter(name="cookie", location="header", required=True)
    one = Operation(method="GET", path="/", pointer="", parameters=(theme, stale), security=((Grant(scheme="s"),),))
    call = call_of(alone(one, About(title="", format="", servers=(server,), security_schemes=(scheme,))))
    assert (call.url, call.headers) == ("https://eu.TENANT.example/", {"Cookie": "theme=dark; sid=SID"})
    assert call.sources == {"region": "default", "tenant": "placeholder", "theme": "enum", "sid": "placeholder"}


def test_what_only_the_other_side_sets_has_no_source() -> None:
    """A field that is not sent is told nowhere, nor what is in it."""
    inner = Schema(type="object", required=("no",), properties={"no": Schema(type="integer")}, read_only=True)
    schema = Schema(type="object", required=("own", "a"), properties={"own": inner, "a": Schema(type="boolean")})
    body = Body(content=(Content(media_type="application/json", schema=schema),))
    call = call_of(alone(Operation(method="POST", path="/", pointer="", body=body), About(title="", format="")))
    assert (call.body, call.sources) == ({"a": True}, {"a": "type"})


def test_graphql_arguments_are_told_by_their_names() -> None:
    """The variables of a document are the inputs; one that pages gets a size though it may be left out."""
    call = call_of(format_source("sdl", "Query.shelf"))
    assert (call.transport, call.method, call.url) == ("http", "POST", "https://HOST/graphql")
    assert call.sources == {"at": "type", "open": "type", "size": "type", "deep[][]": "type"}
