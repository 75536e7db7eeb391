"""What is deprecated, what tells that something happened, and whether a call may be sent again."""

from collections.abc import Callable, Iterator

from engine.answer.finding import sent
from engine.answer.intents.asking import Asking, candidates, quotes
from engine.answer.intents.fields import field_told
from engine.answer.told import DeprecationTold, EventsTold, Quote, RepeatTold, Told, UnsaidTold
from engine.answer.wording import LONGEST, lines_of
from engine.english.asking import (
    asks_for_hooks,
    makes_repeatable,
    speaks_of_deprecation,
    speaks_of_events,
    speaks_of_hooks,
    speaks_of_repeating,
)
from engine.specs.describe import first_sentence, summary_of

_SAID = 3
"""Sentences that are quoted."""
_LISTED = 12
"""Operations, fields or calls that are named."""
_IDEMPOTENT = ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY")
"""Methods that mean the same when they are sent again (RFC 9110, section 9.2.2)."""


def deprecation(asking: Asking) -> Told | None:
    """Return what is deprecated of the operation, its fields, and those near it, with what stands in for it."""
    source = asking.source
    if source is None:
        return None
    operation = source.operation
    found = [operation, *(one for one in asking.near if one.deprecated and one.key != operation.key)]
    listed = [
        f"{one.key}: {first_sentence(one.deprecation) or summary_of(one)}".rstrip(": ")
        for one in found
        if one.deprecated
    ]
    listed += [f"`{one.name}`: {one.told(source).description}" for one in candidates(source) if one.schema.deprecated]
    said = tuple(_said(asking, speaks_of_deprecation))
    if not (listed or said):
        return UnsaidTold(f"that {operation.key} is deprecated", "as `deprecated`, or in a description")
    return DeprecationTold(tuple(listed[:_LISTED]), said)


def events(asking: Asking) -> Told | None:
    """Return the webhooks and callbacks that were found, else what descriptions say of events."""
    calls = [f"{one.key}: {summary_of(one)}" for source in asking.sources for one in source.operation.callbacks]
    incoming = [one for one in (*(source.operation for source in asking.sources), *asking.near) if one.incoming]
    calls += [f"{one.key}: {summary_of(one)}" for one in incoming]
    speaks = speaks_of_hooks if asks_for_hooks(asking.question) else speaks_of_events
    said = tuple(_said(asking, speaks))
    about_them = any(speaks(source.operation.key + " " + source.operation.summary) for source in asking.sources)
    messages = any(source.operation.protocol == "message" for source in asking.sources)
    if calls or said:
        return EventsTold(tuple(dict.fromkeys(calls))[:_LISTED], said)
    if about_them or messages or asking.source is None:
        return None
    return UnsaidTold("what calls a client when this happens", "under `webhooks` or `callbacks`, or in a description")


def repeat(asking: Asking) -> Told | None:
    """Return whether the call may be sent again, and which inputs make that safe."""
    source = asking.source
    if source is None:
        return None
    method = source.operation.method
    want = asking.want(source)
    keys = tuple(field_told(one, source, want) for one in sent(source) if makes_repeatable(one.name))
    said = tuple(_said(asking, speaks_of_repeating))
    if method in _IDEMPOTENT:
        verdict = f"{method} means the same when it is sent again (RFC 9110)"
    elif keys or said:
        verdict = f"{method} by itself may be carried out twice (RFC 9110)"
    else:
        return UnsaidTold(
            what=f"what a second {source.operation.key} does; {method} may be carried out twice (RFC 9110)",
            stands="as an input (Idempotency-Key), or in a description",
        )
    return RepeatTold(verdict, keys, said)


def _said(asking: Asking, speaks: Callable[[str], bool]) -> Iterator[Quote]:
    """Yield the sentences that speak of it, of the operation first."""
    texts = [(asking.source.operation.description, "")] if asking.source else []
    texts += [(asking.about.description, asking.about.title)] if asking.about else []
    found = (
        Quote(line, of)
        for text, of in texts
        if speaks(text)
        for line, _ in lines_of(text)
        if speaks(line) and len(line) <= LONGEST
    )
    yield from list(found)[:_SAID] or (quote for quote in quotes(asking) if speaks(quote.text))
