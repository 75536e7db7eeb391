"""What feeds what, from specifications alone."""

import time
from typing import Any

import pytest
from hypothesis import given, strategies

from engine.indexing.links.links import PRODUCERS, links
from engine.library.records import Edge, How
from engine.search.links.order import calling_order
from engine.specs.limits import Limits
from engine.specs.read import read
from tests.specs.builders import JSON, document, read_json

USER = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}


def gives(schema: JSON, status: str = "200", **more: Any) -> JSON:
    """Return responses with this schema."""
    return {status: {"description": "", "content": {"application/json": {"schema": schema}}, **more}}


def listed(schema: JSON) -> JSON:
    """Return an array of this schema."""
    return {"type": "array", "items": schema}


def call(responses: JSON | None = None, *inputs: str, **parts: Any) -> JSON:
    """Return an operation; an input is a path parameter, or with a `?` before it a required one of the query."""
    parameters = [
        {"name": name.lstrip("?"), "in": "query" if name[0] == "?" else "path", "required": True, "schema": {}}
        for name in inputs
    ]
    return {"parameters": parameters, "responses": responses or {"204": {"description": ""}}, **parts}


def edges(paths: JSON, **parts: Any) -> list[tuple[str, str, str, str, str]]:
    """Return what feeds what: input, consumer, producer, place in its response, and how it is known."""
    spec = read_json(document(paths, **parts))
    keys = [operation.key for operation in spec.operations]
    return [(edge.needs, keys[edge.consumer], keys[edge.producer], edge.gives, edge.how) for edge in links(spec)]


def feeding(paths: JSON, needs: str, **parts: Any) -> list[tuple[str, str]]:
    """Return the producers of an input and the place in their responses, the best first."""
    return [(found[2], found[3]) for found in edges(paths, **parts) if found[0] == needs]


def test_a_collection_feeds_what_takes_one_of_it() -> None:
    """`/users` and `POST /users` feed all below `/users/{id}`, and nothing feeds itself."""
    found = edges(
        {
            "/users": {"get": call(gives(listed(USER))), "post": call(gives(USER, "201"))},
            "/users/{id}": {"get": call(gives(USER), "id"), "delete": call(None, "id")},
        }
    )
    assert found == [
        ("id", consumer, producer, place, "path")
        for consumer in ("GET /users/{id}", "DELETE /users/{id}")
        for producer, place in (("GET /users", "[].id"), ("POST /users", "id"))
    ]


def test_who_searches_comes_before_who_lists_before_who_creates() -> None:
    """A person who knows a name only is served best by a search."""
    paths = {
        "/users": {"get": call(gives(listed(USER))), "post": call(gives(USER, "201"))},
        "/users/search": {"get": call(gives({"type": "object", "properties": {"items": listed(USER)}}), "?q")},
        "/orders": {"get": call(None, "?user_id")},
    }
    assert feeding(paths, "user_id") == [
        ("GET /users/search", "items[].id"),
        ("GET /users", "[].id"),
        ("POST /users", "id"),
    ]


@pytest.mark.parametrize("name", ["user_id", "userId", "user-id", "userid", "user", "UserID"])
def test_a_name_is_understood_however_it_is_written(name: str) -> None:
    """Snake case, camel case, glued or bare: all are of a user."""
    assert feeding(
        {
            "/users": {"get": call(gives(listed(USER)))},
            "/orders": {"get": call(None, f"?{name}")},
            "/users/{id}": {"get": call(None, "id")},
        },
        name,
    ) == [("GET /users", "[].id")]


@pytest.mark.parametrize(
    ("segment", "name"),
    [
        ("categories", "category_id"),
        ("boxes", "box_id"),
        ("people", "person_id"),
        ("statuses", "status_id"),
        ("caches", "cache_id"),
        ("cookies", "cookie_id"),
    ],
)
def test_one_and_many_are_the_same(segment: str, name: str) -> None:
    """The plural of a path is the singular of an input's name."""
    paths = {f"/{segment}": {"get": call(gives(listed(USER)))}, "/things": {"get": call(None, f"?{name}")}}
    assert feeding(paths, name) == [(f"GET /{segment}", "[].id")]


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "object", "properties": {"data": listed(USER), "total": {"type": "integer"}}}, "data[].id"),
        (
            {"type": "object", "properties": {"result": {"type": "object", "properties": {"rows": listed(USER)}}}},
            "result.rows[].id",
        ),
        ({"type": "object", "properties": {"users": listed(USER)}}, "users[].id"),
        ({"allOf": [{"$ref": "#/components/schemas/Page"}, {"properties": {"values": listed(USER)}}]}, "values[].id"),
        (
            listed(
                {
                    "type": "object",
                    "properties": {"metadata": {"type": "object", "properties": {"id": {"type": "string"}}}},
                }
            ),
            "[].metadata.id",
        ),
    ],
)
def test_envelopes_are_opened(schema: JSON, place: str) -> None:
    """What a response wraps is found where it is."""
    page = {"type": "object", "properties": {"total": {"type": "integer"}}}
    paths = {"/users": {"get": call(gives(schema))}, "/users/{user_id}": {"get": call(None, "user_id")}}
    assert feeding(paths, "user_id", components={"schemas": {"Page": page}}) == [("GET /users", place)]


