"""The steps of a workflow as rows of a tree: what each calls, what goes in and what it passes on."""

from collections.abc import Sequence

from engine import StepFact
from tui.app.views.row import Row


def step_section(steps: Sequence[StepFact]) -> Row:
    """Return the section of the steps, which has no rows where an operation is no workflow."""
    return Row("Steps", note=str(len(steps)), rows=tuple(map(_step, steps)))


def _step(step: StepFact) -> Row:
    said = f"Enter opens {step.ref}." if step.ref else f"The library does not have {step.calls}."
    parts = {"takes": step.takes, "holds": step.holds, "gives": step.gives, "then": step.then}
    return Row(
        f"{step.number}. {step.name}",
        type=f"→ {step.calls}",
        note=step.description,
        text=f"{step.description}\n\n{said}" if step.description else said,
        rows=tuple(Row(name, note=line) for name, lines in parts.items() for line in lines),
        ref=step.ref,
    )
