import msgspec

from engine import Engine, FactsReady, folders, load_settings
from tests.specs.builders import document
from tests.tui.conftest import ask, screen_text, shows, until
from tests.tui.fake_engine import FACTS, QUESTION, done
from tui.app.app import SpecdeckApp


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


async def test_what_is_asked_for_in_the_plural_is_followed_up_as_one(tmp_path):
    """In a conversation with the real engine, `delete it` after `movies` is about a movie, and finds that operation."""
    films = tmp_path / "films.json"
    paths = {
        "/movies": {"get": {"summary": "List movies"}, "post": {"summary": "Add a movie"}},
        "/movies/{id}": {"get": {"summary": "Get a movie"}, "delete": {"summary": "Delete a movie"}},
    }
    films.write_bytes(msgspec.json.encode(document(paths)))
    where = folders()
    settings = load_settings(where.config)
    async with Engine(where, settings) as engine:
        await engine.library.add(films)
    app = SpecdeckApp(Engine(where, settings))
    async with app.run_test(size=(120, 60)) as pilot:
        await _answered(pilot, "how do I list movies", "GET /movies")
        await _answered(pilot, "delete it", "understood as: delete a movie", "DELETE /movies/{id}")


async def _answered(pilot, question, *texts):
    """Ask, and wait for the real engine, which works in threads and has to find that there is no model."""
    await ask(pilot, question)
    while not all(text in screen_text(pilot) for text in (f"> {question}", *texts)):
        await pilot.pause(0.02)
