"""Bytes to text, and text to plain values: encodings, JSON and YAML, cleaned."""

import re
from collections import Counter
from typing import Any

import msgspec

from engine.errors import SpecError
from engine.specs import yaml12
from engine.specs.limits import Limits
from engine.specs.model import Problem
from engine.specs.refs import escape
from engine.text import clean, clean_line, clean_tree

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_JSON = re.compile(r"\s*(?:\[|\{\s*[\"}])")
_MAX_REPEATED = 100
"""Keys given twice that are listed; a document with more is broken in one way many times."""
_MAX_NAME = 80
"""Characters of a name that are quoted."""


def text_of(data: bytes) -> str:
    """Return the text of a file in UTF-8 (with or without a byte order mark) or in UTF-16 with one.

    Raises:
        SpecError: It is no text, or empty.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            data, codec = data[len(mark) :], encoding
            break
    else:
        codec = "utf-8"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise SpecError("The document is not text in UTF-8 or UTF-16") from error
    if "\0" in text:
        raise SpecError("The document is binary data, not text")
    if not text.strip():
        raise SpecError("The document is empty")
    return text


def is_json(text: str) -> bool:
    """Return whether a text begins as JSON does, not as the mappings of YAML that look like it: `{$ref: a.yaml}`."""
    return _JSON.match(text) is not None


def tree_of(text: str, limits: Limits) -> Any:
    """Return the value of a text in JSON or YAML, cleaned.

    Raises:
        SpecError: It is neither, or aliases make too much of it; says line and column.
        RecursionError: It is nested deeper than `max_depth`.
    """
    return cleaned(json_tree(text) if is_json(text) else yaml12.parse(text, limits), limits.max_depth)


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


def repeated_keys(text: str, tree: Any) -> list[Problem]:
    """Return a problem for each key that a JSON text gives twice in one object; YAML with such a key is not read.

    Args:
        text: The text.
        tree: Its value as `tree_of` returns it, unchanged.
    """
    # Written anew, the value has as many colons, in texts and after keys, unless a key was left out; or one is written
    # as `\\u003a`, which costs a second look. Counting is ten times as fast as a parser that tells of keys.
    if not is_json(text) or text.count(":") == msgspec.json.encode(tree).count(b":"):
        return []
    import json

    def noted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        return value if len(value) == len(pairs) else _Repeating(pairs)

    whole = json.loads(text, object_pairs_hook=noted, parse_constant=str, parse_float=str, parse_int=str)
    found: list[Problem] = []
    pending = [(whole, "")]
    while pending and len(found) < _MAX_REPEATED:
        value, pointer = pending.pop()
        if isinstance(value, _Repeating):
            found += [_repeated(name, pointer) for name in value.repeated]
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        pending += [(child, f"{pointer}/{escape(clean(str(key)))}") for key, child in children]
    return found[:_MAX_REPEATED]


class _Repeating(dict[str, Any]):
    """A JSON object with keys that it gives more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]


def _repeated(name: str, pointer: str) -> Problem:
    quoted = clean_line(name)[:_MAX_NAME]
    message = f"the key {quoted!r} is given more than once; the last one is read"
    return Problem(pointer=f"{pointer}/{escape(clean(name))}", message=message)
