"""Operations about whoever calls: `GET /me` gives the caller's own user, whose id others ask for."""

from engine.english.inflection import is_plural
from engine.english.verbs import GIVES
from engine.indexing.links.nouns import noun_of_step, parts, split_name
from engine.specs.model import Operation

ALIASES = frozenset(("account", "owner", "user"))
"""What the caller is also called, where a specification lists no such things of its own."""

_SELF = frozenset(("me", "myself", "self", "viewer", "whoami"))
_PEOPLE = frozenset(("account", "customer", "member", "owner", "person", "profile", "user", "userinfo"))
"""Nouns of who may call, as `noun` gives them."""
_ONE_OF_MANY = frozenset(("account", "profile", "user", "userinfo"))
"""Those that are the caller's where a path has one and no id."""
_OWN = ("current", "authenticated", "loggedin", "my", "own")
_LOGINS = frozenset(("email", "login", "username"))


def caller(operation: Operation) -> str:
    """Return the noun of what an operation gives of the caller; empty where it is about anything else."""
    path = operation.path.partition("?")[0]
    steps = [step for step in path.split("/") if step]
    if not steps or "{" in path or not _reads(operation.method, steps[-1]):
        return ""
    last = noun_of_step(steps[-1])
    before = [noun for step in steps[:-1] if (noun := noun_of_step(step))]
    if last in _SELF or last == "current":
        return _among(steps, before, last)
    own = next((last.removeprefix(word) for word in _OWN if last.startswith(word)), "")
    if own in _PEOPLE:
        return _person(own)
    alone = last in _ONE_OF_MANY and not is_plural(parts(steps[-1])[-1]) and _PEOPLE.union(_OWN).issuperset(before)
    return _person(last) if alone and not _selects(operation) else ""


def _among(steps: list[str], before: list[str], last: str) -> str:
    """Return whose `/members/me` is; `/articles/me` and `/groups/current` are of things that have no user."""
    if before and before[-1] in _PEOPLE:
        return _person(before[-1])
    listed = any(map(is_plural, parts(steps[-2])[-1:])) if len(steps) > 1 else False
    return "" if listed or last == "current" else "user"


def _person(noun: str) -> str:
    return noun if noun in ("account", "customer", "member") else "user"


def _reads(method: str, step: str) -> bool:
    return method in ("GET", "Query") or (method in ("POST", "RPC") and not GIVES.isdisjoint(parts(step)[:1]))


def _selects(operation: Operation) -> bool:
    """Tell whether an input says which one is meant."""
    for parameter in operation.parameters:
        if parameter.location in ("query", "argument"):
            name = split_name(parameter.name, _PEOPLE)
            if name.noun in _PEOPLE or name.noun in _LOGINS or (name.keys and not name.noun):
                return True
    return False
