"""The browser with workflows, on a real engine: what a step calls is opened from it."""

import json
from pathlib import Path

import pytest

from engine import Engine, Settings, folders
from engine.answer.facts import operation_facts
from engine.calls.source import Source
from engine.specs.model import Schema
from tests.library.test_steps import API
from tests.specs.arazzo.test_arazzo import SHOP
from tests.specs.builders import read_json
from tests.tui.conftest import Clock, opened, shows, until
from tests.tui.test_browser import find
from tui.app.app import SpecdeckApp
from tui.app.views.facts import facts_lines
from tui.app.widgets.operation import OperationDetail, Parts


@pytest.fixture
async def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SpecdeckApp:
    """An app with a workflow and the API that it calls in its library, and no models."""
    monkeypatch.setenv("SPECDECK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SPECDECK_MODELS", str(tmp_path / "no-models"))
    for name, tree in (("shop.openapi.yaml", API), ("buy.arazzo.yaml", SHOP)):
        (tmp_path / name).write_text(json.dumps(tree))
    async with Engine(folders(), Settings()) as engine:
        await engine.library.add(tmp_path / "shop.openapi.yaml")
        await engine.library.add(tmp_path / "buy.arazzo.yaml")
    return SpecdeckApp(Engine(folders(), Settings()), clock=Clock())


def test_the_facts_of_a_workflow_show_its_steps() -> None:
    """Each step with what it calls, what goes in and what it passes on, before the commands that show the calls."""
    spec = read_json(SHOP)
    source = Source(
        spec="buy",
        about=spec.about,
        operation=spec.operations[0],
        resolve=lambda pointer: spec.schemas.get(pointer, Schema()),
        example=spec.examples.get,
        targets=("shop:GET /items", "", "", ""),
    )
    lines = [f"{line.lead}{line.text}" for line in facts_lines(operation_facts(source, 1))]
    assert "    step 1   find  → shop:GET /items  Finds the item." in lines
    assert "             takes query name ← $inputs.name" in lines
    assert "    step 2   order  → POST /shops/{shop}/orders of shop  " in [line.ljust(56) for line in lines]
    assert "             takes body.item.id ← $steps.find.outputs.id" in lines
    assert lines.index("      specdeck show 'shop:GET /items'") > lines.index("    request")


async def test_a_step_leads_to_what_it_calls(app: SpecdeckApp) -> None:
    """Inputs, steps and outputs are rows; a step shows what it takes and gives, and Enter opens its operation."""
    async with app.run_test(size=(98, 70)) as pilot:
        await opened(pilot)
        await pilot.press("f3")
        app._browser.open_entry("buy.arazzo:WORKFLOW buy-item")
        await until(pilot, lambda: app.query("#browser.-open #detail"), rounds=1_000)
        await shows(pilot, "Inputs  3", "Steps  4", "1. find  → GET /items  Finds the item.", "Returns")
        parts = app.query_one(Parts)
        parts.move_cursor(find(parts, "3. wait"))
        await shows(pilot, "The library does not have RECEIVE parcels of events.")
        parts.move_cursor(find(parts, "1. find"))
        await shows(pilot, "Enter opens shop.openapi:GET /items.")
        await pilot.press("enter")
        detail = app.query_one(OperationDetail)
        await until(pilot, lambda: detail.view and detail.view.operation.key == "GET /items", rounds=1_000)
        await shows(pilot, "GET /items")
