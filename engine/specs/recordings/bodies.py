"""Bodies of recorded messages, as they came over the wire: base64, the parts of a form, GraphQL."""

import base64
import binascii
import re
from typing import Any
from urllib.parse import unquote

from engine.specs import jsonc
from engine.specs.nodes import embedded, items, line, mapping, text
from engine.specs.problems import Problems
from engine.text import clean

_BOUNDARY = re.compile(r"boundary=\"?([^\";,\s]{1,200})", re.IGNORECASE)
_MAX_PARTS = 1000
"""Parts of a form that are read; one of a page has some dozens."""
_DISPOSITION = re.compile(r"(?i)^content-disposition:[^\n]*?[;\s]name=(?:\"([^\"\n]*)\"|([^;\s]+))", re.MULTILINE)
_FILE = re.compile(r"(?i)^content-disposition:[^\n]*?[;\s]filename\*?=", re.MULTILINE)
_GRAPHQL = re.compile(r"\s*(?:#[^\n]*\s*)*+(?:(?:query|mutation|subscription)\b\s*(?P<name>\w*)|\{|fragment\b)[^{]*\{")
_FIRST_FIELD = re.compile(r"\{\s*(?:\w+\s*:\s*)?(\w+)")
_NAME = re.compile(r"\w{1,80}")
_BARE_VARIABLE = re.compile(r"([:\[,]\s{0,50})(\{\{[^{}\"]{1,100}\}\})(?=\s{0,50}[,\]}])")
"""A variable that makes JSON of a body only once it is replaced."""
_LONE_VARIABLE = re.compile(
    r",\s{0,50}\{\{[^{}\"]{1,100}\}\}(?=\s{0,50}\})|(?<=\{)\s{0,50}\{\{[^{}\"]{1,100}\}\}\s{0,50},"
)
"""A variable that stands for more fields of an object, of which nothing is known."""


def told(body: dict[str, Any]) -> str:
    """Return the text of a body, decoded where it is kept as base64; empty for what is no text."""
    said = text(body.get("text"))
    if text(body.get("encoding")).lower() != "base64":
        return said
    try:
        return clean(base64.b64decode(said, validate=False).decode())
    except (binascii.Error, ValueError):  # UnicodeDecodeError is one: binary data
        return ""


def form_fields(kind: str, params: Any, said: str) -> list[dict[str, str]]:
    """Return the fields of a form as HAR lists them: `name`, `value`, and `fileName` where it is a file.

    Args:
        kind: Content-Type, with its boundary.
        params: What the recording lists.
        said: The body, which browsers keep instead, and without the content of files.
    """
    if params:
        is_encoded = "urlencoded" in kind and not said  # Chrome lists them as they came over the wire
        decode = unquote if is_encoded else str
        return [
            {**each, "name": decode(line(each.get("name"))), "value": decode(text(each.get("value")))}
            for each in map(mapping, items(params))
        ]
    boundary = _BOUNDARY.search(kind)
    if not said or boundary is None or "multipart" not in kind.lower():
        return []
    found = []
    for part in said.replace("\r\n", "\n").split(f"--{boundary[1]}")[1 : _MAX_PARTS + 1]:
        head, _, value = part.lstrip("\n").partition("\n\n")
        if name := _DISPOSITION.search(head):
            field = {"name": name[1] or name[2] or "", "value": value.removesuffix("\n")}
            found.append({**field, "value": "", "fileName": ""} if _FILE.search(head) else field)
    return found


def graphql_name(body: str, url_query: dict[str, str]) -> str:
    """Return the name of the GraphQL operation that a request carries; of one without a name, its first field.

    Args:
        body: The body; JSON with `query`, or `operationName` alone where the query is kept at the server.
        url_query: The query of the address, which has the same names.
    """
    node = mapping(embedded(body)) if body.lstrip()[:1] == "{" else url_query
    document = text(node.get("query"))
    name = text(node.get("operationName"))
    match = _GRAPHQL.match(document)
    if match is None and not (name and {"extensions", "variables", "id", "doc_id"} & node.keys()):
        return ""
    first = _FIRST_FIELD.search(document)
    name = name or (match["name"] if match else "") or (first[1] if first else "")
    return name if name and _NAME.fullmatch(name) else ""


def whole_json(raw: str) -> str:
    """Return a body without comments, with bare variables quoted and those left out that stand for whole fields.

    It stays as it is where that makes no JSON of it.
    """
    if raw.lstrip()[:1] not in ("{", "[") or embedded(raw) is not None:
        return raw
    bare = jsonc.strict(raw, Problems())
    made = (bare, _quoted(bare), _quoted(_LONE_VARIABLE.sub("", bare)))
    return next((each for each in made if embedded(each) is not None), raw)


def _quoted(raw: str) -> str:
    return _BARE_VARIABLE.sub(r'\1"\2"', raw)
