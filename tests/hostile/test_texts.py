"""Bytes that are no text, texts that are not what they seem, and values that no reader expects."""

import json
from pathlib import Path

import pytest

from tests.hostile.conftest import Deck
from tests.specs.builders import PETS

_YAML = "openapi: 3.0.3\ninfo: {title: Größe, version: '1'}\npaths: {/größe: {get: {summary: größe, responses: {}}}}\n"
_HEAD = '{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": {"responses": {}}}}'


def with_part(part: str) -> bytes:
    """Return a document with one more part, as it is written."""
    return f'{_HEAD}, "x-part": {part}}}'.encode(errors="surrogatepass")


REFUSED = {
    "utf-32.yaml": _YAML.encode("utf-32"),
    "latin-1.yaml": _YAML.encode("latin-1"),
    "invalid.json": json.dumps(PETS).encode().replace(b"pets", b"p\xffts", 1),
    "overlong.json": json.dumps(PETS).encode().replace(b"/", b"\xc0\xaf", 1),
    "surrogate-bytes.json": json.dumps(PETS).encode().replace(b"pets", b"\xed\xa0\x80", 1),
    "half.yaml": b"\xff\xfe" + _YAML.encode("utf-16-le")[:-1],
    "null.json": json.dumps(PETS).encode().replace(b"pets", b"p\0ts", 1),
    "null.yaml": _YAML.encode() + b"\0",
    "null.md": b"# Guide\0\n",
    "null.proto": b'syntax = "proto3";\0',
    "nothing-but-nulls": bytes(1000),
    "nothing": b"",
    "a-mark-alone": b"\xef\xbb\xbf",
    "same-when-clean.json": with_part('{"\\u001b": 1, "\\u241b": 2}'),
}
"""File → what is refused in one sentence."""
READ = {
    "utf-8-with-mark.yaml": b"\xef\xbb\xbf" + _YAML.encode(),
    "utf-16-without-mark.yaml": _YAML.encode("utf-16-le"),
    "same-keys.yaml": b"paths: {}\n" + _YAML.encode(),
    "comments.json": _HEAD.replace("{", "{ // * /* \n", 1).encode() + b"/* } */,}",
    "utf-16.yaml": _YAML.encode("utf-16"),
    "utf-16-be.yaml": b"\xfe\xff" + _YAML.encode("utf-16-be"),
    "utf-7.yaml": _YAML.replace("Größe", "+AnsAIg- /+ADw-script+AD4-").encode("ascii", "replace"),
    "mac-lines.yaml": _YAML.replace("\n", "\r").encode(),
    "same-keys.json": with_part('1, "x-part": 2, "info": {"title": "Second", "title": "Third"}'),
    "same-paths.json": _HEAD.replace('"paths"', '"paths": {}, "paths"').encode() + b"}",
    "null-escape.json": with_part('"\\u0000"'),
    "surrogates.json": with_part('["\\ud800", "\\udc00\\ud800", "\\ud83d\\ude00", {"\\ud800": "\\udfff"}]'),
    "huge-numbers.json": with_part(f"[1e999, -1e999, {'9' * 5000}, -{'9' * 5000}.5, 1e-999, 0.{'1' * 5000}, -0]"),
    "not-numbers.json": with_part("[NaN, Infinity, -Infinity]"),
    "huge-numbers.yaml": _YAML.encode()
    + f"x-n: [{'9' * 5000}, 0x{'f' * 400}, 1e999, .inf, .nan, 0o{'7' * 400}]\n".encode(),
    "empty-keys.json": with_part('{"": {"": {"": null}}}'),
    "wrong-types.json": json.dumps(
        {
            "openapi": "3.0.3",
            "info": [],
            "servers": {},
            "tags": "a",
            "security": 1,
            "components": [],
            "paths": {"": None, "/a": {"get": [], "post": {}}, "b": 1},
        }
    ).encode(),
}
"""File → what is read, with problems where it has any."""


@pytest.mark.slow
def test_what_is_no_text_is_refused(deck: Deck, tmp_path: Path) -> None:
    """Wrong encodings, null characters and keys that nothing visible tells apart are each refused in one sentence."""
    for name, content in REFUSED.items():
        (tmp_path / name).write_bytes(content)
    ran = deck.add(*(tmp_path / name for name in REFUSED))
    assert ran.document["added"] == []
    refused = {Path(each["source"]).name: each["error"] for each in ran.document["refused"]}
    assert sorted(refused) == sorted(REFUSED)
    assert all(len(error) < 200 for error in refused.values())
    assert "UTF-8" in refused["latin-1.yaml"]


@pytest.mark.slow
def test_what_is_odd_is_read(deck: Deck, tmp_path: Path) -> None:
    """Byte order marks, repeated keys of JSON, numbers without bounds, lone surrogates and wrong types cost nothing."""
    for name, content in READ.items():
        (tmp_path / name).write_bytes(content)
    ran = deck.add(*(tmp_path / name for name in READ))
    assert ran.document["refused"] == []
    problems = {Path(each["info"]["source"]).name: str(each["problems"]) for each in ran.document["added"]}
    assert "given more than once" in problems["same-keys.json"]
    assert "given more than once" in problems["same-keys.yaml"]
    assert "without a byte order mark" in problems["utf-16-without-mark.yaml"]
    assert "comments" in problems["comments.json"]
    assert "given more than once" in problems["same-paths.json"]
    assert "Größe" in deck.look()
