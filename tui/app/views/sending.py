"""What leaves this machine, as lines."""

import re
from collections.abc import Iterator

from textual.content import Content

from engine import Outgoing, RemoteHealth, SpecdeckError
from tui.app.text import MUTED, count, plain
from tui.app.views.line import BLANK, Line

_TAKEN_OUT = re.compile(r"REDACTED|private-host\.example")
"""What stands where a secret, or a host of a private network, was taken out."""

_BULLET = Content("  · ")


def prompt_lines(outgoing: Outgoing) -> Iterator[Line]:
    """Yield to whom a prompt goes, and then exactly what is sent, with what was taken out in sight."""
    yield Line(plain(outgoing.host, "bold"), plain("to    ", MUTED))
    yield Line(plain(outgoing.model), plain("model ", MUTED))
    if taken := outgoing.taken_out:
        yield Line(plain(f"{count(taken, 'secret or private name')} taken out, marked below"), plain("      "))
    for message in outgoing.messages:
        yield BLANK
        yield Line(plain(message.role, MUTED))
        yield from (Line(_marked(row), Content("  ")) for row in message.content.split("\n"))


def switch_lines(remote: RemoteHealth, wrong: SpecdeckError | None, *, first: bool) -> Iterator[Line]:
    """Yield what it means to let the remote model write.

    Args:
        remote: The remote model.
        wrong: Why it cannot be asked as things are.
        first: It is asked before the local one.
    """
    when = "For each question" if first else "For each question that the local model cannot answer"
    yield Line(plain(remote.host, "bold"), plain("to    ", MUTED))
    yield Line(plain(remote.model), plain("model ", MUTED))
    yield BLANK
    yield Line(plain(f"{when} these are sent:"))
    yield Line(plain("what the facts say of the first operation: its name, inputs, answer and errors"), _BULLET)
    yield Line(plain("without secrets, and without hosts of private networks"), _BULLET)
    yield BLANK
    yield Line(plain("The first time you see exactly what goes out, and are asked. F8 turns it off again."))
    if wrong is not None:
        yield BLANK
        yield Line(plain(wrong), plain("! ", "bold $text-warning"))
        yield Line(plain(wrong.hint, MUTED), Content("  "))


def _marked(row: str) -> Content:
    content = plain(row)
    for found in _TAKEN_OUT.finditer(content.plain):
        content = content.stylize("bold reverse", found.start(), found.end())
    return content
