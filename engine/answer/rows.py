"""What an answer tells first, as rows: the same on the screen, in what the commands print and in an export."""

from collections.abc import Iterator, Sequence
from functools import singledispatch
from typing import NamedTuple

from engine.answer.records import Facts, OperationFacts
from engine.answer.told import (
    AuthTold,
    ComparedTold,
    DeprecationTold,
    ErrorsTold,
    ErrorTold,
    EventsTold,
    FieldsTold,
    FieldTold,
    PagingTold,
    Quote,
    RepeatTold,
    SaidTold,
    SchemaTold,
    UnsaidTold,
    Value,
    WayTold,
)
from engine.calls.records import FieldFact
from engine.specs.model import written
from engine.text import clean_line

KINDS = {
    "do": "how to do it",
    "workflow": "several things in order",
    "field": "a field or schema",
    "enum": "the values of something",
    "auth": "signing in and scopes",
    "errors": "errors and limits",
    "paging": "paging",
    "compare": "a comparison",
    "whole": "the whole API",
    "unsaid": "what specifications mostly leave out",
    "deprecation": "what is deprecated",
    "events": "what tells that something happened",
    "repeat": "sending it again",
    "talk": "small talk",
    "outside": "something else than an API",
}
"""Intent → what a question is taken to be about."""
_PLAIN = 40
"""Values that stand in a row when nothing is said of them."""
_TOLD = 25
"""Values that have a row each, with what is said of them."""
_DEFAULT = 60
"""Characters of a default that are shown."""


class Row(NamedTuple):
    """One row: a label, a name, what is known of it, what is said."""

    label: str
    name: str = ""
    kind: str = ""
    text: str = ""

    @property
    def said(self) -> str:
        """All but the label, on one line."""
        kind = f"({self.kind})" if self.kind and self.name else self.kind
        return clean_line("  ".join(filter(None, [self.name, kind, self.text])))


def taken_as(facts: Facts) -> str:
    """Return what a question is taken to be about, and how surely: `a field or schema (80 % sure)`."""
    return f"{KINDS[facts.intent]} ({facts.confidence:.0%} sure)"


def in_short(one: OperationFacts) -> Iterator[tuple[str, str]]:
    """Yield what an operation needs, gives back and may fail with, each on one row: what stands below the asked."""
    needs = ", ".join(field.name for field in one.needs)
    errors = ", ".join(error.status for error in one.errors)
    returned = [one.returns, *one.also] if one.returns else one.also
    returns = ", ".join(" ".join(filter(None, [each.status, each.type])) for each in returned)
    for label, said in (("needs", needs), ("auth", "; or ".join(one.auth)), ("returns", returns), ("errors", errors)):
        if said:
            yield label, said


@singledispatch
def told_rows(_: object) -> Iterator[Row]:
    """Yield the rows of one of the records of `engine.answer.told`; of None nothing."""
    yield from ()


@told_rows.register
def _(told: FieldsTold) -> Iterator[Row]:
    for one in told.fields:
        yield from _field(one)
    yield from _quotes(told.said)


@told_rows.register
def _(told: SchemaTold) -> Iterator[Row]:
    label = "returned" if told.comes_back else "sent"
    if told.name:
        yield Row(label, told.name)
        label = ""
    for field in told.fields:
        yield Row(label, field.name, _kind(field, place=not told.comes_back), _short(field))
        label = ""
    if told.more:
        yield Row("", "", f"{told.more:,} more, deeper within")
    yield from _quotes(told.said)


@told_rows.register
def _(told: AuthTold) -> Iterator[Row]:
    for number, way in enumerate(told.ways):
        yield from _way(way, "or" if number else "auth")
    yield from _quotes(told.said)


@told_rows.register
def _(told: ErrorsTold) -> Iterator[Row]:
    for status in told.undeclared:
        yield Row(status, "", "not among the answers that this operation declares")
    for header in told.limits:
        yield Row("header", header.name, header.type, header.description)
    yield from _quotes(told.said)
    for error in told.errors:
        yield from _error(error)
    if told.others:
        yield Row("others", ", ".join(told.others))


@told_rows.register
def _(told: PagingTold) -> Iterator[Row]:
    for one in told.inputs:
        yield from _field(one)
    for number, one in enumerate(told.onward):
        said = " ".join(one.said) or one.fact.description
        yield Row("" if number else "goes on", one.fact.name, _kind(one.fact), said)
    if told.loop:
        yield Row("loop", "", "", told.loop)
    yield from _quotes(told.said)


