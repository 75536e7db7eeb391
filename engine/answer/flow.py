"""Facts with what the steps of a workflow pass on."""

from collections.abc import Sequence

import msgspec

from engine.answer.choice import Choice
from engine.answer.records import Facts
from engine.answer.workflow.passes import passes
from engine.answer.workflow.repeats import repeated
from engine.calls.source import Source
from engine.library.store import Library


def with_flow(facts: Facts, library: Library, question: str, choice: Choice, sources: Sequence[Source]) -> Facts:
    """Return facts with their steps, what these pass on, and which are called again.

    Args:
        facts: About the operations of the choice.
        library: Where these are.
        question: What was searched for.
        choice: What the facts speak of.
        sources: Its operations; others may follow.

    Raises:
        LibraryError: The library cannot be read.
    """
    rowids = (entry.rowid for entry in choice.operations[: choice.steps])
    steps = list(zip(rowids, sources, strict=False))
    passed = passes(library, steps)
    again = tuple(repeated(question, [source for _, source in steps], passed))
    return msgspec.structs.replace(facts, steps=choice.steps, passes=passed, repeats=again)
