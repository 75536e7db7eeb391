"""How to come to the next page."""

from collections.abc import Sequence

from engine.answer.finding import headers, returned, sent
from engine.answer.intents.asking import Asking, candidates, quotes
from engine.answer.intents.fields import field_told
from engine.answer.told import FieldTold, PagingTold, Quote, Told, UnsaidTold
from engine.answer.wording import LONGEST, lines_of
from engine.calls.records import FieldFact
from engine.calls.source import Source
from engine.english.pages import is_size, leads_on, pages, speaks_of_pages
from engine.english.words import words

_INPUTS, _ONWARD = 5, 6
"""Inputs, and fields of the answer, that are told."""
_DEEP = 2
"""Levels of the answer on which what leads on stands: of the list itself, not of its items."""


def compose(asking: Asking) -> Told | None:
    """Return the inputs of paging and what leads on; that the specification has none where it has neither."""
    source = _paged(asking.sources)
    if source is None:
        return None
    want, all_of = asking.want(source), candidates(source)
    given = [one for one in sent(source) if pages(one.name, one.text)]
    inputs = tuple(field_told(one, source, want, all_of) for one in given[:_INPUTS])
    onward = tuple(
        field_told(one, source, want)
        for one in [*headers(source), *returned(source)]
        if leads_on(one.name) and "[]" not in one.name and one.name.count(".") < _DEEP
    )[:_ONWARD]
    said = tuple(_said(source)) or quotes(asking)
    if not (inputs or onward or said):
        return UnsaidTold(
            what="how its results are paged",
            stands="among the inputs (limit, page, cursor), in the answer (next, Link), or in a description",
        )
    return PagingTold(inputs, onward, _loop(source, inputs, onward), said)


def _paged(sources: Sequence[Source]) -> Source | None:
    """Return the closest operation; of those near it the first that is paged, where it is none itself."""
    paged = (one for one in sources if any(pages(given.name, given.text) for given in sent(one)))
    return next(paged, sources[0] if sources else None)


def _said(source: Source) -> list[Quote]:
    lines = (line for line, _ in lines_of(source.operation.description))
    return [Quote(line) for line in lines if speaks_of_pages(line) and len(line) <= LONGEST][:_DEEP]


def _loop(source: Source, inputs: Sequence[FieldTold], onward: Sequence[FieldTold]) -> str:
    """Return the loop in a sentence: what is sent again with what, until when."""
    key = source.operation.key
    place = next((one.fact for one in inputs if not is_size(one.fact.name) and one.fact.type != "boolean"), None)
    size = next((one.fact for one in inputs if is_size(one.fact.name)), None)
    leads = _leading([one.fact for one in onward], place.name if place else "")
    if place is None:
        if leads is None:
            return ""
        return f"Call {key}, then what `{leads.name}` of the answer leads to, until it has none"
    at_most = f" of at most `{size.name}` items" if size else ""
    if place.type.startswith("integer") or place.type.startswith("number"):
        step = f"`{size.name}`" if size and "page" not in place.name.lower() else "1"
        end = f"until `{leads.name}` says that there is no more" if leads else "until a page comes back short or empty"
        return f"Call {key} again and again, `{place.name}` larger by {step} each time, {end}"
    given = f"`{leads.name}` of the answer" if leads else "what the answer before ends with"
    return f"Call {key} for a page{at_most}, then again with `{place.name}` set to {given}, until there is none"


def _leading(onward: Sequence[FieldFact], place: str) -> FieldFact | None:
    """Return what is sent back as the next place: named like the input that it goes into, or as what is next."""
    wanted = set(words(place))
    likely = [one for one in onward if "total" not in one.name.lower()]
    return max(
        likely, key=lambda one: (len(wanted.intersection(words(one.name))), "next" in one.name.lower()), default=None
    )
