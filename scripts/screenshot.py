"""Draws docs/screenshot.svg: the app itself, with the real engine and the bundled sample, answers a question.

Run it with the environment's Python: `.venv/bin/python scripts/screenshot.py`.
"""

import asyncio
import os
import re
import tempfile
from pathlib import Path

from engine import SAMPLE, Done, Engine, Event, folders, load_settings
from tui.app.app import SpecdeckApp

QUESTION = "How do I renew a loan?"
TARGET = Path(__file__).resolve().parents[1] / "docs" / "screenshot.svg"


class Watched(Engine):
    """An engine that tells when an answer is complete."""

    answered = asyncio.Event()

    async def ask(self, question: str, *, spec: str | None = None, rung: str = "local") -> Event:
        """Answer a question; see `Engine.ask`."""
        async for event in super().ask(question, spec=spec, rung=rung):
            yield event
            if isinstance(event, Done):
                self.answered.set()


async def draw() -> None:
    """Write the picture."""
    where = folders()
    settings = load_settings(where.config)
    async with Engine(where, settings) as engine:
        await engine.library.add(SAMPLE)
        await engine.library.embed()
    engine = Watched(where, settings)
    app = SpecdeckApp(engine)
    async with app.run_test(size=(120, 45)) as pilot:
        await pilot.pause(2)
        await pilot.press(*QUESTION, "enter")
        await asyncio.wait_for(engine.answered.wait(), 120)
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
