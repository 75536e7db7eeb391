"""What of a question went into the call, as lines: the same in the app and for the commands."""

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


def _short(value: Any) -> str:
    text = written(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
