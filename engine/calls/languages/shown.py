"""A workflow as commands that show what is called, step by step: each call is made of what the one before it gave."""

import shlex

import msgspec

from engine.calls.records import Call
from engine.text import clean_line


def shown(call: Call) -> str:
    """Return one command a step, below a comment with the inputs; a comment for what the library does not have."""
    inputs = msgspec.json.encode(call.body).decode()
    lines = [] if call.body is None else [f"# inputs: {shlex.quote(clean_line(inputs))}"]
    for called, ref in call.steps:
        name = shlex.quote(clean_line(called))
        lines.append(f"specdeck show {shlex.quote(ref)}" if ref else f"# {name} is not in the library")
    return "\n".join(lines)
