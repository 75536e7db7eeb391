import json
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Specdeck
from tests.library.test_steps import API, EVENTS
from tests.specs.arazzo.test_arazzo import SHOP


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with workflows and the documents that they call."""
    (tmp_path / "buy.arazzo.yaml").write_text(yaml.safe_dump(SHOP, sort_keys=False))
    (tmp_path / "shop.openapi.yaml").write_text(json.dumps(API))
    (tmp_path / "events.asyncapi.yaml").write_text(json.dumps(EVENTS))
    return tmp_path


def test_workflows_are_found_shown_and_answered(specdeck: Specdeck, folder: Path) -> None:
    """A workflow is an entry like others: its steps stand in order, each with what it calls, takes and passes on."""
    added = specdeck("add", str(folder)).out
    assert "buy.arazzo: Buy and be told 2 (arazzo-1.1), 2 workflows\n" in added
    assert "  calls    shop: ./shop.openapi.yaml\n" in specdeck("show", "buy.arazzo").out
    hit = specdeck("search", "buy an item and wait for the parcel", "--json").document["hits"][0]
    assert (hit["operation"], hit["operation_id"]) == ("WORKFLOW buy-item", "buy-item")
    shown = specdeck("show", "buy-item").out
    assert "    needs    name (input, string) What it is called\n" in shown
    assert "    step 1   find: shop.openapi:GET /items  Finds the item.\n" in shown
    assert "             takes  query name ← $inputs.name\n" in shown
    assert "                    header X-Shop ← $inputs.shop\n" in shown
    assert "             gives  id ← $response.body#/items/0/id\n" in shown
    assert "on failure if $statusCode == 503 retry after 1.5 s at most 5 times" in shown
    assert "    step 3   wait: events.asyncapi:SUBSCRIBE parcels\n" in shown
    assert "    step 4   thank: buy.arazzo:WORKFLOW thank-you\n" in shown
    assert "specdeck show 'shop.openapi:POST /shops/{shop}/orders'" in shown
    assert "GET /items" in specdeck("show", "shop.openapi:GET /items").out
    answer = specdeck("ask", "How do I buy an item?", "--no-model", "--json").document
    [first, *_] = answer["facts"]["operations"]
    assert [step["ref"] for step in first["steps"]][:2] == [
        "shop.openapi:GET /items",
        "shop.openapi:POST /shops/{shop}/orders",
    ]
    assert first["call"]["transport"] == "workflow"


def test_a_workflow_alone_says_what_it_lacks(specdeck: Specdeck, folder: Path) -> None:
    """Without the documents that it calls a step is named as the workflow has it, and once they come it is found."""
    specdeck("add", str(folder / "buy.arazzo.yaml"))
    shown = specdeck("show", "buy-item").out
    assert "    step 1   find: listItems of shop  Finds the item.\n" in shown
    assert "# 'listItems of shop' is not in the library" in shown
    specdeck("add", str(folder / "shop.openapi.yaml"))
    assert "    step 1   find: shop.openapi:GET /items  Finds the item.\n" in specdeck("show", "buy-item").out
