"""How what a spec holds is named and counted on the screen."""

import re
from collections.abc import Iterable

from engine import SpecInfo
from tui.app.text import count, plain
from tui.app.views.line import Line

INCOMING = "← "
"""Stands before a call that the API makes to the client."""

_PLACE = re.compile(r"(?::(?P<line>\d+)|, page (?P<page>\d+))(?P<part>, part \d+)?$")


def named(key: str) -> tuple[str, str]:
    """Return what an operation does and to what: `POST` and `/users`, of GraphQL `Query` and `user`."""
    before, blank, behind = key.partition(" ")
    if not blank:
        before, _, behind = key.partition(".")
    return before, behind


def title(key: str, *, incoming: bool = False, style: str = "bold") -> Line:
    """Return the key of an operation as a heading, what it does in `style`."""
    badge, rest = named(key)
    joint = key[len(badge) : len(key) - len(rest)]
    return Line(
        plain(rest, "bold"), plain(INCOMING if incoming else "", "bold") + plain(badge, style) + plain(joint, "bold")
    )


def place(key: str) -> str:
    """Return where in its guide a passage is: `line 12`, `page 3, part 2`."""
    match = _PLACE.search(key)
    if match is None:
        return key
    where = f"line {match['line']}" if match["line"] else f"page {match['page']}"
    return where + (match["part"] or "")


def question(key: str, heading: str = "") -> str:
    """Return what may be asked about an operation, or about a passage by its heading."""
    return f"What does the guide say about {heading}?" if heading else f"How do I use {key}?"


def contents(infos: Iterable[SpecInfo]) -> str:
    """Return what specs hold: `1,206 operations · 265 webhooks`."""
    infos = tuple(infos)
    kinds = {
        "operation": sum(info.operations for info in infos if not info.is_of_workflows),
        "workflow": sum(info.operations for info in infos if info.is_of_workflows),
        "webhook": sum(info.webhooks for info in infos),
        "passage": sum(info.passages for info in infos),
    }
    return " · ".join(count(number, kind) for kind, number in kinds.items() if number) or "no operations"
