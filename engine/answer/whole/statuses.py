"""What a whole API says of a status: in which words, with which headers and bodies, and which operations have it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple, cast

from engine.answer.whole.conditions import test
from engine.answer.whole.records import MOST, Said, WholeFacts, WholeRow
from engine.answer.whole.scope import Names
from engine.answer.wording import LONGEST, lines_of
from engine.calls.inputs import field_fact
from engine.calls.nested import USUAL, returned_rows, told
from engine.calls.records import FieldFact
from engine.calls.source import Source, from_library
from engine.english.outcomes import OfStatus, explained, of_status, phrase
from engine.library import survey
from engine.library.records import Kind
from engine.library.store import Library
from engine.search.filters.facets import counted
from engine.search.filters.where import And, Comparison, Filter, Operator, Or, unparse
from engine.specs.describe import first_sentence, plain, schema_name
from engine.specs.model import Operation, Response

_READ = 2_000
"""Operations whose responses are read, of all specs alike: as many take less than a tenth of a second."""
_SMALL = 20
"""Operations among which the search surely finds the only one that has a status, and tells of it in full."""
_ALL = 1_000_000
"""Operations among which these are chosen: all there are."""
_DESCRIPTIONS, _HEADERS, _BODIES = 4, 4, 2
"""Of each what is told: what is read at a glance, the most frequent first."""
_LONGEST = 140
"""Characters of a description that are told: two lines of a screen."""
_SENTENCES = 2
"""Sentences of the API's own description."""
_FIELDS = 8
"""Fields of a body that are told."""


class _One(NamedTuple):
    """A response with one of the statuses, and whose it is."""

    answer: survey.Answers
    response: Response


