"""OpenAPI Overlay 1.0 and 1.1: a document that changes another one before it is read.

An overlay is a list of actions, each on what a JSONPath finds: merge something into it, copy another part there, or
remove it. What 1.1 says clearer than 1.0 holds for both: lists are joined, and a plain value may be a target. The
document as it was is left alone; of what changes, copies are made along the way, because an alias of YAML is one value
in many places.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from engine.errors import SpecError
from engine.specs.decode import text_of, tree_of
from engine.specs.limits import Budget, Limits
from engine.specs.locate import lines_of
from engine.specs.model import Problem
from engine.specs.nodes import items, line, mapping
from engine.specs.problems import MAX_PROBLEMS, Problems
from engine.specs.refs import PART_BYTES, escape
from engine.text import clean_line

if TYPE_CHECKING:
    from engine.specs.jsonpath import Location

_MAX_QUOTED = 200
"""Characters of a target that are quoted in a message."""
_KINDS: dict[type[Any], str] = {dict: "an object", list: "a list"}


class Action(msgspec.Struct, frozen=True):
    """One change."""

    number: int
    """From 1, as it is told."""
    line: int
    """Line in the overlay, from 1."""
    target: str
    """JSONPath of what is changed."""
    does: Literal["update", "copy", "remove", "nothing"]
    """`nothing` for what says `remove: false` and no more."""
    value: Any = None
    """What is merged in, or the JSONPath of what is copied."""


class Overlay(msgspec.Struct, frozen=True):
    """An overlay as read."""

    file: str
    """How it is called in messages."""
    extends: str
    """URI reference of the document that it is made for, where it says so."""
    actions: tuple[Action, ...]


def is_overlay(tree: Any) -> bool:
    """Tell whether a decoded document is an overlay."""
    return isinstance(tree, dict) and line(tree.get("overlay"))[:1].isdigit() and isinstance(tree.get("actions"), list)


def parse(data: bytes, file: str, limits: Limits = Limits()) -> Overlay:
    """Read an overlay in JSON or YAML.

    Args:
        data: The whole document.
        file: How it is called in messages.
        limits: How deep it may be nested.

    Raises:
        SpecError: It is no overlay, or one of its actions cannot be used; says which, and on which line.
    """
    name = clean_line(file) or "The overlay"
    noted = Problems()
    try:
        text = text_of(data, noted)
        tree = tree_of(text, limits, noted).value
    except SpecError as error:
        raise SpecError(f"{name}: {error}", hint=error.hint) from error
    except RecursionError as error:
        raise SpecError(f"{name} is nested deeper than {limits.max_depth} levels") from error
    if not is_overlay(tree):
        hint = "Give an OpenAPI Overlay with `--overlay`, and the document that it changes as PATH"
        raise SpecError(f"{name} is no overlay: `overlay`, its version, or its list of `actions` is missing", hint=hint)
    version, raw = line(tree["overlay"]), items(tree["actions"])
    if version.partition(".")[0] != "1":
        raise SpecError(f"{name} is an overlay of version {version}; 1.0 and 1.1 are known")
    if not raw:
        raise SpecError(f"{name} has no actions")
    lines = lines_of(text, [f"/actions/{index}" for index in range(len(raw))])
    actions = (
        _action(each, number, lines.get(f"/actions/{number - 1}", 0), name) for number, each in enumerate(raw, 1)
    )
    return Overlay(name, line(tree.get("extends")), tuple(actions))


def _action(raw: Any, number: int, at: int, file: str) -> Action:
    node = mapping(raw)
    target = node.get("target")
    if not isinstance(target, str):
        raise _wrong(file, Action(number, at, "", "nothing"), "it has no `target`")
    action = Action(number, at, target, "nothing")
    if node.get("remove") is True:
        return msgspec.structs.replace(action, does="remove")
    if "update" in node and "copy" in node:
        raise _wrong(file, action, "it has both `update` and `copy`")
    if "update" in node:
        return msgspec.structs.replace(action, does="update", value=node["update"])
    if isinstance(node.get("copy"), str):
        return msgspec.structs.replace(action, does="copy", value=node["copy"])
    if node.get("remove") is not False:
        raise _wrong(file, action, "it has none of `update`, `copy` and `remove`")
    return action


def _wrong(file: str, action: Action, reason: str) -> SpecError:
    place = f"{file}, line {action.line}" if action.line else file
    target = f" on {action.target[:_MAX_QUOTED]}" if action.target else ""
    hint = "Correct the overlay: https://spec.openapis.org/overlay/latest.html"
    return SpecError(f"{place}: action {action.number}{target}: {reason}", hint=hint)


def overlaid(
    tree: dict[str, Any], overlays: Sequence[Overlay], budget: Budget
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Return a document as overlays change it, one after the other, and what of them came to nothing.

    Args:
        tree: The decoded document, which stays as it is.
        overlays: In the order in which they are applied.
        budget: What is left of the limits.

    Raises:
        SpecError: An action does not fit what it finds, or makes more than the limits allow.
        RecursionError: What comes out is nested too deep.
    """
    problems: list[Problem] = []
    document = _Document(tree, budget)
    for overlay in overlays:
        for action in overlay.actions:
            try:
                is_done = document.apply(action)
            except SpecError as error:
                raise _wrong(overlay.file, action, str(error)) from error
            if not is_done and len(problems) < MAX_PROBLEMS:
                message = f"action {action.number} finds nothing at {action.target[:_MAX_QUOTED]}"
                pointer = f"/actions/{action.number - 1}"
                problems.append(Problem(pointer, clean_line(message), line=action.line, file=overlay.file))
    return document.tree, tuple(problems)


class _Document:
    """A document that changes. What is its own may be changed in place; all else is copied first."""

    def __init__(self, tree: dict[str, Any], budget: Budget) -> None:
        self.tree = tree
        self._budget = budget
        self._own: dict[int, Any] = {}
        """Collections that were made here, by their id; kept, so that no other gets the same one."""

    def apply(self, action: Action) -> bool:
        """Do what an action says; return False where its target is nowhere."""
        self._budget.check_time()
        places = self._located(action.target)
        match action.does:
            case "remove":
                self._remove(places)
            case "update":
                self._merge(places, action.value)
            case "copy":
                value = self._only(action.value)
                self._own.clear()  # it will stand in several places, and a change of one must not change the others
                self._merge(places, value)
        return bool(places)

    def _located(self, query: str) -> "list[Location]":
        from engine.specs.jsonpath import located  # which documents without overlays do not need

        # A budget of its own: twenty queries over a large document are no more than its reader can bear.
        return located(query, self.tree, Budget(self._budget.limits))

    def _only(self, query: str) -> Any:
        found = self._located(query)
        if len(found) != 1:
            raise SpecError(f"what it copies, {query[:_MAX_QUOTED]}, is found {len(found):,} times, not once")
        return _at(self.tree, found[0])

    def _remove(self, places: "list[Location]") -> None:
        if () in places:
            raise SpecError("it removes the whole document")
        # What is deeper, or further behind in a list, goes first, so that the other places stay what they are.
        for place in sorted(places, key=_order, reverse=True):
            self._budget.spend()
            del self._owned(place[:-1])[place[-1]]

    def _merge(self, places: "list[Location]", value: Any) -> None:
        if len({_kind(_at(self.tree, place)) for place in places}) > 1:
            raise SpecError("its target finds things of several kinds, to which one value cannot fit")
        for place in places:
            self._spend_on(value, len(place))
            old = _at(self.tree, place)
            if isinstance(old, list) and not isinstance(value, list):
                self._owned(place).append(value)
            elif isinstance(old, dict | list):
                self._merge_into(place, value)
            else:
                self._owned(place[:-1])[place[-1]] = _fitting(old, value, place)

    def _merge_into(self, place: "Location", value: Any) -> None:
        """Merge an object or a list into one of the same kind."""
        if isinstance(value, list) and isinstance(_at(self.tree, place), list):
            self._owned(place).extend(value)
            return
        owned = self._owned(place)
        if not isinstance(value, dict) or not isinstance(owned, dict):
            raise _unfit(owned, value, place)
        for key, new in value.items():
            inner = (*place, key)
            if key not in owned:
                owned[key] = new
            elif not isinstance(owned[key], dict | list):
                owned[key] = _fitting(owned[key], new, inner)
            elif new is not None:  # `components:` in YAML, and nothing behind it
                self._merge_into(inner, new)

    def _owned(self, place: "Location") -> Any:
        """Return the collection at a place, after it was copied with all around it that is not the document's own."""
        if id(self.tree) not in self._own:
            self.tree = self._copied(self.tree)
        found: Any = self.tree
        for key in place:
            if id(found[key]) not in self._own:
                found[key] = self._copied(found[key])
            found = found[key]
        return found

    def _copied(self, value: Any) -> Any:
        self._budget.spend(1 + len(value) // PART_BYTES)
        copy = value.copy()
        self._own[id(copy)] = copy
        return copy

    def _spend_on(self, value: Any, depth: int) -> None:
        """Spend for a value that comes in at a depth, as often as it comes in.

        Raises:
            RecursionError: It would be nested too deep.
        """
        pending = [(value, depth)]
        while pending:
            part, depth = pending.pop()
            self._budget.spend(1 + (len(part) // PART_BYTES if isinstance(part, str) else 0))
            if depth > self._budget.limits.max_depth:
                raise RecursionError
            children = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
            pending += [(child, depth + 1) for child in children]


def _at(tree: Any, place: "Location") -> Any:
    for key in place:
        tree = tree[key]
    return tree


def _order(place: "Location") -> tuple[tuple[int, str], ...]:
    """Return by what places are sorted: in one collection all keys are texts, or all are indexes."""
    return tuple((key, "") if isinstance(key, int) else (0, key) for key in place)


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "a plain value")


def _fitting(old: Any, new: Any, place: "Location") -> Any:
    """Return the value that replaces a plain one. Null, which YAML writes as nothing, gives way to anything."""
    if old is not None and isinstance(new, dict | list):
        raise _unfit(old, new, place)
    return new


def _unfit(old: Any, new: Any, place: "Location") -> SpecError:
    pointer = "".join(f"/{escape(str(key))}" for key in place)
    return SpecError(f"it would merge {_kind(new)} into {_kind(old)} at #{pointer}")
