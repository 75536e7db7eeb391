"""What a workflow is made of: the part of the vocabulary that `Operation.workflow` holds.

Values may be expressions, as Arazzo writes them: `$inputs.name`, `$steps.login.outputs.token`, `$response.body#/id`.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Target = Literal["operation", "key", "channel", "workflow"]
"""How a step tells what it calls: by an operationId, by method and path, by a channel, or by a workflowId."""


class Passed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A value that goes into a call."""

    name: str
    """Of a parameter or an input; of a part of a body its JSON pointer, or an XPath."""
    location: str = ""
    """`path`, `query`, `header`, `cookie`; empty for the input of a workflow, and for a part of a body."""
    value: Any = None
    """A constant, or an expression."""


class Branch(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a workflow goes on after a step, instead of with the next one."""

    name: str
    does: str
    """`end`, `goto` or `retry`."""
    to: str = ""
    """stepId or workflowId."""
    after_s: float = 0.0
    """Seconds before the step is tried again."""
    limit: int = 0
    """How often it is tried again; 0 where that is not said."""
    criteria: tuple[str, ...] = ()
    """All must hold."""


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One call of a workflow."""

    name: str
    """Its stepId."""
    calls: str
    """What is called, as `target` says: `listPets`, `GET /pets`, the name of a channel, a workflowId."""
    target: Target
    source: str = ""
    """Name in `About.sources` of the document that has it; empty where the workflow's own document does not say, or has
    it itself."""
    description: str = ""
    action: str = ""
    """Of a channel: `send` or `receive`."""
    inputs: tuple[Passed, ...] = ()
    """What is set, that of the whole workflow included."""
    media_type: str = ""
    payload: Any = None
    """The body."""
    replaced: tuple[Passed, ...] = ()
    """Parts of the body that are set afterwards."""
    criteria: tuple[str, ...] = ()
    """When it has succeeded; all must hold."""
    outputs: dict[str, str] = {}
    """Name → expression of what it gives to the steps after it."""
    on_success: tuple[Branch, ...] = ()
    on_failure: tuple[Branch, ...] = ()
    depends_on: tuple[str, ...] = ()
    """Steps that must be done before it, where that is said."""
    timeout_ms: int = 0
    correlation: str = ""
    """Expression of what tells that a message is the answer that is waited for."""


class Workflow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is called one after the other. Its inputs are the parameters of the operation that holds it."""

    steps: tuple[Step, ...]
    outputs: dict[str, str] = {}
    """Name → expression."""
    depends_on: tuple[str, ...] = ()
    """Workflows that must be done before it."""


class ApiSource(msgspec.Struct, frozen=True, omit_defaults=True):
    """A document whose operations or workflows are called."""

    name: str
    url: str
    """Address, or path from the document that names it."""
    type: str = ""
    """`openapi`, `asyncapi` or `arazzo`, where it is said."""


def called(step: Step) -> str:
    """Return what a step calls as it is read: `listPets of petStore`, `GET /pets`, `the workflow place-order`."""
    what = f"the workflow {step.calls}" if step.target == "workflow" else step.calls
    if step.action:  # of a message
        what = f"{step.action.upper()} {what}"
    return f"{what or 'nothing'} of {step.source}" if step.source else what or "nothing"