def test_parts_of_a_response_are_found_by_field_and_by_schema() -> None:
    """A search over several kinds gives each of them, and a book gives its author."""
    author = {"$ref": "#/components/schemas/Author"}
    book = {"type": "object", "properties": {"id": {"type": "string"}, "written_by": author}}
    everything = {"type": "object", "properties": {"books": listed(book), "shops": listed(USER)}}
    paths = {
        "/search": {"get": call(gives(everything), "?q")},
        "/authors/{author_id}": {"get": call(None, "author_id")},
        "/shops/{shop_id}": {"get": call(None, "shop_id")},
    }
    parts = {"schemas": {"Author": USER}}
    assert feeding(paths, "shop_id", components=parts) == [("GET /search", "shops[].id")]
    assert feeding(paths, "author_id", components=parts) == [("GET /search", "books[].written_by.id")]


def test_a_reference_to_another_thing_feeds_it_least() -> None:
    """An order's `customer_id` is one way to a customer, after the list of them."""
    order = {"type": "object", "properties": {"id": {"type": "string"}, "customer_id": {"type": "string"}}}
    paths = {
        "/orders": {"get": call(gives(listed(order)))},
        "/customers": {"get": call(gives(listed(USER)))},
        "/customers/{customer_id}/notes": {"get": call(None, "customer_id")},
    }
    assert [found[2:] for found in edges(paths)] == [
        ("GET /customers", "[].id", "path"),
        ("GET /orders", "[].customer_id", "name"),
    ]


def test_the_key_that_an_input_asks_for_is_taken() -> None:
    """A number for `issue_number`, and a text where no number is asked for."""
    issue = {
        "type": "object",
        "properties": {"id": {"type": "integer"}, "number": {"type": "integer"}, "slug": {"type": "string"}},
    }
    paths = {"/issues": {"get": call(gives(listed(issue)))}}
    for name, place in (("issue_number", "[].number"), ("issue", "[].slug"), ("issue_id", "[].id")):
        below = {f"/issues/{{{name}}}": {"get": call(None, name)}}
        below[f"/issues/{{{name}}}"]["get"]["parameters"][0]["schema"] = {"type": "string"}
        assert feeding(paths | below, name) == [("GET /issues", place)]


def test_the_id_of_a_key_is_an_id() -> None:
    """`/keys/{key_id}` takes the id of a key, and not what the key is."""
    key = {"type": "object", "properties": {"key": {"type": "string"}, "id": {"type": "integer"}}}
    paths = {"/keys": {"get": call(gives(listed(key)))}, "/keys/{key_id}": {"get": call(None, "key_id")}}
    assert feeding(paths, "key_id") == [("GET /keys", "[].id")]


def test_fields_of_a_body_are_inputs() -> None:
    """A required field that is the id of something is fed; an optional one and other values are not."""
    body = {
        "type": "object",
        "required": ["user_id", "note", "format"],
        "properties": {name: {"type": "string"} for name in ("user_id", "team_id", "note", "format")},
    }
    paths = {
        "/users": {"get": call(gives(listed(USER)))},
        "/teams": {"get": call(gives(listed(USER)))},
        "/orders": {"post": call(requestBody={"content": {"application/json": {"schema": body}}})},
    }
    assert edges(paths) == [("user_id", "POST /orders", "GET /users", "[].id", "response")]


def test_two_inputs_of_one_name_are_one() -> None:
    """The same id in the path and in the query is fed once."""
    paths = {
        "/users": {"get": call(gives(listed(USER)))},
        "/users/{user_id}": {"put": call(None, "user_id", "?user_id")},
    }
    assert feeding(paths, "user_id") == [("GET /users", "[].id")]


