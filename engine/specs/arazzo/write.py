"""Workflows as documents of Arazzo 1.1: the other way round than `arazzo.py` reads them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from engine.specs.workflow import ApiSource, Branch, Step, Workflow

VERSION = "1.1.0"
"""Of Arazzo, which what is written conforms to."""


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow with what a document says of it."""

    name: str
    """Its workflowId."""
    title: str
    version: str
    description: str
    inputs: Mapping[str, Mapping[str, Any]]
    """What it is given: name → JSON Schema."""
    workflow: Workflow


def document(one: Described, sources: Sequence[ApiSource]) -> dict[str, Any]:
    """Return a workflow as a document of its own.

    Args:
        one: The workflow.
        sources: The documents that its steps call, at least one.
    """
    inputs = {name: dict(schema) for name, schema in one.inputs.items()}
    given = {"type": "object", "properties": inputs, "required": [*inputs]} if inputs else None
    workflow = {
        "workflowId": one.name,
        "summary": one.title,
        "description": one.description,
        "inputs": given,
        "steps": [_step(step, sources) for step in one.workflow.steps],
        "outputs": one.workflow.outputs,
    }
    return {
        "arazzo": VERSION,
        "info": {"title": one.title, "version": one.version},
        "sourceDescriptions": [_kept({"name": each.name, "url": each.url, "type": each.type}) for each in sources],
        "workflows": [_kept(workflow)],
    }


def _step(step: Step, sources: Sequence[ApiSource]) -> dict[str, Any]:
    body = {"contentType": step.media_type, "payload": step.payload} if step.payload is not None else None
    return _kept(
        {
            "stepId": step.name,
            "description": step.description,
            **_called(step, len(sources) > 1),
            "parameters": [{"name": each.name, "in": each.location, "value": each.value} for each in step.inputs],
            "requestBody": _kept(body) if body else None,
            "successCriteria": _criteria(step.criteria),
            "onSuccess": list(map(_branch, step.on_success)),
            "onFailure": list(map(_branch, step.on_failure)),
            "outputs": step.outputs,
        }
    )


def _called(step: Step, several: bool) -> dict[str, str]:
    if step.target == "operation":
        return {"operationId": f"$sourceDescriptions.{step.source}.{step.calls}" if several else step.calls}
    method, _, path = step.calls.partition(" ")
    place = path.replace("~", "~0").replace("/", "~1")
    return {"operationPath": f"{{$sourceDescriptions.{step.source}.url}}#/paths/{place}/{method.lower()}"}


def _criteria(conditions: Iterable[str]) -> list[dict[str, str]]:
    return [{"condition": each} for each in conditions]


def _branch(one: Branch) -> dict[str, Any]:
    return _kept(
        {
            "name": one.name,
            "type": one.does,
            "stepId": one.to,
            "retryAfter": one.after_s,
            "retryLimit": one.limit,
            "criteria": _criteria(one.criteria),
        }
    )


def _kept(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return a node without what says nothing."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {}, 0)}
