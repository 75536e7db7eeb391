"""Shared schemas, counted and listed by what they have."""

from collections.abc import Sequence
from typing import NamedTuple

from engine.answer.whole.records import MOST, WholeFacts, WholeRow
from engine.answer.whole.scope import Scope
from engine.answer.whole.understand import Part
from engine.library import survey
from engine.specs.describe import Resolve, first_sentence, merged, schema_name
from engine.specs.model import Schema

_MOST_BODIES = 40_000
"""Schemas that are looked into for one question: those of a large library take a second."""
_FORMS = 3
"""Levels of choices that are looked into."""
_KINDS = ("named", "has.description", "has.example", "deprecated")


class _Read(NamedTuple):
    schema: Schema
    fields: frozenset[str]
    required: frozenset[str]


def schemas(scope: Scope, parts: Sequence[Part], where: str, asks: str) -> WholeFacts | None:
    """Return the shared schemas that have what is asked; None where that is nothing that schemas have.

    Raises:
        LibraryError: The library cannot be read.
    """
    if any(part.kind not in _KINDS for part in parts):
        return None
    listed = survey.schemas(scope.library, scope.specs, bodies=False)
    if parts and len(listed) > _MOST_BODIES:
        return None
    found = survey.schemas(scope.library, scope.specs, bodies=True) if parts else listed
    resolved = {(one.spec, one.pointer): one for one in found} if parts else {}

    read: list[tuple[survey.NamedSchema, _Read]] = []
    for one in found if parts else ():

        def resolve(pointer: str, spec: str = one.spec) -> Schema:
            target = resolved.get((spec, pointer))
            return target.schema if target else Schema()

        schema = merged(one.schema, resolve)
        read.append((one, _Read(schema, *_fields(schema, resolve, _FORMS))))
    written = frozenset[str]().union(*(each.fields for _, each in read))
    alternatives = [place for place, part in enumerate(parts) if part.by_or and place]
    kept = [
        one
        for one, each in read
        if _all([_has(each, part, is_exact=part.value in written) != part.negated for part in parts], alternatives)
    ] if parts else found  # fmt: skip
    rows = tuple(WholeRow(schema_name(one.pointer), one.spec, summary=_said(one)) for one in kept[:MOST])
    said = "".join(f"{' or ' if part.by_or else ' and '}{_in_words(part)}" for part in parts).removeprefix(" and ")
    return WholeFacts(
        understood=f"shared schemas of {where}" + (f" that {said}" if said else ""),
        things="schemas",
        total=len(kept),
        among=len(listed) if parts else 0,
        rows=rows,
        notes=("Schemas that stand under a name count; those written in place do not",),
        asks=asks,
    )


def _all(tests: Sequence[bool], alternatives: Sequence[int]) -> bool:
    groups: list[list[bool]] = []
    for place, holds in enumerate(tests):
        if place in alternatives:
            groups[-1].append(holds)
        else:
            groups.append([holds])
    return all(any(group) for group in groups)


def _said(one: survey.NamedSchema) -> str:
    return first_sentence(one.schema.description) if one.body else ""


def _fields(schema: Schema, resolve: Resolve, deep: int) -> tuple[frozenset[str], frozenset[str]]:
    """Return the fields of a schema, those of any form of a choice too, and the required ones."""
    fields, required = frozenset(schema.properties), frozenset(schema.required)
    for form in (*schema.one_of, *schema.any_of) if deep and schema.type != "interface" else ():
        fields |= _fields(merged(form, resolve), resolve, deep - 1)[0]
    return fields, required


def _has(read: _Read, part: Part, *, is_exact: bool) -> bool:
    """Tell whether a schema has what is asked; of a field in just that spelling where any schema has it so."""
    match part.kind:
        case "deprecated":
            return read.schema.deprecated
        case "has.description":
            return bool(read.schema.description)
        case "has.example":
            return read.schema.example is not None
    fields = read.required if part.must else read.fields
    return part.value in fields if is_exact else part.value.casefold() in map(str.casefold, fields)


def _in_words(part: Part) -> str:
    no = part.negated
    match part.kind:
        case "deprecated":
            return "are not deprecated" if no else "are deprecated"
        case "has.description":
            return "have no description" if no else "have a description"
        case "has.example":
            return "have no example" if no else "have an example"
    field = f"the required field {part.value}" if part.must else f"the field {part.value}"
    return f"do not have {field}" if no else f"have {field}"
