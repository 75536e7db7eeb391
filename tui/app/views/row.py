"""One line of the tree that shows an operation."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from engine import Schema

LONGEST = 300
"""Characters of a value beside a line: examples and extensions may be whole documents."""


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
    ref: str = ""
    """`SPEC:METHOD /path` of the operation that Enter opens, or `SPEC:/pointer` of the schema."""

    @property
    def opens(self) -> bool:
        """True if there is something inside."""
        return bool(self.rows) or (self.schema is not None and has_parts(self.schema))


def has_parts(schema: Schema) -> bool:
    """Tell whether a schema has something to open: fields, choices, arguments, described values, or a reference."""
    while not (schema.arguments or schema.enum_values) and schema.items is not None:
        schema = schema.items
    return bool(
        schema.ref or schema.properties or schema.all_of or schema.one_of or schema.any_of or schema.additional
        or schema.arguments or schema.enum_values
    )  # fmt: skip


def target(schema: Schema) -> str:
    """Return the JSON pointer of the schema that one is, or is a list of; empty where it has no other."""
    while not schema.ref and schema.items is not None:
        schema = schema.items
    return schema.ref


def shortened(value: object) -> str:
    """Return a value as JSON, text as it is; cut where it is long."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def extension_facts(extensions: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Return what a source says in words of its own."""
    return tuple((name, shortened(value)) for name, value in extensions.items())
