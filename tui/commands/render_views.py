"""How `show` shows specs, operations, schemas and passages; see `render`."""

import shlex
import textwrap
from collections.abc import Mapping, Sequence

from engine import (
    Body,
    EnumValue,
    How,
    Kind,
    Linked,
    Operation,
    OperationFacts,
    OperationView,
    Overview,
    Parameter,
    PassageView,
    ResponseFact,
    Schema,
    SchemaView,
    clean_line,
    field_rows,
    first_sentence,
    in_words,
    plain,
    schema_name,
    text_rows,
    type_name,
)
from tui.commands.output import text
from tui.commands.render import (
    contents,
    count,
    field_line,
    operation_facts,
    problem_line,
    returned_line,
)
from tui.commands.wrapper import WIDTH, filled, hanging

_PRODUCERS = 3
"""Operations that are shown of those that give one input."""


def overview(view: Overview) -> None:
    """Print a spec as a whole: what it is, and what is in it by tag."""
    about = view.about
    title = " ".join(filter(None, [about.title, about.version]))
    text(f"{title} ({about.format}, {contents(view.info)}, {count(view.info.schemas, 'schema')})")
    for server in about.servers:
        text(f"  server   {server.url}")
    for scheme in about.security_schemes:
        kind = " ".join(filter(None, [scheme.type, scheme.scheme, scheme.location, scheme.parameter]))
        given = {
            "device sign-in at": scheme.device_url,
            "described at": scheme.openid_url or scheme.metadata_url,
        }
        places = [f"{what} {address}" for what, address in given.items() if address]
        text(f"  auth     {', '.join([f'{scheme.name}: {kind}', *places])}")
    for source in about.sources:
        text(f"  calls    {source.name}: {source.url}")
    for overlay in about.overlays:
        text(f"  overlay  {overlay}")
    for old in view.versions:
        text(f"  before   {view.info.name}@{old.number}: {old.version or 'no version'}, added {old.added}")
    for problem in view.problems:
        text(f"  problem  {problem_line(problem)}")
    tags: dict[str, list[str]] = {}
    for row in view.operations:
        mark = "webhook " if row.kind == Kind.WEBHOOK else ""
        line = f"  {mark}{row.operation}  {clean_line(row.summary)}".rstrip()
        tags.setdefault(row.tag or "(no tag)", []).append(line)
    for tag, lines in tags.items():
        text()
        text(tag)
        for line in lines:
            text(line)


def operation(view: OperationView, facts: OperationFacts) -> None:
    """Print an operation with its whole description."""
    operation_facts(facts, whole=True)
    if view.operation.description and plain(view.operation.description) != facts.summary:
        text()
        _description(view.operation.description)
    body = view.operation.body or Body()
    if body.description:
        text()
        _description(body.description)
    _responses(view, facts)
    _links(view)


def _responses(view: OperationView, facts: OperationFacts) -> None:
    """Print what comes back with its headers, fields and links; fields that were told before are not told again."""
    told: list[ResponseFact] = []
    for response in filter(None, (facts.returns, *facts.also, *facts.errors)):
        if not (response.fields or response.headers or response.links):
            continue
        text()
        text(f"Returns {returned_line(response)}".rstrip())
        for header in response.headers:
            text(field_line(header))
        same = [one.status for one in told if one.fields == response.fields]
        for field in () if same else response.fields:
            text(field_line(field))
        if same and response.fields:
            text(f"    the fields are those of {same[0]}")
        elif response.more:
            text(f"    … and {count(response.more, 'more field')}: specdeck show {shlex.quote(facts.ref)} --depth 2")
        told.append(response)
        _examples(view.operation, response.status)
        for link in response.links:
            given = {**link.parameters, **({"body": link.body} if link.body else {})}
            passed = ", ".join(f"{name} = {value}" for name, value in given.items())
            text(f"    then {link.operation}{f' with {passed}' if passed else ''}")
    for one in view.operation.responses if view.operation.protocol == "message" else ():
        if one.description:
            text()
            _description(one.description)  # where a reply goes


def _examples(operation: Operation, status: str) -> None:
    """Print the examples of what comes back by name, where there are several."""
    for response in operation.responses:
        for content in response.content if response.status == status else ():
            for example in content.examples:
                text(f"    example {example.name}{f': {example.summary}' if example.summary else ''}")


