import msgspec

from engine import FactsReady
from tests.tui.conftest import ask, screen_text, shows, until
from tests.tui.fake_engine import FACTS, QUESTION, done


async def test_a_follow_up_says_how_it_was_understood(make):
    """The engine gets the facts of the answers before; where it read more into a question, a line says what."""
    app, engine = make(script=[FactsReady(facts=FACTS), done()])
    async with app.run_test(size=(120, 60)) as pilot:
        await ask(pilot, QUESTION)
        await shows(pilot, "18.3 tokens/s")
        assert engine.previous == ()
        assert "understood as" not in screen_text(pilot)
        again = msgspec.structs.replace(FACTS, understood="delete an [b]issue[/b]", note="Perhaps not")
        engine.script = [FactsReady(facts=again), done(facts=again)]
        await ask(pilot, "and how do I delete it?")
        await shows(pilot, "> and how do I delete it?", "understood as: delete an [b]issue[/b]", "Perhaps not")
        await until(pilot, lambda: engine.closed == 2)
        assert engine.previous == (FACTS,)
        await ask(pilot, "and then?")
        await until(pilot, lambda: engine.previous == (FACTS, again))
