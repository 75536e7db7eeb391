"""Draws docs/screenshot.svg: the app itself, with the real engine and the bundled sample, answers a question.

Run it with the environment's Python: `.venv/bin/python scripts/screenshot.py`.
"""

import asyncio
import os
import re
import tempfile
from pathlib import Path

from engine import SAMPLE, Engine, folders, load_settings
from tui.app.app import SpecdeckApp
from tui.app.widgets.exchange import Exchange

QUESTION = "How do I renew a loan?"
TARGET = Path(__file__).resolve().parents[1] / "docs" / "screenshot.svg"


async def draw() -> None:
    """Write the picture."""
    where = folders()
    settings = load_settings(where.config)
    async with Engine(where, settings) as engine:
        await engine.library.add(SAMPLE)
        await engine.library.embed()
    app = SpecdeckApp(Engine(where, settings))
    async with app.run_test(size=(120, 45)) as pilot:
        await pilot.pause(2)
        await pilot.press(*QUESTION, "enter")
        while not app.query(Exchange) or app.query_one(Exchange).stage:
            await pilot.pause(0.1)
        await pilot.pause(1.5)
        # The picture is drawn in whatever fixed-width font the reader has, not in one from a server.
        svg = re.sub(r"@font-face\s*{[^}]*}", "", app.export_screenshot(title="specdeck"))
    TARGET.write_text(svg, encoding="utf-8")


def main() -> None:
    """Draw with a home of its own, and the user's models."""
    os.environ.setdefault("SPECDECK_MODELS", str(folders().models))
    with tempfile.TemporaryDirectory() as home:
        os.environ["SPECDECK_HOME"] = home
        asyncio.run(draw())


main()
