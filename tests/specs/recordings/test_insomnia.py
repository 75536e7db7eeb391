import json
from typing import Any

import pytest

from engine.errors import SpecError
from engine.secrets.redact import REDACTED
from engine.specs.limits import Limits
from engine.specs.model import Grant, Spec
from engine.specs.read import read
from tests.specs.builders import JSON, read_json

RESOURCES: list[JSON] = [
    {"_id": "wrk_1", "_type": "workspace", "parentId": None, "name": "Shop", "description": "All of the shop"},
    {"_id": "env_1", "_type": "environment", "parentId": "wrk_1", "data": {"host": "https://old.example", "n": 3}},
    {
        "_id": "env_2",
        "_type": "environment",
        "parentId": "env_1",
        "data": {
            "host": "https://{{ _.shop.domain }}/v1",
            "shop": {"domain": "shop.example"},
            "api_key": "abcd1234efgh",
        },
    },
    {
        "_id": "fld_2",
        "_type": "request_group",
        "parentId": "fld_1",
        "name": "Items",
        "environment": {"n": 5},
        "headers": [{"name": "X-Group", "value": "items"}],
    },
    {
        "_id": "fld_1",
        "_type": "request_group",
        "parentId": "wrk_1",
        "name": "Orders",
        "description": "What was ordered",
        "authentication": {"type": "apikey", "key": "X-Key", "value": "{{ _.api_key }}", "addTo": "header"},
    },
    {
        "_id": "req_1",
        "_type": "request",
        "parentId": "fld_1",
        "metaSortKey": -1,
        "name": "Add an order",
        "description": "Adds one",
        "method": "POST",
        "url": "{{ _.host }}/orders",
        "parameters": [
            {"name": "dry", "value": "true", "description": "Only looks"},
            {"name": "trace", "value": "{% uuid 'v4' %}", "disabled": True},
        ],
        "headers": [
            {"name": "Content-Type", "value": "application/json"},
            {"name": "User-Agent", "value": "insomnia/10"},
        ],
        "body": {"mimeType": "application/json", "text": '{"password": "hunter22", "n": {{ _.n }}}'},
        "authentication": {},
    },
    {
        "_id": "req_2",
        "_type": "request",
        "parentId": "fld_2",
        "name": "Show an item",
        "method": "GET",
        "url": "{{ _['host'] }}/items/{% response 'body', 'req_1', 'b64::JC5vcmRlcl9pZA==::46b', 'never', 60 %}"
        "/:part?n={{n}}",
        "pathParameters": [{"name": "part", "value": "head"}],
        "authentication": {"type": "bearer", "token": "s3cretS3cretS3cret"},
    },
    {
        "_id": "req_3",
        "_type": "request",
        "parentId": "wrk_1",
        "name": "Send a file",
        "method": "POST",
        "url": "{{ _.host }}/files",
        "body": {
            "mimeType": "multipart/form-data",
            "params": [{"name": "f", "type": "file", "fileName": "/home/me/x"}, {"name": "a", "value": "1"}],
        },
        "authentication": {
            "type": "oauth2",
            "accessTokenUrl": "https://shop.example/token",
            "clientSecret": "zyxw9876vuts",
            "scope": "read write",
        },
    },
    {
        "_id": "req_4",
        "_type": "request",
        "parentId": "wrk_1",
        "name": "Ask",
        "method": "POST",
        "url": "{{ _.host }}/graphql",
        "headers": [{"name": "Authorization", "value": "Basic dXNlcjpwYXNz", "disabled": True}],
        "body": {"mimeType": "application/graphql", "text": '{"query": "{ a }", "variables": {"n": 1}}'},
        "authentication": {"type": "basic"},
    },
    {"_id": "grq_1", "_type": "grpc_request", "parentId": "wrk_1", "name": "Over gRPC"},
    {"_id": "fld_3", "_type": "request_group", "parentId": "fld_4", "name": "A circle"},
    {"_id": "fld_4", "_type": "request_group", "parentId": "fld_3", "name": "And back"},
    {"_id": "req_5", "_type": "request", "parentId": "fld_3", "name": "Empty", "method": "GET", "url": ""},
]
"""Folders in any order, environments, every kind of body, and what is in a circle."""

TREE = """\
type: collection.insomnia.rest/5.0
name: Shop
meta: {id: wrk_1, description: All of the shop}
environments:
  name: Base
  data: {host: 'https://old.example', n: 3}
  subEnvironments:
    - name: prod
      data: {host: 'https://shop.example/v1', token: s3cretS3cretS3cret}
collection:
  - name: Orders
    meta: {id: fld_1, description: What was ordered}
    headers: [{name: X-Group, value: orders}]
    authentication: {type: bearer, token: '{{ _.token }}'}
    environment: {n: 5}
    children:
      - name: Show an order
        url: '{{ _.host }}/orders/:id'
        method: GET
        meta: {id: req_1, description: Shows one}
        parameters: [{name: n, value: '{{ _.n }}'}]
        pathParameters: [{name: id, value: '7'}]
        authentication: {type: none}
      - name: Add an order
        url: '{{ _.host }}/orders'
        method: POST
        body: {mimeType: application/json, text: '{"password": "hunter22"}'}
        authentication: {type: basic, disabled: true}
      - {name: Not done, method: GET}
  - {name: Live, url: 'wss://shop.example'}
"""


def export(resources: Any = RESOURCES, version: Any = 4) -> Spec:
    """Read a list of resources."""
    return read_json({"_type": "export", "__export_format": version, "resources": resources})


