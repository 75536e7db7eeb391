"""What differs between two operations, or the same field of them."""

from collections.abc import Callable, Iterator, Sequence

from engine.answer.facts import auth
from engine.answer.finding import named
from engine.answer.intents.asking import Asking, candidates, quotes
from engine.answer.intents.fields import field_told
from engine.answer.responses import outcomes
from engine.answer.told import ComparedTold, Difference, FieldsTold, FieldTold, Told
from engine.answer.wording import lines_of, wanted
from engine.calls.inputs import inputs, type_of
from engine.calls.records import FieldFact
from engine.calls.source import Source
from engine.english.asking import sides
from engine.english.aspects import GENERIC
from engine.specs.describe import first_sentence
from engine.specs.model import written

_MOST = 3
"""Operations that are compared: three columns are what is read at a glance."""
_NAMED = 20
"""Names that are listed in a cell."""
_FIELDS = 4
"""Fields that a question may name, and that are compared one by one."""
_NONE = "-"
"""What stands for a field that one of them does not have."""
_SAID = 3
"""Sentences of a description that are compared."""


def compose(asking: Asking) -> Told | None:
    """Return what differs; None where there are no two operations."""
    if fields := _within(asking):
        return fields
    sources = asking.sources[:_MOST]
    if len(sources) < 2:
        return None
    rows = [*_fields(asking, sources), *_rows(sources)]
    differing = tuple(row for row in rows if len(set(row.values)) > 1 or row.what.startswith("`"))
    same = tuple(row.what for row in rows if row not in differing and any(row.values))
    return ComparedTold(tuple(source.ref for source in sources), differing, same, quotes(asking))


def _within(asking: Asking) -> FieldsTold | None:
    """Return the fields, or the values of one, that the question compares within one operation; None without."""
    source = asking.source
    if source is None:
        return None
    all_of = candidates(source)
    found: dict[str, FieldTold] = {}
    for side in (compared := sides(asking.question)):
        want = wanted(side, source.operation, source.spec, GENERIC)
        if not (meant := named(all_of, want)):
            return None
        found.setdefault(meant[0].name, field_told(meant[0], source, want))
    return FieldsTold(tuple(found.values())) if len(compared) > 1 else None


def _rows(sources: Sequence[Source]) -> Iterator[Difference]:
    """Yield what may differ, of each operation in words."""
    yield _row("does", sources, lambda one: " ".join(line for line, _ in lines_of(_text(one))[:_SAID]))
    given = [{fact.name: fact for fact in inputs(source)} for source in sources]
    for what, required in (("needs", True), ("accepts", False)):
        names = [[name for name, fact in each.items() if fact.required == required] for each in given]
        yield Difference(what, tuple(map(_listed, names)))
    shared = [name for name in given[0] if all(name in each for each in given[1:])]
    for name in shared:
        row = Difference(f"{name}", tuple(_limits(each[name]) for each in given))
        if len(set(row.values)) > 1:
            yield row
    yield _row("auth", sources, lambda one: "; ".join(auth(one.operation, one.about)))
    yield _row("returns", sources, _returns)
    yield _row(
        "errors", sources, lambda one: ", ".join(each.status for each in outcomes(one.operation.responses).errors)
    )
    yield _row("deprecated", sources, lambda one: first_sentence(one.operation.deprecation) or "yes"
               if one.operation.deprecated else "")  # fmt: skip


def _row(what: str, sources: Sequence[Source], of: Callable[[Source], str]) -> Difference:
    return Difference(what, tuple(map(of, sources)))


def _text(source: Source) -> str:
    operation = source.operation
    return operation.description or operation.summary


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _returns(source: Source) -> str:
    response = outcomes(source.operation.responses).returns
    if response is None:
        return ""
    kind = type_of(response.content[0].schema, source.operation.protocol) if response.content else "no body"
    return " ".join(filter(None, [response.status, kind]))


def _limits(fact: FieldFact) -> str:
    default = f"default {written(fact.default)}" if fact.default is not None else ""
    values = " | ".join(fact.enum[:_NAMED])
    return ", ".join(filter(None, [fact.type, default, fact.bounds, values, "required" if fact.required else ""]))


def _fields(asking: Asking, sources: Sequence[Source]) -> Iterator[Difference]:
    """Yield the fields that the question names, also where they do not differ."""
    of_each: list[dict[str, FieldFact]] = []
    for source in sources:
        want = wanted(asking.question, source.operation, source.spec, GENERIC)
        plainly = wanted(asking.question, source.operation, source.spec)
        all_of = candidates(source)
        found = named(all_of, want) or named(all_of, plainly)
        of_each.append({one.name: one.told(source) for one in found[:_FIELDS]})
    for name in list(dict.fromkeys(name for each in of_each for name in each))[:_FIELDS]:
        yield Difference(f"`{name}`", tuple(_limits(each[name]) if name in each else _NONE for each in of_each))
