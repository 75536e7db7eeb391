"""One operation of the facts as lines."""

from collections.abc import Iterator, Sequence

from textual.content import Content

from engine import FieldFact, OperationFacts, ResponseFact, StepFact
from tui.app.text import MUTED, plain
from tui.app.views.line import Line
from tui.given import given_lines

LABEL = 13
"""Cells before a row's value: the indentation under the citation and the label."""
SHOWN = 12
"""Optional inputs and enumerated values that are named; the browser has the rest."""


def facts_lines(facts: OperationFacts, *, brief: bool = False, told: Sequence[Line] = ()) -> list[Line]:
    """Return the facts of one operation: what it is, needs, accepts, who may call it, what comes back, a request.

    Args:
        facts: The facts.
        brief: Only what it is.
        told: What was asked of it, which comes first.
    """
    title = plain(facts.operation, "bold")
    if facts.deprecated:
        title += plain("  deprecated", "bold $text-warning")
    if facts.deprecation:
        title += plain(f"  {facts.deprecation}", MUTED)
    origin = " · ".join(filter(None, [facts.spec, facts.operation_id]))
    heading = [
        Line(title, plain(f"[{facts.citation}] ", "bold $text-primary")),
        Line(Content("  ").join(filter(None, [plain(facts.summary), plain(origin, MUTED)])), Content("    ")),
    ]
    returns = _rows("returns", _returned(facts))
    if brief:
        return [*heading, *told]
    return [
        *heading,
        *told,
        *(Line(plain(line, "$text-success"), Content("    ")) for line in given_lines(facts)),
        *_rows("asked", _fields(facts.asked)),
        *_rows("needs", _fields(facts.needs)),
        *_rows("accepts", _names(facts.accepts)),
        *_rows("auth", _auth(facts)),
        *returns,
        *_rows("also", _responses(facts.also)),
        *_rows("errors", _responses(facts.errors)),
        *_rows("calls back", map(plain, facts.callbacks)),
        *(line for step in facts.steps for line in _step(step)),
        *([Line(plain("    request", MUTED))] if facts.request else []),
        *(Line(plain(line, "$text-primary"), Content("      ")) for line in facts.request.splitlines()),
        *_rows("sketch", iter([plain(facts.call.sketch, "$text-warning")] if facts.call.sketch else [])),
        *_rows("types", iter([plain(", ".join(facts.call.media_types), MUTED)] if facts.call.media_types[1:] else [])),
    ]


def _rows(name: str, values: Iterator[Content]) -> Iterator[Line]:
    """Yield one line a value, the name before the first."""
    for value in values:
        yield Line(value, plain(f"    {name}".ljust(LABEL), MUTED))
        name = ""


def _step(step: StepFact) -> Iterator[Line]:
    """Yield a step of a workflow: what it calls, what goes in and what it passes on."""
    called = plain(step.name, "bold") + plain(f"  → {step.ref or step.calls}", "$text-primary")
    yield from _rows(f"step {step.number}", iter([called + plain(f"  {step.description}", MUTED)]))
    for name, lines in (("takes", step.takes), ("holds", step.holds), ("gives", step.gives), ("then", step.then)):
        for line in lines:
            yield Line(plain(line), plain(" " * LABEL + name.ljust(6), MUTED))


def _fields(fields: tuple[FieldFact, ...]) -> Iterator[Content]:
    width = min(max((len(field.name) for field in fields), default=0), 20)
    for field in fields:
        kind = " ".join(filter(None, [field.location, field.type, field.bounds]))
        text = plain(field.name.ljust(width), "bold") + plain(f"  {kind}", MUTED)
        if field.enum:
            text += plain("  " + _some(field.enum, " | "))
        elif field.description:
            text += plain("  " + field.description)
        yield text


def _names(fields: tuple[FieldFact, ...]) -> Iterator[Content]:
    if fields:
        yield plain(_some(tuple(field.name for field in fields), ", "))


def _some(values: tuple[str, ...], joint: str) -> str:
    rest = len(values) - SHOWN
    return joint.join(values[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _auth(facts: OperationFacts) -> Iterator[Content]:
    yield from map(plain, facts.auth)
    if facts.scopes:
        yield plain("scopes ", MUTED) + plain(", ".join(facts.scopes))


def _returned(facts: OperationFacts) -> Iterator[Content]:
    """Yield what comes back on success, its headers, and its fields by name, or how many the browser has besides."""
    response = facts.returns
    if response is None:
        return
    yield from _responses((response,))
    if response.headers:
        yield plain("headers ", MUTED) + plain(_some(tuple(header.name for header in response.headers), ", "))
    told = sum(field.location == "response" for field in facts.asked)
    names = () if told else tuple(field.name for field in response.fields[:SHOWN])
    more = len(response.fields) + response.more - len(names) - told
    rest = f"{more:,} more {'field' if more == 1 else 'fields'} in the browser" if more > 0 and (names or told) else ""
    if names or rest:
        yield plain(", ".join(names) + "  " * bool(names)) + plain(rest, MUTED)


def _responses(responses: Sequence[ResponseFact]) -> Iterator[Content]:
    """Yield a line for each: its type, the media types of a success, the codes that an error may have."""
    for response in responses:
        is_error = response.status[:1] not in ("1", "2", "3", "")
        forms = ", ".join(form.media_type + ", a stream" * form.stream for form in response.contents)
        codes = " · ".join(f"{field.name}: {_some(field.enum, ' | ')}" for field in response.fields if field.enum)
        said = (plain(response.description, MUTED), plain(codes) if is_error else plain(forms, MUTED))
        yield Content("  ").join(filter(None, [plain(response.status, "bold"), plain(response.type), *said]))
