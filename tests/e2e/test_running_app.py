"""What the process of the running app has imported."""

import os
import subprocess
import sys
from pathlib import Path

from engine import ModelShelf
from tests.e2e.conftest import forget

FORBIDDEN = ("torch", "sentence_transformers", "transformers", "onnxruntime", "llama_cpp")
PROGRAM = f"""
import asyncio, sys
from engine import Engine, folders, load_settings
from tui.app.app import SpecdeckApp
from tui.app.widgets.exchange import Exchange

async def main():
    where = folders()
    app = SpecdeckApp(Engine(where, load_settings(where.config)))
    async with app.run_test(size=(120, 40)) as pilot:
        while app.query("#start Button") or not app._opened.is_set():
            await pilot.pause(0.05)
        app.query_one("#prompt").text = "How do I renew a loan?"
        await pilot.press("enter")
        while not app.query(Exchange) or app.query_one(Exchange).stage:
            await pilot.pause(0.05)
        exchange = app.query_one(Exchange)
        print("PROSE", exchange.has_prose, "FACTS", exchange.facts.search, exchange.notice)
        print("IMPORTED", [name for name in {FORBIDDEN!r} if name in sys.modules], "engine.wiring" in sys.modules)

asyncio.run(main())
"""


def test_the_running_app_has_imported_nothing_that_runs_weights(filled_home: Path, shelf: ModelShelf) -> None:
    """After a question that the models embedded and wrote about, their libraries are not in the process."""
    forget(filled_home)
    env = {
        **os.environ,
        "SPECDECK_HOME": str(filled_home),
        "SPECDECK_MODELS": str(shelf.folder),
        "SPECDECK_PROSE": "always",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=False, timeout=120
    )
    assert "PROSE True FACTS words" in done.stdout, done.stdout + done.stderr
    assert "IMPORTED [] True" in done.stdout
