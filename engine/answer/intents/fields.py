"""A field, the values of one, or all fields of what is sent or comes back."""

from collections.abc import Sequence
from typing import NamedTuple

from engine.answer.finding import Candidate, described, fit, having, likely, named
from engine.answer.intents.asking import Asking, candidates, quotes
from engine.answer.intents.listed import listed
from engine.answer.responses import outcomes
from engine.answer.told import FieldsTold, FieldTold, SaidTold, SchemaTold, Told, UnsaidTold, Value
from engine.answer.wording import LONGEST, Wanted, explained
from engine.calls.nested import Placed, is_hidden
from engine.calls.source import Source
from engine.english.aspects import Aspect, asks_for_shape, asks_for_what_comes_back, aspects_of
from engine.specs.describe import FieldRow, merged, type_name
from engine.specs.model import Schema, written

_MOST = 4
"""Fields that are told in full; with more none would be the one that was asked for."""
_LIKELY = 3
"""The same of those that are told for their descriptions."""
_INSIDE = 24
"""Fields within a field that are named."""
_ALL = 60
"""Fields of a schema that are told."""
_SAID = 3
"""Sentences of a description that are told."""
_EXAMPLE = 60
"""Characters of an example that is told."""
_FEW = 3
"""Fields that have what is asked for, and are told where nothing else tells which is meant."""
_STANDS = {
    "default": "as `default` of its schema, or in its description",
    "most": "as `maximum`, `maxLength` or `maxItems` of its schema, or in its description",
    "least": "as `minimum`, `minLength` or `minItems` of its schema, or in its description",
    "values": "as `enum` of its schema, or in its description",
    "format": "as `format` or `pattern` of its schema, or in its description",
    "unit": "in its description",
    "zone": "in its description",
    "example": "as `example`, or in its description",
}
"""What is asked of a field → where a specification tells it (JSON Schema 2020-12, Validation)."""


OF_INPUTS = frozenset(("default", "most", "least"))
"""What is asked of inputs rather than of what comes back."""


class Found(NamedTuple):
    """Fields that are meant."""

    fields: Sequence[Candidate] = ()
    sure: bool = False
    """Whether the question names them."""


def compose(asking: Asking) -> Told | None:
    """Return the fields that are meant; of a question for all fields these; else the sentences that speak of it."""
    source = asking.source
    aspects = aspects_of(asking.question)
    if source is None:
        return None
    all_of = candidates(source)
    found = find(asking, source, all_of, aspects)
    if asks_for_shape(asking.question) and not found.sure and (shape := _shape(asking, source, all_of)):
        return shape
    want = asking.want(source)
    told = tuple(field_told(one, source, want, all_of) for one in found.fields)
    said = quotes(asking)
    if lacking := _lacking(told, aspects) if found.sure or not said else None:
        what = f"{lacking.phrase} of {told[0].fact.name}" if told else lacking.phrase
        return UnsaidTold(what, _STANDS[lacking.name], told, said)
    if told:
        return FieldsTold(told, said, found.sure)
    return SaidTold(said) if said else None


def find(asking: Asking, source: Source, all_of: Sequence[Candidate], aspects: Sequence[Aspect]) -> Found:
    """Return the fields that a question means: by their names, else by what is said of them."""
    sought = frozenset(aspect.name for aspect in aspects) | ({"values"} if asking.kind == "enum" else set())
    comes_back = asks_for_what_comes_back(asking.question)
    ordered = sorted(all_of, key=lambda one: (one.place == "response") != comes_back)
    if sought & OF_INPUTS and (given := [one for one in ordered if not one.place.startswith("response")]):
        ordered = given if named(given, asking.want(source)) else ordered
    seen = [one for one in ordered if not is_hidden(Placed(one.place, _row(one)), source)]
    ways = [asking.want(source), asking.want(source, plainly=True)]  # `name` may be a field, or what it is called
    ways.sort(key=lambda want: -fit(seen, want, source))
    for want in ways:
        by_name = _once(named(seen, want))
        if by_name and not (sought & OF_INPUTS and not fit(by_name, want, source)):
            closest = [one for one in by_name if fit([one], want, source)] or by_name  # not for a value alone
            having_it = having(closest, source, sought) if sought and len(closest) > 1 else closest
            return Found((having_it or closest)[:_MOST], sure=True)
    if sought & OF_INPUTS:  # tags may have a limit, also where it is tags that are added
        limited = having([one for one in seen if not one.place.startswith("response")], source, sought & OF_INPUTS)
        if fit(limited, want := asking.want(), source):
            return Found(_once(named(limited, want))[:_MOST], sure=True)
    want = asking.want(source)
    given = [one for one in seen if not one.place.startswith("response")] if sought & OF_INPUTS else []
    near = _once(likely(given, want, source, sought) if given else [])
    near = (
        _once(described(seen, want) if want.left else [])[:_LIKELY] or near or _once(likely(seen, want, source, sought))
    )
    if near:
        return Found(near[:_LIKELY])
    near = _once(having(seen, source, sought & {"values", "default"}))
    return Found(near if len(near) <= _FEW else ())


