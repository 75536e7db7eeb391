"""What is kept of an answer, whatever becomes of it on the way."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from engine import Event, FactsReady, Notice, Prose, Segment, SessionState, pasted
from engine.doors.sessions import SessionsDoor
from engine.errors import LibraryError
from engine.library.sessions import Sessions
from engine.library.store import Library
from tests.tui.fake_engine import FACTS, SEGMENTS, done


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    """No sessions yet."""
    library = Library(tmp_path / "library.db")
    yield Sessions(library)
    library.close()


async def _events(*events: Event | Exception) -> AsyncGenerator[Event, None]:
    for event in events:
        if isinstance(event, Exception):
            raise event
        yield event


async def test_a_stopped_answer_is_kept_as_far_as_it_came(sessions: Sessions) -> None:
    """Whoever stops listening after some prose finds the facts and that prose again, and the rest never was."""
    door = SessionsDoor(sessions)
    session = await door.begin("work")
    events = _events(FactsReady(facts=FACTS), Prose((Segment("To create"),)), Prose((Segment(" more"),)), done())
    async with aclosing(door.keep(session, "How?", events)) as kept:
        async for event in kept:
            if isinstance(event, Prose):
                break
    (exchange,) = (await door.show("work")).exchanges
    assert (exchange.question, exchange.answer.facts, exchange.answer.prose) == ("How?", FACTS, "To create")
    assert (await door.context(session)).previous == (FACTS,)


async def test_a_failed_answer_leaves_its_question(sessions: Sessions) -> None:
    """An error on the way goes on to who asked; the question is kept."""
    door = SessionsDoor(sessions)
    session = await door.begin("work")
    with pytest.raises(LibraryError, match="gone"):
        _ = [event async for event in door.keep(session, "How?", _events(LibraryError("gone")))]
    assert [(one.question, one.answer) for one in (await door.show("work")).exchanges] == [("How?", None)]


async def test_a_whole_answer_comes_back_as_it_was(sessions: Sessions) -> None:
    """All of the answer is kept, and its events pass unchanged."""
    door = SessionsDoor(sessions)
    session = await door.begin("work")
    events = [FactsReady(facts=FACTS), Prose(SEGMENTS), done()]
    assert [event async for event in door.keep(session, "How?", _events(*events))] == events
    (exchange,) = (await door.show("work")).exchanges
    assert exchange.answer == done().answer


async def test_a_session_that_is_being_made_outlives_who_waits_for_it(sessions: Sessions) -> None:
    """Stopping the first answer before its session is there keeps the question in it all the same."""
    door = SessionsDoor(sessions)
    go = asyncio.Event()

    async def made() -> int:
        await go.wait()
        return await door.begin("work")

    making = asyncio.create_task(made())
    kept = door.keep(making, "How?", _events(FactsReady(facts=FACTS), done()))
    await anext(kept)
    closing = asyncio.create_task(kept.aclose())
    await asyncio.sleep(0)
    go.set()
    await closing
    assert await making
    assert [one.question for one in (await door.show("work")).exchanges] == ["How?"]


async def test_what_is_asked_in_a_session_that_is_gone_is_answered(sessions: Sessions) -> None:
    """It is kept nowhere, which is said; who wants to go on gets another session."""
    door = SessionsDoor(sessions)
    session = await door.begin("work")
    assert await door.go_on(session, "other") == session
    await door.delete("work")
    heard = [event async for event in door.keep(session, "How?", _events(FactsReady(facts=FACTS), done()))]
    assert heard[:-1] == [FactsReady(facts=FACTS), done()]
    assert heard[-1] == Notice("This is not kept: The session was deleted", "Begin another one")
    assert await door.all() == []
    assert await door.go_on(session, "other") != session
    assert [one.name for one in await door.all()] == ["other"]


async def test_a_draft_and_what_is_attached_are_kept_without_secrets(sessions: Sessions, tmp_path: Path) -> None:
    """Whether it was typed, pasted, or is in a file or its name."""
    door = SessionsDoor(sessions)
    session = await door.begin("work")
    typed = "token=sk-c4n4ry0123456789abcdef"
    (file := tmp_path / f"{typed}.txt").write_text(typed, encoding="ascii")
    attached = (await door.attach(file), pasted(f"401 with {typed}"))
    await door.leave(session, SessionState(draft=f"why {typed}", attached=attached))
    state = (await door.show("work")).state
    assert "REDACTED" in state.draft
    assert "c4n4ry" not in str(state)


async def test_what_cannot_be_kept_is_answered_all_the_same(tmp_path: Path) -> None:
    """The answer comes whole, and a sentence at its end says why it is not kept."""

    class Full(Sessions):
        def ask(self, session: int, question: str) -> int:
            raise LibraryError("The disk is full", hint="Make room")

    library = Library(tmp_path / "library.db")
    door = SessionsDoor(Full(library))
    events = [FactsReady(facts=FACTS), done()]
    heard = [event async for event in door.keep(1, "How?", _events(*events))]
    assert heard == [*events, Notice("This is not kept: The disk is full", "Make room")]
    library.close()
