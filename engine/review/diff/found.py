"""Differences as they are found, put into records."""

from collections import Counter
from typing import NamedTuple

from engine.review.diff.rules import RULES, SCHEMA_RULES
from engine.review.diff.schemas import Role
from engine.review.diff.values import Finding
from engine.review.records import Change, Level

MAX_CHANGES = 10_000
"""Changes of one level that are listed. Two versions of GitHub's API differ in some hundreds."""
MAX_OPERATIONS = 1_000
"""Operations that are listed of one change; a schema that all operations use would list them with each change."""
MAX_WHERE = 200
"""Characters of a place; one that is longer is nested too deep to be read."""


class Spot(NamedTuple):
    """Where a difference is, and whom it reaches."""

    operations: tuple[str, ...] = ()
    """Keys of the operations that it reaches."""
    where: str = ""
    pointer: str = ""
    schema: str = ""
    """Name of the shared schema that it is in."""

    def within(self, path: str) -> "Spot":
        """Return a place in this one."""
        where = " · ".join(filter(None, (self.where, path)))
        return self._replace(where=where if len(where) <= MAX_WHERE else f"{where[: MAX_WHERE // 2]}…{where[-80:]}")


class Found:
    """What has been found so far."""

    def __init__(self) -> None:
        self._changes: dict[Level, dict[Change, None]] = {level: {} for level in Level}
        self.counts = Counter[Level]()
        """Changes of each level, those that are not listed included."""
        self.reached: set[str] = set()
        """Keys of all operations that a change reaches."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes, breaking ones first."""
        return tuple(change for changes in self._changes.values() for change in changes)

    def add(self, rule: str, spot: Spot, old: str = "", new: str = "") -> None:
        """Add a difference by the id of its rule in `RULES`."""
        level, sentence = RULES[rule]
        self._add(rule, level, sentence, spot, (old, new))

    def add_in_schema(self, finding: Finding, role: Role, is_top: bool, spot: Spot) -> None:
        """Add what was found in a schema.

        Args:
            finding: It.
            role: What the schema is part of.
            is_top: True where it is the whole of it.
            spot: Where the schema is.
        """
        rule = SCHEMA_RULES[finding.kind]
        pattern = rule.sent_id if role.is_sent else rule.received_id
        name = pattern.format(
            subject=role.subject(finding.path, is_top), base=role.base, kind=finding.kind, part=finding.part
        )
        level = rule.sent if role.is_sent else rule.received
        self._add(name, level, rule.sentence, spot.within(finding.path), (finding.old, finding.new))

    def _add(self, rule: str, level: Level, sentence: str, spot: Spot, values: tuple[str, str]) -> None:
        old, new = values
        happened = sentence.format(old=old or "nothing", new=new or "nothing")
        change = Change(
            rule=rule,
            level=level,
            operation=spot.operations[0] if len(spot.operations) == 1 else "",
            schema=spot.schema,
            where=spot.where,
            old=old,
            new=new,
            pointer=spot.pointer,
            sentence=f"{spot.where}: {happened}" if spot.where else happened,
            operations=spot.operations[:MAX_OPERATIONS],
            operation_count=len(spot.operations),
        )
        same_level = self._changes[level]
        if change in same_level:
            return
        self.counts[level] += 1
        self.reached.update(spot.operations)
        if len(same_level) < MAX_CHANGES:
            same_level[change] = None
