"""`specdeck workflow`: what to call one after another, what each call passes on, and all of it as Arazzo."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Specdeck

STATUS = {"type": "string", "enum": ["pending", "done"]}
GARDEN = {
    "openapi": "3.1.0",
    "info": {"title": "Garden", "version": "1"},
    "paths": {
        "/login": {
            "post": {
                "operationId": "signIn",
                "summary": "Sign in",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["name", "password"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "password": {"type": "string", "example": "hunter2"},
                                },
                            }
                        }
                    },
                },
                "responses": {
                    "200": {
                        "description": "Who may go on",
                        "content": {
                            "application/json": {
                                "schema": {"type": "object", "properties": {"access_token": {"type": "string"}}}
                            }
                        },
                    }
                },
            }
        },
        "/greenhouses": {
            "get": {
                "operationId": "listGreenhouses",
                "summary": "List greenhouses",
                "parameters": [{"name": "cursor", "in": "query", "schema": {"type": "string"}}],
                "responses": {
                    "200": {
                        "description": "A page",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "items": {
                                            "type": "array",
                                            "items": {"$ref": "#/components/schemas/Greenhouse"},
                                        },
                                        "next_cursor": {"type": "string"},
                                    },
                                }
                            }
                        },
                    }
                },
            },
            "post": {
                "summary": "Create a greenhouse",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
                "responses": {
                    "201": {
                        "description": "It stands",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Greenhouse"}}},
                    }
                },
            },
        },
        "/greenhouses/{greenhouse_id}/waterings": {
            "post": {
                "operationId": "startWatering",
                "summary": "Start a watering of a greenhouse",
                "security": [{"token": []}],
                "parameters": [
                    {"name": "greenhouse_id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "liters", "in": "query", "required": True, "schema": {"type": "integer"}},
                ],
                "responses": {
                    "202": {
                        "description": "Water runs",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Watering"}}},
                    }
                },
            }
        },
        "/waterings/{watering_id}": {
            "get": {
                "operationId": "checkWatering",
                "summary": "Check a watering",
                "parameters": [{"name": "watering_id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {
                    "200": {
                        "description": "How far it is",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Watering"}}},
                    }
                },
            }
        },
    },
    "components": {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "New": {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}},
            "Greenhouse": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "title": {"type": "string"}},
            },
            "Watering": {"type": "object", "properties": {"id": {"type": "string"}, "status": STATUS}},
        },
    },
}
WATER = "Sign in, create a greenhouse, start a watering of the greenhouse and check the watering"
STEPS = [
    "POST /login",
    "POST /greenhouses",
    "POST /greenhouses/{greenhouse_id}/waterings",
    "GET /waterings/{watering_id}",
]


@pytest.fixture
def garden(tmp_path: Path) -> Specdeck:
    """A library with one API, and no models."""
    specdeck = Specdeck(tmp_path, tmp_path / "no-models")
    (tmp_path / "garden.json").write_text(json.dumps(GARDEN))
    specdeck("add", str(tmp_path / "garden.json"))
    return specdeck


def test_steps_come_with_what_they_pass_on(garden: Specdeck) -> None:
    """All steps stand in calling order; each says what it takes of which, and that it is asked again until done."""
    planned = garden("workflow", "--json", WATER).document
    facts = planned["facts"]
    assert [one["operation"] for one in facts["operations"]] == STEPS
    passed = {(one["giver"], one["taker"], one["needs"]): one["gives"] for one in facts["passes"]}
    assert passed[2, 3, "greenhouse_id"] == "$response.body#/id"
    assert passed[1, 3, "Authorization"] == "$response.body#/access_token"
    assert passed[3, 4, "watering_id"] == "$response.body#/id"
    [again] = facts["repeats"]
    assert (again["step"], again["why"], again["value"]) == (4, "polling", "'done'")
    shown = garden("workflow", WATER).out
    assert "[3] garden:POST /greenhouses/{greenhouse_id}/waterings  Start a watering of a greenhouse\n" in shown
    assert "      greenhouse_id (path) ← [2] $.id, or of GET /greenhouses\n" in shown
    assert "      again until $.status is 'done'\n" in shown
    assert "liters" in shown.partition("You say: ")[2]


def test_an_answer_has_them_too(garden: Specdeck) -> None:
    """What the steps pass on is a part of the facts, above the facts of the first step."""
    asked = garden("ask", "--no-model", WATER).out
    assert asked.startswith("Steps, in calling order:\n[1] garden:POST /login  Sign in\n")
    assert asked.index("greenhouse_id (path) ← [2] $.id") < asked.index("\n[1] POST /login\n")
    facts = garden("ask", "--json", "--no-model", WATER).document["facts"]
    assert {(one["giver"], one["taker"]) for one in facts["passes"]} >= {(2, 3), (3, 4)}


def test_a_document_of_arazzo_is_written_and_read_again(garden: Specdeck, tmp_path: Path) -> None:
    """What is exported is whole in itself, and its steps are found as they were when it is added."""
    file = tmp_path / "flows" / "water.arazzo.json"
    file.parent.mkdir()
    garden("workflow", WATER, "--arazzo", str(file))
    document = json.loads(file.read_text())
    assert document["arazzo"] == "1.1.0"
    assert document["sourceDescriptions"] == [{"name": "garden", "url": "../garden.json", "type": "openapi"}]
    [workflow] = document["workflows"]
    _is_whole(workflow)
    signed, made, started, checked = workflow["steps"]
    assert signed["operationId"] == "signIn"
    assert made["operationPath"] == "{$sourceDescriptions.garden.url}#/paths/~1greenhouses/post"
    assert set(signed["requestBody"]["payload"].values()) == {"$inputs.name", "$inputs.password"}  # no secret stays
    assert {
        "name": "greenhouse_id",
        "in": "path",
        "value": f"$steps.{made['stepId']}.outputs.greenhouse_id",
    } in started["parameters"]
    assert workflow["inputs"]["properties"]["liters"] == {"type": "integer"}
    assert checked["successCriteria"][-1] == {"condition": "$response.body#/status == 'done'"}
    [retry] = checked["onFailure"]
    assert (retry["type"], retry["stepId"]) == ("retry", checked["stepId"])
    assert "problem" not in garden("add", str(file)).out
    shown = garden("show", "water.arazzo:WORKFLOW workflow").out
    for number, step in enumerate(STEPS, 1):
        assert re.search(
            rf"step {number} +\S+ garden:{re.escape(step)}\b|step {number} +\S+ garden:{re.escape(step)}", shown
        )


def test_pages_are_followed_where_all_are_asked_for(garden: Specdeck) -> None:
    """Of all things the pages are followed; of a few they are not."""
    every = garden("workflow", "--json", "List all greenhouses and start a watering").document
    [again] = [one for one in every["facts"]["repeats"] if one["why"] == "paging"]
    assert again["takes"] == "cursor"
    steps = {one["stepId"]: one for one in every["arazzo"]["workflows"][0]["steps"]}
    assert steps["listGreenhouses"]["onSuccess"] == [
        {
            "name": "next-page",
            "type": "goto",
            "stepId": "listGreenhouses",
            "criteria": [{"condition": "$response.body#/next_cursor != null"}],
        }
    ]
    some = garden("workflow", "--json", "List greenhouses and start a watering").document
    assert all(one["why"] == "polling" for one in some["facts"]["repeats"])


def test_what_arazzo_cannot_call_is_said(tmp_path: Path) -> None:
    """Steps of GraphQL are told all the same; a document is refused with the reason."""
    specdeck = Specdeck(tmp_path, tmp_path / "no-models")
    schema = "type Query { shelves: [Shelf] }\ntype Mutation { addBook(shelfId: ID!): Book }\ntype Shelf { id: ID! }\n"
    (tmp_path / "shop.graphql").write_text(schema + "type Book { id: ID! }\n")
    specdeck("add", str(tmp_path / "shop.graphql"))
    question = "list the shelves and then add a book"
    assert "Query.shelves" in specdeck("workflow", question).out
    refused = specdeck("workflow", question, "--arazzo", "-", code=1)
    assert "shop is graphql" in refused.err
    assert specdeck("workflow", "--json", question).document["arazzo"] is None


def _jobs(name: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return an API with one operation, which takes a tenant from the header and something else from the query."""
    text = {"type": "string"}
    parameters = [
        {"name": "X-Tenant", "in": "header", "schema": text},
        {"name": "region", "in": "cookie", "schema": text},
        {"name": "status", "in": "query", "required": True, "schema": text | query},
    ]
    post = {"operationId": f"create{name}", "summary": f"Create a {name}", "parameters": parameters}
    paths = {f"/{name}s": {"post": post | {"responses": {"201": {"description": "made"}}}}}
    return {"openapi": "3.1.0", "info": {"title": name, "version": "1"}, "paths": paths}


