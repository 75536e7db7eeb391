"""What of a spec stands together in the tree: operations by tag, else by path; many schemas by letter."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from engine import Kind, OutlineRow, SchemaRow

Entry: TypeAlias = OutlineRow | SchemaRow

MANY = 300
"""Schemas from which on they stand by their first letter: what a tree is filled with at once takes time for each."""
CROWDED = 60
"""Entries of one segment of a path from which on the next one tells them apart."""
FEW = 2
"""Least entries of a group, on the average: below, groups by path would be no shorter than the list."""
OTHER = "other"

_VERSION = re.compile(r"v?\d+([.-]\d+)*(alpha|beta)?\d*")
"""A segment that tells the version of an API: `v1`, `2.0`, `2024-01-01`."""


class Group(NamedTuple):
    """Entries that stand together: operations or webhooks of one tag, passages under one heading, schemas."""

    kind: Kind | None
    """None for schemas."""
    name: str
    """Tag, segments of a path, heading or first letter; may be empty."""


def grouped(rows: Iterable[OutlineRow]) -> dict[Group, list[OutlineRow]]:
    """Return the entries of a spec by group, in the order of the document; those of no tag last, by path."""
    groups: dict[Group, list[OutlineRow]] = {}
    for row in rows:
        groups.setdefault(Group(row.kind, row.tag), []).append(row)
    untagged = groups.pop(Group(Kind.OPERATION, ""), [])
    for name, inside in _by_path(untagged).items():
        groups.setdefault(Group(Kind.OPERATION, name), []).extend(inside)
    return groups


def by_letter(schemas: Sequence[SchemaRow]) -> dict[Group, list[SchemaRow]]:
    """Return schemas by the first letter of their names."""
    groups: dict[Group, list[SchemaRow]] = {}
    for schema in schemas:
        groups.setdefault(Group(None, schema.name[0].upper()), []).append(schema)
    return groups


def _by_path(rows: Sequence[OutlineRow]) -> dict[str, list[OutlineRow]]:
    """Return operations by the first segment of their paths that tells them apart."""
    if not rows:
        return {}
    named = _split([(_segments(row.operation), row) for row in rows], ())
    return {OTHER: list(rows)} if len(rows) < FEW * len(named) else named


def _split(rows: Sequence[tuple[list[str], OutlineRow]], before: tuple[str, ...]) -> dict[str, list[OutlineRow]]:
    """Return operations by segment, those of a crowded one by the next as well.

    Args:
        rows: With the segments of each that are left.
        before: Segments that they share and that are part of the name.
    """
    parts: dict[str, list[tuple[list[str], OutlineRow]]] = {}
    while not parts or (len(parts) == 1 and "" not in parts):  # what all have tells nothing
        rows = next(iter(parts.values()), rows)
        parts = {}
        for segments, row in rows:
            parts.setdefault(segments[0] if segments else "", []).append((segments[1:], row))
    groups: dict[str, list[OutlineRow]] = {}
    for part, inside in parts.items():
        name = (*before, part) if part else before
        if part and len(inside) > CROWDED:
            groups |= _split(inside, name)
        else:
            groups.setdefault("/".join(name) or OTHER, []).extend(row for _, row in inside)
    return groups


def _segments(key: str) -> list[str]:
    """Return the segments of a path that may tell what an operation is about: no version and no parameter."""
    path = key.partition(" ")[2].partition("?")[0]
    return [one for one in path.split("/") if one and not one.startswith(("{", ":")) and not _VERSION.fullmatch(one)]
