"""Which operations feed which: from a specification alone, what gives what another one needs."""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from engine.indexing.links.givers import CHANGE, PER_INPUT, Candidate, Givers
from engine.indexing.links.needs import Need, Needs
from engine.indexing.links.nouns import squashed
from engine.indexing.links.resources import Key, Resources
from engine.indexing.links.shapes import Shapes
from engine.library.records import Edge, How
from engine.specs.model import Link, Operation, Spec

PRODUCERS = 5
"""Producers that are kept of one input."""
_SHORTLIST = 16
"""Producers that are looked at for one input of one consumer."""
_LEAST = 0.3
"""Weight under which an edge is worth nothing."""
_CIRCULAR = 0.25
"""Of a producer that needs what it is to give."""
_RIGHT_ABOVE = 1.1
"""Of a producer whose path the consumer's path goes on from."""
_ELSEWHERE = 0.7
"""Of others of the same noun, where there is one that does: a gist's comments are no issue's."""
_LATER_NOUN = 0.85
"""Of what is found by the noun of a path where an input's name, or the end of that path, has another one."""
_TEXTS = "id key slug login gid sid code name uuid guid uid identifier sha hash number".split()
"""Fields by which a thing may be told where no field has the name that is asked for."""
_NUMBERS = "id number uid".split()
_OPTIONAL = 0.5
"""Of an input that may be left out: it is fed by collections of just such things, and a little."""
_OTHER_KEY = 0.75
"""Where the input's name says which key it wants, and it is another one."""


class _Offer(NamedTuple):
    """An edge without its consumer."""

    producer: int
    gives: str
    weight: float
    """Inputs left aside."""
    how: How


def links(spec: Spec) -> list[Edge]:
    """Return what feeds what in a specification, by consumer.

    An input has at most `PRODUCERS` edges, the best first, besides those that the specification itself declares. The
    time is about linear in the size of the specification.
    """
    if any(operation.workflow for operation in spec.operations):
        return []  # a workflow says itself what its steps pass on, and is no step of the others
    return list(_Linker(spec).edges())


class _Linker:
    """Finds the edges of one specification."""

    def __init__(self, spec: Spec) -> None:
        self._operations = spec.operations
        shapes = Shapes(spec)
        needs = Needs(spec, shapes)
        self._sites = needs.sites
        self._needs = [needs.of(operation, site) for operation, site in zip(self._operations, self._sites, strict=True)]
        wanted = frozenset(noun for each in self._needs for need in each for noun in need.nouns)
        self._givers = Givers(self._operations, self._sites, Resources(shapes, wanted, needs.known), wanted)
        self._asked = [
            frozenset(noun for need in each if not need.is_optional for noun in need.nouns) for each in self._needs
        ]
        """Nouns of what each operation cannot do without."""
        self._offered: dict[Need, list[_Offer]] = {}
        self._by_weight: dict[tuple[Need, frozenset[str]], list[tuple[float, _Offer]]] = {}

    def edges(self) -> Iterator[Edge]:
        """Return the edges; see `links`."""
        declared = _declared(self._operations)
        for index, needs in enumerate(self._needs):
            said = declared.get(index, {})
            yield from said.values()
            for need in needs:
                yield from (edge for edge in self._feeding(index, need) if (edge.needs, edge.producer) not in said)

    def _feeding(self, consumer: int, need: Need) -> list[Edge]:
        """Return the best edges of one input."""
        others = (one for one in self._weighed(need, self._sites[consumer].inputs) if one[1].producer != consumer)
        return [
            Edge(
                producer=offer.producer,
                consumer=consumer,
                needs=need.name,
                gives=offer.gives,
                weight=-weight,
                how=offer.how,
            )
            for weight, offer in islice(others, PRODUCERS)
            if -weight >= _LEAST
        ]

    def _weighed(self, need: Need, known: frozenset[str]) -> list[tuple[float, _Offer]]:
        """Return what is offered for an input of an operation with these inputs, by weight (negative), best first."""
        if (need, known) not in self._by_weight:
            if need not in self._offered:
                self._offered[need] = self._offers(need)
            self._by_weight[need, known] = sorted(
                (-round(min(1.0, one.weight * PER_INPUT ** len(self._sites[one.producer].inputs - known)), 3), one)
                for one in self._offered[need]
            )
        return self._by_weight[need, known]

    def _offers(self, need: Need) -> list[_Offer]:
        """Return what is offered for an input, each producer once."""
        best: dict[int, _Offer] = {}
        names: set[str] = set()
        for candidate, how in self._givers.above(need):
            if self._keep(best, self._offer(candidate, need, how, _RIGHT_ABOVE)) and self._reads(candidate):
                names.update(candidate.held.nouns)
        for candidate in self._givers.qualified(need):
            self._keep(best, self._offer(candidate, need, How.RESPONSE, 1))
        near = frozenset(best)
        for order, noun in enumerate(need.nouns):
            for candidate in self._givers.of_noun(noun):
                if candidate.operation not in near and (not need.is_optional or self._lists(candidate, noun)):
                    elsewhere = need.qualifies or (names and names.isdisjoint(candidate.held.nouns))
                    later = order + (noun in self._sites[candidate.operation].nouns[1:])
                    factor = _LATER_NOUN**later * (_ELSEWHERE if elsewhere else 1)
                    how = How.NAME if candidate.held.reference else How.RESPONSE
                    self._keep(best, self._offer(candidate, need, how, factor))

        def rank(offer: _Offer) -> tuple[float, int]:
            return -offer.weight * PER_INPUT ** len(self._sites[offer.producer].inputs), offer.producer

        return heapq.nsmallest(_SHORTLIST, best.values(), key=rank)

    def _lists(self, candidate: Candidate, noun: str) -> bool:
        """Tell whether a candidate is a collection of just such things, or is found by a search over several kinds."""
        held, site = candidate.held, self._sites[candidate.operation]
        if not self._reads(candidate) or "[]" not in held.path:
            return False
        return (noun in held.nouns and (held.itself or site.finds)) or (held.itself and noun in site.nouns[:1])

    def _reads(self, candidate: Candidate) -> bool:
        return self._operations[candidate.operation].method not in CHANGE

    def _keep(self, best: dict[int, _Offer], offer: _Offer | None) -> bool:
        """Keep an offer, the best one of each producer; tell whether there is one."""
        if offer is not None and (offer.producer not in best or offer.weight > best[offer.producer].weight):
            best[offer.producer] = offer
        return offer is not None

    def _offer(self, candidate: Candidate, need: Need, how: How, factor: float) -> _Offer | None:
        fit = _fit(candidate, need)
        if fit is None:
            return None
        gives, quality = fit
        if gives and not candidate.held.described:
            how = How.LOCATION
        weight = candidate.worth * quality * factor * (_OPTIONAL if need.is_optional else 1)
        if not self._asked[candidate.operation].isdisjoint(need.nouns) and any(
            _same_thing(need, other) for other in self._needs[candidate.operation]
        ):
            weight *= _CIRCULAR
        return _Offer(candidate.operation, gives, weight, how)


