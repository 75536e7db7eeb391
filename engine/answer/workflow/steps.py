"""Which operations are the steps of what a question asks for, in calling order."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from engine.english.inflection import singular
from engine.english.words import words
from engine.indexing.links.nouns import parts
from engine.library.links import producers
from engine.library.records import Edge, Entry
from engine.library.store import Library
from engine.search.links.order import Before, calling_order
from engine.search.pipeline import Ranked
from engine.search.search import Ranking
from engine.search.stepwise import signs_in
from engine.specs.model import Operation

STEPS = 8
"""Of a question that asks for several things one after another, how many operations the facts speak of."""
_LIKELY = 0.18
"""How likely an operation is a step at least. Of 478 workflows of real APIs two of three steps are as likely, and more
than half of what is as likely is a step."""
_RELEVANT = 0.2
"""Relevance of a step at least: of a small API all operations are among the first ones."""
_GIVES = 0.5
"""Weight of the edges that bring in a step which is not likely by itself."""
_GIVING = 0.06
"""How likely what they bring in is a step at least: an id of a server or an account is known before one begins. Of 478
workflows of real APIs as many are whole with it as without it, and fewer steps are wrong."""
_EVEN = 0.5
"""A question is rather about one API where that is likelier than not."""
_STAGES = {"GET": 0, "HEAD": 0, "Query": 0, "POST": 1, "PUT": 2, "PATCH": 2, "DELETE": 3}
"""What is done of one clause before what, by the method: whoever changes a thing has looked it up."""

# How surely one operation comes before another, as weights of edges: see `engine.indexing.links`.
_REMOVED = 1.0
"""What works with a thing before what removes it."""
_SIGNED_IN = 0.9
"""What gives who calls credentials before all others."""
_INSIDE = 0.45
"""A thing before what is in it: `/zones` before `/zones/{id}/keys`; `/quotes/tags` is beside `/quotes`."""
_MADE = 0.35
"""Within one clause: what makes a thing before what reads it at the same path."""
_READ = 0.3
"""And what reads it before what changes it."""


def steps(library: Library, ranking: Ranking, operations: Sequence[Ranked]) -> list[Entry]:
    """Return the steps of a workflow in calling order; none of a single thing.

    The steps are of one API, unless the question calls several by name, or what it asks for lies in several.

    Args:
        library: Where they are.
        ranking: What was found.
        operations: The operations among it, best first.

    Raises:
        LibraryError: The library cannot be read.
    """
    meant = [one for one in operations if one.api]
    if not meant:
        one_api = ranking.one_api > _EVEN
        meant = [one for one in operations if one.entry.spec == operations[0].entry.spec or not one_api]
    found = [one for one in meant if one.step > _LIKELY and one.relevance > _RELEVANT][:STEPS]
    if len(found) < 2 or any(one.named for one in operations):
        return []
    found = [*found, *_needed(library, found, meant)]
    return in_order(library, found, ranking.asked.question.clauses)


def _needed(library: Library, found: Sequence[Ranked], others: Sequence[Ranked]) -> list[Ranked]:
    """Return what lists the things of which steps take one by its id, where no step gives that."""
    chosen = {one.entry.rowid for one in found}
    near = {one.entry.rowid: one for one in others}
    more: dict[int, Ranked] = {}
    fed: dict[tuple[int, str], list[Edge]] = defaultdict(list)
    for edge in producers(library, sorted(chosen)):
        if f"{{{edge.needs}}}" in _path(near[edge.consumer]):
            fed[edge.consumer, edge.needs].append(edge)
    for edges in fed.values():
        if chosen.union(more).isdisjoint(edge.producer for edge in edges):
            lists = (near[edge.producer] for edge in edges if edge.weight >= _GIVES and edge.producer in near)
            best = next((one for one in lists if one.step > _GIVING and "{" not in _path(one)), None)
            if best is not None:
                more[best.entry.rowid] = best
    return list(more.values())[: STEPS - len(found)]


def _path(one: Ranked) -> str:
    return one.entry.item.path if isinstance(one.entry.item, Operation) else ""


def in_order(library: Library, found: Sequence[Ranked], clauses: Sequence[str]) -> list[Entry]:
    """Return operations in the order in which they can be called, and as the clauses ask for them where both can be."""
    place = {clause: number for number, clause in enumerate(clauses)}

    def asked(one: Ranked) -> tuple[int, int, int, int]:
        operation = one.entry.item
        if not isinstance(operation, Operation):
            return (len(place), 0, 0, 0)
        clause = place.get(one.part, 0)
        return (clause, _STAGES.get(operation.method, 1), operation.path.count("{"), _spoken_of(operation, one.part))

    entries = {one.entry.rowid: one.entry for one in sorted(found, key=asked)}
    edges: list[Edge | Before] = [*producers(library, list(entries)), *_before(found)]
    return [entries[rowid] for rowid in calling_order(list(entries), edges)]


def _spoken_of(operation: Operation, clause: str) -> int:
    """Return the place of the word in a clause by which an operation's thing is called; beyond all where it is not."""
    said = [singular(word) for word in words(clause)]
    fixed = [step for step in operation.path.partition("?")[0].split("/") if step and "{" not in step]
    named = {singular(word) for step in fixed[-1:] for word in parts(step)}
    return next((number for number, word in enumerate(said) if word in named), len(said))


def _before(found: Sequence[Ranked]) -> Iterator[Before]:
    """Yield what comes before what by what operations do with which thing."""
    known = [(one.entry.rowid, one.part, one.entry.item) for one in found if isinstance(one.entry.item, Operation)]
    for first, part, one in known:
        for then, clause, other in known:
            if first != then and (weight := _surely(one, other, same=part == clause)):
                yield Before(first, then, weight)


def _surely(one: Operation, other: Operation, *, same: bool) -> float:
    """Return how surely one operation comes before another; `same` where they are of the same clause."""
    path, after = one.path.rstrip("/"), other.path.rstrip("/")
    if one.method != "DELETE" and other.method == "DELETE" and f"{path}/".startswith(f"{after}/"):
        return _REMOVED
    if signs_in(one) and not signs_in(other) and path.count("/") <= after.count("/") + 1:
        return _SIGNED_IN
    inside = after.startswith(f"{path}/" if path.endswith("}") else f"{path}/{{")
    if inside and "DELETE" not in (one.method, other.method):
        return _INSIDE
    if same and path == after:
        return {("POST", "GET"): _MADE, ("GET", "PUT"): _READ, ("GET", "PATCH"): _READ}.get(
            (one.method, other.method), 0.0
        )
    return 0.0
