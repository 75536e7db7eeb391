"""The steps of a workflow with what they pass on, as the record that documents of workflows are read to."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.answer.workflow.records import Pass, Repeat
from engine.calls.records import Call
from engine.calls.source import Source
from engine.secrets.names import is_secret_name
from engine.specs.describe import merged, summary_of
from engine.specs.model import Operation, Parameter, Schema
from engine.specs.workflow import Branch, Passed, Step, Workflow

_RETRY_S, _RETRIES = 2.0, 30
"""Seconds between two looks at what is not done, and how many: a minute, after which a person looks."""
_NO_NAME = re.compile(r"[^A-Za-z0-9_-]+")
_PLAIN = ("string", "integer", "number", "boolean", "array", "object")
_IN_ARAZZO = ("path", "query", "header", "cookie")
_KNOWN = ("example", "default", "enum")
"""Origins of values that are offered as defaults: the document has them."""
_MADE_UP = ("placeholder", "type")


class Composer:
    """Composes one workflow.

    Args:
        steps: What is called, in calling order, with the call as it was composed.
        passes: What they pass on.
        repeats: Which are called again.
        names: Name of the document of each spec.
    """

    def __init__(
        self,
        steps: Sequence[tuple[Source, Call]],
        passes: Sequence[Pass],
        repeats: Sequence[Repeat],
        names: Mapping[str, str],
    ) -> None:
        self._steps = steps
        self._passes = passes
        self._repeats = {one.step: one for one in repeats}
        self._sources = names
        self._ids = _ids([source for source, _ in steps])
        self._outputs: list[dict[str, str]] = [{} for _ in steps]
        self.inputs: dict[str, dict[str, Any]] = {}
        """What the workflow is given: name → JSON Schema. Complete once `workflow` was called."""
        self._known: dict[tuple[str, str], str] = {}

    def workflow(self) -> Workflow:
        """Return the workflow."""
        fed: list[dict[tuple[str, str], str]] = [{} for _ in self._steps]
        for one in self._passes:
            value = f"$steps.{self._ids[one.giver - 1]}.outputs.{self._output(one.giver, one.needs, one.gives)}"
            fed[one.taker - 1][one.needs, one.location] = value
        for number, again in self._repeats.items():
            if again.takes:
                name = self._output(number, again.takes, again.field)
                fed[number - 1][again.takes, "query"] = f"$steps.{self._ids[number - 1]}.outputs.{name}"
        made = [self._step(number, fed[number - 1]) for number in range(1, len(self._steps) + 1)]
        last = self._ids[-1]
        return Workflow(
            steps=tuple(made), outputs={name: f"$steps.{last}.outputs.{name}" for name in self._outputs[-1]}
        )

    def _output(self, giver: int, needs: str, expression: str) -> str:
        """Return the name by which a step gives what an expression stands for."""
        outputs = self._outputs[giver - 1]
        known = next((name for name, value in outputs.items() if value == expression), "")
        name = known or free(_slug(needs), outputs)
        outputs[name] = expression
        return name

    def _step(self, number: int, fed: Mapping[tuple[str, str], str]) -> Step:
        source, call = self._steps[number - 1]
        operation = source.operation
        repeat = self._repeats.get(number)
        own = self._ids[number - 1]
        paged = repeat is not None and repeat.why == "paging"
        polled = repeat is not None and repeat.why == "polling"
        outputs = self._outputs[number - 1]
        if number == len(self._steps) and not outputs and _answers(operation):
            outputs["result"] = "$response.body"
        return Step(
            name=own,
            calls=operation.operation_id or operation.key,
            target="operation" if operation.operation_id else "key",
            source=self._sources[source.spec],
            description=summary_of(operation),
            inputs=tuple(self._inputs(own, source, call, fed)),
            media_type=call.media_types[0] if call.media_types and call.body is not None else "",
            payload=self._payload(own, source, call, fed),
            criteria=tuple(filter(None, [_succeeded(operation), repeat.until if repeat and polled else ""])),
            outputs=outputs,
            on_success=(Branch("next-page", "goto", own, criteria=(repeat.going,)),) if repeat and paged else (),
            on_failure=(Branch("not-done", "retry", own, _RETRY_S, _RETRIES, (repeat.going,)),)
            if repeat and polled
            else (),
        )

    def _inputs(self, own: str, source: Source, call: Call, fed: Mapping[tuple[str, str], str]) -> list[Passed]:
        found = []
        declared = {(one.name, one.location) for one in source.operation.parameters}
        sent: dict[str, Mapping[str, Any]] = {"path": call.path, "query": call.query, "header": call.headers}
        cookies = (pair.partition("=") for pair in call.headers.get("Cookie", "").split("; "))
        sent["cookie"] = {name: value for name, _, value in cookies}
        for one in source.operation.parameters:
            if one.location not in _IN_ARAZZO:
                continue
            origin = call.sources.get(f"{one.location}.{one.name}", call.sources.get(one.name, "placeholder"))
            sample = sent[one.location].get(one.name)
            said = sample is not None and (one.location == "query" or origin == "question")
            if value := fed.get((one.name, one.location)):
                found.append(Passed(one.name, one.location, value))
            elif one.required or one.location == "path" or said:
                if origin in (*_KNOWN, *_MADE_UP):
                    offered = sample if origin in _KNOWN else None
                    value = self._input(own, one.name, _site(source.operation, one), one.schema, source, offered)
                found.append(Passed(one.name, one.location, value or sample))
        beyond = ((key, value) for key, value in fed.items() if key[1] == "header" and key not in declared)
        return [*found, *(Passed(name, "header", value) for (name, _), value in beyond)]

    def _input(self, own: str, name: str, site: str, schema: Schema, source: Source, offered: Any) -> str:
        """Return the input of the workflow from which a step takes a value; steps share what is of the same thing.

        What has no site is of the same thing where the same is asked of it.
        """
        made = _schema(schema, source, offered)
        site = site or repr({word: said for word, said in made.items() if word != "description"})
        if (name, site) not in self._known:
            plain = _slug(name)
            unused = plain if plain not in self.inputs else free(f"{own}-{plain}", self.inputs)
            self._known[name, site] = unused
            self.inputs[unused] = made
        return f"$inputs.{self._known[name, site]}"

    def _payload(self, own: str, source: Source, call: Call, fed: Mapping[tuple[str, str], str]) -> Any:
        body = call.body
        if isinstance(body, dict) and source.operation.body is not None:
            schemas = [merged(one.schema, source.resolve) for one in source.operation.body.content[:1]]
            properties = schemas[0].properties if schemas else {}
            body = dict(body)
            for name, value in body.items():
                origin = call.sources.get(f"body.{name}", call.sources.get(name))
                unknown = origin in _MADE_UP or is_secret_name(name)
                if unknown and name in properties and not isinstance(value, dict | list):
                    body[name] = self._input(own, name, own, properties[name], source, None)
            for (name, location), value in fed.items():
                if location == "body":
                    several = name in properties and merged(properties[name], source.resolve).type == "array"
                    _put(body, f"{name}[]" if several else name, value)
        return body


def _put(body: dict[str, Any], name: str, value: str) -> None:
    """Set the field at a dotted name; `[]` is the first of a list. What is not there is made."""
    steps = name.replace("[]", ".[]").split(".")
    node: Any = body
    for step, following in zip(steps, [*steps[1:], ""], strict=True):
        fresh: Any = value if not following else [] if following == "[]" else {}
        if step == "[]" and isinstance(node, list):
            if not node or not following or not isinstance(node[0], type(fresh)):
                node[:1] = [fresh]
            node = node[0]
        elif isinstance(node, dict):
            if not following or not isinstance(node.get(step), type(fresh)):
                node[step] = fresh
            node = node[step]
        else:
            return


def _site(operation: Operation, one: Parameter) -> str:
    """Return what a parameter of a path follows: `{id}` of `/books/{id}` is another than of `/loans/{id}`."""
    return operation.path.partition(f"{{{one.name}}}")[0] if one.location == "path" else ""


def _schema(schema: Schema, source: Source, offered: Any) -> dict[str, Any]:
    """Return what is asked of an input, as JSON Schema."""
    node = merged(schema, source.resolve)
    made: dict[str, Any] = {"type": node.type if node.type in _PLAIN else "string"}
    said = {"description": node.description or schema.description, "format": node.format}
    made |= {word: value for word, value in said.items() if value}
    if node.enum:
        made["enum"] = list(node.enum)
    if offered is not None:
        made["default"] = offered if node.type not in ("integer", "number") else _number(offered)
    return made


def _number(value: Any) -> Any:
    try:
        return int(value) if str(value).lstrip("-").isdecimal() else float(value)
    except (TypeError, ValueError):
        return value


def _succeeded(operation: Operation) -> str:
    """Return when a call has succeeded: by the one status that is said, or any of success."""
    statuses = [one.status for one in operation.responses if one.status.startswith("2")]
    if len(statuses) == 1 and statuses[0].isdecimal():
        return f"$statusCode == {statuses[0]}"
    return "$statusCode >= 200 && $statusCode < 300"


def _answers(operation: Operation) -> bool:
    return any(one.content for one in operation.responses if one.status.startswith("2"))


def _ids(steps: Sequence[Source]) -> list[str]:
    found: dict[str, None] = {}
    for source in steps:
        operation = source.operation
        found[free(_slug(operation.operation_id or f"{operation.method.lower()} {operation.path}"), found)] = None
    return list(found)


def _slug(name: str) -> str:
    return _NO_NAME.sub("-", name).strip("-") or "value"


def free(name: str, taken: Mapping[str, Any]) -> str:
    """Return a name that is not taken, with a number where it is."""
    number = 2
    found = name
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found
