"""Schemas that are completed by others: `$dynamicRef` (JSON Schema 2020-12 core, 8.2.3.2).

A `$dynamicRef` leads to the outermost schema on the way to it that has the `$dynamicAnchor` it names. Which one that is
depends on who refers to the schema around it, so each schema that refers to another one and has such an anchor itself,
or among its `$defs`, gets a copy of that one, in which the references lead where they do on this way.
"""

from typing import Any

from engine.specs.limits import Budget
from engine.specs.nodes import mapping
from engine.specs.refs import escape, local_pointer, lookup, weight

_NAMES_IT = frozenset(("$id", "$schema", "$anchor", "$dynamicAnchor", "$defs", "$comment"))
"""Keywords of a schema that say nothing of a value; a copy of it goes without them."""


def bind(tree: Any, holders: list[tuple[dict[str, Any], str]], names: dict[str, str], budget: Budget) -> None:
    """Give each schema that completes another one a copy of it.

    Args:
        tree: The whole document, whose references are local ones; it is changed.
        holders: Schemas with a `$ref` and a `$dynamicAnchor`, or such anchors in `$defs`, and their JSON pointers.
        names: JSON pointer of each schema with a `$dynamicRef` → the name that it asks for.
        budget: Spent for what is copied.

    Raises:
        SpecError: The copies are more than the limits allow.
    """
    for holder, pointer in holders:
        given = _given(holder, pointer)
        target = local_pointer(holder["$ref"])
        try:
            found = lookup(tree, target) if target else None
        except LookupError:
            continue
        if isinstance(found, dict) and found is not holder:
            budget.spend(weight(found) + 1)
            copy, is_bound = _bound(found, target or "", given, names)
            if is_bound:
                del holder["$ref"]
                copy = {key: value for key, value in copy.items() if key not in _NAMES_IT}
                if copy.keys().isdisjoint(holder):
                    holder.update(copy)
                else:
                    holder["allOf"] = [copy, *holder.get("allOf", [])]


def _given(holder: dict[str, Any], pointer: str) -> dict[str, str]:
    """Return the names that a schema gives to what it refers to, and the JSON pointers that have them."""
    found = {
        name: f"{pointer}/$defs/{escape(key)}"
        for key, inner in mapping(holder.get("$defs")).items()
        if isinstance(name := mapping(inner).get("$dynamicAnchor"), str)
    }
    own = holder.get("$dynamicAnchor")
    return {**found, own: pointer} if isinstance(own, str) else found


def _bound(value: Any, pointer: str, given: dict[str, str], names: dict[str, str]) -> tuple[Any, bool]:
    """Return a copy of a value whose dynamic references lead to what is given, and whether it has any."""
    if isinstance(value, list):
        items = [_bound(item, f"{pointer}/{index}", given, names) for index, item in enumerate(value)]
        return [item for item, _ in items], any(is_bound for _, is_bound in items)
    if not isinstance(value, dict):
        return value, False
    if target := given.get(names.get(pointer, "")):
        rest = {key: item for key, item in value.items() if key != "$dynamicRef"}
        return {**rest, "$ref": f"#{target.replace('%', '%25')}"}, True
    copied = {key: _bound(item, f"{pointer}/{escape(key)}", given, names) for key, item in value.items()}
    return {key: item for key, (item, _) in copied.items()}, any(is_bound for _, is_bound in copied.values())
