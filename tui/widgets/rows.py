"""An operation as rows of a tree: sections, fields, and fields of fields, read when they are opened."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from engine import Body, Content, Operation, OperationView, Parameter, Response, Schema, Server, type_name

Load = Callable[[str], Awaitable[Schema]]
"""Gives the schema under a JSON pointer."""


class Row(NamedTuple):
    """One line of the tree, and what there is to read about it."""

    name: str
    type: str = ""
    note: str = ""
    """A word or two beside the type, such as `required`."""
    text: str = ""
    """The description."""
    facts: tuple[tuple[str, str], ...] = ()
    """Label and value of everything else."""
    rows: tuple["Row", ...] = ()
    """What is inside, where it is known already."""
    schema: Schema | None = None
    """What is inside, where it must be looked up."""

    @property
    def opens(self) -> bool:
        """True if there is something inside."""
        return bool(self.rows) or (self.schema is not None and _has_fields(self.schema))


def operation_rows(view: OperationView) -> list[Row]:
    """Return the sections of an operation; what it does not have is left out, except for security."""
    operation = view.operation
    sections = [
        Row("Parameters", note=str(len(operation.parameters)), rows=tuple(map(_parameter, operation.parameters))),
        *([_body(operation.body)] if operation.body else []),
        Row("Responses", note=str(len(operation.responses)), rows=tuple(map(_response, operation.responses))),
        _security(view),
        Row("Servers", rows=tuple(Row(server.url, text=server.description) for server in _servers(view))),
    ]
    return [section for section in sections if section.rows or section.text or section.schema]


def operation_facts(operation: Operation) -> list[tuple[str, str]]:
    """Return label and value of what is said of an operation besides its description."""
    return [pair for pair in (("id", operation.operation_id), ("tags", ", ".join(operation.tags))) if pair[1]]


async def schema_rows(schema: Schema, load: Load) -> list[Row]:
    """Return the fields of a schema, following the references on the way to them and no further.

    Args:
        schema: An object, array, combination or reference.
        load: Reads the target of a reference.

    Raises:
        NotFoundError: A reference leads nowhere.
    """
    schema = await _resolved(schema, load)
    rows = [_field(name, field, name in schema.required) for name, field in schema.properties.items()]
    for part in schema.all_of:
        rows += await schema_rows(part, load)
    for word, choices in (("one of", schema.one_of), ("any of", schema.any_of)):
        rows += [_field(f"{word} {number}", choice) for number, choice in enumerate(choices, 1)]
    if schema.additional is not None:
        rows.append(_field("any other name", schema.additional))
    return rows


async def _resolved(schema: Schema, load: Load) -> Schema:
    """Follow references and arrays to the schema that has fields. A circle of bare references ends."""
    seen: set[str] = set()
    while True:
        if schema.ref and schema.ref not in seen:
            seen.add(schema.ref)
            schema = await load(schema.ref)
        elif schema.items is not None:
            schema = schema.items
        else:
            return schema


def _has_fields(schema: Schema) -> bool:
    while schema.items is not None:
        schema = schema.items
    return bool(schema.ref or schema.properties or schema.all_of or schema.one_of or schema.any_of or schema.additional)


def _field(name: str, schema: Schema, required: bool = False) -> Row:
    notes = [
        word
        for word, holds in (
            ("required", required),
            ("deprecated", schema.deprecated),
            ("read only", schema.read_only),
            ("write only", schema.write_only),
        )
        if holds
    ]
    return Row(
        name,
        type=type_name(schema),
        note=", ".join(notes),
        text=schema.description or schema.title,
        facts=tuple(_schema_facts(schema)),
        schema=schema,
    )


def _parameter(parameter: Parameter) -> Row:
    schema = parameter.schema
    row = _field(parameter.name, schema, parameter.required)
    location = f"in {parameter.location}"
    note = ", ".join(filter(None, [location, row.note, "deprecated" if parameter.deprecated else ""]))
    example = [("example", _json(parameter.example))] if parameter.example is not None else []
    return row._replace(note=note, text=parameter.description or row.text, facts=(*row.facts, *example))


def _body(body: Body) -> Row:
    return Row(
        "Body",
        note="required" if body.required else "optional",
        text=body.description,
        rows=tuple(map(_content, body.content)),
    )


def _content(content: Content) -> Row:
    row = _field(content.media_type, content.schema)
    return row._replace(facts=(*row.facts, *([("example", _json(content.example))] if content.example else [])))


def _response(response: Response) -> Row:
    headers = Row("Headers", note=str(len(response.headers)), rows=tuple(map(_parameter, response.headers)))
    contents = tuple(map(_content, response.content))
    return Row(
        response.status,
        type=contents[0].type if contents else "",
        note=" ".join(response.description.split("\n", 1)[0].split()),
        text=response.description,
        rows=contents + ((headers,) if response.headers else ()),
    )


def _security(view: OperationView) -> Row:
    schemes = {scheme.name: scheme for scheme in view.about.security_schemes}
    rows = []
    for alternative in view.operation.security:
        for grant in alternative:
            scheme = schemes.get(grant.scheme)
            kind = " ".join(filter(None, [scheme.type, scheme.scheme])) if scheme else "not declared"
            rows.append(
                Row(
                    grant.scheme,
                    type=kind,
                    note=", ".join(grant.scopes),
                    text=scheme.description if scheme else "",
                    facts=(("in", f"{scheme.location} {scheme.parameter}"),) if scheme and scheme.parameter else (),
                )
            )
        if not alternative:
            rows.append(Row("no credentials"))
    if not rows:
        return Row("Security", note="none declared", text="The spec says nothing about credentials here.")
    return Row("Security", note="one of these" if len(view.operation.security) > 1 else "", rows=tuple(rows))


def _servers(view: OperationView) -> tuple[Server, ...]:
    return view.operation.servers or view.about.servers


def _schema_facts(schema: Schema) -> Iterator[tuple[str, str]]:
    if schema.enum:
        yield "values", ", ".join(map(_json, schema.enum))
    if schema.default is not None:
        yield "default", _json(schema.default)
    if schema.limits:
        yield "limits", _limits(schema.limits)
    if schema.example is not None:
        yield "example", _json(schema.example)
    if schema.nullable:
        yield "null", "allowed"


def _limits(limits: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {_json(value)}" for name, value in limits.items())


def _json(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
