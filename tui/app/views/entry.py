"""How what a spec holds is named, counted and asked about on the screen."""

import re
from collections.abc import Iterable
from typing import TypeAlias

from textual.content import Content

from engine import Kind, Narrowed, OperationView, OutlineRow, Overview, PassageView, SchemaRow, SchemaView, SpecInfo
from tui.app.text import MUTED, count, plain
from tui.app.views.line import Line

INCOMING = "← "
"""Stands before a call that the API makes to the client."""

View: TypeAlias = OperationView | PassageView | SchemaView
"""What may be open."""

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


def key_of(view: View) -> str:
    """Return the key of what is open, as the tree has it: of a schema its pointer."""
    match view:
        case PassageView():
            return view.passage.key
        case SchemaView():
            return view.pointer
        case OperationView():
            return view.operation.key


def question_about(about: OutlineRow | SchemaRow | View) -> str:
    """Return what may be asked about what is open, or about a line of the tree."""
    match about:
        case OutlineRow(kind=Kind.PASSAGE):
            return question(about.operation, about.summary or about.operation)
        case OutlineRow():
            return question(about.operation)
        case PassageView():
            return question(about.passage.key, about.passage.title or about.passage.key)
        case OperationView():
            return question(about.operation.key)
        case SchemaRow():
            return f"What is in the schema {about.name}?"
        case SchemaView():
            return f"What is in the schema {schema_title(about.pointer)}?"


def schema_title(pointer: str) -> str:
    """Return what a schema is called: the last part of its pointer."""
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def note_lines(row: OutlineRow | SchemaRow) -> list[Line]:
    """Return what the line under the cursor is about."""
    if isinstance(row, SchemaRow):
        return [Line(plain(row.name, "bold")), Line(plain(f"schema · {row.pointer}", MUTED))]
    if row.kind == Kind.PASSAGE:
        return [Line(plain(row.summary or row.tag, "bold")), Line(plain(place(row.operation), MUTED))]
    name = title(row.operation, incoming=row.kind == Kind.WEBHOOK)
    said = "the API makes this call" if row.kind == Kind.WEBHOOK else ""
    return [name, Line(plain(" · ".join(filter(None, [row.summary, said])), MUTED))]


def counted(overview: Overview) -> Line:
    """Return what a spec holds, and how much of it could not be read."""
    info, problems = overview.info, len(overview.problems)
    schemas = count(info.schemas, "schema") if info.schemas else ""
    text = plain(" · ".join(filter(None, [contents([info]), schemas])), MUTED)
    return Line(text + plain(f" · ! {count(problems, 'problem')}", "$text-warning") if problems else text)


def found_line(narrowed: Narrowed) -> Line:
    """Return how much a filter has left, and what it took a misspelt word for."""
    shown, matching = len(narrowed.rows), narrowed.matching
    found = f"first {shown} of {matching:,} found" if matching > shown else f"{matching} found"
    said = [found if matching else "Nothing found", *(f"taken as {word}" for word in narrowed.meant)]
    return Line(plain(" · ".join([*said, "Enter searches by meaning"]), MUTED))


def crumbs(steps: Iterable[str], ways: Iterable[str]) -> Content:
    """Return where something stands, from the spec on, and which keys go elsewhere: `github / issues   [ back`."""
    where = plain(" / ".join(steps), MUTED)
    return Content("   ").join([where, *(plain(way, MUTED) for way in ways)])


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
