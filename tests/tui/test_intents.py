"""What was asked comes first, and can be asked otherwise: in the chat."""

import msgspec

from engine import FactsReady, FieldFact, FieldsTold, FieldTold
from tests.tui.conftest import ask, opened, screen_text, shows, until
from tests.tui.fake_engine import FACTS, QUESTION, done

FIELD = FieldTold(
    FieldFact("state", "query", "string", False, enum=("open", "closed")), ("Which ones. Closed ones come last.",)
)
TOLD = msgspec.structs.replace(
    FACTS, intent="field", confidence=0.8, told=FieldsTold((FIELD,)), otherwise=("enum", "errors")
)


async def test_the_asked_thing_is_shown_and_the_rest_is_folded(make):
    """The field stands under the operation, the request only when more is asked for."""
    app, _ = make(script=[FactsReady(facts=TOLD), done(facts=TOLD, segments=())])
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await ask(pilot, QUESTION)
        await shows(pilot, "asked    state")
        assert "Which ones." in screen_text(pilot)
        assert "taken as a field or schema" in screen_text(pilot)
        assert "request" not in screen_text(pilot)


async def test_a_key_asks_otherwise(make):
    """Ctrl+N asks the same as the next likely kind, and the kinds before do not follow."""
    app, engine = make(script=[FactsReady(facts=TOLD), done(facts=TOLD, segments=())])
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+n")
        assert engine.asked == []
        await ask(pilot, QUESTION)
        await until(pilot, lambda: engine.closed == 1)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: engine.closed == 2)
        assert engine.asked == [QUESTION, QUESTION]
        assert engine.intents == [None, "enum"]