def _same_thing(one: Need, other: Need) -> bool:
    if other.is_optional:
        return False
    keys = not one.keys or not other.keys or not set(one.keys).isdisjoint(other.keys)
    return keys and not set(one.nouns).isdisjoint(other.nouns)


def _fit(candidate: Candidate, need: Need) -> tuple[str, float] | None:
    """Return where a candidate has the key that is needed, and how well that fits; None where it has none."""
    held = candidate.held
    if not held.described:
        return held.path, 1
    for name in (squashed(need.name.rpartition(".")[2]), *need.keys):
        if key := held.keys.get(name):
            return _joined(candidate, key), 1
    if held.reference:
        [key] = held.keys.values()
        if need.is_number and key.type == "string":
            return None
        return (_joined(candidate, key), 1) if "id" in need.keys or not need.keys else None
    others = [key for name in (_NUMBERS if need.is_number else _TEXTS) if (key := held.keys.get(name))]
    if not others:
        return None
    fitting = [key for key in others if need.is_number or not key.type.startswith(("integer", "number"))]
    return _joined(candidate, (fitting or others)[0]), _OTHER_KEY if need.keys else 1


def _joined(candidate: Candidate, key: Key) -> str:
    return ".".join(filter(None, (candidate.prefix, candidate.held.path, key.path)))


def _declared(operations: Sequence[Operation]) -> dict[int, dict[tuple[str, int], Edge]]:
    """Return the edges that the specification itself declares: consumer → input and producer → edge."""
    by_name = {name: index for index, one in enumerate(operations) for name in (one.pointer, one.operation_id) if name}
    found: dict[int, dict[tuple[str, int], Edge]] = defaultdict(dict)
    for index, operation in enumerate(operations):
        for link in (link for response in operation.responses for link in response.links):
            consumer = by_name.get(link.operation.removeprefix("#"), index)
            for needs, gives in _passed_on(link) if consumer != index else ():
                found[consumer][needs, index] = Edge(
                    producer=index, consumer=consumer, needs=needs, gives=gives, weight=1.0, how=How.LINK
                )
    return found


def _passed_on(link: Link) -> Iterator[tuple[str, str]]:
    """Return the inputs that a link takes from the response, with where that has them."""
    for name, value in link.parameters.items():
        source, _, place = str(value).partition("#")
        needs = name.partition(".")[2] if name.startswith(("path.", "query.")) else name
        if source == "$response.body":
            yield needs, place.strip("/").replace("/", ".")
        elif source.startswith("$response.header."):
            yield needs, source.removeprefix("$response.header.")
