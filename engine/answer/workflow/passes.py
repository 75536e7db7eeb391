"""What each step of a workflow takes of those before it.

The link graph tells most of it; see `engine.indexing.links`. Between the few steps of one workflow more can be told
than among all operations: that a field and an input have the same telling name, and that who signs in calls next.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from engine.answer.workflow.examples import shown
from engine.answer.workflow.records import Pass
from engine.calls.inputs import inputs
from engine.calls.nested import USUAL, Placed, returned_rows, sent_rows
from engine.calls.records import Place
from engine.calls.source import Source
from engine.english.verbs import SIGNS_IN
from engine.indexing.links.nouns import noun_of_step, parts, split_name, squashed
from engine.library.links import producers
from engine.library.records import Edge, How
from engine.library.store import Library
from engine.specs.model import Operation

ALTERNATIVES = 2
"""Other operations that are named for one input: more are no help in a line."""
_MADE = 1.5
"""Of what a step before has made: whoever makes a thing goes on with that one, and not with the first of a list."""
_TOKENS = frozenset(
    "accesstoken apikey authorization authtoken bearertoken idtoken jwt secret session sessionid sessiontoken token"
    " uid".split()
)
"""What one gets who signs in, as `squashed` gives it."""
_IDS = frozenset("gid guid id key sid uid uuid".split())
"""What a thing is told by."""
_LEVELS = 6
"""Levels of an answer in which fields are looked for: some wrap each thing twice, `message.body.tracks[].track`."""
_CREDENTIALS = "Authorization"
_MAKES = frozenset(("POST", "PUT", "Mutation"))


class _Input(NamedTuple):
    name: str
    location: Place
    required: bool
    of: str = ""
    """Noun of the part of the path that it follows, where its own name has none: `{id}` of `/books/{id}`."""


class _Step(NamedTuple):
    """A step as those after it see it."""

    number: int
    """From 0."""
    about: frozenset[str]
    takes: frozenset[str]
    """Its inputs, as `squashed` gives them: what it takes it only gives back."""
    fields: Mapping[str, str]
    signs_in: bool
    makes: bool

    @property
    def token(self) -> "_Given":
        """Where its answer has a token, should it give one."""
        return _Given(
            self.number, in_body(next((self.fields[name] for name in self.fields if name in _TOKENS), "")), 1.0
        )


class _Given(NamedTuple):
    giver: int
    expression: str
    worth: float


def passes(library: Library, steps: Sequence[tuple[int, Source]]) -> tuple[Pass, ...]:
    """Return what the steps of a workflow pass on, by the step that takes it.

    Args:
        library: Where they are.
        steps: The key of each in the library, and what it is; in calling order.

    Raises:
        LibraryError: The library cannot be read.
    """
    fed: dict[int, dict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
    for edge in producers(library, [rowid for rowid, _ in steps]):
        fed[edge.consumer][edge.needs].append(edge)
    found: list[Pass] = []
    before: list[_Step] = []
    for place, (rowid, source) in enumerate(steps):
        known, taken = _inputs(source), dict[str, tuple[_Given, Place]]()
        earlier = {key: number for number, (key, _) in reversed(list(enumerate(steps[:place])))}
        for needs, edges in fed[rowid].items():
            if best := _best(edges, earlier, steps):
                taken[needs] = (best, _location(needs, known))
        for one in known:
            if one.name not in taken and (named := _by_name(one, before)):
                taken[one.name] = (named, one.location)
        token = _signed_in(source, before)
        if token and all(one.giver != token.giver for one, _ in taken.values()):
            taken[_CREDENTIALS] = (token, "header")
        for needs, (best, location) in taken.items():
            others = (edge.producer for edge in fed[rowid].get(needs, ()) if edge.producer not in {*earlier, rowid})
            names = (entry.item.key for entry in library.entries(list(islice(others, ALTERNATIVES))))
            found.append(Pass(best.giver + 1, best.expression, place + 1, needs, location, tuple(names)))
        takes = frozenset(squashed(one.name) for one in known)
        before.append(
            _Step(
                place,
                _about(source.operation),
                takes,
                _fields(source),
                _signs_in(source.operation),
                source.operation.method in _MAKES,
            )
        )
    return tuple(found)


def _best(edges: Sequence[Edge], before: Mapping[int, int], steps: Sequence[tuple[int, Source]]) -> _Given | None:
    """Return what is best of what feeds one input."""
    offers = []
    for edge in edges:
        if edge.producer in before:
            giver = before[edge.producer]
            operation = steps[giver][1].operation
            worth = edge.weight * (_MADE if operation.method in _MAKES else 1)
            offers.append(_Given(giver, _expression(edge, operation), worth))
    return max(offers, key=lambda one: (one.worth, one.giver), default=None)


def _expression(edge: Edge, operation: Operation) -> str:
    headers = {header.name for response in operation.responses for header in response.headers}
    if edge.gives and (edge.how is How.LOCATION or edge.gives in headers):
        return f"$response.header.{edge.gives}"
    return in_body(edge.gives)


def in_body(path: str) -> str:
    """Return where a body has a field, as an expression of Arazzo; of a list the first: `items[].id`."""
    if not path:
        return "$response.body"
    steps = path.replace("[]", ".0").strip(".").split(".")
    return "$response.body#/" + "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)


def _inputs(source: Source) -> list[_Input]:
    """Return all inputs, the required ones first."""
    path = source.operation.path
    known = [_Input(fact.name, fact.location, fact.required, _of(path, fact.name)) for fact in inputs(source)]
    named = {one.name for one in known}
    rows = sent_rows(source, USUAL.levels)
    known += [_Input(one.row.name, one.place, one.row.required) for one in rows if one.row.name not in named]
    if source.operation.body is not None and all(one.place != "body" for one in rows):
        known += (_Input(name, "body", False) for name in shown(source.operation.body.content, source, USUAL.levels))
    return sorted(known, key=lambda one: not one.required)


def _of(path: str, name: str) -> str:
    """Return the noun of what the path says right before a parameter."""
    before, found, _ = path.partition(f"/{{{name}}}")
    return noun_of_step(before.rpartition("/")[2]) if found else ""


def _location(needs: str, known: Sequence[_Input]) -> Place:
    found = {one.name: one.location for one in reversed(known)}
    return found.get(needs) or found.get(needs.partition(".")[0], "body")


def answered(source: Source, levels: int) -> list[Placed]:
    """Return the fields of what comes back when a step succeeds; none where that is not described."""
    responses = (one for one in source.operation.responses if one.status.startswith("2") or not one.status)
    return next((rows for one in responses if (rows := returned_rows(one, source, levels))), [])


def _fields(source: Source) -> dict[str, str]:
    """Return the fields of what comes back by their own names, as `squashed` gives them, with their paths."""
    found: dict[str, str] = {}
    names = [one.row.name for one in answered(source, _LEVELS)]
    for name in names or _shown(source):
        found.setdefault(squashed(name.rpartition(".")[2].strip("[]")), name)
    return found


def _shown(source: Source) -> list[str]:
    """Return the names of the fields of what comes back by an example alone."""
    responses = (one.content for one in source.operation.responses if one.status.startswith("2") or not one.status)
    return next((names for contents in responses if (names := shown(contents, source, _LEVELS))), [])


def _by_name(one: _Input, before: Sequence[_Step]) -> _Given | None:
    """Return the latest step that is about what an input is of, else one with a field of the same telling name."""
    written = one.name.rpartition(".")[2].strip("[]")
    own, name = squashed(written), split_name(written, set())
    if own in _TOKENS and (signed := _token(before)):
        return signed
    if not (of := name.noun or one.of):
        return None
    for step in reversed(before):
        if any(noun.endswith(of) for noun in step.about):
            path = next((step.fields[key] for key in (own, *name.keys, *_IDS) if key in step.fields), "")
            if path or (not step.fields or (one.required and step.makes)):
                return _Given(step.number, in_body(path), 1.0)
    for step in reversed(before):
        for noun in step.about:
            if own.startswith(noun) and (field := own.removeprefix(noun)) in step.fields:
                return _Given(step.number, in_body(step.fields[field]), 1.0)
    if _IDS.isdisjoint(name.keys):
        return None
    others = (step for step in reversed(before) if own in step.fields and own not in step.takes)
    return next((_Given(step.number, in_body(step.fields[own]), 1.0) for step in others), None)


def _signed_in(source: Source, before: Sequence[_Step]) -> _Given | None:
    """Return the credentials that a step before has given to one that needs some."""
    if not source.operation.security or _signs_in(source.operation):
        return None
    token = _token(before)
    return token if token and token.expression != in_body("") else None


def _token(before: Sequence[_Step]) -> _Given | None:
    """Return the token of who signs in: of the first step whose answer has one, else of the first one at all."""
    tokens = [step.token for step in before if step.signs_in]
    return next((one for one in tokens if one.expression != in_body("")), tokens[0] if tokens else None)


def _signs_in(operation: Operation) -> bool:
    words = (word for text in (operation.path, operation.operation_id) for word in parts(text))
    return not SIGNS_IN.isdisjoint(words)


def _about(operation: Operation) -> frozenset[str]:
    """Return the nouns of the last fixed part of a path."""
    steps = [step for step in operation.path.partition("?")[0].split("/") if step and "{" not in step]
    return frozenset([noun for step in steps if (noun := noun_of_step(step))][-1:])
