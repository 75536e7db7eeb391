"""What the operations of a specification give, by what it is, and how well each of them serves."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from engine.indexing.links.caller import ALIASES
from engine.indexing.links.needs import Need, Site
from engine.indexing.links.resources import Held, Resources, Thing, returned
from engine.library.records import How
from engine.specs.model import Operation

_BUCKET = 100
"""Candidates that are kept of a noun."""
_WHOLES = 8
"""Operations that give one thing, of which the parts of that are counted too."""
_SAME_PATH = 16
"""Operations of one path that are looked at."""

# How well an operation gives the key of a thing, by reading documents of a dozen APIs: who searches needs a name only.
_SEARCH, _LIST, _PART_OF_FOUND, _ONE, _CREATE, _PART, _REFERENCE = 0.95, 0.85, 0.85, 0.65, 0.6, 0.55, 0.4
_CALLER = 0.75
"""Of what gives whoever calls: everybody can call it, but what they do is often about others."""
_LOCATION, _UNSAID, _UNSAID_CHANGE = 0.5, 0.6, 0.35
"""Of a `Location` header, and of an operation whose response is not described: one that reads, one that changes."""
_LOOSE = 0.8
"""Of what only may well be such a thing; see `Held.also`."""
PER_INPUT = 0.8
"""For each input of the producer that the consumer does not need anyway."""
_PER_LEVEL = 0.8
"""For each object that a part is inside of."""
_PART_OF_CHANGED = 0.7
"""Of a part of what is created or changed: nobody deletes an issue to learn its repository's id."""
_PER_STEP = 0.98
"""For each step of the producer's path: of two that give the same, the shorter one is the plainer one."""
_DEPRECATED = 0.8
"""Of a producer that is deprecated: one that is not comes first where both give the same."""

_GIVE_NOTHING = frozenset(("DELETE", "HEAD", "OPTIONS", "TRACE"))
CHANGE = frozenset(("POST", "PUT", "PATCH", "Mutation"))
"""Methods that create or change what they give."""


class Candidate(NamedTuple):
    """A thing that an operation gives."""

    operation: int
    held: Held
    prefix: str
    """Path of what the path in `held` is counted from."""
    worth: float
    """How well it serves one who needs it, from 0 to 1, the inputs that it takes left aside."""


