"""Labels out of raw documents: a walk that shares nothing with the engine, so that neither vouches for its own reading.

A label is a list of words. The first says where the walk begins: `METHOD /path` at an operation of OpenAPI or Swagger,
`operations` at all of them, `/` or anything else at the root of the document. Each further word goes one step on:

- the name or index of what is inside; of an operation also a parameter or a field of its first body; of a schema also a
  property, through `items`, `allOf`, `oneOf` and `anyOf`; of a list, the member with that `name` or `key`;
- `*`: the first that is inside; `each NAME`: what each member of a list has there; `~REGEX`: the groups of
  all matches in a text, in each of many, or in the names of what is inside;
- among operations `FIELD=VALUE` keeps some (`method`, `tag`, `status`, `param`, `scope`, `scheme`, `deprecated=true`,
  `path` as a regular expression), `FIELD!=VALUE` the others; `count` counts, and `list` names them.

A document that is neither JSON nor YAML is one text.
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
STEPS_OF_REFERENCES = 16
"""References that lead to references: more of them in a row are a circle."""


def raw(path: Path) -> Any:
    """Return a document as it is written: a tree of JSON or YAML, else its text."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return json.loads(text)
    return yaml.safe_load(text) if path.suffix in {".yaml", ".yml"} else text


def label(root: Any, words: Sequence[str]) -> list[str]:
    """Return the values that a label names.

    Raises:
        LookupError: The document has nothing there.
    """
    node, rest = _begin(root, words)
    for word in rest:
        node = _step(root, node, word)
    values = list(dict.fromkeys(_texts(_resolved(root, node))))
    if not values:
        raise LookupError(f"nothing at {' > '.join(words)}")
    return values


def _begin(root: Any, words: Sequence[str]) -> tuple[Any, Sequence[str]]:
    method, _, path = words[0].partition(" ")
    if words[0] == "operations":
        return _operations(root), words[1:]
    if method.lower() in METHODS and path.startswith("/"):
        item = _resolved(root, root["paths"][path])
        operation = item[method.lower()]
        shared = [*item.get("parameters", ()), *operation.get("parameters", ())]
        return {"security": root.get("security", []), **operation, "parameters": shared}, words[1:]
    return root, words[words[0] == "/" :]


def _operations(root: Any) -> list[dict[str, Any]]:
    return [
        {**_begin(root, [f"{method} {path}"])[0], "method": method, "path": path}
        for path, item in root["paths"].items()
        for method in item
        if method in METHODS
    ]


def _resolved(root: Any, node: Any) -> Any:
    for _ in range(STEPS_OF_REFERENCES):
        if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
            return node
        target = root
        for word in node["$ref"].removeprefix("#/").split("/"):
            target = target[word.replace("~1", "/").replace("~0", "~")]
        node = target
    raise LookupError("references go in a circle")


def _step(root: Any, node: Any, word: str) -> Any:
    node = _resolved(root, node)
    if word.startswith("~"):
        texts = [node] if isinstance(node, str) else list(_texts(node))
        return [found for text in texts for found in re.findall(word[1:], text, re.MULTILINE | re.DOTALL)]
    if isinstance(node, list) and word in {"count", "list"}:
        return len(node) if word == "count" else [f"{one['method'].upper()} {one['path']}" for one in node]
    if isinstance(node, list) and word.startswith("each "):
        return [_step(root, one, word.removeprefix("each ")) for one in node]
    if isinstance(node, list) and (kept := re.fullmatch(r"(\w+)(!?)=(.*)", word)):
        field, others, value = kept.groups()
        return [one for one in node if _has(root, one, field, value) != bool(others)]
    for found in _inside(root, node, word):
        return found
    raise LookupError(f"no {word}")


def _has(root: Any, operation: dict[str, Any], field: str, value: str) -> bool:
    if field == "path":
        return bool(re.search(value, operation["path"]))
    named = {
        "method": [operation["method"].upper()],
        "tag": operation.get("tags", []),
        "status": list(operation.get("responses", {})),
        "param": [_resolved(root, one)["name"] for one in operation["parameters"]],
        "scope": [scope for one in operation["security"] for scopes in one.values() for scope in scopes],
        "scheme": [name for one in operation["security"] for name in one],
        "deprecated": [str(operation.get("deprecated", False)).lower()],
    }
    return value in named[field]


def _inside(root: Any, node: Any, word: str) -> Iterator[Any]:
    """Yield what a word may name in a node, the nearest first."""
    if isinstance(node, list):
        if word.lstrip("-").isdigit() and int(word) < len(node):
            yield node[int(word)]
        members = [_resolved(root, one) for one in node]
        yield from (one for one in members if isinstance(one, dict) and word in (one.get("name"), one.get("key")))
    elif isinstance(node, dict):
        if word == "*":
            yield next(iter(node.values()))
        if word in node:
            yield node[word]
        for key in ("parameters", "properties"):
            yield from _inside(root, _resolved(root, node.get(key)), word)
        for key in ("requestBody", "content", "*", "schema", "items", "additionalProperties"):
            inner = next(iter(node.values())) if key == "*" and _is_content(node) else node.get(key)
            yield from _inside(root, _resolved(root, inner), word)
        for key in ("allOf", "oneOf", "anyOf"):
            for one in node.get(key) or ():
                yield from _inside(root, _resolved(root, one), word)


def _is_content(node: dict[str, Any]) -> bool:
    return bool(node) and all("/" in str(key) for key in node)


def _texts(node: Any) -> Iterator[str]:
    """Yield what a node says, as one would read it: a truth value in small letters, of an object its keys."""
    if isinstance(node, list | tuple):
        for one in node:
            yield from _texts(one)
    elif isinstance(node, dict):
        for key, inner in node.items():
            yield str(key)
            if isinstance(inner, list) and all(isinstance(one, str) for one in inner):
                yield from inner
    elif isinstance(node, bool):
        yield str(node).lower()
    elif node is not None and str(node).strip():
        yield str(node).strip()
