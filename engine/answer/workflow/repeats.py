"""Which steps are called again: for the next page, or because what was begun is not done."""

from collections.abc import Iterator, Sequence

from engine.answer.workflow.passes import answered, in_body
from engine.answer.workflow.records import Pass, Repeat
from engine.calls.nested import USUAL
from engine.calls.source import Source
from engine.english.waiting import DONE, STATUSES, UNDERWAY, asks_for_all
from engine.indexing.links.nouns import squashed
from engine.specs.describe import merged

_CURSORS = frozenset(
    "after continuationtoken cursor marker nextcursor nextpagetoken nexttoken pagetoken startingafter".split()
)
"""Inputs that say where a page begins, as `squashed` gives them."""
_NEXT = frozenset(
    "continuationtoken cursor endcursor marker nextcontinuationtoken nextcursor nextmarker nextpagetoken"
    " nexttoken".split()
)
"""Fields that say where the next one does. A number of a page says nothing of whether there is another."""
_READS = ("GET", "Query")


def repeated(question: str, steps: Sequence[Source], passed: Sequence[Pass]) -> Iterator[Repeat]:
    """Yield which steps of a workflow are called again.

    What an earlier step has begun is asked for until it is done, where the specification names both states. Pages are
    followed where the question asks for all.

    Args:
        question: What is asked for.
        steps: What is called, in calling order.
        passed: What they pass on.
    """
    every = asks_for_all(question)
    for number, source in enumerate(steps, 1):
        if source.operation.method not in _READS:
            continue
        begun = any(one.taker == number and steps[one.giver - 1].operation.method == "POST" for one in passed)
        if begun and (polled := _polled(number, source)):
            yield polled
        elif every and (paged := _paged(number, source)):
            yield paged


def _polled(number: int, source: Source) -> Repeat | None:
    for one in answered(source, USUAL.levels):
        values = merged(one.row.schema, source.resolve).enum if squashed(_own(one.row.name)) in STATUSES else ()
        done = [value for value in values if squashed(str(value)) in DONE]
        if done and any(squashed(str(value)) in UNDERWAY for value in values):
            return Repeat(number, "polling", in_body(one.row.name), f"'{done[0]}'")
    return None


def _paged(number: int, source: Source) -> Repeat | None:
    takes = next((one.name for one in source.operation.parameters if squashed(one.name) in _CURSORS), "")
    fields = (one.row.name for one in answered(source, USUAL.levels) if squashed(_own(one.row.name)) in _NEXT)
    field = next(fields, "")
    return Repeat(number, "paging", in_body(field), "null", takes) if takes and field else None


def _own(name: str) -> str:
    return name.rpartition(".")[2].strip("[]")
