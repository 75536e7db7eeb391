"""One operation as Markdown, in as much detail as there is room for."""

from collections.abc import Iterator, Sequence

from engine.answer.records import OperationFacts, ResponseFact
from engine.calls.records import FieldFact
from engine.specs.markup import as_markdown, code, fenced, prose
from engine.specs.model import written
from engine.text import clean, clean_line

_NAMED = 12
"""Optional inputs, and values of a choice, that are named on one line; the whole has each on its own."""
_DEFAULT = 60
"""Characters of a default: a longer one is a text or a document."""


def name_line(one: OperationFacts) -> str:
    """Return an operation as a line: its name."""
    return f"- {code(one.operation)}"


def summary_line(one: OperationFacts) -> str:
    """Return an operation as a line: name, summary, required inputs."""
    needs = ", ".join(code(field.name) for field in one.needs)
    said = f"{prose(one.summary)}{' (deprecated)' if one.deprecated else ''}".strip()
    return f"{name_line(one)}{f': {said}' if said else ''}{f'; needs {needs}' if needs else ''}"


def brief(one: OperationFacts) -> str:
    """Return an operation as some lines: inputs with their types, what comes back, statuses of errors."""
    rows = [summary_line(one).partition("; needs ")[0]]
    rows += [f"  - needs {', '.join(_typed(field) for field in one.needs)}"] if one.needs else []
    if one.accepts:
        more = f" and {len(one.accepts) - _NAMED} more" if one.accepts[_NAMED:] else ""
        rows.append(f"  - accepts {', '.join(_typed(field) for field in one.accepts[:_NAMED])}{more}")
    rows += [f"  - returns {_returned(one.returns)}"] if one.returns else []
    rows += [f"  - errors {', '.join(prose(error.status) for error in one.errors)}"] if one.errors else []
    return "\n".join(rows)


def whole(one: OperationFacts, description: str, level: int) -> str:
    """Return all that there is to tell of an operation, under a heading.

    Args:
        one: Its facts, with the fields of what comes back.
        description: In Markdown or HTML; it is quoted.
        level: Of the heading: `2` for `##`.
    """
    return "\n\n".join(filter(None, _sections(one, description, level)))


def _sections(one: OperationFacts, description: str, level: int) -> Iterator[str]:
    yield f"{'#' * level} {code(one.operation)}"
    what = [prose(one.summary), f"operationId {code(one.operation_id)}" if one.operation_id else "", code(one.ref)]
    yield " · ".join(filter(None, what))
    if one.deprecated:
        yield f"Deprecated{f': {prose(one.deprecation)}' if one.deprecation else ''}."
    if description.strip() and clean_line(description) != clean_line(one.summary):
        yield "\n".join(f"> {line}".rstrip() for line in clean(as_markdown(description)).strip().split("\n"))
    yield _listed("Needs:", one.needs)
    yield _listed("Accepts:", one.accepts)
    yield _listed("Within:", one.nested, one.more)
    yield "\n".join([f"Auth: {prose(way)}." for way in one.auth])
    told: list[ResponseFact] = []
    for response in filter(None, (one.returns, *one.also, *one.errors)):
        same = [before.status for before in told if response.fields and before.fields == response.fields]
        outcome = f"{_outcome(response)}{f' The fields are those of {same[0]}.' if same else ''}"
        fields = (*response.headers, *(() if same else response.fields))
        yield _listed(outcome, fields, 0 if same else response.more) or outcome
        told.append(response)
    if one.steps:
        yield "\n".join(["Steps:", "", *(f"{step.number}. {code(step.ref or step.calls)}" for step in one.steps)])
    if one.request:
        yield fenced(one.request, "sh")


def _outcome(response: ResponseFact) -> str:
    """Return what comes back for a status: `Returns 409 (Problem): No copy is free.`."""
    kind = f" ({prose(response.type)})" if response.type else ""
    said = f": {prose(response.description)}" if response.description else ""
    line = f"Returns {prose(response.status)}{kind}{said}".replace("Returns  ", "Returns ")
    return line if line.endswith(".") else f"{line}."


def _listed(title: str, fields: Sequence[FieldFact], more: int = 0) -> str:
    if not fields:
        return ""
    rest = [f"- … and {more:,} more"] if more else []
    return "\n".join([title, "", *(f"- {_field(field)}" for field in fields), *rest])


def _field(field: FieldFact) -> str:
    default = f"default {code(written(field.default)[:_DEFAULT])}" if field.default is not None else ""
    values = f"one of {', '.join(map(code, field.enum))}" if field.enum else ""
    place = "" if field.location == "response" else field.location
    kind = ", ".join(filter(None, [place, prose(field.type), prose(field.bounds), default, values]))
    return f"{code(field.wire or field.name)} ({kind}){f': {prose(field.description)}' if field.description else ''}"


def _typed(field: FieldFact) -> str:
    values = "|".join(field.enum[:_NAMED])
    return f"{code(field.name)} ({field.location}, {prose(values or field.type)})"


def _returned(response: ResponseFact) -> str:
    return prose(" ".join(filter(None, [response.status, response.type or response.description])))
