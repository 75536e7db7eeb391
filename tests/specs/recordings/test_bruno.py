from pathlib import Path

import pytest

from engine.errors import SpecError
from engine.secrets.redact import REDACTED
from engine.specs.beside import beside
from engine.specs.limits import Limits
from engine.specs.model import Grant, Operation, Spec
from engine.specs.read import read

BRUNO = '{"version": "1", "name": "Shop", "type": "collection", "ignore": ["node_modules"]}'
ADD = """\
meta {
  name: Add an order
  type: http
  seq: 2
}

post {
  url: {{host}}/orders?dry=true
  body: json
  auth: inherit
}

params:query {
  dry: true
  ~trace: 1
}

headers {
  @description('''
    Which part of the shop.
    It has two.
  ''')
  X-Shop: north
  ~X-Old: 1
}

body:json {
  {
    "note": "quick",
    "password": "hunter22",
    "count": {{count}}
  }
}

vars:pre-request {
  count: 3
}

vars:post-response {
  order_id: res.body.id
}

script:post-response {
  if (res.status === 200) {
    bru.setVar("a", "b");
  }
}

tests {
  test("ok", function() {
    expect(res.status).to.equal(200);
  });
}

docs {
  Adds **an order**.

  It takes a while.
}
"""
TREE = {
    "bruno.json": BRUNO,
    "collection.bru": "headers {\n  X-Client: specdeck\n}\n\nauth {\n  mode: bearer\n}\n\nauth:bearer {\n"
    "  token: s3cretS3cretS3cret\n}\n\ndocs {\n  All of **the shop**.\n}\n",
    "environments/Prod.bru": "vars {\n  host: https://{{domain}}/v1\n  domain: shop.example\n  api_key: abcd1234efgh\n"
    "}\nvars:secret [\n  pin\n]\ncolor: #2E8A54\n",
    "environments/Test.bru": "vars {\n  host: https://test.example\n}\n",
    "orders/folder.bru": "meta {\n  name: All orders\n  seq: 1\n}\n\ndocs {\n  What was ordered.\n}\n\nauth {\n"
    "  mode: apikey\n}\n\nauth:apikey {\n  key: X-Key\n  value: {{api_key}}\n  placement: header\n}\n",
    "orders/add.bru": ADD,
    "orders/show.bru": "meta {\n  name: Show an order\n  seq: 1\n}\n\nget {\n  url: {{host}}/orders/:id\n  body: none\n"
    "  auth: none\n}\n\nparams:path {\n  id: 7\n}\n",
    "orders/items/graph.bru": "meta {\n  name: Items\n  type: graphql\n}\n\npost {\n  url: {{host}}/graphql\n"
    "  body: graphql\n  auth: inherit\n}\n\nbody:graphql {\n"
    "  query Items($n: Int) {\n    items(n: $n) { id }\n  }\n}\n\n"
    'body:graphql:vars {\n  {"n": 1}\n}\n',
    "picture.bru": "meta {\n  name: Picture\n}\n\nput {\n  url: {{host}}/picture\n  body: multipartForm\n"
    "  auth: oauth2\n}\n\nbody:multipart-form {\n  file: @file(a.png)\n  about: '''\n    one\n    two\n  '''\n}\n\n"
    "auth:oauth2 {\n  grant_type: client_credentials\n  access_token_url: https://shop.example/token\n"
    "  client_secret: zyxw9876vuts\n  scope: read write\n}\n",
    "live.bru": "meta {\n  name: Live\n  type: ws\n}\n\nws {\n  url: wss://shop.example\n}\n",
    "empty.bru": "meta {\n  name: Empty\n}\n\nget {\n  url:\n}\n",
    "node_modules/other.bru": ADD,
    "other/bruno.json": BRUNO,
    "other/add.bru": ADD,
}
"""Path → text: folders, environments, every kind of settings, and what is of others."""


def collection(folder: Path, tree: dict[str, str] = TREE, root: str = "bruno.json") -> Spec:
    """Write a collection and read it."""
    for path, text in tree.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return read(tree[root].encode(), name=root, neighbour=beside(folder, Limits()))


