"""What `serialize` writes, a reader by the same rules reads back."""

from typing import Any
from urllib.parse import unquote, unquote_plus

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from engine.calls.serialize import Pair, Place, serialize
from engine.specs.model import Serialization, Style

DELIMITERS = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C", "tabDelimited": "%09"}
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12)
words = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=6)
lists = st.lists(texts, min_size=1, max_size=4)
objects = st.dictionaries(words, texts, min_size=1, max_size=4)


def text(pairs: list[Pair]) -> str:
    """Return a query as it is sent."""
    return "&".join(pair.text for pair in pairs)


def fields(query: str) -> list[tuple[str, str]]:
    """Read the pairs of a query or form, decoded."""
    split = (part.partition("=") for part in query.split("&"))
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in split]


@pytest.mark.parametrize(
    ("value", "place", "how", "expected"),
    [
        ({"grove": "north", "ripe": True}, "query", {"style": "deepObject"}, "v%5Bgrove%5D=north&v%5Bripe%5D=true"),
        ({"a": {"b": [1, 2]}}, "query", {"style": "deepObject"}, "v%5Ba%5D%5Bb%5D%5B0%5D=1&v%5Ba%5D%5Bb%5D%5B1%5D=2"),
        ([4, 8], "query", {}, "v=4&v=8"),
        (["a", "b"], "query", {"explode": False}, "v=a,b"),
        (["a", "b"], "query", {"style": "pipeDelimited", "explode": False}, "v=a%7Cb"),
        (["a", "b"], "query", {"style": "spaceDelimited"}, "v=a%20b"),
        ({"a": 1, "b": 2}, "query", {}, "a=1&b=2"),
        ({"a": 1, "b": 2}, "query", {"explode": False}, "v=a,1,b,2"),
        ([], "query", {}, ""),
        ("a/b?c&d", "query", {"allow_reserved": True}, "v=a/b?c%26d"),
        ("a/b c", "path", {"allow_reserved": True}, "a%2Fb%20c"),
        ([3, 4], "path", {"style": "matrix", "explode": True}, ";v=3;v=4"),
        ([3, 4], "path", {"style": "matrix"}, ";v=3,4"),
        ("", "path", {"style": "matrix"}, ";v"),
        ({"a": 1}, "path", {"style": "matrix", "explode": True}, ";a=1"),
        ("granite", "path", {"style": "label"}, ".granite"),
        ([3, 4], "path", {"style": "label", "explode": True}, ".3.4"),
        ([1, 2], "path", {}, "1,2"),
        ({"a": 1, "b": 2}, "path", {"explode": True}, "a=1,b=2"),
        (["t 1", "t2"], "header", {}, "t 1,t2"),
        (["a", "b"], "header", {"style": "pipeDelimited", "explode": False}, "a|b"),
        ({"a": 1}, "query", {"media_type": "application/json"}, "v=%7B%22a%22%3A1%7D"),
        ("a", "query", {"media_type": "application/json"}, "v=%22a%22"),
        (["x", "y"], "form", {"style": "form", "explode": False}, "v=x,y"),
        (["x", {"k": 1}], "form", {}, "v=x&v=%7B%22k%22%3A1%7D"),
        ({"no": "42"}, "form", {"style": "deepObject", "explode": True}, "v%5Bno%5D=42"),
        (True, "query", {"style": "matrix"}, "v=true"),
        ("a b", "cookie", {}, "v=a%20b"),
        ("a b", "cookie", {"style": "cookie"}, "v=a b"),
    ],
)
def test_each_style_writes_as_the_standard_has_it(value: Any, place: Place, how: dict[str, Any], expected: str) -> None:
    """The table of OpenAPI's Parameter Object, and of its Encoding Object for forms; a style out of place is none."""
    assert text(serialize("v", value, place, Serialization(**how))) == expected


@settings(deadline=None)
@given(words, lists)
def test_a_list_is_read_back_from_repeated_names(name: str, value: list[str]) -> None:
    """With `explode` each item is a pair of its own, in a query and in a form."""
    for place in ("query", "form"):
        assert fields(text(serialize(name, value, place))) == [(name, item) for item in value]


@settings(deadline=None)
@given(words, lists, st.sampled_from(list(DELIMITERS)))
def test_a_list_is_read_back_from_one_value(name: str, value: list[str], style: Style) -> None:
    """The delimiter stands as it is, and in no item: there it is encoded."""
    if style != "form":  # whose comma can be told from one of an item; the others cannot, once decoded
        value = [item.translate(dict.fromkeys(map(ord, " |\t"))) for item in value]
    [pair] = serialize(name, value, "query", Serialization(style=style, explode=False))
    written = pair.text.removeprefix(f"{name}=")
    assert [unquote(item) for item in written.split(DELIMITERS[style])] == value


@settings(deadline=None)
@given(words, objects)
def test_an_object_is_read_back_from_brackets_or_fields(name: str, value: dict[str, str]) -> None:
    """`deepObject` has each field in brackets; an exploded form has the fields alone."""
    deep = fields(text(serialize(name, value, "query", Serialization(style="deepObject"))))
    assert {path.removeprefix(f"{name}[").removesuffix("]"): item for path, item in deep} == value
    assert dict(fields(text(serialize(name, value, "query")))) == value


@settings(deadline=None)
@given(words, lists)
def test_a_path_is_read_back(name: str, value: list[str]) -> None:
    """A value of a path ends nowhere but at its end, and its items are told apart."""
    [simple] = serialize(name, value, "path")
    assert not set("/?#") & set(simple.text)
    assert [unquote(item) for item in simple.text.split(",")] == value
    [matrix] = serialize(name, value, "path", Serialization(style="matrix", explode=True))
    assert [unquote(item) for item in matrix.text.removeprefix(f";{name}=").split(f";{name}=")] == value
    [label] = serialize(name, [item.replace(".", "") for item in value], "path", Serialization("label", True))
    assert [unquote(item) for item in label.text[1:].split(".")] == [item.replace(".", "") for item in value]


@settings(deadline=None)
@given(
    words, st.recursive(st.none() | st.booleans() | st.integers() | texts, lambda inner: st.lists(inner, max_size=3))
)
def test_what_is_written_in_a_media_type_is_read_back_as_it(name: str, value: Any) -> None:
    """A parameter with `content` in JSON is one JSON text."""
    [pair] = serialize(name, value, "query", Serialization(media_type="application/json"))
    assert msgspec.json.decode(fields(pair.text)[0][1]) == value
