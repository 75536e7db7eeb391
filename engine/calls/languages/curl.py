"""A call over HTTP as a curl command (https://curl.se/docs/manpage.html)."""

import re
import shlex
from collections.abc import Iterator

from engine.calls.languages.shell import header, joined, json_lines, json_text
from engine.calls.records import Call, Part

_PLAIN = re.compile(r"(?:[\w{\[][^;]*)?", re.ASCII)
"""Text that `-F` takes as it is."""


def curl(call: Call) -> str:
    """Return the command that sends a call."""
    words = ["curl"]
    if call.method == "HEAD":
        words.append("--head")
    elif call.method != "GET" or call.body_kind != "none":
        words += ["-X", shlex.quote(call.method)]
    words.append(shlex.quote(call.url))
    headers = (header(name, value) for name, value in call.headers.items())
    return joined([" ".join(words), *headers, *(f"{option} {shlex.quote(word)}" for option, word in _body(call))])


def _body(call: Call) -> Iterator[tuple[str, str]]:
    """Yield the options that send a body, with their values."""
    match call.body_kind:
        case "json":
            yield "-d", json_text(call.body)
        case "text":
            yield "--data-raw", call.body
        case "lines":
            yield "--data-binary", json_lines(call.body)
        case "form":
            yield "-d", "&".join(part.text for part in call.parts)
        case "multipart":
            yield from map(_part, call.parts)
        case "file":
            yield "--data-binary", "@FILE"


def _part(part: Part) -> tuple[str, str]:
    """Return the option for a part. `-F` reads files, and takes the first `=` for the end of the name."""
    said = f";type={part.media_type}" if part.media_type else ""
    said += "".join(f";headers={_quoted(f'{name}: {value}')}" for name, value in part.headers.items())
    if "=" not in part.name and (part.file or said):
        return "-F", f"{part.name}={'@FILE' if part.file else _content(part.value)}{said}"
    return "--form-string", f"{part.name}={part.value}"


def _content(value: str) -> str:
    """Return what `-F` takes for text: it would read a file after `@` or `<`, and end at a semicolon."""
    return value if _PLAIN.fullmatch(value) else _quoted(value)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
