"""Small documents of every format, from which the fuzz test makes broken ones."""

import json
import os
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from tests.specs.arazzo.test_arazzo import SHOP as BUYING
from tests.specs.asyncapi.test_asyncapi import LAMPS, OPEN, SIGNUPS
from tests.specs.builders import JSON, PETS
from tests.specs.files import PAGE, docx, pdf, tarred, zipped
from tests.specs.graphql.test_graphql import FEDERATED, INTROSPECTED, SDL
from tests.specs.openapi.test_swagger import PETS as SWAGGER_PETS
from tests.specs.protobuf.test_http import SHELVES
from tests.specs.protobuf.test_proto import LIBRARY
from tests.specs.recordings.test_bruno import OPEN as COLLECTION, TREE
from tests.specs.recordings.test_http import SHOP
from tests.specs.recordings.test_hurl import TESTS
from tests.specs.recordings.test_insomnia import RESOURCES, TREE as INSOMNIA
from tests.specs.recordings.test_kept import KEPT
from tests.specs.smithy.test_smithy import QUERIED, SHAPES, model
from tests.specs.test_identifiers import NAMED
from tests.specs.test_lenient import BRACED, COMMENTED

_SOME = 25
"""Operations, paths or types that are taken of a real document."""

RICH: JSON = {
    "openapi": "3.1.0",
    "info": {"title": "Rich", "version": "1", "x-logo": {"url": "https://example.com"}},
    "servers": [{"url": "https://{host}/v1", "variables": {"host": {"default": "example.com", "enum": ["a", "b"]}}}],
    "security": [{"key": []}, {"oauth": ["read"]}],
    "paths": {
        "/cats/{id}": {
            "parameters": [{"$ref": "#/components/parameters/Id"}, {"$ref": "parts.yaml#/Page"}],
            "put": {
                "operationId": "putCat",
                "tags": ["cats"],
                "description": "Puts a **cat**. It needs a token.\n\n- one\n- two",
                "deprecated": True,
                "requestBody": {"$ref": "#/components/requestBodies/Cat"},
                "responses": {
                    "200": {"$ref": "#/components/responses/Cat"},
                    "default": {"description": "Wrong", "content": {"application/json": {"schema": True}}},
                },
                "callbacks": {"done": {"{$request.body#/url}": {"post": {"responses": {"200": {"description": "x"}}}}}},
                "security": [{}],
                "servers": [{"url": "/other"}],
                "x-rate": 3,
            },
        },
        "/other": {"$ref": "other.yaml#/item"},
    },
    "webhooks": {"born": {"post": {"requestBody": {"content": {"text/plain": {"example": "born"}}}}}},
    "components": {
        "parameters": {"Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}},
        "requestBodies": {"Cat": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Cat"}}}}},
        "responses": {
            "Cat": {
                "description": "A cat",
                "headers": {"X-Left": {"schema": {"type": "integer"}}},
                "links": {"again": {"operationId": "putCat", "parameters": {"id": "$response.body#/id"}}},
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Animal"},
                        "examples": {"tom": {"$ref": "#/components/examples/Tom"}},
                    }
                },
            }
        },
        "examples": {"Tom": {"value": {"kind": "cat", "name": "Tom"}}},
        "schemas": {
            "Animal": {
                "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
                "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat", "dog": "Dog"}},
            },
            "Cat": {
                "allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"lives": {"type": "integer"}}}],
                "required": ["kind"],
            },
            "Dog": {"allOf": [{"$ref": "#/components/schemas/Base"}], "unevaluatedProperties": False},
            "Pair": {
                "prefixItems": [{"$ref": "#base"}, {"type": "string", "xml": {"name": "b", "attribute": True}}],
                "items": {"not": {"$ref": "#/components/schemas/Pair"}},
                "contains": {"if": {"const": 1}, "then": False, "else": {"$ref": "#base"}},
                "dependentSchemas": {"a/b": {"propertyNames": {"pattern": "^a"}}, "c": 1},
                "xml": {"name": "pair", "namespace": "urn:p", "prefix": "p", "wrapped": True},
            },
            "Base": {
                "$anchor": "base",
                "type": "object",
                "required": ["kind"],
                "properties": {
                    "kind": {"type": "string", "enum": ["cat", "dog"], "x-enum-descriptions": ["Meows", "Barks"]},
                    "parent": {"$ref": "#base"},
                    "tags": {"type": ["array", "null"], "items": {"type": "string", "maxLength": 9}},
                    "more": {"additionalProperties": {"$dynamicRef": "#base"}, "patternProperties": {"^x": True}},
                    "when": {"type": "string", "format": "date-time", "default": "2026-01-01T00:00:00Z"},
                },
            },
        },
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "oauth": {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "/a", "scopes": {"read": "Reads"}}}},
        },
    },
}
ANCHORED = """\
openapi: 3.0.3
info: &info {title: Anchored, version: 1.0}
x-base: &base
  responses: {'200': {description: "It\\tworks"}}
paths:
  /a:
    get:
      <<: *base
      operationId: a
      description: |
        Long
          text
  /b:
    get:
      <<: [*base, *info]
      summary: >- # folded
        words
        of it
"""
POSTMAN: JSON = {
    "info": {
        "name": "Town",
        "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        "description": {"content": "Of the *town*", "type": "text/markdown"},
    },
    "variable": [{"key": "base", "value": "https://{{host}}/v1"}, {"key": "host", "value": "town.example.com"}],
    "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "abcdef0123456789abcdef"}]},
    "item": [
        {
            "name": "Books",
            "description": "About books",
            "item": [
                {
                    "name": "Lend a book",
                    "request": {
                        "method": "POST",
                        "auth": {"type": "apikey", "apikey": {"key": "X-Key", "value": "s3cretS3cret", "in": "header"}},
                        "header": [
                            {"key": "Content-Type", "value": "application/json"},
                            {"key": "Cookie", "value": "a=b"},
                        ],
                        "url": {
                            "raw": "{{base}}/books/:id/lend?days=14&token=abc",
                            "host": ["{{base}}"],
                            "path": ["books", ":id", "lend"],
                            "query": [{"key": "days", "value": "14", "description": "How long"}],
                            "variable": [{"key": "id", "value": "7"}],
                        },
                        "body": {
                            "mode": "raw",
                            "raw": '{"reader": {{reader}}, "password": "x"}',
                            "options": {"raw": {"language": "json"}},
                        },
                        "description": "Lends it.",
                    },
                    "response": [
                        {
                            "name": "Lent",
                            "code": 200,
                            "header": "A: b\nC: d",
                            "body": '{"ok": true, "at": "2026-01-01"}',
                        },
                        {"name": "Gone", "code": 410, "_postman_previewlanguage": "html", "body": "<p>gone</p>"},
                    ],
                },
                {
                    "name": "Form",
                    "request": {
                        "method": "PUT",
                        "url": "{{base}}/f",
                        "body": {"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "1"}]},
                    },
                },
                {
                    "name": "Ask",
                    "request": {
                        "method": "POST",
                        "url": "https://g.example.com",
                        "body": {"mode": "graphql", "graphql": {"query": "{ a }", "variables": '{"b": 1}'}},
                    },
                },
            ],
        },
        {"name": "Plain", "request": "https://town.example.com/plain?x=1#f"},
    ],
}
POSTMAN_2_0: JSON = {
    "info": {"name": "Old", "schema": "https://schema.getpostman.com/json/collection/v2.0.0/collection.json"},
    "auth": {"type": "basic", "basic": {"username": "u", "password": "p4ssw0rd"}},
    "item": [
        {"name": "A", "request": {"method": "GET", "header": "X-A: 1\nX-B: 2", "url": "http://a.example.com/a/{{b}}"}}
    ],
}
HAR: JSON = {
    "log": {
        "version": "1.2",
        "creator": {"name": "Browser", "version": "1"},
        "entries": [
            {
                "startedDateTime": "2026-01-01T00:00:00.000Z",
                "time": 12.5,
                "request": {
                    "method": method,
                    "url": f"https://api.example.com/users/{number}/posts?page={number}&api_key=k3y",
                    "httpVersion": "HTTP/2",
                    "headers": [
                        {"name": "Authorization", "value": "Bearer abc.def.ghi"},
                        {"name": "Accept", "value": "*/*"},
                    ],
                    "queryString": [{"name": "page", "value": str(number)}],
                    "cookies": [{"name": "sid", "value": "1234567890abcdef"}],
                    "postData": {"mimeType": "application/json", "text": '{"title": "A", "n": [1, 2.5, null]}'},
                },
                "response": {
                    "status": 200 + number,
                    "statusText": "OK",
                    "headers": [{"name": "Content-Type", "value": "application/json"}],
                    "content": {
                        "mimeType": "application/json",
                        "size": 9,
                        "text": '{"id": 1, "tags": ["a"], "at": null}',
                    },
                },
            }
            for number, method in enumerate(("GET", "POST", "GET", "DELETE"))
        ],
    }
}
MARKDOWN = """\
---
title: Guide
---
# Guide

Some *words* and [a link](https://example.com "title").

## Set up

1. One
2. Two
   - Nested

   ```sh
   curl https://example.com
   ```

> Quoted `code`

| A | B |
| - | - |
| 1 | 2 |

<details><summary>More</summary>text</details>

Setext
------

    indented code
"""
RESTRUCTURED = "=====\nGuide\n=====\n\n.. note:: Words.\n\nPart\n----\n\nCode::\n\n    run it\n\n* a\n* b\n"
HTML = """\
<!DOCTYPE html><html lang="en"><head><title>Guide &amp; more</title><style>p {}</style><script>x = "<p>"</script></head>
<body><nav><a href="/">Home</a></nav><main><h1 id="g">Guide</h1><p>Some <b>words</b> &#8212; <code>x</code></p>
<ul><li>One<ul><li>Two</li></ul></li></ul><ol><li>1</li></ol><pre class="language-sh"><code>curl &lt;x&gt;
</code></pre><table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>
<h2>Part</h2><!-- comment --><blockquote>Quoted<br>line</blockquote></main></body></html>
"""
CSV = 'name,kind,note\nTom,cat,"says ""meow"", often"\nRex,dog,"two\nlines"\nTweety,bird,\n'
OVERLAY: JSON = {
    "overlay": "1.1.0",
    "info": {"title": "Cats only", "version": "1"},
    "extends": "openapi.yaml",
    "actions": [
        {"target": "$.paths..[?@.deprecated == true]", "update": {"x-old": True, "tags": ["old"]}},
        {"target": "$.components.schemas.Base.properties['tags']", "remove": True, "description": "No *tags*"},
        {"target": "$.paths", "update": {"/dogs": {}}},
        {"target": "$.paths['/dogs']", "copy": "$.paths['/cats/{id}']"},
        {"target": "$.servers[?search(@.url, 'ex.+e')].url", "update": "https://cats.example.com"},
        {"target": "$.paths.*.*.security[-1:]", "remove": True},
        {"target": "$.security", "update": {"oauth": ["read"]}},
        {"target": "$", "update": {"info": {"title": "Cats"}, "tags": [{"name": "cats"}]}},
    ],
}
SAMPLE: JSON = {
    "results": [{"id": 1, "name": "Tom", "tags": ["a", "b"], "owner": {"email": "a@example.com"}}],
    "next": None,
}


def _json(tree: Any) -> bytes:
    return json.dumps(tree).encode()


def _yaml(tree: Any) -> bytes:
    return yaml.dump(tree, Dumper=yaml.CSafeDumper, sort_keys=False).encode()


_FILES = {"a/openapi.yaml": _yaml(RICH), "a/parts.yaml": b"Page: {name: p, in: query}", "guide.md": MARKDOWN.encode()}
SEEDS: dict[str, list[bytes]] = {
    "openapi-json": [_json(PETS), _json(RICH), _json(NAMED), COMMENTED.encode()],
    "openapi-yaml": [_yaml(PETS), _yaml(RICH), _yaml(NAMED), ANCHORED.encode(), BRACED.encode()],
    "swagger": [_json(SWAGGER_PETS), _yaml(SWAGGER_PETS)],
    "graphql": [SDL.encode(), FEDERATED.encode()],
    "introspection": [_json(INTROSPECTED)],
    "postman": [_json(POSTMAN), _json(POSTMAN_2_0)],
    "asyncapi": [_json(SIGNUPS), _json(LAMPS), _yaml(LAMPS), _json(OPEN)],
    "proto": [LIBRARY.encode(), SHELVES.encode()],
    "smithy": [_json(model()), _json(model({**SHAPES, "Shop": QUERIED}))],
    "har": [_json(HAR), _json(KEPT)],
    "http": [SHOP.encode()],
    "hurl": [TESTS.encode()],
    "bruno": [TREE["bruno.json"].encode(), *(TREE[path].encode() for path in TREE if path.endswith(".bru"))],
    "opencollection": [text.encode() for text in COLLECTION.values()],
    "insomnia": [_json({"_type": "export", "__export_format": 4, "resources": RESOURCES}), INSOMNIA.encode()],
    "text": [MARKDOWN.encode(), RESTRUCTURED.encode()],
    "html": [HTML.encode()],
    "csv": [CSV.encode(), CSV.replace(",", "\t").encode()],
    "sample": [_json(SAMPLE), _json([SAMPLE, SAMPLE]), _yaml(SAMPLE)],
    "arazzo": [_json(BUYING), _yaml(BUYING)],
    "overlay": [_json(OVERLAY), _yaml(OVERLAY)],
    "docx": [docx()],
    "pdf": [pdf(PAGE), pdf(PAGE, PAGE, compressed=True)],
    "zip": [zipped(_FILES), zipped({"a.docx": docx(), "b.proto": LIBRARY.encode()})],
    "tar": [tarred(_FILES, {"l.json": "/etc/passwd"})],
}
"""Format → documents."""


@lru_cache
def seeds(form: str) -> list[bytes]:
    """Return the seeds of a format, with slices of real documents where `SPECDECK_CORPUS` names a folder."""
    folder = os.environ.get("SPECDECK_CORPUS")
    return SEEDS[form] + (_real(form, Path(folder)) if folder else [])


def _real(form: str, corpus: Path) -> list[bytes]:
    match form:
        case "openapi-json" | "openapi-yaml":
            trees = [_slice(path) for path in _some(corpus, "apis-guru/api/**/*.json", '"openapi"')]
            return [*map(_yaml if form.endswith("yaml") else _json, trees)]
        case "swagger":
            return [_json(_slice(path)) for path in _some(corpus, "apis-guru/api/**/*.json", '"swagger"')]
        case "graphql":
            texts = [path.read_text().split("\n\n") for path in _some(corpus, "github-graphql/schema.graphql")]
            return ["\n\n".join(parts[first : first + _SOME]).encode() for parts in texts for first in (0, 2000)]
        case "introspection":
            return [_types(path) for path in _some(corpus, "github-graphql/schema.json")]
        case "text":
            return [path.read_bytes() for path in _some(corpus, "*/README.md")]
    return []


def _some(corpus: Path, pattern: str, begins: str = "") -> list[Path]:
    """Return a few files that hold a text near their beginning, evenly spread."""
    files = sorted(path for path in corpus.glob(pattern) if path.stat().st_size < 6_000_000)
    found = [path for path in files[:: max(1, len(files) // 60)] if begins in path.read_text()[:400]]
    return found[:: max(1, len(found) // 6)][:6]


def _slice(path: Path) -> JSON:
    """Return a document with its first paths and shared schemas only."""
    tree: JSON = json.loads(path.read_bytes())
    tree["paths"] = dict(islice(tree.get("paths", {}).items(), _SOME))
    holders = (tree, tree.get("components", {}))
    for holder, key in ((each, key) for each in holders for key in ("schemas", "definitions", "examples")):
        if isinstance(holder.get(key), dict):
            holder[key] = dict(islice(holder[key].items(), _SOME))
    return tree


def _types(path: Path) -> bytes:
    tree = json.loads(path.read_bytes())
    schema = tree.get("data", tree)["__schema"]
    schema["types"] = schema["types"][:_SOME]
    return _json({"__schema": schema})
