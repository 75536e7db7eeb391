import json
from typing import Any

import pytest

from engine.calls.compose import call_of
from engine.calls.languages.command import command
from engine.calls.source import Source
from engine.errors import SpecError
from engine.specs.model import Operation, Schema, Spec
from engine.specs.read import read
from engine.specs.workflow import ApiSource, Branch, Passed, Step, called
from tests.specs.builders import JSON, read_json

SHOP: JSON = {
    "arazzo": "1.1.0",
    "info": {"title": "Buy and be told", "version": "2", "summary": "In short", "description": "At *length*"},
    "sourceDescriptions": [
        {"name": "shop", "url": "./shop.openapi.yaml", "type": "openapi"},
        {"name": "events", "url": "https://example.com/events.asyncapi.yaml", "type": "asyncapi"},
        {"name": "login", "url": "login.arazzo.yaml", "type": "arazzo"},
    ],
    "workflows": [
        {
            "workflowId": "buy-item",
            "summary": "Buy an item",
            "description": "Finds it, orders it and waits for the parcel.",
            "inputs": {"$ref": "#/components/inputs/Buying"},
            "dependsOn": ["$sourceDescriptions.login.sign-in"],
            "parameters": [{"name": "X-Shop", "in": "header", "value": "$inputs.shop"}],
            "failureActions": [{"reference": "$components.failureActions.again"}],
            "steps": [
                {
                    "stepId": "find",
                    "description": "Finds the item. It may be gone.",
                    "operationId": "$sourceDescriptions.shop.listItems",
                    "parameters": [
                        {"name": "name", "in": "query", "value": "$inputs.name"},
                        {"reference": "$components.parameters.page", "value": 2},
                    ],
                    "successCriteria": [
                        {"condition": "$statusCode == 200"},
                        {"context": "$response.body", "condition": "$[?count(@.items) > 0]", "type": "jsonpath"},
                        {
                            "context": "$response.body",
                            "condition": "//item",
                            "type": {"type": "xpath", "version": "xpath-10"},
                        },
                    ],
                    "outputs": {
                        "id": "$response.body#/items/0/id",
                        "price": {"context": "$response.body", "selector": "$.items[0].price", "type": "jsonpath"},
                    },
                    "onSuccess": [
                        {"name": "gone", "type": "goto", "stepId": "wait", "criteria": [{"condition": "$x == null"}]}
                    ],
                },
                {
                    "stepId": "order",
                    "operationPath": "{$sourceDescriptions.shop.url}#/paths/~1shops~1{shop}~1orders/post",
                    "parameters": [{"name": "X-Shop", "in": "header", "value": "mine"}],
                    "requestBody": {
                        "contentType": "application/json",
                        "payload": {"item": {"id": "$steps.find.outputs.id"}, "count": 1},
                        "replacements": [{"target": "/count", "value": "$inputs.count"}],
                    },
                },
                {
                    "stepId": "wait",
                    "channelPath": "{$sourceDescriptions.events.url}#/channels/parcels",
                    "action": "receive",
                    "correlationId": "$steps.order.outputs.id",
                    "timeout": 6000,
                    "dependsOn": ["order"],
                },
                {"stepId": "thank", "workflowId": "thank-you", "parameters": [{"name": "whom", "value": "Ann"}]},
            ],
            "outputs": {"parcel": "$steps.wait.outputs.parcel"},
        },
        {
            "workflowId": "thank-you",
            "steps": [{"stepId": "say", "operationId": "$sourceDescriptions.events.sendThanks"}],
        },
    ],
    "components": {
        "inputs": {
            "Buying": {
                "allOf": [
                    {
                        "type": "object",
                        "required": ["name"],
                        "properties": {
                            "name": {"type": "string", "description": "What it is called", "examples": ["teapot"]},
                            "count": {"type": "integer", "default": 1},
                        },
                    },
                    {"properties": {"shop": {"$ref": "#/components/inputs/Shop"}}},
                ]
            },
            "Shop": {"type": "string", "enum": ["mine", "yours"]},
        },
        "parameters": {"page": {"name": "page", "in": "query", "value": 1}},
        "failureActions": {
            "again": {
                "name": "again",
                "type": "retry",
                "retryAfter": 1.5,
                "retryLimit": 5,
                "criteria": [{"condition": "$statusCode == 503"}],
            }
        },
    },
}


