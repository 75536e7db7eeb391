import unicodedata
from typing import Any

import pytest
from hypothesis import given, strategies as st

from engine.text import clean, clean_line, clean_tree, is_clean

ANY_TEXT = st.text(st.characters(exclude_categories=()))
"""Text of every code point, lone surrogates included."""
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(ANY_TEXT, children, max_size=4),
    max_leaves=12,
)
BIDIRECTIONAL = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def is_safe(text: str) -> bool:
    """Tell whether nothing in a text can act on a terminal."""
    return all(
        sign in "\t\n"
        or (unicodedata.category(sign) not in ("Cc", "Cs") and unicodedata.bidirectional(sign) not in BIDIRECTIONAL)
        for sign in text
    )


def texts(tree: Any) -> list[str]:
    """Return every text of a tree, keys included."""
    if isinstance(tree, str):
        return [tree]
    if isinstance(tree, dict):
        return [text for key, item in tree.items() for text in (key, *texts(item))]
    return [text for item in tree for text in texts(item)] if isinstance(tree, list) else []


@given(ANY_TEXT)
def test_cleaned_text_is_safe_and_stays_as_it_is(text: str) -> None:
    """Cleaning leaves no control, surrogate or direction override, and cleaning again changes nothing."""
    cleaned = clean(text)
    assert is_safe(cleaned)
    assert clean(cleaned) == cleaned


@given(st.text(st.characters(categories=("L", "M", "N", "P", "S", "Zs"))))
def test_printable_text_is_unchanged(text: str) -> None:
    """Letters, marks, digits, punctuation, symbols and blanks of every script pass."""
    assert clean(text) is text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a␍b"),
        ("a\r\r\nb", "a␍\nb"),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x9b31m", "\ufffd31m"),
        ("\x7f\0", "␡␀"),
        ("admin\u202etxt.exe", "admin\ufffdtxt.exe"),
        ("\u2066x\u2069\u200f\u061c", "\ufffdx\ufffd\ufffd\ufffd"),
        ("one\u2028two\ufeff", "one\ufffdtwo\ufffd"),
        ("\ud800", "\ufffd"),
        ("[bold]not markup[/bold]", "[bold]not markup[/bold]"),
        ("😀 ñ 漢字", "😀 ñ 漢字"),
    ],
)
def test_what_acts_on_a_terminal_becomes_visible(text: str, cleaned: str) -> None:
    """Each dangerous sign is replaced by a visible one; tab and newline stay."""
    assert clean(text) == cleaned


@given(ANY_TEXT)
def test_a_clean_line_is_one_safe_line(text: str) -> None:
    """A line holds no line break, tab or doubled blank, and folding it again changes nothing."""
    line = clean_line(text)
    assert is_safe(line)
    assert not {"\t", "\n"} & set(line)
    assert line == line.strip()
    assert "  " not in line
    assert clean_line(line) == line


@given(TREES)
def test_a_clean_tree_has_clean_texts_everywhere(tree: Any) -> None:
    """Values and keys are cleaned at every depth, unless two keys would become one: then the tree is refused."""
    keys_before = [len(node) for node in mappings(tree)]
    try:
        cleaned = clean_tree(tree)
    except ValueError:
        return
    assert all(map(is_safe, texts(cleaned)))
    assert [len(node) for node in mappings(cleaned)] == keys_before


def mappings(tree: Any) -> list[dict[str, Any]]:
    """Return every mapping of a tree."""
    if isinstance(tree, dict):
        return [tree, *(found for item in tree.values() for found in mappings(item))]
    return [found for item in tree for found in mappings(item)] if isinstance(tree, list) else []


def test_keys_that_would_become_one_are_refused() -> None:
    """Nothing is lost silently when two keys are the same once they are cleaned."""
    with pytest.raises(ValueError, match="a␛"):
        clean_tree({"x": {"a\x1b": 1, "a␛": 2}})


def test_a_clean_tree_is_not_copied() -> None:
    """A tree without anything to clean comes back as the same object."""
    tree = {"a": [1, "b", {"c": None}]}
    assert clean_tree(tree) is tree


def test_order_and_other_values_survive_cleaning() -> None:
    """Cleaning a key changes neither the order of the keys nor the values."""
    assert list(clean_tree({"b\x07": 1, "a": True, "c": None}).items()) == [("b␇", 1), ("a", True), ("c", None)]


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        (2**64 - 1, 2**64 - 1),
        (-(2**63), -(2**63)),
        (2**64, "18446744073709551616"),
        (-(2**63) - 1, "-9223372036854775809"),
    ],
)
def test_integers_beyond_64_bits_become_text(number: int, kept: object) -> None:
    """A number that no record can keep stays readable, digit by digit."""
    assert clean_tree([number]) == [kept]


def nested(levels: int) -> list[Any]:
    """Return that many lists in one another."""
    tree: list[Any] = []
    for _ in range(levels - 1):
        tree = [tree]
    return tree


def test_depth_is_limited_exactly() -> None:
    """A tree as deep as the limit passes, one level more is refused."""
    assert clean_tree(nested(20), depth=20)
    with pytest.raises(RecursionError):
        clean_tree(nested(21), depth=20)


@given(st.text())
def test_a_text_is_clean_that_cleaning_leaves_alone(text: str) -> None:
    """In ASCII or not."""
    assert is_clean(text) == (clean(text) == text)