class Givers:
    """Knows what the operations of one specification give.

    Args:
        operations: The operations.
        sites: Where each of them stands.
        resources: What their responses hold.
        wanted: The nouns that any of them needs.
    """

    def __init__(
        self, operations: Sequence[Operation], sites: Sequence[Site], resources: Resources, wanted: frozenset[str]
    ) -> None:
        self._operations = operations
        self._sites = sites
        self._resources = resources
        self._at: dict[str, list[int]] = defaultdict(list)
        for index, site in enumerate(sites):
            self._at[site.template].append(index)
        self._listed = frozenset(
            noun
            for operation, site in zip(operations, sites, strict=True)
            for noun in site.nouns[:1]
            if operation.method not in CHANGE and not (site.is_caller or site.finds or site.template.endswith("}"))
        )
        self._things = [tuple(self._things_of(index)) for index in range(len(operations))]
        self._by_noun = self._candidates(wanted)

    def of_noun(self, noun: str) -> Sequence[Candidate]:
        """Return the best candidates of a noun."""
        return self._by_noun.get(noun, ())

    def above(self, need: Need) -> Iterator[tuple[Candidate, How]]:
        """Return what the operations right above the consumer give of what it needs."""
        for place, template in enumerate(need.above):
            for index in self._at.get(template, ())[:_SAME_PATH]:
                for thing in self._things[index]:
                    whole = self._candidate(index, thing.held)
                    if place == 0:
                        yield whole, How.PATH
                    elif not self._nouns(whole).isdisjoint(need.nouns):
                        yield whole, How.RESPONSE
                    for part in self._parts(whole, thing.parts):
                        if not part.held.reference and not set(need.nouns).isdisjoint(part.held.nouns):
                            yield part, How.RESPONSE

    def qualified(self, need: Need) -> Iterator[Candidate]:
        """Return the parts of those things of which an input tells whose they are: a repository's owner."""
        wholes = [one for noun in need.qualifies for one in self.of_noun(noun) if one.held.itself]
        for whole in wholes:
            for thing in self._things[whole.operation]:
                if thing.held is whole.held:
                    for part in self._parts(whole, thing.parts):
                        if not set(need.nouns).isdisjoint(part.held.nouns):
                            yield part._replace(worth=whole.worth * _PER_LEVEL**part.held.level)

    def _candidates(self, wanted: frozenset[str]) -> dict[str, list[Candidate]]:
        """Return the best candidates of each noun that is needed."""
        found: dict[str, list[Candidate]] = defaultdict(list)
        wholes: dict[int, tuple[tuple[Held, ...], list[Candidate]]] = {}
        for index in range(len(self._operations)):
            for thing in self._things[index]:
                whole = self._candidate(index, thing.held)
                self._sort_in(found, whole, wanted)
                if thing.parts:  # Of one schema they are one and the same tuple.
                    wholes.setdefault(id(thing.parts), (thing.parts, []))[1].append(whole)
        for parts, givers in wholes.values():
            for whole in self._best(givers, _WHOLES):
                for part in self._parts(whole, parts):
                    self._sort_in(found, part, wanted)
        return {noun: self._best(candidates, _BUCKET) for noun, candidates in found.items()}

    def _sort_in(self, found: dict[str, list[Candidate]], candidate: Candidate, wanted: frozenset[str]) -> None:
        nouns = self._nouns(candidate)
        for noun in nouns & wanted:
            found[noun].append(candidate)
        kinds = candidate.held.kinds if candidate.held.itself and self._finds_any(candidate.operation) else frozenset()
        for noun in (candidate.held.also | kinds) - nouns:
            found[noun].append(candidate._replace(worth=candidate.worth * _LOOSE))

    def _things_of(self, index: int) -> Iterable[Thing]:
        operation, site = self._operations[index], self._sites[index]
        if operation.method in _GIVE_NOTHING:
            return ()
        things = tuple(self._resources.of(operation, site.nouns))
        if things or returned(operation) is not None or operation.method not in ("GET", "POST"):
            return things
        location = _location(operation)
        if location or any(response.status in ("200", "201", "2XX", "default") for response in operation.responses):
            return (Thing(Held(location, True, (), 0, {}, described=False), ()),)
        return ()

    def _candidate(self, index: int, held: Held) -> Candidate:
        return Candidate(index, held, "", self._worth(index, held, held))

    def _parts(self, whole: Candidate, parts: Iterable[Held]) -> Iterator[Candidate]:
        for part in parts:
            yield Candidate(whole.operation, part, whole.held.path, self._worth(whole.operation, part, whole.held))

    def _worth(self, index: int, held: Held, whole: Held) -> float:
        operation, site = self._operations[index], self._sites[index]
        level = max(1, held.level if held is whole else held.level + whole.level)
        if held.reference:
            worth = _REFERENCE * _PER_LEVEL ** (level - 1)
        elif not held.itself:
            found = level == 1 and site.finds and not site.nouns
            worth = (_PART_OF_FOUND if found else _PART) * _PER_LEVEL ** (level - 1)
            worth *= _PART_OF_CHANGED if operation.method in CHANGE and not found else 1
        elif not held.described:
            unsaid = _UNSAID_CHANGE if operation.method in CHANGE else _UNSAID
            worth = _LOCATION if held.path else unsaid
        elif site.is_caller and "[]" not in held.path:
            worth = _CALLER
        elif site.finds:
            worth = _SEARCH
        elif operation.method in CHANGE:
            worth = _CREATE
        else:
            worth = _LIST if "[]" in held.path else _ONE
        return worth * _PER_STEP ** site.template.count("/") * (_DEPRECATED if operation.deprecated else 1)

    def _finds_any(self, index: int) -> bool:
        """Tell whether an operation finds things of several kinds."""
        site = self._sites[index]
        return site.finds and self._listed.isdisjoint(site.nouns)

    def _nouns(self, candidate: Candidate) -> frozenset[str]:
        site, held = self._sites[candidate.operation], candidate.held
        if not held.itself:
            return frozenset(held.nouns)
        caller = ALIASES - self._listed if site.is_caller and "[]" not in held.path else ()
        return frozenset((*held.nouns, *site.nouns, *caller))

    def _best(self, candidates: Iterable[Candidate], n: int) -> list[Candidate]:
        def rank(one: Candidate) -> tuple[float, int, str, str]:
            inputs = len(self._sites[one.operation].inputs)
            return -one.worth * PER_INPUT**inputs, one.operation, one.prefix, one.held.path

        return heapq.nsmallest(n, candidates, key=rank)


def _location(operation: Operation) -> str:
    """Return the name of the header that tells where what was created is; empty where there is none."""
    headers = [header.name for response in operation.responses for header in response.headers]
    return next((name for name in headers if name.lower() == "location"), "")
