"""The steps of a workflow: what each calls, what it is given, what it gives, and where it goes on.

Parameters and actions that are shared among workflows are referred to by an expression (`$components.parameters.page`),
and those of a whole workflow count in each step that has no such one itself.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar
from urllib.parse import unquote

import msgspec

from engine.specs.arazzo.values import without_secrets
from engine.specs.limits import Budget
from engine.specs.nodes import items, line, mapping, text
from engine.specs.problems import Problems
from engine.specs.refs import unescape, weight
from engine.specs.workflow import ApiSource, Branch, Passed, Step, Target

_Shared = TypeVar("_Shared", bound=Passed | Branch)
_IN_SOURCE = re.compile(r"\{?\$sourceDescriptions\.([^.#}]+)(?:\.([^#}]*))?\}?")
"""`$sourceDescriptions.petStore.listPets`, `{$sourceDescriptions.petStore.url}`; braces may be around either."""
_SHARED = re.compile(r"\$components\.(\w+)\.(.+)")
_MAX_RETRIES = 2**31 - 1
"""More than anybody means, and what every record and every reader of JSON holds."""


class StepReader:
    """Reads the steps of all workflows of a document.

    Args:
        tree: The document.
        sources: The documents that it names.
        problem: Called with pointer and message for each part that cannot be read.
        budget: What is left of the limits.
    """

    def __init__(self, tree: dict[str, Any], sources: Iterable[ApiSource], problem: Problems, budget: Budget) -> None:
        self._components = mapping(tree.get("components"))
        self._sources = {source.name: source for source in sources}
        self._problem = problem
        self._budget = budget

    def steps(self, workflow: dict[str, Any], pointer: str) -> Iterator[Step]:
        """Yield the steps of a workflow, in the order of the document, each name once."""
        raw = items(workflow.get("steps"))
        if not raw:
            self._problem(pointer, "has no steps")
        common = [*self._passed(workflow.get("parameters"), f"{pointer}/parameters")]
        success = self._branches(workflow.get("successActions"), "successActions", f"{pointer}/successActions")
        failure = self._branches(workflow.get("failureActions"), "failureActions", f"{pointer}/failureActions")
        each_time = 1 + len(common) + len(success) + len(failure) + weight([common, success, failure])
        names: set[str] = set()
        for index, node in enumerate(raw):
            here = f"{pointer}/steps/{index}"
            self._budget.spend(each_time)
            if not isinstance(node, dict):
                self._problem(here, "is not a mapping")
                continue
            name = line(node.get("stepId")) or f"step-{index + 1}"
            if name in names:
                self._problem(here, f"has the stepId {name} of another step")
                continue
            names.add(name)
            step = self._step(name, node, here)
            yield msgspec.structs.replace(
                step,
                inputs=_with(common, step.inputs) if step.target != "workflow" else step.inputs,
                on_success=_with(success, step.on_success),
                on_failure=_with(failure, step.on_failure),
            )

    def _step(self, name: str, node: dict[str, Any], pointer: str) -> Step:
        target, source, calls = self._called(node, pointer)
        body = mapping(node.get("requestBody"))
        self._budget.spend(weight([node.get("description"), body]))
        timeout = node.get("timeout")
        return Step(
            name=name,
            calls=calls,
            target=target,
            source=source,
            description=text(node.get("description")),
            action=line(node.get("action")),
            inputs=tuple(self._passed(node.get("parameters"), f"{pointer}/parameters")),
            media_type=line(body.get("contentType")),
            payload=without_secrets("", body.get("payload"), self._budget),
            replaced=tuple(self._replaced(body)),
            criteria=self._criteria(node.get("successCriteria")),
            outputs=self.outputs(node.get("outputs"), f"{pointer}/outputs"),
            on_success=tuple(self._branches(node.get("onSuccess"), "successActions", f"{pointer}/onSuccess")),
            on_failure=tuple(self._branches(node.get("onFailure"), "failureActions", f"{pointer}/onFailure")),
            depends_on=tuple(line(each).removeprefix("$steps.") for each in items(node.get("dependsOn"))),
            timeout_ms=_whole(timeout),
            correlation=line(node.get("correlationId")),
        )

    # What is called ------------------------------------------------------------------------------------------------
    def _called(self, node: dict[str, Any], pointer: str) -> tuple[Target, str, str]:
        """Return how a step tells what it calls, in which source that is, and what it is."""
        if "operationId" in node:
            return "operation", *self._named(line(node["operationId"]), self._only_source(), pointer)
        if "workflowId" in node:
            return "workflow", *self._named(line(node["workflowId"]), "", pointer)
        if "channelPath" in node:
            _, source, calls = self._by_path(line(node["channelPath"]), pointer)
            return "channel", source, calls
        if "operationPath" in node:
            return self._by_path(line(node["operationPath"]), pointer)
        self._problem(pointer, "calls nothing: it has no operationId, operationPath, channelPath or workflowId")
        return "operation", "", ""

    def _named(self, written: str, plain: str, pointer: str) -> tuple[str, str]:
        """Return source and name of what an expression stands for, or a name in the source `plain`."""
        match = _IN_SOURCE.fullmatch(written)
        if match is None:
            first, dot, rest = written.partition(".")  # some write `petStore.listPets`
            return (first, rest) if dot and first in self._sources else (plain, written)
        return self._known(match[1], pointer), match[2] or ""

    def _only_source(self) -> str:
        """Return the source of what is named alone: with several it must be said, and is not always."""
        apis = [source.name for source in self._sources.values() if source.type != "arazzo"]
        return apis[0] if len(apis) == 1 else ""

    def _known(self, name: str, pointer: str) -> str:
        """Return the name of a source as the document declares it; upper and lower case are confused now and then."""
        if name not in self._sources:
            alike = [known for known in self._sources if known.lower() == name.lower()]
            self._problem(pointer, f"names the source {name}, which is not among the sourceDescriptions")
            return alike[0] if len(alike) == 1 else name
        return name

    def _by_path(self, written: str, pointer: str) -> tuple[Target, str, str]:
        """Return what `{$sourceDescriptions.petStore.url}#/paths/~1pets/get`, or an address, leads to."""
        place, mark, inner = written.partition("#")
        if not mark:
            return "operation", *self._named(written, self._only_source(), pointer)
        match = _IN_SOURCE.fullmatch(place)
        if match is not None:
            source = self._known(match[1], pointer)
        else:
            by_url = (source.name for source in self._sources.values() if source.url == place)
            source = next(by_url, self._only_source())
        parts = [unescape(unquote(part)) for part in inner.split("/")[1:]]
        if len(parts) == 3 and parts[0] in ("paths", "webhooks"):
            return "key", source, line(f"{parts[2].upper()} {parts[1]}")
        if len(parts) >= 2 and parts[0] == "channels":
            return "channel", source, line(parts[1])
        if len(parts) == 2 and parts[0] == "operations":
            return "operation", source, line(parts[1])
        self._problem(pointer, f"leads to {inner or 'the whole document'}, which is no operation")
        return "operation", source, line(inner)

    # What goes in and out ------------------------------------------------------------------------------------------
    def outputs(self, raw: Any, pointer: str) -> dict[str, str]:
        """Return name → expression. An expression may be an object that looks into what another one gives."""
        found: dict[str, str] = {}
        for name, value in mapping(raw).items():
            self._budget.spend()
            node = mapping(value)
            parts = (line(node.get("context")), line(node.get("selector"))) if node else (line(value),)
            found[line(name)] = " ".join(filter(None, parts))
            if not any(parts):
                self._problem(pointer, f"does not say where {line(name)} comes from")
        return found

    def _passed(self, raw: Any, pointer: str) -> Iterator[Passed]:
        for index, each in enumerate(items(raw)):
            node = self._resolved(each, "parameters", f"{pointer}/{index}")
            if name := line(node.get("name")):
                self._budget.spend(1 + weight(node.get("value")))
                yield Passed(name, line(node.get("in")), without_secrets(name, node.get("value"), self._budget))

    def _replaced(self, body: dict[str, Any]) -> Iterator[Passed]:
        for each in map(mapping, items(body.get("replacements"))):
            target = line(each.get("target"))
            yield Passed(target, value=without_secrets(target.rpartition("/")[2], each.get("value"), self._budget))

    def _criteria(self, raw: Any) -> tuple[str, ...]:
        return tuple(filter(None, map(self._criterion, items(raw))))

    def _criterion(self, raw: Any) -> str:
        """Return a condition as it is read: `$statusCode == 200`, `$response.body: jsonpath $[?count(@.pets) > 0]`."""
        self._budget.spend()
        node = mapping(raw)
        condition, kind = line(node.get("condition")), node.get("type")
        named = line(mapping(kind).get("type")) or line(kind)
        if named in ("", "simple"):
            return condition
        return f"{line(node.get('context'))}: {named} {condition}"

    def _branches(self, raw: Any, shared: str, pointer: str) -> list[Branch]:
        found = []
        for index, each in enumerate(items(raw)):
            node = self._resolved(each, shared, f"{pointer}/{index}")
            if does := line(node.get("type")):
                after = node.get("retryAfter")
                found.append(
                    Branch(
                        name=line(node.get("name")),
                        does=does,
                        to=line(node.get("stepId")) or line(node.get("workflowId")),
                        after_s=float(after) if isinstance(after, int | float) and 0 <= after < _MAX_RETRIES else 0.0,
                        limit=_whole(node.get("retryLimit")),
                        criteria=self._criteria(node.get("criteria")),
                    )
                )
        return found

    def _resolved(self, raw: Any, shared: str, pointer: str) -> dict[str, Any]:
        """Return a parameter or an action, or the shared one that it refers to, with what it says otherwise."""
        self._budget.spend()
        node = mapping(raw)
        reference = line(node.get("reference"))
        if not reference:
            return node
        match = _SHARED.fullmatch(reference)
        found = mapping(self._components.get(shared)).get(match[2]) if match and match[1] == shared else None
        if not isinstance(found, dict):
            self._problem(pointer, f"refers to {reference}, which does not exist")
            return {}
        self._budget.spend(weight(found))
        return {**found, **{key: node[key] for key in ("value",) if key in node}}


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value <= _MAX_RETRIES else 0


def _with(common: Iterable[_Shared], own: tuple[_Shared, ...]) -> tuple[_Shared, ...]:
    """Return what a step has of its own, and then what the whole workflow has and it has not."""
    known = set(map(_identity, own))
    return (*own, *(each for each in common if _identity(each) not in known))


def _identity(each: Passed | Branch) -> tuple[str, str]:
    return (each.name, each.location if isinstance(each, Passed) else "")