def workflows(spec: Spec) -> dict[str, Operation]:
    """Return the workflows of a spec by their ids."""
    return {operation.operation_id: operation for operation in spec.operations}


def steps(operation: Operation) -> dict[str, Step]:
    """Return the steps of a workflow by their names."""
    assert operation.workflow is not None
    return {step.name: step for step in operation.workflow.steps}


def only_step(step: JSON, **parts: Any) -> Step:
    """Return the only step of a document that has it; `shop` is its only API."""
    sources = [{"name": "shop", "url": "https://example.com/shop.yaml"}]
    workflow = {"workflowId": "w", "steps": [{"stepId": "s", **step}]}
    spec = read_json({"arazzo": "1.0.1", "sourceDescriptions": sources, "workflows": [workflow], **parts})
    return steps(spec.operations[0])["s"]


def test_a_document_says_what_it_is_and_what_it_calls() -> None:
    """Title, format and the documents of the APIs; summary and description are one text."""
    spec = read_json(SHOP)
    assert (spec.about.title, spec.about.version, spec.about.format) == ("Buy and be told", "2", "arazzo-1.1")
    assert spec.about.description == "In short\n\nAt *length*"
    assert spec.about.sources[0] == ApiSource("shop", "./shop.openapi.yaml", "openapi")
    assert [operation.key for operation in spec.operations] == ["WORKFLOW buy-item", "WORKFLOW thank-you"]
    assert not spec.problems


def test_a_workflow_has_inputs_and_outputs() -> None:
    """Inputs are parameters with the schema that their property has, past references and allOf."""
    buy = workflows(read_json(SHOP))["buy-item"]
    assert (buy.protocol, buy.pointer, buy.summary) == ("workflow", "/workflows/0", "Buy an item")
    assert [(one.name, one.location, one.required, one.schema.type) for one in buy.parameters] == [
        ("name", "input", True, "string"),
        ("count", "input", False, "integer"),
        ("shop", "input", False, ""),
    ]
    assert buy.parameters[2].schema.ref == "/components/inputs/Shop"
    assert buy.responses[0].description == "Outputs: parcel"
    assert buy.responses[0].content[0].schema.properties["parcel"].description == "From $steps.wait.outputs.parcel"
    assert buy.workflow is not None
    assert buy.workflow.depends_on == ("$sourceDescriptions.login.sign-in",)


