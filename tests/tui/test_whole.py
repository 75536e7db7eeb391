"""An exact answer about a whole API in the chat, on a real engine."""

import json
from pathlib import Path

import pytest

from engine import Engine, Settings, folders
from tests.answer.whole.builders import shop
from tests.tui.conftest import Clock, ask, opened, shows, until
from tui.app.app import SpecdeckApp


@pytest.fixture
async def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SpecdeckApp:
    """An app with a shop in its library, and no models."""
    monkeypatch.setenv("SPECDECK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SPECDECK_MODELS", str(tmp_path / "no-models"))
    (tmp_path / "shop.json").write_text(json.dumps(shop()))
    async with Engine(folders(), Settings()) as engine:
        await engine.library.add(tmp_path / "shop.json")
    return SpecdeckApp(Engine(folders(), Settings()), clock=Clock())


async def test_a_row_opens_its_operation(app: SpecdeckApp) -> None:
    """The count, the filter and the rows are shown; Enter on them, or a digit, opens an operation in the browser."""
    async with app.run_test(size=(98, 40)) as pilot:
        await opened(pilot)
        await ask(pilot, "Which operations document 404 or 409?")
        await shows(pilot, "2 of 4", "operations of shop that document 404 or document 409", "[2] DELETE /items/{id}")
        await shows(pilot, "kind = operation and (status = 404 or status = 409)", "deprecated", "Facts only")
        await pilot.press("shift+tab")
        await pilot.press("2")
        await until(pilot, lambda: app.query("#browser.-open #detail"), rounds=1_000)
        await shows(pilot, "DELETE /items/{id}")


async def test_what_cannot_be_counted_is_said(app: SpecdeckApp) -> None:
    """The word that is not understood is named."""
    async with app.run_test(size=(98, 40)) as pilot:
        await opened(pilot)
        await ask(pilot, "How many operations are idempotent?")
        await shows(pilot, "I cannot count that: “idempotent” is nothing that can be counted or listed by.")
