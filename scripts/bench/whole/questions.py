"""Questions about whole APIs by template, each with its answer from a walk over the raw document."""

import copy
import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from scripts.bench.whole.walk import Call, Walk


class Asked(NamedTuple):
    """A question with what is right."""

    kind: str
    text: str
    total: int
    names: frozenset[str]
    """Of all that are listed."""


Test = Callable[[Call], bool]
_OPS = ("operations", "endpoints", "calls", "API operations")
_OPENINGS = (
    "Which {ops} of {api} {said}?", "How many {ops} in {api} {said}?", "List all {ops} of {api} that {said}",
    "How many of the {ops} of {api} {said}?", "What {ops} in {api} {said}?", "Show me every {api} endpoint that {says}",
    "What is the number of {ops} in {api} that {said}?", "Give me the {ops} of {api} which {said}.",
    "Are there {ops} in {api} that {said}?", "Tell me which {ops} of the {api} API {said}", "count the {ops} in"
    " {api} that {said}",
    "In {api}, which {ops} {said}?", "For {api}: which {ops} {said}?",
)  # fmt: skip


class Condition(NamedTuple):
    """A condition in words: of many, and of one."""

    kind: str
    said: str
    says: str
    test: Test


def conditions(walk: Walk, pick: random.Random) -> Iterator[Condition]:  # noqa: C901 - one row a condition
    """Yield conditions with values that the document has."""
    calls = walk.calls

    def some(values: Iterator[str] | list[str] | set[str]) -> list[str]:
        found = sorted({value for value in values if value and " " not in value and value.isascii()})
        return [pick.choice(found)] if found else []

    yield Condition("deprecated", "are deprecated", "is deprecated", lambda call: call.deprecated)
    yield Condition("not deprecated", "are not deprecated", "isn't deprecated", lambda call: not call.deprecated)
    yield Condition("auth", "need authentication", "requires authentication", lambda call: call.secured)
    yield Condition("no auth", "do not require authentication", "needs no credentials", lambda call: not call.secured)
    yield Condition(
        "no auth", "can be called without credentials", "works without authentication", lambda c: not c.secured
    )
    yield Condition("summary", "have no summary", "lacks a summary", lambda call: "summary" not in call.texts)
    yield Condition(
        "description", "don't have a description", "has no description", lambda c: "description" not in c.texts
    )
    yield Condition("id", "have no operationId", "is without an operation id", lambda c: "operationId" not in c.texts)
    yield Condition("tags", "have no tags", "has no tag", lambda call: not call.tags)
    yield Condition("body", "take a request body", "accepts a request body", lambda call: call.body is not None)
    yield Condition("no body", "do not take a request body", "has no request body", lambda call: call.body is None)
    yield Condition("error", "document no error responses", "has no error response",
                    lambda call: not any(one[0] in "45" for one in call.statuses))  # fmt: skip
    for method in some([call.method for call in calls]):
        yield Condition("method", f"use {method}", f"uses {method}", lambda call, method=method: call.method == method)
        yield Condition(
            "method",
            f"do not use {method}",
            f"does not use {method}",
            lambda call, method=method: call.method != method,
        )
    for status in some([one for call in calls for one in call.statuses if one.isdecimal()]):
        yield Condition(
            "status",
            f"return {status}",
            f"can return status {status}",
            lambda call, status=status: status in call.statuses,
        )
        yield Condition("no status", f"do not document {status}", f"doesn't return a {status}",
                        lambda call, status=status: status not in call.statuses)  # fmt: skip
        yield Condition("statuses", f"document {status} or 503", f"responds with {status} or 503",
                        lambda call, status=status: bool(call.statuses & {status, "503"}))  # fmt: skip
        yield Condition("neither", f"document neither {status} nor 404", f"has neither a {status} nor a 404 response",
                        lambda call, status=status: not call.statuses & {status, "404"})  # fmt: skip
        yield Condition("class", "have a 4xx response", "documents any 4xx response",
                        lambda call: any(one[0] == "4" for one in call.statuses))  # fmt: skip
    for name in some([name for call in calls for place, name in call.parameters if place == "query"]):

        def takes(call: Call, name: str = name) -> bool:
            return any(one == name for _, one in call.parameters)

        yield Condition("parameter", f"have a parameter called {name}", f"takes the parameter `{name}`", takes)
        yield Condition("no parameter", f"do not take the parameter `{name}`", f"has no `{name}` parameter",
                        lambda call, takes=takes: not takes(call))  # fmt: skip
        yield Condition("query", f"accept the query parameter {name}", f"supports a `{name}` query parameter",
                        lambda call, name=name: ("query", name) in call.parameters)  # fmt: skip
        yield Condition("required", f"require the parameter `{name}`", f"needs the parameter `{name}`",
                        lambda call, name=name, takes=takes: takes(call) and name in call.required)  # fmt: skip
    for name in some([name for call in calls for name in call.body or ()]):
        yield Condition("body field", f"accept `{name}` in the body", f"takes a body field named `{name}`",
                        lambda call, name=name: name in (call.body or ()))  # fmt: skip
    for name in some([name for call in calls for name in call.returned]):
        yield Condition("field", f"return a field called {name}", f"has the field `{name}` in the response",
                        lambda call, name=name: name in call.returned)  # fmt: skip
        yield Condition("no field", f"do not return the field `{name}`", f"doesn't return a `{name}` field",
                        lambda call, name=name: name not in call.returned)  # fmt: skip
    for name in some([name for call in calls for name in call.schemas]):
        yield Condition(
            "schema", f"return `{name}` objects", f"returns a `{name}`", lambda call, name=name: name in call.schemas
        )
    for kind in some([kind for call in calls for kind in call.produces]):
        yield Condition("produces", f"return {kind}", f"produces {kind}", lambda call, kind=kind: kind in call.produces)
    for kind in some([kind for call in calls for kind in call.consumes]):
        yield Condition("consumes", f"accept {kind}", f"consumes {kind}", lambda call, kind=kind: kind in call.consumes)
    for scope in some([scope for call in calls for scope in call.scopes]):
        yield Condition(
            "scope",
            f"need the scope `{scope}`",
            f"requires the `{scope}` scope",
            lambda c, scope=scope: scope in c.scopes,
        )
        yield Condition("no scope", f"don't need the scope `{scope}`", f"works without the `{scope}` scope",
                        lambda call, scope=scope: scope not in call.scopes)  # fmt: skip
    for tag in some([tag for call in calls for tag in call.tags]):
        yield Condition(
            "tag",
            f"are tagged `{tag}`",
            f"has the tag `{tag}`",
            lambda call, tag=tag: fold(tag) in map(fold, call.tags),
        )
    for segment in some([part for call in calls for part in call.path.split("/") if part and "{" not in part]):
        yield Condition("path", f"have `{segment}` in the path", f"has a path that contains `{segment}`",
                        lambda call, segment=segment: fold(segment) in fold(call.path))  # fmt: skip
    for start in some(["/" + call.path.split("/")[1] for call in calls if "{" not in call.path.split("/")[1]]):
        yield Condition("path start", f"have a path that starts with {start}", f"has a path starting with {start}",
                        lambda call, start=start: fold(call.path).startswith(fold(start)))  # fmt: skip


