"""A message as a command that prints it, below a comment that says where it goes: brokers have no client in common."""

import shlex

from engine.calls.languages.shell import json_text
from engine.calls.records import Call
from engine.text import clean_line


def printf(call: Call) -> str:
    """Return the command that prints a message."""
    # Quoted, because not every shell takes what follows `#` for a comment.
    words = [_quoted(call.method), _quoted(call.channel), *(["on", _quoted(call.url)] if call.url else [])]
    headers = (_quoted(f"{name}: {value}") for name, value in call.headers.items())
    lines = [f"# {' '.join(words)}", *(f"# {header}" for header in headers)]
    if call.body_kind != "none":
        text = call.body if call.body_kind == "text" else json_text(call.body)
        lines.append(f"printf '%s\\n' {shlex.quote(text)}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return shlex.quote(clean_line(text))