def test_declared_links_come_first() -> None:
    """OpenAPI links are taken as they are, and by operationId as well as by reference."""
    links_ = {
        "Mail": {"operationId": "mail", "parameters": {"to": "$response.body#/owner/mail"}},
        "Next": {"operationRef": "#/paths/~1mails~1{mail}/get", "parameters": {"path.mail": "$response.header.X-Mail"}},
        "Same": {"operationId": "mail", "parameters": {"box": "$request.query.box"}},
    }
    paths = {
        "/houses": {"get": call(gives(USER, links=links_))},
        "/mails": {"post": call(None, "?to", operationId="mail")},
        "/mails/{mail}": {"get": call(None, "mail")},
    }
    assert edges(paths) == [
        ("to", "POST /mails", "GET /houses", "owner.mail", "link"),
        ("mail", "GET /mails/{mail}", "GET /houses", "X-Mail", "link"),
    ]


def test_a_response_that_is_not_described_may_hold_it() -> None:
    """A list without a schema feeds what takes one of it, and says no place; an empty response feeds nothing."""
    paths = {
        "/users": {"get": call({"200": {"description": "All"}}), "post": call({"204": {"description": "Done"}})},
        "/users/{id}": {"get": call(None, "id")},
    }
    assert edges(paths) == [("id", "GET /users/{id}", "GET /users", "", "path")]


def test_a_location_header_tells_what_was_created() -> None:
    """Where a response has no body, its `Location` leads to what it created."""
    created = {"201": {"description": "", "headers": {"location": {"schema": {"type": "string"}}}}}
    paths = {"/jobs": {"post": call(created)}, "/jobs/{job_id}": {"get": call(None, "job_id")}}
    assert edges(paths) == [("job_id", "GET /jobs/{job_id}", "POST /jobs", "location", "location")]


def test_what_is_known_without_asking_is_no_input() -> None:
    """Values of an enum and dates are fed by nothing."""
    paths = {
        "/sizes": {"get": call(gives(listed(USER)))},
        "/sizes/{size}": {"get": call(None, "size")},
        "/days": {"get": call(gives(listed(USER)))},
        "/days/{day}": {"get": call(None, "day")},
    }
    paths["/sizes/{size}"]["get"]["parameters"][0]["schema"] = {"type": "string", "enum": ["S", "M"]}
    paths["/days/{day}"]["get"]["parameters"][0]["schema"] = {"type": "string", "format": "date"}
    assert edges(paths) == []


def test_a_thing_of_a_thing_is_found_from_within_it() -> None:
    """Comments of an issue are those listed under it, before comments of anything else."""
    comment = {"type": "object", "properties": {"id": {"type": "string"}}}
    parts = {"schemas": {"IssueComment": comment, "GistComment": comment}}
    paths = {
        "/gists/{gist}/comments": {"get": call(gives(listed({"$ref": "#/components/schemas/GistComment"})), "gist")},
        "/issues/{issue}/comments": {
            "get": call(gives(listed({"$ref": "#/components/schemas/IssueComment"})), "issue")
        },
        "/issues/{issue}/comments/{comment_id}": {"get": call(None, "issue", "comment_id")},
    }
    first, *_ = feeding(paths, "comment_id", components=parts)
    assert first == ("GET /issues/{issue}/comments", "[].id")


def test_types_tell_in_graphql() -> None:
    """A mutation's input object has its ids fed by the queries that return such things."""
    spec = read(
        b"type Query { shops(search: String): [Shop!]! owner(login: String!): Owner }"
        b" type Mutation { closeShop(input: CloseShopInput!): Shop }"
        b" input CloseShopInput { shopId: ID!, ownerId: ID!, note: String! }"
        b" type Shop { id: ID! owner: Owner! } type Owner { id: ID! login: String! }",
        Limits(),
    )
    keys = [operation.key for operation in spec.operations]
    found = {(edge.needs, keys[edge.producer], edge.gives) for edge in links(spec)}
    assert ("input.shopId", "Query.shops", "[].id") in found
    assert ("input.ownerId", "Query.owner", "id") in found
    assert ("input.ownerId", "Query.shops", "[].owner.id") in found


