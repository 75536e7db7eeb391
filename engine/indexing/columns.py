"""What filters and facets ask of the entries of a specification, by column; see `engine.library.attributes`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from engine.indexing.surface import Surface
from engine.library.attributes import NO_AUTH, SEPARATOR, Column, Field
from engine.library.records import kind_of
from engine.specs.describe import first_sentence
from engine.specs.model import RECORDED, Operation, Passage, Schema, SecurityScheme, Spec

_AS_WRITTEN = frozenset((
    Field.DECLARED, Field.QUERY, Field.HEADER, Field.BODY, Field.REQUIRED, Field.RESPONSE, Field.INNER, Field.RETURNS,
    Field.SENDS, Field.SCOPE, Field.PARAMETER,
))  # fmt: skip
"""Columns whose values are names in the API's own words: `nextToken` and `NextToken` are two."""
_encode = msgspec.msgpack.Encoder().encode


def columns(spec: Spec) -> list[Column]:
    """Return all fields of a spec, those without values too."""
    schemes = {scheme.name: scheme for scheme in spec.about.security_schemes}
    items: tuple[Operation | Passage, ...] = (*spec.operations, *spec.webhooks, *spec.passages)
    surface = Surface(spec.schemas)
    found: dict[Field, defaultdict[str, list[int]]] = {field: defaultdict(list) for field in Field}
    for place, item in enumerate(items):
        if isinstance(item, Passage):
            pairs = _of_passage(item)
        else:
            pairs = _of_operation(item, schemes, spec.schemas, spec.about.format.startswith(RECORDED))
            for field, values in surface.of(item):
                column = found[field]
                for value in sorted(values):  # a set has another order in each process
                    column[value].append(place)
        for field, value in pairs:
            found[field][value].append(place)
        found[Field.KIND][kind_of(item).value].append(place)
    format_ = spec.about.format
    found[Field.FORMAT][format_] = found[Field.FAMILY][format_.partition("-")[0]] = list(range(len(items)))
    return [_column(field, values) for field, values in found.items()]


def _column(field: Field, values: Mapping[str, list[int]]) -> Column:
    alike: dict[str, tuple[str, list[int]]] = {}
    for value, places in values.items():
        if value and places:
            alike.setdefault(value if field in _AS_WRITTEN else value.casefold(), (value, []))[1].extend(places)
    words = SEPARATOR.join(value for value, _ in alike.values())
    return Column(field, words, _encode([_packed(places) for _, places in alike.values()]))


def _packed(places: Sequence[int]) -> tuple[int, bytes]:
    """Return places, in any order, as `unpack` does."""
    if len(places) == 1:  # as most values have
        return places[0], b"\1"
    first = min(places)
    bits = bytearray((max(places) - first) // 8 + 1)
    for place in places:
        bits[(place - first) // 8] |= 1 << (place - first) % 8
    return first, bytes(bits)


def _of_passage(passage: Passage) -> Iterator[tuple[Field, str]]:
    yield Field.OPERATION, passage.key
    yield Field.SUMMARY, passage.title
    yield Field.DEPRECATED, "false"


def _of_operation(
    operation: Operation, schemes: Mapping[str, SecurityScheme], schemas: Mapping[str, Schema], is_recorded: bool
) -> Iterator[tuple[Field, str]]:
    yield Field.METHOD, operation.method
    yield Field.PATH, operation.path
    yield Field.OPERATION, operation.key
    yield Field.ID, operation.operation_id
    yield Field.SUMMARY, operation.summary or first_sentence(operation.description)
    yield Field.DEPRECATED, "true" if operation.deprecated else "false"
    for tag in operation.tags:
        yield Field.TAG, tag
    for response in operation.responses:
        yield Field.STATUS, response.status
    for name in _inputs(operation, schemas):
        yield Field.PARAMETER, name
    yield from _auth(operation, schemes, not schemes or is_recorded)


def _auth(operation: Operation, schemes: Mapping[str, SecurityScheme], is_silent: bool) -> Iterator[tuple[Field, str]]:
    # What describes no way to authenticate does not say that its operations are public, nor does a recording without.
    silent = is_silent or operation.incoming
    if () in operation.security or not (operation.security or silent):
        yield Field.AUTH, NO_AUTH
    for grant in (grant for alternative in operation.security for grant in alternative):
        yield Field.SCHEME, grant.scheme
        if scheme := schemes.get(grant.scheme):
            yield Field.AUTH, scheme.type
            yield Field.SCHEME, scheme.scheme


def _inputs(operation: Operation, schemas: Mapping[str, Schema]) -> Iterator[str]:
    """Return the names of parameters and of the fields of the body, but not of what is nested in these."""
    for parameter in operation.parameters:
        yield parameter.name
    for content in operation.body.content if operation.body else ():
        whole = schemas.get(content.schema.ref, content.schema)
        for part in (whole, *whole.all_of, *whole.one_of, *whole.any_of):
            yield from schemas.get(part.ref, part).properties
