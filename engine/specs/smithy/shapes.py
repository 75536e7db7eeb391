"""The shapes of a Smithy model, with the traits and members that they have from elsewhere.

Source: https://smithy.io/2.0/spec/json-ast.html.
"""

from typing import Any, NamedTuple

from engine.specs.limits import Budget
from engine.specs.nodes import items, mapping, text

API = "smithy.api#"
"""Namespace of the prelude: simple shapes and traits."""
UNIT = f"{API}Unit"
"""What an operation takes or gives that takes or gives nothing."""
_MAX_MIXINS = 10
"""Mixins of mixins that are followed."""

Traits = dict[str, Any]


class Member(NamedTuple):
    """A member of a structure, union, list, map or enum."""

    name: str
    target: str
    """Id of its shape."""
    traits: Traits

    def trait(self, name: str) -> Any:
        """Return the value of a trait of the prelude; None where it has none."""
        return self.traits.get(API + name)


def local(shape_id: str) -> str:
    """Return the name of a shape without its namespace."""
    return shape_id.rpartition("#")[2]


class Shapes:
    """All shapes of a model by their ids.

    Args:
        tree: The decoded document.
        budget: Spent for each shape, and for each member that is asked for.

    Raises:
        SpecError: They are more than the limits allow.
    """

    def __init__(self, tree: dict[str, Any], budget: Budget) -> None:
        self._budget = budget
        self._nodes = {name: node for name, node in mapping(tree.get("shapes")).items() if isinstance(node, dict)}
        budget.spend(len(self._nodes) + 1)
        self._applied = {
            name: mapping(node.get("traits")) for name, node in self._nodes.items() if node.get("type") == "apply"
        }
        counted: dict[str, int] = {}
        for name in self._nodes:
            counted[local(name)] = counted.get(local(name), 0) + 1
        self._ambiguous = {name for name, times in counted.items() if times > 1}

    def of_type(self, kind: str) -> list[str]:
        """Return the ids of all shapes of a type, in the document's order."""
        return [name for name, node in self._nodes.items() if node.get("type") == kind]

    def node(self, shape_id: str) -> dict[str, Any]:
        """Return a shape as it stands; empty where there is none."""
        return self._nodes.get(shape_id, {})

    def name(self, shape_id: str) -> str:
        """Return the name by which a shape is kept: without its namespace, where no other has the same."""
        return shape_id.replace("#", ".") if local(shape_id) in self._ambiguous else local(shape_id)

    def traits(self, shape_id: str) -> Traits:
        """Return the traits of a shape, those of its mixins and those that are applied to it included."""
        return self._traits(shape_id, _MAX_MIXINS)

    def _traits(self, shape_id: str, left: int) -> Traits:
        self._budget.spend()
        node = self.node(shape_id)
        found: Traits = {}
        for mixin in self.targets(node.get("mixins")) if left else ():
            found |= self._traits(mixin, left - 1)
        found.pop(f"{API}mixin", None)
        return found | mapping(node.get("traits")) | self._applied.get(shape_id, {})

    def trait(self, shape_id: str, name: str) -> Any:
        """Return the value of a trait of the prelude; None where the shape has none."""
        return self.traits(shape_id).get(API + name)

    def members(self, shape_id: str) -> list[Member]:
        """Return the members of a shape, those of its mixins first."""
        return list(self._members(shape_id, _MAX_MIXINS).values())

    def _members(self, shape_id: str, left: int) -> dict[str, Member]:
        node = self.node(shape_id)
        own = dict(mapping(node.get("members")))
        own |= {key: node[key] for key in ("member", "key", "value") if key in node}
        self._budget.spend(len(own) + 1)
        found: dict[str, Member] = {}
        for mixin in self.targets(node.get("mixins")) if left else ():
            found |= self._members(mixin, left - 1)
        for name, raw in own.items():
            given = mapping(raw)
            before = found.get(name, Member(name, "", {}))
            applied = self._applied.get(f"{shape_id}${name}", {})
            traits = before.traits | mapping(given.get("traits")) | applied
            found[name] = Member(name, text(given.get("target")) or before.target, traits)
        return found

    def targets(self, raw: Any) -> list[str]:
        """Return the ids in a list of `{"target": …}`."""
        found = items(raw)
        self._budget.spend(len(found))
        return [text(mapping(each).get("target")) for each in found]