@pytest.fixture
def jobs(tmp_path: Path) -> Specdeck:
    """A library with two APIs of nearly one name, and no models."""
    specdeck = Specdeck(tmp_path, tmp_path / "no-models")
    for file, name, choice in (("a.b", "job", ["new", "held"]), ("a-b", "run", ["fast", "slow"])):
        (tmp_path / f"{file}.json").write_text(json.dumps(_jobs(name, {"enum": choice})))
        specdeck("add", str(tmp_path / f"{file}.json"))
    return specdeck


def test_what_was_said_for_a_header_or_a_cookie_is_in_the_document(jobs: Specdeck) -> None:
    """It stands where it is sent."""
    question = "create a job with X-Tenant acme-1 and region eu-7"
    [workflow] = jobs("workflow", "--json", "--spec", "a.b", question).document["arazzo"]["workflows"]
    passed = {(one["in"], one["name"]): one["value"] for one in workflow["steps"][0]["parameters"]}
    assert passed["header", "X-Tenant"] == "acme-1"
    assert passed["cookie", "region"] == "eu-7"


def test_each_document_and_each_input_has_a_name_of_its_own(jobs: Specdeck) -> None:
    """Names that differ in signs that Arazzo has no room for stay apart, and so do inputs that take other values."""
    document = jobs("workflow", "--json", "create a job and then create a run").document["arazzo"]
    assert [one["name"] for one in document["sourceDescriptions"]] == ["a-b", "a-b-2"]
    [workflow] = document["workflows"]
    for step, choice in zip(workflow["steps"], (["new", "held"], ["fast", "slow"]), strict=True):
        [value] = [one["value"] for one in step["parameters"] if one["name"] == "status"]
        asked = workflow["inputs"]["properties"][value.removeprefix("$inputs.")]
        assert (asked["enum"], asked["default"]) == (choice, choice[0])


def test_only_one_document_goes_to_stdout(garden: Specdeck) -> None:
    """`--arazzo -` prints the document alone."""
    assert json.loads(garden("workflow", WATER, "--arazzo", "-").out)["arazzo"] == "1.1.0"
    assert "Only one document" in garden("workflow", WATER, "--arazzo", "-", "--json", code=2).err


def _is_whole(workflow: dict[str, Any]) -> None:
    """Assert that what each step takes is an input, or an output of a step before it or its own."""
    inputs = workflow.get("inputs", {}).get("properties", {})
    known: set[str] = set()
    for step in workflow["steps"]:
        known |= {f"$steps.{step['stepId']}.outputs.{name}" for name in step.get("outputs", {})}
        text = json.dumps([step.get("parameters", []), step.get("requestBody", {})])
        for used in re.findall(r"\$(?:steps|inputs)\.[\w.-]+", text):
            assert used in known or used.removeprefix("$inputs.") in inputs