def statuses(library: Library, question: str, spec: str | None) -> WholeFacts | None:
    """Return what is said of the statuses that a question is about; None for any other question.

    Args:
        library: The library.
        question: What the user asked.
        spec: The only spec that it is about, where given.

    Raises:
        LibraryError: The library cannot be read.
    """
    asked = of_status(question)
    if asked is None or not library.has_entries():
        return None
    specs = _specs(library, asked, spec)
    if specs == ():
        return None  # the words besides are about something else
    where = _where(asked, specs)
    found = counted(library, where, specs[0] if specs and len(specs) == 1 else None, _ALL)
    named = survey.named(library, specs)
    among = sum(one.operations for one in named)
    if found.total == 1 and among <= _SMALL:
        return None
    answers = survey.answers(library, found.rowids[:: -(-len(found.rowids) // _READ) or 1])
    ones = [_One(each, one) for each in answers for one in each.responses if _is_of(one.status, asked.statuses)]
    called = " and ".join(f"{one} ({phrase(one)})" if phrase(one) else one for one in asked.statuses)
    of = "all specs" if specs is None else " and ".join(specs)
    return WholeFacts(
        understood=f"operations of {of} that document {called}",
        things="operations",
        total=found.total,
        among=among,
        rows=_rows(library, found.rowids[:MOST]),
        where=unparse(where),
        spec=specs[0] if specs and len(specs) == 1 else "",
        said=(
            *_descriptions(ones),
            *_guides(library, asked, specs),
            *_headers(library, ones),
            *_bodies(library, ones, asked.fields),
        ),
        notes=tuple(_notes(asked, found.total, len(answers))),
        asks="list",
    )


def _specs(library: Library, asked: OfStatus, spec: str | None) -> tuple[str, ...] | None:
    """Return the specs that are meant, None for all; none where the words besides name no API."""
    if not asked.rest:
        every = survey.names(library)
        return (spec,) if spec is not None else tuple(every) if len(every) == 1 else None
    found = Names(library).called(asked.rest)
    return found if spec is None else (spec,) if spec in found else ()


def _where(asked: OfStatus, specs: tuple[str, ...] | None) -> Filter:
    wanted: list[Filter] = [
        test("status", f"^{status[0]}", Operator.MATCHES) if status.endswith("XX") else test("status", status)
        for status in asked.statuses
    ]
    several: list[Filter] = [Comparison("spec", Operator.IN, specs)] if specs and len(specs) > 1 else []
    return And((test("kind", Kind.OPERATION), *several, wanted[0] if len(wanted) == 1 else Or(tuple(wanted))))


def _is_of(declared: str, asked: Sequence[str]) -> bool:
    return any(declared == one or (one.endswith("XX") and declared[:1] == one[0]) for one in asked)


def _rows(library: Library, rowids: Sequence[int]) -> tuple[WholeRow, ...]:
    return tuple(
        WholeRow(row.key, row.spec, f"{row.spec}:{row.key}", first_sentence(row.summary), deprecated=row.deprecated)
        for row in survey.rows(library, rowids)
    )


def _descriptions(ones: Sequence[_One]) -> Iterator[Said]:
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for one in ones:
        if text := first_sentence(plain(one.response.description)).rstrip("."):
            counts[spelled.setdefault(text.casefold(), text)] += 1
    for text, count in counts.most_common(_DESCRIPTIONS):
        yield Said("says", text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…", count)
    if (rest := len(counts) - _DESCRIPTIONS) > 0:
        told = sum(count for _, count in counts.most_common(_DESCRIPTIONS))
        yield Said("says", f"… and {rest:,} other descriptions", counts.total() - told)


def _guides(library: Library, asked: OfStatus, specs: tuple[str, ...] | None) -> Iterator[Said]:
    """Yield what one API says of the statuses in its own description."""
    if specs and len(specs) == 1:
        lines = (line for line, _ in lines_of(library.about(specs[0]).description) if len(line) <= LONGEST)
        telling = (line for line in lines if any(re.search(rf"\b{status}\b", line) for status in asked.statuses))
        yield from (Said("api", line, 0) for line in islice(telling, _SENTENCES))


def _headers(library: Library, ones: Sequence[_One]) -> Iterator[Said]:
    counts = Counter(header.name for one in ones for header in one.response.headers)
    for name, count in counts.most_common(_HEADERS):
        one, header = next((one, header) for one in ones for header in one.response.headers if header.name == name)
        source = _source(library, one)
        fact = field_fact(header, "response header", header.schema, source.resolve)
        yield Said("header", _line(fact), count)


def _bodies(library: Library, ones: Sequence[_One], fields: Sequence[str]) -> Iterator[Said]:
    """Yield the schemas of what comes back, with their fields: of an error that was pasted those that it has."""
    counts = Counter(_body(one.response) for one in ones if one.response.content)
    for name, count in counts.most_common(_BODIES):
        one = next(one for one in ones if one.response.content and _body(one.response) == name)
        source = _source(library, one)
        rows = returned_rows(one.response, source, USUAL.levels)
        facts = [fact for fact in told(rows, source, len(rows)).fields if not fields or _own(fact.name) in fields]
        shown = ", ".join(f"{fact.name} {fact.type}" for fact in facts[:_FIELDS])
        more = f", … {len(facts) - _FIELDS} more" if len(facts) > _FIELDS else ""
        if shown or not fields:
            yield Said("body", f"{name}: {shown}{more}" if shown else name, count)
        for fact in facts[:_FIELDS] if fields else ():
            if fact.description or fact.enum:
                yield Said("field", _line(fact), 0)


def _own(name: str) -> str:
    return name.rpartition(".")[2].removesuffix("[]")


def _body(response: Response) -> str:
    content = response.content[0]
    return schema_name(content.schema.ref) or content.schema.type or content.media_type


def _line(fact: FieldFact) -> str:
    values = f"one of {', '.join(fact.enum[:_FIELDS])}" if fact.enum else ""
    beside = "; ".join(filter(None, [fact.description, values]))
    return f"{fact.name} ({fact.type})" + (f": {beside}" if beside else "")


def _source(library: Library, one: _One) -> Source:
    (entry,) = library.entries([one.answer.rowid])
    return from_library(library, entry.spec, cast("Operation", entry.item))


def _notes(asked: OfStatus, total: int, read: int) -> Iterator[str]:
    for status in asked.statuses:
        if not total and (text := explained(status)):
            yield f"The specification does not say; HTTP itself says of {status}: {text.rstrip('.')}"
    if read < total:
        yield f"What they say was read in {read:,} of them, taken evenly from all"
