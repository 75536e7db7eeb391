"""Which operations a shared schema reaches: sets that travel along references, circles included."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from engine.specs.limits import Budget

NodeT = TypeVar("NodeT", bound=Hashable)


def reach(roots: dict[NodeT, int], children: Callable[[NodeT], Iterable[NodeT]], budget: Budget) -> dict[NodeT, int]:
    """Return for each node the operations that reach it.

    An operation is a bit of an integer, so that a thousand of them travel in one step. Nodes are visited in reverse
    postorder, as in data-flow analysis: without circles one round is enough, with them a few.

    Args:
        roots: Node that operations refer to → those operations.
        children: Gives the nodes that a node refers to.
        budget: What is left of the limits.

    Raises:
        SpecError: It is more than the limits allow.
    """
    edges = {node: tuple(children(node)) for node in _postorder(roots, children, budget)}
    order = list(reversed(edges))
    sets = dict.fromkeys(order, 0) | roots
    changed = True
    while changed:
        changed = False
        for node in order:
            budget.spend()
            mine = sets[node]
            for child in edges[node]:
                if sets[child] | mine != sets[child]:
                    sets[child] |= mine
                    changed = True
    return sets


def _postorder(roots: Iterable[NodeT], children: Callable[[NodeT], Iterable[NodeT]], budget: Budget) -> list[NodeT]:
    """Return all nodes that the roots lead to, each after those that it leads to, apart from circles."""
    order: list[NodeT] = []
    met: set[NodeT] = set()
    for root in roots:
        if root in met:
            continue
        met.add(root)
        pending = [(root, iter(children(root)))]
        while pending:
            budget.spend()
            node, rest = pending[-1]
            for child in rest:
                if child not in met:
                    met.add(child)
                    pending.append((child, iter(children(child))))
                    break
            else:
                order.append(node)
                pending.pop()
    return order


def members(mask: int) -> list[int]:
    """Return which bits of an integer are set, the lowest first."""
    digits = f"{mask:b}"[::-1]
    found = []
    position = digits.find("1")
    while position >= 0:
        found.append(position)
        position = digits.find("1", position + 1)
    return found
