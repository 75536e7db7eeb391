"""What of a question went into the call, as lines: the same in the app and for the commands."""

import shlex
from collections.abc import Iterator
from typing import Any

from engine import Facts, OperationFacts, clean_line, written

_SHOWN = 60
"""Characters of one value that are shown: a longer one stands in the request."""


def given_lines(facts: OperationFacts) -> Iterator[str]:
    """Yield what was taken from the question, and what is still to fill; nothing where nothing was taken."""
    if facts.call.given:
        taken = ", ".join(f"{name} = {_short(value)}" for name, value in facts.call.given.items())
        yield clean_line(f"From your question: {taken}")
        if facts.unfilled:
            yield clean_line(f"Still to fill: {', '.join(facts.unfilled)}")


def unplaced_line(facts: Facts) -> str:
    """Return what was said and no input takes, or nothing."""
    return clean_line(f"Not used: {', '.join(facts.unplaced)}") if facts.unplaced else ""


def asides(facts: Facts, shown: Facts | None) -> Iterator[str]:
    """Yield what a command says beside the facts, as far as it is new: what was not used, and what else is meant."""
    if facts.unplaced and (shown is None or facts.unplaced != shown.unplaced):
        yield unplaced_line(facts)
    if facts.choices and (shown is None or facts.choices != shown.choices):
        first, *others = (one.spec for one in facts.choices)
        named = ", ".join(f"--spec {shlex.quote(one)}" for one in others)
        yield clean_line(f"Several APIs fit; this is of {first}. For the others: {named}")


def _short(value: Any) -> str:
    text = written(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