def fold(text: str) -> str:
    """Return a text in small letters: the language of filters knows no others."""
    return text.casefold()


def about_one(name: str, walk: Walk, n: int, seed: str) -> list[Asked]:
    """Return questions about one API."""
    pick = random.Random(seed)  # noqa: S311 - no secret
    told = list(conditions(walk, pick))
    pick.shuffle(told)
    asked = []
    for one, other in zip(told[:n], told[1:] + told[:1], strict=False):
        opening = pick.choice(_OPENINGS)
        said, says, test = one.said, one.says, one.test
        kind = one.kind
        if pick.random() < 0.25 and other.kind != one.kind:
            joint = pick.choice(("and", "but"))
            said, says = f"{said} {joint} {other.said}", f"{says} {joint} {other.says}"
            kind = f"{kind} {joint} {other.kind}"
            test = partial(_both, one.test, other.test)
        text = opening.format(ops=pick.choice(_OPS), api=name, said=said, says=says)
        asked.append(_asked(kind, text, [call.key for call in walk.calls if test(call)]))
    return [*asked, *_others(name, walk, pick)]


def _both(first: Test, second: Test, call: Call) -> bool:
    return first(call) and second(call)


def _others(name: str, walk: Walk, pick: random.Random) -> Iterator[Asked]:
    """Yield questions that count other things than operations."""
    tags = Counter(fold(tag) for call in walk.calls for tag in call.tags)
    statuses = {one for call in walk.calls for one in call.statuses}
    yield pick.choice(
        [
            _asked("tags", f"How many tags does {name} have?", list(tags)),
            _asked("statuses", f"Which status codes does {name} document?", list(statuses)),
            _asked("schemas", f"How many schemas are there in {name}?", list(walk.schemas)),
            _asked("all", f"How many endpoints does {name} have?", [call.key for call in walk.calls]),
            _asked(
                "scopes", f"Which scopes are used in {name}?", list({s for call in walk.calls for s in call.scopes})
            ),
            _asked("paths", f"How many paths does {name} have?", list({fold(call.path) for call in walk.calls})),
        ]
    )
    fields = sorted({field for schema in walk.schemas.values() for field in walk.own_fields(schema)})
    if fields:
        field = pick.choice(fields)
        having = [key for key, schema in walk.schemas.items() if field in walk.own_fields(schema)]
        yield _asked("schema field", f"Which schemas of {name} have a field named `{field}`?", having)