def test_a_step_tells_what_it_calls_takes_and_gives() -> None:
    """What is shared and what the whole workflow has counts in each step, but for what the step has itself."""
    found = steps(workflows(read_json(SHOP))["buy-item"])
    again = Branch("again", "retry", after_s=1.5, limit=5, criteria=("$statusCode == 503",))
    assert found["find"] == Step(
        name="find",
        calls="listItems",
        target="operation",
        source="shop",
        description="Finds the item. It may be gone.",
        inputs=(
            Passed("name", "query", "$inputs.name"),
            Passed("page", "query", 2),
            Passed("X-Shop", "header", "$inputs.shop"),
        ),
        criteria=(
            "$statusCode == 200",
            "$response.body: jsonpath $[?count(@.items) > 0]",
            "$response.body: xpath //item",
        ),
        outputs={"id": "$response.body#/items/0/id", "price": "$response.body $.items[0].price"},
        on_success=(Branch("gone", "goto", "wait", criteria=("$x == null",)),),
        on_failure=(again,),
    )
    assert found["order"].inputs == (Passed("X-Shop", "header", "mine"),)
    assert found["order"].replaced == (Passed("/count", value="$inputs.count"),)
    wait = found["wait"]
    assert (wait.target, wait.source, wait.calls, wait.action) == ("channel", "events", "parcels", "receive")
    assert (wait.timeout_ms, wait.correlation, wait.depends_on) == (6000, "$steps.order.outputs.id", ("order",))
    assert found["thank"].inputs == (Passed("whom", value="Ann"),)
    assert [called(step) for step in found.values()] == [
        "listItems of shop",
        "POST /shops/{shop}/orders of shop",
        "RECEIVE parcels of events",
        "the workflow thank-you",
    ]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ({"operationId": "listItems"}, ("operation", "shop", "listItems")),
        ({"operationId": "{$sourceDescriptions.shop.listItems}"}, ("operation", "shop", "listItems")),
        ({"operationId": "shop.listItems"}, ("operation", "shop", "listItems")),
        ({"operationId": "v1.listItems"}, ("operation", "shop", "v1.listItems")),
        ({"operationId": "$sourceDescriptions.shop.v1.listItems"}, ("operation", "shop", "v1.listItems")),
        ({"operationPath": "$sourceDescriptions.shop.placeOrder"}, ("operation", "shop", "placeOrder")),
        ({"operationPath": "{$sourceDescriptions.shop.url}#/paths/~1a~1%7Bid%7D/get"}, ("key", "shop", "GET /a/{id}")),
        ({"operationPath": "$sourceDescriptions.shop#/paths/~1a/put"}, ("key", "shop", "PUT /a")),
        ({"operationPath": "https://example.com/shop.yaml#/paths/~1a/get"}, ("key", "shop", "GET /a")),
        ({"operationPath": "{$sourceDescriptions.shop.url}#/operations/tell"}, ("operation", "shop", "tell")),
        ({"channelPath": "{$sourceDescriptions.shop.url}#/channels/a~1b"}, ("channel", "shop", "a/b")),
        ({"workflowId": "other"}, ("workflow", "", "other")),
        ({"workflowId": "$sourceDescriptions.shop.other"}, ("workflow", "shop", "other")),
    ],
)
def test_every_way_to_name_what_is_called(step: JSON, expected: tuple[str, str, str]) -> None:
    """Expressions with and without braces, pointers, addresses, and names alone."""
    found = only_step(step)
    assert (found.target, found.source, found.calls) == expected


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({}, "calls nothing: it has no operationId, operationPath, channelPath or workflowId"),
        ({"operationId": "$sourceDescriptions.none.a"}, "names the source none, which is not among"),
        ({"operationPath": "{$sourceDescriptions.shop.url}#/info"}, "leads to /info, which is no operation"),
        ({"operationId": "a", "parameters": [{"reference": "$components.parameters.x"}]}, "which does not exist"),
        ({"operationId": "a", "onSuccess": [{"reference": "x"}]}, "refers to x, which does not exist"),
        ({"operationId": "a", "outputs": {"b": []}}, "does not say where b comes from"),
    ],
)
def test_what_is_wrong_with_a_step_is_told(step: JSON, said: str) -> None:
    """The step is read as far as it can be, and the problem says where and what."""
    workflow = {"workflowId": "w", "steps": [{"stepId": "s", **step}]}
    sources = [{"name": "shop", "url": "shop.yaml"}]
    spec = read_json({"arazzo": "1.0.0", "sourceDescriptions": sources, "workflows": [workflow]})
    [problem] = spec.problems
    assert said in problem.message
    assert problem.pointer.startswith("/workflows/0/steps/0")


@pytest.mark.parametrize(
    ("inputs", "names"),
    [
        ({"type": "string", "description": "One"}, ["inputs"]),
        ({"oneOf": [{"type": "object"}, {"type": "string"}]}, ["inputs"]),
        ({"type": "object"}, []),
        ({"type": "object", "properties": {"a": {}, "b": True}}, ["a", "b"]),
        (True, ["inputs"]),
    ],
)
def test_inputs_of_every_shape(inputs: Any, names: list[str]) -> None:
    """What is no object is one input, called as the keyword is."""
    spec = read_json({"arazzo": "1.0.0", "workflows": [{"workflowId": "w", "inputs": inputs, "steps": []}]})
    assert [one.name for one in spec.operations[0].parameters] == names


