"""What the façade gives back besides the records of the rooms behind it."""

from typing import NamedTuple

import msgspec

from engine.answer.records import StepFact
from engine.errors import SpecdeckError
from engine.library.records import Linked, OldVersion, OutlineRow, SpecInfo
from engine.specs.model import About, Operation, Passage, Problem, Schema


class Listed(NamedTuple):
    """How many documents there are; each gives one `Added`, `Skipped` or `Refused`."""

    documents: int


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What was done with one document."""

    info: SpecInfo
    changed: bool
    """False when the same document was there already."""
    problems: tuple[Problem, ...] = ()


class Skipped(NamedTuple):
    """A file of a folder that is a part of another document."""

    source: str


class Refused(NamedTuple):
    """A document that could not be read; the library is as it was."""

    source: str
    error: SpecdeckError


Adding = Listed | Added | Skipped | Refused


class OperationView(msgspec.Struct, frozen=True, kw_only=True):
    """An operation with what is needed to show it."""

    spec: str
    about: About
    operation: Operation
    referred: dict[str, Schema] = {}
    """JSON pointer → schema that it refers to, as deep as was asked for."""
    needs: tuple[Linked, ...] = ()
    """Operations that give what it takes: by input, the best first. Found by code, and not said by the specification
    but where `how` is `link`."""
    feeds: tuple[Linked, ...] = ()
    """Operations that take what it gives, the likeliest first; at most `engine.doors.views.MAX_FEEDS`."""
    fed: int = 0
    """How many there are of these."""
    steps: tuple[StepFact, ...] = ()
    """Of a workflow: its calls in order."""


class SchemaView(msgspec.Struct, frozen=True, kw_only=True):
    """A schema or type with those that it refers to."""

    spec: str
    pointer: str
    schema: Schema
    referred: dict[str, Schema]
    """JSON pointer → schema, as deep as was asked for."""


class PassageView(msgspec.Struct, frozen=True, kw_only=True):
    """A passage of a guide."""

    spec: str
    passage: Passage


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """A spec as a whole."""

    info: SpecInfo
    about: About
    operations: tuple[OutlineRow, ...]
    problems: tuple[Problem, ...] = ()
    versions: tuple[OldVersion, ...] = ()


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a long work is."""

    done: int
    total: int
    per_s: float
    left_s: float
