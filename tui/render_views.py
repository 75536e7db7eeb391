"""How `show` shows specs, operations, schemas and passages; see `render`."""

import textwrap

from engine import (
    EnumValue,
    OperationFacts,
    OperationView,
    Overview,
    Parameter,
    PassageView,
    Schema,
    SchemaView,
    clean_line,
    field_rows,
    first_sentence,
    in_words,
    plain,
    schema_name,
    type_name,
)
from tui.output import text
from tui.render import WIDTH, content, count, filled, operation_facts, problem_line


def overview(view: Overview) -> None:
    """Print a spec as a whole: what it is, and what is in it by tag."""
    about = view.about
    title = " ".join(filter(None, [about.title, about.version]))
    text(f"{title} ({about.format}, {content(view.info)}, {count(view.info.schemas, 'schema')})")
    for server in about.servers:
        text(f"  server   {server.url}")
    for scheme in about.security_schemes:
        kind = " ".join(filter(None, [scheme.type, scheme.scheme, scheme.location, scheme.parameter]))
        text(f"  auth     {scheme.name}: {kind}")
    for old in view.versions:
        text(f"  before   {view.info.name}@{old.number}: {old.version or 'no version'}, added {old.added}")
    for problem in view.problems:
        text(f"  problem  {problem_line(problem)}")
    tags: dict[str, list[str]] = {}
    for row in view.operations:
        mark = "webhook " if row.kind == "webhook" else ""
        line = f"  {mark}{row.operation}  {clean_line(row.summary)}".rstrip()
        tags.setdefault(row.tag or "(no tag)", []).append(line)
    for tag, lines in tags.items():
        text()
        text(tag)
        for line in lines:
            text(line)


def operation(view: OperationView, facts: OperationFacts) -> None:
    """Print an operation with its whole description."""
    operation_facts(facts)
    if view.operation.description and plain(view.operation.description) != facts.summary:
        text()
        text(view.operation.description.strip())
    if view.operation.body is None:
        return
    if view.operation.body.description:
        text()
        text(view.operation.body.description.strip())
    for one in view.operation.body.content:
        text()
        text(f"body     {one.media_type}: {type_name(one.schema)}")


def schema(view: SchemaView, depth: int) -> None:
    """Print a schema or type with its fields, and those of what it refers to."""
    node = view.schema
    known = {**view.referred, view.pointer: node}

    def resolve(pointer: str) -> Schema:
        return known.get(pointer, Schema())

    text(f"{schema_name(view.pointer)}: {in_words(node, resolve) or type_name(node)}  ({view.spec}:#{view.pointer})")
    if node.implements:
        text(f"implements {', '.join(map(schema_name, node.implements))}")
    if node.deprecated:
        text(_deprecated(node.deprecation))
    if node.description:
        text()
        text(node.description.strip())
    needed = "!" if view.pointer.startswith(("/types/", "/directives/")) else " (required)"  # as GraphQL writes it
    if node.arguments:
        text()
        text(f"    {_arguments(node.arguments, needed)}")
    rows = field_rows(node, resolve, depth + 1)
    if rows:
        text()
    for row in rows:
        indent = "    " * (row.depth + 1)
        name = row.name.rpartition(".")[2] + _arguments(row.schema.arguments, needed)
        text(f"{indent}{name}: {type_name(row.schema)}{needed if row.required else ''}")
        _said(indent + "    ", row.schema.description, row.schema.deprecation, deprecated=row.schema.deprecated)
    for value in node.enum:
        text(f"    {value}")
        about = node.enum_values.get(str(value), EnumValue())
        _said(" " * 8, about.description, about.deprecation, deprecated=about.deprecated)


def passage(view: PassageView) -> None:
    """Print a passage of a guide."""
    text(f"{view.spec}:{view.passage.key}  {view.passage.heading}".rstrip())
    text()
    text(view.passage.text)


def _arguments(arguments: tuple[Parameter, ...], needed: str) -> str:
    listed = [f"{one.name}: {type_name(one.schema)}{needed if one.required else ''}" for one in arguments]
    return f"({', '.join(listed)})" if listed else ""


def _said(indent: str, description: str, deprecation: str, *, deprecated: bool) -> None:
    for line in (first_sentence(description), _deprecated(deprecation) if deprecated else ""):
        if line:
            text(textwrap.indent(filled(line, WIDTH - len(indent)), indent))


def _deprecated(reason: str) -> str:
    return f"deprecated: {clean_line(reason)}" if reason else "deprecated"
