import pytest
from hypothesis import given, strategies as st

from engine.specs.refs import anchors, escape, local_pointer, lookup, split_pointer
from tests.test_text import ANY_TEXT, is_safe

TREE = {"a": {"b/c": [10, {"~d": 20}], "": 30}, "é": 40}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [("", TREE), ("/a/b~1c/0", 10), ("/a/b~1c/1/~0d", 20), ("/a/", 30), ("/é", 40)],
)
def test_pointers_lead_to_values(pointer: str, value: object) -> None:
    """A JSON pointer is followed by the rules of RFC 6901."""
    assert lookup(TREE, pointer) == value


@pytest.mark.parametrize("pointer", ["/x", "/a/b~1c/2", "/a/b~1c/-1", "/a/b~1c/٣", "/a/b~1c/x", "/a/b~1c/0/0", "/a//x"])
def test_pointers_that_lead_nowhere(pointer: str) -> None:
    """What does not exist is told as a LookupError, whatever the pointer holds."""
    with pytest.raises(LookupError):
        lookup(TREE, pointer)


@given(st.text(max_size=10))
def test_an_escaped_key_is_found(key: str) -> None:
    """Any key can be part of a pointer once it is escaped."""
    assert lookup({key: [1]}, f"/{escape(key)}/0") == 1


@pytest.mark.parametrize(
    ("ref", "pointer"),
    [
        ("#/a/b", "/a/b"),
        ("#/a%20b/%7Bc%7D/~1", "/a b/{c}/~1"),
        ("#/%1B%5D52", "/␛]52"),
        ("#/%ff", "/\ufffd"),
        ("#", None),
        ("#a", None),
        ("a#/b", None),
        ("", None),
    ],
)
def test_local_references(ref: str, pointer: str | None) -> None:
    """Only what begins with `#/` is in the same document; percent-encoding is resolved and cleaned."""
    assert local_pointer(ref) == pointer


@pytest.mark.parametrize(
    ("pointer", "parts"),
    [
        ("/a/b", ("", "/a/b")),
        ("", ("", "")),
        ("/$files/a.json", ("a.json", "")),
        ("/$files/a~1b~0.json/x/y", ("a/b~.json", "/x/y")),
    ],
)
def test_a_pointer_tells_its_file(pointer: str, parts: tuple[str, str]) -> None:
    """A pointer into another file of the document is that file and the pointer in it."""
    assert split_pointer(pointer) == parts


def test_anchors_are_found() -> None:
    """A name that JSON Schema gives a part leads to it; the first one counts, and names in other types are none."""
    shared = {"$anchor": "twice", "x": [{"$dynamicAnchor": "d/e"}]}
    tree = {"a/b": shared, "c": {"$anchor": 5}, "d": shared}
    assert anchors(tree) == {"twice": "/a~1b", "d/e": "/a~1b/x/0"}
    assert anchors({"$anchor": "root"}, "/at") == {"root": "/at"}


@given(ANY_TEXT)
def test_a_pointer_is_safe_to_show(text: str) -> None:
    """Percent-encoding smuggles nothing into a pointer that could act on a terminal."""
    encoded = "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
    assert is_safe(local_pointer(f"#/{encoded}") or "")
