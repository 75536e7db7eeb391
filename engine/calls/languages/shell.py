"""A call as a command of a shell.

Whatever a specification says, the command does no more than send this request: all words are quoted, nothing from the
specification can name a file to read, and no header can hold a second one.
"""

import shlex
from collections.abc import Iterable
from typing import Any

import msgspec

from engine.text import clean_line


def joined(lines: Iterable[str]) -> str:
    """Return the lines of one command."""
    return " \\\n  ".join(lines)


def header(name: str, value: str) -> str:
    """Return the option that sets a header; curl takes one that begins with `@` for the name of a file of headers."""
    return f"-H {shlex.quote(clean_line(f'{name}: {value}').lstrip('@'))}"


def json_text(value: Any) -> str:
    """Return a value as JSON on as many lines as a reader needs."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def json_lines(values: list[Any]) -> str:
    """Return values as JSON, one a line."""
    return "".join(f"{msgspec.json.encode(value).decode()}\n" for value in values)
