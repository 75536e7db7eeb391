"""A document of Arazzo at work: each step is sent, and what it passes on is taken from the answer.

Only what specdeck writes is understood: parameters, a payload, and outputs by JSON pointer or header. Branches are not
followed, since a server that makes its answers up is never done.
"""

import json
import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from engine.calls.compose import call_of
from engine.calls.fitting import fitting
from engine.specs.model import Operation, Server, Spec
from scripts.bench.composed.document import source_of
from scripts.bench.composed.prism import sent

_PASSED = re.compile(r"\$steps\.([^.]+)\.outputs\.(.+)")
_GIVEN = re.compile(r"\$inputs\.(.+)")
_IN_PATH = re.compile(r".*#/paths/(.+)/(\w+)")


class Outcome(NamedTuple):
    """What became of a step."""

    step: str
    kind: str
    """`accepted`, `refused`, `failed`, or `unfed` where the answer before did not have what it was to give."""
    why: str


async def run(document: dict[str, Any], spec: Spec, address: str) -> AsyncIterator[Outcome]:
    """Send the steps of a workflow, in order, to where the document that they call is served."""
    workflow = document["workflows"][0]
    inputs = workflow.get("inputs", {}).get("properties", {})
    outputs: dict[tuple[str, str], Any] = {}
    for step in workflow["steps"]:
        operation = _called(step, spec)
        missing = [
            name
            for name in map(_PASSED.fullmatch, _texts([step.get("parameters", []), step.get("requestBody", {})]))
            if name and outputs.get((name[1], name[2])) is None
        ]
        if missing:
            yield Outcome(step["stepId"], "unfed", ", ".join(match[0] for match in missing if match))
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "FILE").write_text("file\n")
            call = _call(step, operation, spec, address, _Values(inputs, outputs))
            verdict = await sent(call, folder)
            if not missing or verdict.kind != "accepted":
                yield Outcome(step["stepId"], verdict.kind, verdict.why)
            for output, expression in step.get("outputs", {}).items():
                outputs[step["stepId"], output] = _given(expression, folder)


class _Values(NamedTuple):
    inputs: dict[str, Any]
    outputs: dict[tuple[str, str], Any]

    def of(self, value: Any) -> Any:
        """Return what stands for an expression; None for an input of which only the type is known."""
        if not isinstance(value, str):
            return value
        if match := _PASSED.fullmatch(value):
            return self.outputs.get((match[1], match[2]))
        if match := _GIVEN.fullmatch(value):
            schema = self.inputs.get(match[1], {})
            return schema.get("default", next(iter(schema.get("enum", ())), None))
        return value


def _call(step: dict[str, Any], operation: Operation, spec: Spec, address: str, values: _Values) -> Any:
    source = source_of(spec, operation)
    said = {(one["name"], one["in"]): values.of(one["value"]) for one in step.get("parameters", [])}
    parameters = []
    for one in operation.parameters:
        if (one.name, one.location) in said or one.required:
            value = said.get((one.name, one.location))
            if value is None:
                value = fitting(one.schema, source.resolve).sample.value
            parameters.append(msgspec.structs.replace(one, example=value, required=True))
        else:
            parameters.append(one)
    changed = msgspec.structs.replace(operation, servers=(Server(url=address),), parameters=tuple(parameters))
    call = call_of(msgspec.structs.replace(source, operation=changed))
    payload = step.get("requestBody", {}).get("payload")
    if call.body_kind == "json" and payload is not None:
        call = msgspec.structs.replace(call, body=_filled(payload, call.body, values))
    return call


def _filled(payload: Any, sample: Any, values: _Values) -> Any:
    """Return a payload with values for its expressions; of what nobody gave, what the composed body has."""
    if isinstance(payload, dict):
        return {
            name: _filled(value, sample.get(name) if isinstance(sample, dict) else None, values)
            for name, value in payload.items()
        }
    if isinstance(payload, list):
        return [
            _filled(value, sample[place] if isinstance(sample, list) and place < len(sample) else None, values)
            for place, value in enumerate(payload)
        ]
    value = values.of(payload)
    return sample if value is None else value


def _called(step: dict[str, Any], spec: Spec) -> Operation:
    if "operationId" in step:
        return next(one for one in spec.operations if one.operation_id == step["operationId"])
    match = _IN_PATH.fullmatch(step["operationPath"])
    key = f"{match[2].upper()} {match[1].replace('~1', '/').replace('~0', '~')}" if match else ""
    return next(one for one in spec.operations if one.key == key)


def _given(expression: str, folder: Path) -> Any:
    """Return what an answer has for an expression; None where it has not."""
    if name := expression.removeprefix("$response.header.") if ".header." in expression else "":
        lines = (folder / "headers").read_text(errors="replace").splitlines()
        pairs = (line.partition(":") for line in lines)
        return next((value.strip() for key, _, value in pairs if key.lower() == name.lower()), None)
    try:
        node = json.loads((folder / "body").read_bytes())
    except (OSError, ValueError):
        return None
    for part in expression.partition("#")[2].split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and name.isdecimal() and int(name) < len(node):
            node = node[int(name)]
        elif isinstance(node, dict):
            node = node.get(name)
        else:
            return None
    return node


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []
