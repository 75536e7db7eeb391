"""What was added, removed, deprecated or changed since a version, or between two specs."""

from collections import defaultdict

import msgspec

from engine.answer.whole.records import MOST, WholeFacts, WholeRow
from engine.answer.whole.scope import Scope
from engine.english.conditions import Change
from engine.library.store import Library
from engine.search.filters.facets import Count
from engine.specs.describe import first_sentence
from engine.specs.model import Operation, Spec
from engine.specs.walk import references, schemas_of

_ORDER = ("added", "removed", "deprecated", "changed")


def changes(scope: Scope, asked: Change, asks: str) -> WholeFacts:
    """Return what changed, or why that cannot be told.

    Raises:
        LibraryError: The library cannot be read.
    """
    library, names = scope.library, [one.name for one in scope.named]
    told = {name.lower(): name for name in names}
    if len(told) == 2 and asked.old.lower() in told:
        left = told.pop(asked.old.lower())
        right = next(iter(told.values()))
        return _told(library.spec(left), library.spec(right), asked, asks, (left, right, right))
    if len(names) != 1:
        names = [name for name in names if library.versions(name)]
    if len(names) != 1:
        return _cannot("Several APIs could be meant: name one of them" if names else "No API here has an older version")
    name = names[0]
    old_number = _number(library, name, asked.old)
    if old_number is None:
        known = ", ".join(f"{one.number} ({one.version})" for one in library.versions(name))
        return _cannot(
            f"{name} has no version {asked.old or 'before this one'} here" + (f"; there is {known}" if known else "")
        )
    new_number = _number(library, name, asked.new) if asked.new else None
    old, new = library.spec(name, old_number), library.spec(name, new_number)
    return _told(old, new, asked, asks, (f"{name}@{old_number}", f"{name}@{new_number}" if new_number else name, name))


def _number(library: Library, name: str, version: str) -> int | None:
    """Return the number of an old version; of the last one where none is named."""
    versions = library.versions(name)
    if not version:
        return versions[-1].number if versions else None
    wanted = version.lower().removeprefix("v")
    called = [one.number for one in versions if one.version.lower().removeprefix("v") == wanted]
    numbered = [one.number for one in versions if str(one.number) == wanted]
    return next(iter((*called[::-1], *numbered)), None)


def _told(old: Spec, new: Spec, asked: Change, asks: str, names: tuple[str, str, str]) -> WholeFacts:
    before, after = _operations(old), _operations(new)
    altered = _altered(old, new)
    kinds = {
        key: found
        for key in dict.fromkeys((*after, *before))
        if (found := _kinds(before.get(key), after.get(key), altered)) and (not asked.what or asked.what in found)
    }
    rows = [
        WholeRow(
            key,
            names[2],
            f"{names[2]}:{key}" if key in after else "",
            first_sentence((one := after.get(key) or before[key]).summary or one.description),
            deprecated=one.deprecated,
            change=" and ".join(found),
        )
        for key, found in sorted(kinds.items(), key=lambda pair: _ORDER.index(pair[1][0]))
    ]
    counts = [Count(kind, sum(kind in found for found in kinds.values())) for kind in _ORDER]
    said = asked.what or "added, removed, deprecated or changed"
    versions = f"from {names[0]} ({old.about.version}) to {names[1]} ({new.about.version})"
    return WholeFacts(
        understood=f"operations that were {said} {versions}",
        things="operations",
        total=len(rows),
        among=len(after),
        rows=tuple(rows[:MOST]),
        groups=tuple(one for one in counts if one.count) if not asked.what else (),
        grouped="" if asked.what else "change",
        notes=(f"What it means for a client: `specdeck diff {names[0]} {names[1]}`",),
        asks=asks,
    )


def _operations(spec: Spec) -> dict[str, Operation]:
    return {one.key: one for one in spec.operations}


def _kinds(old: Operation | None, new: Operation | None, altered: set[str]) -> tuple[str, ...]:
    """Return what became of an operation, in the order of `_ORDER`.

    Args:
        old: As it was.
        new: As it is.
        altered: Pointers of the schemas that are not what they were.
    """
    if old is None or new is None:
        return ("added",) if old is None else ("removed",)
    found = ["deprecated"] if new.deprecated and not old.deprecated else []
    if found:
        old = msgspec.structs.replace(old, deprecated=True, deprecation=new.deprecation)
    if old != new or not altered.isdisjoint(_referred(new)):
        found.append("changed")
    return tuple(found)


def _referred(operation: Operation) -> set[str]:
    """Return the schemas that an operation refers to right in it and in its callbacks."""
    own = {pointer for schema in schemas_of(operation) for pointer in references(schema)}
    return own.union(*map(_referred, operation.callbacks))


def _altered(old: Spec, new: Spec) -> set[str]:
    """Return the pointers of schemas that differ, or lead to one that does."""
    users: defaultdict[str, list[str]] = defaultdict(list)
    for pointer, schema in new.schemas.items():
        for referred in references(schema):
            users[referred].append(pointer)
    pending = [one for one in old.schemas.keys() | new.schemas.keys() if old.schemas.get(one) != new.schemas.get(one)]
    altered = set(pending)
    while pending:
        further = set(users[pending.pop()]) - altered
        altered |= further
        pending += further
    return altered


def _cannot(why: str) -> WholeFacts:
    return WholeFacts(understood="what changed", things="operations", cannot=why)
