"""The browser with workflows, on a real engine: what a step calls is opened from it."""

import json
from pathlib import Path

import pytest

from engine import Engine, Settings, folders
from tests.library.test_steps import API
from tests.specs.arazzo.test_arazzo import SHOP
from tests.tui.conftest import Clock, opened, shows, until
from tests.tui.test_browser import find
from tui.app.app import SpecdeckApp
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


async def test_a_step_leads_to_what_it_calls(app: SpecdeckApp) -> None:
    """Inputs, steps and outputs are rows; a step shows what it takes and gives, and Enter opens its operation."""
    async with app.run_test(size=(100, 70)) as pilot:
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