def by_name(spec: Spec) -> dict[str, Operation]:
    """Return the operations by their names."""
    return {each.summary: each for each in spec.operations}


def test_a_folder_is_one_collection(tmp_path: Path) -> None:
    """All requests below it, in Bruno's order; but not other people's, nor those of another collection inside."""
    spec = collection(tmp_path)
    assert (spec.about.format, spec.about.title, spec.about.description) == ("bruno", "Shop", "All of **the shop**.")
    assert [each.key for each in spec.operations] == [
        "PUT /picture",
        "GET /orders/{id}",
        "POST /orders",
        "POST /graphql",
    ]
    assert [tag.name for tag in spec.about.tags] == ["All orders", "All orders / items"]
    assert spec.about.tags[0].description == "What was ordered."
    assert [server.url for server in spec.about.servers] == ["https://shop.example/v1"]
    assert [(each.file, each.line, each.message) for each in spec.problems] == [
        ("live.bru", 0, "has no request over HTTP"),
        ("empty.bru", 5, "has no address"),
    ]


def test_a_request_has_what_its_file_says(tmp_path: Path) -> None:
    """Inputs with their descriptions, those that are off as optional ones; headers of the folders around it."""
    add = by_name(collection(tmp_path))["Add an order"]
    assert (
        add.description == "Adds **an order**.\n\nIt takes a while.\n\nKeeps res.body.id of the answer as {{order_id}}."
    )
    assert [(each.name, each.required, each.schema.example, each.description) for each in add.parameters] == [
        ("dry", True, True, ""),
        ("trace", False, 1, ""),
        ("X-Client", True, "specdeck", ""),
        ("X-Shop", True, "north", "Which part of the shop.\nIt has two."),
        ("X-Old", False, 1, ""),
    ]
    assert add.body is not None
    assert add.body.content[0].example == {"note": "quick", "password": REDACTED, "count": 3}
    assert add.pointer == "/$files/orders~1add.bru/lines/7"


def test_bodies_of_all_kinds(tmp_path: Path) -> None:
    """A form with a file and with a value of several lines, and GraphQL with its variables."""
    found = by_name(collection(tmp_path))
    picture, graph = (each.body.content[0] for each in (found["Picture"], found["Items"]) if each.body)
    assert {name: each.format for name, each in picture.schema.properties.items()} == {"file": "binary", "about": ""}
    assert picture.example["about"] == "one\ntwo"
    assert graph.example == {"query": "query Items($n: Int) {\n  items(n: $n) { id }\n}", "variables": {"n": 1}}


def test_auth_is_that_of_the_nearest_folder(tmp_path: Path) -> None:
    """A request may say otherwise; that it says `none` promises nothing."""
    spec = collection(tmp_path)
    found = by_name(spec)
    assert found["Add an order"].security == ((Grant("X-Key"),),)
    assert found["Items"].security == ((Grant("X-Key"),),)
    assert found["Picture"].security == ((Grant("oauth2"),),)
    assert found["Show an order"].security == ()
    schemes = {scheme.name: scheme for scheme in spec.about.security_schemes}
    assert list(schemes["oauth2"].scopes) == ["read", "write"]
    assert schemes["oauth2"].token_url == "https://shop.example/token"  # noqa: S105 - an address


def test_no_secret_stays(tmp_path: Path) -> None:
    """Neither those of auth nor those of environments and bodies."""
    told = str(collection(tmp_path))
    assert not [secret for secret in ("s3cretS3", "abcd1234", "zyxw9876", "hunter22") if secret in told]


def test_a_single_request_is_a_collection_of_one() -> None:
    """What its collection says of it is not there."""
    spec = read(ADD.encode(), name="add.bru")
    assert (spec.about.format, spec.about.title) == ("bru", "Add an order")
    assert [each.key for each in spec.operations] == ["POST /orders"]