def test_a_list_is_read_whole() -> None:
    """Folders wherever they stand, requests in Insomnia's order, what the folders give them."""
    spec = export()
    assert (spec.about.format, spec.about.title, spec.about.description) == ("insomnia-4", "Shop", "All of the shop")
    assert [server.url for server in spec.about.servers] == ["https://shop.example/v1"]
    assert [(tag.name, tag.description) for tag in spec.about.tags] == [
        ("Orders", "What was ordered"),
        ("Orders / Items", ""),
        ("And back", ""),
        ("And back / A circle", ""),
    ]
    assert [each.key for each in spec.operations] == [
        "POST /files",
        "POST /graphql",
        "POST /orders",
        "GET /items/{order_id}/{part}",
    ]
    _, _, add, show = spec.operations
    assert (add.summary, add.description, add.tags) == ("Add an order", "Adds one", ("Orders",))
    assert [(each.name, each.required, each.schema.example, each.description) for each in add.parameters] == [
        ("dry", True, True, "Only looks"),
        ("trace", False, None, ""),
    ]
    assert [(each.name, each.location, each.schema.example) for each in show.parameters] == [
        ("order_id", "path", None),
        ("part", "path", "head"),
        ("n", "query", 5),
        ("X-Group", "header", "items"),
    ]
    assert [(each.pointer, each.message) for each in spec.problems] == [
        ("/resources/9", "is no request over HTTP, and is not read"),
        ("/resources/12", "has no address"),
    ]


def test_an_older_list_is_read_alike() -> None:
    """What Insomnia wrote before 2019 has the same resources."""
    assert export(version=3).operations == export().operations
    assert export(version=3).about.format == "insomnia-3"


def test_auth_and_bodies_are_read() -> None:
    """Auth is that of the nearest folder, and the header that it makes is no parameter."""
    spec = export()
    files, graph, add, show = spec.operations
    assert [each.security for each in (files, graph, add, show)] == [
        ((Grant("oauth2"),),),
        ((Grant("basic"),),),
        ((Grant("X-Key"),),),
        ((Grant("bearer"),),),
    ]
    assert graph.parameters == ()
    form, query, order = (each.body.content[0] for each in (files, graph, add) if each.body)
    assert {name: each.format for name, each in form.schema.properties.items()} == {"f": "binary", "a": ""}
    assert query.example == {"query": "{ a }", "variables": {"n": 1}}
    assert order.example == {"password": REDACTED, "n": 3}


def test_a_tree_is_read_alike() -> None:
    """Version 5 has folders with their children."""
    spec = read(TREE.encode())
    assert (spec.about.format, spec.about.title, spec.about.description) == ("insomnia-5", "Shop", "All of the shop")
    assert [server.url for server in spec.about.servers] == ["https://shop.example/v1"]
    show, add = spec.operations
    assert (show.key, show.tags, show.description, show.security) == (
        "GET /orders/{id}",
        ("Orders",),
        "Shows one",
        (),
    )
    assert [(each.name, each.schema.example) for each in show.parameters] == [
        ("id", 7),
        ("n", 5),
        ("X-Group", "orders"),
    ]
    assert add.security == ()
    assert [(each.pointer, each.line, each.message) for each in spec.problems] == [
        ("/collection/1", 30, "is no request over HTTP, and is not read"),
        ("/collection/0/children/2", 29, "has no address"),
    ]


@pytest.mark.parametrize("text", [json.dumps({"_type": "export", "__export_format": 4, "resources": RESOURCES}), TREE])
def test_no_secret_stays(text: str) -> None:
    """Neither those of auth nor those of environments and bodies."""
    told = str(read(text.encode()))
    assert not [secret for secret in ("s3cretS3", "abcd1234", "zyxw9876", "hunter22") if secret in told]


def test_workspaces_of_one_export_are_told_apart() -> None:
    """Each is a folder then."""
    more = [
        {"_id": "wrk_2", "_type": "workspace", "name": "Yard"},
        {"_id": "req_9", "_type": "request", "parentId": "wrk_2", "method": "GET", "url": "https://yard.example/x"},
    ]
    spec = export([*RESOURCES, *more])
    assert spec.about.title == "Collection of Insomnia"
    assert {each.path: each.tags for each in spec.operations}["/x"] == ("Yard",)
    assert {each.path: each.tags for each in spec.operations}["/files"] == ("Shop",)


@pytest.mark.parametrize(
    "tree",
    [
        {"_type": "export", "__export_format": 2, "resources": RESOURCES},
        {"_type": "export", "__export_format": 4, "resources": RESOURCES[:3]},
        {"type": "environment.insomnia.rest/5.0", "name": "a", "environments": {"data": {"a": 1}}},
    ],
)
def test_what_has_no_requests_is_refused(tree: JSON) -> None:
    """Old exports and environments: the way out is to export the collection."""
    with pytest.raises(SpecError) as refused:
        read_json(tree)
    assert "export the collection" in refused.value.hint


def test_a_long_name_around_many_variables_is_refused() -> None:
    """Each of them would repeat it: a document of some megabytes came to as many gigabytes."""
    data = {"long" * 16_000: {str(number): "" for number in range(500)}}
    tree = {"_type": "export", "__export_format": 4, "resources": [{"_type": "environment", "data": data}, *RESOURCES]}
    with pytest.raises(SpecError, match="parts"):
        read(json.dumps(tree).encode(), Limits(max_parts=100_000))
