"""Which of the operations that were found a question of some kind is about."""

from collections.abc import Callable, Sequence

from engine.answer.finding import covers, fit, headers, likely
from engine.answer.intents.asking import Asking, candidates
from engine.answer.intents.errors import BUSY
from engine.answer.intents.fields import OF_INPUTS
from engine.answer.responses import outcomes
from engine.answer.told import Intent
from engine.answer.wording import stems_of
from engine.calls.source import Source
from engine.english.asking import asks_for_limits, carries_access, is_of_limits, sides
from engine.english.aspects import aspects_of
from engine.english.intents import statuses
from engine.english.pages import pages
from engine.library.records import Entry
from engine.specs.model import Operation

_OF_FIELDS: tuple[Intent, ...] = ("field", "enum")
"""Kinds that are about an input or a field, so that an operation which has none of that name is hardly meant."""
LOOKED_AT = 8
"""Operations among which the one is looked for that has the field."""
_NEARER = 0.75
"""What one place in the ranking counts beside a word of a name, which counts 2."""
_GIVEN = 1.5
"""What it counts less that only what comes back has it, where limits or defaults are asked for: inputs have these."""
_DESCRIBED = 1.0
"""What it counts that a description speaks of what is asked."""


def compared(question: str, found: Sequence[Entry], most: int) -> list[Entry]:
    """Return the operations that a comparison is about, one for each side, then the others; at most so many.

    Args:
        question: What the user asked.
        found: Operations, the closest first.
        most: How many are returned.
    """
    chosen: dict[int, Entry] = {}
    for side in sides(question):
        asked = stems_of(side)
        left = [entry for entry in found if entry.rowid not in chosen]
        if left and asked:
            best = max(left, key=lambda entry: (len(asked & _names(entry)) / len(asked), -found.index(entry)))
            chosen[best.rowid] = best
    return list((chosen | {entry.rowid: entry for entry in found if entry.rowid not in chosen}).values())[:most]


def _names(entry: Entry) -> frozenset[str]:
    item = entry.item
    if not isinstance(item, Operation):
        return frozenset()
    return stems_of(f"{item.key} {item.summary} {item.operation_id} {entry.spec}")


def _has_auth(entry: Entry) -> bool:
    item = entry.item
    return isinstance(item, Operation) and bool(
        item.security or any(carries_access(one.name) for one in item.parameters)
    )


def _has_errors(entry: Entry) -> bool:
    return isinstance(entry.item, Operation) and bool(outcomes(entry.item.responses).errors)


def _declares(entry: Entry, asked: Sequence[str]) -> bool:
    """Tell whether an operation declares any of some statuses."""
    item = entry.item
    return isinstance(item, Operation) and any(one.status in asked for one in item.responses)


def _is_paged(entry: Entry) -> bool:
    item = entry.item
    return isinstance(item, Operation) and any(pages(one.name, one.description) for one in item.parameters)


def leading(
    asking: Asking, found: Sequence[Entry], source_of: Callable[[Entry], Source], *, is_about: bool = True
) -> Entry | None:
    """Return the operation that has what is asked for, where the question names that; None where none has it.

    What a description says by chance does not count.

    Args:
        asking: The question.
        found: Operations, the closest first.
        source_of: Gives each with its schemas.
        is_about: Whether the operations seem to be about the question at all; else a field has to have most of it.
    """
    if asking.kind == "errors" and asks_for_limits(asking.question):
        sources = ((entry, source_of(entry)) for entry in found[:LOOKED_AT])
        limited = (entry for entry, one in sources if any(is_of_limits(header.name) for header in headers(one)))
        return next(limited, None) or next((entry for entry in found if _declares(entry, (BUSY,))), None)
    if asking.kind == "errors":
        named = (entry for entry in found if _declares(entry, statuses(asking.question)))
        return next(named, None) or next((entry for entry in found[:LOOKED_AT] if _has_errors(entry)), None)
    if asking.kind == "auth":
        return next((entry for entry in found[:LOOKED_AT] if _has_auth(entry)), None)
    if asking.kind == "paging":
        return next((entry for entry in found[:LOOKED_AT] if _is_paged(entry)), None)
    return _with_field(asking, found, source_of, is_about) if asking.kind in _OF_FIELDS else None


def _with_field(
    asking: Asking, found: Sequence[Entry], source_of: Callable[[Entry], Source], is_about: bool
) -> Entry | None:
    """Return the operation whose fields fit best; it is looked further only for a name that is spelled out."""
    spelled = bool(asking.want().written)
    sought = frozenset(aspect.name for aspect in aspects_of(asking.question))
    scored: list[tuple[float, Entry]] = []
    for place, entry in enumerate(found):
        if place >= LOOKED_AT and (scored or not spelled):
            break
        source = source_of(entry)
        whole = asking.want() if place == 0 else asking.want(source)  # the first one may have the word in its own name
        fields = candidates(source)
        score = fit(fields, whole, source, sought)
        if sought & OF_INPUTS and score:
            score = max(fit([one for one in fields if not one.place.startswith("response")], whole, source, sought),
                        score - _GIVEN)  # fmt: skip
        if not score and place == 0 and likely(fields, asking.want(source), source, sought):
            score = _DESCRIBED
        if score and (is_about or covers(fields, whole)):
            scored.append((score - _NEARER * min(place, LOOKED_AT), entry))
    best = max(scored, key=lambda one: one[0], default=None)
    return best[1] if best and best[0] > 0 else None
