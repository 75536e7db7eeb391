"""A value that fits a schema: built, judged by a validator of JSON Schema, and built otherwise where it refuses."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from engine.calls.build import EMPTY, MAX_VALUES, Builder, State
from engine.calls.judge import Fault, faults
from engine.calls.records import Fields
from engine.calls.said import NOTHING_SAID
from engine.calls.sample import Sample
from engine.specs.describe import Resolve
from engine.specs.model import Schema

_TRIES = 64
"""Samples that are judged of one schema; a real one that can be met is met within a few."""
_MAX_BUILT = 6_000
"""Values in all samples of one schema: what is refused though it is as large as may be stays a sketch."""


class Judged(NamedTuple):
    """A sample, and what the validator has against the best that could be built."""

    sample: Sample
    sketch: str = ""
    """Empty for a sample that is valid."""


def fitting(
    schema: Schema,
    resolve: Resolve,
    *,
    hints: str = "",
    incoming: bool = False,
    fields: Fields = "few",
    said: Mapping[str, Any] = NOTHING_SAID,
) -> Judged:
    """Return a value for a schema that its own validator accepts, or the best one with what speaks against it.

    Args:
        schema: The schema.
        resolve: Gives the schema at a JSON pointer.
        hints: A text whose words tell which optional fields matter: the summary of the operation.
        incoming: True where the API sends it, so that `writeOnly` is what is left out, not `readOnly`.
        fields: Which fields objects get.
        said: Values that the user has for fields, those of nested ones in objects of their own.
    """
    builder = Builder(resolve, hints=hints, incoming=incoming, fields=fields, said=said)
    tried: list[tuple[Sample, list[Fault], State]] = []
    for _ in range(_TRIES):
        state = builder.state
        sample = builder.sample(schema)
        if builder.cut:  # To judge what is not whole would take seconds, and another would be cut, too.
            return Judged(sample, f"it has more than {MAX_VALUES:,} values, which is as many as are made up")
        found = faults(schema, sample.value, resolve, incoming=incoming)
        if not found:
            return Judged(sample)
        tried.append((sample, found, state))
        if not builder.otherwise(found) or builder.built > _MAX_BUILT:
            break
    best = min(tried, key=lambda one: len(one[1]))
    for _, against, state in (best, tried[-1]):  # Optional fields for which there is no valid value are left out.
        builder.back_to(state)
        sample, found = builder.sample(schema), against
        while found and builder.built <= _MAX_BUILT and builder.leave_out(found):
            sample = builder.sample(schema)
            found = faults(schema, sample.value, resolve, incoming=incoming)
        if not found and sample.value not in EMPTY:  # An empty body says nothing, and the sketch of one does.
            return Judged(sample)
    return Judged(best[0], best[1][0].sentence)
