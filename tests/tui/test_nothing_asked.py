import msgspec

from engine import FactsReady, Pass, Repeat
from engine.answer.records import Suggestion
from tests.tui.conftest import ask, shows
from tests.tui.fake_engine import FACTS, done


async def test_what_one_could_ask_stands_below_the_sentence(make):
    """Where nothing was asked for there are a sentence and operations to ask for, and no card."""
    offered = (Suggestion("town:POST /holds", "Place a [b]hold[/b]"), Suggestion("town:GET /books", "Search"))
    facts = msgspec.structs.replace(FACTS, operations=(), note="Ask for something", suggestions=offered)
    app, _ = make(script=[FactsReady(facts=facts), done(facts=facts)])
    async with app.run_test(size=(120, 60)) as pilot:
        await ask(pilot, "hello")
        await shows(pilot, "Ask for something", "· Place a [b]hold[/b]  town:POST /holds", "· Search  town:GET /books")
        assert not app.query("OperationCard")


async def test_steps_are_said_to_be_in_calling_order(make):
    """The operations of a workflow are told as its steps; below each stands what it takes, as data and no markup."""
    passed = Pass(giver=1, gives="$response.body#/[b]id", taker=2, needs="id", location="path")
    again = Repeat(step=2, why="polling", field="$response.body#/state", value="'closed'")
    facts = msgspec.structs.replace(FACTS, steps=len(FACTS.operations), passes=(passed,), repeats=(again,))
    app, _ = make(script=[FactsReady(facts=facts), done(facts=facts)])
    async with app.run_test(size=(120, 60)) as pilot:
        await ask(pilot, "create it, then close it")
        await shows(pilot, "Steps, in calling order")
        await shows(pilot, "id (path) ← [1] $.[b]id", "again until $.state is 'closed'")
