"""How two versions of a workflow differ beside their inputs and outputs: what is called, in which order, and how."""

from engine.review.diff.found import Found, Spot
from engine.review.diff.values import said
from engine.specs.model import Operation
from engine.specs.workflow import Step, called


def compare_steps(old: Operation, new: Operation, found: Found, spot: Spot) -> None:
    """Add how the steps differ: as a row where the row is another one, else each step that is not what it was."""
    before, after = (each.workflow.steps if each.workflow else () for each in (old, new))
    if [_told(step) for step in before] != [_told(step) for step in after]:
        found.add("workflow-steps-changed", spot, _row(before), _row(after))
        return
    for one, other in zip(before, after, strict=True):
        if one != other:
            found.add("workflow-step-changed", spot.within(f"step {said(other.name)}"))


def _told(step: Step) -> tuple[str, str]:
    return step.name, called(step)


def _row(steps: tuple[Step, ...]) -> str:
    return said(", ".join(map(called, steps)))