def test_what_has_no_request_is_refused(tmp_path: Path) -> None:
    """The way out is to add the folder."""
    with pytest.raises(SpecError) as refused:
        read(BRUNO.encode())
    assert "folder" in refused.value.hint
    with pytest.raises(SpecError):
        collection(tmp_path, {"bruno.json": BRUNO, "environments/a.bru": "vars {\n  a: 1\n}\n"})
    with pytest.raises(SpecError):
        read(b"vars {\n  a: 1\n}\n")


OPEN = {
    "opencollection.yml": """\
opencollection: 1.0.0
info: {name: Shop, version: 2.1.0, summary: All of the shop}
request:
  auth: {type: bearer, token: s3cretS3cretS3cret}
  headers: [{name: X-Client, value: specdeck}]
""",
    "environments/prod.yml": """\
name: prod
variables:
  - {name: host, value: https://shop.example}
  - {name: api_key, secret: true}
""",
    "orders/folder.yml": """\
info: {name: All orders, type: folder}
docs: {content: What was ordered., type: text/markdown}
""",
    "orders/add.yml": """\
info: {name: Add an order, type: http, seq: 1}
http:
  method: POST
  url: '{{host}}/orders/:shop'
  params:
    - {name: shop, value: north, type: path}
    - {name: dry, value: 'true', type: query, description: Only looks, disabled: true}
  body: {type: json, data: '{"note": "quick", "password": "hunter22"}'}
  auth: inherit
runtime:
  actions:
    - type: set-variable
      phase: after-response
      selector: {expression: $.id, method: jsonq}
      variable: {name: order_id, scope: runtime}
examples:
  - name: Added
    response:
      status: 201
      headers: [{name: X-Limit, value: '60'}]
      body: {type: json, data: '{"id": 7}'}
docs: Adds an order.
""",
    "graph.yml": """\
info: {name: Items, type: graphql}
graphql:
  method: POST
  url: '{{host}}/graphql'
  body: {query: '{ items { id } }', variables: '{"n": 1}'}
  auth: none
""",
    "live.yml": "info: {name: Live, type: websocket}\nwebsocket: {url: wss://shop.example}\n",
}
"""A collection in YAML."""


def test_a_collection_in_yaml_is_read_alike(tmp_path: Path) -> None:
    """What Bruno writes since 2026; it keeps examples of answers, too."""
    spec = collection(tmp_path, OPEN, "opencollection.yml")
    assert (spec.about.format, spec.about.title, spec.about.version) == ("opencollection", "Shop", "2.1.0")
    assert [each.key for each in spec.operations] == ["POST /graphql", "POST /orders/{shop}"]
    graph, add = spec.operations
    assert (graph.security, add.security, add.tags) == ((), ((Grant("bearer"),),), ("All orders",))
    assert [(each.name, each.required) for each in add.parameters] == [
        ("shop", True),
        ("dry", False),
        ("X-Client", True),
    ]
    assert add.description == "Adds an order.\n\nKeeps $.id of the answer as {{order_id}}."
    assert [(each.status, each.content[0].example) for each in add.responses] == [("201", {"id": 7})]
    assert "s3cretS3" not in str(spec)
    assert "hunter22" not in str(spec)


def test_a_collection_in_one_file_is_read_alike() -> None:
    """Folders are lists in lists then."""
    text = """\
opencollection: 1.0.0
info: {name: Shop}
config: {environments: [{name: prod, variables: [{name: host, value: https://shop.example}]}]}
items:
  - info: {name: Orders, type: folder}
    items:
      - info: {name: Show, type: http}
        http:
          method: GET
          url: '{{host}}/orders'
          body:
            - {title: a, body: {type: text, data: no}}
            - {title: b, selected: true, body: {type: form-urlencoded, data: [{name: a, value: '1'}]}}
  - {info: {name: Flow, type: script}, script: x}
"""
    spec = read(text.encode())
    [show] = spec.operations
    assert (show.key, show.tags, [server.url for server in spec.about.servers]) == (
        "GET /orders",
        ("Orders",),
        ["https://shop.example"],
    )
    assert show.body is not None
    assert show.body.content[0].example == {"a": "1"}
    assert [each.pointer for each in spec.problems] == ["/items/1"]
