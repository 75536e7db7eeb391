"""Arazzo documents to `Spec`: each workflow is an operation of the protocol `workflow`.

What its steps call is in other documents. They are named here as the document names them, and looked up in the library
when a workflow is shown, because they may come later, or never.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from engine.errors import SpecError
from engine.specs.arazzo.steps import StepReader
from engine.specs.limits import Budget
from engine.specs.model import About, Content, Operation, Parameter, Response, Schema, Spec
from engine.specs.nodes import extensions, items, line, mapping, text
from engine.specs.openapi.schema import SchemaReader
from engine.specs.problems import Problems
from engine.specs.refs import weight
from engine.specs.workflow import ApiSource, Workflow

METHOD = "WORKFLOW"
"""`Operation.method` of a workflow."""
_INPUTS = "/components/inputs"
_TYPES = ("openapi", "asyncapi", "arazzo")
"""Types of documents whose operations and workflows can be called (Arazzo 1.1, Source Description Object)."""


def parse(tree: dict[str, Any], budget: Budget) -> Spec:
    """Read a document of Arazzo 1.

    Raises:
        SpecError: It has no workflows, is of another major version, or is more than the limits allow.
    """
    version = line(tree.get("arazzo"))
    major, _, rest = version.partition(".")
    if major != "1":
        raise SpecError(f"The document is Arazzo {version or 'of no version'}; Arazzo 1 is read")
    if not items(tree.get("workflows")):
        raise SpecError("The document has no `workflows`")
    return _Reader(tree, budget).spec(f"arazzo-1.{rest.partition('.')[0] or '0'}")


class _Reader:
    """Reads one document."""

    def __init__(self, tree: dict[str, Any], budget: Budget) -> None:
        self._tree = tree
        self._budget = budget
        self._problem = Problems()
        self._schemas = SchemaReader(tree, _INPUTS, self._problem, budget, siblings=True)
        self._sources = {source.name: source for source in self._named_sources()}
        self._steps = StepReader(tree, self._sources.values(), self._problem, budget)
        self._ids: set[str] = set()

    def spec(self, form: str) -> Spec:
        info = mapping(self._tree.get("info"))
        described = filter(None, (text(info.get("summary")), text(info.get("description"))))
        workflows = tuple(self._workflows())
        if not workflows:
            raise SpecError("The document has `workflows`, and none of them can be read")
        return Spec(
            about=About(
                title=line(info.get("title")) or "Untitled workflows",
                format=form,
                version=line(info.get("version")),
                description="\n\n".join(described),
                sources=tuple(self._sources.values()),
                extensions=extensions(self._tree) | extensions(info),
            ),
            operations=workflows,
            schemas=self._schemas.finish(),
            problems=self._problem.kept,
        )

    def _named_sources(self) -> Iterator[ApiSource]:
        for index, raw in enumerate(items(self._tree.get("sourceDescriptions"))):
            self._budget.spend()
            node = mapping(raw)
            pointer = f"/sourceDescriptions/{index}"
            source = ApiSource(line(node.get("name")), line(node.get("url")), line(node.get("type")))
            if not source.name or not source.url:
                self._problem(pointer, "has no name or no url, so nothing can be called in it")
                continue
            if source.type and source.type not in _TYPES:
                self._problem(f"{pointer}/type", f"is {source.type}, which no library holds")
            yield source

    def _workflows(self) -> Iterator[Operation]:
        for index, node in enumerate(items(self._tree["workflows"])):
            pointer = f"/workflows/{index}"
            if not isinstance(node, dict):
                self._problem(pointer, "is not a mapping")
                continue
            name = line(node.get("workflowId"))
            if not name:
                self._problem(pointer, "has no workflowId")
                name = f"workflow-{index + 1}"
            if name in self._ids:
                self._problem(pointer, f"has the workflowId {name} of another workflow")
                name = f"{name}#{index + 1}"
            if name not in self._ids:
                self._ids.add(name)
                yield self._workflow(name, node, pointer)

    def _workflow(self, name: str, node: dict[str, Any], pointer: str) -> Operation:
        self._budget.spend_operation()
        self._budget.spend(weight(node.get("description")))
        outputs = self._steps.outputs(node.get("outputs"), f"{pointer}/outputs")
        return Operation(
            method=METHOD,
            path=name,
            pointer=pointer,
            protocol="workflow",
            operation_id=name,
            summary=line(node.get("summary")),
            description=text(node.get("description")),
            parameters=tuple(self._inputs(node, pointer)),
            responses=(_given(outputs),) if outputs else (),
            workflow=Workflow(
                steps=tuple(self._steps.steps(node, pointer)),
                outputs=outputs,
                depends_on=tuple(map(line, items(node.get("dependsOn")))),
            ),
            extensions=extensions(node),
        )

    def _inputs(self, node: dict[str, Any], pointer: str) -> Iterator[Parameter]:
        """Yield what a workflow is given; where that is no object, it is one input without parts."""
        if "inputs" not in node:
            return
        schema = self._schemas.read(node["inputs"], f"{pointer}/inputs")
        whole = self._schemas.whole(schema)
        parts = [whole, *map(self._schemas.whole, whole.all_of)]
        required = {name for part in parts for name in part.required}
        properties = {name: each for part in parts for name, each in part.properties.items()}
        self._budget.spend(len(properties))
        if not properties and (whole.type != "object" or whole.one_of or whole.any_of):
            yield Parameter("inputs", "input", description=whole.description, schema=schema)
        for name, each in properties.items():
            yield Parameter(
                name=name,
                location="input",
                required=name in required,
                deprecated=each.deprecated,
                description=each.description,
                schema=each,
                example=each.example,
            )


def _given(outputs: dict[str, str]) -> Response:
    """Return what a workflow gives, each output with the expression that says where it comes from."""
    properties = {name: Schema(description=f"From {expression}") for name, expression in outputs.items()}
    content = Content("application/json", schema=Schema(type="object", properties=properties))
    return Response(status="", description=_named(outputs), content=(content,))


def _named(names: Iterable[str]) -> str:
    return f"Outputs: {', '.join(names)}"