@told_rows.register
def _(told: ComparedTold) -> Iterator[Row]:
    for row in told.rows:
        yield Row(row.what)
        for number, value in enumerate(row.values, 1):
            yield Row("", f"[{number}]", "", value or "-")
    if told.same:
        yield Row("the same", "", "", ", ".join(told.same))
    yield from _quotes(told.said)


@told_rows.register
def _(told: DeprecationTold) -> Iterator[Row]:
    for number, text in enumerate(told.deprecated):
        yield Row("" if number else "not used", "", "", text)
    yield from _quotes(told.said)


@told_rows.register
def _(told: EventsTold) -> Iterator[Row]:
    for number, text in enumerate(told.calls):
        yield Row("" if number else "calls", "", "", text)
    yield from _quotes(told.said)


@told_rows.register
def _(told: RepeatTold) -> Iterator[Row]:
    yield Row("again", "", "", told.verdict)
    for one in told.keys:
        yield from _field(one)
    yield from _quotes(told.said)


@told_rows.register
def _(told: SaidTold) -> Iterator[Row]:
    yield from _quotes(told.said)


@told_rows.register
def _(told: UnsaidTold) -> Iterator[Row]:
    yield Row("not said", f"The specification does not say {told.what}.", f"It would stand {told.stands}.")
    for one in told.fields:
        yield from _field(one)
    yield from _quotes(told.said)


def _field(one: FieldTold) -> Iterator[Row]:
    """Yield a field: what it is, what is said of it, its values and what is in it."""
    fact = one.fact
    yield Row("asked", fact.name, _kind(fact), " ".join(one.said) or fact.description)
    values = [value for value in one.values if value.meaning or value.deprecated]
    if values and len(one.values) <= _TOLD:
        yield from (_value(value, "" if number else "values") for number, value in enumerate(one.values))
    elif one.values:
        yield Row("values", "", "", _joined([value.value for value in one.values]))
    if one.example and one.example not in (value.value for value in one.values):
        yield Row("example", "", "", one.example)
    if fact.arguments:
        yield Row("takes", "", "", ", ".join(fact.arguments))
    if one.inside:
        names = [f"{field.name.removeprefix(fact.name).lstrip('[].')} ({field.type})" for field in one.inside]
        yield Row("within", "", "", ", ".join(names) + (f" and {one.more:,} more" if one.more else ""))


def _joined(values: Sequence[str]) -> str:
    rest = len(values) - _PLAIN
    return " | ".join(values[:_PLAIN]) + (f" and {rest:,} more" if rest > 0 else "")


def _value(value: Value, label: str) -> Row:
    return Row(label, value.value, "deprecated" if value.deprecated else "", value.meaning)


def _kind(field: FieldFact, *, place: bool = True) -> str:
    """Return where a field is and what it holds: `query, integer, default 20, at least 1, at most 50`."""
    needs = "required" if field.required and not field.location.startswith("response") else ""
    default = f"default {written(field.default)[:_DEFAULT]}" if field.default is not None else ""
    flags = ["nullable" if field.nullable else "", "read-only" if field.read_only else ""]
    where = field.location if place else ""
    return ", ".join(filter(None, [where, field.type, needs, default, field.bounds, *flags]))


def _short(field: FieldFact) -> str:
    return f"{field.description} {' | '.join(field.enum[:_PLAIN])}".strip() if field.enum else field.description


def _way(way: WayTold, label: str) -> Iterator[Row]:
    yield Row(label, way.way, "", way.said)
    yield from (Row("", "", "", text) for text in way.obtain)
    for number, scope in enumerate(way.scopes[:_PLAIN]):
        yield Row("" if number else "scopes", scope.value, "", scope.meaning)
    if len(way.scopes) > _PLAIN:
        yield Row("", "", f"{len(way.scopes) - _PLAIN:,} more scopes")


def _error(error: ErrorTold) -> Iterator[Row]:
    yield Row("error", error.status, error.type, error.description)
    for field in error.fields:
        yield Row("", field.name, field.type, _short(field))


def _quotes(said: Sequence[Quote]) -> Iterator[Row]:
    for number, quote in enumerate(said):
        yield Row("" if number else "says", "", f"{quote.of}:" if quote.of else "", quote.text)
