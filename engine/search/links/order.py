"""Operations in the order in which they can be called."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from engine.library.records import Edge


class Before(NamedTuple):
    """That one operation comes before another without giving it anything, told as `Edge` tells it."""

    producer: int
    consumer: int
    weight: float


def calling_order(items: Sequence[int], edges: Iterable[Edge | Before]) -> list[int]:
    """Return operations in the order in which they can be called: what feeds another one before it.

    What nothing puts in order stays as it is. A circle is broken where the edge is weakest.

    Args:
        items: Operations, told as in `edges`.
        edges: What feeds what; edges of other operations do not matter.
    """
    place = {item: number for number, item in enumerate(items)}
    before: dict[int, set[int]] = {item: set() for item in items}
    inner = [edge for edge in edges if edge.producer in place and edge.consumer in place]
    for edge in sorted(inner, key=lambda edge: (-edge.weight, place[edge.producer], place[edge.consumer])):
        if not _leads(before, edge.consumer, edge.producer):
            before[edge.consumer].add(edge.producer)
    ordered: list[int] = []
    left = list(place)
    while left:
        ready = next(item for item in left if before[item].issubset(ordered))
        ordered.append(ready)
        left.remove(ready)
    return ordered


def _leads(before: Mapping[int, Iterable[int]], first: int, last: int) -> bool:
    """Tell whether `first` is, over any number of steps, before `last`, or is the same."""
    pending, met = [last], set[int]()
    while pending:
        item = pending.pop()
        if item == first:
            return True
        if item not in met:
            met.add(item)
            pending += before[item]
    return False