@pytest.mark.parametrize(
    ("tree", "reason"),
    [
        ({"arazzo": "2.0.0", "workflows": [{}]}, "The document is Arazzo 2.0.0; Arazzo 1 is read"),
        ({"arazzo": "1.0.0"}, "no `workflows`"),
        ({"arazzo": "1.0.0", "workflows": ["a"]}, "none of them can be read"),
    ],
)
def test_what_is_no_document_is_refused(tree: JSON, reason: str) -> None:
    """A version that is not known, and a document without workflows."""
    with pytest.raises(SpecError) as error:
        read_json(tree)
    assert reason in str(error.value)


def test_ids_that_are_missing_or_used_twice_do_not_cost_a_workflow() -> None:
    """Each has a key of its own."""
    spec = read_json({"arazzo": "1.0.0", "workflows": [{"workflowId": "a"}, {"workflowId": "a"}, {}]})
    assert [operation.path for operation in spec.operations] == ["a", "a#2", "workflow-3"]
    assert len(spec.problems) == 5  # none has steps


def test_yaml_is_known_by_its_content() -> None:
    """A document behind a comment, whose inputs are in another file."""
    text = (
        "# Workflows\narazzo: 1.0.1\nworkflows:\n- workflowId: w\n"
        "  inputs: {$ref: 'inputs.yaml#/Two'}\n  steps: [{stepId: s, operationId: o}]\n"
    )
    inputs = b"Two: {type: object, properties: {a: {type: string}}}\n"
    spec = read(text.encode(), neighbour={"inputs.yaml": inputs}.__getitem__)
    assert spec.about.format == "arazzo-1.0"
    assert [one.name for one in spec.operations[0].parameters] == ["a"]
    assert not spec.problems


def test_constants_that_are_secrets_do_not_stay() -> None:
    """Of parameters and of every depth of a body; expressions stay, and what says nothing secret."""
    step = only_step(
        {
            "operationId": "logIn",
            "parameters": [
                {"name": "X-Api-Key", "in": "header", "value": "hunter2hunter2"},
                {"name": "token", "in": "query", "value": "$inputs.token"},
                {"name": "page", "in": "query", "value": "first"},
            ],
            "requestBody": {
                "payload": {
                    "user": {"name": "Ann", "password": "hunter2"},
                    "secret": "{$steps.a.outputs.secret}",
                    "secrets": {"first": "hunter4"},
                    "fields": [{"name": "password", "value": "hunter5"}],
                    "text": '{"password": "hunter6", "id": "$inputs.id"}',
                    "form": "password=hunter7&token=$inputs.token",
                    "bearer": "Bearer sk-hunterhunterhunter8 of $inputs.name",
                },
                "replacements": [{"target": "/user/password", "value": "hunter3"}],
            },
        }
    )
    assert "hunter" not in json.dumps([step.payload, *(each.value for each in (*step.inputs, *step.replaced))])
    assert [each.value for each in step.inputs][1:] == ["$inputs.token", "first"]
    assert step.payload["secret"].endswith(".outputs.secret}")
    assert json.loads(step.payload["text"])["id"] == "$inputs.id"
    assert step.payload["form"] == "password=REDACTED&token=$inputs.token"
    assert step.payload["user"]["name"] == "Ann"


def test_the_request_of_a_workflow_is_what_its_steps_call() -> None:
    """Each step that the library has is shown by a command; its inputs are an object that its schema accepts."""
    spec = read_json(SHOP)
    source = Source(
        spec="buy",
        about=spec.about,
        operation=workflows(spec)["buy-item"],
        resolve=lambda pointer: spec.schemas.get(pointer, Schema()),
        example=spec.examples.get,
        targets=("shop:GET /items", "shop:POST /shops/{shop}/orders", "", "buy:WORKFLOW thank-you"),
    )
    call = call_of(source)
    assert call.transport == "workflow"
    assert call.body["name"] == "teapot"
    assert command(call).splitlines() == [
        f"# inputs: '{json.dumps(call.body, separators=(',', ':'))}'",
        "specdeck show 'shop:GET /items'",
        "specdeck show 'shop:POST /shops/{shop}/orders'",
        "# 'RECEIVE parcels of events' is not in the library",
        "specdeck show 'buy:WORKFLOW thank-you'",
    ]
