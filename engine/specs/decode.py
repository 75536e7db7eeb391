"""Bytes to text, and text to plain values: encodings, JSON and YAML, cleaned."""

import re
from collections import Counter
from typing import Any, NamedTuple

import msgspec

from engine.errors import SpecError
from engine.specs import jsonc, yaml12
from engine.specs.limits import Limits
from engine.specs.problems import Problems
from engine.specs.refs import DOCUMENTS, escape
from engine.specs.yaml12 import Noted
from engine.text import clean, clean_line, clean_tree, is_clean

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_JSON = re.compile(r"\s*(?:\[|\{\s*[\"}])")
_ESCAPE = re.compile(r"\\(?:\\|(?P<hidden>[bfr]|u(?:00[0189]|007[fF]|061[cC]|20[0-6]|[fF][eE][fF]|[dD][89a-fA-F])))")
"""How JSON may write signs that are cleaned; and a backslash, after which nothing is meant."""
_COLLECTIONS = frozenset((dict, list))
_COMMENTED = re.compile(r"(?>\s+|//[^\n]*|/\*.*?\*/)++(?=\{)", re.DOTALL)
_MAX_REPEATED = 100
"""Keys given twice that are listed; a document with more is broken in one way many times."""
_MAX_NAME = 80
"""Characters of a name that are quoted."""


class Decoded(NamedTuple):
    """A text in JSON or YAML, and what it says."""

    value: Any
    """Cleaned."""
    text: str
    """With blanks where it had what JSON does not allow."""
    is_braced: bool = False
    """It begins as JSON does, and is YAML."""


def text_of(data: bytes, noted: Noted) -> str:
    """Return the text of a file in UTF-8 or UTF-16, with or without a byte order mark; UTF-16 without one is noted.

    Raises:
        SpecError: It is no text, or empty.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            data, codec = data[len(mark) :], encoding
            break
    else:
        codec = _unmarked(data)
        if codec != "utf-8":
            noted("", "is text in UTF-16 without a byte order mark", 1)
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise SpecError("The document is not text in UTF-8 or UTF-16") from error
    if "\0" in text:
        raise SpecError("The document is binary data, not text")
    if not text or text.isspace():
        raise SpecError("The document is empty")
    return text


def _unmarked(data: bytes) -> str:
    """Return the encoding of a text without a mark. That of a specification begins with two signs of ASCII."""
    zeros = [byte == 0 for byte in data[:4]]
    if len(data) % 2 == 0 and zeros in ([False, True] * 2, [True, False] * 2):
        return "utf-16-le" if zeros[1] else "utf-16-be"
    return "utf-8"


def is_bracketed(text: str) -> bool:
    """Return whether a text begins with a brace or a bracket, or with a brace behind comments."""
    return text.lstrip()[:1] in ("{", "[") or _COMMENTED.match(text) is not None


def is_json(text: str) -> bool:
    """Return whether a text begins as JSON does, not as the mappings of YAML that look like it: `{$ref: a.yaml}`."""
    return _JSON.match(text) is not None


def tree_of(text: str, limits: Limits, noted: Noted) -> Decoded:
    """Return the value of a text in JSON or YAML, and take note of what it should not have.

    What begins as JSON and is none is read without comments, or as YAML, which has braces and brackets too.

    Raises:
        SpecError: It is neither, or aliases make too much of it; says line and column.
        RecursionError: It is nested deeper than `max_depth`.
    """
    if not is_bracketed(text):
        return Decoded(cleaned(yaml12.parse(text, limits, noted), limits.max_depth), text)
    try:
        return _decoded_json(text, limits, noted)
    except SpecError as error:
        of_comments = Problems()
        if (bare := jsonc.strict(text, of_comments)) != text:
            try:
                decoded = _decoded_json(bare, limits, noted)
            except SpecError:
                pass  # it may be YAML, where `//` begins no comment
            else:
                of_comments.tell(noted)
                return decoded
        of_yaml = Problems()
        try:
            value = cleaned(yaml12.parse(text, limits, of_yaml), limits.max_depth)
        except SpecError:
            raise error from None
        is_read = isinstance(value, dict) and any(item is not None for item in value.values())
        if not is_read or (is_json(text) and DOCUMENTS.isdisjoint(value)):
            raise
        of_yaml.tell(noted)
        return Decoded(value, text, is_braced=True)


def _decoded_json(text: str, limits: Limits, noted: Noted) -> Decoded:
    value = json_tree(text)
    # A value that holds nothing to clean need not be walked leaf by leaf.
    if any(found["hidden"] for found in _ESCAPE.finditer(text)) or not is_clean(text) or not _is_small(value):
        value = cleaned(value, limits.max_depth)
    else:
        _check_depth(value, limits.max_depth)
    _note_repeated_keys(text, value, noted)
    return Decoded(value, text)


def _is_small(tree: Any) -> bool:
    """Tell whether all integers of a decoded value fit 64 bits, as those of MessagePack do."""
    try:
        msgspec.msgpack.encode(tree)
    except OverflowError:
        return False
    return True


def _check_depth(tree: Any, max_depth: int) -> None:
    """Raise RecursionError where a decoded value is nested deeper than `max_depth`."""
    level = [tree] if type(tree) in _COLLECTIONS else []
    for _ in range(max_depth):
        level = [
            child
            for value in level
            for child in (value.values() if type(value) is dict else value)
            if type(child) in _COLLECTIONS
        ]
        if not level:
            return
    raise RecursionError


def json_tree(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        SpecError: It is not JSON; says line and column.
        RecursionError: It is nested too deep.
    """
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        # Python's parser reads what msgspec refuses but people write: lone surrogates, and numbers out of range, which
        # stay text. And it finds the place of a mistake, which msgspec gives in bytes or not at all.
        import json

        try:
            return json.loads(text, parse_constant=str, parse_float=yaml12.scalar, parse_int=yaml12.scalar)
        except json.JSONDecodeError as place:
            end = len(text.rstrip())
            if place.pos >= end or "truncated" in str(error):
                last = json.JSONDecodeError("", text, end)
                raise SpecError(f"The JSON ends too early, at line {last.lineno}, column {last.colno}") from error
            problem = place.msg.lower().removesuffix(" starting at")
            raise SpecError(f"The JSON is broken at line {place.lineno}, column {place.colno}: {problem}") from error


