"""What sentences say of the fields of an API: where they go, their type, whether they are required, their limits.

A statement is found in a *skeleton*: the sentence with each name in it replaced by as many signs as it has characters,
so that places in both are the same. A predicate is the words that say something (`in the query`, `at most 100`); what
it is said of is told by the words between it and a name, which must all be linking ones: an unknown word may be another
subject, and then nothing is claimed. Names, values and numbers apart, nothing here knows an API.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.english.describing import DESCRIBING
from engine.english.linking import is_grammar
from engine.english.measuring import MEASURING
from engine.english.rules import A_VALUE, NAME, NAME_ON, Rule, Way

_NO = (
    r"(?:\b(?:not|never|no|neither|nor|cannot|isn't|aren't|doesn't|don't|can't|won't|mustn't|rather than|instead of)"
    r"|n't|\b(?:is|are|be) anything but|by no means|far from being)"
)
_NEGATED = re.compile(
    rf"{_NO}(?:\s+(?:an?|the|any|be|been|to|strictly|always|actually|even|really|also|have|go|belong|sent|passed"
    rf"|in|need|accept|take|contain|hold|expect|allow|support|represent|want|of|type))*"
    r"[\s*_]*$",
    re.IGNORECASE,
)
"""What negates that which follows."""


_RULES = (*DESCRIBING, *MEASURING)
_CAN_BE_VALUES = frozenset("all any none null true false default one post put get patch delete json text date".split())
"""Words that statements are made of, and values all the same."""


class Predicate(NamedTuple):
    """Words that say something of a name."""

    kind: str
    """`place`, `type`, `required`, `default`, `limit`, `values`, `there`."""
    value: str
    """A place, a type, `yes` or `no`, or the name of a limit."""
    start: int
    end: int
    way: Way
    objects: tuple[tuple[int, int], ...] = ()
    """Where the values that it speaks of begin and end."""
    subject: tuple[int, int] | None = None
    """Where the name is that it has in it."""
    negated: bool = False


def predicates(skeleton: str) -> list[Predicate]:
    """Return all that could say something of a name, in order; of those that overlap not all do."""
    lower = skeleton.lower()
    found = [one for rule in _RULES if any(hint in lower for hint in rule.hints) for one in _matches(skeleton, rule)]
    found.sort(key=lambda one: one.start)
    denied = {(one.kind, one.end) for one in found if one.negated}
    return [one._replace(negated=one.negated or (one.kind, _joint(skeleton, one)) in denied) for one in found]


def _joint(skeleton: str, one: Predicate) -> int:
    """Return where that ends which a predicate is joined to: `not in the query or in a header` denies both."""
    before = skeleton[: one.start]
    return len(before.removesuffix(" or ").removesuffix(" nor ")) if before.endswith((" or ", " nor ")) else -1


def without(skeleton: str, said: Sequence[Predicate]) -> str:
    """Return a skeleton with blanks where a name is described: what stands there is no other subject. Names stay."""
    signs = list(skeleton)
    for one in said:
        if one.way is not Way.AFTER:
            for place in range(one.start, one.end):
                if signs[place] not in (NAME, NAME_ON):
                    signs[place] = " "
    return "".join(signs)


def _matches(skeleton: str, rule: Rule) -> Iterator[Predicate]:
    groups = rule.pattern.groupindex
    for match in rule.pattern.finditer(skeleton):
        if rule.kind == "default" and not _may_be_value(match["object"]):
            continue  # `so by default`
        yield Predicate(
            rule.kind,
            f"{rule.value} {_unit(match['unit'])}" if rule.kind == "limit" else rule.value,
            match.start(),
            match.end(),
            rule.way,
            tuple(match.span(name) for name in ("object", "low", "high") if name in groups and match[name]),
            match.span("subject") if "subject" in groups else None,
            _NEGATED.search(skeleton, 0, match.start()) is not None,
        )


def _unit(unit: str | None) -> str:
    """Return what is counted: `length`, `items`, or nothing of a number itself."""
    if not unit:
        return ""
    return "items" if (unit[0] in "ieIE" and unit.lower() != "in length") or unit.lower() == "values" else "length"


def values(text: str) -> list[tuple[int, int]]:
    """Return where the values are in a row of them: `open, closed or all`."""
    return [match.span() for match in re.finditer(A_VALUE, text) if _may_be_value(match[0])]


def _may_be_value(word: str) -> bool:
    return not is_grammar(word) or word.lower() in _CAN_BE_VALUES or (word.isupper() and len(word) > 1)
