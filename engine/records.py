"""What the façade gives back besides the records of the rooms behind it."""

import msgspec

from engine.library.records import OutlineRow, SpecInfo
from engine.specs.model import About, Operation, Problem


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What `Engine.add` did with one document."""

    info: SpecInfo
    changed: bool
    """False when the same document was there already."""
    problems: tuple[Problem, ...] = ()


class OperationView(msgspec.Struct, frozen=True, kw_only=True):
    """An operation with what is needed to show it."""

    spec: str
    about: About
    operation: Operation


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """A spec as a whole."""

    info: SpecInfo
    about: About
    operations: tuple[OutlineRow, ...]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a long work is."""

    done: int
    total: int
    per_s: float
    left_s: float
