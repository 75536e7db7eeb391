"""Each style as it arrives: curl sends the composed request, and a server reads it as RFC 6570 has it."""

import itertools
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import unquote

import pytest

from engine.calls.compose import call_of
from engine.calls.languages.curl import curl
from engine.specs.read import read
from tests.answer.spec import source

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")

VALUES: dict[str, tuple[dict[str, Any], Any]] = {
    "text": ({"type": "string"}, "50% blue & sky/sea;é"),
    "list": ({"type": "array", "items": {"type": "string"}}, ["blue", "a;b", "c/d+e", "f=g"]),
    "object": ({"type": "object", "properties": {"R": {}, "G": {}}}, {"R": "100", "G": "two;three"}),
}
"""Schema and example of each kind."""
STYLES = [
    *itertools.product(("path",), ("simple", "label", "matrix"), (True, False), VALUES),
    *itertools.product(("query",), ("form",), (True, False), VALUES),
    *itertools.product(("query",), ("spaceDelimited", "pipeDelimited"), (False,), ("list", "object")),
    ("query", "deepObject", True, "object"),
    *itertools.product(("header",), ("simple",), (True, False), VALUES),
    *itertools.product(("cookie",), ("form",), (True, False), VALUES),
]
PLAIN = {"text": "blue sky", "list": ["blue", "black"], "object": {"R": "100", "G": "two"}}
"""What stands in a header, which encodes nothing."""
Heard = list[tuple[str, dict[str, str]]]


@pytest.fixture
def server() -> Iterator[tuple[str, Heard]]:
    """A server on loopback: its address, and the target and headers of each request as they arrived."""
    heard: Heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        serving = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        yield f"http://127.0.0.1:{listening.server_port}", heard
        listening.shutdown()
        serving.join()


@pytest.mark.parametrize(("place", "style", "explode", "kind"), STYLES)
def test_a_value_arrives_as_it_was_meant(
    place: str, style: str, explode: bool, kind: str, server: tuple[str, Heard]
) -> None:
    """Whatever is in a path, a query, a header or a cookie is read back from what the server got."""
    address, heard = server
    schema, value = VALUES[kind]
    value = PLAIN[kind] if place == "header" else value
    parameter = {"name": "color", "in": place, "required": True, "style": style, "explode": explode}
    path = "/t/{color}" if place == "path" else "/t"
    document = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": address}],
        "paths": {
            path: {
                "get": {
                    "operationId": "get",
                    "parameters": [parameter | {"schema": schema, "example": value}],
                    "responses": {},
                }
            }
        },
    }
    spec = read(json.dumps(document).encode())
    command = curl(call_of(source("get", spec)))
    subprocess.run(f"{command} -sS --noproxy '*' --max-time 30", shell=True, check=True, capture_output=True)  # noqa: S602 - the command is what is tested
    [(target, headers)] = heard
    found = {
        "path": lambda: in_path(target.removeprefix("/t/"), style, explode, kind),
        "query": lambda: in_query(target.partition("?")[2], style, explode, kind),
        "header": lambda: parts(headers["color"], ",", kind, pairs=explode),
        "cookie": lambda: in_fields(headers["cookie"].split("; "), ",", explode, kind),
    }[place]()
    assert found == value


def in_path(raw: str, style: str, explode: bool, kind: str) -> Any:
    """Read a segment of a path (RFC 6570, 3.2.2, 3.2.5 and 3.2.7)."""
    mark, between = {"simple": ("", ","), "label": (".", "."), "matrix": (";", ";")}[style]
    assert raw.startswith(mark)
    raw = raw.removeprefix(mark)
    if style == "matrix":
        return in_fields(raw.split(";"), ",", explode, kind)
    return parts(raw, between if explode else ",", kind, pairs=explode)


def in_query(raw: str, style: str, explode: bool, kind: str) -> Any:
    """Read a query (RFC 6570, 3.2.8, and what OpenAPI adds to it)."""
    if style == "deepObject":
        fields = [field.partition("=") for field in raw.split("&")]
        return {unquote(name).removeprefix("color[").removesuffix("]"): unquote(value) for name, _, value in fields}
    return in_fields(raw.split("&"), {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(style, ","), explode, kind)


def in_fields(fields: list[str], between: str, explode: bool, kind: str) -> Any:
    """Read fields with a name each: one of them, or where they are exploded several."""
    pairs = [(unquote(name), value) for name, _, value in (field.partition("=") for field in fields)]
    if explode and kind == "object":
        return {name: unquote(value) for name, value in pairs}
    assert {name for name, _ in pairs} == {"color"}
    if explode and kind == "list":
        return [unquote(value) for _, value in pairs]
    [(_, value)] = pairs
    return parts(value, between, kind, pairs=False)


def parts(raw: str, between: str, kind: str, *, pairs: bool) -> Any:
    """Read the parts of one value."""
    if kind == "text":
        return unquote(raw)
    found = [unquote(part) for part in raw.split(between)]
    if kind == "list":
        return found
    if pairs:
        return {
            unquote(name): unquote(value) for name, _, value in (part.partition("=") for part in raw.split(between))
        }
    return dict(zip(found[::2], found[1::2], strict=True))
