"""Shared schemas, counted and listed by what they have."""

from collections.abc import Sequence

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

    def holds(one: survey.NamedSchema) -> bool:
        def resolve(pointer: str) -> Schema:
            target = resolved.get((one.spec, pointer))
            return target.schema if target else Schema()

        schema = merged(one.schema, resolve)
        fields, required = _fields(schema, resolve, _FORMS)
        tests = [_has(schema, part, required if part.must else fields) != part.negated for part in parts]
        alternatives = [place for place, part in enumerate(parts) if part.by_or and place]
        return _all(tests, alternatives)

    kept = [one for one in found if holds(one)] if parts else found
    rows = tuple(WholeRow(schema_name(one.pointer), one.spec, summary=_said(one)) for one in kept[:MOST])
    said = " and ".join(_in_words(part) for part in parts)
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
    """Return the fields of a schema, those of any form of a choice too, and the required ones; in small letters."""
    fields = frozenset(name.casefold() for name in schema.properties)
    required = frozenset(name.casefold() for name in schema.required)
    for form in (*schema.one_of, *schema.any_of) if deep and schema.type != "interface" else ():
        fields |= _fields(merged(form, resolve), resolve, deep - 1)[0]
    return fields, required


def _has(schema: Schema, part: Part, fields: frozenset[str]) -> bool:
    match part.kind:
        case "deprecated":
            return schema.deprecated
        case "has.description":
            return bool(schema.description)
        case "has.example":
            return schema.example is not None
    return part.value.casefold() in fields


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
