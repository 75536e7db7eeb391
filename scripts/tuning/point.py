"""Weights as a point: the numbers that are chosen, by their paths in weights.json."""

from typing import Any

import msgspec

from engine.search.ranking.weights import Weights

Point = dict[tuple[str | int, ...], float]
VIEWS = ("views",)
"""Path of the factor on the weights of all views."""
_CHOSEN = ("one",)
"""Beside the features; `deprecated` and `incoming` are set by hand: hardly any question asks for what is one."""
_BY_HAND = ("api",)
"""Hardly any question calls an API by its name."""
_DIGITS = 4


def point_of(weights: Weights, *, meaning: bool) -> Point:
    """Return the weights that are chosen, by their paths; `VIEWS` is the factor on those of all views."""
    tree: dict[str, Any] = msgspec.to_builtins(weights)
    fit = "with_meaning" if meaning else "by_words"
    point: Point = {(fit, "features", name): value for name, value in tree[fit]["features"].items()}
    point |= {(fit, name): tree[fit][name] for name in _CHOSEN}
    if meaning:
        point |= {("forms", n, name): value for n, form in enumerate(tree["forms"]) for name, value in form.items()}
        point |= {(name,): value for name, value in tree.items() if isinstance(value, float) and name not in _BY_HAND}
        point[VIEWS] = 1.0
    return point


def with_point(weights: Weights, point: Point) -> Weights:
    """Return weights with some of them replaced."""
    tree: Any = msgspec.to_builtins(weights)
    for path, value in point.items():
        if path == VIEWS:
            tree["views"] = [value * view for view in weights.views]
            continue
        place = tree
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    return msgspec.convert(tree, Weights)


def rounded(weights: Weights) -> Weights:
    """Return weights as they are written."""

    def short(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: short(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [short(one) for one in value]
        return round(value, _DIGITS)

    return msgspec.convert(short(msgspec.to_builtins(weights)), Weights)
