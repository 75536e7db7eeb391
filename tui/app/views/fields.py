"""Schemas and parameters as rows of a tree: fields, and fields of fields, read when they are opened."""

from collections.abc import Awaitable, Callable, Iterator, Mapping

from engine import Parameter, Schema, type_name
from tui.app.views.row import Row, extension_facts, shortened

Load = Callable[[str], Awaitable[Schema]]
"""Gives the schema under a JSON pointer."""


async def schema_rows(schema: Schema, load: Load) -> list[Row]:
    """Return what is inside a schema, following the references on the way to it and no further.

    Args:
        schema: A field of GraphQL, an object, array, combination, enum or reference.
        load: Reads the target of a reference.

    Raises:
        NotFoundError: A reference leads nowhere.
    """
    rows = [_arguments(schema.arguments)] if schema.arguments else []
    kind = await _resolved(schema, load)
    rows += [field_row(name, field, name in kind.required) for name, field in kind.properties.items()]
    for part in kind.all_of:
        rows += await schema_rows(part, load)
    rows += _choices(kind)
    if kind.additional is not None:
        rows.append(field_row("any other name", kind.additional))
    rows += _values(kind)
    rows += [field_row("implements", Schema(ref=ref)) for ref in kind.implements]
    return rows or [Row("no fields", type=type_name(kind), text=kind.description, facts=tuple(_schema_facts(kind)))]


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


def field_row(name: str, schema: Schema, required: bool = False) -> Row:
    """Return one field."""
    notes = {
        "required": required,
        "deprecated": schema.deprecated,
        "read only": schema.read_only,
        "write only": schema.write_only,
    }
    return Row(
        name,
        type=type_name(schema),
        note=", ".join(word for word, holds in notes.items() if holds),
        text=schema.description or schema.title,
        facts=tuple(_schema_facts(schema)),
        schema=schema,
    )


def parameter_row(parameter: Parameter) -> Row:
    """Return one parameter, argument or header."""
    row = field_row(parameter.name, parameter.schema, parameter.required)
    location = "" if parameter.location == "argument" else f"in {parameter.location}"
    notes = [location, row.note, "deprecated" if parameter.deprecated and not parameter.schema.deprecated else ""]
    facts = [*row.facts, *_deprecation(parameter.deprecation), *extension_facts(parameter.extensions)]
    if parameter.example is not None:
        facts.append(("example", shortened(parameter.example)))
    return row._replace(note=", ".join(filter(None, notes)), text=parameter.description or row.text, facts=tuple(facts))


def _arguments(arguments: tuple[Parameter, ...]) -> Row:
    return Row("Arguments", note=str(len(arguments)), rows=tuple(map(parameter_row, arguments)))


def _choices(schema: Schema) -> Iterator[Row]:
    """Yield the forms that a value may have, with what tells which one it is."""
    if schema.type == "interface":
        if schema.any_of:
            kinds = tuple(field_row(type_name(choice), choice)._replace(type="") for choice in schema.any_of)
            yield Row("implemented by", note=str(len(kinds)), rows=kinds)
        return
    for word, choices in (("one of", schema.one_of), ("any of", schema.any_of)):
        for number, choice in enumerate(choices, 1):
            row = field_row(f"{word} {number}", choice)
            told = _told(schema, choice)
            yield row._replace(note=", ".join(filter(None, [told, row.note])))
    if schema.mapping and not (schema.one_of or schema.any_of):
        for pointer in dict.fromkeys(schema.mapping.values()):
            choice = Schema(ref=pointer)
            yield field_row("may be", choice)._replace(note=_told(schema, choice))


def _told(schema: Schema, choice: Schema) -> str:
    """Return the value of the discriminator that stands for a choice: `if kind is cat`."""
    if not (schema.discriminator and choice.ref):
        return ""
    values = [value for value, pointer in schema.mapping.items() if pointer == choice.ref] or [type_name(choice)]
    return f"if {schema.discriminator} is {' or '.join(values)}"


def _values(schema: Schema) -> Iterator[Row]:
    """Yield the values of an enum with what is said of each."""
    for value in schema.enum:
        name = shortened(value)
        if said := schema.enum_values.get(name):
            note = "deprecated" if said.deprecated else ""
            yield Row(name, note=note, text=said.description, facts=tuple(_deprecation(said.deprecation)))
        else:
            yield Row(name)


def _schema_facts(schema: Schema) -> Iterator[tuple[str, str]]:
    yield from _deprecation(schema.deprecation)
    if schema.enum:
        yield "values", ", ".join(map(shortened, schema.enum))
    if schema.default is not None:
        yield "default", shortened(schema.default)
    if schema.limits:
        yield "limits", _limits(schema.limits)
    if schema.example is not None:
        yield "example", shortened(schema.example)
    if schema.nullable:
        yield "null", "allowed"
    yield from extension_facts(schema.extensions)


def _deprecation(reason: str) -> list[tuple[str, str]]:
    return [("deprecated", reason)] if reason else []


def _limits(limits: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {shortened(value)}" for name, value in limits.items())