def cleaned(tree: Any, max_depth: int) -> Any:
    """Return a decoded value with every text cleaned.

    Raises:
        SpecError: Two keys are the same once they are cleaned.
        RecursionError: It is nested deeper than `max_depth`.
    """
    try:
        return clean_tree(tree, max_depth)
    except ValueError as error:
        name = clean_line(str(error))[:_MAX_NAME]
        raise SpecError(f"Two keys of the document differ only in signs that cannot be shown: {name!r}") from error


def _note_repeated_keys(text: str, tree: Any, noted: Noted) -> None:
    """Note each key that a JSON text gives twice in one object.

    Args:
        text: The text.
        tree: Its value, unchanged.
        noted: Told of each.
    """
    # Written anew, the value has as many colons, in texts and after keys, unless a key was left out; or one is written
    # as `\\u003a`, which costs a second look. Counting is ten times as fast as a parser that tells of keys.
    if text.count(":") == msgspec.json.encode(tree).count(b":"):
        return
    import json

    def pairs_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        return value if len(value) == len(pairs) else _Repeating(pairs)

    whole = json.loads(text, object_pairs_hook=pairs_of, parse_constant=str, parse_float=str, parse_int=str)
    left = _MAX_REPEATED
    pending = [(whole, "")]
    while pending and left:
        value, pointer = pending.pop()
        if isinstance(value, _Repeating):
            for name in value.repeated[:left]:
                quoted = clean_line(name)[:_MAX_NAME]
                message = f"the key {quoted!r} is given more than once; the last one is read"
                noted(f"{pointer}/{escape(clean(name))}", message, 0)
                left -= 1
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        pending += [(child, f"{pointer}/{escape(clean(str(key)))}") for key, child in children]


class _Repeating(dict[str, Any]):
    """A JSON object with keys that it gives more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]
