"""What the user said, in the calls of an answer."""

from collections.abc import Iterator, Sequence

import msgspec

from engine.answer.records import OperationFacts
from engine.calls.compose import call_of
from engine.calls.given.given import given
from engine.calls.languages.command import command
from engine.calls.source import Source


def with_values(
    operations: Sequence[OperationFacts], sources: Sequence[Source], said: str
) -> tuple[OperationFacts, ...]:
    """Return facts whose calls have what the user said.

    Args:
        operations: The facts.
        sources: Their operations.
        said: The user's words; empty where they are not about a call.
    """
    return tuple(_filled(operations, sources, said)) if said else tuple(operations)


def _filled(operations: Sequence[OperationFacts], sources: Sequence[Source], said: str) -> Iterator[OperationFacts]:
    for facts, source in zip(operations, sources, strict=True):
        values = given(said, source)
        call = call_of(source, given=values) if values.taken else facts.call
        refused = [one.text for one in values.taken if one.name not in call.given and one.key not in call.given]
        unplaced = tuple(dict.fromkeys((*values.unplaced, *refused)))
        request = command(call) if values.taken else facts.request
        yield msgspec.structs.replace(facts, call=call, request=request, unplaced=unplaced)


def left_over(operations: Sequence[OperationFacts]) -> tuple[str, ...]:
    """Return what none of some operations takes of what the user said, as he wrote it: of steps, each takes a part."""
    first = operations[0].unplaced if operations else ()
    return tuple(text for text in first if all(text in one.unplaced for one in operations))