def test_messages_tell_in_grpc() -> None:
    """A field of a request is fed by the calls whose answers hold such a thing, and by who tells the caller's own."""
    spec = read(
        b'syntax = "proto3"; package town.v1;'
        b" service Library { rpc ListShelves(ListShelvesRequest) returns (ListShelvesResponse);"
        b" rpc GetShelf(GetShelfRequest) returns (Shelf); rpc GetCurrentUser(Nothing) returns (Account);"
        b" rpc ListLoans(ListLoansRequest) returns (Nothing); }"
        b" message Nothing {} message ListShelvesRequest { int32 page_size = 1; }"
        b" message ListShelvesResponse { repeated Shelf shelves = 1; }"
        b" message GetShelfRequest { string shelf_id = 1; } message ListLoansRequest { string user_id = 1; }"
        b" message Shelf { string id = 1; string theme = 2; } message Account { string id = 1; }",
        Limits(),
    )
    names = [operation.path.rpartition("/")[2] for operation in spec.operations]
    assert [(names[edge.consumer], edge.needs, names[edge.producer], edge.gives) for edge in links(spec)] == [
        ("GetShelf", "shelf_id", "ListShelves", "shelves[].id"),
        ("ListLoans", "user_id", "GetCurrentUser", "id"),
    ]


def test_no_input_has_too_many_and_all_are_the_same_every_time() -> None:
    """The best few of many producers are kept, the same ones in the same order."""
    paths = {f"/group{number}/users": {"get": call(gives(listed(USER)))} for number in range(20)}
    paths["/notes"] = {"get": call(None, "?user_id")}
    spec = read_json(document(paths))
    assert len(links(spec)) == PRODUCERS
    assert links(spec) == links(spec)
    assert [edge.weight for edge in links(spec)] == sorted((edge.weight for edge in links(spec)), reverse=True)


def test_schemas_that_refer_to_themselves_come_to_an_end() -> None:
    """Circles of references and of envelopes are left."""
    schemas = {
        "Loop": {"$ref": "#/components/schemas/Loop"},
        "Data": {"type": "object", "properties": {"data": {"$ref": "#/components/schemas/Data"}}},
        "All": {"allOf": [{"$ref": "#/components/schemas/All"}, {"properties": {"id": {"type": "string"}}}]},
        "Tree": listed({"$ref": "#/components/schemas/Tree"}),
    }
    paths: JSON = {"/things/{thing}": {"get": call(None, "thing")}}
    for name in schemas:
        paths[f"/{name}/things"] = {"get": call(gives({"$ref": f"#/components/schemas/{name}"}))}
    assert feeding(paths, "thing", components={"schemas": schemas}) == [("GET /All/things", "id")]


def test_time_grows_with_the_size() -> None:
    """Four times as many operations on the same thing take nowhere near sixteen times as long."""

    def seconds(number: int) -> float:
        paths = {f"/n{n}/users/{{user_id}}": {"get": call(gives(USER), "user_id")} for n in range(number)}
        spec = read_json(document(paths))
        started = time.perf_counter()
        links(spec)
        return time.perf_counter() - started

    assert min(seconds(1600) for _ in range(3)) < 10 * min(seconds(400) for _ in range(3))


def edge(producer: int, consumer: int, weight: float = 0.5) -> Edge:
    """Return an edge of which only the ends and the weight matter."""
    return Edge(producer=producer, consumer=consumer, needs="", gives="", weight=weight, how=How.PATH)


def test_what_feeds_is_called_first() -> None:
    """A chain is put in order, and what nothing is known of stays where it is."""
    assert calling_order([3, 2, 9, 1], [edge(1, 2), edge(2, 3), edge(7, 3)]) == [9, 1, 2, 3]
    assert calling_order([3, 2, 1], []) == [3, 2, 1]


def test_a_circle_is_broken_where_it_is_weakest() -> None:
    """Of two that feed each other the better producer comes first."""
    assert calling_order([1, 2], [edge(1, 2, 0.4), edge(2, 1, 0.9)]) == [2, 1]


@given(
    strategies.lists(strategies.integers(0, 8), unique=True),
    strategies.lists(
        strategies.builds(edge, strategies.integers(0, 9), strategies.integers(0, 9), strategies.floats(0, 1))
    ),
)
def test_any_order_has_all_operations_once(items: list[int], some: list[Edge]) -> None:
    """Nothing is lost or added, and the strongest edge between two of them holds."""
    ordered = calling_order(items, some)
    assert sorted(ordered) == sorted(items)
    inner = [one for one in some if {one.producer, one.consumer} <= set(items) and one.producer != one.consumer]
    if inner:
        best = min(inner, key=lambda one: (-one.weight, items.index(one.producer), items.index(one.consumer)))
        assert ordered.index(best.producer) < ordered.index(best.consumer)