def about_several(walks: dict[str, Walk], n: int) -> Iterator[Asked]:
    """Yield questions about two APIs, and about all."""
    pick = random.Random("several")  # noqa: S311 - no secret
    names = sorted(walks)
    for _ in range(n):
        first, second = pick.sample(names, 2)
        calls = [*walks[first].calls, *walks[second].calls]
        told = [one for one in conditions(walks[first], pick) if one.kind != "schema"]
        one = pick.choice(told)
        text = pick.choice(("Which operations of {a} and {b} {said}?", "How many endpoints in {a} or {b} {said}?"))
        found = [call.key for call in calls if one.test(call)]
        yield _asked(f"two: {one.kind}", text.format(a=first, b=second, said=one.said), found)
    everything = [call for walk in walks.values() for call in walk.calls]
    for one in pick.sample(list(conditions(walks[names[0]], pick)), n):
        yield _asked(f"all: {one.kind}", f"How many operations over all APIs {one.said}?",
                     [call.key for call in everything if one.test(call)])  # fmt: skip


def older(walk: Walk) -> tuple[dict[str, Any], list[Asked]]:
    """Return a document as it may have been before, and questions about what changed since, for `{name}`.

    The older one lacks the last call of each tenth path, has one more path, and marks nothing as deprecated.
    """
    tree = copy.deepcopy(walk.tree)
    tree["info"]["version"] = "0.0-before"
    added, deprecated = [], [call.key for call in walk.calls if call.deprecated]
    by_path: dict[str, list[Call]] = {}
    for call in walk.calls:
        by_path.setdefault(call.path, []).append(call)
    for calls in list(by_path.values())[::10]:
        del tree["paths"][calls[-1].path][calls[-1].method.lower()]
        added.append(calls[-1].key)
    for call in walk.calls:
        tree["paths"][call.path].get(call.method.lower(), {}).pop("deprecated", None)
    tree["paths"]["/gone-since"] = {"get": {"responses": {"200": {"description": "It was there"}}}}
    gone = ["GET /gone-since"]
    newly = [key for key in deprecated if key not in added]
    return tree, [
        _asked("added", "Which operations of {name} were added since the last version?", added),
        _asked("added", "Which new endpoints does {name} have since version 0.0-before?", added),
        _asked("removed", "How many endpoints were removed from {name} since 0.0-before?", gone),
        _asked("newly deprecated", "Which endpoints of {name} were deprecated since the previous version?", newly),
        _asked("changes", "What changed in {name} since the last version?", [*added, *gone, *newly]),
    ]


def _asked(kind: str, text: str, names: list[str]) -> Asked:
    return Asked(kind, text, len(names), frozenset(map(fold, names)))