def _once(found: Sequence[Candidate]) -> list[Candidate]:
    """Return each name once: what is sent comes back by the same name, and another form of a body has it deeper."""
    names = {one.name: one for one in reversed(found)}.values()
    alike = {(one.name.rpartition(".")[2], one.text or one.name): one for one in names}
    return list(alike.values())[::-1]


def _row(one: Candidate) -> FieldRow:
    return FieldRow(one.name, 0, one.schema, one.required)


def _lacking(told: Sequence[FieldTold], aspects: Sequence[Aspect]) -> Aspect | None:
    """Return what is asked for and is said of none of the fields; None where one has any of it."""
    if not aspects or any(_tells(one, aspect) for one in told for aspect in aspects):
        return None
    return aspects[0]


def _tells(one: FieldTold, aspect: Aspect) -> bool:
    fact = one.fact
    match aspect.name:
        case "default" if fact.default is not None:
            return True
        case "most" | "least" if fact.limits or fact.enum or "boolean" in fact.type:
            return True
        case "values" if one.values or any(kind in fact.type for kind in ("boolean", "integer", "number")):
            return True
        case "format" if fact.type != "string" or "pattern" in fact.limits:
            return True
        case "example" if one.example:
            return True
    return any(aspect.told.search(line) for line in (*one.said, fact.description, fact.name.replace("_", " ")))


def field_told(one: Candidate, source: Source, want: Wanted, all_of: Sequence[Candidate] = ()) -> FieldTold:
    """Return all that is said of a field.

    Args:
        one: The field.
        source: Its operation.
        want: What the question asks, by which sentences are chosen.
        all_of: All fields of the operation, among which those within it are.
    """
    node = merged(one.schema, source.resolve)
    items = merged(node.items, source.resolve) if node.items is not None else Schema()
    text = one.text or node.description or items.description
    fact = one.told(source)
    heads = (f"{one.name}.", f"{one.name}[].")
    inside = [each for each in all_of if each.place == one.place and each.name.startswith(heads)]
    return FieldTold(
        fact=fact,
        said=tuple(line if len(line) <= LONGEST else f"{line[:LONGEST]}…" for line in explained(text, want, _SAID)),
        values=_values(node, items) or (listed(text) if fact.type != "boolean" else ()),
        example=_example(one.example if one.example is not None else node.example),
        inside=tuple(each.told(source) for each in inside[:_INSIDE]),
        more=max(0, len(inside) - _INSIDE),
    )


def _values(node: Schema, items: Schema) -> tuple[Value, ...]:
    enum, said = (node.enum, node.enum_values) if node.enum else (items.enum, items.enum_values)
    told = ((name, said.get(name)) for name in map(written, enum))
    return tuple(Value(name, one.description, one.deprecated) if one else Value(name) for name, one in told)


def _example(value: object) -> str:
    text = "" if value is None else " ".join(written(value).split())
    return text if len(text) <= _EXAMPLE else ""


def _shape(asking: Asking, source: Source, all_of: Sequence[Candidate]) -> SchemaTold | None:
    """Return all fields of what comes back, or of what is sent where that is asked for or nothing comes back."""
    comes_back = [one for one in all_of if one.place == "response"]
    given = [one for one in all_of if one.place not in ("response", "response header")]
    if asks_for_what_comes_back(asking.question) or (source.operation.method == "GET" and not source.operation.body):
        is_answer = bool(comes_back)
    else:
        is_answer = not given
    fields = comes_back if is_answer else given
    if not fields:
        return None
    returns = outcomes(source.operation.responses).returns
    name = type_name(returns.content[0].schema) if is_answer and returns and returns.content else ""
    upper = sorted(range(len(fields)), key=lambda at: fields[at].name.count("."))[:_ALL]
    told = tuple(fields[at].told(source) for at in sorted(upper))
    return SchemaTold(name, is_answer, told, len(fields) - len(told), quotes(asking))
