"""Entries for a question that asks for several things one after another: how likely each is a step of that.

A ranking says how likely each entry is what was asked for. Of several things, what is not named is a step too: what
tells of one thing before it is changed, and what gives the one who calls credentials.
"""

from collections.abc import Sequence
from math import exp, log

import msgspec

from engine.english.clauses import asks_to_act, methods_asked
from engine.english.verbs import SIGNS_IN
from engine.indexing.links.nouns import parts
from engine.search.pipeline import Ranked
from engine.specs.model import Operation

LOOKED_AT = 40
"""Entries among which the steps are looked for: of 478 workflows of real APIs 95 % have all of theirs there."""

_BEST = 3
"""Entries of whose things the question surely speaks."""

# Log-odds, from a logistic regression over these entries for 229 workflows of 46 real APIs (scripts/bench/workflows).
_ALWAYS = 0.72
_PLACE = -1.5
"""Of the logarithm of the place in the ranking."""
_NEAR = 0.13
"""Of how much less near the meaning is than that of the nearest one."""
_BY_WORDS = -0.5
"""Of a search by words alone, where none is less near than another: the mean of what that counts else."""
_FIRST = 0.78
"""Of the best entry of a clause."""
_ONE_THING = 0.73
"""Of what gives one thing by its id."""
_SIGN_IN = 2.0
_NEIGHBOUR = 0.45
"""Of as much of the path of one of the best entries as it begins with: what is done is done with things of a kind."""
_DEPRECATED = -1.3
_UNASKED_DELETE = -1.5
"""Of what removes a thing where its clause does not ask for that."""
_UNASKED_CHANGE = -0.4
"""Of what makes or changes a thing where its clause only asks to read."""


def asks_for_several(clauses: Sequence[str]) -> bool:
    """Tell whether clauses ask for several things to be done. A question may have some that only describe a thing."""
    return sum(map(asks_to_act, clauses)) > 1


def in_steps(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Return entries with how likely each is a step, the likeliest first; those that are named stay before all others.

    Over several APIs the best of each clause comes first, and the others as they were: what is said of one API, that
    steps have things in common, says nothing of others, and what is near to one clause is no nearer than to another.

    Args:
        ranked: Entries in the order of a ranking.
    """
    nearest = max((one.near for one in ranked), default=0.0)
    best = [key.partition(" ")[2].split("/") for key in (one.entry.item.key for one in ranked[:_BEST])]
    of_one_api = len({one.entry.spec for one in ranked}) == 1
    met: set[str] = set()
    found = []
    for place, one in enumerate(ranked[:LOOKED_AT], 1):
        odds = _ALWAYS + _PLACE * log(place) + (_NEAR * (one.near - nearest) if nearest else _BY_WORDS)
        first = one.part not in met
        odds += _FIRST * first
        met.add(one.part)
        if isinstance(one.entry.item, Operation):
            odds += _by_kind(one.entry.item, one.part) + _NEIGHBOUR * _shared(one.entry.item, best)
        step = 1 / (1 + exp(-odds))
        found.append((not one.named, -step if of_one_api else not first, msgspec.structs.replace(one, step=step)))
    found.sort(key=lambda each: each[:2])
    return [*(one for _, _, one in found), *ranked[LOOKED_AT:]]


def _shared(operation: Operation, best: Sequence[Sequence[str]]) -> float:
    """Return how much an operation's path has of that of one of the best entries, itself left aside; 0 to 1."""
    own = operation.key.partition(" ")[2].split("/")
    others = (path for path in best if path != own)
    return max((sum(a == b for a, b in zip(own, path, strict=False)) / len(path) for path in others), default=0.0)


def _by_kind(operation: Operation, clause: str) -> float:
    if operation.deprecated:
        return _DEPRECATED
    if signs_in(operation):
        return _SIGN_IN
    if operation.method == "GET":
        return _ONE_THING * operation.path.partition("?")[0].rstrip("/").endswith("}")
    asked = methods_asked(clause)
    if operation.method == "DELETE" and "DELETE" not in asked:
        return _UNASKED_DELETE
    return _UNASKED_CHANGE if asked == {"GET"} else 0.0


def signs_in(operation: Operation) -> bool:
    """Tell whether an operation gives who calls it credentials, by the end of its path."""
    fixed = [step for step in operation.path.partition("?")[0].split("/") if step and "{" not in step]
    return any(not SIGNS_IN.isdisjoint(parts(step)) for step in fixed[-1:])
