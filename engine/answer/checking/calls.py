"""Whether what a sentence says of a whole call is so: its method, statuses, scopes and credentials."""

from collections.abc import Iterable, Sequence

from engine.answer.checking.knowledge import Knowledge
from engine.english.requests import Saying

_CALLED = {
    "basic": "HTTP basic authentication", "bearer": "a bearer token", "apiKey": "an API key", "oauth2": "OAuth 2.0",
    "openIdConnect": "OpenID Connect", "mutualTLS": "a client certificate", "digest": "HTTP digest authentication",
}  # fmt: skip
"""Type of a security scheme → how a correction names it."""


def correction(saying: Saying, operations: Sequence[Knowledge], methods: frozenset[str]) -> str:
    """Return what the specification says instead; empty where nothing is wrong, or where that cannot be decided.

    Args:
        saying: What is said.
        operations: Those that it may be said of: it is wrong if it is so of none.
        methods: Methods that there are where the call is that the saying names, or of the operations.
    """
    if saying.kind == "method":
        wrong = (saying.value in methods) == saying.negated
        return _method(saying, methods) if methods and wrong else ""
    told = [_of_one(saying, one) for one in operations if one.protocol == "http"]
    return told[0] if told and all(told) else ""


def _method(saying: Saying, methods: Iterable[str]) -> str:
    return f"it is {saying.value}" if saying.negated else " or ".join(sorted(methods))


def _of_one(saying: Saying, operation: Knowledge) -> str:
    match saying.kind:
        case "success" | "failure":
            return _outcome(saying, operation)
        case "not status":
            return f"{saying.value} is one of its responses" if saying.value.lower() in operation.statuses else ""
        case "scope":
            return _scope(saying, operation)
        case "no scope":
            return _needed(operation.scopes) if operation.scopes and frozenset() not in operation.ways else ""
        case "key place" if operation.key_places and saying.value not in operation.key_places:
            return " or ".join(sorted(operation.key_places))
        case "way":
            return _way(saying, operation)
    return ""


def _outcome(saying: Saying, operation: Knowledge) -> str:
    """Return the statuses of success, or of failure, where the one that is named is the other."""
    good = saying.value[0] in "123"
    if good == (saying.kind == "success"):
        return ""
    known = sorted(one for one in operation.statuses if one[0] in ("23" if saying.kind == "success" else "45"))
    return " or ".join(known).upper() or ("not a status of success" if saying.kind == "success" else "not an error")


def _scope(saying: Saying, operation: Knowledge) -> str:
    if not operation.scopes:
        return ""
    known = {scope.lower() for scope in operation.scopes}
    known |= {scope.rpartition("/")[2] for scope in known}  # Google's are addresses, and called by how they end
    if (saying.value.lower() in known) != saying.negated:
        return ""
    if not saying.negated and saying.value.lower() in operation.names and ":" in saying.value:
        return ""  # the operation's own prose names it
    return _needed(operation.scopes)


def _needed(scopes: Iterable[str]) -> str:
    return f"scope {' or '.join(sorted(scopes))}"


def _way(saying: Saying, operation: Knowledge) -> str:
    ways = operation.ways
    if not ways or any("any" in way for way in ways):
        return ""
    if saying.value == "":
        so = frozenset() in ways
    elif saying.value == "some":
        so = frozenset() in ways if saying.negated else any(ways)
    else:
        so = any(saying.value in way for way in ways) != saying.negated
    if so:
        return ""
    kinds = dict.fromkeys(_CALLED[kind] for way in ways for kind in sorted(way) if kind in _CALLED)
    if any("oauth2" in way or "openIdConnect" in way for way in ways):
        kinds.pop(_CALLED["bearer"], None)
    return " or ".join(kinds) or "no credentials are needed"
