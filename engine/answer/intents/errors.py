"""Errors with their bodies, and how often one may call."""

import re
from collections.abc import Iterator, Sequence

from engine.answer.finding import headers
from engine.answer.intents.asking import Asking, quotes
from engine.answer.responses import outcomes, response_fact
from engine.answer.told import ErrorsTold, ErrorTold, FieldTold, Quote, Told, UnsaidTold
from engine.answer.wording import LONGEST, covered, lines_of, stems_of
from engine.calls.nested import USUAL, returned_rows, told
from engine.calls.source import Source
from engine.english.asking import asks_for_limits, asks_how_much, is_of_limits, speaks_of_limits, tells_how_much
from engine.english.aspects import asks_for_shape
from engine.english.intents import statuses
from engine.english.topics import topic_of
from engine.specs.describe import plain
from engine.specs.model import Response

_FIELDS = 12
"""Fields of an error's body that are told."""
_QUOTED = 3
"""Sentences of descriptions that are."""
_FITS = 0.5
"""Share of the words of a question that a header has which answers it, where it asks how much."""
BUSY = "429"
"""The status of too many calls (RFC 6585, section 4)."""
_ANY = "default"


def compose(asking: Asking) -> Told | None:
    """Return the errors that are asked for, else all; of a question for limits what tells of these."""
    if asks_for_limits(asking.question):
        return _limits(asking)
    source = asking.source
    if source is None:
        said = quotes(asking)
        return ErrorsTold((), said=said) if said else None
    errors = outcomes(source.operation.responses).errors
    asked = statuses(asking.question)
    chosen = [error for error in errors if any(_is(error.status, status) for status in asked)]
    missing = tuple(
        status for status in asked if not any(_is(one.status, status) for one in source.operation.responses)
    )
    shown = chosen or list(errors)
    in_full = bool(chosen) or asks_for_shape(asking.question)
    return ErrorsTold(
        errors=tuple(_told(error, source, whole=in_full or len(shown) == 1) for error in shown),
        undeclared=missing,
        others=tuple(error.status for error in errors if error not in shown),
        said=(tuple(_of_status(asking, missing)) or quotes(asking))[:_QUOTED],
    )


def _of_status(asking: Asking, missing: Sequence[str]) -> Iterator[Quote]:
    """Yield what the API says of statuses that the operation does not declare."""
    if about := asking.about:
        before = ""
        for line, _ in lines_of(about.description) if missing else ():
            if any(re.search(rf"\b{status}\b", line) for status in missing):
                yield from (Quote(one, about.title) for one in (before, line) if one and len(one) <= LONGEST)
            before = line


def _is(declared: str, status: str) -> bool:
    return declared == status or (declared[1:].upper() == "XX" and declared[0] == status[0])


def _told(error: Response, source: Source, *, whole: bool) -> ErrorTold:
    fact = response_fact(error, source)
    fields = told(returned_rows(error, source, USUAL.levels), source, _FIELDS).fields
    return ErrorTold(
        status=error.status,
        description=plain(error.description)[:LONGEST] if whole else fact.description,
        type=fact.type,
        fields=fields if whole else tuple(field for field in fields if field.enum),
    )


def _limits(asking: Asking) -> Told | None:
    source = asking.source
    limits = [one for one in headers(source) if is_of_limits(one.name)] if source else []
    tell = [one.told(source) for one in limits] if source else []
    busy = [one for one in source.operation.responses if one.status == BUSY] if source else []
    near = list(_said(asking))
    measured = asks_how_much(asking.question)
    said = tuple(one for one in near if tells_how_much(one.text) or not measured)[:_QUOTED]
    errors = tuple(_told(one, source, whole=True) for one in busy) if source else ()
    topic = topic_of(asking.question)
    tells = topic is None or statuses(asking.question) or any(topic.told.search(one.description) for one in errors)
    want = asking.want()
    fits = any(covered(stems_of(f"{one.name} {one.text}"), want) >= _FITS for one in limits)
    if said or fits or (not measured and (tell or (errors and tells))):
        others = tuple(one.status for one in outcomes(source.operation.responses).errors) if source else ()
        return ErrorsTold(errors, others=tuple(one for one in others if one != BUSY), limits=tuple(tell), said=said)
    if source is None:
        return None  # Nothing was looked at that would tell it.
    return UnsaidTold(
        what="how often one may call",
        stands="in a header of the responses (X-RateLimit-…, Retry-After), at the status 429, or in a description",
        fields=tuple(map(FieldTold, tell)),
        said=tuple(near[:_QUOTED])
        or tuple(Quote(f"{one.status} {one.description}", "too many calls") for one in errors),
    )


def _said(asking: Asking) -> Iterator[Quote]:
    """Yield what descriptions say of limits; those sentences first that speak of what was asked."""
    texts: list[tuple[str, str]] = []
    if source := asking.source:
        texts.append((source.operation.description, ""))
    if about := asking.about:
        tags = source.operation.tags if source else ()
        texts += [(tag.description, f"the tag {tag.name}") for tag in about.tags if tag.name in tags]
        texts.append((about.description, about.title))
        texts += [(tag.description, f"the tag {tag.name}") for tag in about.tags if tag.name not in tags]
    found: list[tuple[float, Quote]] = []
    want = asking.want(source)
    for text, of in texts:
        if speaks_of_limits(text):
            lines: Sequence[tuple[str, frozenset[str]]] = lines_of(text)
            found += [
                (covered(stems, want), Quote(line, of))
                for line, stems in lines
                if speaks_of_limits(line) and len(line) <= LONGEST
            ]
    for _, quote in sorted(found, key=lambda one: -one[0]):
        yield quote
