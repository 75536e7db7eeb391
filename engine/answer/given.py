"""What the user said, in the calls of an answer."""

from collections.abc import Iterator, Sequence

import msgspec

from engine.answer.records import OperationFacts
from engine.calls.body import is_named, is_sent_in, not_sent_in
from engine.calls.compose import call_of
from engine.calls.given.given import given
from engine.calls.languages.command import command
from engine.calls.source import Source


def with_values(
    operations: Sequence[OperationFacts], sources: Sequence[Source], said: str, media_type: str = ""
) -> tuple[OperationFacts, ...]:
    """Return facts whose calls have what the user said.

    Args:
        operations: The facts.
        sources: Their operations.
        said: The user's words; empty where they are not about a call.
        media_type: In which bodies are sent that have it; empty for JSON before others.
    """
    return tuple(_filled(operations, sources, said, media_type)) if said or media_type else tuple(operations)


def _filled(
    operations: Sequence[OperationFacts], sources: Sequence[Source], said: str, media_type: str
) -> Iterator[OperationFacts]:
    for facts, source in zip(operations, sources, strict=True):
        values = given(said, source)
        wanted = media_type if is_sent_in(source.operation, media_type) else ""
        changed = bool(values.taken or wanted)
        call = call_of(source, media_type=wanted, given=values) if changed else facts.call
        refused = [one.text for one in values.taken if one.name not in call.given and one.key not in call.given]
        unplaced = tuple(dict.fromkeys((*values.unplaced, *refused)))
        request = command(call) if changed else facts.request
        yield msgspec.structs.replace(facts, call=call, request=request, unplaced=unplaced)


def check_sent_in(media_type: str, operations: Sequence[OperationFacts]) -> None:
    """Check that one of the operations of an answer, if there are any, is sent in the media type that is wanted.

    Raises:
        NotFoundError: None is; says in which they are sent.
    """
    offered = dict.fromkeys(kind for one in operations for kind in one.call.media_types)
    if media_type and operations and not any(is_named(kind, media_type) for kind in offered):
        raise not_sent_in(media_type, list(offered))


def left_over(operations: Sequence[OperationFacts]) -> tuple[str, ...]:
    """Return what none of some operations takes of what the user said, as he wrote it: of steps, each takes a part."""
    first = operations[0].unplaced if operations else ()
    return tuple(text for text in first if all(text in one.unplaced for one in operations))
