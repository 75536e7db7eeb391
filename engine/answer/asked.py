"""The inputs and fields of an operation that a question speaks of: what is told first."""

from collections.abc import Sequence
from typing import NamedTuple

from engine.answer.finding import Candidate, described, headers, named, returned, sent
from engine.answer.wording import wanted
from engine.calls.nested import Placed, is_hidden
from engine.calls.records import FieldFact
from engine.calls.source import Source
from engine.specs.describe import FieldRow

_MOST = 6
"""Fields that are told first: with more none would be the one that was asked for."""
_DESCRIBED = 3
"""Fields that are told for their description alone, which may have the words by chance."""


class Asked(NamedTuple):
    """What a question speaks of."""

    fields: tuple[FieldFact, ...] = ()
    """The closest first."""
    returned: int = 0
    """How many fields the body has that comes back on success; 0 where they were not looked at."""


def asked(question: str, given: Sequence[FieldFact], source: Source) -> Asked:
    """Return what a question speaks of; nothing where it speaks of the operation alone.

    A field is spoken of where the question has all words of its name, and of these or of the way to it one that the
    operation itself does not have, or a value of its enum; and where nothing is named so, where its description has
    all that is left.

    Args:
        question: What the user asked.
        given: The inputs of the operation; the required ones are told anyway.
        source: The operation.
    """
    want = wanted(question, source.operation, source.spec)
    if not want.left:
        return Asked()
    needed = {fact.name for fact in given if fact.required}
    comes_back = returned(source)
    inputs = [one for one in sent(source, given) if one.name not in needed]
    candidates = [*inputs, *comes_back, *headers(source)]
    found, most = named(candidates, want), _MOST
    if not found:
        found, most = described(candidates, want), _DESCRIBED
    return Asked(_facts(found, source, most), len(comes_back))


def _facts(found: Sequence[Candidate], source: Source, most: int) -> tuple[FieldFact, ...]:
    facts: dict[str, FieldFact] = {}  # What is sent comes back by the same name, and need not be told twice.
    for one in found:
        if one.fact or not is_hidden(Placed(one.place, FieldRow(one.name, 0, one.schema, one.required)), source):
            facts.setdefault(one.name, one.told(source))
        if len(facts) == most:
            break
    return tuple(facts.values())