def _links(view: OperationView) -> None:
    """Print which operations give what this one takes, and which take what it gives."""
    by_input: dict[str, list[Linked]] = {}
    for link in view.needs:
        by_input.setdefault(link.needs, []).append(link)
    if by_input:
        text()
        text(f"Needs{_found_by(view.needs)}")
    for name, links in by_input.items():
        for index, link in enumerate(links[:_PRODUCERS]):
            text(f"    {name if index == 0 else ' ' * len(name)} ← {link.operation}{_gives(link)}{_declared(link)}")
    if view.feeds:
        text()
        text(f"Feeds{_found_by(view.feeds)}")
    for link in view.feeds:
        text(f"    {link.operation} ({link.needs} ← {_where(link) or 'its response'}){_declared(link)}")
    if view.fed > len(view.feeds):
        text(f"    … and {view.fed - len(view.feeds):,} more")


def _found_by(links: Sequence[Linked]) -> str:
    """Return what is not said by the specification, in words."""
    return "" if all(link.how == How.LINK for link in links) else ", by paths, names and schemas"


def _where(link: Linked) -> str:
    return f"{link.gives} header" if link.how == How.LOCATION else link.gives


def _gives(link: Linked) -> str:
    return f" ({where})" if (where := _where(link)) else ""


def _declared(link: Linked) -> str:
    return ", declared" if link.how == How.LINK else ""


def schema(view: SchemaView, depth: int) -> None:
    """Print a schema or type with its fields, and those of what it refers to."""
    node = view.schema
    known = {**view.referred, view.pointer: node}
    what = in_words(node, lambda pointer: known.get(pointer, Schema())) or type_name(node)
    text(f"{schema_name(view.pointer)}: {what}  ({view.spec}:#{view.pointer})")
    if node.implements:
        text(f"implements {', '.join(map(schema_name, node.implements))}")
    if node.deprecated:
        text(_deprecated(node.deprecation))
    if node.description:
        text()
        _description(node.description)
    needed = "!" if view.pointer.startswith(("/types/", "/directives/")) else " (required)"  # as GraphQL writes it
    if node.arguments:
        text()
        text(f"    {_arguments(node.arguments, needed)}")
    if node.properties:
        text()
    _fields(node, known, depth, needed)
    for value in node.enum:
        text(f"    {value}")
        about = node.enum_values.get(str(value), EnumValue())
        _said(" " * 8, about.description, about.deprecation, deprecated=about.deprecated)


def _fields(schema: Schema, referred: Mapping[str, Schema], depth: int, needed: str) -> None:
    for row in field_rows(schema, lambda pointer: referred.get(pointer, Schema()), depth + 1):
        indent = "    " * (row.depth + 1)
        name = row.name.rpartition(".")[2] + _arguments(row.schema.arguments, needed)
        text(f"{indent}{name}: {type_name(row.schema)}{needed if row.required else ''}")
        _said(indent + "    ", row.schema.description, row.schema.deprecation, deprecated=row.schema.deprecated)


def passage(view: PassageView) -> None:
    """Print a passage of a guide."""
    text(f"{view.spec}:{view.passage.key}  {view.passage.heading}".rstrip())
    text()
    text(view.passage.text)


def _description(written: str) -> None:
    """Print a description as it is meant to be read, wrapped but for its code."""
    for row in text_rows(written):
        if row.verbatim:
            text(row.lead + "".join(span.text for span in row.spans))
            continue
        words = "".join(f"`{span.text}`" if "code" in span.marks else span.text for span in row.spans)
        beneath = "".join(sign if sign == "│" else " " for sign in row.lead)
        for number, line in enumerate(words.split("\n")):
            text(hanging(line, beneath if number else row.lead, beneath))


def _arguments(arguments: tuple[Parameter, ...], needed: str) -> str:
    listed = [f"{one.name}: {type_name(one.schema)}{needed if one.required else ''}" for one in arguments]
    return f"({', '.join(listed)})" if listed else ""


def _said(indent: str, description: str, deprecation: str, *, deprecated: bool) -> None:
    for line in (first_sentence(description), _deprecated(deprecation) if deprecated else ""):
        if line:
            text(textwrap.indent(filled(line, WIDTH - len(indent)), indent))


def _deprecated(reason: str) -> str:
    return f"deprecated: {clean_line(reason)}" if reason else "deprecated"
